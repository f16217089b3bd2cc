"""The members' side: audiences, looking as one, making links, their log, closing and opening."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from roadmaps.sharing.models import Audience, RoadmapShare
from roadmaps.snapshots.services import publish_snapshot
from workspaces.guests.models import GuestLink, GuestVisit
from workspaces.guests.services import Gate
from workspaces.views.models import SavedView

pytestmark = pytest.mark.django_db
ADDRESS = re.compile(r'value="http://testserver(/g/([\w-]+)/roadmap/)"')


@pytest.fixture
def at(workspace):
    return lambda name, *more: reverse(f"roadmaps:{name}", args=[workspace.slug, *more])


@pytest.fixture
def pm(member, client_of):
    return client_of(member)


def wish(audience, **more):
    given = {"title": "Our plan", "label": "Board", "audience": audience.pk, "keeps": "live"}
    return {**given, "way": "open", "take_away": "on", **more}


def test_sharing_begins_with_for_whom_and_comes_back_to_it(pm, at):
    asked = "layout=timeline&zoom=quarter"
    first = pm.get(f"{at('share')}?{asked}")
    start = re.search(r'href="([^"]*start=Customers[^"]*)"', first.text).group(1)
    form = pm.get(start.replace("&amp;", "&"))
    assert 'value="item.horizon"' in form.text
    saved = pm.post(
        start.replace("&amp;", "&"),
        {"name": "Customers", "fields_shown": ["item.horizon"], "precision": "quarter"},
    )

    assert saved["Location"].startswith(at("share"))
    assert "zoom=quarter" in saved["Location"]
    assert Audience.objects.get().fields == ["item.horizon"]
    assert "View as Customers" in pm.get(saved["Location"]).text


def test_view_as_is_the_page_its_guests_get(pm, at, plan, audience, shared, see):
    board = audience("item.state", name="Board of directors")
    seen = pm.get(at("view_as"), {"audience": board.pk, "layout": "timeline"}).text
    _, secret = shared(of=board)
    guests = see(secret).text

    def rows(text):
        found = text[text.index('<main id="content"') : text.index("</main>")]
        return re.sub(r"\s+", " ", found)

    assert "Board of directors" in seen
    assert rows(seen) == rows(guests)


def test_a_link_is_made_of_what_is_on_the_screen_and_its_address_shown_once(pm, at, plan, audience):
    made = pm.post(f"{at('share')}?layout=timeline&q=jacket", wish(audience("item.state")))
    page = pm.get(made["Location"])
    address, secret = ADDRESS.search(page.text).groups()
    guest = Client().get(address)

    assert "Trail Jacket" in guest.text
    assert "Size advisor" not in guest.text
    assert secret not in pm.get(made["Location"]).text
    assert SavedView.objects.get().name == "Our plan"


def test_the_open_view_itself_is_shared(pm, at, plan, audience, member):
    from roadmaps.items.records import ITEM
    from workspaces.views.services import save_view

    view = save_view(member.actor, ITEM, "Jackets", "layout=timeline&q=jacket")
    pm.post(f"{at('share')}?view={view.pk}", wish(audience()))

    assert RoadmapShare.objects.get().view == view
    assert SavedView.objects.count() == 1


def test_a_snapshot_is_shared(pm, at, plan, audience, member, see):
    snapshot = publish_snapshot(member.actor, "October")
    plan[0].delete()
    made = pm.post(f"{at('share')}?snapshot={snapshot.pk}", wish(audience(), keeps=""))
    address, _ = ADDRESS.search(pm.get(made["Location"]).text).groups()

    assert "Trail Jacket" in Client().get(address).text


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"title": ""}, "This field is required"),
        ({"way": "password"}, "Give it a password"),
        ({"way": "email"}, "Name somebody"),
        ({"last_day": "2020-01-01"}, "still to come"),
        ({"origins": "nonsense"}, "is no site"),
        ({"audience": "999999"}, "valid choice"),
    ],
)
def test_what_cannot_be_shared_is_said_on_the_form(pm, at, audience, given, words):
    answer = pm.post(at("share"), wish(audience()) | given)

    assert answer.status_code == 422
    assert words in answer.text
    assert not GuestLink.objects.exists()


def test_the_log_says_who_came_and_when(pm, at, plan, shared, see):
    share, secret = shared()
    see(secret, client=Client(REMOTE_ADDR="203.0.113.77"))
    page = pm.get(at("share_link", share.pk)).text

    assert "Opened 1 time" in page
    assert "203.0.113.0" in page
    assert "203.0.113.77" not in page


def test_a_link_is_revoked_with_undo(pm, at, plan, shared, see):
    share, secret = shared()
    page = pm.post(at("share_revoke", share.pk), follow=True).text
    assert at("share_reopen", share.pk) in page
    assert see(secret).status_code == 404

    pm.post(at("share_reopen", share.pk))
    assert see(secret).status_code == 200


def test_a_new_address_and_a_new_password(pm, at, plan, shared, see):
    share, old = shared()
    page = pm.post(at("share_renew", share.pk), follow=True).text
    new = ADDRESS.search(page).group(2)
    assert (see(old).status_code, see(new).status_code) == (404, 200)
    version = GuestLink.objects.get().version
    changed = pm.post(
        at("share_link", share.pk),
        {
            "label": "Board",
            "way": "password",
            "password": "twelve green apples",
            "seen_version": version,
        },
    )

    assert changed.status_code == 302
    assert "Password" in see(new).text
    late = pm.post(
        at("share_link", share.pk), {"label": "x", "way": "open", "seen_version": version}
    )
    assert late.status_code == 422
    assert GuestLink.objects.get().label == "Board"


def test_deleting_a_link_deletes_its_log(pm, at, plan, shared, see):
    share, secret = shared()
    see(secret)
    pm.post(at("share_delete", share.pk))

    assert see(secret).status_code == 404
    assert not GuestVisit.objects.exists()
    assert not RoadmapShare.objects.exists()


def test_an_audience_is_changed_and_two_editors_are_told(pm, at, audience):
    board = audience("item.state")
    given = {"name": board.name, "fields_shown": ["item.dates"], "precision": "month"}
    pm.post(at("audience", board.pk), {**given, "seen_version": 1})
    late = pm.post(at("audience", board.pk), {**given, "seen_version": 1, "precision": "day"})

    board.refresh_from_db()
    assert (board.fields, board.precision) == (["item.dates"], "month")
    assert late.status_code == 422


def test_key_results_about_money_need_whoever_sees_money(admin_member, client_of, at, member):
    given = {"name": "Bank", "fields_shown": ["key_results.money"], "precision": "day"}
    client_of(member).post(at("audiences"), given)
    assert Audience.objects.get().fields == ["key_results.money"]


def test_viewers_are_offered_files_and_no_sharing(viewer, client_of, at, plan):
    page = client_of(viewer).get(at("roadmap")).text

    assert at("roadmap_file", "pdf") in page
    assert at("share") not in page
    assert client_of(viewer).get(at("share")).status_code == 403


def test_embedding_is_for_the_sites_that_are_named(plan, shared, see):
    _, secret = shared(gate=Gate("Board", origins=["https://intranet.example.com"]))
    _, plain = shared()

    policy = see(secret)["Content-Security-Policy"]
    assert "frame-ancestors https://intranet.example.com;" in f"{policy};"
    assert "frame-ancestors 'none'" in see(plain)["Content-Security-Policy"]
