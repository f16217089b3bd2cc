"""The admin site: for superusers, behind the house's own sign-in."""

from collections.abc import Callable
from typing import Any

from allauth.account.decorators import secure_admin_login
from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse
from unfold.sites import UnfoldAdminSite

# The theme's widgets are Alpine expressions, evaluated from attributes, and it sets its colours in
# a style element: docs/adr says what that costs and why it is kept to these addresses.
RELAXED = {"script-src": ["'unsafe-eval'"], "style-src": ["'unsafe-inline'"]}


class HouseAdminSite(UnfoldAdminSite):
    """Signing in goes through the same door, lockout and second factor as everywhere."""

    site_header = site_title = "PM Workspace admin"
    index_title = "All records"

    def has_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and request.user.is_superuser)

    @property
    def login(self) -> Callable[..., HttpResponse]:
        """The house's sign-in page; whoever is signed in and may not enter is told so."""
        found: Callable[..., HttpResponse] = secure_admin_login(super().login)
        return found

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        return csp_update(RELAXED)(super().admin_view(view, cacheable))
