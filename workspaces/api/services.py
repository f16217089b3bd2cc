"""Making and revoking API tokens."""

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from core.errors import NotFound, Refused
from workspaces.access.actor import Actor
from workspaces.access.roles import GRANTS, Perm
from workspaces.api.models import ANSWERS_KEPT, Answer, ApiToken

DEFAULT_DAYS = 90
LONGEST_DAYS = 730


def tokens_of(actor: Actor) -> "QuerySet[ApiToken]":
    """The actor's own tokens for this workspace, newest first."""
    mine = ApiToken.objects.filter(user=actor.user, workspace=actor.workspace)
    return mine.order_by("-created", "digest")


@transaction.atomic
def create_token(
    actor: Actor, name: str, scopes: Iterable[str] = (), days: int = DEFAULT_DAYS
) -> tuple[ApiToken, str]:
    """Make a token for the actor; returns it with its secret, which is never shown again.

    Raises Refused when a scope is unknown or more than the role may do.
    """
    actor.require(Perm.TOKENS_OWN)
    wanted = sorted(set(scopes))
    allowed = {perm.value for perm in GRANTS[actor.role]}
    if beyond := [scope for scope in wanted if scope not in allowed]:
        raise Refused(
            f"Your role ({actor.role.label}) cannot give a token “{beyond[0]}”. "
            f"Choose from: {', '.join(sorted(allowed))}."
        )
    if not 1 <= days <= LONGEST_DAYS:
        raise Refused(f"A token lasts between 1 and {LONGEST_DAYS} days.")
    if not name.strip():
        raise Refused("Give the token a name that says what uses it.")
    return ApiToken.objects.create(
        user=actor.user,
        expiry=timedelta(days=days),
        name=name.strip()[:80],
        workspace=actor.workspace,
        scopes=wanted,
    )


@transaction.atomic
def revoke_token(actor: Actor, token_key: str) -> None:
    """Make one of the actor's tokens useless at once."""
    actor.require(Perm.TOKENS_OWN)
    gone, _ = tokens_of(actor).filter(token_key=token_key).delete()
    if not gone:
        raise NotFound("That token does not exist any more.")


def forget_old_answers() -> None:
    """Drop answers that no longer need repeating, and tokens long expired."""
    Answer.objects.filter(created_at__lt=timezone.now() - ANSWERS_KEPT).delete()
    ApiToken.objects.filter(expiry__lt=timezone.now() - timedelta(days=30)).delete()
