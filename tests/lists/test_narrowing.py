"""Any filter, sort and group gives the rows a plain Python filter over the same rows gives."""

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.http import QueryDict
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finance.metrics.models import ProductSummary
from products.catalog.models import Product
from tests.factories.catalog import BrandFactory, ProductFactory
from workspaces.lists.listing import KindList
from workspaces.records.describing import PROVIDERS
from workspaces.records.fields import Choice, Field, FieldType
from workspaces.records.kinds import KINDS

PRODUCT = KINDS["products.product"]
COLOURS = ("red", "green", "blue")
OWN = (
    Field("custom.size", "Size", FieldType.NUMBER),
    Field("custom.code", "Code", FieldType.TEXT),
    Field("custom.seen", "Seen", FieldType.DAY),
    Field("custom.fragile", "Fragile", FieldType.YES_NO),
    Field(
        "custom.colour", "Colour", FieldType.CHOICE, choices=tuple(map(Choice, COLOURS, COLOURS))
    ),
    Field(
        "custom.colours", "Colours", FieldType.CHOICES, choices=tuple(map(Choice, COLOURS, COLOURS))
    ),
)
WORDS = ("", "amber", "beta", "camp", "campbeta")
DAYS = [date(2026, 1, 1) + timedelta(days=n) for n in range(0, 40, 7)]
LEFT = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture
def own_fields(monkeypatch):
    """Fields that a workspace added, as another room provides them."""
    monkeypatch.setitem(PROVIDERS, "own", lambda actor, kind: OWN if kind is PRODUCT else ())


@pytest.fixture
def rows(member, own_fields):
    """Rows of every shape: values, none, and the same value twice."""
    brands = [None, *(BrandFactory(workspace=member.workspace, name=n) for n in ("ants", "bees"))]
    for n in range(60):
        custom = {
            "size": [3, 10, 2.5, 100][n % 4],
            "code": WORDS[n % 5],
            "seen": DAYS[n % 6].isoformat(),
            "fragile": n % 3 == 0,
            "colour": COLOURS[n % 3],
            "colours": list(COLOURS[: n % 4]),
        }
        kept = {key: value for at, (key, value) in enumerate(custom.items()) if (n >> at) % 3}
        product = ProductFactory(
            workspace=member.workspace,
            name=f"{WORDS[1 + n % 4]} {n % 7}",
            state=["live", "watch", "ready"][n % 3],
            product_type=WORDS[n % 5],
            brand=brands[n % 3],
            launched_on=DAYS[n % 6] if n % 4 else None,
            custom=kept,
        )
        if n % 5:
            ProductSummary.objects.create(
                workspace=member.workspace,
                product=product,
                currency="EUR",
                window_end=DAYS[0],
                units=n % 9,
                return_rate=Decimal(n % 3) / 10 if n % 2 else None,
                computed_at=timezone.now(),
            )
    return list(Product.objects.select_related("brand", "summary").order_by("pk"))


def text_ops(name):
    words = st.sampled_from([w for w in WORDS if w] + ["CAMP", "a", "zz"])
    ops = st.sampled_from(["contains", "lacks", "is", "not", "starts", "ends"])
    return st.builds(lambda op, v: {"field": name, "op": op, "value": v}, ops, words) | bare(name)


def number_ops(name):
    numbers = st.sampled_from([0, 2, 2.5, 3, 8, 10, 99])
    ops = st.sampled_from(["is", "not", "gt", "gte", "lt", "lte"])
    one = st.builds(lambda op, v: {"field": name, "op": op, "value": v}, ops, numbers)
    two = st.builds(
        lambda a, b: {"field": name, "op": "between", "value": [a, b]}, numbers, numbers
    )
    return one | two | bare(name)


def day_ops(name):
    days = st.sampled_from([day.isoformat() for day in DAYS])
    ops = st.sampled_from(["is", "before", "after"])
    one = st.builds(lambda op, v: {"field": name, "op": op, "value": v}, ops, days)
    two = st.builds(lambda a, b: {"field": name, "op": "between", "value": [a, b]}, days, days)
    return one | two | bare(name)


def many_ops(name, values, ops=("is", "not")):
    chosen = st.lists(st.sampled_from(values), min_size=1, max_size=2, unique=True)
    return st.builds(
        lambda op, v: {"field": name, "op": op, "value": v}, st.sampled_from(ops), chosen
    ) | bare(name)


def bare(name):
    return st.sampled_from(["empty", "filled"]).map(lambda op: {"field": name, "op": op})


