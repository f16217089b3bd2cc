"""What visitors of a portal post: it becomes a note, and floods and programs do not."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from feedback.ideas.models import Idea
from feedback.inbox.models import Note
from feedback.inbox.recompute import recompute_links
from feedback.portal.models import Ballot
from feedback.portal.services_guests import Visitor, post
from feedback.portal.showing import similar
from tests.factories.ideas import IdeaFactory
from tests.factories.ledger import CustomerFactory
from tests.portal.conftest import text_of
from workspaces.search.models import SearchEntry
from workspaces.search.recompute import recompute_all_entries


def test_a_post_becomes_a_note_and_shows_like_ideas_first(workspace, portal_with, public):
    _, secret = portal_with()
    public("Longer sleeves for the jacket")
    recompute_all_entries(workspace.pk)
    client, url = Client(), f"/g/{secret}/post/"
    typed = {"title": "The sleeves are short", "text": "Mine end at the elbow.", "name": "Ada"}
    first = client.post(url, typed)

    assert "Is it one of these?" in text_of(first)
    assert "Longer sleeves for the jacket" in text_of(first)
    assert not Note.objects.in_workspace(workspace.pk).exists()
    assert "Thank you" in text_of(client.post(url, typed | {"sure": "1"}))
    note = Note.objects.in_workspace(workspace.pk).get()
    assert (note.channel.name, note.state, note.author) == ("Ideas for all", "new", "Ada")
    assert note.title == "The sleeves are short"


def test_like_ideas_are_named_for_words_that_show_and_of_this_portal_alone(
    workspace, portal_with, public
):
    bare, _ = portal_with(title="Bare", fields=["votes"])
    told, _ = portal_with(title="Told")
    shown = public("A warmer hood", description="It should keep off the drizzle.")
    public("Merged away", description="drizzle", state="submitted")
    IdeaFactory(workspace=workspace, title="Drizzle inside", state="planned")
    recompute_all_entries(workspace.pk)
    SearchEntry.objects.filter(object_id=shown.pk).update(body="drizzle secretword")

    assert similar(told, "In drizzle I get wet") == [shown]
    assert similar(bare, "In drizzle I get wet") == []
    assert similar(told, "secretword") == []
    assert similar(told, "the of and !!! 'quoted' \\ & |") == []


def test_among_thousands_of_public_ideas_the_like_ones_come_by_an_index(workspace, portal_with):
    portal, _ = portal_with()
    made = [
        Idea(workspace=workspace, title=f"Word{n} of {n % 7}", state="planned", public=True)
        for n in range(4_000)
    ]
    Idea.objects.bulk_create(made)
    recompute_all_entries(workspace.pk)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE feedback_idea, workspaces_searchentry")
        with CaptureQueriesContext(connection) as captured:
            found = similar(portal, "I would like word3777 please")
        read = next(one["sql"] for one in captured if "searchentry" in one["sql"])
        cursor.execute("EXPLAIN " + read.replace("%", "%%"), [])
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert [one.title for one in found] == ["Word3777 of 4"]
    assert "searchentry_words" in plan, plan
    assert "Seq Scan" not in plan, plan


def test_a_post_waits_for_the_customer_who_wrote_it(workspace, portal_with):
    portal, _ = portal_with()
    note = post(portal, Visitor(email="ann@shopper.example"), "Pockets", "Two please")
    assert note.customer_id is None
    ann = CustomerFactory(workspace=workspace, email="Ann@shopper.example")

    recompute_links(workspace.pk)

    assert Note.objects.get(pk=note.pk).customer_id == ann.pk


def test_programs_fill_the_trap_and_empty_posts_are_refused(workspace, portal_with):
    _, secret = portal_with()
    url = f"/g/{secret}/post/"
    trapped = Client().post(url, {"title": "Buy pills", "website": "https://pills.example"})
    empty = Client().post(url, {"title": "  "})
    long = Client().post(url, {"title": "x", "text": "y" * 10_001})

    assert "Thank you" in text_of(trapped)
    assert (empty.status_code, long.status_code) == (422, 422)
    assert not Note.objects.in_workspace(workspace.pk).exists()


@pytest.mark.usefixtures("within_a_minute")
def test_thousands_of_posts_and_votes_from_one_address_are_limited(workspace, portal_with, public):
    _, secret = portal_with()
    idea = public("Hood")
    posts = [Client().post(f"/g/{secret}/post/", {"title": "zzz"}).status_code for _ in range(25)]
    votes = [Client().post(f"/g/{secret}/ideas/{idea.pk}/vote/").status_code for _ in range(90)]

    assert posts.count(429) == 15
    assert votes.count(429) >= 30
    assert Note.objects.in_workspace(workspace.pk).count() == 10
    assert Ballot.objects.count() <= 60
