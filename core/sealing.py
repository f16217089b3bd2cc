"""Secrets that must be read again: sealed with this site's key before they are stored."""

from base64 import urlsafe_b64encode
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class Unreadable(ValueError):
    """What was sealed with a key that this site does not have any more."""


def seal(text: str) -> str:
    """`text` for storing. Empty stays empty."""
    return _box().encrypt(text.encode()).decode() if text else ""


def unseal(sealed: str) -> str:
    """The text again. Raises Unreadable after the site's key changed."""
    try:
        return _box().decrypt(sealed.encode()).decode() if sealed else ""
    except InvalidToken as wrong:
        raise Unreadable("It was stored with another key of this site. Enter it again.") from wrong


def _box() -> MultiFernet:
    """Seals with the newest key; the fallbacks of Django open what is older."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_key(str(key))) for key in keys])


def _key(secret: str) -> bytes:
    return urlsafe_b64encode(sha256(b"core.sealing:" + secret.encode()).digest())
