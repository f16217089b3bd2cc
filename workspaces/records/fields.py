"""What a record's values are: one description for list, form, filter, import, export and API.

A kind of record names its fields once; custom fields are added to them by workspace. Everything
that shows or takes values reads these descriptions, so a field is never known in one place only.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.utils.text import capfirst

from workspaces.access.roles import Perm


class FieldType(StrEnum):
    """What kind of value a field holds."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    NUMBER = "number"
    MONEY = "money"
    PERCENT = "percent"  # a rate between 0 and 1
    DAY = "day"
    MOMENT = "moment"
    CHOICE = "choice"
    CHOICES = "choices"  # several of them
    PERSON = "person"  # a member, by id
    LINK = "link"  # a record of another kind, by id
    YES_NO = "yes_no"
    URL = "url"
    FORMULA = "formula"  # worked out from other fields, never typed


MARKDOWN: dict[str, Any] = {
    "markdown": True,
    "help": "**bold**, - lists, [links](https://…) and tables work.",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a choice. `tone` colours its tag: grey, green, amber, red, indigo."""

    value: str
    label: str
    tone: str = "grey"


@dataclass(frozen=True, slots=True)
class Field:
    """One value of a record.

    `name` is the model's field; a custom field is called `custom.<key>` and lives in the record's
    `custom` object. `to` names the kind a LINK leads to. `currency` names the field with the
    currency of a MONEY; without it amounts are in the workspace's. `perm` is what a member needs
    to see it, besides reading the record. `shown` fields are a list's usual columns. `sort` are
    the paths a list is ordered by, separated by commas, when they are not the field itself. `at`
    is the path to a value that stands in a row beside the record, such as `summary__units`. A
    number is written with so many decimal `places`. `example` is what the example of a file says.
    A `separated` text is several words with commas between them; a `markdown` one is shown as
    comments are.

    A custom MONEY has its own currency as `unit`, else the workspace's. A FORMULA is worked out by
    `compute(row)`, which gives None where there is no value; `result` is what type it gives, and
    `why(row)` says in words why there is none, and `made_of` are the columns it reads besides
    `custom`. Both take a row, or a mapping of those columns. `ask()` is the same as the database
    works it out.
    """

    name: str
    label: str
    type: FieldType
    required: bool = False
    editable: bool = True
    unique: bool = False
    help: str = ""
    choices: tuple[Choice, ...] = ()
    to: str = ""
    currency: str = ""
    unit: str = ""
    perm: Perm | None = None
    shown: bool = True
    sort: str = ""
    max_length: int | None = None
    default: Any = None
    formula: str = ""
    at: str = ""
    places: int | None = None
    separated: bool = False
    markdown: bool = False
    result: FieldType | None = None
    compute: Callable[[Any], Any] | None = None
    why: Callable[[Any], str] | None = None
    ask: Callable[[], Any] | None = None
    made_of: tuple[str, ...] = ()
    example: str = ""

    @property
    def value_type(self) -> FieldType:
        """What its values are: a formula's are what it gives."""
        return self.result or self.type

    @property
    def as_value(self) -> "Field":
        """As lists ask for it: a formula as a field of what it gives."""
        return self if self.result is None else replace(self, type=self.result)

    @property
    def is_custom(self) -> bool:
        return self.name.startswith("custom.")

    @property
    def key(self) -> str:
        """A custom field's key in `custom`; a field's own name otherwise."""
        return self.name.removeprefix("custom.")

    @property
    def path(self) -> str:
        """Where the ORM finds it."""
        return f"custom__{self.key}" if self.is_custom else self.at or self.name

    @property
    def numeric(self) -> bool:
        return self.value_type in (FieldType.NUMBER, FieldType.MONEY, FieldType.PERCENT)

    @property
    def takes_parts(self) -> bool:
        """Whether words can be added to its value and taken away."""
        return self.separated or self.type is FieldType.CHOICES

    @property
    def groups(self) -> bool:
        """Whether few enough values are expected to group a list or make a board by it."""
        return self.value_type in (
            FieldType.CHOICE,
            FieldType.PERSON,
            FieldType.LINK,
            FieldType.YES_NO,
        )

    def value_of(self, row: Any) -> Any:
        """The stored value of this field in a row; links and people by their id."""
        if self.compute is not None:
            return self.compute(row)
        if self.is_custom:
            return (row.custom or {}).get(self.key)
        if self.at:
            return value_at(row, self.at)
        return getattr(row, row._meta.get_field(self.name).attname)

    def words(self, value: str) -> str:
        """A choice's label; the value itself where there is none."""
        return next((one.label for one in self.choices if one.value == value), value)


def value_at(row: Any, path: str) -> Any:
    """What `path` leads to from this row; None where the way ends."""
    for step in path.split("__"):
        try:
            row = getattr(row, step)
        except ObjectDoesNotExist:
            return None
        if row is None:
            return None
    return row


_TYPES: tuple[tuple[type[Any], FieldType], ...] = (
    (ArrayField, FieldType.CHOICES),
    (models.URLField, FieldType.URL),
    (models.TextField, FieldType.LONG_TEXT),
    (models.CharField, FieldType.TEXT),
    (models.BooleanField, FieldType.YES_NO),
    (models.DateTimeField, FieldType.MOMENT),
    (models.DateField, FieldType.DAY),
    (models.DecimalField, FieldType.NUMBER),
    (models.FloatField, FieldType.NUMBER),
    (models.IntegerField, FieldType.NUMBER),
)


def fields_of_model(model: type[models.Model], *names: str, **changes: dict[str, Any]) -> Any:
    """The fields `names` of a model as descriptions, in that order.

    `changes` are {name: {attribute: value}} over what the model says: a tone, a permission, a
    MONEY where the model only knows a number.
    """
    return tuple(
        replace(described(model._meta.get_field(name)), **changes.get(name, {})) for name in names
    )


def described(field: Any) -> Field:
    """One model field as a description. Raises TypeError for a field no list can show."""
    base = field.base_field if isinstance(field, ArrayField) else field
    return Field(
        name=field.name,
        label=capfirst(str(field.verbose_name)),
        type=_type_of(field),
        required=not (field.blank or field.null),
        editable=field.editable,
        help=str(field.help_text),
        choices=_choices(base.flatchoices or ()),
        to=_leads_to(field),
        max_length=getattr(field, "max_length", None),
        places=0 if isinstance(field, models.IntegerField) and not field.is_relation else None,
    )


def _type_of(field: Any) -> FieldType:
    if field.is_relation:
        is_person = field.related_model._meta.label_lower == "workspaces.user"
        return FieldType.PERSON if is_person else FieldType.LINK
    if field.flatchoices:
        return FieldType.CHOICE
    for kind, found in _TYPES:
        if isinstance(field, kind):
            return found
    raise TypeError(f"{field} has no type that a list can show")


def _leads_to(field: Any) -> str:
    if not field.is_relation or _type_of(field) is FieldType.PERSON:
        return ""
    return str(field.related_model._meta.label_lower)


def _choices(pairs: Iterable[tuple[Any, Any]]) -> tuple[Choice, ...]:
    return tuple(Choice(str(value), str(label)) for value, label in pairs)
