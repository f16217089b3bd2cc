"""Ideas that stand for themselves and ask for the same, and notes that say the same."""

from feedback.ideas.models import Idea
from feedback.inbox.models import Note
from workspaces.access.actor import Actor
from workspaces.search import likeness, meaning
from workspaces.search.similar import Found, like

IDEA, NOTE = Idea._meta.label_lower, Note._meta.label_lower


def ideas_like(
    actor: Actor,
    text: str,
    n: int,
    *,
    of: tuple[str, int] | None = None,
    least: float = likeness.MAYBE,
    patience: float = meaning.PATIENCE_SECONDS,
) -> Found:
    """Ideas that stand for themselves and ask for what a text asks for; `of` a note or idea."""
    found = like(actor, IDEA, text, of=of, least=least, patience=patience)
    own = Idea.objects.visible_to(actor).canonical()
    standing = set(own.filter(pk__in=[one.pk for one in found.likes]).values_list("pk", flat=True))
    return Found([one for one in found.likes if one.pk in standing][:n], found.why_off)


def notes_like(actor: Actor, note: Note, n: int) -> Found:
    """Other notes that say what a note says."""
    found = like(actor, NOTE, f"{note.title}\n{note.text}", of=(NOTE, note.pk))
    return Found(found.likes[:n], found.why_off)
