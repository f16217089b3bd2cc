"""What the shipped packs ask of products where they are sold, case by case."""

from datetime import date

import pytest

from products.compliance.attributes import Kind
from products.compliance.logic import evaluate
from products.compliance.packs import shipped, vocabulary

TODAY = date(2026, 11, 28)
GPSR = {f"eu-product-safety/{key}" for key in (
    "risk-analysis", "responsible-person", "identification", "instructions", "listing", "accidents"
)}  # fmt: skip
REACH = {"eu-chemicals/restrictions", "eu-chemicals/candidate-list"}
CPSIA = {f"us-children/{key}" for key in (
    "third-party-tests", "certificate", "tracking-label", "lead", "efiling"
)}  # fmt: skip
NOTHING = {key: False for key, one in vocabulary().items() if one.kind is Kind.YES_NO}
PLAIN = {**NOTHING, "consumer": True, "age_restricted": "everybody", "battery_kind": "portable"}


def of(*yes: str, **others: object) -> dict[str, object]:
    """A consumer product of which these are true."""
    return {**PLAIN, **dict.fromkeys(yes, True), **others}


def asked(facts: dict[str, object], market: str, on: date = TODAY) -> tuple[set[str], set[str]]:
    """The rules that apply on a day, and those that are not settled."""
    known = {**facts, "market": market}
    applies, unknown = set(), set()
    for pack in shipped().values():
        for rule in pack.rules:
            if rule.effective_from <= on <= (rule.effective_to or date.max):
                verdict = evaluate(rule.when, known).value
                name = f"{pack.key}/{rule.key}"
                applies |= {name} if verdict else set()
                unknown |= {name} if verdict is None else set()
    return applies, unknown


def only(key: str, *rules: str) -> set[str]:
    return {f"{key}/{rule}" for rule in rules}


