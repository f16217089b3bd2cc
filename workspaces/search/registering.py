"""What the room tells the rest of the house at the start."""

from collections.abc import Sequence

from workspaces.audit.relay import Listener, register_listener
from workspaces.fields.models import CustomField
from workspaces.records.fields import FieldType
from workspaces.records.kinds import RecordKind
from workspaces.search import listening, recompute
from workspaces.search.sources import register_custom_keys
from workspaces.staleness.registry import Topic
from workspaces.staleness.registry import register as register_topic

WORDS = (FieldType.TEXT, FieldType.LONG_TEXT, FieldType.CHOICE, FieldType.CHOICES, FieldType.URL)


def custom_words(workspace_id: int, kind: RecordKind) -> Sequence[str]:
    """The custom fields with words in them that everybody who reads the kind may see."""
    fields = CustomField.objects.in_workspace(workspace_id).in_use()
    return list(
        fields.filter(kind=kind.name, type__in=WORDS, roles=[]).values_list("key", flat=True)
    )


def register() -> None:
    """Called from the app's ready()."""
    register_listener(Listener("search", listening.hear))
    register_custom_keys(custom_words)
    register_topic(
        Topic(
            recompute.TOPIC,
            "Search",
            recompute.recompute_entries,
            recompute.recompute_all_entries,
            order=90,
        )
    )
