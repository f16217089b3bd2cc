"""The area of documents: what a launch is asked for is there, and signed as it stands."""

from collections.abc import Mapping, Sequence

from roadmaps.documents.asked import asked_of
from roadmaps.documents.standing import Stand, Standing, standings
from roadmaps.launches.models import Launch
from roadmaps.readiness.evaluators import (
    Evaluator,
    Finding,
    Missing,
    Red,
    register_evaluator,
    share,
)
from workspaces.documents.models import Document

TAB = "documents"
DOCUMENT = Document._meta.label_lower


def documents(workspace_id: int, launches: Sequence[Launch]) -> Mapping[int, Finding]:
    """Every document it is asked for is signed at its present version.

    Others count once somebody was asked to sign them. One that was declined holds the launch up.
    """
    held = standings(workspace_id, [one.pk for one in launches])
    asked = asked_of(workspace_id, launches)
    return {one.pk: _finding(asked[one.pk], held.get(one.pk, [])) for one in launches}


def _finding(asked: Sequence[str], held: Sequence[Standing]) -> Finding:
    best = {name: _best([one for one in held if one.document.template == name]) for name in asked}
    lacking = [name for name, one in best.items() if one is None]
    counted = [one for one in held if one in best.values() or one.signs]
    missing = [Missing(f"No {name[0].lower()}{name[1:]} yet", TAB) for name in lacking]
    red = []
    for one in counted:
        to = f"{DOCUMENT}:{one.document.pk}"
        if one.stand != Stand.SIGNED:
            missing.append(Missing(f"{one.document} {one.words}", to))
        if one.stand == Stand.DECLINED:
            words = f"{one.document} {one.words}"
            red.append(Red(f"document:{one.document.pk}", words, "Documents", to))
    good = sum(one.stand == Stand.SIGNED for one in counted)
    every = len(counted) + len(lacking)
    return Finding(share(good, every), len(counted), tuple(missing), tuple(red))


def _best(made: Sequence[Standing]) -> Standing | None:
    """Of several from one template, the newest that is signed, else the newest."""
    signed = [one for one in made if one.stand == Stand.SIGNED]
    return next(reversed([*made, *signed]), None)


def register() -> None:
    """Called from the app's ready()."""
    register_evaluator(Evaluator(TAB, "Documents", "file-text", 50, 10, documents, TAB))
