"""Portals: what visitors see and do, and what never gets out."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, models, transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feedback.ideas.models import FeedbackLink, Idea
from feedback.ideas.recompute import recompute_all_stakes
from feedback.inbox.models import Note
from feedback.portal import showing
from feedback.portal.models import SHOWABLE, STATES, Ballot, Portal
from feedback.portal.records import PORTAL
from feedback.portal.services_guests import (
    Visitor,
    customer_of,
    forget,
    take_back,
    vote,
)
from finance.ledger.services_customers import erase_customer
from tests.factories.discussion import CommentFactory
from tests.factories.feedback import NoteFactory
from tests.factories.ideas import FeedbackLinkFactory, IdeaFactory
from tests.factories.ledger import CustomerFactory
from tests.factories.workspaces import UserFactory
from tests.portal.conftest import page, text_of
from workspaces.guests import gate as gates
from workspaces.guests import services as guests
from workspaces.guests.models import Way
from workspaces.guests.services import Gate
from workspaces.records.services import change_record, delete_record

ALL = [one.value for one in STATES]


def test_only_public_ideas_in_the_chosen_states_are_there(workspace, portal_with, public):
    _, secret = portal_with(states=["planned"])
    public("Shown")
    for title, more in (
        ("Private", {"public": False, "state": "planned"}),
        ("Shipped", {"public": True, "state": "shipped"}),
        ("Merged", {"public": True, "state": "merged", "merged_into": public("Target")}),
        ("Trashed", {"public": True, "state": "planned", "deleted_at": timezone.now()}),
    ):
        hidden = IdeaFactory(workspace=workspace, title=f"{title} idea", **more)
        assert page(secret, f"ideas/{hidden.pk}/").status_code == 404
    elsewhere = IdeaFactory(title="Of another shop", public=True, state="planned")
    assert page(secret, f"ideas/{elsewhere.pk}/").status_code == 404
    seen = text_of(page(secret))
    assert {"Shown", "Target"} == set(re.findall(r"<h2><a[^>]*>([^<]*)</a>", seen))


def _planted(workspace, member):
    """An idea whose every column says something only it says, by column, and rows beside it."""
    canaries = {}
    person = UserFactory(name=f"owner{uuid4().hex}")
    told = {"state": "declined", "declined_because": "x", "owner": person}
    idea = IdeaFactory(workspace=workspace, public=True, **told)
    canaries["owner"] = person.name
    values = {"declined_because": "", "because_public": True}
    for column in Idea._meta.concrete_fields:
        long = isinstance(column, models.TextField) or (column.max_length or 0) >= 80
        if isinstance(column, models.CharField | models.TextField) and long:
            canaries[column.name] = values[column.name] = f"secret{uuid4().hex}"
    canaries["custom"] = f"secret{uuid4().hex}"
    values["custom"] = {"price": canaries["custom"]}
    Idea.objects.filter(pk=idea.pk).update(**values)
    customer = CustomerFactory(
        workspace=workspace, name=f"secret{uuid4().hex}", email="s@x.example"
    )
    note = NoteFactory(workspace=workspace, text=f"secret{uuid4().hex}", customer=customer)
    FeedbackLinkFactory(workspace=workspace, idea=idea, note=note, customer=customer)
    inside = CommentFactory(workspace=workspace, kind="feedback.idea", object_id=idea.pk)
    CommentFactory(
        workspace=workspace,
        kind="feedback.idea",
        object_id=idea.pk,
        internal=False,
        body="Told you",
    )
    canaries |= {"customer": customer.name, "note": note.text, "inside": inside.body}
    idea.refresh_from_db()
    return idea, canaries


# Which column of an idea stands behind what a portal may show. A title always shows.
BEHIND = {"title": None, "description": "description", "declined_because": "because"}


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(chosen=st.sets(st.sampled_from(sorted(SHOWABLE))))
def test_what_was_not_chosen_gets_out_nowhere(workspace, member, portal_with, chosen, monkeypatch):
    monkeypatch.setattr(gates, "SALT", uuid4().hex)
    idea, canaries = _planted(workspace, member)
    _, secret = portal_with(fields=sorted(chosen), states=ALL)
    hay = "".join(
        text_of(page(secret, path, q=words))
        for path in ("ideas/", f"ideas/{idea.pk}/", "ideas.json", "news/", "post/")
        for words in ("", canaries["description"])
    )

    for name, canary in canaries.items():
        allowed = name in BEHIND and (BEHIND[name] is None or BEHIND[name] in chosen)
        if not allowed:
            shown = hay.replace(f'value="{canary}"', "").replace(f"q={canary}", "")
            assert canary not in shown, name
    assert canaries["title"] in hay
    assert ("Told you" in hay) == ("comments" in chosen)
    listed = page(secret, "ideas.json").json()["ideas"]
    assert all(set(one) <= {"id", "title"} | chosen for one in listed)
    found = {
        one["id"] for one in page(secret, "ideas.json", q=canaries["description"]).json()["ideas"]
    }
    assert (idea.pk in found) == ("description" in chosen)


def test_everything_a_portal_may_show_is_classified(db):
    portal = Portal(fields=[*SHOWABLE, "owner", "custom", "declined_because", "stake"])
    assert set(showing._VALUES) == set(SHOWABLE)
    shape = showing.shaped(portal, _like(state="planned"))
    assert set(shape) == {"id", "title"} | set(SHOWABLE)


def _like(**values):
    idea = Idea(pk=1, title="x", workspace_id=1, **values)
    idea.heard = 0
    return idea


def test_nobody_chooses_a_field_that_is_not_for_portals(member, portal_with):
    from django.core.exceptions import ValidationError

    portal, _ = portal_with()
    for values in ({"fields": ["owner"]}, {"states": ["merged"]}):
        with pytest.raises(ValidationError):
            change_record(member.actor, PORTAL, portal.pk, portal.version, values)


def test_scripts_are_text(portal_with, public, workspace):
    evil = "<script>alert(1)</script>"
    _, secret = portal_with(title=evil, intro=evil)
    idea = public(evil, description=f"{evil} [x](javascript:alert(1))")
    for path in ("ideas/", f"ideas/{idea.pk}/"):
        seen = text_of(page(secret, path))
        assert "<script" not in seen
        assert "javascript:" not in re.sub(r">[^<]*<", "", seen)


def test_searching_and_ordering(workspace, portal_with, public):
    _, secret = portal_with()
    few, many = public("Small zip"), public("Large zip", state="under_review")
    public("Hood")
    FeedbackLinkFactory.create_batch(2, workspace=workspace, idea=many)
    FeedbackLinkFactory(workspace=workspace, idea=few)
    recompute_all_stakes(workspace.pk)

    def titles(**query):
        return [one["title"] for one in page(secret, "ideas.json", **query).json()["ideas"]]

    assert titles(q="ZIP") == ["Large zip", "Small zip"]
    assert titles(q="zip", order="new") == ["Large zip", "Small zip"]
    assert titles(order="new")[0] == "Hood"
    assert titles(state="under_review") == ["Large zip"]
    assert titles(q="\x00'; --", state="nonsense") == []


def test_a_browser_votes_once_and_takes_it_back(workspace, portal_with, public):
    _, secret = portal_with()
    idea, client = public(), Client()
    url = f"/g/{secret}/ideas/{idea.pk}/vote/"
    for _ in range(3):
        client.post(url)
    Client().post(url)

    assert Ballot.objects.count() == FeedbackLink.objects.in_workspace(workspace.pk).count() == 2
    assert "You voted for this" in text_of(page(secret, f"ideas/{idea.pk}/", client))
    assert "You voted" not in text_of(page(secret, f"ideas/{idea.pk}/"))
    client.post(url, {"back": "1"})
    client.post(url, {"back": "1"})
    assert Ballot.objects.count() == FeedbackLink.objects.in_workspace(workspace.pk).count() == 1


PEOPLE = ["ada@x.example", "ADA@x.example", "bo@x.example", "nobody@x.example"]
MOVES = st.lists(
    st.tuples(st.sampled_from(PEOPLE), st.sampled_from(["vote", "back"]), st.integers(0, 1)),
    max_size=14,
)


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(moves=MOVES)
def test_one_customer_has_one_vote_whatever_is_pressed(workspace, portal_with, moves):
    portals = [portal_with()[0], portal_with()[0]]
    idea = IdeaFactory(workspace=workspace, public=True, state="planned")
    known = {}
    for email in ("ada@x.example", "bo@x.example"):
        known[email] = customer_of(workspace.pk, email) or CustomerFactory(
            workspace=workspace, email=email
        )
    voted: set[str] = set()
    for email, move, at in moves:
        (vote if move == "vote" else take_back)(portals[at], Visitor(email), idea.pk)
        voted = voted | {email.lower()} if move == "vote" else voted - {email.lower()}
    links = FeedbackLink.objects.in_workspace(workspace.pk).filter(idea=idea)

    assert links.count() == len(voted)
    customers = {known[one].pk for one in voted if one in known}
    assert set(links.exclude(customer=None).values_list("customer", flat=True)) == customers
    assert Ballot.objects.filter(idea=idea).count() == len(voted)


def test_a_portal_changes_no_importance_and_doubles_no_vote_on_behalf(
    workspace, member, portal_with, public
):
    portal, _ = portal_with()
    ada, bo = (CustomerFactory(workspace=workspace, email=f"{n}@x.example") for n in ("ada", "bo"))
    idea = public()
    note = NoteFactory(workspace=workspace, customer=ada)
    FeedbackLinkFactory(workspace=workspace, idea=idea, customer=ada, note=note, importance=3)
    FeedbackLinkFactory(workspace=workspace, idea=idea, customer=bo, importance=2)
    for email in ("ada@x.example", "bo@x.example"):
        vote(portal, Visitor(email), idea.pk)
    recompute_all_stakes(workspace.pk)

    newest = FeedbackLink.objects.in_workspace(workspace.pk).filter(customer=ada).latest("pk")
    assert (newest.importance, newest.note_id) == (3, None)
    assert FeedbackLink.objects.in_workspace(workspace.pk).filter(customer=bo).count() == 1
    idea.refresh_from_db()
    assert (idea.stake.customers, idea.stake.importance) == (2, 5)


def test_postgresql_refuses_a_second_ballot(workspace, portal_with, public):
    portal, _ = portal_with()
    idea = public()
    vote(portal, Visitor("a@x.example"), idea.pk)
    ballot = Ballot.objects.get()
    link = FeedbackLinkFactory(workspace=workspace, idea=idea)
    with pytest.raises(IntegrityError), transaction.atomic():
        Ballot.objects.create(
            workspace=workspace, link=link, idea=idea, portal=portal, voter=ballot.voter
        )
    assert Ballot.objects.count() == 1


def test_an_erased_customer_leaves_votes_and_no_address(workspace, member, portal_with, public):
    portal, _ = portal_with()
    ada = CustomerFactory(workspace=workspace, email="ada@x.example")
    vote(portal, Visitor("ada@x.example"), public().pk)
    erase_customer(member.actor, ada.pk, seen_version=1)

    assert Ballot.objects.get().email == ""
    assert FeedbackLink.objects.in_workspace(workspace.pk).get().customer_id == ada.pk
    forget(workspace.pk, "ada@x.example")


def test_a_portal_of_named_people_takes_no_anonymous_votes_or_posts(workspace, portal_with, public):
    _, secret = portal_with(anonymous=False)
    idea = public()
    answer = Client().post(f"/g/{secret}/ideas/{idea.pk}/vote/")
    posted = Client().post(f"/g/{secret}/post/", {"title": "A new thing"})

    assert "proved their address" in text_of(answer)
    assert "proved their address" in text_of(posted)
    assert not Ballot.objects.exists()
    assert not Note.objects.in_workspace(workspace.pk).exists()
    assert 'action="/g/' not in text_of(page(secret, f"ideas/{idea.pk}/"))


def test_closed_expired_revoked_and_guessed_look_the_same(workspace, member, portal_with, settings):
    bodies = set()
    soon = timezone.now() + timedelta(hours=1)
    expired, first = portal_with(Gate("A", expires_at=soon))
    revoked, second = portal_with()
    type(expired.link).objects.filter(pk=expired.link_id).update(expires_at=timezone.now())
    guests.revoke_link(member.actor, revoked.link_id)
    for secret in (first, second, "guessed-secret", "x"):
        for path in ("ideas/", "news/", "ideas.json", "post/"):
            answer = page(secret, path)
            assert answer.status_code == 404
            bodies.add(answer.content)
    assert len(bodies) == 1
    assert Client().get("/p/guessed/").url == "/g/guessed/ideas/"


def test_passwords_and_named_people_stand_at_the_gate(workspace, portal_with, public):
    public("Hidden behind")
    for gate in (
        Gate("P", way=Way.PASSWORD, password="long enough"),
        Gate("E", way=Way.EMAIL, domains=["x.example"]),
    ):
        _, secret = portal_with(gate)
        for path in ("ideas/", "ideas.json", "news/", "post/"):
            assert "Hidden behind" not in text_of(page(secret, path))
            assert "Shared with you" in text_of(page(secret, path))
        assert Client().post(f"/g/{secret}/post/", {"title": "In"}).status_code == 200
    assert not Note.objects.in_workspace(workspace.pk).exists()


def test_search_engines_only_where_that_was_chosen(member, portal_with):
    from django.core.exceptions import ValidationError

    portal, secret = portal_with(address=f"ideas-{uuid4().hex[:8]}")
    assert "noindex" in page(secret)["X-Robots-Tag"]
    assert 'name="robots"' in text_of(page(secret))
    change_record(member.actor, PORTAL, portal.pk, portal.version, {"indexed": True})
    assert "X-Robots-Tag" not in page(secret)
    assert 'name="robots"' not in text_of(page(secret))
    with pytest.raises(ValidationError):
        portal_with(Gate("P", way=Way.PASSWORD, password="long enough"), indexed=True)


def test_the_changelog_shows_what_was_published_for_it(member, portal_with, public):
    from feedback.announcements import services as news

    portal, secret = portal_with()
    shown, draft = (news.announce(member.actor, [public(t)]) for t in ("Zip", "Hood"))
    news.publish(member.actor, shown.pk, seen_version=1, letters=False)
    seen = text_of(page(secret, "news/"))
    assert "Zip" in seen
    assert draft.title not in seen
    news.write(member.actor, shown.pk, seen_version=2, on_changelog=False)
    assert "Zip" not in text_of(page(secret, "news/"))
    change_record(member.actor, PORTAL, portal.pk, portal.version, {"changelog": False})
    assert page(secret, "news/").status_code == 404


def test_a_german_dark_portal_of_few_bytes_without_scripts(portal_with, public, workspace):
    _, secret = portal_with(language="de", theme="dark")
    for number in range(40):
        public(f"Idea {number} " + "word " * 20, description="text " * 400)
    answer = page(secret)
    seen = text_of(answer)

    assert '<html lang="de" data-theme="dark">' in seen
    assert "Meiste Stimmen" in seen
    assert "Geplant" in seen
    assert "<script" not in seen
    assert len(answer.content) < 100_000


def test_a_deleted_portal_is_closed(member, portal_with):
    portal, secret = portal_with()
    delete_record(member.actor, PORTAL, portal.pk, portal.version)
    assert page(secret).status_code == 404
