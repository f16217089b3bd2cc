"""How sure “the same” is, on pairs that people labelled. The data stays where it is."""

import pytest

from tests.bench import likeness as labelled
from workspaces.search.likeness import BY_MEANING, SAME
from workspaces.search.model import missing_parts


@pytest.fixture(scope="module")
def rated(public_data) -> list[tuple[float, bool]]:
    """(probability, labelled a duplicate) of the pairs that nothing was fitted on."""
    if missing := missing_parts():
        pytest.skip(f"the language model is not installed: {', '.join(missing)}")
    pairs = [one for one in labelled.report_pairs() if one.held_out]
    likely = labelled.likelihoods(pairs, labelled.cosines_of(pairs))
    return [(rate, pair.same) for rate, pair in zip(likely, pairs, strict=True)]


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
    assert sum(unlikely) / len(unlikely) <= 0.1


def test_probability_grows_with_likeness_and_stays_between_nothing_and_one():
    rates = [BY_MEANING.probability((step / 50 - 1, 0.5)) for step in range(101)]
    assert rates == sorted(rates)
    assert 0 < rates[0] < rates[-1] < 1
