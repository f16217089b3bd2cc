"""Who asks, where nobody signed in: for counting alone."""

from allauth.account.adapter import get_adapter
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

SALT = "workspaces.callers"


def caller_of(request: HttpRequest) -> str:
    """A hash that leads back to no address, which trusts as many proxies as the settings name."""
    address = get_adapter().get_client_ip(request)
    return salted_hmac(SALT, address).hexdigest()[:20]
