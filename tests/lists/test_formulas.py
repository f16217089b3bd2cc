"""Lists are filtered, put in order and gathered by formulas as by anything else."""

import json
from decimal import Decimal

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from products.catalog.models import Product
from tests.factories.catalog import ProductFactory
from workspaces.fields.models import CustomField
from workspaces.fields.services import create_field
from workspaces.lists.listing import KindList
from workspaces.lists.paths import lookup_path
from workspaces.lists.toolbar import toolbar_of
from workspaces.records.describing import field_of
from workspaces.records.kinds import KINDS

PRODUCT = KINDS["products.product"]
FORMULAS = {
    "margin": "price / units",
    "dear": "price > 10 EUR",
    "verdict": "if(units > 4, stage, plan)",
    "until": "due - 14 days",
    "caption": 'concat(stage, " ", units)',
    "kept": "coalesce(sizes)",
}
TYPES = {
    "price": "money",
    "units": "number",
    "due": "day",
    "stage": "choice",
    "plan": "choice",
    "sizes": "choices",
}
OPTIONS = ["idea", "won"]
LEFT = settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60
)


@pytest.fixture
def rows(owner):
    for key, type in TYPES.items():
        options = OPTIONS if type.startswith("choice") else []
        create_field(owner.actor, PRODUCT.name, label=key, key=key, type=type, options=options)
    for key, formula in FORMULAS.items():
        create_field(owner.actor, PRODUCT.name, label=key, key=key, type="formula", formula=formula)
    for n in range(45):
        custom = {
            "price": [19.9, 5, 0, 10][n % 4],
            "units": [3, 0, 7, 1, 6][n % 5],
            "due": f"2026-03-{1 + n % 9:02d}",
            "stage": OPTIONS[n % 2],
            "plan": OPTIONS[n % 3 % 2],
            "sizes": OPTIONS[: n % 3],
        }
        kept = {key: v for at, (key, v) in enumerate(custom.items()) if (n + 2 * at) % 7 and v}
        ProductFactory(workspace=owner.workspace, name=f"P {n:02d}", custom=kept)
    return list(Product.objects.order_by("pk"))


def value_of(owner, row, key):
    """As Python works it out."""
    return field_of(owner.actor, PRODUCT, f"custom.{key}").value_of(row)


def asked_of(owner, **parts):
    query = QueryDict(mutable=True)
    query.update({name: value for name, value in parts.items() if value})
    return KindList(PRODUCT, owner.actor, query)


def ask(key, op, *values):
    return st.tuples(st.just(key), st.sampled_from(op), *values)


MARGINS = st.sampled_from(["0", "5", "1.5", "19.9", "10"])
CAPTIONS = st.sampled_from(["WON", "won 7"])
DAYS = st.sampled_from(["2026-02-15", "2026-02-20", "2026-02-23"])
conditions = st.one_of(
    ask("margin", ["is", "not", "gt", "gte", "lt", "lte"], MARGINS),
    ask("margin", ["between"], st.tuples(MARGINS, MARGINS)),
    ask("dear", ["is"], st.sampled_from(["yes", "no"])),
    ask("verdict", ["is", "not"], st.sampled_from(OPTIONS)),
    ask("until", ["is", "before", "after"], DAYS),
    ask(
        "caption", ["contains", "lacks", "is", "starts", "ends"], st.sampled_from(["WON", "won 7"])
    ),
    ask("kept", ["any", "all", "none"], st.sampled_from(OPTIONS)),
) | st.tuples(st.sampled_from(list(FORMULAS)), st.sampled_from(["empty", "filled"]))
filters = st.tuples(st.sampled_from(["and", "or"]), st.lists(conditions, min_size=1, max_size=3))


def where_of(asked):
    join, members = asked
    return json.dumps(
        {
            join: [
                {"field": f"custom.{key}", "op": op}
                | ({"value": list(v[0]) if isinstance(v[0], tuple) else v[0]} if v else {})
                for key, op, *v in members
            ]
        }
    )


def holds(owner, row, condition):
    key, op, *asked = condition
    value = value_of(owner, row, key)
    if op in ("empty", "filled"):
        return (value in (None, "")) == (op == "empty")
    wanted = asked[0]
    if key == "kept":
        has = wanted in (value or ())
        return not has if op == "none" else has
    if value is None:
        return op in ("not", "lacks")
    if key == "margin":
        low, *high = sorted(map(Decimal, wanted if op == "between" else [wanted]))
        return {
            "is": value == low,
            "not": value != low,
            "gt": value > low,
            "gte": value >= low,
            "lt": value < low,
            "lte": value <= low,
            "between": low <= value <= max(high, default=low),
        }[op]
    if key == "dear":
        return value == (wanted == "yes")
    if key == "until":
        day = value.isoformat()
        return {"is": day == wanted, "before": day < wanted, "after": day > wanted}[op]
    if key == "verdict":
        return (value == wanted) == (op == "is")
    text, part = value.lower(), wanted.lower()
    return {
        "contains": part in text,
        "lacks": part not in text,
        "is": part == text,
        "starts": text.startswith(part),
        "ends": text.endswith(part),
    }[op]


