"""The shared page: what stands on it for whom, live and frozen, and when it closes."""

from datetime import date

import pytest
from django.test import Client

from core.errors import Denied, NotFound, Refused
from roadmaps.sharing import services
from roadmaps.sharing.models import Audience, RoadmapShare
from roadmaps.sharing.services import Wish
from roadmaps.snapshots.services import publish_snapshot
from tests.factories.roadmaps import ItemFactory
from tests.sharing.conftest import ALL
from workspaces.guests import services as guests
from workspaces.guests.services import Gate
from workspaces.views.models import SavedView
from workspaces.views.services import save_view

pytestmark = pytest.mark.django_db


@pytest.mark.time_machine("2026-11-28T12:00:00+00:00")
def test_nothing_but_titles_is_shown_to_an_audience_without_fields(plan, shared, see, member):
    _, secret = shared()
    text = see(secret).text

    assert "Trail Jacket 2.0" in text
    for hidden in ("Cut returns", member.user.name, "Committed", "Ready", "2027", "shell"):
        assert hidden not in text


def test_every_allowed_field_is_shown(plan, shared, see, member):
    _, secret = shared(*ALL)
    text = see(secret).text

    for shown in ("Cut returns to 7 %", member.user.name, "Committed", "Ready", "shell"):
        assert shown in text
    assert "5 Nov 2026 – 17 Jan 2027" in text
    assert "Waits for: Trail Jacket 2.0" in text


def test_days_are_no_finer_than_the_audience_may_know(plan, shared, see):
    _, secret = shared("item.dates", precision="quarter")
    text = see(secret).text

    assert "Q4 2026 – Q1 2027" in text
    assert "17 Jan" not in text
    assert "5 Nov" not in text


def test_order_tells_no_days_that_are_hidden(workspace, shared, see):
    for title, day in (("Beta", date(2026, 10, 1)), ("Alpha", date(2026, 12, 30))):
        ItemFactory(workspace=workspace, title=title, start_on=day, end_on=day)
    _, secret = shared("item.dates", precision="quarter")
    text = see(secret).text

    assert text.index("Alpha") < text.index("Beta")


def test_a_live_link_follows_the_roadmap_and_a_frozen_one_does_not(plan, shared, see):
    _, live = shared()
    _, frozen = shared(frozen=True)
    item = plan[0]
    item.title = "Summit Jacket"
    item.save()

    assert "Summit Jacket" in see(live).text
    assert "Trail Jacket 2.0" in see(frozen).text
    assert "Summit Jacket" not in see(frozen).text


def test_a_frozen_link_keeps_nothing_its_audience_may_not_see(plan, shared, member):
    share, _ = shared("item.dates", frozen=True, precision="month")
    kept = str(RoadmapShare.objects.values_list("frozen", flat=True).get(pk=share.pk))

    assert "Trail Jacket" in kept
    for hidden in ("Cut returns", member.user.name, "committed", "shell", "2026-11-05"):
        assert hidden not in kept


def test_a_snapshot_is_shared_as_it_was(plan, member, shared, see):
    snapshot = publish_snapshot(member.actor, "October")
    plan[0].delete()
    _, secret = shared("item.dates", "item.objective", snapshot=snapshot.pk)
    text = see(secret).text

    assert "Trail Jacket 2.0" in text
    assert "Cut returns to 7 %" in text
    assert "5 Nov 2026" in text


def test_a_saved_view_is_shared_with_its_filter_and_layout(plan, member, shared, see):
    from roadmaps.items.records import ITEM

    query = "layout=board&group=confidence&q=jacket"
    view = save_view(member.actor, ITEM, "Jackets", query)
    share, secret = shared("item.confidence", query=query, view=view.pk)
    text = see(secret).text

    assert share.view == view
    assert "Trail Jacket" in text
    assert "Size advisor" not in text
    assert 'class="as-columns"' in text
    assert 'aria-label="Committed"' in text


def test_a_view_gives_outside_what_its_links_audiences_may_see_and_no_more(
    plan, member, shared, audience, see
):
    board = audience("item.dates", "item.state")
    share, secret = shared(of=board)
    view = SavedView.objects.get(pk=share.view_id)
    assert view.redaction == ["item.state", "item.dates"]

    SavedView.objects.filter(pk=view.pk).update(redaction=None)
    assert "Ready" not in see(secret).text

    services.delete_share(member.actor, share.pk)
    view.refresh_from_db()
    assert view.redaction is None


