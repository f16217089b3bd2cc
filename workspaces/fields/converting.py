"""What records hold in a field, and giving it to them as another type."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from workspaces.access.actor import Actor
from workspaces.fields.models import CustomField
from workspaces.fields.storing import as_stored
from workspaces.members.models import Membership
from workspaces.records import refs
from workspaces.records.fields import FieldType
from workspaces.records.kinds import KINDS

BATCH = 1_000
EXAMPLES = 5
TEXTS = (FieldType.TEXT, FieldType.LONG_TEXT, FieldType.URL)


@dataclass(frozen=True, slots=True)
class Preview:
    """What another type would do: how many values convert, and examples of those that do not."""

    fits: int
    refused: int
    examples: tuple[str, ...]


def values_of(field: CustomField) -> dict[int, Any]:
    """{record: value} of every record that has one, those in the trash included."""
    return dict(_holders(field).values_list("pk", f"custom__{field.key}"))


def holding(field: CustomField, value: str) -> int:
    """How many records have this choice."""
    held = [value] if field.type == FieldType.CHOICES else value
    return int(_rows(field).filter(custom__contains={field.key: held}).count())


def preview(actor: Actor, before: CustomField, after: CustomField) -> Preview:
    """Try the other type on every value there is."""
    _, wrong = _converted(actor, before, after)
    fits = _holders(before).count() - sum(wrong.values())
    return Preview(fits, sum(wrong.values()), tuple(str(v) for v, _ in wrong.most_common(EXAMPLES)))


def convert(actor: Actor, before: CustomField, after: CustomField) -> None:
    """Write every value as the other type. Raises ValidationError when one does not fit."""
    found, wrong = _converted(actor, before, after)
    if wrong:
        many = sum(wrong.values())
        examples = ", ".join(f"“{value}”" for value, _ in wrong.most_common(EXAMPLES))
        words = f"{many} values do not fit: {examples}. Change those records first."
        raise ValidationError({"type": [words]})
    _write(after, found)


def fill(actor: Actor, field: CustomField) -> None:
    """Give a new field that is needed its default in every record that has nothing."""
    model: Any = KINDS[field.kind].model
    rows = model.objects.with_trash(actor.workspace.pk).exclude(custom__has_key=field.key)
    _write(field, dict.fromkeys(rows.values_list("pk", flat=True), field.default))


def _rows(field: CustomField) -> Any:
    model: Any = KINDS[field.kind].model
    return model.objects.with_trash(field.workspace_id)


def _holders(field: CustomField) -> Any:
    return _rows(field).filter(custom__has_key=field.key)


def _converted(
    actor: Actor, before: CustomField, after: CustomField
) -> tuple[dict[int, Any], Counter[str]]:
    """{record: new value} of what changes, and the values that cannot be."""
    found: dict[int, Any] = {}
    wrong: Counter[str] = Counter()
    known: dict[str, Any] = {}
    fitting = _links(actor, after, before)
    for pk, value in values_of(before).items():
        shown = _as_text(before, value)
        if shown not in known:
            known[shown] = _try(after, shown if after.type in TEXTS else value, fitting, actor)
        if known[shown] is None:
            wrong[shown] += 1
        elif known[shown] != value:
            found[pk] = known[shown]
    return found, wrong


def _links(actor: Actor, after: CustomField, before: CustomField) -> set[int] | None:
    """The ids that a link or person may have; None where any value will do."""
    if after.type == FieldType.PERSON:
        members = Membership.objects.visible_to(actor).active()
        return set(members.values_list("user_id", flat=True))
    if after.type != FieldType.LINK:
        return None
    ids = [value for value in values_of(before).values() if isinstance(value, int)]
    return {pk for _, pk in refs.named(actor, [(after.to, pk) for pk in ids])}


def _try(after: CustomField, value: Any, fitting: set[int] | None, actor: Actor) -> Any:
    try:
        found = as_stored(after, value, actor.workspace.timezone)
    except ValidationError:
        return None
    return None if fitting is not None and found not in fitting else found


def _as_text(field: CustomField, value: Any) -> str:
    labels = {one["value"]: one["label"] for one in field.options}
    if isinstance(value, list):
        return ", ".join(labels.get(one, str(one)) for one in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return labels.get(value, str(value))


def _write(field: CustomField, values: dict[int, Any]) -> None:
    """Set one key in many records. Their version moves on: an open form must not put it back."""
    pks = list(values)
    for first in range(0, len(pks), BATCH):
        rows = list(
            _rows(field)
            .filter(pk__in=pks[first : first + BATCH])
            .order_by("pk")
            .select_for_update(no_key=True)
        )
        for row in rows:
            row.custom = {**row.custom, field.key: values[row.pk]}
            row.version += 1
            row.updated_at = timezone.now()
        model: Any = KINDS[field.kind].model
        model.objects.bulk_update(rows, ["custom", "version", "updated_at"])
