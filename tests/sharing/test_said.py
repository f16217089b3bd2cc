"""What guests say: read by a member first, and then in the discussion and on the page."""

from datetime import UTC, datetime
from importlib import import_module

import pytest
import time_machine
from django.apps import apps
from django.test import Client
from django.urls import reverse

from core.errors import Denied
from roadmaps.items.records import ITEM
from roadmaps.sharing import services_comments
from roadmaps.sharing.models import GuestComment
from workspaces.discussion.heard import heard_about
from workspaces.discussion.models import Comment
from workspaces.discussion.tab import place_of
from workspaces.guests.services import Gate
from workspaces.records.forgetting import forget_everywhere

pytestmark = pytest.mark.django_db
WINDOW = datetime(2026, 3, 2, 12, 0, 1, tzinfo=UTC)


@pytest.fixture
def said(plan, shared, see):
    """Say something about the first item, as a guest."""
    share, secret = shared(comments=True)

    def posted(body="Before Easter, please.", name="Ann", key="", client=None):
        key = key or see(secret).context["page"].plan.entries[0].key
        given = {"about": key, "name": name, "body": body}
        return (client or Client()).post(f"/g/{secret}/comment/", given)

    posted.share, posted.secret = share, secret
    return posted


def test_nobody_sees_a_comment_before_a_member_published_it(said, see, member, client_of):
    answer = said()
    assert answer.status_code == 302
    assert "Before Easter" not in see(said.secret).text
    assert not Comment.objects.exists()
    row = GuestComment.objects.get()
    services_comments.publish(member.actor, row.pk)
    page = see(said.secret).text

    assert "Before Easter" in page
    assert "Ann" in page
    assert not Comment.objects.exists()
    said_outside = heard_about(member.actor, ITEM.name, row.item_id)
    assert [(one.who, one.text) for one in said_outside] == [("Ann", "Before Easter, please.")]
    tab = client_of(member).get(place_of(member.actor, ITEM, row.item_id)).text
    assert "From outside" in tab
    assert "Before Easter" in tab


def test_what_is_dropped_stands_nowhere(said, see, member):
    said()
    services_comments.drop(member.actor, GuestComment.objects.get().pk)

    assert "Before Easter" not in see(said.secret).text
    assert not Comment.objects.exists()


def test_a_comment_mentions_nobody_and_runs_nothing(said, see, member, client_of):
    said(body=f"@[user:{member.user.pk}] <script>alert(1)</script>", name="#[x:1]")
    services_comments.publish(member.actor, GuestComment.objects.get().pk)

    item = GuestComment.objects.get().item_id
    tab = client_of(member).get(place_of(member.actor, ITEM, item)).text
    assert f"@[user:{member.user.pk}]" in tab  # as it was typed, and no mention
    for shown in (tab, see(said.secret).text):
        assert "<script>alert" not in shown


@pytest.mark.parametrize("given", [{"body": ""}, {"body": "x" * 2_001}, {"name": " "}])
def test_what_cannot_be_said_is_refused_in_words(said, given):
    answer = said(**given)

    assert answer.status_code == 422
    assert not GuestComment.objects.exists()


def test_only_of_what_is_shown_and_only_where_the_link_takes_comments(said, shared, see):
    assert said(key="0123456789abcdef").status_code == 404
    _, silent = shared()
    key = see(silent).context["page"].plan.entries[0].key
    closed = Client().post(f"/g/{silent}/comment/", {"about": key, "name": "x", "body": "x"})

    assert closed.status_code == 404
    assert not GuestComment.objects.exists()


def test_a_few_comments_in_ten_minutes_from_one_place(said):
    with time_machine.travel(WINDOW, tick=False):
        answers = [said().status_code for _ in range(7)]

    assert answers == [302] * 5 + [429] * 2


def test_comments_are_read_by_those_who_edit_the_roadmap(said, viewer, member, client_of):
    said()
    row = GuestComment.objects.get()
    for act in (services_comments.publish, services_comments.drop):
        with pytest.raises(Denied):
            act(viewer.actor, row.pk)
    slug = member.workspace.slug
    page = client_of(member).get(reverse("roadmaps:share_link", args=[slug, said.share.pk]))
    assert "Before Easter" in page.text
    client_of(member).post(reverse("roadmaps:guest_comment", args=[slug, row.pk, "publish"]))
    row.refresh_from_db()
    assert row.state == "published"


def test_forgetting_somebody_takes_their_name_off(said, workspace):
    said()
    GuestComment.objects.update(email="ann@x.org")
    forget_everywhere(workspace.pk, 0, "Ann@x.org")

    row = GuestComment.objects.get()
    assert (row.name, row.email) == ("", "")


def test_a_link_that_knows_who_reads_asks_for_no_name(plan, shared):
    _, secret = shared(comments=True, gate=Gate("Board", way="email", domains=["example.com"]))
    answer = Client().post(f"/g/{secret}/comment/", {"about": "x", "body": "x"})

    assert b"e-mail" in answer.content
    assert not GuestComment.objects.exists()


@pytest.mark.parametrize("name", ["", "ann@x.org"])
def test_whoever_gives_no_name_is_a_guest_to_the_others(said, see, member, name):
    said(name="Somebody else")
    GuestComment.objects.update(name=name, email="ann@x.org")
    services_comments.publish(member.actor, GuestComment.objects.get().pk)

    page = see(said.secret).text
    assert "Guest, " in page
    assert "ann@x.org" not in page


def test_a_comment_after_the_visit_ended_is_kept_at_the_gate(plan, shared):
    gate = Gate("Board", way="password", password="twelve green apples")
    _, secret = shared(comments=True, gate=gate)
    url = f"/g/{secret}/comment/"
    answer = Client().post(url, {"about": "x", "body": "Before Easter"})

    assert f'name="next" value="/g/{secret}/roadmap/"' in answer.text
    assert f'name="to" value="{url}"' in answer.text
    assert 'name="held.body" value="Before Easter"' in answer.text


def test_within_another_site_one_comments_in_a_tab_of_its_own(plan, shared, see):
    _, secret = shared(comments=True, gate=Gate("Board", origins=["https://shop.example"]))
    key = see(secret).context["page"].plan.entries[0].key
    url = f"/g/{secret}/roadmap/?say={key}"
    page = Client().get(url, headers={"sec-fetch-dest": "iframe"}).text

    assert f'href="{url}#say" target="_blank"' in page
    assert "<textarea" not in page


def test_what_was_copied_into_members_comments_before_is_taken_out(said, member, workspace):
    said(name="Ann", body="Before\n@[user:1] Easter")
    row = GuestComment.objects.get()
    GuestComment.objects.update(state="published", email="Ann")
    here = {"workspace": workspace, "kind": ITEM.name, "object_id": row.item_id}
    copied = f"Ann, by the link “{said.share.title}”:\n\n> Before\n> @ [user:1] Easter"
    copy = Comment.objects.create(**here, author=member.user, body=copied)
    own = Comment.objects.create(**here, author=member.user, body=f"Like {copied}")
    import_module("roadmaps.migrations.0011_guests_words").part(apps, None)

    copy.refresh_from_db()
    own.refresh_from_db()
    row.refresh_from_db()
    assert "Ann" not in copy.body
    assert own.body == f"Like {copied}"
    assert row.name == ""
