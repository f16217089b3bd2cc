"""Notes that say the same stand in the queue once: the newest of them, for all that are asked for.

The database finds them by an index over what they have alike (`Gist`): each row asks it once
whether a newer one stands for it, so ten thousand identical posts cost ten thousand looks.
"""

from collections.abc import Sequence
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, F, Func, IntegerField, OuterRef, QuerySet, Subquery

from feedback.inbox.models import Gist, Note
from feedback.inbox.queue import MOST_COUNTED, Asked
from workspaces.access.actor import Actor

GIST = Gist("title", "text")


class Later(Func):
    """Whether one place comes after another, compared as rows: a range of the index, so that posts
    of one moment need not be gone through."""

    template = "%(expressions)s"
    arg_joiner = " > "
    output_field = BooleanField()


def _place(moment: Any, pk: Any) -> Func:
    return Func(moment, pk, function="ROW", output_field=BooleanField())


def folded(actor: Actor, asked: Asked) -> QuerySet[Note]:
    """The notes asked for, without those that a newer one stands for; each with its `gist`."""
    newer = asked.rows(actor).annotate(gist=GIST).filter(gist=OuterRef("gist"))
    later = Later(_place(F("said_at"), F("pk")), _place(OuterRef("said_at"), OuterRef("pk")))
    # one look for each row that is shown: as “not exists” it would be joined, over every note
    first = Subquery(newer.filter(later).order_by().values("pk")[:1])
    return asked.rows(actor).annotate(gist=GIST).alias(stands=first).filter(stands=None)


def others(actor: Actor, asked: Asked, notes: Sequence[Note]) -> dict[int, int]:
    """How many notes each of these rows stands for besides itself, where there are any; counted to
    `MOST_COUNTED` and one."""
    twins = asked.rows(actor).annotate(gist=GIST).filter(gist=OuterRef("gist")).order_by()
    # each row asks the index: grouped by what they have alike, that were worked out of every text
    known = ArraySubquery(twins.values("pk")[: MOST_COUNTED + 2])
    many = Func(known, function="cardinality", output_field=IntegerField())
    rows = Note.objects.visible_to(actor).filter(pk__in=[note.pk for note in notes])
    counted = rows.alias(gist=GIST).annotate(many=many).values_list("pk", "many")
    return {pk: count - 1 for pk, count in counted if count > 1}


def same_as(actor: Actor, asked: Asked, pks: Sequence[int]) -> list[int]:
    """These notes, and all that they stand for."""
    chosen = Note.objects.visible_to(actor).filter(pk__in=pks).annotate(gist=GIST)
    gists = {gist for gist in chosen.values_list("gist", flat=True) if gist}
    rows = asked.rows(actor).annotate(gist=GIST).filter(gist__in=gists)
    return sorted({*pks, *rows.values_list("pk", flat=True)}) if gists else list(pks)
