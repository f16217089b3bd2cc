"""Tokens: made by page or command, narrowed by scopes, dead when revoked, expired or left."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.errors import Refused
from tests.factories.catalog import ProductFactory
from tests.factories.workspaces import MembershipFactory
from workspaces.access.roles import Role
from workspaces.api.models import ApiToken
from workspaces.api.services import create_token, revoke_token

pytestmark = pytest.mark.django_db


def test_the_command_prints_a_token_that_works(member):
    out, said = StringIO(), StringIO()
    call_command(
        "create_token", member.user.email, workspace=member.workspace.slug, stdout=out, stderr=said
    )

    secret = out.getvalue().strip()
    answer = Client().get(
        f"/api/v1/workspaces/{member.workspace.slug}/products/",
        headers={"Authorization": f"Bearer {secret}"},
    )
    assert answer.status_code == 200
    assert secret not in said.getvalue()
    assert not ApiToken.objects.filter(digest__contains=secret).exists()


@pytest.mark.parametrize("scopes", [["catalog.view", "everything"], ["workspace.own"]])
def test_the_command_refuses_what_the_role_may_not(member, scopes):
    with pytest.raises(CommandError, match="cannot give a token"):
        call_command(
            "create_token", member.user.email, workspace=member.workspace.slug, scopes=scopes
        )

    assert not ApiToken.objects.exists()


def test_the_command_refuses_a_stranger(outsider, workspace):
    with pytest.raises(CommandError, match="not a member"):
        call_command("create_token", outsider.user.email, workspace=workspace.slug)
    with pytest.raises(CommandError, match="Nobody"):
        call_command("create_token", "nobody@example.com", workspace=workspace.slug)


def test_scopes_narrow_a_token(member, api_of):
    api = api_of(member, ("catalog.view",))
    product = ProductFactory(workspace=member.workspace)

    assert api("get", "products/").status_code == 200
    assert api("get", "orders/").status_code == 403
    refused = api("patch", f"products/{product.pk}/", {"name": "X"}, **{"If-Match": "*"})
    product.refresh_from_db()
    assert (refused.status_code, product.name != "X") == (403, True)


def test_a_token_never_outlives_the_role_it_was_made_with(member, api_of):
    api = api_of(member, ("catalog.view", "ledger.view"))
    member.membership.role = Role.VIEWER
    member.membership.save()

    assert api("get", "orders/").status_code == 403
    assert api("get", "products/").status_code == 200


@pytest.mark.parametrize("end", ["revoked", "expired", "left", "closed"])
def test_a_token_that_ended_opens_nothing_from_the_next_request_on(member, end):
    token, secret = create_token(member.actor, "script")
    client, url = Client(), f"/api/v1/workspaces/{member.workspace.slug}/products/"
    headers = {"Authorization": f"Bearer {secret}"}
    assert client.get(url, headers=headers).status_code == 200

    if end == "revoked":
        revoke_token(member.actor, token.token_key)
    elif end == "expired":
        ApiToken.objects.filter(pk=token.pk).update(expiry=timezone.now())
    elif end == "left":
        member.membership.active = False
        member.membership.save()
    else:
        member.user.is_active = False
        member.user.save()

    answer = client.get(url, headers=headers)
    assert answer.status_code == (404 if end == "left" else 401)
    if answer.status_code == 401:
        assert answer["WWW-Authenticate"] == "Bearer"


def test_a_token_is_good_for_its_workspace_alone(member, api_of):
    api = api_of(member)
    second = MembershipFactory(user=member.user, role=Role.OWNER)

    assert api("get", f"/api/v1/workspaces/{second.workspace.slug}/products/").status_code == 404


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer a b", "Bearer nonsense", "Bearer pmw_\xff"]
)
def test_without_a_valid_token_nobody_is_known(workspace, header):
    answer = Client().get(
        f"/api/v1/workspaces/{workspace.slug}/products/",
        headers={"Authorization": header} if header else {},
    )

    assert answer.status_code == 401
    assert answer.json()["type"].endswith("not-authenticated")


def test_a_session_needs_its_csrf_token_to_write(member):
    client = Client(enforce_csrf_checks=True)
    client.force_login(member.user)
    url = f"/api/v1/workspaces/{member.workspace.slug}/brands/"

    refused = client.post(url, {"name": "Oak"}, content_type="application/json")

    assert client.get(url).json()["results"] == []
    assert refused.status_code == 403


def test_the_page_shows_a_new_token_once_and_revokes_it(member, client_of):
    client = client_of(member)
    page = reverse("workspaces:tokens", args=[member.workspace.slug])

    made = client.post(page, {"name": "Nightly", "days": 30, "scopes": ["catalog.view"]})
    token = ApiToken.objects.get()
    secret = made.context["secret"]

    assert secret.startswith("pmw_")
    assert secret in made.content.decode()
    assert secret not in client.get(page).content.decode()
    revoke = reverse("workspaces:token_revoke", args=[member.workspace.slug, token.token_key])
    assert client.post(revoke).status_code == 302
    assert not ApiToken.objects.exists()


def test_nobody_revokes_another_persons_token(member, owner, client_of):
    token, _ = create_token(member.actor, "script")

    revoke = reverse("workspaces:token_revoke", args=[member.workspace.slug, token.token_key])
    assert client_of(owner).post(revoke).status_code == 404
    assert ApiToken.objects.exists()


def test_the_page_refuses_a_scope_beyond_the_role(viewer, client_of):
    page = reverse("workspaces:tokens", args=[viewer.workspace.slug])

    answer = client_of(viewer).post(page, {"name": "x", "days": 30, "scopes": ["ledger.edit"]})

    assert answer.status_code == 422
    assert not ApiToken.objects.exists()
    with pytest.raises(Refused):
        create_token(viewer.actor, "x", ["ledger.edit"])
