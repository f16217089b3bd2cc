"""How sure “the same” is, on pairs that people labelled. The data stays where it is."""

import csv
import json
from math import exp

import pytest

from workspaces.search.model import Model, missing_parts
from workspaces.search.similar import SAME, probability_of

EVERY = 3  # of the reports, so that the test takes seconds


@pytest.fixture(scope="module")
def rated(public_data) -> list[tuple[float, bool]]:
    """(probability, labelled a duplicate) of the pairs among a third of the reports."""
    if missing := missing_parts():
        pytest.skip(f"the language model is not installed: {', '.join(missing)}")
    folder = public_data / "feedback" / "duplicates"
    if not folder.exists():
        pytest.skip(f"the labelled pairs are not at {folder}")
    reports = json.loads((folder / "bug_reports.json").read_text())
    texts = {one["id"]: f"{one['title']}\n{one['description']}"[:2000] for one in reports[::EVERY]}
    model = Model()
    meant = {pk: model.embed(text) for pk, text in texts.items()}
    with (folder / "pairs_ground_truth.csv").open() as file:
        pairs = [
            (meant[row["report_a_id"]], meant[row["report_b_id"]], row["label"] == "duplicate")
            for row in csv.DictReader(file)
            if row["report_a_id"] in meant and row["report_b_id"] in meant
        ]
    return [(probability_of(float(one @ other)), same) for one, other, same in pairs]


@pytest.mark.data
def test_what_is_taken_for_a_duplicate_is_one(rated):
    taken = [same for rate, same in rated if rate >= SAME]
    duplicates = [rate for rate, same in rated if same]
    precision = sum(taken) / len(taken)
    recall = sum(rate >= SAME for rate in duplicates) / len(duplicates)
    print(f"{len(rated)} pairs at {SAME}: precision {precision:.3f}, recall {recall:.3f}")
    assert len(rated) > 200
    assert any(not same for _, same in rated)
    assert precision >= 0.9
    assert recall >= 0.8


@pytest.mark.data
def test_a_probability_means_what_it_says(rated):
    sure = [same for rate, same in rated if rate >= 0.9]
    unlikely = [same for rate, same in rated if rate <= 0.1]
    assert sum(sure) / len(sure) >= 0.95
    assert sum(unlikely) / len(unlikely) <= 0.05


def test_probability_grows_with_likeness_and_stays_between_nothing_and_one():
    rates = [probability_of(step / 50 - 1) for step in range(101)]
    assert rates == sorted(rates)
    assert 0 < rates[0] < rates[-1] < 1
    assert probability_of(0.5155) == pytest.approx(1 / (1 + exp(-1.384)), abs=0.002)
