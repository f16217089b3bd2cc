"""Secrets and signatures. A secret is worked out from this site's key and never stored."""

import hmac
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256

from django.utils.crypto import salted_hmac

from workspaces.webhooks.models import WebhookEndpoint

OLD_SECRET_LASTS = timedelta(hours=24)  # after a change both sign, so that no delivery is refused
PREFIX = "whsec_"


def secret_of(endpoint: WebhookEndpoint, nonce: str = "") -> str:
    """The secret of an endpoint; with `nonce` the one it had with that."""
    said = f"{endpoint.workspace_id}:{endpoint.pk}:{nonce or endpoint.nonce}"
    made = salted_hmac("workspaces.webhooks.secret", said, algorithm="sha256")
    return f"{PREFIX}{made.hexdigest()}"


def signature(secret: str, timestamp: int, body: bytes) -> str:
    """HMAC-SHA256 over `timestamp.body`, in hexadecimal."""
    return hmac.new(secret.encode(), f"{timestamp}.".encode() + body, sha256).hexdigest()


def signatures(endpoint: WebhookEndpoint, now: datetime, body: bytes) -> str:
    """The header: `v1=…`, and for a day after a change of secret also that of the old one."""
    secrets = [secret_of(endpoint)]
    changed = endpoint.rotated_at
    if endpoint.nonce_before and changed is not None and now < changed + OLD_SECRET_LASTS:
        secrets.append(secret_of(endpoint, endpoint.nonce_before))
    return _joined(signature(secret, int(now.timestamp()), body) for secret in secrets)


def _joined(made: Iterable[str]) -> str:
    return ",".join(f"v1={one}" for one in made)
