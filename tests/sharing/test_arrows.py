"""Arrows between what is shown: each row draws its piece, and the pieces meet."""

import re
from datetime import date
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from roadmaps.sharing.allowed import Shown
from roadmaps.sharing.arrows import MOST, pieces
from tests.factories.roadmaps import DependencyFactory, ItemFactory


@given(
    rows=st.permutations("abcdef"),
    lefts=st.lists(st.floats(0, 90), min_size=6, max_size=6),
    pair=st.permutations("abcdef").map(lambda keys: keys[:2]),
)
def test_an_arrow_runs_unbroken_from_bar_to_bar(rows, lefts, pair):
    bars = {key: (left, left + 10) for key, left in zip("abcdef", lefts, strict=True)}
    before, after = pair
    found = pieces(rows, bars, {after: [before]})

    first, last = sorted((rows.index(before), rows.index(after)))
    assert sorted(found) == list(range(first, last + 1))
    upright = [next(one for one in found[at] if one.x1 == one.x2) for at in range(first, last + 1)]
    assert len({one.x1 for one in upright}) == 1
    for above, below in pairwise(upright):
        assert (above.y2, below.y1) == (100, 0)
    tips = [(at, one) for at, every in found.items() for one in every if one.tip]
    assert [(at, one.x2) for at, one in tips] == [(rows.index(after), round(bars[after][0], 2))]
    out = found[rows.index(before)]
    assert any(bars[before][0] - 0.01 <= one.x1 <= bars[before][1] + 0.01 for one in out)


def test_very_many_arrows_are_drawn_up_to_a_limit_shortest_first():
    rows = [f"{number:04}" for number in range(1_000)]
    bars = dict.fromkeys(rows, (10.0, 20.0))
    near = {rows[at]: [rows[at - 1]] for at in range(1, 500)}
    far = {rows[999 - at]: [rows[at]] for at in range(400)}
    found = pieces(rows, bars, near | far)
    assert sum(map(len, found.values())) <= MOST
    assert all(any(one.tip for one in found[at]) for at in range(1, 500))


def test_the_page_draws_what_its_words_say(workspace, shared, see):
    here = {"workspace": workspace}
    days = [(date(2026, month, 1), date(2026, month, 20)) for month in (1, 3, 6)]
    one, two, three = (
        ItemFactory(**here, title=f"Item {at}", start_on=start, end_on=end)
        for at, (start, end) in enumerate(days)
    )
    DependencyFactory(**here, before=one, after=three)
    DependencyFactory(**here, before=two, after=three)
    _, secret = shared(Shown.DATES, Shown.DEPENDENCIES)
    page = see(secret, zoom="year", **{"from": "2026-01-01"}).text
    assert page.count('marker-end="url(#tip)"') == 3  # one of them is the legend's
    assert "Waits for: Item 0, Item 1" in page
    assert all("aria-hidden" in tag for tag in re.findall(r"<svg[^>]*arrows[^>]*>", page))
    gone = see(secret, zoom="month", **{"from": "2030-01-01"}).text
    assert "url(#tip)" not in gone
    _, plain = shared(Shown.DATES)
    assert "arrows" not in see(plain, zoom="year").text


def test_no_arrow_where_no_days_are_shown(plan, shared, see):
    _, secret = shared(Shown.DEPENDENCIES)
    page = see(secret).text
    assert "url(#tip)" not in page
    assert "Waits for" in page
