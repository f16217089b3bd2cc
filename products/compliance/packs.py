"""Rule packs as data: reading one, checking every part of it, and the packs that ship.

Pure arithmetic. A pack is the same JSON whether it ships beside this code or a member imports it.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from products.compliance.attributes import KEY, MOST_CHOICES, Attribute, Kind, Vocabulary
from products.compliance.logic import Predicate
from products.compliance.predicates import Broken, parse

SLUG = re.compile(r"[a-z0-9]+([-_][a-z0-9]+)*")
FOLDER = Path(__file__).parent / "packs"
MOST_BYTES, MOST_RULES, MOST_ATTRIBUTES = 256 * 1024, 100, 40
EVIDENCE = {
    "declaration": "Declaration of conformity",
    "test_report": "Test report",
    "certificate": "Certificate",
    "technical_file": "Technical documentation",
    "risk_assessment": "Risk assessment",
    "safety_report": "Cosmetic safety report",
    "label": "Label or packaging artwork",
    "instructions": "Instructions and warnings",
    "listing": "Listing page record",
    "registration": "Registration",
    "notification": "Notification",
    "contract": "Contract or mandate",
    "supplier_statement": "Supplier's statement",
    "procedure": "Written procedure",
}
PACK_KEYS = {"key", "version", "title", "jurisdiction", "owner", "reviewed_on"} | {
    "about",
    "attributes",
    "rules",
}
RULE_KEYS = {"key", "when", "obligation", "evidence", "gate", "from", "to", "source", "note"}
SOURCE_KEYS = {"act", "article", "url"}
ATTRIBUTE_KEYS = {"key", "question", "kind", "help", "unit", "choices"}


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule stands in public: the act, the article, and its official address."""

    act: str
    article: str
    url: str


@dataclass(frozen=True, slots=True)
class Rule:
    """When `when` holds for a product in a market, the obligation does, between its days.

    `gate` rules hold up a launch. `evidence` are the kinds of document that are accepted.
    """

    key: str
    when: Predicate
    obligation: str
    evidence: tuple[str, ...]
    gate: bool
    effective_from: date
    effective_to: date | None
    source: Source
    note: str


@dataclass(frozen=True, slots=True)
class Pack:
    """The rules of one field in one jurisdiction, as one version. `body` is its JSON."""

    key: str
    version: int
    title: str
    jurisdiction: str
    owner: str
    reviewed_on: date
    about: str
    attributes: Mapping[str, Attribute]
    rules: tuple[Rule, ...]
    body: dict[str, Any]


@cache
def vocabulary() -> Vocabulary:
    """The attributes that every pack may ask for."""
    data = json.loads((FOLDER / "attributes.json").read_text("utf-8"))
    return _attributes(data, "", {})


@cache
def shipped() -> Mapping[str, Pack]:
    """The packs that come with the app, by key."""
    files = sorted(path for path in FOLDER.glob("*.json") if path.name != "attributes.json")
    packs = [read(json.loads(path.read_text("utf-8"))) for path in files]
    return {pack.key: pack for pack in packs}


def load(raw: bytes) -> Pack:
    """A pack out of a file that anybody may have written. Raises Broken."""
    if len(raw) > MOST_BYTES:
        raise Broken("", f"A pack has at most {MOST_BYTES // 1024} KB.")
    try:
        data = json.loads(raw.decode("utf-8-sig"), object_pairs_hook=_once, parse_constant=_finite)
    except (ValueError, RecursionError) as wrong:
        if isinstance(wrong, Broken):
            raise
        raise Broken("", f"This is no JSON in UTF-8: {_line(wrong)}") from None
    return read(data)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Broken("", f"“{twice[:40]}” stands twice in one object.")
    return found


def _finite(word: str) -> Any:
    raise Broken("", f"{word} is no JSON number.")


def _line(wrong: Exception) -> str:
    line = getattr(wrong, "lineno", None)
    return f"look at line {line}." if line else "it cannot be read."


def read(data: Any) -> Pack:
    """A pack of parsed JSON. Raises Broken with the first place that is wrong."""
    _object(data, "", PACK_KEYS, {"key", "version", "title", "jurisdiction", "owner", "rules"})
    known = dict(vocabulary())
    own = _attributes(data.get("attributes", []), "/attributes", known)
    every = {**known, **own}
    rules = data["rules"]
    if not isinstance(rules, list) or not 1 <= len(rules) <= MOST_RULES:
        raise Broken("/rules", f"List 1 to {MOST_RULES} rules.")
    read_rules = tuple(_rule(rule, every, f"/rules/{at}") for at, rule in enumerate(rules))
    _no_twins([rule.key for rule in read_rules], "/rules")
    return Pack(
        key=_slug(data["key"], "/key"),
        version=_version(data["version"]),
        title=_text(data["title"], "/title", 120),
        jurisdiction=_text(data["jurisdiction"], "/jurisdiction", 40),
        owner=_text(data["owner"], "/owner", 120),
        reviewed_on=_day(data.get("reviewed_on"), "/reviewed_on"),
        about=_text(data.get("about", ""), "/about", 1_000, empty=True),
        attributes=own,
        rules=read_rules,
        body=data,
    )


