"""What moves when an item moves, against a slower and simpler reckoning of the same."""

from hypothesis import given
from hypothesis import strategies as st

from roadmaps.items.scheduling import Bar, Bond, Plan

TYPES = ("FS", "SS", "FF", "SF")


@st.composite
def plans(draw) -> Plan:
    """A few items; bonds lead from smaller to greater ids alone, so that no circle is possible."""
    many = draw(st.integers(2, 6))
    bars = {}
    for one in range(many):
        start = draw(st.integers(0, 30))
        bars[one] = Bar(start, start + draw(st.integers(1, 12)))
    pairs = [(a, b) for a in range(many) for b in range(a + 1, many)]
    bonds = [
        Bond(a, b, draw(st.sampled_from(TYPES)), draw(st.integers(-4, 6)))
        for a, b in draw(st.lists(st.sampled_from(pairs), unique=True, max_size=8))
    ]
    return Plan(bars, bonds)


def slowly(plan: Plan, item: int, days: int) -> dict[int, Bar]:
    """Push whoever waits for something that moved, again and again, until nothing moves."""
    bars = dict(plan.bars) | {item: plan.bars[item].later(days)}
    moved, changed = ({item} if days else set()), True
    while changed:
        changed = False
        for bond in plan.bonds:
            before, after = bars[bond.before], bars[bond.after]
            held = {"F": before.end, "S": before.start}[bond.type[0]] + bond.lag
            kept = {"F": after.end, "S": after.start}[bond.type[1]]
            if bond.before in moved and kept < held:
                bars[bond.after] = after.later(held - kept)
                moved.add(bond.after)
                changed = True
    return bars


def bound_to(plan: Plan, item: int) -> set[int]:
    group = {item}
    while (
        more := {
            one
            for bond in plan.bonds
            if {bond.before, bond.after} & group
            for one in (bond.before, bond.after)
        }
        - group
    ):
        group |= more
    return group


@given(plans(), st.integers(1, 20))
def test_a_slip_pushes_what_the_slow_reckoning_pushes(plan, days):
    for item in plan.bars:
        after = slowly(plan, item, days)
        expected = {
            one: after[one].start - bar.start
            for one, bar in plan.bars.items()
            if one != item and after[one] != bar
        }
        assert plan.pushed({item: plan.bars[item].later(days)}) == expected


@given(plans())
def test_slack_is_the_most_an_item_may_slip_without_pushing_another(plan):
    for item, bar in plan.bars.items():
        room = plan.slack_before(item)
        for one in plan.bars.keys() - {item}:
            pushes = [d for d in range(1, 80) if slowly(plan, one, d)[item] != bar]
            assert room.get(one) == (min(pushes) - 1 if pushes else None)


@given(plans())
def test_float_is_the_most_an_item_may_slip_without_moving_the_last_day(plan):
    for item in plan.floats:
        group = bound_to(plan, item)
        last = max(plan.bars[one].end for one in group)
        moves = [
            days
            for days in range(1, 120)
            if max(slowly(plan, item, days)[one].end for one in group) > last
        ]
        assert plan.floats[item] == min(moves) - 1
        assert (item in plan.critical) == (moves[0] == 1)


def test_an_item_that_moves_earlier_pulls_nothing():
    plan = Plan({1: Bar(10, 20), 2: Bar(20, 30)}, [Bond(1, 2)])
    assert plan.pushed({1: Bar(0, 10)}) == {}
    assert plan.pushed({1: Bar(19, 29)}) == {2: 9}


def test_what_moves_with_it_is_not_pushed():
    plan = Plan({1: Bar(0, 5), 2: Bar(5, 9), 3: Bar(9, 12)}, [Bond(1, 2), Bond(2, 3)])
    assert plan.pushed({1: Bar(3, 8), 2: Bar(8, 12)}) == {3: 3}


def test_the_tightest_chain_ends_with_the_item():
    bars = {1: Bar(0, 5), 2: Bar(0, 3), 3: Bar(5, 9), 4: Bar(20, 22)}
    plan = Plan(bars, [Bond(1, 3), Bond(2, 3), Bond(3, 4)])
    assert plan.chain_before(4) == [1, 3, 4]
    assert plan.critical == {4}
    assert plan.floats == {4: 0, 3: 11, 1: 11, 2: 13}


def test_bonds_of_items_without_days_are_left_out():
    plan = Plan({1: Bar(0, 5)}, [Bond(1, 2), Bond(3, 1)])
    assert (plan.order, plan.critical, plan.pushed({1: Bar(9, 14)})) == ([], set(), {})
