"""Fits the coefficients of `workspaces/search/likeness.py`: `python -m tests.bench.likeness`.

Subjects (a report and its duplicates) fall to one side as a whole, so that nothing is measured
which was learned: two thirds are for fitting, pairs within the other third for measuring.
"""

import csv
import json
import math
import os
import sys
import zlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from workspaces.search import likeness
from workspaces.search.likeness import SAME, Model, Text

BESIDE = Path(__file__).resolve().parents[3] / "shared" / "data"
DATA = Path(os.environ.get("PM_DATA", BESIDE), "feedback")
PAIRS, REPORTS = DATA / "duplicates/pairs_ground_truth.csv", DATA / "duplicates/bug_reports.json"
OFFERS = DATA / "product_matching/amazon_google_test.csv"
SOME = 1_000
RIDGE = 0.1
PRIOR = 0.1  # how many of the nearest candidates are the same: far fewer than of the labelled pairs


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts, whether they say the same, and whether they are kept for measuring."""

    one: str
    other: str
    same: bool
    held_out: bool


def report_pairs() -> list[Pair]:
    """The labelled pairs of reports; those between the two sides are left out."""
    reports = {
        one["id"]: f"{one['title']}\n{one['description']}"
        for one in json.loads(REPORTS.read_text())
    }
    found = []
    with PAIRS.open(newline="") as file:
        for row in csv.DictReader(file):
            a, b = row["report_a_id"], row["report_b_id"]
            if a in reports and b in reports and _held_out(a) == _held_out(b):
                same = row["label"] == "duplicate"
                found.append(Pair(reports[a], reports[b], same, _held_out(a)))
    return found


def product_pairs() -> list[Pair]:
    """Offers of two shops and whether they are one product: another domain, measured
    alone. Nearly the same words there often mean another edition."""
    found = []
    with OFFERS.open(newline="") as file:
        for row in csv.DictReader(file):
            texts = row["left_title"], row["right_title"]
            found.append(Pair(*texts, row["label"] == "1", True))
    return found[:SOME]


def _held_out(report: str) -> bool:
    subject = report.rsplit("_", 1)[0] if not report.startswith("gh_") else report
    return zlib.crc32(subject.encode()) % 3 == 0


def measured(pairs: list[Pair], likely: list[float], least: float = SAME) -> tuple[float, float]:
    """Precision and recall at a threshold."""
    taken = [pair.same for pair, one in zip(pairs, likely, strict=True) if one >= least]
    every = sum(pair.same for pair in pairs)
    return sum(taken) / len(taken) if taken else 1.0, sum(taken) / every if every else 1.0


def likelihoods(pairs: list[Pair], cosines: list[float] | None) -> list[float]:
    """What the product says of these pairs."""
    return [
        likeness.probability(
            Text.of(pair.one), Text.of(pair.other), None if cosines is None else cosines[at]
        )
        for at, pair in enumerate(pairs)
    ]


def cosines_of(pairs: list[Pair]) -> list[float]:
    """How alike they mean, by the model the product uses."""
    from workspaces.search.model import Model as Meaning
    from workspaces.search.neighbours import packed, unpacked

    model, known = Meaning(), {}
    for text in {text for pair in pairs for text in (pair.one, pair.other)}:
        known[text] = unpacked(packed(model.embed(text[: likeness.LONGEST])))
    return [float(known[pair.one] @ known[pair.other]) for pair in pairs]


def fitted(rows: Any, same: Any) -> Model:
    """Logistic regression by Newton's steps, its weights held small by a ridge,
    and then by what is more usual among candidates (King and Zeng 2001, prior correction)."""
    import numpy as np

    x = np.column_stack([np.asarray(rows, dtype=float), np.ones(len(same))])
    y, beta = np.asarray(same, dtype=float), np.zeros(x.shape[1])
    ridge = np.diag([RIDGE] * (x.shape[1] - 1) + [0.0])
    for _ in range(50):
        p = 1 / (1 + np.exp(-(x @ beta)))
        step = np.linalg.solve(
            x.T @ (x * (p * (1 - p))[:, None]) + ridge, x.T @ (y - p) - ridge @ beta
        )
        beta += step
        if abs(step).max() < 1e-9:
            break
    beta[-1] -= math.log((1 - PRIOR) / PRIOR * y.mean() / (1 - y.mean()))
    numbers = [round(float(one), 3) for one in beta]
    return Model(tuple(numbers[:-1]), numbers[-1])


def titles(pairs: list[Pair]) -> list[Pair]:
    """The same pairs by their first lines alone, as short as ideas are."""
    return [
        replace(pair, one=pair.one.split("\n")[0], other=pair.other.split("\n")[0])
        for pair in pairs
    ]


def main() -> int:
    """Fit, print the coefficients, and measure what stands in the product."""
    reports = report_pairs()
    every = {"reports": reports, "titles": titles(reports), "offers": product_pairs()}
    rows: list[tuple[float, ...]] = []
    same: list[bool] = []
    held: dict[str, tuple[list[Pair], list[float]]] = {}
    for name, pairs in every.items():
        cosines = cosines_of(pairs)
        for pair, cosine in zip(pairs, cosines, strict=True):
            if not pair.held_out and name != "offers":
                rows.append((cosine, *likeness.features(Text.of(pair.one), Text.of(pair.other))))
                same.append(pair.same)
        kept = [at for at, pair in enumerate(pairs) if pair.held_out]
        held[name] = [pairs[at] for at in kept], [cosines[at] for at in kept]
    print("BY_MEANING =", fitted([row[:2] for row in rows], same))
    print("BY_WORDS =", fitted([row[1:] for row in rows], same))
    for name, (some, cosines) in held.items():
        for way, of in (("meaning", cosines), ("words", None)):
            for least in (0.5, 0.7, SAME):
                precision, recall = measured(some, likelihoods(some, of), least)
                said = f"{precision:.3f} / {recall:.3f}"
                print(f"{name} by {way}: {len(some)} pairs, from {least}: {said}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
