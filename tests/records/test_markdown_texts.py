"""Long texts of tasks and meetings are Markdown, cleaned as comments are."""

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories.catalog import ProductFactory
from tests.factories.work import TaskFactory
from workspaces.meetings import services as meetings
from workspaces.meetings.services import Point

pytestmark = pytest.mark.django_db
HOSTILE = '<script>alert(1)</script> [x](javascript:alert(1)) <img src=x onerror="alert(1)">'


def clean(page: str) -> bool:
    return not any(bad in page for bad in ("<script>alert", 'href="javascript', "<img src=x"))


def test_a_tasks_description_is_markdown_with_its_records_named(member, client_of, workspace):
    product = ProductFactory(workspace=workspace, name="Trail Jacket")
    text = f"**Proofs** for #[products.product:{product.pk}]\n- cut\n- colour\n\n{HOSTILE}"
    task = TaskFactory(workspace=workspace, description=text)
    url = reverse("workspaces:record", args=[workspace.slug, "tasks", task.pk])

    page = client_of(member).get(url).content.decode()

    assert "<strong>Proofs</strong>" in page
    assert "<li>colour</li>" in page
    assert f">{product.name}</a>" in page
    assert clean(page)


def test_a_meetings_notes_are_markdown_on_its_page_its_agenda_and_its_minutes(
    member, client_of, workspace
):
    meeting = meetings.call_meeting(
        member.actor, "Review", timezone.now(), notes=f"*Bring* figures. {HOSTILE}"
    )
    meetings.add_point(member.actor, meeting.pk, Point("Margins", notes=f"1. jackets {HOSTILE}"))
    client, here = client_of(member), [workspace.slug, "meetings", meeting.pk]

    page = client.get(reverse("workspaces:record", args=here)).content.decode()
    agenda = client.get(reverse("workspaces:record_tab", args=[*here, "agenda"])).content.decode()
    minutes = client.get(
        reverse("workspaces:meeting_minutes", args=[workspace.slug, meeting.pk])
    ).content.decode()

    assert "<em>Bring</em>" in page
    assert "<em>Bring</em>" in minutes
    assert "<li>jackets" in agenda
    assert "<li>jackets" in minutes
    assert clean(page + agenda + minutes)
