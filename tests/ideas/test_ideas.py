"""Marking passages, linking them, voting and merging: what holds and what is undone."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import Denied, Refused
from feedback.ideas import services
from feedback.ideas.models import FeedbackLink, Highlight, Idea
from feedback.ideas.records import IDEA, LINK
from feedback.inbox.models import Note
from tests.factories.feedback import NoteFactory
from tests.factories.ideas import FeedbackLinkFactory, IdeaFactory
from tests.factories.ledger import CustomerFactory
from workspaces.audit.models import ActivityEvent
from workspaces.records.kinds import KINDS
from workspaces.records.services import change_record, create_record
from workspaces.records.tracing import chain
from workspaces.records.undo import undo_event

SAID = "Zu klein.\r\nThe zip jams, the zip jams 🧥 badly."


@pytest.fixture
def note(workspace):
    return NoteFactory(
        workspace=workspace, text=SAID, customer=CustomerFactory(workspace=workspace)
    )


def last(row):
    return ActivityEvent.objects.of(row).first()


def test_a_passage_is_marked_once_where_it_was_selected_and_unmarked_by_undo(member, note):
    first = services.highlight(member.actor, note, "zip jams")
    second = services.highlight(member.actor, note, "zip jams", 28)
    again = services.highlight(member.actor, note, "zip jams", 28)
    coat = services.highlight(member.actor, note, "🧥 badly")
    assert (first.start, second.start, again.pk) == (14, 28, second.pk)
    assert note.words[coat.start : coat.stop] == coat.quote == "🧥 badly"
    with pytest.raises(Refused):
        services.highlight(member.actor, note, "it fits")
    undo_event(member.actor, last(second).pk)
    assert list(Highlight.objects.visible_to(member.actor).order_by("pk")) == [first, coat]


def test_what_a_note_says_never_changes_whoever_writes(note):
    for column in ("text", "title"):
        with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
            Note.objects.filter(pk=note.pk).update(**{column: "Something else"})
    Note.objects.filter(pk=note.pk).update(text=SAID, author="Ada")
    note.refresh_from_db()
    assert (note.text, note.author) == (SAID, "Ada")


def test_a_link_names_the_customer_of_its_note_and_is_undone(member, note):
    idea = IdeaFactory(workspace=member.workspace)
    passage = services.highlight(member.actor, note, "zip jams")
    (link,) = services.link(member.actor, idea.pk, [note], importance=3, passage=passage)
    assert (link.customer, link.importance, link.highlight) == (note.customer, 3, passage)
    undo_event(member.actor, last(link).pk)
    assert FeedbackLink.objects.visible_to(member.actor).count() == 0
    with pytest.raises(ValidationError):
        services.link(member.actor, idea.pk, [note], importance=4)
    other = NoteFactory(workspace=member.workspace)
    with pytest.raises(ValidationError):
        create_record(member.actor, LINK, {"idea": idea, "note": other, "highlight": passage})


def test_note_and_idea_lead_to_each_other(member, note):
    idea = IdeaFactory(workspace=member.workspace)
    services.link(member.actor, idea.pk, [note])
    forth = chain(member.actor, KINDS["feedback.note"], note.pk)
    back = chain(member.actor, IDEA, idea.pk)
    assert (IDEA.name, idea.pk) in [one.ref for g in forth for one, _ in g.records]
    assert ("feedback.note", note.pk) in [one.ref for g in back for one, _ in g.records]


def test_declining_needs_a_reason_and_merging_its_verb(member):
    idea = IdeaFactory(workspace=member.workspace)
    with pytest.raises(ValidationError):
        change_record(member.actor, IDEA, idea.pk, 1, {"state": "declined"})
    with pytest.raises(Refused):
        change_record(member.actor, IDEA, idea.pk, 1, {"state": "merged"})
    with pytest.raises(IntegrityError), transaction.atomic():
        Idea.objects.filter(pk=idea.pk).update(state="declined")
    idea.refresh_from_db()
    assert (idea.state, idea.version) == ("submitted", 1)
    said = {"state": "declined", "declined_because": "We do not sell those."}
    assert change_record(member.actor, IDEA, idea.pk, 1, said).state == "declined"


def test_ones_own_vote_stands_once_and_for_a_customer_besides(member, viewer):
    idea = IdeaFactory(workspace=member.workspace)
    services.vote(member.actor, idea.pk)
    with pytest.raises(Refused):
        services.vote(member.actor, idea.pk)
    customer = CustomerFactory(workspace=member.workspace)
    voted = services.vote(member.actor, idea.pk, customer=customer, importance=2)
    assert (voted.voter, voted.customer) == (None, customer)
    with pytest.raises(Denied):
        services.vote(viewer.actor, idea.pk)
    assert FeedbackLink.objects.count() == 2


def picture(actor):
    """All that is said of ideas and their links, but how often it was touched."""
    moves = {"version", "updated_at", "state_before"}
    ideas = Idea.objects.visible_to(actor).order_by("pk").values()
    links = FeedbackLink.objects.visible_to(actor).order_by("pk").values()
    return [{k: v for k, v in row.items() if k not in moves} for row in (*ideas, *links)]


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(pairs=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=8))
def test_merging_and_taking_apart_leaves_all_as_it_was(member, pairs):
    FeedbackLink.objects.all().delete()
    Idea.objects.update(merged_into=None, state="submitted")
    Idea.objects.all().delete()
    states = ("submitted", "planned", "shipped", "under_review", "in_progress")
    ideas = [IdeaFactory(workspace=member.workspace, state=state) for state in states]
    for idea in ideas:
        FeedbackLinkFactory(workspace=member.workspace, idea=idea)
    steps = [picture(member.actor)]
    merged = []
    for one, other in pairs:
        try:
            services.merge(member.actor, ideas[one].pk, ideas[other].pk)
        except Refused:
            assert picture(member.actor) == steps[-1]
            continue
        merged.append(ideas[one])
        steps.append(picture(member.actor))
        found = services.canonical(member.actor, ideas[one].pk)
        assert found.merged_into_id is None
    for number, idea in reversed(list(enumerate(merged))):
        if number % 2:
            services.unmerge(member.actor, idea.pk)
        else:
            undo_event(member.actor, last(idea).pk)
        assert picture(member.actor) == steps[number]


def test_undoing_an_old_unmerge_makes_no_circle(member):
    one, two = IdeaFactory.create_batch(2, workspace=member.workspace)
    services.merge(member.actor, one.pk, two.pk)
    services.unmerge(member.actor, one.pk)
    apart = last(one)
    services.merge(member.actor, two.pk, one.pk)
    with pytest.raises(Refused):
        undo_event(member.actor, apart.pk)
