"""The fields that a workspace adds to its records."""

from typing import Self

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from core.expressions.lexer import LONGEST
from workspaces.records.fields import FieldType
from workspaces.records.models import ScopedModel, ScopedQuerySet, WorkspaceLink

KEY = r"[a-z][a-z0-9_]{0,39}\Z"
TYPES = [
    (FieldType.TEXT, "Text"),
    (FieldType.LONG_TEXT, "Long text"),
    (FieldType.NUMBER, "Number"),
    (FieldType.MONEY, "Money"),
    (FieldType.PERCENT, "Percentage"),
    (FieldType.DAY, "Day"),
    (FieldType.MOMENT, "Day and time"),
    (FieldType.CHOICE, "Choice"),
    (FieldType.CHOICES, "Several choices"),
    (FieldType.PERSON, "Person"),
    (FieldType.LINK, "Record"),
    (FieldType.YES_NO, "Yes or no"),
    (FieldType.URL, "Web address"),
    (FieldType.FORMULA, "Formula"),
]


class CustomFieldQuerySet(ScopedQuerySet["CustomField"]):
    """The questions asked of custom fields."""

    def in_use(self) -> Self:
        """Those that are not retired, in the order people gave them."""
        return self.filter(retired_at=None).order_by("kind", "order", "pk")


class CustomField(ScopedModel):
    """One value that every record of a kind may have.

    Values live in the records' `custom` object by `key`, which never changes. A retired field is
    shown nowhere; its values stay and come back with it. `options` are {value, label, tone};
    `roles` are the roles that see it, none meaning all.
    """

    kind = models.CharField(max_length=60, help_text="Such as products.product.")
    key = models.CharField(max_length=40, validators=[RegexValidator(KEY)])
    label = models.CharField(max_length=80)
    type = models.CharField(max_length=12, choices=TYPES)
    help = models.CharField(max_length=300, blank=True)
    order = models.PositiveIntegerField(default=0)
    required = models.BooleanField(default=False)
    unique = models.BooleanField(default=False)
    default = models.JSONField(null=True, blank=True)
    options = models.JSONField(default=list, blank=True)
    roles = models.JSONField(default=list, blank=True)
    to = models.CharField(max_length=60, blank=True, help_text="The kind a record link leads to.")
    unit = models.CharField(max_length=20, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    formula = models.TextField(max_length=LONGEST, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, db_default=Now(), editable=False)
    updated_at = models.DateTimeField(auto_now=True, db_default=Now(), editable=False)
    version = models.PositiveIntegerField(default=1, db_default=1, editable=False)

    objects = CustomFieldQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "kind", "key"], name="customfield_once"),
            models.UniqueConstraint(fields=["workspace", "id"], name="customfield_in_workspace"),
            models.CheckConstraint(
                condition=Q(type__in=[value for value, _ in TYPES]), name="customfield_type"
            ),
            models.CheckConstraint(
                condition=Q(key__regex=r"^[a-z][a-z0-9_]{0,39}$"), name="customfield_key"
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def name(self) -> str:
        """What the field is called among a record's fields."""
        return f"custom.{self.key}"


class CustomUnique(ScopedModel):
    """The claim of one record to one value of a unique field: two writers cannot both have it.

    A claim whose record has the value no more is void, and gone as soon as somebody else asks.
    """

    field = WorkspaceLink(CustomField, models.CASCADE)
    value_hash = models.CharField(max_length=64)
    object_id = models.BigIntegerField()

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "field", "value_hash"], name="customunique_value_once"
            ),
            models.UniqueConstraint(
                fields=["workspace", "field", "object_id"], name="customunique_record_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.field_id}: {self.object_id}"
