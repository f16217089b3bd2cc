"""An idea's page: who asks, votes, merging and where a merged idea's address leads."""

from feedback.ideas.models import FeedbackLink
from feedback.ideas.recompute import recompute_all_stakes
from tests.factories.ideas import FeedbackLinkFactory, IdeaFactory
from tests.factories.ledger import CustomerFactory


def page(workspace, idea):
    return f"/w/{workspace.slug}/records/ideas/{idea.pk}/"


def act(workspace, idea, name):
    return f"/w/{workspace.slug}/ideas/{idea.pk}/{name}/"


def test_a_merged_idea_leads_to_the_one_that_stands_for_it_until_it_is_taken_apart(
    member, client_of, workspace
):
    zips, zipper, last = (IdeaFactory(workspace=workspace, title=t) for t in ("A", "B", "C"))
    same = CustomerFactory(workspace=workspace)
    for idea in (zips, zipper):
        FeedbackLinkFactory(workspace=workspace, idea=idea, customer=same)
        FeedbackLinkFactory(workspace=workspace, idea=idea)
    client = client_of(member)

    client.post(act(workspace, zips, "merge"), {"into": "b"})
    client.post(act(workspace, zipper, "merge"), {"into": f"#{last.pk}"})

    assert client.get(page(workspace, zips)).url == page(workspace, last)
    recompute_all_stakes(workspace.pk)
    last.refresh_from_db()
    assert last.stake.customers == 3
    client.post(act(workspace, zips, "unmerge"))
    client.post(act(workspace, zipper, "unmerge"))
    assert client.get(page(workspace, zips)).status_code == 200
    assert client.post(act(workspace, zips, "merge"), {"into": "nowhere"}).status_code == 302
    zips.refresh_from_db()
    assert (zips.state, zips.merged_into) == ("submitted", None)


def test_a_vote_is_ones_own_or_a_customers(member, viewer, client_of, workspace):
    idea = IdeaFactory(workspace=workspace)
    ada = CustomerFactory(workspace=workspace, email="ada@example.com")
    client, url = client_of(member), act(workspace, idea, "vote")
    client.post(url, {"customer": "ADA@example.com", "importance": "3"})
    client.post(url)
    client.post(url)
    client.post(url, {"customer": "nobody"})
    client.post(url, {"customer": ada.external_id, "importance": "9"})
    found = FeedbackLink.objects.order_by("pk").values_list("customer", "voter", "importance")
    assert list(found) == [(ada.pk, None, 3), (None, member.user.pk, 1)]
    assert client_of(viewer).post(url).status_code == 403
    assert "ada@example.com" in client.get(page(workspace, idea)).content.decode()
    assert "ada@example.com" not in client_of(viewer).get(page(workspace, idea)).content.decode()


def test_thirty_voices_cost_what_three_cost(member, client_of, workspace, queries):
    idea, client = IdeaFactory(workspace=workspace), client_of(member)
    FeedbackLinkFactory.create_batch(3, workspace=workspace, idea=idea)
    client.get(page(workspace, idea))
    for_three = queries(lambda: client.get(page(workspace, idea)))
    FeedbackLinkFactory.create_batch(27, workspace=workspace, idea=idea)
    assert queries(lambda: client.get(page(workspace, idea))) == for_three