conditions = st.one_of(
    text_ops("name"),
    text_ops("product_type"),
    text_ops("custom.code"),
    number_ops("units"),
    number_ops("custom.size"),
    day_ops("launched_on"),
    day_ops("custom.seen"),
    many_ops("state", ["live", "watch"]),
    many_ops("custom.colour", ["red", "blue"]),
    many_ops("custom.colours", ["red", "blue"], ("any", "all", "none")),
    st.booleans().map(lambda v: {"field": "custom.fragile", "op": "is", "value": v}),
)
joins = st.sampled_from(["and", "or"])
groups = st.builds(lambda j, m: {j: m}, joins, st.lists(conditions, min_size=1, max_size=3))
filters = st.builds(lambda j, m: {j: m}, joins, st.lists(conditions | groups, max_size=4))


def holds(raw, row):
    if "field" not in raw:
        (join, members), *_ = raw.items()
        found = [holds(one, row) for one in members]
        return (all if join == "and" else any)(found) if found else True
    value, op, asked = value_of(row, raw["field"]), raw["op"], raw.get("value")
    if op in ("empty", "filled"):
        return (value in (None, "", [])) == (op == "empty")
    if isinstance(asked, list) and op in ("any", "all", "none"):
        has = [one in (value or []) for one in asked]
        return {"any": any(has), "all": all(has), "none": not any(has)}[op]
    if raw["field"] in ("state", "custom.colour"):
        return (value in asked) == (op == "is")
    if value is None:
        return op in ("not", "lacks")
    if isinstance(value, str) and not isinstance(asked, list):
        return TEXTS[op](value.lower(), asked.lower())
    if isinstance(value, bool):
        return value == asked
    low, high = (min(asked), max(asked)) if op == "between" else (asked, asked)
    if isinstance(value, date):
        value = value.isoformat()
    return {
        "is": lambda: value == low,
        "not": lambda: value != low,
        "gt": lambda: value > low,
        "gte": lambda: value >= low,
        "lt": lambda: value < low,
        "lte": lambda: value <= low,
        "before": lambda: value < low,
        "after": lambda: value > low,
        "between": lambda: low <= value <= high,
    }[op]()


TEXTS = {
    "contains": lambda value, text: text in value,
    "lacks": lambda value, text: text not in value,
    "is": lambda value, text: value == text,
    "not": lambda value, text: value != text,
    "starts": lambda value, text: value.startswith(text),
    "ends": lambda value, text: value.endswith(text),
}


def value_of(row, name):
    """The value as Python knows it; days and numbers of the custom object are texts there."""
    if name == "custom.size":
        return None if (v := row.custom.get("size")) is None else Decimal(str(v))
    if name == "custom.seen":
        return None if (v := row.custom.get("seen")) is None else date.fromisoformat(v)
    if name.startswith("custom."):
        return row.custom.get(name.removeprefix("custom."))
    if name == "units":
        return row.summary.units if hasattr(row, "summary") else None
    if name == "brand":
        return row.brand.name if row.brand else None
    return getattr(row, name)


def asked_of(member, **parts):
    query = QueryDict(mutable=True)
    query.update({name: value for name, value in parts.items() if value})
    return KindList(PRODUCT, member.actor, query)


@LEFT
@given(asked=filters)
def test_a_filter_finds_what_python_finds(asked, member, rows):
    listing = asked_of(member, where=json.dumps(asked))

    found = set(listing.filtered.values_list("pk", flat=True))

    assert found == {row.pk for row in rows if holds(asked, row)}


SORTS = ["name", "product_type", "launched_on", "units", "brand", "custom.size", "custom.seen"]
sorts = st.lists(
    st.tuples(st.sampled_from(SORTS), st.booleans()),
    min_size=1,
    max_size=3,
    unique_by=lambda s: s[0],
)


def in_order(rows, keys):
    """Python's order of rows: unknown values last, whichever way a key runs; the id decides."""
    found = sorted(rows, key=lambda row: row.pk, reverse=keys[0][1])
    for name, down in reversed(keys):
        extra = ["name"] if name == "brand" else []
        for each in [*reversed(extra), name]:
            known = [row for row in found if value_of(row, each) is not None]
            unknown = [row for row in found if value_of(row, each) is None]
            known.sort(key=lambda row, each=each: value_of(row, each), reverse=down)
            found = known + unknown
    return found


def walked(listing_of, way="next"):
    """The ids on every page, turned one after the other."""
    pages, place = [], ""
    while True:
        page = listing_of(place).page
        pages.append([row.pk for row in page.rows])
        place = getattr(page, way)
        if not place:
            return pages


