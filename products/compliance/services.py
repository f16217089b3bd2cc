"""Answering about products, and choosing which rule packs count."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from core.clock import today
from core.db import lock_keys
from core.errors import NotFound, Refused
from core.typed import one_line
from products.catalog.models import Category, Product
from products.compliance import marking
from products.compliance.attributes import Vocabulary
from products.compliance.facts import rulings
from products.compliance.models import ProductAttribute, RulePack
from products.compliance.packs import Pack, load, read, shipped, vocabulary
from products.compliance.predicates import Broken
from products.compliance.states import PackState
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.audit import services as audit

PRODUCT, CATEGORY, WORKSPACE = "product", "category", "workspace"
MOST_VERSIONS = 200


def known_questions(workspace_id: int) -> Vocabulary:
    """Every attribute that can be answered: the shipped ones and those of active packs."""
    found = dict(vocabulary())
    for one in rulings(workspace_id):
        found.update(one.pack.attributes)
    return found


@transaction.atomic
def answer(
    actor: Actor, product_pk: int, key: str, text: str, *, place: str = PRODUCT
) -> ProductAttribute:
    """Say what is so of a product, of all of its category, or of all products.

    An empty text takes the answer at that place back. Raises Denied, NotFound, Refused.
    """
    actor.require(Perm.CATALOG_EDIT)
    product = Product.objects.visible_to(actor).filter(pk=product_pk).first()
    if product is None:
        raise NotFound("That product no longer exists.")
    attribute = known_questions(actor.workspace.pk).get(key)
    if attribute is None:
        raise Refused("No active rule asks this any more.")
    try:
        value = attribute.read(text) if text.strip() else None
    except ValueError as wrong:
        raise Refused(f"{attribute.question} {wrong}") from wrong
    about = _about(product, place)
    lock_keys("answers", [f"{actor.workspace.pk}:{key}"])
    row = ProductAttribute(
        workspace=actor.workspace, key=key, value=value, answered_by=actor.user, **about
    )
    held = ProductAttribute.objects.visible_to(actor).current().filter(key=key, **about).first()
    if held is not None:
        held.replaced_at = timezone.now()
        held.save(update_fields=["replaced_at"])
    row.save()
    before = attribute.words(held.value) if held and held.value is not None else None
    after = attribute.words(value) if value is not None else None
    changes = {attribute.question: (before, after), "for": (None, place)}
    audit.record(actor, "product.answered", product, changes)
    _mark(actor, product, place)
    return row


def _about(product: Product, place: str) -> dict[str, Any]:
    if place == WORKSPACE:
        return {"product": None, "category": None}
    if place == CATEGORY:
        if product.category is None:
            raise Refused("This product has no category. Answer for the product.")
        return {"product": None, "category": product.category}
    if place != PRODUCT:
        raise Refused("Answer for the product, its category, or all products.")
    return {"product": product, "category": None}


def _mark(actor: Actor, product: Product, place: str) -> None:
    if place == PRODUCT:
        marking.of_products(actor.workspace.pk, [product.pk], "an answer")
        return
    rows = Product.objects.visible_to(actor)
    if place == CATEGORY and product.category is not None:
        path = product.category.path
        below = Category.objects.visible_to(actor).filter(
            path__startswith=f"{path}{Category.SEPARATOR}"
        )
        rows = rows.filter(category__in=[product.category_id, *below.values_list("pk", flat=True)])
        marking.of_products(actor.workspace.pk, rows.values_list("pk", flat=True), "an answer")
        return
    marking.of_everything(actor.workspace.pk, "an answer for all")


@transaction.atomic
def import_pack(actor: Actor, raw: bytes) -> RulePack:
    """Keep a pack out of a file, as a version that is not active yet.

    Raises Denied, or ValidationError on `upload` that names the broken place.
    """
    actor.require(Perm.COMPLIANCE_REVIEW)
    try:
        pack = load(raw)
    except Broken as broken:
        words = f"At {broken.pointer or 'the top'}: {broken.remedy}"
        raise ValidationError({"upload": [words]}) from broken
    if pack.key in shipped():
        words = f"At /key: “{pack.key}” is a pack that ships with the app. Choose another key."
        raise ValidationError({"upload": [words]})
    _hold(actor)
    rows = RulePack.objects.visible_to(actor)
    if rows.filter(key=pack.key, version=pack.version).exists():
        words = f"At /version: version {pack.version} is here already. Count it up."
        raise ValidationError({"upload": [words]})
    if rows.count() >= MOST_VERSIONS:
        raise Refused(f"A workspace keeps at most {MOST_VERSIONS} versions of packs.")
    row = _row(actor, pack, shipped_with_app=False)
    row.save()
    audit.record(actor, "rulepack.imported", row, {"version": (None, pack.version)})
    return row


@transaction.atomic
def activate_pack(actor: Actor, key: str, version: int) -> RulePack:
    """Let a version of a pack count from now on, in place of the one before it.

    Raises Denied, NotFound or Refused.
    """
    actor.require(Perm.COMPLIANCE_REVIEW)
    _hold(actor)
    row = find_version(actor, key, version)
    if row.state == PackState.ACTIVE:
        return row
    _refuse_other_meaning(actor, row)
    rows = RulePack.objects.visible_to(actor).active().filter(key=key)
    before = rows.first()
    rows.update(state=PackState.REPLACED)
    row.state, row.activated_at = PackState.ACTIVE, timezone.now()
    row.save()
    changes = {"version": (before.version if before else None, row.version)}
    audit.record(actor, "rulepack.activated", row, changes)
    marking.of_everything(actor.workspace.pk, f"rule pack {row}"[:120])
    return row


@transaction.atomic
def stop_pack(actor: Actor, key: str) -> RulePack:
    """Let a pack count no more; its obligations go. Raises Denied or NotFound."""
    actor.require(Perm.COMPLIANCE_REVIEW)
    _hold(actor)
    row = _active(actor, key)
    row.state = PackState.REPLACED
    row.save(update_fields=["state"])
    audit.record(actor, "rulepack.stopped", row, {"state": (PackState.ACTIVE, row.state)})
    marking.of_everything(actor.workspace.pk, f"rule pack {row}"[:120])
    return row


@transaction.atomic
def review_pack(actor: Actor, key: str, owner: str) -> RulePack:
    """Say that an active pack was read again today, and who looks after it here.

    Raises Denied, NotFound or ValidationError.
    """
    actor.require(Perm.COMPLIANCE_REVIEW)
    _hold(actor)
    row = _active(actor, key)
    before = row.reviewed_on
    row.owner = one_line(owner, 120) or row.owner
    row.reviewed_on, row.reviewed_by = today(actor.workspace.timezone), actor.user
    row.save(update_fields=["owner", "reviewed_on", "reviewed_by"])
    audit.record(actor, "rulepack.reviewed", row, {"reviewed_on": (before, row.reviewed_on)})
    marking.of_everything(actor.workspace.pk, "a review of rules")
    return row


def find_version(actor: Actor, key: str, version: int) -> RulePack:
    """A version that is here, or the shipped one as a row that is not saved. Raises NotFound."""
    row = RulePack.objects.visible_to(actor).filter(key=key, version=version).first()
    if row is not None:
        return row
    pack = shipped().get(key)
    if pack is None or pack.version != version:
        raise NotFound("There is no such version of this pack.")
    return _row(actor, pack, shipped_with_app=True)


def _row(actor: Actor, pack: Pack, *, shipped_with_app: bool) -> RulePack:
    return RulePack(
        workspace=actor.workspace,
        key=pack.key,
        version=pack.version,
        title=pack.title,
        owner=pack.owner,
        body=pack.body,
        shipped=shipped_with_app,
        reviewed_on=pack.reviewed_on,
        added_by=actor.user,
    )


def _refuse_other_meaning(actor: Actor, row: RulePack) -> None:
    """One key is one question: two active packs cannot mean different things by it."""
    own = read(row.body).attributes
    for other in rulings(actor.workspace.pk):
        if other.row.key == row.key:
            continue
        for key, attribute in own.items():
            if other.pack.attributes.get(key, attribute) != attribute:
                raise Refused(f"“{key}” means something else in {other.row}. Rename it.")


def _active(actor: Actor, key: str) -> RulePack:
    row = RulePack.objects.visible_to(actor).active().filter(key=key).first()
    if row is None:
        raise NotFound("This pack is not active here.")
    return row


def _hold(actor: Actor) -> None:
    """One change of packs at a time: what an attribute means is compared across all of them."""
    lock_keys("rule packs", [f"{actor.workspace.pk}"])
