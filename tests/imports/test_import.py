"""An import from upload to undo: what it refuses, what it changes, what it takes back."""

import pytest

from core.errors import Denied, NotFound, Refused
from products.models import Supplier
from tests.imports.conftest import finish
from workspaces.imports import checking, services
from workspaces.imports.models import ImportRun, ImportState
from workspaces.jobs.models import Job, JobState

pytestmark = pytest.mark.django_db(transaction=True)
GOOD = "Supplier,E-mail,Country\nAcme,a@example.com,DE\nBolt,b@example.com,FR\n"


def names() -> list[str]:
    return list(Supplier.objects.order_by("name").values_list("name", flat=True))


def test_a_file_is_checked_imported_and_undone(member, checked):
    run = checked(GOOD)
    assert (run.state, run.counts["rows"], run.counts["errors"]) == (ImportState.CHECKED, 2, 0)
    assert names() == []

    run = finish(services.start(member.actor, run.pk))
    assert run.state == ImportState.DONE
    assert run.counts["created"] == {"suppliers": 2}
    assert names() == ["Acme", "Bolt"]

    run = finish(services.undo(member.actor, run.pk))
    assert run.state == ImportState.UNDONE
    assert names() == []


def test_the_same_file_twice_changes_nothing(member, checked):
    finish(services.start(member.actor, checked(GOOD).pk))
    before = list(Supplier.objects.values())

    run = finish(services.start(member.actor, checked(GOOD).pk))

    assert run.counts["created"] == {"suppliers": 0}
    assert run.counts["unchanged"] == 2
    assert list(Supplier.objects.values()) == before


def test_every_problem_is_told_with_row_field_and_remedy(member, checked):
    run = checked(
        "name,amount,units,since,currency,tier,active,country\n"
        "Acme,12.50,3,2024-03-31,EUR,Gold,yes,DE\n"
        ",abc,1.5,2024-02-30,QQQ,iron,perhaps,Germany\n"
        "Acme,-1,3,,,,,\n"
        "Cord,1,3,,,,,XX\n"
    )
    found = {(issue.row_no, issue.field) for issue in checking.issues_of_rows(run)}

    assert found == {
        *((2, field) for field in ("name", "amount", "units", "since", "currency", "tier")),
        *((2, field) for field in ("active", "country")),
        (3, "amount"),
        (3, "name"),
        (4, "country"),
    }
    assert all(issue.message and issue.remedy for issue in checking.issues_of_rows(run))
    assert run.counts["errors"] == 3
    with pytest.raises(Refused, match="3 rows have problems"):
        services.start(member.actor, run.pk)
    assert names() == []


def test_the_good_rows_alone_go_in_when_chosen(member, checked):
    run = checked("name,amount\nAcme,1\nBolt,many\n")
    services.choose(member.actor, run.pk, keep_good=True)

    run = finish(services.start(member.actor, run.pk))

    assert (run.state, names()) == (ImportState.DONE, ["Acme"])


def test_a_corrected_cell_is_checked_alone_and_imported(member, checked):
    run = checked("name,amount,country\nAcme,1,DE\nBolt,many,XX\n")

    left = services.edit_cell(member.actor, run.pk, 2, "amount", "2")
    assert [issue.field for issue in left] == ["country"]
    assert services.edit_cell(member.actor, run.pk, 2, "country", "FR") == []
    run.refresh_from_db()
    assert run.counts["errors"] == 0

    finish(services.start(member.actor, run.pk))
    assert list(Supplier.objects.order_by("name").values_list("name", "country")) == [
        ("Acme", "DE"),
        ("Bolt", "FR"),
    ]


def test_corrections_survive_the_loss_of_the_stage(member, checked):
    from workspaces.imports import staging

    run = checked("name,amount\nAcme,1\nBolt,many\n")
    services.edit_cell(member.actor, run.pk, 2, "amount", "2")
    staging.drop(run.pk)

    finish(services.start(member.actor, run.pk))

    assert names() == ["Acme", "Bolt"]


def test_a_key_corrected_to_one_that_is_there_is_refused(member, checked):
    run = checked("name,amount\nAcme,1\nBolt,many\n")

    left = services.edit_cell(member.actor, run.pk, 2, "name", "Acme")

    assert {issue.field for issue in left} == {"name", "amount"}


def test_the_mapping_is_remembered_for_the_next_file(member, upload):
    run = upload("Firma;Mail\nAcme;a@example.com\n")
    with pytest.raises(Refused, match="Name"):
        services.check(member.actor, run.pk)
    services.set_mapping(member.actor, run.pk, {"name": "Firma", "email": "Mail"})

    again = upload("Mail;Firma\nb@example.com;Bolt\n")

    assert again.mapping == {"name": "Firma", "email": "Mail"}
    assert again.delimiter == ";"


