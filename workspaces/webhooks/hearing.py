"""From what happened to what is delivered where."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q

from core.tasks import after_commit
from workspaces.access.roles import GRANTS, Perm, Role
from workspaces.audit.models import ActivityEvent, Channel
from workspaces.discussion.models import Comment
from workspaces.following.models import Reason
from workspaces.following.sources import Said
from workspaces.imports.models import ImportRun
from workspaces.imports.touched import kinds_of
from workspaces.members.models import Membership
from workspaces.records.kinds import KINDS
from workspaces.webhooks.models import COMMENTS, Act, Delivery, WebhookEndpoint

OURS = "workspaces.webhookendpoint"
OFF = "webhookendpoint.switched_off"
IMPORTS = "workspaces.importrun"
FINISHED, UNDONE = "import.finished", "import.undone"


@dataclass(frozen=True, slots=True)
class Heard:
    """One event as endpoints choose by it: of which kinds of record, and what happened to them."""

    event: ActivityEvent
    verb: str
    kinds: frozenset[str]
    acts: frozenset[str]


def hear(workspace_id: int, events: Sequence[ActivityEvent]) -> None:
    """Write down what is to be delivered. Runs in the relay's transaction."""
    spoken = [
        *_records(events),
        *_comments(workspace_id, [one for one in events if one.model == COMMENTS]),
        *_imports(workspace_id, [one for one in events if one.model == IMPORTS]),
    ]
    if not spoken:
        return
    kinds = {kind for one in spoken for kind in (*one.kinds, one.event.model)}
    wanted = Q(kinds=[]) | Q(kinds__overlap=sorted(kinds))
    endpoints = list(WebhookEndpoint.objects.in_workspace(workspace_id).on().filter(wanted))
    due = [
        Delivery(
            workspace_id=workspace_id,
            endpoint=endpoint,
            event=one.event.pk,
            verb=one.verb,
            label=one.event.label,
        )
        for one in spoken
        for endpoint in endpoints
        if wants(endpoint, one)
    ]
    if due:
        Delivery.objects.bulk_create(due, batch_size=1_000)
        _ring()


def _records(events: Sequence[ActivityEvent]) -> Iterator[Heard]:
    """Acts on records. Those of an import are told once, with the import."""
    for event in events:
        if event.model in KINDS and not (event.channel == Channel.IMPORT and event.batch):
            acts = frozenset({str(Act.of(event.verb))})
            yield Heard(event, event.verb, frozenset({event.model}), acts)


def _comments(workspace_id: int, events: Sequence[ActivityEvent]) -> Iterator[Heard]:
    """Acts on comments, by the kind of record they are about."""
    about = _about(workspace_id, events)
    for event in events:
        if event.object_id in about:
            acts = frozenset({str(Act.of(event.verb))})
            yield Heard(event, event.verb, frozenset({about[event.object_id]}), acts)


def _about(workspace_id: int, events: Sequence[ActivityEvent]) -> Mapping[int, str]:
    pks = [event.object_id for event in events]
    rows = Comment.objects.in_workspace(workspace_id).filter(pk__in=pks) if pks else ()
    return {row.pk: row.kind for row in rows}


def _imports(workspace_id: int, events: Sequence[ActivityEvent]) -> Iterator[Heard]:
    """Imports that ended or were taken back, by the kinds whose rows they made or changed."""
    ended = {event.object_id: event for event in events if verb_of(event)}
    runs = ImportRun.objects.in_workspace(workspace_id).filter(pk__in=ended) if ended else ()
    known = {run.pk: run for run in runs}
    for pk in (pk for pk in ended if pk in known):  # as they happened
        run, event = known[pk], ended[pk]
        acts = {
            act
            for act, done in ((Act.CREATED, "created"), (Act.CHANGED, "updated"))
            if run.counts.get(done)
        }
        if verb_of(event) == UNDONE:
            acts = {Act.DELETED if act == Act.CREATED else act for act in acts}
        yield Heard(event, verb_of(event), kinds_of(run), frozenset(map(str, acts)))


def verb_of(event: ActivityEvent) -> str:
    """What an event about an import is called outside; empty for those before its end."""
    if event.verb == UNDONE:
        return UNDONE
    return FINISHED if "created" in event.changes else ""


def wants(endpoint: WebhookEndpoint, heard: Heard) -> bool:
    """Whether the endpoint asked for this. Its own kind and comments only when they were named.

    Of comments it gets those about the other kinds it named, or all of them.
    """
    model = heard.event.model
    if model in (OURS, COMMENTS) and model not in endpoint.kinds:
        return False
    kinds = set(endpoint.kinds) - {COMMENTS} if model == COMMENTS else set(endpoint.kinds)
    if kinds and not kinds & heard.kinds:
        return False
    return not endpoint.acts or bool(heard.acts & set(endpoint.acts))


def said(workspace_id: int, events: Sequence[ActivityEvent]) -> dict[int, Said]:
    """To followers: an endpoint that was switched off concerns all who manage webhooks."""
    off = [event for event in events if event.verb == OFF]
    managers = dict.fromkeys(_managers(workspace_id), Reason.WATCHING) if off else {}
    return {
        event.pk: Said(
            (event.model, event.object_id),
            managers if event.verb == OFF else {},
            silent=event.actor_id,
        )
        for event in events
    }


def _managers(workspace_id: int) -> Iterable[int]:
    roles = [role for role in Role if Perm.WEBHOOKS_MANAGE in GRANTS[role]]
    members = Membership.objects.in_workspace(workspace_id).active().filter(role__in=roles)
    return members.values_list("user_id", flat=True)


def _ring() -> None:
    from workspaces.webhooks.tasks import deliver_due

    after_commit(deliver_due)
