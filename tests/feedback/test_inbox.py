"""The inbox: which notes it shows, what becomes of them, and that all of it can be undone."""

from datetime import timedelta

import pytest
from django.urls import reverse

from core.clock import today
from feedback.ideas.models import FeedbackLink, Highlight, Idea
from feedback.inbox.models import DailyFeedback, Note
from feedback.inbox.recompute import recompute_all_feedback
from feedback.inbox.tasks import wake_snoozed_notes
from tests.factories.catalog import ChannelFactory
from tests.factories.feedback import NoteFactory
from tests.factories.ideas import FeedbackLinkFactory, HighlightFactory, IdeaFactory
from tests.factories.ledger import NOON, CustomerFactory
from workspaces.access.roles import Role
from workspaces.audit.models import ActivityEvent

BUDGET = 22


@pytest.fixture
def url(workspace):
    return reverse("feedback:inbox", args=[workspace.slug])


@pytest.fixture
def acts(member, client_of):
    """Do something in the inbox as a member."""
    client = client_of(member)
    act = reverse("feedback:inbox_act", args=[member.workspace.slug])

    def post(doing, note, **more):
        return client.post(act, {"act": doing, "note": note.pk} | more)

    return post


def shown(response):
    return [note for note, *_ in response.context["rows"]]


def undo(response):
    """Press Undo of the newest toast."""
    client = response.client
    page = client.get(response.url)
    (message,) = list(page.context["messages"])
    return client.post(message.extra_tags)


def test_thirty_notes_cost_what_three_cost(member, client_of, url, queries):
    client = client_of(member)
    NoteFactory.create_batch(3, workspace=member.workspace)
    client.get(url)
    for_three = queries(lambda: client.get(url))
    NoteFactory.create_batch(27, workspace=member.workspace)
    assert queries(lambda: client.get(url)) == for_three <= BUDGET


def test_a_pane_costs_the_same_however_much_hangs_on_its_note(
    member, client_of, url, queries, workspace
):
    note = NoteFactory(workspace=workspace, text="The zip jams.")
    client, asked = client_of(member), {"note": note.pk}
    HighlightFactory(workspace=workspace, note=note)
    FeedbackLinkFactory(workspace=workspace, note=note)
    client.get(url, asked)
    for_one = queries(lambda: client.get(url, asked))
    for _ in range(5):
        HighlightFactory(workspace=workspace, note=note)
        FeedbackLinkFactory(workspace=workspace, note=note)
    assert queries(lambda: client.get(url, asked)) == for_one


def test_a_script_is_answered_with_the_region_alone(member, client_of, url):
    note = NoteFactory(workspace=member.workspace, text="The zip jams.")
    client, htmx = client_of(member), {"HX-Request": "true"}
    for asked in (url, f"{url}{note.pk}/"):
        page = client.get(asked, headers=htmx).content.decode()
        assert "The zip jams." in page
        assert "<html" not in page
    assert client.get(f"{url}{note.pk}/").url == f"{url}?note={note.pk}"


def test_what_is_asked_for_ahead_leaves_toasts_to_the_page(acts, member, url):
    one, two = NoteFactory.create_batch(2, workspace=member.workspace)
    answer = acts("done", one)
    client, htmx = answer.client, {"HX-Request": "true"}
    ahead = client.get(f"{url}{two.pk}/", headers=htmx).content.decode()
    again = client.get(url, headers=htmx | {"HX-Target": "inbox-list"}).content.decode()
    shown = client.get(answer.url, headers=htmx).content.decode()
    said = ["The note is done." in text for text in (ahead, again, shown)]
    assert said == [False, False, True]


def test_the_address_says_which_notes_are_shown(member, client_of, url, workspace):
    shop = ChannelFactory(workspace=workspace)
    here = {"workspace": workspace}
    bad = NoteFactory(**here, rating=1, channel=shop, text="The zip broke")
    good = NoteFactory(**here, rating=5, assignee=member.user, product=None)
    spam = NoteFactory(**here, state="spam")
    client = client_of(member)

    def asked(**filters):
        return set(shown(client.get(url, filters)))

    assert asked() == {bad, good}
    assert asked(state="spam") == {spam}
    assert asked(state="all") == {bad, good, spam}
    assert asked(rating="negative") == asked(channel=shop.pk) == asked(q="zip") == {bad}
    assert asked(whose="mine") == asked(product="none") == asked(rating="positive") == {good}
    assert asked(product=bad.product_id) == {bad}
    assert asked(state="x", channel="'", rating="x", product="x", note="x") == {bad, good}


@pytest.mark.parametrize(
    ("doing", "state"), [("done", "no_action"), ("spam", "spam"), ("triaged", "triaged")]
)
def test_an_act_goes_on_to_the_next_note_and_is_undone(doing, state, acts, member):
    here = {"workspace": member.workspace}
    first, second, third = (
        NoteFactory(**here, said_at=NOON - timedelta(hours=n)) for n in range(3)
    )
    response = acts(doing, second)
    second.refresh_from_db()
    assert (second.state, response.url.endswith(f"?note={third.pk}")) == (state, True)
    undo(response)
    second.refresh_from_db()
    assert second.state == "new"
    assert {first.state, third.state} == {"new"}


