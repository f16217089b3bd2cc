"""Sentiment against what people rated: the real reviews, and the lexicon's own ground truth."""

import csv
import gzip
import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.enrichment.lexicon import PHRASES
from feedback.enrichment.sentiment import NEGATIVE, POSITIVE, judge
from tests.bench.likeness import DATA

REVIEWS = DATA / "womens_clothing_reviews_a.csv.gz"
VOICES = DATA / "amazon_alexa_reviews.csv"
TWEETS = DATA / "vader_ground_truth" / "tweets_GroundTruth.txt"
SOME = 2_000


def clothing() -> list[tuple[int, str]]:
    with gzip.open(REVIEWS, "rt", newline="") as file:
        rows = itertools.islice(csv.DictReader(file), SOME)
        return [(int(row["Rating"]), f"{row['Title']}\n{row['Review Text']}") for row in rows]


def speakers() -> list[tuple[int, str]]:
    with VOICES.open(newline="") as file:
        rows = itertools.islice(csv.DictReader(file), SOME)
        return [(int(row["rating"]), row["verified_reviews"]) for row in rows]


@pytest.mark.parametrize(
    ("path", "read", "good", "bad"), [(REVIEWS, clothing, 0.9, 0.4), (VOICES, speakers, 0.85, 0.55)]
)
def test_ratings_of_real_reviews_are_met(public_data, path: Path, read, good, bad, capsys):
    judged = [(stars, judge(text).score) for stars, text in read() if text.strip() and stars != 3]
    pleased = [score >= POSITIVE for stars, score in judged if stars > 3]
    cross = [score < POSITIVE for stars, score in judged if stars < 3]
    shares = sum(pleased) / len(pleased), sum(cross) / len(cross)
    right = (sum(pleased) + sum(cross)) / len(judged)
    with capsys.disabled():
        print(f"\n{path.name}: {right:.3f} right; good {shares[0]:.3f}, bad {shares[1]:.3f}")
    assert shares[0] >= good
    assert shares[1] >= bad


@pytest.mark.data
def test_the_sign_of_what_people_rated_is_met(public_data, capsys):
    rows = [line.split("\t") for line in TWEETS.read_text("utf-8", "replace").splitlines()]
    same = [(float(row[1]) > 0) == (judge(row[2]).score > 0) for row in rows]
    right = sum(same) / len(same)
    with capsys.disabled():
        print(f"\ntweets: {right:.3f} of the signs")
    assert right >= 0.9


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("Delivery took three weeks", False),
        ("It broke", False),
        ("I want a refund", False),
        ("True to size", True),
        ("Not true to size, broke after a day", False),
        ("It isn’t comfortable", False),
        ("never arrived", False),
        ("Fast delivery, great quality 😍", True),
    ],
)
def test_words_of_a_shop_weigh(text, good):
    score = judge(text).score
    assert score >= POSITIVE if good else score <= NEGATIVE


@pytest.mark.parametrize("phrase", PHRASES, ids=lambda one: one.needs[0])
@given(st.data())
def test_no_phrase_is_passed_over_for_want_of_its_words(phrase, data):
    said = data.draw(st.from_regex(phrase.pattern, fullmatch=True))
    assert any(word in said for word in phrase.needs)
