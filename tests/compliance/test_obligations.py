"""Obligations follow from products, markets, answers, packs, evidence and days."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from products.catalog.countries import country_named
from products.catalog.models import Market
from products.catalog.services import change_product
from products.catalog.services_lists import change_entry, create_entry
from products.compliance.ageing import age_workspace
from products.compliance.models import EvidenceDoc, Obligation
from products.compliance.recompute import due_rows, ground_of, recompute_all_obligations
from products.compliance.reports import standing
from products.compliance.services import activate_pack, answer, stop_pack
from products.compliance.services_evidence import cover_product, revoke_evidence
from products.compliance.services_waivers import ask_waiver, decide_waiver, end_waiver
from products.compliance.states import Status
from tests.compliance.conftest import DAY, DECLARATION
from tests.factories.catalog import MarketFactory, ProductFactory, SupplierFactory
from workspaces.audit.relay import relay_next

pytestmark = pytest.mark.django_db


def statuses(workspace) -> dict[tuple[str, str], str]:
    rows = Obligation.objects.in_workspace(workspace.pk)
    return {(row.market.name, row.rule): row.status for row in rows}


def hear() -> None:
    while relay_next():
        pass


def test_unknown_becomes_open_or_nothing_by_an_answer(member, puzzle, germany, usa, work):
    activate_pack(member.actor, "eu-toys", 1)
    work()
    found = statuses(member.workspace)
    assert set(found.values()) == {"unknown", "upcoming"}
    assert {market for market, _ in found} == {"Germany"}
    asked = Obligation.objects.get(rule=DECLARATION)
    assert asked.asks == ["toy"]
    assert asked.reason == "Answer first: Is it a toy?"

    answer(member.actor, puzzle.pk, "toy", "yes")
    work()
    found = statuses(member.workspace)
    assert found["Germany", DECLARATION] == "open"
    assert found["Germany", "eu-toys/under-3"] == "unknown"
    assert found["Germany", "eu-toys/passport"] == "upcoming"

    answer(member.actor, puzzle.pk, "toy", "no")
    work()
    assert statuses(member.workspace) == {}


def test_an_answer_for_a_category_counts_for_all_below_and_the_products_own_wins(
    member, puzzle, germany, work
):
    activate_pack(member.actor, "eu-toys", 1)
    twin = ProductFactory(workspace=member.workspace, category=puzzle.category)
    elsewhere = ProductFactory(workspace=member.workspace)
    answer(member.actor, puzzle.pk, "toy", "yes", place="category")
    answer(member.actor, twin.pk, "toy", "no")
    work()

    rows = Obligation.objects.in_workspace(member.workspace.pk).filter(rule=DECLARATION)
    assert dict(rows.values_list("product", "status")) == {
        puzzle.pk: "open",
        elsewhere.pk: "unknown",
    }

    answer(member.actor, twin.pk, "toy", "")
    answer(member.actor, elsewhere.pk, "toy", "no", place="workspace")
    work()
    assert dict(rows.values_list("product", "status")) == {puzzle.pk: "open", twin.pk: "open"}


def test_a_new_market_brings_its_obligations_and_a_stopped_pack_takes_them_along(
    member, puzzle, toys, usa, work
):
    activate_pack(member.actor, "us-children", 1)
    answer(member.actor, puzzle.pk, "for_children", "yes")
    work()
    found = statuses(member.workspace)
    assert found["USA", "us-children/certificate"] == "open"
    assert found["USA", "us-children/astm-f963"] == "open"

    stop_pack(member.actor, "us-children")
    work()
    assert {market for market, _ in statuses(member.workspace)} == {"Germany"}


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Germany", "DE"),
        (" deutschland ", "DE"),
        ("DE", "DE"),
        ("EU", "EU"),
        ("UK", "GB"),
        ("Österreich", "AT"),
        ("it", ""),  # a word, unless it is written as a code
        ("Europe", ""),
        ("Congo", ""),  # there are two
        ("Online shop", ""),
        ("", ""),
    ],
)
def test_a_name_says_the_country_where_it_can_mean_but_one(name, code):
    assert country_named(name) == code


def test_a_market_an_import_made_is_judged_by_its_name_or_asks_for_its_country(
    member, puzzle, toys, work, client_of
):
    create_entry(member.actor, Market, name="France")
    alps = create_entry(member.actor, Market, name="Alps")
    hear()
    work()
    assert statuses(member.workspace)["France", DECLARATION] == "open"
    assert statuses(member.workspace)["Alps", DECLARATION] == "unknown"

    place = f"/w/{member.workspace.slug}/products/{puzzle.pk}/compliance/?market={alps.pk}"
    page = client_of(member).get(place).content.decode()
    mends = reverse("products:entry", args=[member.workspace.slug, "markets", alps.pk])
    assert mends in page
    assert client_of(member).get(mends).status_code == 200

    change_entry(member.actor, type(alps), alps.pk, seen_version=1, country="CH")
    hear()
    work()
    assert ("Alps", DECLARATION) not in statuses(member.workspace)


def test_changes_of_the_catalogue_are_heard(member, puzzle, toys, germany, work):
    hear()
    change_entry(member.actor, type(germany), germany.pk, seen_version=1, country="CH")
    hear()
    work()
    assert statuses(member.workspace) == {}

    change_entry(member.actor, type(germany), germany.pk, seen_version=2, country="FR")
    hear()
    work()
    assert statuses(member.workspace)["Germany", DECLARATION] == "open"

    puzzle.refresh_from_db()
    change_product(member.actor, puzzle.pk, seen_version=puzzle.version, category=None)
    MarketFactory(workspace=member.workspace, name="Spain", country="ES")
    hear()
    work()
    assert statuses(member.workspace)["Spain", DECLARATION] == "open"


def test_evidence_covers_once_another_member_accepted_it(certify, puzzle, toys, standing_of):
    assert standing_of(puzzle) == "open"
    row = certify(accepted=False)
    assert standing_of(puzzle) == "open"
    assert Obligation.objects.get(rule=DECLARATION).reason == "1 waiting for review."
    assert row.state == "review"


@pytest.mark.parametrize(
    ("begins", "ends", "status", "until"),
    [
        (-400, -1, "expired", -1),  # ended yesterday
        (-400, 0, "expiring", 0),  # ends today: still counts
        (-400, 1, "expiring", 1),  # ends tomorrow
        (-400, 90, "expiring", 90),
        (-400, 91, "covered", 91),
        (-400, None, "covered", None),
        (1, 400, "open", None),  # begins tomorrow
    ],
)
def test_where_it_stands_by_the_days_of_its_evidence(
    certify, puzzle, toys, standing_of, begins, ends, status, until
):
    day = timedelta(days=1)
    last = None if ends is None else DAY + ends * day
    certify(DAY + begins * day, last, issued_on=DAY - 400 * day)
    assert standing_of(puzzle) == status
    covered = Obligation.objects.get(rule=DECLARATION).covered_until
    assert covered == (None if until is None else DAY + until * day)


def test_time_alone_reopens_a_gate_on_the_day_and_a_renewal_leaves_no_gap(
    certify, puzzle, toys, standing_of, work, time_machine, member, germany
):
    row = certify(ends=DAY + timedelta(days=1))
    age_workspace(member.workspace.pk)
    row.refresh_from_db()
    assert row.state == "expiring"

    time_machine.shift(timedelta(days=2))
    age_workspace(member.workspace.pk)
    work()
    row.refresh_from_db()
    assert (row.state, standing_of(puzzle)) == ("expired", "expired")

    [now] = [
        one
        for one in standing(member.workspace.pk, [puzzle.pk], [germany.pk], DAY)
        if one.rule == DECLARATION
    ]
    assert now.status == Status.EXPIRING


@pytest.mark.parametrize(
    ("last", "before", "midnight"),
    [
        (DAY, "2026-11-28T22:59:00", "2026-11-28T23:00:00"),
        (date(2027, 3, 27), "2027-03-27T22:59:00", "2027-03-27T23:00:00"),
        (date(2027, 3, 28), "2027-03-28T21:59:00", "2027-03-28T22:00:00"),  # an hour is skipped
        (date(2027, 10, 31), "2027-10-31T22:59:00", "2027-10-31T23:00:00"),  # one comes twice
    ],
)
def test_midnight_is_that_of_the_workspace(
    certify, puzzle, toys, work, time_machine, member, last, before, midnight
):
    certify(ends=last)
    row = EvidenceDoc.objects.get()
    for moment, state in ((before, "expiring"), (midnight, "expired")):
        time_machine.move_to(f"{moment}+00:00", tick=False)
        age_workspace(member.workspace.pk)
        row.refresh_from_db()
        assert row.state == state


def test_any_day_can_be_asked(certify, puzzle, toys, member, germany, queries):
    certify(DAY - timedelta(days=10), DAY + timedelta(days=10))

    def on(day: date, rule: str = DECLARATION) -> Status | None:
        found = standing(member.workspace.pk, [puzzle.pk], [germany.pk], day)
        return next((one.status for one in found if one.rule == rule), None)

    assert on(DAY - timedelta(days=11)) == Status.OPEN
    assert on(DAY) == Status.EXPIRING
    assert on(DAY + timedelta(days=11)) == Status.EXPIRED
    assert on(date(2030, 7, 31), "eu-toys/passport") == Status.UPCOMING
    assert on(date(2030, 8, 1), "eu-toys/passport") == Status.OPEN
    assert on(date(2030, 8, 1)) is None  # the Directive has ended
    ask = lambda: standing(member.workspace.pk, [puzzle.pk], [germany.pk], DAY)  # noqa: E731
    assert queries(ask) == 4


def test_a_day_that_is_past_is_judged_by_what_was_answered_then(
    member, puzzle, germany, work, time_machine, client_of
):
    activate_pack(member.actor, "eu-toys", 1)
    time_machine.move_to("2026-11-20T11:00:00+00:00", tick=False)
    answer(member.actor, puzzle.pk, "toy", "yes")
    time_machine.move_to("2026-11-25T22:59:00+00:00", tick=False)  # a minute before midnight
    answer(member.actor, puzzle.pk, "toy", "no")

    def on(day: date | None) -> str | None:
        row = due_rows(ground_of(member.workspace.pk, day), [puzzle.pk])
        return row.get((puzzle.pk, germany.pk, DECLARATION), {}).get("status")

    assert on(date(2026, 11, 19)) == "unknown"
    assert on(date(2026, 11, 20)) == "open"
    assert on(date(2026, 11, 24)) == "open"
    assert on(date(2026, 11, 25)) is None
    time_machine.move_to("2026-11-28T11:00:00+00:00", tick=False)
    place = f"/w/{member.workspace.slug}/products/{puzzle.pk}/compliance/"
    page = client_of(member)
    then = page.get(f"{place}?as_of=2026-11-24").content.decode()
    assert "EC declaration of conformity" in then
    assert "By what was answered then" in then
    assert "Add evidence for" not in then
    for wrong in ("", "?as_of=x", "?as_of=2027-01-01", "?as_of=0001-01-01"):
        assert "By what was answered then" not in page.get(place + wrong).content.decode()


def test_a_revoked_document_shows_nothing_on_any_day(
    certify, puzzle, toys, standing_of, other_member, work
):
    row = certify()
    revoke_evidence(other_member.actor, row.pk, seen_version=row.version, reason="Forged")
    work()
    assert standing_of(puzzle) == "open"


def test_a_replaced_document_counts_until_the_day_before_the_new_one(
    certify, puzzle, toys, member, germany
):
    day = timedelta(days=1)
    first = certify(DAY - 100 * day, DAY + 400 * day)
    certify(DAY, DAY + 30 * day, replaces=first.pk)

    def on(when: date) -> tuple[Status, str]:
        found = standing(member.workspace.pk, [puzzle.pk], [germany.pk], when)
        one = next(each for each in found if each.rule == DECLARATION)
        return one.status, one.until

    assert on(DAY - day)[0] == Status.EXPIRING  # the new one takes over, until its own end
    assert on(DAY) == (Status.EXPIRING, DAY + 30 * day)
    assert on(DAY + 31 * day)[0] == Status.EXPIRED


def test_another_supplier_reopens_what_was_shown_for_the_one_before(
    certify, puzzle, toys, standing_of, member, other_member, work
):
    row = certify()
    assert standing_of(puzzle) == "covered"
    puzzle.refresh_from_db()
    change_product(
        member.actor,
        puzzle.pk,
        seen_version=puzzle.version,
        supplier=SupplierFactory(workspace=member.workspace),
    )
    hear()
    work()
    assert standing_of(puzzle) == "open"

    cover_product(other_member.actor, row.pk, puzzle.pk, [DECLARATION])
    work()
    assert standing_of(puzzle) == "covered"


def test_a_waiver_holds_until_its_last_day(
    puzzle, toys, standing_of, member, other_member, germany, work, time_machine
):
    row = ask_waiver(
        member.actor, puzzle.pk, germany.pk, DECLARATION, reason="Old stock", until=DAY
    )
    work()
    assert standing_of(puzzle) == "open"
    decide_waiver(other_member.actor, row.pk, approved=True)
    work()
    assert standing_of(puzzle) == "waived"

    time_machine.shift(timedelta(days=1))
    age_workspace(member.workspace.pk)
    work()
    assert standing_of(puzzle) == "open"


def test_a_waiver_can_be_ended(puzzle, toys, standing_of, member, other_member, germany, work):
    row = ask_waiver(
        member.actor, puzzle.pk, germany.pk, DECLARATION, reason="Old stock", until=DAY
    )
    decide_waiver(other_member.actor, row.pk, approved=True)
    end_waiver(member.actor, row.pk)
    work()
    assert standing_of(puzzle) == "open"


def test_working_out_everything_equals_working_out_what_changed(
    certify, puzzle, toys, member, usa, work
):
    certify()
    columns = ("product", "market", "rule", "status", "reason", "why", "changes_on", "version")
    before = list(Obligation.objects.order_by("pk").values_list("pk", *columns))

    recompute_all_obligations(member.workspace.pk)
    recompute_all_obligations(member.workspace.pk)

    assert list(Obligation.objects.order_by("pk").values_list("pk", *columns)) == before


def test_a_deleted_or_discontinued_product_has_no_obligations(puzzle, toys, member, work):
    from products.catalog.services import delete_product

    puzzle.refresh_from_db()
    delete_product(member.actor, puzzle.pk, seen_version=puzzle.version)
    hear()
    work()
    assert not Obligation.objects.in_workspace(member.workspace.pk).exists()
