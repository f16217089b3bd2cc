"""What people and programs send to a roadmap by mistake or on purpose."""

from datetime import date

import pytest
from django.urls import reverse

from core.errors import Refused
from roadmaps.items.models import Dependency, Item
from roadmaps.items.records import DEPENDENCY, ITEM
from tests.factories.roadmaps import ItemFactory
from workspaces.audit.models import ActivityEvent
from workspaces.records.services import change_record, create_record

pytestmark = pytest.mark.django_db


def test_ten_thousand_pasted_lines_are_refused_in_words_and_kept_to_be_cut(
    member, workspace, client_of
):
    url = reverse("workspaces:record_paste", args=[workspace.slug, ITEM.address])
    lines = "\n".join(f"Item {number}" for number in range(10_000))
    for act in ("look", "add"):
        page = client_of(member).post(url, {"lines": lines, act: "1"})
        assert page.status_code == 422
        assert "At most 5,000 lines at once" in page.text
        assert "Item 9999" in page.text
    assert not Item.objects.exists()


def test_thirty_pasted_titles_are_thirty_items_and_leave_together(member, workspace, client_of):
    url = reverse("workspaces:record_paste", args=[workspace.slug, ITEM.address])
    lines = "\n".join(f"Item {number}" for number in range(30))
    client_of(member).post(url, {"lines": lines, "add": "1"})
    assert Item.objects.visible_to(member.actor).count() == 30
    batch = ActivityEvent.objects.filter(model="roadmaps.item").first().batch
    client_of(member).post(reverse("workspaces:undo_batch", args=[workspace.slug, batch]))
    assert not Item.objects.visible_to(member.actor).exists()


def test_of_two_who_edit_one_item_by_its_form_both_versions_are_shown_and_none_is_lost(
    member, workspace, client_of
):
    item = ItemFactory(workspace=workspace, title="Wallet", description="As it was")
    url = reverse("workspaces:record_edit", args=[workspace.slug, ITEM.address, item.pk])
    client = client_of(member)
    form = client.get(url).context["form"]
    typed = {name: "" if (value := form[name].value()) is None else value for name in form.fields}
    theirs = {"description": "Their words", "end_on": date(2026, 6, 1)}
    change_record(member.actor, ITEM, item.pk, item.version, theirs)

    clash = client.post(url, typed | {"description": "My words", "title": "Purse"})

    assert clash.status_code == 409
    shown = {label: (mine, held) for label, mine, held in clash.context["form"].theirs}
    assert shown["Description"] == ("My words", "Their words")
    assert "My words" in clash.text
    assert "Their words" in clash.text
    item.refresh_from_db()
    assert (item.description, item.title) == ("Their words", "Wallet")
    assert clash.context["form"]["seen_version"].value() in (item.version, str(item.version))


def test_an_item_does_not_wait_for_itself(member, workspace):
    item = ItemFactory(workspace=workspace)
    with pytest.raises(Refused):
        create_record(member.actor, DEPENDENCY, {"before": item, "after": item})
    assert not Dependency.objects.exists()


@pytest.mark.parametrize(
    ("end", "words"),
    [
        ("2199-03-01", "more than 20 years"),
        ("2326-03-01", "year 2326"),
        ("9999-12-31", "year 9999"),
    ],
)
def test_a_bar_of_three_hundred_years_is_refused_in_words(member, workspace, client_of, end, words):
    url = reverse("workspaces:record_new", args=[workspace.slug, ITEM.address])
    client = client_of(member)
    form = client.get(url).context["form"]
    typed = {name: form[name].value() or "" for name in form.fields}
    page = client.post(url, typed | {"title": "x", "start_on": "2026-03-01", "end_on": end})
    assert page.status_code == 422
    assert words in str(page.context["form"].errors)
    assert not Item.objects.exists()
