"""The review of ideas that may be the same, and notes that say the same folded in the inbox."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from core.errors import Refused
from feedback.enrichment.models import IdeaPair, NoteReading, PairState
from feedback.enrichment.scanning import SCAN, pairs_of, scan
from feedback.ideas.models import FeedbackLink, Idea
from feedback.ideas.services import merge, unmerge, vote
from feedback.inbox import deciding, folding
from feedback.inbox.models import Note
from feedback.inbox.queue import Asked
from tests.factories.catalog import ChannelFactory
from tests.factories.feedback import NoteFactory
from tests.factories.ideas import IdeaFactory
from tests.factories.ledger import NOON
from workspaces.jobs.models import Job
from workspaces.jobs.running import RunningJob
from workspaces.search.recompute import recompute_all_entries

TITLE = "A zip that does not jam on the blue trail jacket"
POST = "Win a free voucher at our great shop number {} today!!!"


@pytest.fixture
def twins(workspace, settings):
    settings.MEANING_SOCKET = ""
    one = IdeaFactory(workspace=workspace, title=TITLE)
    other = IdeaFactory(workspace=workspace, title=TITLE + ", please")
    IdeaFactory(workspace=workspace, title="Free returns within sixty days")
    recompute_all_entries(workspace.pk)
    return one, other


def url(workspace, rest=""):
    return f"/w/{workspace.slug}/ideas/duplicates/{rest}"


def test_a_scan_finds_pairs_once_and_what_people_decided_stands(
    member, viewer, client_of, workspace, twins
):
    client = client_of(member)
    client.post(url(workspace, "scan/"))
    client.post(url(workspace, "scan/"))
    job = Job.objects.get(kind=SCAN)
    running = RunningJob(job)
    scan(running)
    assert running.result == {"ideas": 3, "pairs": 2}
    pair = IdeaPair.objects.get()
    assert (pair.first, pair.second) == twins
    page = client.get(url(workspace)).content.decode()
    assert TITLE in page
    assert "both say" in page

    assert (
        client_of(viewer).post(url(workspace, f"{pair.pk}/"), {"state": "later"}).status_code == 403
    )
    client.post(url(workspace, f"{pair.pk}/"), {"state": "different"})
    pairs_of(member.actor, twins[0].pk)

    pair.refresh_from_db()
    assert (pair.state, pair.decided_by) == (PairState.DIFFERENT, member.user)
    assert TITLE not in client.get(url(workspace)).content.decode()
    assert TITLE in client.get(url(workspace, "?state=different")).content.decode()


def test_merging_a_pair_links_and_taking_it_apart_is_remembered(
    member, client_of, workspace, twins
):
    one, other = twins
    pairs_of(member.actor, one.pk)
    pair = IdeaPair.objects.get()
    client = client_of(member)
    client.post(url(workspace, f"{pair.pk}/"), {"keep": "999999"})
    assert Idea.objects.filter(merged_into=None).count() == 3
    client.post(url(workspace, f"{pair.pk}/"), {"keep": other.pk})
    one.refresh_from_db()
    pair.refresh_from_db()
    assert (one.merged_into, pair.state) == (other, PairState.MERGED)
    unmerge(member.actor, one.pk)
    client.post(url(workspace, "scan/"))
    scan(RunningJob(Job.objects.get(kind=SCAN)))
    pair.refresh_from_db()
    assert pair.state == PairState.DIFFERENT


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(some.lists(some.tuples(some.integers(0, 3), some.integers(0, 3)), max_size=6))
def test_taking_every_merge_apart_gives_what_was(member, workspace, steps):
    ideas = [IdeaFactory(workspace=workspace) for _ in range(4)]
    for idea in ideas[:2]:
        vote(member.actor, idea.pk)
    pks = [idea.pk for idea in ideas]
    columns = ("pk", "title", "state", "merged_into")

    def rows():
        links = FeedbackLink.objects.filter(idea__in=pks).order_by("pk")
        found = Idea.objects.filter(pk__in=pks).order_by("pk")
        return list(found.values_list(*columns)), list(links.values_list("pk", "idea", "voter"))

    before, done = rows(), []
    for one, into in steps:
        try:
            merge(member.actor, pks[one], pks[into])
            done.append(pks[one])
        except Refused:
            continue
    for pk in reversed(done):
        unmerge(member.actor, pk)
    assert rows() == before


def test_suggestions_while_typing_explain_and_vote_instead(
    member, viewer, client_of, workspace, twins
):
    client = client_of(member)
    where = f"/w/{workspace.slug}/ideas/alike/"
    found = client.get(where, {"title": "zip of the trail jacket does jam"}).content.decode()
    assert "both say" in found
    assert f"/ideas/{twins[0].pk}/vote/" in found
    assert "By words alone" in found
    assert found.count("<li>") <= 5
    assert "<li>" not in client.get(where, {"title": "\x00a"}).content.decode()
    seen = client_of(viewer).get(where, {"title": TITLE}).content.decode()
    assert TITLE in seen
    assert "/vote/" not in seen
    form = client.get(f"/w/{workspace.slug}/records/ideas/new/").content.decode()
    assert where in form


@pytest.fixture
def posts(workspace):
    channel = ChannelFactory(workspace=workspace)
    made = [
        NoteFactory.build(
            workspace=workspace,
            channel=channel,
            product=None,
            text=POST.format(n),
            said_at=NOON + timedelta(minutes=n),
        )
        for n in range(600)
    ]
    Note.objects.bulk_create(made)
    NoteFactory(workspace=workspace, channel=channel, text="Great!", said_at=NOON)
    NoteFactory(workspace=workspace, channel=channel, text="Great!", said_at=NOON)
    return made


def test_twins_are_counted_no_further_than_is_shown(member, posts, monkeypatch):
    monkeypatch.setattr(folding, "MOST_COUNTED", 99)
    rows = list(folding.folded(member.actor, Asked()))
    assert len(rows) == 3
    assert folding.others(member.actor, Asked(), rows) == {posts[-1].pk: 100}


def test_notes_that_say_the_same_are_one_row_and_put_away_together(
    member, client_of, workspace, posts
):
    client = client_of(member)
    inbox = f"/w/{workspace.slug}/inbox/"
    page = client.get(inbox).content.decode()
    assert page.count('class="inbox-row"') == 3
    assert "+599 same" in page
    newest = Note.objects.order_by("-said_at", "-pk").first()
    assert "600 notes say the same" in page

    client.post(f"{inbox}act/", {"act": "spam", "same": "yes", "note": newest.pk})

    job = RunningJob(Job.objects.get(kind=deciding.KIND))
    deciding.run(job)
    deciding.run(job)
    assert Note.objects.filter(state="spam").count() == 600
    assert client.get(inbox).content.decode().count('class="inbox-row"') == 2
    assert Asked.read({"state": "new"}).rows(member.actor).count() == 2


def test_a_note_fills_in_once_it_is_read(member, client_of, workspace):
    note = NoteFactory(workspace=workspace, text="It broke after a week and I want a refund")
    client = client_of(member)
    where = f"/w/{workspace.slug}/inbox/{note.pk}/reading/"
    assert "hx-get" in client.get(where).content.decode()
    assert "hx-get" not in client.get(where, {"looks": "99"}).content.decode()
    NoteReading.objects.create(
        workspace=workspace,
        note=note,
        language="en",
        sentiment="-0.6",
        words=[[3, 8, -2.0]],
        model="m",
    )
    found = client.get(where).content.decode()
    assert "broke" in found
    assert "negative" in found
    pane = client.get(f"/w/{workspace.slug}/inbox/?note={note.pk}").content.decode()
    assert '<span class="is-bad">broke</span>' in pane
    rows = client.get(f"/w/{workspace.slug}/feedback/?sentiment=negative").content.decode()
    assert "It broke" in rows
    assert (
        "It broke"
        not in client.get(f"/w/{workspace.slug}/feedback/?sentiment=positive").content.decode()
    )
