"""The bell, the page of notifications, watching, and the choice of letters."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from products.catalog import services
from tests.factories.catalog import ProductFactory
from tests.following.conftest import PRODUCT, heard, in_bulk, told
from workspaces.following import services as following
from workspaces.following.links import unsubscribe_link
from workspaces.following.models import MailChoice, Notification, Watch

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def at(workspace):
    return lambda name, *args: reverse(f"workspaces:{name}", args=[workspace.slug, *args])


def test_the_bell_counts_and_says_nothing_new_by_304(ada, bo, watched, rename, client_of, at):
    client = client_of(bo)
    first = client.get(at("bell"))
    assert (first.status_code, first.content) == (200, b"")
    tag = first["ETag"]
    assert client.get(at("bell"), headers={"If-None-Match": tag}).status_code == 304

    rename(ada, watched, "One")
    second = client.get(at("bell"), headers={"If-None-Match": tag})
    assert (second.status_code, second.content) == (200, b"1")

    following.mark_read(bo.actor, told(bo)[0].pk)
    assert client.get(at("bell")).content == b""


def test_the_count_is_one_statement_by_its_index(bo, workspace, client_of, at, queries):
    Notification.objects.bulk_create(
        Notification(
            workspace=workspace,
            user=bo.user,
            kind=PRODUCT,
            object_id=n,
            reason=4,
            label="x",
            last_event=n,
        )
        for n in range(1, 201)
    )
    client = client_of(bo)
    client.get(at("bell"))
    assert queries(lambda: client.get(at("bell"))) == 3  # session, membership, count
    assert client.get(at("bell")).content == b"99+"
    plan = Notification.objects.mine(bo.actor).unread().explain()
    assert "notification_unread" in plan or "Seq Scan" not in plan


def test_the_page_shows_what_changed_and_marking_read_takes_it_away(
    ada, bo, watched, rename, client_of, at
):
    rename(ada, watched, "One")
    rename(ada, watched, "Two")
    client = client_of(bo)
    page = client.get(at("notifications")).content.decode()
    assert str(ada.user) in page
    assert "2 changes" in page
    assert re.search(r"Trail Jacket</del>.*Two</ins>", page, re.S)

    [one] = told(bo)
    region = client.post(at("notification_mark", one.pk, "read"), headers=HTMX).content.decode()
    assert "You have read everything" in region
    assert "<html" not in region
    everything = client.get(at("notifications") + "?show=all").content.decode()
    assert "Mark as unread: Two" in everything

    client.post(at("notification_mark", one.pk, "unread"))
    assert Notification.objects.get(pk=one.pk).read_at is None


def test_unread_again_joins_what_is_open(ada, bo, watched, rename):
    rename(ada, watched, "One")
    [first] = told(bo)
    following.mark_read(bo.actor, first.pk)
    rename(ada, watched, "Two")
    following.mark_unread(bo.actor, first.pk)

    [one] = told(bo)
    assert (one.count, one.read_at, len(one.events)) == (2, None, 2)


def test_all_read_leaves_what_came_after_the_page(ada, bo, watched, rename, client_of, at):
    other = ProductFactory(workspace=bo.workspace)
    following.watch(bo.actor, PRODUCT, other.pk, "all")
    rename(ada, watched, "One")
    through = told(bo)[0].last_event
    rename(ada, other, "Later")

    client_of(bo).post(at("notifications_read"), {"through": through})

    assert [(row.label, row.read_at is None) for row in told(bo)] == [
        ("One", False),
        ("Later", True),
    ]


def test_opening_takes_as_read_and_leads_there(ada, bo, watched, rename, client_of, at):
    rename(ada, watched, "One")
    [one] = told(bo)
    answer = client_of(bo).post(at("notification_open", one.pk))

    assert answer.url == reverse("products:product", args=[bo.workspace.slug, watched.pk])
    assert Notification.objects.get(pk=one.pk).read_at


def test_muting_from_the_page_and_its_undo(ada, bo, watched, rename, client_of, at):
    rename(ada, watched, "One")
    [one] = told(bo)
    client = client_of(bo)
    page = client.post(at("notification_mute", one.pk), follow=True).content.decode()
    assert Watch.objects.get(user=bo.user).level == "none"

    undo = re.search(r'action="([^"]*/watch/[^"]*)"', page).group(1)
    client.post(undo, {"next": at("notifications")})
    assert Watch.objects.get(user=bo.user).level == "all"


def test_somebody_elses_notification_is_not_found(ada, bo, viewer, watched, rename, client_of, at):
    rename(ada, watched, "One")
    [one] = told(bo)
    for name, more in (
        ("notification_mark", ["read"]),
        ("notification_mute", []),
        ("notification_open", []),
    ):
        assert client_of(viewer).post(at(name, one.pk, *more)).status_code == 404
    assert Notification.objects.get(pk=one.pk).read_at is None
    assert not Watch.objects.filter(user=viewer.user).exists()


def test_news_of_a_record_one_may_no_longer_see_is_not_on_the_page(
    ada, bo, watched, rename, client_of, at
):
    rename(ada, watched, "Secret Plan")
    watched.__class__.objects.filter(pk=watched.pk).delete()
    page = client_of(bo).get(at("notifications")).content.decode()

    assert "Secret Plan" not in page


def test_a_bulk_edit_is_one_line(ada, bo, workspace, client_of, at):
    products = ProductFactory.create_batch(12, workspace=workspace)
    following.watch(bo.actor, PRODUCT, 0, "all")
    in_bulk(ada, products)
    heard()

    page = client_of(bo).get(at("notifications")).content.decode()
    assert "12 products" in page
    assert page.count("told-one") == 1


def test_thirty_notifications_cost_no_more_queries_than_three(
    ada, bo, workspace, client_of, at, queries
):
    following.watch(bo.actor, PRODUCT, 0, "all")
    client = client_of(bo)

    def cost() -> int:
        heard()
        client.get(at("notifications"))
        return queries(lambda: client.get(at("notifications")))

    for number in range(3):
        services.create_product(ada.actor, name=f"Early {number}")
    for_three = cost()
    for number in range(25):
        services.create_product(ada.actor, name=f"Later {number}")
    assert cost() == for_three


def test_the_watch_button_of_a_record_page(bo, product, client_of, at):
    client = client_of(bo)
    page = reverse("products:product", args=[bo.workspace.slug, product.pk])
    assert "<span>Watch</span>" in client.get(page).content.decode()

    region = client.post(at("watch", PRODUCT, product.pk), {"level": "all"}, headers=HTMX)
    assert "<span>Watching</span>" in region.content.decode()
    assert client.post(at("watch", PRODUCT, product.pk), {"level": "most"}).status_code == 422
    answer = client.post(at("unwatch", PRODUCT, product.pk))
    assert answer.url == page
    assert not Watch.objects.filter(user=bo.user).exists()


def test_leaving_one_record_out_of_a_kind_that_is_watched(ada, bo, product, rename, client_of, at):
    client = client_of(bo)
    client.post(at("watch", PRODUCT, 0), {"level": "all"})
    client.post(at("unwatch", PRODUCT, product.pk))
    rename(ada, product, "One")

    assert told(bo) == []


def test_nobody_watches_what_they_may_not_read(viewer, outsider, product, client_of, at):
    assert (
        client_of(viewer).post(at("watch", "finance.order", 0), {"level": "all"}).status_code == 404
    )
    theirs = ProductFactory(workspace=outsider.workspace)
    assert (
        client_of(viewer).post(at("watch", PRODUCT, theirs.pk), {"level": "all"}).status_code == 404
    )
    assert not Watch.objects.exists()
    assert (
        client_of(viewer).post(at("watch", PRODUCT, product.pk), {"level": "all"}).status_code
        == 302
    )


def test_choosing_letters_and_what_is_refused(bo, client_of, at):
    client = client_of(bo)
    good = {
        "every": "week",
        "weekday": 4,
        "hour": 9,
        "quiet_from": 20,
        "quiet_until": 7,
        "mentions": "on",
    }
    for wrong in ({"hour": 22}, {"quiet_until": ""}, {"every": "often"}, {"weekday": 9}):
        assert client.post(at("letters"), good | wrong).status_code == 422
    assert not MailChoice.objects.exists()

    assert client.post(at("letters"), good).status_code == 302
    choice = MailChoice.objects.get(user=bo.user)
    assert (choice.every, choice.weekday, choice.hour, choice.quiet_from) == ("week", 4, 9, 20)
    assert (choice.mentions, choice.assignments, choice.approvals) == (True, False, False)


class TestUnsubscribing:
    """The link in every letter."""

    def test_looking_changes_nothing_and_a_post_ends_the_letters(self, bo):
        link = unsubscribe_link(bo.workspace.pk, bo.user.pk)
        path = "/unsubscribe/" + link.split("/unsubscribe/")[1]
        stranger = Client(enforce_csrf_checks=True)
        assert b"Stop e-mail" in stranger.get(path).content
        assert not MailChoice.objects.exists()

        answer = stranger.post(path, {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        choice = MailChoice.objects.get(user=bo.user)
        assert (choice.every, choice.mentions) == ("never", False)

    def test_a_link_we_did_not_make_opens_nothing(self, bo):
        link = unsubscribe_link(bo.workspace.pk, bo.user.pk)
        path = "/unsubscribe/" + link.split("/unsubscribe/")[1]
        for forged in ("/unsubscribe/abc/", path[:-3] + "xx/"):
            assert Client().post(forged).status_code == 404
        assert not MailChoice.objects.exists()


def test_below_the_bell_stand_the_newest_and_are_marked_there(
    ada, bo, watched, rename, client_of, at
):
    rename(ada, watched, "One")
    [one] = told(bo)
    client = client_of(bo)
    shown = client.get(at("notifications_newest")).content.decode()
    assert re.search(r"Unread: </span><strong>.*<b>One</b>", shown)
    assert "<html" not in shown

    marked = client.post(at("notification_mark", one.pk, "read"), {"bell": "1"}, headers=HTMX)
    assert "<b>One</b>" in marked.content.decode()
    assert "Unread: " not in marked.content.decode()
    Notification.objects.update(read_at=None)
    through = {"bell": "1", "through": one.last_event}
    assert (
        "Unread: "
        not in client.post(at("notifications_read"), through, headers=HTMX).content.decode()
    )
    assert not Notification.objects.mine(bo.actor).unread().exists()


def test_below_anothers_bell_stands_nothing_of_mine(ada, bo, watched, rename, client_of, at):
    rename(ada, watched, "One")
    assert "Nothing happened yet" in client_of(ada).get(at("notifications_newest")).content.decode()