TOYS_NOW = only("eu-toys", "declaration", "safety-assessment", "chemicals", "warnings")
TOYS_2030 = only("eu-toys", "passport", "assessment-2030", "warnings-2030")
TEXTILE = only("eu-textiles", "fibres", "listing")
ELECTRIC = only("eu-electrical", "rohs", "weee-producer", "weee-mark")
CLOTHES = only("us-textiles", "fibres", "listing", "care", "flammability")
CELLS = only("eu-batteries", "substances", "conformity", "collection-symbol", "producer")
FOOD = only("food-contact", "eu-safety", "eu-label", "eu-traceability")
COSMETIC = {
    kind: only("cosmetics", *(f"{kind}-{rule}" for rule in rules))
    for kind, rules in {
        "eu": ("responsible-person", "safety-report", "notification", "label"),
        "uk": ("responsible-person", "safety-report", "notification"),
        "us": ("listing", "safety", "contact"),
    }.items()
}
CASES = [
    # what, facts, market, exactly these rules apply
    ("plain", of(), "DE", GPSR | REACH),
    ("plain", of(), "FR", GPSR | REACH),
    ("plain", of(), "EU", GPSR | REACH),
    ("plain", of(), "CH", set()),
    ("plain", of(), "NO", set()),
    ("plain", of(), "GB", only("uk-products", "safety")),
    ("plain", of(), "UK", only("uk-products", "safety")),
    ("plain", of(), "US", set()),
    ("professional", of(consumer=False), "DE", REACH),
    ("toy", of("toy"), "AT", GPSR | REACH | TOYS_NOW),
    ("baby toy", of("toy", "under_3"), "IT", GPSR | REACH | TOYS_NOW | {"eu-toys/under-3"}),
    ("toy", of("toy"), "GB", only("uk-products", "safety", "toys", "toy-tests")),
    ("toy for adults", of("toy"), "US", set()),
    ("toy", of("toy", "for_children"), "US", CPSIA | {"us-children/astm-f963"}),
    ("painted toy", of("toy", "for_children", "painted"), "US",
     CPSIA | only("us-children", "astm-f963", "lead-paint")),
    ("vinyl toy", of("toy", "for_children", "soft_plastic"), "US",
     CPSIA | only("us-children", "astm-f963", "phthalates")),
    ("baby toy", of("toy", "for_children", "under_3"), "US",
     CPSIA | only("us-children", "astm-f963", "small-parts")),
    ("toy", of("toy", "for_children", "california"), "US",
     CPSIA | only("us-children", "astm-f963") | {"us-prop-65/review"}),
    ("bib", of("for_children", "childcare", "soft_plastic"), "US",
     CPSIA | {"us-children/phthalates"}),
    ("pyjamas", of("for_children", "textile", "clothing", "sleepwear"), "US",
     CPSIA | {"us-children/sleepwear"} | CLOTHES),
    ("shirt", of("textile", "clothing"), "US",
     CLOTHES),
    ("blanket", of("textile", "wool"), "US", only("us-textiles", "fibres", "listing", "wool")),
    ("shirt", of("textile", "clothing"), "DE", GPSR | REACH | TEXTILE),
    ("leather trim", of("textile", "animal_parts"), "ES",
     GPSR | REACH | TEXTILE | {"eu-textiles/animal-parts"}),
    ("leather bag", of("animal_parts"), "ES", GPSR | REACH),
    ("shirt", of("textile", "clothing"), "GB", only("uk-products", "safety", "textiles")),
    ("kettle", of("electrical", "mains"), "DE",
     GPSR | REACH | ELECTRIC | only("eu-electrical", "low-voltage", "emc")),
    ("torch", of("electrical", "battery"), "PL",
     GPSR | REACH | ELECTRIC | {"eu-electrical/emc"} | CELLS),
    ("headphones", of("electrical", "radio", "battery"), "NL",
     GPSR | REACH | ELECTRIC | {"eu-electrical/radio"} | CELLS),
    ("camera", of("electrical", "radio", "connectable", "mains"), "SE",
     GPSR | REACH | ELECTRIC | only("eu-electrical", "radio", "radio-security")),
    ("electric toy", of("toy", "electrical", "mains"), "BE",
     GPSR | REACH | TOYS_NOW | ELECTRIC | {"eu-electrical/emc"}),
    ("kettle", of("electrical", "mains"), "GB",
     only("uk-products", "safety", "electrical-safety", "emc", "rohs", "weee")),
    ("camera", of("electrical", "radio", "connectable"), "GB",
     only("uk-products", "safety", "radio", "rohs", "weee", "connectable")),
    ("torch", of("battery"), "GB", only("uk-products", "safety", "batteries", "waste-batteries")),
    ("kettle", of("electrical", "mains"), "US", set()),
    ("boxed", of("packaged"), "FR",
     GPSR | REACH | only("eu-packaging", "declaration", "substances")),
    ("boxed", of("packaged"), "DE",
     GPSR | REACH | only("eu-packaging", "declaration", "substances", "german-register")),
    ("boxed", of("packaged"), "GB",
     only("uk-products", "safety", "packaging-design", "packaging-producer")),
    ("with SVHC", of("svhc"), "DE", GPSR | REACH | only("eu-chemicals", "inform", "scip")),
    ("cream", of("cosmetic"), "DE", GPSR | REACH | COSMETIC["eu"]),
    ("cream", of("cosmetic"), "GB", {"uk-products/safety"} | COSMETIC["uk"]),
    ("cream", of("cosmetic"), "US", COSMETIC["us"]),
    ("mug", of("food_contact", "food_ceramic"), "DE",
     GPSR | REACH | FOOD | {"food-contact/eu-ceramic"}),
    ("lunch box", of("food_contact", "food_plastic"), "IE",
     GPSR | REACH | FOOD | {"food-contact/eu-plastic"}),
    ("plastic, no food", of("food_plastic"), "IE", GPSR | REACH),
    ("mug", of("food_contact", "food_ceramic"), "GB",
     {"uk-products/safety", "food-contact/uk-safety"}),
    ("mug", of("food_contact"), "US", {"food-contact/us-cleared"}),
    ("listed chemical", of("california", "listed_chemical"), "US",
     only("us-prop-65", "review", "warning")),
    ("wine", of(age_restricted="alcohol"), "DE",
     GPSR | REACH | {"age-restricted/german-alcohol"}),
    ("vape", of(age_restricted="tobacco"), "FR", GPSR | REACH | {"age-restricted/eu-tobacco"}),
    ("vape", of(age_restricted="tobacco"), "US", {"age-restricted/us-tobacco"}),
    ("knife", of(age_restricted="knife"), "GB",
     {"uk-products/safety", "age-restricted/uk-knives"}),
    ("knife", of(age_restricted="knife"), "DE", GPSR | REACH),
    ("rockets", of(age_restricted="fireworks"), "DE",
     GPSR | REACH | only("age-restricted", "eu-fireworks", "eu-fireworks-ce")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("what", "facts", "market", "expected"),
    CASES,
    ids=[f"{what} in {market}" for what, _, market, _ in CASES],
)
def test_what_applies_to_a_product_in_a_market(what, facts, market, expected):
    applies, unknown = asked(facts, market)
    assert applies == expected
    assert unknown == set()


@pytest.mark.parametrize(
    ("facts", "market", "day", "there", "absent"),
    [
        (of("toy"), "DE", date(2030, 7, 31), TOYS_NOW, TOYS_2030),
        (of("toy"), "DE", date(2030, 8, 1), TOYS_2030, TOYS_NOW),
        (of(), "DE", date(2024, 12, 12), REACH, GPSR),
        (of(), "DE", date(2024, 12, 13), GPSR | REACH, set()),
        (of("packaged"), "FR", date(2026, 8, 11), {"eu-packaging/essential"},
         {"eu-packaging/declaration"}),
        (of("packaged"), "FR", date(2026, 8, 12), {"eu-packaging/declaration"},
         {"eu-packaging/essential"}),
        (of("battery"), "DE", date(2027, 2, 17), CELLS, {"eu-batteries/removable"}),
        (of("battery"), "DE", date(2027, 2, 18), CELLS | {"eu-batteries/removable"}, set()),
        (of("battery", battery_kind="light-transport"), "DE", date(2027, 2, 18),
         only("eu-batteries", "removable-transport", "passport"), {"eu-batteries/removable"}),
        (of("toy", "for_children"), "US", date(2026, 7, 7), set(), {"us-children/efiling"}),
        (of("cosmetic"), "US", date(2024, 12, 28), {"cosmetics/us-listing"},
         {"cosmetics/us-contact"}),
    ],
)  # fmt: skip
def test_rules_hold_from_their_first_day_to_their_last(facts, market, day, there, absent):
    applies, _ = asked(facts, market, day)
    assert there <= applies
    assert not absent & applies


def test_what_nobody_answered_is_open_and_not_absent():
    applies, unknown = asked({}, "DE")
    assert applies == REACH
    assert unknown >= GPSR | TOYS_NOW | TEXTILE
    assert not any(name.startswith(("us-", "uk-")) for name in unknown)
