"""From an idea to an item: made, linked both ways, and taken back as one."""

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from core.errors import Denied, Refused
from feedback.announcements.models import Announcement
from feedback.ideas.models import Idea, Stake
from roadmaps.items.announcing import hear
from roadmaps.items.ideas import ideas_of, items_of, plan_idea
from roadmaps.items.models import Item, ItemProduct
from roadmaps.items.records import ITEM
from tests.factories.catalog import ProductFactory
from tests.factories.ideas import FeedbackLinkFactory, IdeaFactory
from workspaces.access.roles import Role
from workspaces.audit.models import ActivityEvent
from workspaces.links.services import add_link
from workspaces.records.services import change_record
from workspaces.records.undo_many import undo_batch

pytestmark = pytest.mark.django_db


@pytest.fixture
def idea(workspace):
    product = ProductFactory(workspace=workspace, name="Trail Jacket")
    return IdeaFactory(workspace=workspace, title="A zip that holds", product=product)


def stake(idea, revenue):
    return Stake.objects.create(
        workspace=idea.workspace,
        idea=idea,
        customers=3,
        revenue=revenue,
        currency="EUR",
        window_end=timezone.now().date(),
        computed_at=timezone.now(),
    )


def test_an_idea_is_planned_once_and_taken_back_as_one(owner, idea):
    item, batch = plan_idea(owner.actor, idea.pk)
    idea.refresh_from_db()
    about = ItemProduct.objects.visible_to(owner.actor).filter(item=item)

    assert (item.title, idea.state) == (idea.title, "planned")
    assert [one.product_id for one in about] == [idea.product_id]
    assert items_of(owner.actor, idea.pk) == [item]
    with pytest.raises(Refused, match="comes from it already"):
        plan_idea(owner.actor, idea.pk)

    undo_batch(owner.actor, batch)
    idea.refresh_from_db()
    assert idea.state == "submitted"
    assert items_of(owner.actor, idea.pk) == []
    assert not Item.objects.visible_to(owner.actor).filter(pk=item.pk).exists()


def test_a_merged_idea_is_not_planned_and_a_viewer_plans_none(owner, idea, member_as):
    other = IdeaFactory(workspace=idea.workspace, merged_into=idea, state="merged")
    with pytest.raises(Refused, match="Plan that one"):
        plan_idea(owner.actor, other.pk)
    with pytest.raises(Denied):
        plan_idea(member_as(Role.VIEWER).actor, idea.pk)
    assert not Item.objects.visible_to(owner.actor).exists()


def test_an_item_says_who_asks_and_hides_their_money(owner, idea, member_as, client_of):
    item, _ = plan_idea(owner.actor, idea.pk)
    second = IdeaFactory(workspace=idea.workspace, title="A longer zip")
    add_link(owner.actor, ("roadmaps.item", item.pk), "comes_from", ("feedback.idea", second.pk))
    stake(idea, Decimal("812.50"))
    stake(second, Decimal("100.25"))
    url = reverse("workspaces:record", args=[idea.workspace.slug, "items", item.pk])

    page = client_of(owner).get(url).content.decode()
    assert len(ideas_of(owner.actor, item.pk)) == 2
    assert "A zip that holds" in page
    assert "€812.50" in page
    assert "€912.75" in page
    seen = client_of(member_as(Role.VIEWER)).get(url).content.decode()
    assert "A zip that holds" in seen
    assert "812.50" not in seen
    assert "912.75" not in seen


def test_the_button_on_the_idea_leads_to_the_item_and_back(owner, idea, client_of):
    client = client_of(owner)
    slug = idea.workspace.slug
    page = reverse("workspaces:record", args=[slug, "ideas", idea.pk])
    plan = reverse("roadmaps:plan_idea", args=[slug, idea.pk])
    assert plan in client.get(page).content.decode()

    went = client.post(plan)
    item = Item.objects.visible_to(owner.actor).get()
    assert went.url.endswith(f"/items/{item.pk}/")
    after = client.get(page).content.decode()
    assert plan not in after
    assert went.url in after
    assert client.post(plan).url == page
    assert Idea.objects.visible_to(owner.actor).get(pk=idea.pk).state == "planned"


def test_an_item_that_shipped_drafts_news_for_those_who_asked(member, workspace):
    idea = IdeaFactory(workspace=workspace, title="A better zip")
    FeedbackLinkFactory(workspace=workspace, idea=idea)
    item, _ = plan_idea(member.actor, idea.pk)
    for state in ("discovery", "ready", "delivery", "shipped"):
        item.refresh_from_db()
        change_record(member.actor, ITEM, item.pk, item.version, {"state": state})
    events = ActivityEvent.objects.filter(model=ITEM.name, object_id=item.pk)
    hear(workspace.pk, list(events))
    hear(workspace.pk, list(events))

    draft = Announcement.objects.in_workspace(workspace.pk).get()
    assert (draft.news, draft.title) == ("shipped", f"Now here: {item}")
    assert "- A better zip" in draft.text
