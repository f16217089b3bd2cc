"""The trace panel of every record, and what links add to it and to the history."""

from collections.abc import Collection, Iterator

from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.audit import reports
from workspaces.discussion.models import Comment, Mention
from workspaces.links import views
from workspaces.links.models import RecordLink, Relation
from workspaces.records import history, refs
from workspaces.records.kinds import RecordKind
from workspaces.records.tabs import RecordPanel, register_record_panel
from workspaces.records.tracing import AT_ONCE, Step, register_finder

MODEL = RecordLink._meta.label_lower
WORDS = {"created": "linked", "deleted": "unlinked", "restored": "linked again"}
# How a link reads from its first end and from its second, and on which side it stands there.
READS: dict[str, tuple[tuple[str, bool | None], tuple[str, bool | None]]] = {
    Relation.RELATES: (("Related", None), ("Related", None)),
    Relation.BLOCKS: (("Blocks", True), ("Blocked by", False)),
    Relation.DUPLICATES: (("Duplicate of", None), ("Duplicates", None)),
    Relation.COMES_FROM: (("Linked", False), ("Linked", True)),
}


def register() -> None:
    """Called from the app's ready()."""
    register_record_panel(RecordPanel(60, Perm.WORKSPACE_VIEW, "links/panel.html", views.panel))
    register_finder("links", drawn)
    register_finder("mentions", mentioned)
    reports.register_about(MODEL, RecordLink.objects.visible_to)
    history.register_about(MODEL, WORDS, _named)


def drawn(actor: Actor, kind: RecordKind, pk: int) -> Iterator[Step]:
    """The links that people drew from or to the record."""
    links = RecordLink.objects.in_workspace(actor.workspace.pk).kept()
    for link in links.touching(kind.name, pk).order_by("pk"):
        starts = link.ref == (kind.name, pk)
        label, leads_on = READS[link.relation][0 if starts else 1]
        yield Step(label, leads_on, link.to if starts else link.ref, link.pk)


def mentioned(actor: Actor, kind: RecordKind, pk: int) -> Iterator[Step]:
    """The records in whose discussion this one is mentioned."""
    rows = Mention.objects.in_workspace(actor.workspace.pk).filter(kind=kind.name, object_id=pk)
    said = Comment.objects.in_workspace(actor.workspace.pk).said()
    found = said.filter(pk__in=rows.values("comment")).order_by("-pk")
    for name, object_id in found.values_list("kind", "object_id")[: AT_ONCE * 4]:
        yield Step("Mentioned in the discussion of", None, (name, object_id))


def _named(actor: Actor, pks: Collection[int]) -> dict[int, tuple[str, str]]:
    """The two ends of links, where both may be read."""
    links = list(RecordLink.objects.in_workspace(actor.workspace.pk).filter(pk__in=pks))
    named = refs.named(actor, [ref for link in links for ref in (link.ref, link.to)])
    return {
        link.pk: (f"{named[link.ref].label} and {named[link.to].label}", named[link.ref].url)
        for link in links
        if link.ref in named and link.to in named
    }
