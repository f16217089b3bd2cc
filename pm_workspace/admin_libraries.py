"""Library models in the house's admin: looked at, not changed."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.models import Group

from workspaces.records.admin import ReadOnlyAdmin

for _model in (EmailAddress, Authenticator, UserSession, Group):
    if admin.site.is_registered(_model):
        admin.site.unregister(_model)


@admin.register(EmailAddress)
class EmailAddressAdmin(ReadOnlyAdmin):
    """Addresses people sign in with."""

    list_display = ("email", "user", "primary", "verified")
    search_fields = ("email__istartswith",)


@admin.register(Authenticator)
class AuthenticatorAdmin(ReadOnlyAdmin):
    """Second factors; their secrets are not shown."""

    list_display = ("user", "type", "created_at", "last_used_at")
    search_fields = ("=user__email",)
    exclude = ("data",)


@admin.register(UserSession)
class UserSessionAdmin(ReadOnlyAdmin):
    """Where people are signed in; keys are not shown."""

    list_display = ("user", "ip", "created_at", "last_seen_at")
    search_fields = ("=user__email",)
    exclude = ("session_key", "data")
