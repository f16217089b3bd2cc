"""One change to many products, as one act that can be undone as one."""

from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from core.errors import DomainError, Refused
from products.catalog.models import Product
from products.catalog.services import check_move
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.audit import services as audit
from workspaces.records.changes import assign, check
from workspaces.records.lists import whole_number

LINKS = ("brand", "category", "supplier")
FIELDS = (*LINKS, "state", "product_type")
ACTIONS = (*FIELDS, "add_tag", "remove_tag", "delete")


class BulkOutcome:
    """What became of a bulk edit: how many changed, and why others did not."""

    def __init__(self, batch: UUID) -> None:
        self.batch, self.changed, self.refused = batch, 0, Counter[str]()

    def words(self) -> str:
        done = f"{self.changed} product{'' if self.changed == 1 else 's'} changed."
        if not self.refused:
            return done
        reason, _ = self.refused.most_common(1)[0]
        return f"{done} {self.refused.total()} were left as they are: {reason}"


@transaction.atomic
def bulk_change_products(
    actor: Actor,
    pks: Sequence[int],
    action: str,
    value: str,
    *,
    reason: str = "",
    batch: UUID | None = None,
) -> BulkOutcome:
    """Do the same to each of these products; those the rules refuse are left as they are.

    Locks in one order. Raises Denied, Refused, or ValidationError when the value itself is wrong.
    """
    actor.require(Perm.CATALOG_EDIT)
    if action not in ACTIONS:
        raise Refused("Choose what to change.")
    outcome = BulkOutcome(batch or uuid4())
    rows = Product.objects.visible_to(actor).filter(pk__in=pks).order_by("pk")
    wanted = _value(actor, action, value)
    changed: list[tuple[Product, dict[str, tuple[Any, Any]]]] = []
    for product in rows.select_for_update(no_key=True):
        try:
            changes = _change(product, action, wanted, reason)
        except DomainError as refusal:
            outcome.refused[str(refusal).replace(f"“{product}” ", "")] += 1
            continue
        if changes:
            product.version += 1
            product.updated_at = timezone.now()
            changed.append((product, changes))
    fields = {name for _, changes in changed for name in changes}
    if changed:
        saved = [product for product, _ in changed]
        Product.objects.bulk_update(saved, [*fields, "version", "updated_at"], batch_size=1_000)
        verb = "product.deleted" if action == "delete" else "product.changed"
        told = [(p, c | ({"reason": (None, reason)} if reason else {})) for p, c in changed]
        audit.record_many(actor, verb, told, outcome.batch)
    outcome.changed = len(changed)
    return outcome


def _value(actor: Actor, action: str, text: str) -> Any:
    """What was typed as the field's value, checked once for all rows."""
    if action in LINKS:
        if not text:
            return None
        probe = Product(workspace=actor.workspace)
        pk = whole_number(text)
        if pk is None:
            raise ValidationError({action: ["Choose one from the list."]})
        check(probe, assign(probe, **{action: pk}))
        return pk
    if action in ("add_tag", "remove_tag"):
        tag = text.replace(",", " ").strip()
        if not tag:
            raise Refused("Type the tag.")
        return tag
    return text.strip()


def _change(product: Product, action: str, value: Any, reason: str) -> dict[str, tuple[Any, Any]]:
    if action == "delete":
        return assign(product, deleted_at=timezone.now())
    if action == "state" and value != product.state:
        check_move(product, value, reason, product.end_of_life)
    if action in ("add_tag", "remove_tag"):
        return assign(product, tags=_tags(product.tags, action, value))
    return assign(product, **{action: value})


def _tags(before: str, action: str, tag: str) -> str:
    tags = [each for part in before.split(",") if (each := part.strip())]
    kept = [each for each in tags if each.lower() != tag.lower()]
    after = ", ".join([*kept, tag] if action == "add_tag" else kept)
    if (action == "add_tag" and len(kept) < len(tags)) or len(after) > 1_000:
        return before
    return after
