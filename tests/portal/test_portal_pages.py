"""Portals for members: what waits to be read, making one, and closing it."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from feedback.ideas.models import Idea
from feedback.inbox.models import Note
from feedback.portal import services
from feedback.portal.models import Portal
from tests.portal.conftest import page, text_of
from workspaces.access.roles import Role
from workspaces.guests.services import Gate


def test_a_post_is_made_public_once(client_of, member, workspace, portal_with):
    portal, secret = portal_with()
    Client().post(f"/g/{secret}/post/", {"title": "Pockets", "text": "Two please"})
    note = Note.objects.in_workspace(workspace.pk).get()
    url = reverse("feedback:portal_moderate", args=[workspace.slug, portal.pk])
    for _ in range(2):
        client_of(member).post(url, {"note": note.pk, "do": "public"})
    idea = Idea.objects.in_workspace(workspace.pk).get()
    note.refresh_from_db()

    assert (idea.title, idea.public, note.state) == ("Pockets", True, "linked")
    assert "Pockets" in text_of(page(secret))


@pytest.mark.parametrize(("do", "state"), [("spam", "spam"), ("keep", "triaged")])
def test_a_post_that_stays_inside(client_of, member, workspace, portal_with, do, state):
    portal, secret = portal_with()
    Client().post(f"/g/{secret}/post/", {"title": "Pockets"})
    note = Note.objects.in_workspace(workspace.pk).get()
    url = reverse("feedback:portal_moderate", args=[workspace.slug, portal.pk])
    client_of(member).post(url, {"note": note.pk, "do": do})
    note.refresh_from_db()

    assert note.state == state
    assert not Idea.objects.in_workspace(workspace.pk).exists()


def test_making_and_closing_a_portal(client_of, member, workspace):
    client, slug = client_of(member), workspace.slug
    made = client.post(
        reverse("feedback:portal_new", args=[slug]),
        {"title": "For all", "label": "Customers", "way": "open"},
    )
    secret = re.search(r"/g/([\w-]+)/ideas/", text_of(made)).group(1)
    portal = Portal.objects.visible_to(member.actor).get()
    url = reverse("feedback:portal", args=[slug, portal.pk])

    assert page(secret).status_code == 200
    assert secret not in text_of(client.get(url))
    act = reverse("feedback:portal_act", args=[slug, portal.pk])
    client.post(act, {"do": "revoke"})
    assert page(secret).status_code == 404
    client.post(act, {"do": "reopen"})
    assert page(secret).status_code == 200
    renewed = text_of(client.post(act, {"do": "renew"}))
    assert page(secret).status_code == 404
    assert page(re.search(r"/g/([\w-]+)/ideas/", renewed).group(1)).status_code == 200
    refused = client.post(
        reverse("feedback:portal_gate", args=[slug, portal.pk]),
        {"label": "X", "way": "password", "password": "short", "seen_version": "1"},
    )
    assert refused.status_code == 422
    assert "public" not in text_of(
        client.get(reverse("feedback:portal_preview", args=[slug, portal.pk]))
    )


@pytest.mark.parametrize("role", [Role.VIEWER, Role.CONTRIBUTOR, Role.FINANCE])
def test_only_who_may_share_makes_portals(member_as, client_of, workspace, role):
    someone = member_as(role)
    typed = {"title": "For all", "label": "Customers", "way": "open"}
    answer = client_of(someone).post(reverse("feedback:portal_new", args=[workspace.slug]), typed)

    assert answer.status_code == 403
    assert not Portal.objects.in_workspace(workspace.pk).exists()
    from core.errors import Denied

    with pytest.raises(Denied):
        services.create_portal(someone.actor, Gate("All"), title="x")
