"""Rule packs of a workspace, answers about products, what follows, and the evidence for it."""

from datetime import datetime
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from products.catalog.models import Category, Market, Product, Supplier
from products.compliance.states import (
    ACCEPTED,
    EVIDENCE_TYPES,
    WAITING,
    DocState,
    PackState,
    Status,
    WaiverState,
)
from workspaces.records.models import (
    Record,
    RecordQuerySet,
    ScopedModel,
    ScopedQuerySet,
    WorkspaceLink,
)

USER = "workspaces.User"
RULE = 81  # a pack's key, a stroke, a rule's key


class RulePackQuerySet(ScopedQuerySet["RulePack"]):
    """The questions asked of packs."""

    def active(self) -> Self:
        """The versions that rule now, one of each pack."""
        return self.filter(state=PackState.ACTIVE)


class RulePack(ScopedModel):
    """One version of a rule pack in a workspace: the whole text it had, whatever ships later."""

    key = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=120)
    owner = models.CharField(max_length=120)
    body = models.JSONField(help_text="The pack as it was read; `packs.read` reads it again.")
    shipped = models.BooleanField(default=False, help_text="It came with the app.")
    state = models.CharField(max_length=8, choices=PackState.choices, default=PackState.DRAFT)
    reviewed_on = models.DateField()
    reviewed_by = models.ForeignKey(
        USER, models.SET_NULL, null=True, related_name="+", help_text="Empty: the pack says it."
    )
    added_by = models.ForeignKey(USER, models.SET_NULL, null=True, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)
    activated_at = models.DateTimeField(null=True)

    objects = RulePackQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="rulepack_in_workspace"),
            models.UniqueConstraint(
                fields=["workspace", "key", "version"], name="rulepack_version_once"
            ),
            models.UniqueConstraint(
                fields=["workspace", "key"],
                condition=Q(state="active"),
                name="rulepack_one_active",
            ),
            models.CheckConstraint(condition=Q(state__in=PackState.values), name="rulepack_state"),
        ]

    def __str__(self) -> str:
        return f"{self.title} v{self.version}"


class AttributeQuerySet(ScopedQuerySet["ProductAttribute"]):
    """The questions asked of answers."""

    def current(self) -> Self:
        """What is held now; older answers are the history."""
        return self.filter(replaced_at=None)

    def known_by(self, moment: datetime | None) -> Self:
        """What was held at a moment; without one, what is held now."""
        if moment is None:
            return self.current()
        later = Q(replaced_at=None) | Q(replaced_at__gt=moment)
        return self.filter(later, answered_at__lte=moment)


class ProductAttribute(ScopedModel):
    """What somebody said about a product, about all of a category, or about all products.

    The nearest counts: the product's own, then its category's, then what hangs above. An answer is
    never changed: a new one replaces it, and one without a value takes it back.
    """

    product = WorkspaceLink(Product, models.CASCADE, null=True)
    category = WorkspaceLink(Category, models.CASCADE, null=True)
    key = models.CharField(max_length=40)
    value = models.JSONField(null=True)
    answered_by = models.ForeignKey(USER, models.SET_NULL, null=True, related_name="+")
    answered_at = models.DateTimeField(default=timezone.now)
    replaced_at = models.DateTimeField(null=True)

    objects = AttributeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="attribute_in_workspace"),
            models.UniqueConstraint(
                fields=["workspace", "product", "category", "key"],
                condition=Q(replaced_at=None),
                nulls_distinct=False,
                name="attribute_once",
            ),
            models.CheckConstraint(
                condition=Q(product=None) | Q(category=None), name="attribute_about_one"
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "product", "key"], name="attribute_of_product")
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.value}"


class EvidenceQuerySet(RecordQuerySet["EvidenceDoc"]):
    """The questions asked of documents."""

    def accepted(self) -> Self:
        """Reviewed and never revoked; whether they count on a day is asked of their days."""
        return self.filter(state__in=ACCEPTED)

    def waiting(self) -> Self:
        """What somebody else has to review."""
        return self.filter(state__in=WAITING)


class EvidenceDoc(Record):
    """A document that shows an obligation is met. Its file never changes; a new one renews it.

    `file` is a random name in our storage, `mime` what its first bytes say. `markets` are ids; none
    means all. It counts from `valid_from` to `valid_to`, both included, once it was reviewed.
    """

    STORED = ("file",)  # names in our storage, which leave with their workspace

    title = models.CharField(max_length=200)
    type = models.CharField(max_length=20, choices=EVIDENCE_TYPES)
    issuer = models.CharField(max_length=200)
    number = models.CharField(max_length=120, blank=True)
    scope = models.CharField(max_length=500, blank=True, help_text="What it is about, in words.")
    issued_on = models.DateField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    markets = ArrayField(models.BigIntegerField(), default=list, blank=True)
    state = models.CharField(
        max_length=10, choices=DocState.choices, default=DocState.UPLOADED, editable=False
    )
    replaces = WorkspaceLink("self", models.SET_NULL, null=True, blank=True)
    name = models.CharField("file", max_length=200, editable=False)
    sha256 = models.CharField(max_length=64, editable=False)
    mime = models.CharField(max_length=80, editable=False)
    size = models.BigIntegerField(editable=False)
    file = models.CharField(max_length=200, editable=False)
    uploaded_by = models.ForeignKey(
        USER, models.SET_NULL, null=True, related_name="+", editable=False
    )
    reviewed_by = models.ForeignKey(
        USER, models.SET_NULL, null=True, related_name="+", editable=False
    )
    reviewed_at = models.DateTimeField(null=True, editable=False)
    remark = models.CharField(max_length=500, blank=True, editable=False)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = "evidence"
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="evidence_in_workspace"),
            models.CheckConstraint(condition=Q(state__in=DocState.values), name="evidence_state"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="evidence_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(valid_from__gte=F("issued_on")), name="evidence_valid_once_issued"
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by=None)
                | Q(uploaded_by=None)
                | ~Q(reviewed_by=F("uploaded_by")),
                name="evidence_reviewed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(state__in=WAITING) | Q(reviewed_at__isnull=False),
                name="evidence_counts_once_reviewed",
            ),
            models.CheckConstraint(condition=Q(size__gt=0), name="evidence_not_empty"),
        ]
        indexes = [
            models.Index(fields=["workspace", "state", "valid_to"], name="evidence_by_end"),
            models.Index(fields=["workspace", "sha256"], name="evidence_same"),
        ]

    def __str__(self) -> str:
        return self.title