def test_changing_an_audience_changes_its_live_links_at_once(plan, member, audience, shared, see):
    board = audience("item.state")
    _, secret = shared(of=board)
    assert "Ready" in see(secret).text
    services.save_audience(
        member.actor, board.name, ["item.confidence"], "day", pk=board.pk, seen_version=1
    )
    text = see(secret).text

    assert "Ready" not in text
    assert "Committed" in text


def test_a_view_in_the_trash_is_shared_no_longer(plan, member, shared, see):
    from workspaces.views.services import delete_view

    share, secret = shared()
    delete_view(member.actor, share.view_id)

    assert see(secret).status_code == 404
    assert "Trail Jacket" not in see(secret).text


def test_revoking_closes_the_page_and_its_files_to_whoever_is_inside(plan, member, shared, see):
    share, secret = shared()
    guest = Client()
    assert see(secret, client=guest).status_code == 200
    guests.revoke_link(member.actor, share.link_id)
    for path in ("roadmap/", "roadmap.pdf", "roadmap.json", "roadmap.ics"):
        answer = see(secret, path, client=guest)
        assert answer.status_code == 404
        assert "Trail Jacket" not in answer.text


def test_a_password_is_asked_before_anything_is_shown(plan, shared, see):
    _, secret = shared(*ALL, gate=Gate("Board", way="password", password="twelve green apples"))
    for path in ("roadmap/", "roadmap.csv", "roadmap.ics"):
        answer = see(secret, path)
        assert "Password" in answer.text
        assert "Our plan" not in answer.text
        assert "Trail Jacket" not in answer.text


def test_searching_finds_what_is_shown_alone(plan, shared, see):
    _, secret = shared("item.state")

    assert "Trail Jacket" in see(secret, q="ready").text
    assert "Trail Jacket" not in see(secret, q="committed").text
    assert "Trail Jacket" not in see(secret, q="cut returns").text


def test_files_are_given_where_the_link_allows_them(plan, shared, see):
    _, secret = shared(files=False)

    assert "roadmap.pdf" not in see(secret).text
    assert see(secret, "roadmap.pdf").status_code == 404


def test_a_watermark_says_who_reads_it(plan, shared, see):
    _, secret = shared(watermark=True)

    assert "Shared by link · " in see(secret).text


def test_nothing_of_a_deleted_or_an_ended_item_is_shared(workspace, shared, see):
    from django.utils import timezone

    ItemFactory(workspace=workspace, title="In the trash", deleted_at=timezone.now())
    ItemFactory(workspace=workspace, title="Not doing it", state="not_doing")
    _, secret = shared(*ALL)
    text = see(secret).text

    assert "In the trash" not in text
    assert "Not doing it" not in text


def test_links_and_audiences_are_made_by_those_who_may_share_outside(
    viewer, contributor, audience, outsider
):
    board = audience()
    for someone in (viewer, contributor):
        with pytest.raises(Denied):
            services.share_roadmap(someone.actor, Wish("Plan", board.pk), Gate("x"))
        with pytest.raises(Denied):
            services.save_audience(someone.actor, "x", [], "day")
    with pytest.raises(NotFound):
        services.share_roadmap(outsider.actor, Wish("Plan", board.pk), Gate("x"))
    assert not RoadmapShare.objects.exists()
    assert Audience.objects.count() == 1


def test_an_audience_with_links_is_not_deleted(audience, shared, member):
    board = audience()
    shared(of=board)
    with pytest.raises(Refused):
        services.delete_audience(member.actor, board.pk)
    assert Audience.objects.get() == board


def test_thirty_items_cost_what_three_do(workspace, shared, see, queries):
    ItemFactory.create_batch(3, workspace=workspace)
    _, secret = shared(*ALL)
    guest = Client()
    see(secret, client=guest)
    few = queries(lambda: see(secret, client=guest))
    ItemFactory.create_batch(30, workspace=workspace)

    assert queries(lambda: see(secret, client=guest)) == few
