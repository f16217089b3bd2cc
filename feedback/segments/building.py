"""The form of a segment: its name and the filter builder over customers."""

from functools import cached_property

from django.http import QueryDict

from core.errors import Refused
from feedback.segments.asking import CUSTOMER, conditions_of, fields_for, whole
from feedback.segments.models import Segment
from workspaces.access.actor import Actor
from workspaces.lists.building import drafted
from workspaces.lists.chips import words
from workspaces.lists.conditions import NOTHING, Group, written
from workspaces.records.fields import Field
from workspaces.records.kinds import KINDS


class Question:
    """What a segment asks as a member types it, or as it is kept. The builder reads it."""

    def __init__(self, actor: Actor, asked: QueryDict, kept: str = "") -> None:
        self.actor, self.asked, self.kept = actor, asked, kept
        self.kind = KINDS[CUSTOMER]

    @cached_property
    def filterable(self) -> dict[str, Field]:
        return fields_for(self.actor)

    @cached_property
    def _read(self) -> tuple[Group, str]:
        try:
            if (draft := drafted(self.filterable, self.asked)) is not None:
                return draft, ""
            return (conditions_of(self.actor, self.kept) if self.kept else NOTHING), ""
        except Refused as refusal:
            return NOTHING, str(refusal)

    @property
    def where(self) -> Group:
        return self._read[0]

    @property
    def problem(self) -> str:
        """Why it cannot be read; nothing when it can."""
        return self._read[1]

    @property
    def text(self) -> str:
        """As it is kept."""
        return written(self.where)

    @property
    def asks(self) -> bool:
        return any(self.where.conditions())


def in_words(actor: Actor, segment: Segment) -> list[str]:
    """The conditions of a segment as this member may read them; money stays masked."""
    question = Question(actor, QueryDict(), segment.where)
    if question.problem:
        readable = not Question(whole(actor), QueryDict(), segment.where).problem
        return ["It asks for figures you may not see." if readable else question.problem]
    return [
        f"{one.field.label} {words(question, one)}"  # type: ignore[arg-type]
        for one in question.where.conditions()
    ]
