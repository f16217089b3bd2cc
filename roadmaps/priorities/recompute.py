"""Scores brought up to date in the background: raw values first, then who stands where."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils import timezone

from core.db import lock_keys
from roadmaps.items.models import Item
from roadmaps.items.states import ENDED
from roadmaps.marking import ALL, SCORES
from roadmaps.priorities.known import KNOWN
from roadmaps.priorities.models import ModelVersion, Score, ScoreInput, ScoringModel
from roadmaps.priorities.scoring import Outcome, Range, places, read, work_out

RANKED = ("rank", "best", "worst", "percentile")


def recompute_scores(workspace_id: int, keys: Sequence[str]) -> None:
    """Refresh the scores named by `keys` (`item:7`, `model:3`, `all`)."""
    if ALL in keys:
        recompute_all_scores(workspace_id)
        return
    items = {int(key.removeprefix("item:")) for key in keys if key.startswith("item:")}
    whole = {int(key.removeprefix("model:")) for key in keys if key.startswith("model:")}
    _recompute(workspace_id, items, whole)


def recompute_all_scores(workspace_id: int) -> None:
    """Refresh every item's score by every model."""
    models = ScoringModel.objects.in_workspace(workspace_id)
    _recompute(workspace_id, set(), set(models.values_list("pk", flat=True)))


@transaction.atomic(savepoint=False)
def _recompute(workspace_id: int, items: set[int], whole: set[int]) -> None:
    lock_keys(SCORES, [str(workspace_id)])
    for scoring in ScoringModel.objects.in_workspace(workspace_id).order_by("pk"):
        if scoring.pk in whole or items:
            _of_model(workspace_id, scoring, None if scoring.pk in whole else items)


def _of_model(workspace_id: int, scoring: ScoringModel, only: set[int] | None) -> None:
    """One model's scores of these items, or of all; then the places of all."""
    versions = ModelVersion.objects.in_workspace(workspace_id).filter(scoring=scoring)
    version = versions.order_by("-number").first()
    if version is None:
        return
    rows = Item.objects.in_workspace(workspace_id).exclude(state__in=ENDED)
    live = set(rows.values_list("pk", flat=True))
    wanted = live if only is None else live & only
    expression = read(version.formula)
    given = given_inputs(workspace_id, scoring.pk, wanted, expression.names)
    outcomes = {pk: work_out(expression, given.get(pk, {})) for pk in wanted}
    held = Score.objects.in_workspace(workspace_id).filter(scoring=scoring, current=True)
    _write(workspace_id, version, outcomes, held.filter(item__in=wanted))
    held.exclude(item__in=live).update(current=False)
    _rank(workspace_id, scoring)


def given_inputs(
    workspace_id: int, scoring: int, items: set[int], names: frozenset[str]
) -> dict[int, dict[str, Range]]:
    """What each item has for a model: what people put in, else what is known from elsewhere."""
    found: dict[int, dict[str, Range]] = defaultdict(dict)
    for name in sorted(names & set(KNOWN)):
        for pk, known in KNOWN[name](workspace_id, items).items():
            found[pk][name] = known
    rows = ScoreInput.objects.in_workspace(workspace_id).filter(scoring=scoring, item__in=items)
    for item, key, low, likely, high in rows.values_list("item", "key", "low", "likely", "high"):
        low, high = (likely if one is None else one for one in (low, high))
        found[item][key] = Range(low, likely, high)
    return found


def _write(
    workspace_id: int, version: ModelVersion, outcomes: Mapping[int, Outcome], held: object
) -> None:
    """A new row for each outcome that differs from the current one; the old row stays as it is."""
    known = {one.item_id: one for one in held}  # type: ignore[attr-defined]
    now, gone, fresh = timezone.now(), [], []
    for pk, one in outcomes.items():
        row = known.get(pk)
        if row is not None:
            same = row.version_id == version.pk and _held(row) == one
            if same:
                continue
            gone.append(row.pk)
        fresh.append(
            Score(
                workspace_id=workspace_id,
                item_id=pk,
                scoring_id=version.scoring_id,
                version=version,
                value=one.value,
                low=one.low,
                high=one.high,
                missing=one.missing,
                filled=one.filled,
                computed_at=now,
            )
        )
    Score.objects.in_workspace(workspace_id).filter(pk__in=gone).update(current=False)
    Score.objects.bulk_create(fresh, batch_size=1_000)


def _held(row: Score) -> Outcome:
    return Outcome(row.value, row.low, row.high, row.missing, row.filled)


def _rank(workspace_id: int, scoring: ScoringModel) -> None:
    """Write where each current score stands; only what moved is written."""
    rows = Score.objects.in_workspace(workspace_id).filter(scoring=scoring, current=True)
    known = {row.pk: row for row in rows}
    found = places({pk: _held(row) for pk, row in known.items()})
    changed = []
    for pk, row in known.items():
        place = found.get(pk)
        fresh = [getattr(place, name) if place else None for name in RANKED]
        if [getattr(row, name) for name in RANKED] != fresh:
            for name, value in zip(RANKED, fresh, strict=True):
                setattr(row, name, value)
            changed.append(row)
    Score.objects.bulk_update(changed, RANKED, batch_size=1_000)
