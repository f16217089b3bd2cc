"""Every address of the site, from the resolver, and who may open it: derived, not typed."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from workspaces.access.roles import Perm
from workspaces.api.viewsets import WorkspaceViewSet

# Addresses that belong to no workspace, each with the reason why it may. A prefix ends in “…”.
OUTSIDE = {
    "": "the entrance sends a person on to their own workspace",
    "new/": "whoever is signed in may make a workspace",
    "workspaces/": "one's own memberships",
    "workspaces/<slug:slug>/restore/": "owners of a deleted workspace; tested in test_members",
    "invitations/<str:token>/": "the link in a letter; tested in test_invitation_pages",
    "unsubscribe/<str:token>/": "the signed link in a letter; tested in test_unsubscribing",
    "invitation/": "what that link opened; tested in test_invitation_pages",
    "calendar/<str:token>.ics": "a secret address of one member; tested in tests/calendar",
    "g/<str:secret>/roadmap/": "what a link shares; tested in tests/sharing",
    "g/<str:secret>/launch/": "a launch that a link shares; tested in tests/sharing",
    "g/<str:secret>/launch.ics": "the days its link may know; tested in tests/sharing",
    "g/<str:secret>/roadmap.<str:extension>": "the same as a file; tested in tests/sharing",
    "g/<str:secret>/comment/": "what a guest says about it; tested in tests/sharing",
    "g/<str:secret>/enter/": "the gate of a shared link; tested in tests/guests",
    "news/unsubscribe/<str:token>/": "the signed link in a letter; tested in tests/announcements",
    "p/<slug:key>/": "leads to the address below, whether there is one or not",
    "g/<str:secret>/ideas/": "a portal, for whoever its link admits; tested in tests/portal",
    "g/<str:secret>/ideas.json": "the same for programs",
    "g/<str:secret>/ideas/<int:pk>/": "an idea of a portal",
    "g/<str:secret>/ideas/<int:pk>/vote/": "a visitor's vote",
    "g/<str:secret>/ideas/<int:pk>/say/": "a visitor's comment",
    "g/<str:secret>/prove/": "a visitor proves an address",
    "g/<str:secret>/post/": "a visitor's post",
    "g/<str:secret>/news/": "the changelog of a portal",
    "in/<str:token>/": "a secret address of one source; tested in tests/feedback/sources",
    "forms/<str:key>.js": "an open form; tested in tests/feedback/sources",
    "forms/<str:key>/": "an open form; tested in tests/feedback/sources",
    "accounts/…": "the sign-in library: about oneself alone",
    "admin/…": "staff only; tested in test_admin_is_for_staff",
    "healthz": "for supervisors; counts, no data",
    "api/v1/schema/": "describes the API, holds no data",
    "api/v1/docs/": "reads the schema",
}
PAGES, API = "w/<slug:slug>/", "api/v1/workspaces/<slug:slug>/"


@dataclass(frozen=True)
class Route:
    """One address below a workspace."""

    path: str
    params: tuple[str, ...]
    callback: Any

    @property
    def is_api(self) -> bool:
        return self.path.startswith(API)

    @property
    def perms(self) -> dict[str, Perm]:
        """What each method asks for. Empty when nobody said: the route is not classified."""
        if self.is_api:
            kind = getattr(self.callback, "cls", None)
            if kind is None or not issubclass(kind, WorkspaceViewSet):
                return {}
            asked = self.callback.actions.items()
            return {method.upper(): kind.perm_for(action, method) for method, action in asked}
        perm = getattr(self.callback, "required_perm", None)
        return {"GET": perm, "POST": perm} if perm else {}


def all_addresses() -> list[tuple[str, Any, tuple[str, ...]]]:
    """(path, callback, names of its parameters) of the whole site."""
    return list(_walk(get_resolver().url_patterns, ""))


def inside() -> list[Route]:
    """The addresses of a workspace, pages and API."""
    return [
        Route(path, params, callback)
        for path, callback, params in all_addresses()
        if path.startswith((PAGES, API))
    ]


def outside() -> list[str]:
    """All other addresses."""
    return [path for path, _, _ in all_addresses() if not path.startswith((PAGES, API))]


def _walk(
    patterns: list[URLPattern | URLResolver], above: str, params: tuple[str, ...] = ()
) -> Iterator[tuple[str, Any, tuple[str, ...]]]:
    for one in patterns:
        path = above + str(one.pattern)
        names = (*params, *one.pattern.converters)
        if isinstance(one, URLResolver):
            yield from _walk(one.url_patterns, path, names)
        else:
            yield path, one.callback, names
