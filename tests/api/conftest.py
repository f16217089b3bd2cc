"""Tools of the API's tests."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from tests.conftest import Member
from workspaces.api.services import create_token


class ApiCaller:
    """A script with a token, calling below its workspace."""

    def __init__(self, member: Member, secret: str) -> None:
        self.base = f"/api/v1/workspaces/{member.workspace.slug}/"
        self.client = APIClient()
        self.client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")

    def __call__(self, method: str, path: str, data: Any = None, **headers: str) -> Any:
        """`path` below the workspace, or an absolute one."""
        url = path if path.startswith(("/", "http")) else self.base + path
        call = getattr(self.client, method)
        if method in ("get", "head", "options"):
            return call(url, data, headers=headers)
        return call(url, data, format="json", headers=headers)


@pytest.fixture
def api_of() -> Callable[..., ApiCaller]:
    """The API as this member calls it, with a token of all or some scopes."""

    def caller(member: Member, scopes: tuple[str, ...] = ()) -> ApiCaller:
        _, secret = create_token(member.actor, "test", scopes)
        return ApiCaller(member, secret)

    return caller