class EvidenceCover(ScopedModel):
    """A document is meant for a rule (`pack/rule`) of a product, as it came from one supplier.

    Once the product comes from another supplier, it shows nothing until somebody confirms it.
    """

    evidence = WorkspaceLink(EvidenceDoc, models.CASCADE, related_name="covers")
    product = WorkspaceLink(Product, models.CASCADE)
    rule = models.CharField(max_length=RULE)
    supplier = WorkspaceLink(Supplier, models.SET_NULL, null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "product", "rule", "evidence"], name="evidencecover_once"
            ),
        ]
        indexes = [models.Index(fields=["workspace", "evidence"], name="evidencecover_of")]

    def __str__(self) -> str:
        return f"{self.evidence_id}: {self.rule}"


class EvidenceWarning(ScopedModel):
    """That so many days before its end people were told of a document; 0 is that it ended."""

    evidence = WorkspaceLink(EvidenceDoc, models.CASCADE)
    days = models.PositiveSmallIntegerField()
    valid_to = models.DateField()

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "evidence", "days", "valid_to"], name="evidencewarning_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.evidence_id}: {self.days} days"


class Waiver(ScopedModel):
    """Why a rule need not be shown to be met for a product in a market, until a day."""

    product = WorkspaceLink(Product, models.CASCADE)
    market = WorkspaceLink(Market, models.CASCADE)
    rule = models.CharField(max_length=RULE)
    reason = models.TextField(max_length=2_000)
    until = models.DateField()
    state = models.CharField(max_length=8, choices=WaiverState.choices, default=WaiverState.ASKED)
    requested_by = models.ForeignKey(USER, models.SET_NULL, null=True, related_name="+")
    requested_at = models.DateTimeField(default=timezone.now)
    starts_on = models.DateField(null=True)
    approved_by = models.ForeignKey(USER, models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="waiver_in_workspace"),
            models.UniqueConstraint(
                fields=["workspace", "product", "market", "rule"],
                condition=Q(state="asked"),
                name="waiver_asked_once",
            ),
            models.CheckConstraint(condition=Q(state__in=WaiverState.values), name="waiver_state"),
            models.CheckConstraint(
                condition=Q(approved_by=None)
                | Q(requested_by=None)
                | ~Q(approved_by=F("requested_by")),
                name="waiver_approved_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved")
                | Q(decided_at__isnull=False, starts_on__isnull=False),
                name="waiver_counts_once_decided",
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "product", "market", "rule"], name="waiver_of"),
        ]

    def __str__(self) -> str:
        return f"Waiver until {self.until}"


class Obligation(Record):
    """What a rule asks of a product in a market. Worked out; nobody sets it by hand.

    `applies` is empty while something that `asks` names is not known. `status` is that of the day
    it was worked out for, and by time alone it is right until the day before `changes_on`.
    """

    product = WorkspaceLink(Product, models.CASCADE)
    market = WorkspaceLink(Market, models.CASCADE)
    pack = WorkspaceLink(RulePack, models.CASCADE)
    rule = models.CharField(max_length=RULE)
    title = models.CharField(max_length=200)
    gate = models.BooleanField()
    applies = models.BooleanField(null=True)
    effective_from = models.DateField()
    effective_to = models.DateField(null=True)
    accepts = ArrayField(models.CharField(max_length=20, choices=EVIDENCE_TYPES), default=list)
    asks = ArrayField(models.CharField(max_length=40), default=list)
    why = models.CharField(max_length=600)
    basis = models.CharField(max_length=500)
    status = models.CharField(max_length=8, choices=Status.choices)
    reason = models.CharField(max_length=400)
    evidence = WorkspaceLink(EvidenceDoc, models.SET_NULL, null=True)
    covered_until = models.DateField(null=True)
    changes_on = models.DateField(null=True)

    objects = RecordQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="obligation_in_workspace"),
            models.UniqueConstraint(
                fields=["workspace", "product", "market", "rule"], name="obligation_once"
            ),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="obligation_status"),
        ]
        indexes = [
            models.Index(fields=["workspace", "status", "product"], name="obligation_by_status"),
            models.Index(fields=["workspace", "changes_on"], name="obligation_by_change"),
            models.Index(fields=["workspace", "market"], name="obligation_of_market"),
        ]

    def __str__(self) -> str:
        return self.title
