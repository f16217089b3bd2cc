"""Scores follow who asks for an item and who buys its products, in the background."""

import pytest

from feedback.ideas import services as ideas
from roadmaps.items.ideas import plan_idea
from roadmaps.priorities.asked import customers_asking
from roadmaps.priorities.models import Score
from roadmaps.priorities.records import MODEL
from tests.factories.ideas import FeedbackLinkFactory, IdeaFactory
from tests.factories.ledger import CustomerFactory
from workspaces.audit.relay import relay_next
from workspaces.links.services import add_link
from workspaces.records.services import create_record
from workspaces.staleness.recompute import recompute_next

pytestmark = pytest.mark.django_db


def settled():
    """What workers do after commits."""
    while relay_next():
        pass
    while recompute_next():
        pass


def value_of(item):
    return Score.objects.get(item=item, current=True).value


@pytest.fixture
def asked(member):
    """An item of an idea that two customers ask for, scored by how many do."""
    idea = IdeaFactory(workspace=member.workspace, title="A zip that holds")
    FeedbackLinkFactory.create_batch(2, workspace=member.workspace, idea=idea)
    values = {"name": "Asked", "method": "own", "formula": "customers_asking * 10"}
    create_record(member.actor, MODEL, values)
    item, _ = plan_idea(member.actor, idea.pk)
    ideas.vote(member.actor, idea.pk, customer=CustomerFactory(workspace=member.workspace))
    settled()
    return item, idea


def test_a_vote_moves_the_score_of_the_item_that_comes_from_the_idea(member, asked):
    item, idea = asked
    assert value_of(item) == 30

    ideas.vote(member.actor, idea.pk, customer=CustomerFactory(workspace=member.workspace))
    settled()
    assert value_of(item) == 40


def test_who_asks_for_two_ideas_of_an_item_counts_once(member, asked):
    item, first = asked
    second = IdeaFactory(workspace=member.workspace)
    both = FeedbackLinkFactory(workspace=member.workspace, idea=second).customer
    ideas.vote(member.actor, first.pk, customer=both)
    add_link(member.actor, ("roadmaps.item", item.pk), "comes_from", ("feedback.idea", second.pk))
    ideas.vote(member.actor, second.pk, customer=CustomerFactory(workspace=member.workspace))
    settled()

    assert customers_asking(member.workspace.pk, {item.pk})[item.pk].likely == 5
    assert value_of(item) == 50


def test_a_merged_idea_speaks_through_the_one_it_is_in(member, asked):
    item, idea = asked
    whole = IdeaFactory(workspace=member.workspace)
    FeedbackLinkFactory(workspace=member.workspace, idea=whole)
    ideas.merge(member.actor, idea.pk, whole.pk)
    settled()
    assert value_of(item) == 40


def test_another_workspace_asks_for_nothing_here(outsider, asked):
    item, _ = asked
    assert customers_asking(outsider.workspace.pk, {item.pk}) == {}