def test_a_cancelled_import_leaves_nothing_and_can_be_started_again(member, checked):
    run = services.start(member.actor, checked(GOOD).pk)
    Job.objects.filter(pk=run.job_id).update(state=JobState.RUNNING, cancel_requested=False)
    Job.objects.filter(pk=run.job_id).update(state=JobState.QUEUED, cancel_requested=True)
    run = finish(run)
    assert (run.state, names()) == (ImportState.CANCELLED, [])

    finish(services.start(member.actor, run.pk))
    assert names() == ["Acme", "Bolt"]


def test_cancelling_while_it_waits_is_immediate(member, checked):
    run = services.start(member.actor, checked(GOOD).pk)

    run = services.cancel(member.actor, run.pk)

    assert run.state == ImportState.CANCELLED
    assert names() == []


def test_discarding_deletes_run_stage_and_file(member, checked, media):
    run = checked(GOOD)

    services.discard(member.actor, run.pk)

    assert not ImportRun.objects.filter(pk=run.pk).exists()
    assert [path for path in media.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("verb", ["check", "start", "cancel", "undo", "discard"])
def test_roles_without_the_permission_and_strangers_change_nothing(
    verb, checked, viewer, finance_member, outsider
):
    run = checked(GOOD)
    for someone, refusal in ((viewer, Denied), (finance_member, Denied), (outsider, NotFound)):
        with pytest.raises(refusal):
            getattr(services, verb)(someone.actor, run.pk)

    run.refresh_from_db()
    assert run.state == ImportState.CHECKED
    assert names() == []


@pytest.mark.parametrize(
    "options",
    [
        {"encoding": "base64"},
        {"encoding": "klingon"},
        {"delimiter": "ab"},
        {"date_order": "ydm"},
        {"decimal": "x"},
        {"colour": "red"},
    ],
)
def test_an_unknown_reading_option_is_refused(member, upload, options):
    run = upload(GOOD)
    with pytest.raises(Refused):
        services.set_mapping(member.actor, run.pk, run.mapping, options=options)

    run.refresh_from_db()
    assert run.options == {}


def test_a_correction_cannot_bring_in_control_characters(member, checked):
    run = checked("name,amount\nAcme,many\n")
    with pytest.raises(Refused, match="control character"):
        services.edit_cell(member.actor, run.pk, 1, "name", "A\x00")

    run.refresh_from_db()
    assert run.edits == {}


def test_texts_come_through_unchanged(member, checked):
    """Quotes, breaks, tabs and backslashes stay; a guard against formulas comes off."""
    sent = ["a\\b", "tab\there", "line\nbreak", "'=1+1", "\\N", "naïve “x”", "😀", "O'Neil"]
    lines = ['"' + name.replace('"', '""') + '"' for name in sent]
    run = checked("name\n" + "\n".join(lines) + "\n")
    assert checking.issues_of_rows(run) == []

    finish(services.start(member.actor, run.pk))

    expected = [name.removeprefix("'") for name in sent]
    assert sorted(Supplier.objects.values_list("name", flat=True)) == sorted(expected)


def test_characters_that_cannot_be_are_reported_by_cell(member, checked):
    run = checked(b"name,email\nAc\x07me,x\nBolt,\xff\xc3\xa4\xc3\xb6\n")
    found = {(issue.row_no, issue.field): issue for issue in checking.issues_of_rows(run)}

    assert "U+0007" in found[(1, "name")].message
    assert "encoding" in found[(2, "email")].message


def test_every_row_is_accounted_for_and_what_was_left_out_is_kept_with_its_reason(member, checked):
    from workspaces.imports import staging

    finish(services.start(member.actor, checked("name,country\nAcme,DE\n").pk))
    run = checked("name,amount\nacme,1\nBolt,2\nCord,many\n")
    services.choose(member.actor, run.pk, keep_good=True)

    run = finish(services.start(member.actor, run.pk))

    assert run.counts["accounted"] == {
        "read": 3,
        "made": 1,
        "changed": 0,
        "unchanged": 1,
        "left_out": 1,
        "passed_over": 0,
    }
    left = checking.issues_of_rows(run)
    assert [(each.line, each.field, each.value) for each in left] == [(4, "amount", "many")]
    assert not staging.exists(run)  # only the reasons are kept, and they survive a crash
    assert _persistence(staging.issues_of(run.pk)) == "p"


def test_reasons_go_when_nothing_was_left_out_or_their_time_is_over(member, checked):
    from workspaces.imports import staging
    from workspaces.imports.cleaning import FILE_KEPT, tidy_imports

    whole = finish(services.start(member.actor, checked(GOOD).pk))
    assert not staging.has_issues(whole)

    run = checked("name,amount\nAcme,1\nBolt,many\n")
    services.choose(member.actor, run.pk, keep_good=True)
    run = finish(services.start(member.actor, run.pk))
    tidy_imports()
    assert staging.has_issues(run)

    ImportRun.objects.filter(pk=run.pk).update(created_at=run.created_at - FILE_KEPT)
    tidy_imports()
    assert not staging.has_issues(run)


def _persistence(table: str) -> str:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT relpersistence FROM pg_class WHERE relname = %s", [table])
        return str(cursor.fetchone()[0])