@settings(LEFT, max_examples=30)
@given(keys=sorts, asked=filters)
def test_pages_in_any_order_meet_every_row_once_and_turn_back(
    keys, asked, member, rows, monkeypatch
):
    monkeypatch.setattr("workspaces.lists.listing.PAGE", 7)
    sort = ",".join(f"{'-' if down else ''}{name}" for name, down in keys)
    where = json.dumps(asked)

    pages = walked(lambda place: asked_of(member, sort=sort, where=where, after=place))

    wanted = [row.pk for row in in_order([r for r in rows if holds(asked, r)], keys)]
    assert [pk for page in pages for pk in page] == wanted
    if len(pages) > 2:
        last = page_before(member, sort, where, len(pages))
        assert last == pages[-2]


def page_before(member, sort, where, many):
    """The page before the last, reached by turning back from it."""
    place = ""
    for _ in range(many - 1):
        page = asked_of(member, sort=sort, where=where, after=place).page
        place = page.next
    last = asked_of(member, sort=sort, where=where, after=place).page
    back = asked_of(member, sort=sort, where=where, before=last.previous).page
    return [row.pk for row in back.rows]


@settings(LEFT, max_examples=20)
@given(group=st.sampled_from(["state", "brand", "custom.colour", "custom.fragile"]), asked=filters)
def test_groups_count_and_total_what_python_counts(group, asked, member, rows):
    columns = "name,units,custom.size"
    listing = asked_of(member, where=json.dumps(asked), group=group, columns=columns)
    kept = [row for row in rows if holds(asked, row)]
    field = listing.asked.fields[group]

    groups = {one.value: one for one in listing.groups}

    assert {value: one.count for value, one in groups.items()} == {
        value: sum(1 for row in kept if field.value_of(row) == value)
        for value in {field.value_of(row) for row in kept}
    }
    for value, one in groups.items():
        own = [row for row in kept if field.value_of(row) == value]
        for name in ("units", "custom.size"):
            numbers = [v for row in own if (v := value_of(row, name)) is not None]
            assert one.totals.get(name) == (sum(numbers) if numbers else None)
    gathered = [field.value_of(row) for row in listing.page.rows]
    runs = [v for at, v in enumerate(gathered) if at == 0 or v != gathered[at - 1]]
    assert len(runs) == len(set(runs))


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ("{", "JSON"),
        ("[" * 3_000, "JSON"),
        ("[]", "{“and”"),
        ('{"and":[{"and":[{"and":[]}]}]}', "further groups"),
        ('{"and":[{"field":"nope","op":"is","value":1}]}', "no field “nope”"),
        ('{"and":[{"field":"name","op":"gt","value":1}]}', "cannot be asked"),
        ('{"and":[{"field":"launched_on","op":"before","value":"soon"}]}', "not a date"),
        ('{"and":[{"field":"units","op":"gt","value":"many"}]}', "not a number"),
        ('{"and":[{"field":"state","op":"is","value":["nowhere"]}]}', "is no State"),
        ('{"and":[{"field":"units","op":"between","value":[1]}]}', "needs 2 values"),
        ('{"and":[{"field":"name","op":"is","value":{"a":1}}]}', "texts or numbers"),
        (json.dumps({"and": [{"field": "name", "op": "empty"}] * 41}), "at most 40"),
        (json.dumps({"and": [{"field": "name", "op": "is", "value": "x" * 9_000}]}), "too long"),
    ],
)
def test_a_filter_that_cannot_be_read_is_refused_in_words_and_shows_nothing(
    where, words, member, rows, client_of
):
    page = client_of(member).get(f"/w/{member.workspace.slug}/products/", {"where": where})

    assert page.status_code == 422
    assert words in page.content.decode().replace("&quot;", '"').replace("&#x27;", "'")
    assert page.context["listing"].lines == []


def test_a_field_one_may_not_see_can_be_neither_shown_filtered_sorted_nor_grouped(
    member, viewer, rows, client_of
):
    ProductSummary.objects.update(net_revenue=777)
    where = json.dumps({"and": [{"field": "net_revenue", "op": "gt", "value": 1}]})
    asked = {"columns": "name,net_revenue", "sort": "-net_revenue", "group": "net_revenue"}

    for someone, status in ((member, 200), (viewer, 422)):
        client = client_of(someone)
        url = f"/w/{member.workspace.slug}/products/"
        assert client.get(url, {"where": where}).status_code == status
        page = client.get(url, asked)
        assert ("€777".encode() in page.content) == (someone is member)
        by = [field.name for field, _ in page.context["listing"].asked.sorting]
        assert by == (["net_revenue"] if someone is member else ["name"])
