"""Who calls: a personal token, or the session of the app itself."""

from hmac import compare_digest

from django.utils import timezone
from knox.auth import TokenAuthentication as KnoxAuthentication
from knox.crypto import hash_token
from knox.settings import CONSTANTS
from rest_framework.authentication import SessionAuthentication as DrfSession
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from workspaces.api.models import ApiToken
from workspaces.members.models import User

USED_EVERY_SECONDS = 60


class TokenAuthentication(KnoxAuthentication):
    """`Authorization: Bearer …`. One query; a token that is expired or revoked is refused."""

    def authenticate_credentials(self, token: bytes) -> tuple[User, ApiToken]:
        try:
            secret = token.decode("ascii")
        except UnicodeDecodeError as garbage:
            raise AuthenticationFailed("This token is not valid.") from garbage
        key = secret[: CONSTANTS.TOKEN_KEY_LENGTH]
        digest = hash_token(secret)
        if "\x00" in key:
            raise AuthenticationFailed("This token is not valid.")
        for found in ApiToken.objects.filter(token_key=key).select_related("user"):
            if compare_digest(digest, found.digest):
                return self._admit(found)
        raise AuthenticationFailed("This token is not valid. It may have been revoked.")

    def _admit(self, token: ApiToken) -> tuple[User, ApiToken]:
        if token.is_expired:
            raise AuthenticationFailed("This token has expired. Make a new one.")
        if not token.user.is_active:
            raise AuthenticationFailed("This person's access has been closed.")
        now = timezone.now()
        used = token.last_used_at
        if used is None or (now - used).total_seconds() > USED_EVERY_SECONDS:
            ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
        return token.user, token


class SessionAuthentication(DrfSession):
    """The browser's own session, with its CSRF token on every unsafe request."""

    def authenticate(self, request: Request) -> tuple[User, None] | None:
        if request.META.get("HTTP_AUTHORIZATION"):
            return None  # whoever names a token means the token
        return super().authenticate(request)
