"""The logic of rules: Kleene's laws, what stays settled, what is asked next, what is refused."""

import json
from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from products.compliance.asking import entropy, questions
from products.compliance.attributes import Attribute, Kind
from products.compliance.logic import All, Any_, Leaf, Not, Predicate, asked_facts, evaluate, leaves
from products.compliance.packs import EVIDENCE, load, read, shipped, vocabulary
from products.compliance.predicates import Broken, parse

# A busy machine is slow at drawing, which says nothing about the rules.
calmly = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
KNOWN = {
    **{key: Attribute(key, f"{key}?", Kind.YES_NO) for key in "abcd"},
    "size": Attribute("size", "Size?", Kind.NUMBER),
    "kind": Attribute("kind", "Kind?", Kind.CHOICE, choices=(("x", "X"), ("y", "Y"))),
}
LEAVES = st.one_of(
    st.builds(Leaf, st.sampled_from("abcd"), st.just("is"), st.booleans()),
    st.builds(Leaf, st.just("kind"), st.just("is"), st.sampled_from("xy")),
    st.builds(
        Leaf,
        st.just("size"),
        st.sampled_from(["at_least", "at_most", "is"]),
        st.integers(0, 3).map(Decimal),
    ),
)
PREDICATES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: All(tuple(parts))),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: Any_(tuple(parts))),
    ),
    max_leaves=8,
)
FACTS = st.fixed_dictionaries(
    {},
    optional={
        **{key: st.booleans() for key in "abcd"},
        "size": st.sampled_from(["0", "1", "2", "3.5"]),
        "kind": st.sampled_from("xy"),
    },
)


def says(predicate: Predicate, facts: dict) -> bool | None:
    return evaluate(predicate, facts).value


@calmly
@given(PREDICATES, PREDICATES, FACTS)
def test_kleenes_laws_hold(p, q, facts):
    assert says(Not(Not(p)), facts) == says(p, facts)
    assert says(Not(All((p, q))), facts) == says(Any_((Not(p), Not(q))), facts)
    assert says(Not(Any_((p, q))), facts) == says(All((Not(p), Not(q))), facts)
    assert says(All((p, q)), facts) == says(All((q, p)), facts)
    assert says(All((p, Any_((p, q)))), facts) == says(p, facts)
    assert says(All((p, p)), facts) == says(p, facts)


@pytest.mark.parametrize(
    ("a", "b", "both", "either"),
    [
        (True, None, None, True),
        (False, None, False, None),
        (None, None, None, None),
        (True, False, False, True),
    ],
)
def test_the_truth_table_of_unknown(a, b, both, either):
    p, q = Leaf("a", "is", True), Leaf("b", "is", True)
    assert says(All((p, q)), {"a": a, "b": b}) is both
    assert says(Any_((p, q)), {"a": a, "b": b}) is either


@calmly
@given(PREDICATES, FACTS, FACTS)
def test_learning_never_turns_what_is_settled(predicate, facts, more):
    before = says(predicate, facts)
    if before is not None:
        assert says(predicate, {**more, **facts}) is before


@calmly
@given(PREDICATES, FACTS)
def test_what_decided_it_decides_it_alone(predicate, facts):
    verdict = evaluate(predicate, facts)
    if verdict.value is None:
        assert any(facts.get(leaf.fact) is None for leaf in verdict.because)
    else:
        alone = {leaf.fact: facts[leaf.fact] for leaf in verdict.because if leaf.fact in facts}
        assert says(predicate, alone) is verdict.value


def as_data(predicate: Predicate) -> dict:
    if isinstance(predicate, Leaf):
        value = predicate.value
        return {
            "fact": predicate.fact,
            predicate.op: int(value) if isinstance(value, Decimal) else value,
        }
    if isinstance(predicate, Not):
        return {"not": as_data(predicate.part)}
    word = "all" if isinstance(predicate, All) else "any"
    return {word: [as_data(part) for part in predicate.parts]}


@calmly
@given(PREDICATES)
def test_reading_what_was_written_gives_the_same_or_refuses_it(predicate):
    data = json.loads(json.dumps(as_data(predicate)))
    try:
        read_again = parse(data, KNOWN)
    except Broken as refusal:
        remedy = refusal.remedy
        assume("Split" not in remedy and "Nest" not in remedy)
        raise
    assert read_again == predicate