def test_many_notes_are_linked_at_once_and_undone_at_once(acts, member):
    customers = CustomerFactory.create_batch(3, workspace=member.workspace)
    notes = [NoteFactory(workspace=member.workspace, customer=one) for one in customers]
    idea = IdeaFactory(workspace=member.workspace)
    pks = [one.pk for one in notes]

    response = acts("link", notes[0], notes=pks, idea=idea.pk, importance=3)

    links = FeedbackLink.objects.visible_to(member.actor)
    assert {one.customer for one in links.filter(idea=idea, importance=3)} == set(customers)
    assert set(Note.objects.values_list("state", flat=True)) == {"linked"}
    assert ActivityEvent.objects.exclude(batch=None).values("batch").distinct().count() == 1
    undo(response)
    assert links.count() == 0
    assert set(Note.objects.values_list("state", flat=True)) == {"new"}


def test_an_idea_is_made_of_selected_words_and_undone(acts, member):
    note = NoteFactory(workspace=member.workspace, text="Light, but the zip jams.")
    response = acts("idea", note, title="A better zip", quote="the zip jams", start=11)
    idea, link = Idea.objects.get(), FeedbackLink.objects.get()
    assert (idea.title, idea.product, link.idea) == ("A better zip", note.product, idea)
    assert (link.highlight.quote, link.importance) == ("the zip jams", 1)
    undo(response)
    assert Idea.objects.visible_to(member.actor).count() == 0
    assert FeedbackLink.objects.visible_to(member.actor).count() == 0
    note.refresh_from_db()
    assert note.state == "new"


def test_highlighting_stays_at_the_note_and_nothing_selected_is_refused(acts, member):
    note = NoteFactory(workspace=member.workspace, text="The zip jams.")
    response = acts("highlight", note, quote="zip jams", start=4)
    mark = Highlight.objects.get()
    assert response.url.endswith(f"?note={note.pk}&passage={mark.pk}")
    assert acts("highlight", note, quote="it fits").url.endswith(f"?note={note.pk}")
    assert Highlight.objects.count() == 1


def test_a_part_is_a_note_of_its_own_that_counts_nowhere(acts, member):
    note = NoteFactory(workspace=member.workspace, text="The zip jams. Love the colour.", rating=2)
    acts("split", note, quote="Love the colour.")
    part = Note.objects.get(part_of=note)
    assert (part.text, part.product, part.rating) == ("Love the colour.", note.product, None)
    recompute_all_feedback(member.workspace.pk)
    assert DailyFeedback.objects.get().notes == 1


def test_a_snoozed_note_comes_back_on_its_day(acts, member):
    note, other = NoteFactory.create_batch(2, workspace=member.workspace)
    now = today(member.workspace.timezone)
    for one, days in ((note, 1), (other, 3)):
        acts("snooze", one, until=(now + timedelta(days=days)).isoformat())
    acts("snooze", note, until=now.isoformat())
    acts("snooze", note, until="x")
    wake_snoozed_notes()
    note.refresh_from_db()
    assert (note.state, note.snoozed_until) == ("snoozed", now + timedelta(days=1))
    Note.objects.filter(pk=note.pk).update(snoozed_until=now)
    wake_snoozed_notes()
    states = dict(Note.objects.values_list("pk", "state"))
    assert states == {note.pk: "new", other.pk: "snoozed"}


def test_a_note_is_given_to_a_member_and_to_no_stranger(acts, member, viewer, outsider):
    note = NoteFactory(workspace=member.workspace)
    acts("assign", note, person=outsider.user.pk)
    note.refresh_from_db()
    assert (note.assignee, note.state) == (None, "new")
    acts("assign", note, person=viewer.user.pk)
    note.refresh_from_db()
    assert (note.assignee, note.state) == (viewer.user, "triaged")


def test_the_number_in_the_navigation_is_asked_for_and_known(member, client_of):
    waiting = reverse("feedback:inbox_waiting", args=[member.workspace.slug])
    client = client_of(member)
    assert client.get(waiting).content == b""
    NoteFactory(workspace=member.workspace)
    answer = client.get(waiting)
    assert answer.content == b"1"
    assert client.get(waiting, headers={"If-None-Match": answer["ETag"]}).status_code == 304


def test_ideas_are_suggested_by_what_is_typed_and_never_more_than_five(member, client_of):
    here = {"workspace": member.workspace}
    note = NoteFactory(**here)
    for n in range(7):
        IdeaFactory(**here, title=f"A zip that slides {n}")
    IdeaFactory(**here, title="A hood")
    ask = reverse("feedback:inbox_ideas", args=[member.workspace.slug, note.pk])
    found = client_of(member).get(ask, {"idea_words": "zip th"}).context["ideas"]
    assert len(found) == 5
    assert all("zip" in title for _, title, _ in found)


def test_a_viewer_reads_and_decides_nothing(member_as, client_of, workspace, url):
    customer = CustomerFactory(workspace=workspace, name="Ada Secret")
    note = NoteFactory(workspace=workspace, customer=customer)
    client = client_of(member_as(Role.VIEWER))
    page = client.get(url)
    assert page.status_code == 200
    assert "Ada Secret" not in page.content.decode()
    act = reverse("feedback:inbox_act", args=[workspace.slug])
    assert client.post(act, {"act": "done", "note": note.pk}).status_code == 403
    note.refresh_from_db()
    assert (note.state, note.version) == ("new", 1)


def test_home_says_which_notes_were_given_to_a_member(acts, member, client_of):
    note = NoteFactory(workspace=member.workspace)
    NoteFactory(workspace=member.workspace)
    home = reverse("home:home", args=[member.workspace.slug])
    acts("assign", note, person=member.user.pk)
    assert "1 note to decide" in client_of(member).get(home).content.decode()
    acts("done", note)
    assert "to decide" not in client_of(member).get(home).content.decode()
