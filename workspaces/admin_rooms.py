"""What members write together, in Django admin: looked at here, changed in the app alone."""

from typing import Any

from django.contrib import admin
from django.db import models

from workspaces.discussion.models import (
    Attachment,
    Comment,
    CommentRevision,
    Mention,
    PublicLetter,
    Reaction,
)
from workspaces.documents.models import Document, DocumentTemplate, DocumentVersion, SignOff
from workspaces.following.models import Letter, MailChoice, Notification, Watch
from workspaces.guests.models import GuestCode, GuestLink, GuestVisit
from workspaces.links.models import RecordLink
from workspaces.members.models import Team, TeamMember
from workspaces.records.admin import ReadOnlyAdmin
from workspaces.search.models import SearchEntry, SearchMeaning
from workspaces.todo.models import Repetition
from workspaces.views.models import SavedView
from workspaces.webhooks.models import Delivery, WebhookEndpoint

Columns = tuple[str, ...]
# (model, columns, what is searched, what is never shown)
PAGES: tuple[tuple[type[models.Model], Columns, Columns, Columns], ...] = (
    (Team, ("name", "created_at", "workspace"), ("name__istartswith",), ()),
    (TeamMember, ("user", "team", "workspace"), ("=user__email",), ()),
    (Comment, ("author", "kind", "object_id", "created_at", "workspace"), ("=author__email",), ()),
    (PublicLetter, ("state", "to", "attempts", "sent_at", "workspace"), ("=to",), ()),
    (Repetition, ("earlier", "later", "number", "workspace"), (), ()),
    (CommentRevision, ("comment_id", "replaced_by", "replaced_at", "workspace"), (), ()),
    (Mention, ("comment_id", "user", "team", "kind", "object_id", "workspace"), (), ()),
    (Reaction, ("emoji", "user", "comment_id", "workspace"), ("=user__email",), ()),
    (Attachment, ("name", "mime", "size", "created_at", "workspace"), ("=sha256",), ("file",)),
    (Document, ("title", "state", "updated_at", "workspace"), ("title__istartswith",), ()),
    (DocumentTemplate, ("name", "updated_at", "workspace"), ("name__istartswith",), ()),
    (DocumentVersion, ("title", "number", "published_at", "workspace"), ("=sha256",), ()),
    (SignOff, ("user", "verdict", "decided_at", "workspace"), ("=user__email",), ()),
    (Watch, ("user", "level", "kind", "object_id", "workspace"), ("=user__email",), ()),
    (Notification, ("label", "user", "reason", "at", "workspace"), ("=user__email",), ()),
    (MailChoice, ("user", "every", "hour", "workspace"), ("=user__email",), ()),
    (Letter, ("user", "state", "due_at", "sent_at", "workspace"), ("=user__email",), ()),
    (RecordLink, ("relation", "kind", "object_id", "to_kind", "to_id", "workspace"), (), ()),
    (SavedView, ("name", "kind", "audience", "owner", "workspace"), ("name__istartswith",), ()),
    (
        SearchEntry,
        ("title", "kind", "object_id", "workspace"),
        ("title__istartswith",),
        ("vector",),
    ),
    (SearchMeaning, ("entry_id", "model", "made_at", "workspace"), (), ("vector",)),
    (
        GuestLink,
        ("label", "kind", "way", "opens", "expires_at", "revoked_at", "workspace"),
        ("label__istartswith",),
        ("secret_hash", "password", "address"),
    ),
    (GuestVisit, ("at", "email", "link_id", "workspace"), ("=email",), ()),
    (GuestCode, ("made_at", "email", "tries", "workspace"), ("=email",), ("nonce",)),
    (
        WebhookEndpoint,
        ("url", "active", "failures", "workspace"),
        ("url__istartswith",),
        ("nonce", "nonce_before"),
    ),
    (Delivery, ("label", "verb", "state", "status", "next_at", "workspace"), ("=uid",), ()),
)


def register() -> None:
    """Called when the admin gathers its pages."""
    for model, columns, searched, hidden in PAGES:
        words: dict[str, Any] = {
            "list_display": columns,
            "search_fields": searched,
            "exclude": hidden,
            "__doc__": model.__doc__,
        }
        admin.site.register(model, type(f"{model.__name__}Admin", (ReadOnlyAdmin,), words))


register()