@calmly
@given(PREDICATES, FACTS)
def test_questions_are_about_what_is_missing_and_worth_no_less_than_nothing(predicate, facts):
    if len(asked_facts(predicate)) > 5:
        return
    found = questions([(predicate, facts)], KNOWN)
    assert bool(found) == (says(predicate, facts) is None)
    for one in found:
        assert facts.get(one.key) is None
        assert -1e-9 <= one.gain <= 1


def test_what_settles_most_is_asked_first():
    toy, small = Leaf("a", "is", True), Leaf("b", "is", True)
    rules = [(toy, {}), (All((toy, small)), {}), (All((toy, Leaf("c", "is", True))), {})]

    first, *others = questions(rules, KNOWN)

    assert (first.key, first.rules) == ("a", 3)
    assert first.gain == pytest.approx(1 + 2 * (entropy(1 / 4) - 1 / 2))
    assert [one.key for one in others] == ["b", "c"]


def test_a_market_is_its_country_and_its_union():
    eu, german = Leaf("market", "is", "EU"), Leaf("market", "in", ("DE", "AT"))
    assert says(eu, {"market": "de"}) is True
    assert says(german, {"market": "DE"}) is True
    assert says(german, {"market": "EU"}) is True
    assert says(eu, {"market": "UK"}) is False
    assert says(Leaf("market", "is", "GB"), {"market": "UK"}) is True
    assert says(eu, {}) is None


def test_a_category_is_a_node_and_all_below_it():
    toys = Leaf("category", "is", "Toys")
    assert says(toys, {"category": "toys > Puzzles"}) is True
    assert says(toys, {"category": "Toysters"}) is False
    assert says(Leaf("category", "has", "puzzle"), {"category": "Toys > Puzzles"}) is True
    assert says(toys, {}) is None


@pytest.mark.parametrize(
    ("data", "pointer", "remedy"),
    [
        ([], "", "object"),
        ({}, "", "exactly one"),
        ({"all": []}, "/all", "List 1"),
        ({"any": [{"fact": "a", "is": True}, {"fact": "zzz", "is": True}]}, "/any/1/fact", "Name"),
        ({"not": {"fact": "a", "is": "yes"}}, "/not/is", "true or false"),
        ({"fact": "a", "at_least": 3}, "/at_least", "can be compared with: is"),
        ({"fact": "size", "at_least": "3"}, "/at_least", "number"),
        ({"fact": "size", "at_least": True}, "/at_least", "number"),
        ({"fact": "kind", "in": ["x", "q"]}, "/in/1", "one of: x, y"),
        ({"fact": "market", "is": "Germany"}, "/is", "two capital letters"),
        ({"fact": "a", "is": True, "in": [True]}, "", "exactly one"),
        ({"fact": ["a"], "is": True}, "/fact", "Name"),
    ],
)
def test_a_broken_predicate_is_refused_with_the_place_named(data, pointer, remedy):
    with pytest.raises(Broken) as refused:
        parse(data, KNOWN)
    assert refused.value.pointer == pointer
    assert remedy in refused.value.remedy


def test_nesting_without_end_is_refused():
    data: dict = {"fact": "a", "is": True}
    for _ in range(50):
        data = {"not": data}
    with pytest.raises(Broken, match="Nest no deeper"):
        parse(data, KNOWN)


@calmly
@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=5) | st.sampled_from(["a"]),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["all", "any", "not", "fact", "is", "in", "size"]),
                inner,
                max_size=3,
            )
        ),
        max_leaves=10,
    )
)
def test_whatever_comes_is_read_or_refused_in_words(data):
    with suppress(Broken):
        evaluate(parse(data, KNOWN), {"a": True})


LAW, UK_LAW = "eur-lex.europa.eu", "www.legislation.gov.uk"
GERMAN_LAW, US_CODE, US_RULES = "www.gesetze-im-internet.de", "uscode.house.gov", "www.ecfr.gov"
PACKS = {  # title, and where the text of its rules is officially read
    "eu-product-safety": ("EU general product safety", {LAW}),
    "eu-toys": ("EU toy safety", {LAW}),
    "eu-textiles": ("EU textile labelling", {LAW}),
    "eu-batteries": ("EU batteries", {LAW}),
    "eu-chemicals": ("EU chemicals in articles", {LAW}),
    "eu-electrical": ("EU electrical products (CE) and WEEE", {LAW}),
    "eu-packaging": ("EU packaging", {LAW, GERMAN_LAW}),
    "uk-products": ("UK product rules", {UK_LAW}),
    "us-children": ("US children's products", {US_CODE, US_RULES}),
    "us-prop-65": ("US: California Proposition 65", {"oehha.ca.gov"}),
    "us-textiles": ("US textile labels", {US_RULES}),
    "age-restricted": ("Age-restricted goods", {LAW, UK_LAW, GERMAN_LAW, US_CODE}),
    "cosmetics": ("Cosmetics", {LAW, UK_LAW, "www.fda.gov"}),
    "food-contact": ("Food contact", {LAW, UK_LAW, US_RULES}),
}