def _rule(data: Any, known: Vocabulary, at: str) -> Rule:
    _object(data, at, RULE_KEYS, {"key", "when", "obligation", "evidence", "gate", "source"})
    evidence = data["evidence"]
    if not isinstance(evidence, list) or not 1 <= len(evidence) <= len(EVIDENCE):
        raise Broken(f"{at}/evidence", "List at least one kind of evidence.")
    for place, kind in enumerate(evidence):
        if not isinstance(kind, str) or kind not in EVIDENCE:
            words = f"Use one of: {', '.join(EVIDENCE)}."
            raise Broken(f"{at}/evidence/{place}", words)
    if not isinstance(data["gate"], bool):
        raise Broken(f"{at}/gate", "Write true or false.")
    begins = _day(data.get("from"), f"{at}/from")
    ends = _day(data["to"], f"{at}/to") if data.get("to") is not None else None
    if ends is not None and ends < begins:
        raise Broken(f"{at}/to", "End on or after the day it begins.")
    return Rule(
        key=_slug(data["key"], f"{at}/key"),
        when=parse(data["when"], known, f"{at}/when"),
        obligation=_text(data["obligation"], f"{at}/obligation", 200),
        evidence=tuple(dict.fromkeys(evidence)),
        gate=data["gate"],
        effective_from=begins,
        effective_to=ends,
        source=_source(data["source"], f"{at}/source"),
        note=_text(data.get("note", ""), f"{at}/note", 1_000, empty=True),
    )


def _source(data: Any, at: str) -> Source:
    _object(data, at, SOURCE_KEYS, SOURCE_KEYS)
    url = _text(data["url"], f"{at}/url", 500)
    try:
        parts = urlsplit(url)
        fine = parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        fine = False
    if not fine or any(one.isspace() for one in url):
        raise Broken(f"{at}/url", "Give the official address, beginning with https://.")
    act, article = _text(data["act"], f"{at}/act", 200), data["article"]
    return Source(act, _text(article, f"{at}/article", 120, empty=True), url)


def _attributes(data: Any, at: str, known: Vocabulary) -> dict[str, Attribute]:
    if not isinstance(data, list) or len(data) > MOST_ATTRIBUTES:
        raise Broken(at, f"List at most {MOST_ATTRIBUTES} attributes.")
    found: dict[str, Attribute] = {}
    for place, one in enumerate(data):
        attribute = _attribute(one, f"{at}/{place}")
        if attribute.key in found or known.get(attribute.key, attribute) != attribute:
            words = "Another attribute has this key. Choose a key of its own."
            raise Broken(f"{at}/{place}/key", words)
        found[attribute.key] = attribute
    return found


def _attribute(data: Any, at: str) -> Attribute:
    _object(data, at, ATTRIBUTE_KEYS, {"key", "question", "kind"})
    key = data["key"]
    if not isinstance(key, str) or not KEY.fullmatch(key) or key in ("category", "market"):
        raise Broken(f"{at}/key", "Use small letters, digits and _, such as fibre_share.")
    kind = data["kind"]
    if kind not in list(Kind):
        raise Broken(f"{at}/kind", f"Use one of: {', '.join(Kind)}.")
    choices = data.get("choices", {})
    if kind == Kind.CHOICE and (
        not isinstance(choices, dict) or not 2 <= len(choices) <= MOST_CHOICES
    ):
        raise Broken(f"{at}/choices", f"Give 2 to {MOST_CHOICES} choices as key and label.")
    if kind != Kind.CHOICE and choices:
        raise Broken(f"{at}/choices", "Only a choice has choices.")
    return Attribute(
        key,
        _text(data["question"], f"{at}/question", 160),
        Kind(kind),
        _text(data.get("help", ""), f"{at}/help", 400, empty=True),
        _text(data.get("unit", ""), f"{at}/unit", 20, empty=True),
        tuple(
            (_slug(value, f"{at}/choices"), _text(label, f"{at}/choices", 80))
            for value, label in choices.items()
        ),
    )


def _object(data: Any, at: str, allowed: set[str], needed: set[str]) -> None:
    if not isinstance(data, dict):
        raise Broken(at, "Write an object here.")
    if unknown := sorted(set(data) - allowed):
        known = ", ".join(sorted(allowed))
        raise Broken(at, f"“{unknown[0][:40]}” is not known here. Known are: {known}.")
    if missing := sorted(needed - set(data)):
        raise Broken(at, f"Add “{missing[0]}”.")


def _text(value: Any, at: str, longest: int, *, empty: bool = False) -> str:
    fine = isinstance(value, str) and len(value) <= longest and "\x00" not in value
    if not fine or not (empty or value.strip()):
        raise Broken(at, f"Write a text of at most {longest} characters.")
    return str(value)


def _slug(value: Any, at: str) -> str:
    text = _text(value, at, 40)
    if not SLUG.fullmatch(text):
        raise Broken(at, "Use small letters, digits and -, such as eu-toys.")
    return text


def _version(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 100_000:
        raise Broken("/version", "Write a whole number from 1.")
    return value


def _day(value: Any, at: str) -> date:
    try:
        day = date.fromisoformat(value)
    except (TypeError, ValueError):
        raise Broken(at, "Write a day such as 2024-12-13.") from None
    if not 1900 <= day.year <= 2200 or len(value) != 10:
        raise Broken(at, "Write a day such as 2024-12-13.")
    return day


def _no_twins(keys: list[str], at: str) -> None:
    for place, key in enumerate(keys):
        if key in keys[:place]:
            raise Broken(f"{at}/{place}/key", f"Two rules are called “{key}”.")