@LEFT
@given(asked=filters)
def test_a_filter_finds_what_python_finds(asked, owner, rows):
    listing = asked_of(owner, where=where_of(asked))

    found = set(listing.filtered.values_list("pk", flat=True))

    assert listing.asked.problem == ""
    join = all if asked[0] == "and" else any
    assert found == {row.pk for row in rows if join(holds(owner, row, one) for one in asked[1])}


sorts = st.lists(
    st.tuples(st.sampled_from(["margin", "dear", "verdict", "until", "caption"]), st.booleans()),
    min_size=1,
    max_size=3,
    unique_by=lambda one: one[0],
)


@settings(LEFT, max_examples=30)
@given(keys=sorts)
def test_pages_in_the_order_of_formulas_meet_every_row_once(keys, owner, rows, monkeypatch):
    monkeypatch.setattr("workspaces.lists.listing.PAGE", 7)
    sort = ",".join(f"{'-' if down else ''}custom.{key}" for key, down in keys)
    wanted = sorted(rows, key=lambda row: row.pk, reverse=keys[0][1])
    for key, down in reversed(keys):
        known = [row for row in wanted if value_of(owner, row, key) is not None]
        unknown = [row for row in wanted if value_of(owner, row, key) is None]
        known.sort(key=lambda row, key=key: value_of(owner, row, key), reverse=down)
        wanted = known + unknown

    met, place = [], ""
    while True:
        page = asked_of(owner, sort=sort, after=place).page
        met += [row.pk for row in page.rows]
        if not (place := page.next):
            break

    assert met == [row.pk for row in wanted]


@pytest.mark.parametrize("key", ["verdict", "dear"])
def test_groups_count_and_total_what_python_counts(key, owner, rows):
    listing = asked_of(owner, group=f"custom.{key}", columns="name,custom.margin")

    groups = {one.value: one for one in listing.groups}

    values = [value_of(owner, row, key) for row in rows]
    assert {value: one.count for value, one in groups.items()} == {
        value: values.count(value) for value in set(values)
    }
    for value, one in groups.items():
        own = [
            margin
            for row, mine in zip(rows, values, strict=True)
            if mine == value and (margin := value_of(owner, row, "margin")) is not None
        ]
        total = one.totals.get("custom.margin")
        assert abs((total or 0) - sum(own)) < Decimal("1e-25")
    shown = "".join(line.html for line in listing.lines)
    assert all(row.name in shown for row in rows)


def test_a_page_by_formulas_shows_them_offers_them_and_makes_a_board(owner, rows, client_of):
    client, url = client_of(owner), f"/w/{owner.workspace.slug}/products/"
    where = json.dumps({"and": [{"field": "custom.margin", "op": "gt", "value": "6"}]})
    asked = {"columns": "name,custom.margin", "sort": "-custom.margin", "where": where}

    page = client.get(url, asked | {"filters": "1"})

    best = max(
        (row for row in rows if value_of(owner, row, "margin")),
        key=lambda row: (value_of(owner, row, "margin"), row.pk),
    )
    assert page.status_code == 200
    assert page.context["listing"].page.rows[0].pk == best.pk
    toolbar = toolbar_of(page.context["listing"])
    assert {"margin", "until"} <= {one.label for one in toolbar.listing.asked.filterable.values()}
    assert [one.label for one in toolbar.groups if one.label in FORMULAS] == ["dear", "verdict"]

    board = client.get(url, {"layout": "board", "group": "custom.verdict"}).context["board"]
    values = [value_of(owner, row, "verdict") for row in rows]
    counts = {column.value: column.count for column in board.columns}
    assert counts == {value: values.count(value) for value in ["idea", "won", None]}


@pytest.mark.parametrize(
    "formula",
    [
        "units" + " + units" * 245,
        f"{'abs(' * 95}units{')' * 95}",
        f"{'if(units > 1, ' * 60}units{', 1)' * 60}",
    ],
    ids=["a row of sums", "deep", "deep choices"],
)
def test_the_longest_formulas_are_asked_for_like_others(formula, owner, rows):
    create_field(owner.actor, PRODUCT.name, label="Long", type="formula", formula=formula)
    listing = KindList(PRODUCT, owner.actor, QueryDict("sort=custom.long&columns=custom.long"))
    long = listing.asked.fields["custom.long"]
    assert len(listing.lines) > 5
    for row in listing.page.rows:
        assert long.value_of(row) == getattr(row, lookup_path(long))


def test_a_formula_that_works_no_more_is_not_offered(owner, rows):
    CustomField.objects.filter(key="units").update(type="text")
    owner.workspace.fields_stamp += 1
    listing = asked_of(owner, sort="custom.margin")

    assert "custom.margin" not in listing.asked.filterable
    assert "custom.margin" not in listing.asked.sort
    assert len(listing.page.rows) == 45