def test_the_packs_that_come_along_are_those_and_read_at_their_makers():
    def hosts(pack):
        return {rule.source.url.split("/")[2] for rule in pack.rules}

    assert {key: (one.title, hosts(one)) for key, one in shipped().items()} == PACKS


def test_every_shipped_pack_says_where_its_rules_come_from():
    for pack in shipped().values():
        assert pack.reviewed_on
        assert any(rule.gate for rule in pack.rules), pack.key
        assert pack.owner
        assert pack.about
        for rule in pack.rules:
            assert rule.source.url.startswith("https://"), rule.key
            assert rule.source.act, rule.key
            assert rule.evidence, rule.key
            assert set(rule.evidence) <= set(EVIDENCE)
            markets = {leaf.value for leaf in leaves(rule.when) if leaf.fact == "market"}
            assert markets, rule.key
            assert markets <= {"EU", "DE", "GB", "US"}, rule.key
        assert read(pack.body) == pack


def test_every_shipped_attribute_is_asked_for_by_a_shipped_rule():
    asked = {
        key for pack in shipped().values() for rule in pack.rules for key in asked_facts(rule.when)
    }
    assert asked == set(vocabulary())


def broken_pack(**changes) -> bytes:
    return json.dumps({**shipped()["eu-toys"].body, **changes}).encode()


RULE = shipped()["eu-toys"].body["rules"][0]


def with_url(url: str) -> bytes:
    return broken_pack(rules=[{**RULE, "source": {**RULE["source"], "url": url}}])


@pytest.mark.parametrize(
    ("raw", "pointer"),
    [
        (b"\xff\xfe{}", ""),
        (b"[" * 100_000, ""),
        (b'{"key": "a", "key": "b"}', ""),
        (b"[]", ""),
        (b'{"key": NaN}', ""),
        (b" " * 300_000, ""),
        (broken_pack(version=True), "/version"),
        (broken_pack(version=1.5), "/version"),
        (broken_pack(key="EU Toys"), "/key"),
        (broken_pack(title="x" * 500), "/title"),
        (broken_pack(title="a\x00b"), "/title"),
        (broken_pack(reviewed_on="soon"), "/reviewed_on"),
        (broken_pack(rules=[]), "/rules"),
        (broken_pack(rules=[RULE, RULE]), "/rules/1/key"),
        (broken_pack(rules=[{**RULE, "to": "2001-01-01"}]), "/rules/0/to"),
        (broken_pack(rules=[{**RULE, "evidence": ["rumour"]}]), "/rules/0/evidence/0"),
        (broken_pack(rules=[{**RULE, "gate": "yes"}]), "/rules/0/gate"),
        (broken_pack(rules=[{**RULE, "when": {"fact": "toy"}}]), "/rules/0/when"),
        (broken_pack(rules=[{**RULE, "script": 1}]), "/rules/0"),
        (
            broken_pack(
                rules=[{**RULE, "source": {**RULE["source"], "url": "javascript:alert(1)"}}]
            ),
            "/rules/0/source/url",
        ),
        (with_url("https://[x"), "/rules/0/source/url"),
        (
            broken_pack(attributes=[{"key": "toy", "question": "Else?", "kind": "number"}]),
            "/attributes/0/key",
        ),
        (
            broken_pack(attributes=[{"key": "market", "question": "?", "kind": "yes_no"}]),
            "/attributes/0/key",
        ),
    ],
)
def test_a_broken_pack_is_refused_with_the_place_named(raw, pointer):
    with pytest.raises(Broken) as refused:
        load(raw)
    assert refused.value.pointer == pointer
    assert refused.value.remedy


def test_a_number_is_read_as_people_type_it():
    size = KNOWN["size"]
    assert size.read(" 12,50 ") == "12.5"
    assert size.holds(size.read("1e3"))
    for wrong in ("much", "NaN", "1e99", ""):
        with pytest.raises(ValueError, match="Give a number"):
            size.read(wrong)
