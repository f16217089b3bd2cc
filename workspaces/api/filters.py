"""Filters that every resource shares."""

from datetime import UTC
from typing import Any

import django_filters
from django import forms
from rest_framework.exceptions import ValidationError

LARGEST_ID = 2**63 - 1


class IdFilter(django_filters.NumberFilter):
    """Rows that point at this id, by a link or a plain column. An id of another workspace simply
    finds nothing.
    """

    field_class = forms.IntegerField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("min_value", 1)
        kwargs.setdefault("max_value", LARGEST_ID)
        super().__init__(*args, **kwargs)

    def filter(self, qs: Any, value: Any) -> Any:
        if value in (None, ""):
            return qs
        return qs.filter(**{qs.model._meta.get_field(self.field_name).attname: value})

    def get_max_validator(self) -> None:
        """The field's own maximum says it."""
        return


class MomentFilter(django_filters.IsoDateTimeFilter):
    """A moment, turned into UTC here: PostgreSQL knows fewer offsets than ISO 8601."""

    def filter(self, qs: Any, value: Any) -> Any:
        if value is None:
            return qs
        try:
            moment = value.astimezone(UTC)
        except OverflowError as beyond:
            raise ValidationError({self.field_name: ["That moment is out of range."]}) from beyond
        return super().filter(qs, moment)
