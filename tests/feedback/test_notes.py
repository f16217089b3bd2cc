"""What people say: listed, found, linked, put away."""

import pytest
from django.urls import reverse

from feedback.inbox import services
from feedback.inbox.models import Note
from tests.factories.catalog import ChannelFactory, ProductFactory
from tests.factories.feedback import NoteFactory
from workspaces.staleness.models import StaleMark

BUDGET = 8


@pytest.fixture
def url(workspace):
    return reverse("feedback:list", args=[workspace.slug])


def texts(response):
    return [line.row.text for line in response.context["listing"].lines]


def test_thirty_notes_cost_what_three_cost(member, client_of, url, queries):
    client = client_of(member)
    client.get(url)
    NoteFactory.create_batch(3, workspace=member.workspace)
    for_three = queries(lambda: client.get(url))
    NoteFactory.create_batch(27, workspace=member.workspace)
    assert queries(lambda: client.get(url)) == for_three <= BUDGET


def test_notes_are_found_by_words_and_narrowed(member, client_of, url):
    zip_broke = NoteFactory(workspace=member.workspace, text="The zip broke", rating=1)
    NoteFactory(workspace=member.workspace, text="Warm and dry", rating=5, product=None)
    client = client_of(member)

    assert texts(client.get(url, {"q": "zip"})) == ["The zip broke"]
    assert texts(client.get(url, {"q": 'broke -dry "the zip"'})) == ["The zip broke"]
    assert texts(client.get(url, {"rating": "negative"})) == ["The zip broke"]
    assert texts(client.get(url, {"product": "none"})) == ["Warm and dry"]
    assert texts(client.get(url, {"product": zip_broke.product_id})) == ["The zip broke"]
    assert texts(client.get(url, {"since": "2026-03-03"})) == []
    assert client.get(url, {"since": "2026-99-99", "rating": "x", "q": "'"}).status_code == 200


def test_what_narrows_the_list_is_named(member, outsider, client_of, url):
    note = NoteFactory(workspace=member.workspace)
    foreign = ProductFactory(workspace=outsider.workspace, name="Not ours")
    client = client_of(member)

    def named(**asked):
        chips = client.get(url, asked).context["listing"].chips
        return [(one["label"], one["text"]) for one in chips]

    assert named(product=note.product_id, since="2024-03-03") == [
        ("Product", note.product.name),
        ("From day", "3 Mar 2024"),
    ]
    assert named(product=foreign.pk) == [("Product", str(foreign.pk))]
    assert named(product="none", until="x") == [("Product", "Not linked"), ("Until day", "x")]


def test_a_note_is_written_down_linked_and_marked(member, client_of):
    channel = ChannelFactory(workspace=member.workspace)
    product = ProductFactory(workspace=member.workspace, name="Trail Jacket")
    create = reverse("feedback:create", args=[member.workspace.slug])
    typed = {"text": "Too small", "rating": "2", "channel": channel.pk, "product": "trail jacket"}

    client_of(member).post(create, typed)

    note = Note.objects.get()
    assert (note.product, note.rating, note.text) == (product, 2, "Too small")
    keys = set(StaleMark.objects.filter(topic="feedback").values_list("key", flat=True))
    assert keys == {f"day:{note.day.isoformat()}", f"product:{product.pk}"}


@pytest.mark.parametrize("typed", [{"text": ""}, {"text": "x", "rating": "9"}, {"product": "none"}])
def test_a_note_that_says_nothing_right_is_refused(typed, member, client_of):
    channel = ChannelFactory(workspace=member.workspace)
    create = reverse("feedback:create", args=[member.workspace.slug])
    answer = client_of(member).post(create, {"channel": channel.pk, "text": "x"} | typed)
    assert (answer.status_code, Note.objects.count()) == (422, 0)


def test_linking_marks_both_products_and_words_never_change(member, client_of):
    note = NoteFactory(workspace=member.workspace, text="As it was said")
    before = note.product_id
    other = ProductFactory(workspace=member.workspace, handle="storm-shell")
    page = reverse("feedback:note", args=[member.workspace.slug, note.pk])

    client_of(member).post(
        page, {"product": "storm-shell", "seen_version": 1, "text": "Something else"}
    )

    note.refresh_from_db()
    assert (note.product, note.text) == (other, "As it was said")
    keys = set(StaleMark.objects.values_list("key", flat=True))
    assert {f"product:{before}", f"product:{other.pk}"} <= keys


def test_deleting_and_restoring_a_note_both_mark_its_day(member, client_of):
    note = NoteFactory(workspace=member.workspace)
    services.delete_note(member.actor, note.pk, seen_version=1)
    assert Note.objects.visible_to(member.actor).count() == 0
    marks = StaleMark.objects.filter(topic=services.TOPIC).count()

    undo = reverse(
        "workspaces:restore_record", args=[member.workspace.slug, "feedback.note", note.pk]
    )
    client_of(member).post(undo)

    assert Note.objects.visible_to(member.actor).count() == 1
    assert StaleMark.objects.filter(topic=services.TOPIC).count() == 2 * marks


def test_finance_reads_notes_but_changes_none(finance_member, client_of):
    note = NoteFactory(workspace=finance_member.workspace)
    page = reverse("feedback:note", args=[finance_member.workspace.slug, note.pk])
    client = client_of(finance_member)
    assert client.get(page).status_code == 200
    assert client.post(page, {"product": "", "seen_version": 1}).status_code == 403
    assert client.post(f"{page}delete/", {"seen_version": 1}).status_code == 403
    note.refresh_from_db()
    assert (note.version, note.deleted_at) == (1, None)
