"""Links in letters: where things open, and the one that ends the letters."""

from django.conf import settings
from django.core import signing
from django.urls import reverse

from core.mail import host_of

SALT = "workspaces.following.unsubscribe"


def host() -> str:
    """The domain that our letters are named by."""
    return host_of(settings.SITE_URL)


def whole(path: str) -> str:
    """The address of a page, for a reader who is not on our site yet."""
    return f"{settings.SITE_URL}{path}"


def unsubscribe_link(workspace_id: int, user_id: int) -> str:
    """Ends the letters of one workspace to one person. It opens nothing else, and never expires."""
    token = signing.dumps([workspace_id, user_id], salt=SALT)
    return whole(reverse("workspaces:unsubscribe", args=[token]))


def unsubscribed_by(token: str) -> tuple[int, int] | None:
    """The workspace and person behind such a link; None when we did not make it."""
    try:
        workspace_id, user_id = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return workspace_id, user_id
