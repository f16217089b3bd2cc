"""How far a document is: written, published, signed, and still what was signed."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Max

from roadmaps.launches.models import Launch
from workspaces.documents.models import (
    Document,
    DocumentState,
    DocumentVersion,
    SignOff,
    Verdict,
)

LAUNCH = Launch._meta.label_lower


class Stand(StrEnum):
    """Where a document stands. Only a signed one is done."""

    DRAFT = "draft"
    UNSIGNED = "unsigned"
    WAITING = "waiting"
    DECLINED = "declined"
    CHANGED = "changed"
    SIGNED = "signed"


TONES = {
    Stand.DRAFT: "grey",
    Stand.UNSIGNED: "amber",
    Stand.WAITING: "indigo",
    Stand.DECLINED: "red",
    Stand.CHANGED: "amber",
    Stand.SIGNED: "green",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """A document with its newest version (0 is none) and what was said about that."""

    document: Document
    stand: Stand
    number: int
    signs: Sequence[SignOff]

    @property
    def words(self) -> str:
        """Where it stands, as it follows its title."""
        waiting = sum(one.verdict == Verdict.ASKED for one in self.signs)
        return {
            Stand.DRAFT: "is a draft",
            Stand.UNSIGNED: f"is not signed (version {self.number})",
            Stand.WAITING: f"waits for {waiting} to sign",
            Stand.DECLINED: "was not signed",
            Stand.CHANGED: f"changed since version {self.number} was signed",
            Stand.SIGNED: f"version {self.number} is signed",
        }[self.stand]

    @property
    def label(self) -> str:
        """Where it stands, as a tag says it."""
        version = f"Version {self.number}"
        return {
            Stand.DRAFT: "Draft",
            Stand.UNSIGNED: f"{version}, not signed",
            Stand.WAITING: f"{version}, waiting",
            Stand.DECLINED: f"{version}, declined",
            Stand.CHANGED: "Changed since sign-off",
            Stand.SIGNED: f"{version}, signed",
        }[self.stand]

    @property
    def tone(self) -> str:
        return TONES[self.stand]

    @property
    def signed(self) -> list[SignOff]:
        return [one for one in self.signs if one.verdict == Verdict.SIGNED]


def standings(workspace_id: int, launches: Iterable[int]) -> dict[int, list[Standing]]:
    """The documents of launches that are not put aside, oldest first: three statements."""
    rows = Document.objects.in_workspace(workspace_id).exclude(state=DocumentState.ARCHIVED)
    about = rows.filter(kind=LAUNCH, object_id__in=list(launches)).select_related("owner")
    documents = list(about.order_by("pk"))
    versions = DocumentVersion.objects.in_workspace(workspace_id).filter(document__in=documents)
    newest = versions.values("document").annotate(newest=Max("number")).values("document", "newest")
    numbers = {one["document"]: one["newest"] for one in newest}
    texts = {
        one.document_id: one
        for one in versions.filter(number__in=set(numbers.values())).order_by("number")
        if one.number == numbers[one.document_id]
    }
    signs: dict[int, list[SignOff]] = defaultdict(list)
    said = SignOff.objects.in_workspace(workspace_id).filter(version__in=texts.values())
    for word in said.select_related("user", "version").order_by("pk"):
        signs[word.version.document_id].append(word)
    found: dict[int, list[Standing]] = defaultdict(list)
    for document in documents:
        one = _standing(document, texts.get(document.pk), signs[document.pk])
        found[document.object_id or 0].append(one)
    return found


def _standing(
    document: Document, version: DocumentVersion | None, signs: Sequence[SignOff]
) -> Standing:
    if version is None:
        return Standing(document, Stand.DRAFT, 0, signs)
    said = {one.verdict for one in signs}
    is_same = (document.title, document.body) == (version.title, version.body)
    if Verdict.DECLINED in said:
        stand = Stand.DECLINED
    elif Verdict.ASKED in said:
        stand = Stand.WAITING
    elif not said:
        stand = Stand.UNSIGNED
    else:
        stand = Stand.SIGNED if is_same else Stand.CHANGED
    return Standing(document, stand, version.number, signs)
