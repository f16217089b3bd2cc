"""The Compliance tab of a product: what to answer, what to show, and why.

It is worked out as it is opened, so that an answer shows at once; lists wait for the worker.
"""

from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from core.clock import FIRST_YEAR, today
from products.catalog.models import Market, Product
from products.compliance.asking import Question, questions
from products.compliance.attributes import Attribute, Vocabulary
from products.compliance.facts import Held, Known, Ruling, known_of, rules_of
from products.compliance.logic import evaluate
from products.compliance.models import EvidenceDoc, Waiver
from products.compliance.packs import EVIDENCE, Rule, vocabulary
from products.compliance.recompute import Ground, due_rows, ground_of
from products.compliance.reports import anchor
from products.compliance.states import (
    DOC_TONES,
    RED,
    STATUS_ORDER,
    STATUS_TONES,
    DocState,
    Status,
    WaiverState,
)
from products.compliance.wording import because
from workspaces.access.doors import WorkspaceRequest
from workspaces.access.roles import Perm
from workspaces.records.lists import whole_number

TEMPLATE = "compliance/product_tab.html"
MORE_QUESTIONS = 5


@dataclass(frozen=True, slots=True)
class Line:
    """One obligation as the tab shows it."""

    rule: str
    anchor: str
    title: str
    gate: bool
    status: str
    tone: str
    reason: str
    why: str
    source: str
    url: str
    note: str
    accepts: str
    evidence: int | None
    waiver: Waiver | None
    mends: bool
    waives: bool


@dataclass(frozen=True, slots=True)
class Ask:
    """A question that is open, with its answers as buttons."""

    attribute: Attribute
    rules: int
    answers: list[tuple[str, str]]


def compliance(request: WorkspaceRequest, product: Product) -> tuple[str, Mapping[str, Any]]:
    """Open questions first, then the obligations of one market, then the evidence."""
    actor = request.actor
    past = _past_day(request)
    ground = ground_of(actor.workspace.pk, past)
    rows = due_rows(ground, [product.pk])
    held = known_of(actor.workspace.pk, [product.pk], ground.moment)
    known = held.get(product.pk, Known(product.pk))
    vocabulary = known_questions(ground)
    market = _chosen(ground, request.GET.get("market", ""), rows)
    lines = _lines(request, product, market, ground, rows) if market else []
    asks = _asks(ground, known, rows, vocabulary)
    return TEMPLATE, {
        "product": product,
        "market": market,
        "markets": _markets(request, product, ground, rows, market),
        "counts": [(status.label, STATUS_TONES[status], many) for status, many in _counts(rows)],
        "lines": [one for one in lines if one.status != Status.UNKNOWN],
        "open_lines": [one for one in lines if one.status == Status.UNKNOWN],
        "asks": asks[:1],
        "more": asks[1 : 1 + MORE_QUESTIONS],
        "hidden_questions": max(len(asks) - 1 - MORE_QUESTIONS, 0),
        "answers": _answers(known, vocabulary),
        "absent": _absent(ground, known, market, vocabulary) if market else [],
        "docs": _docs(request, product),
        "packs": ground.rulings,
        "exports": actor.can(Perm.DATA_EXPORT) and actor.can(Perm.DOCUMENTS_VIEW),
        "past": past,
        "today": today(actor.workspace.timezone),
        "edits": actor.can(Perm.CATALOG_EDIT) and past is None,
        "reviews": actor.can(Perm.COMPLIANCE_REVIEW) and past is None,
        "me": actor.user.pk,
    }


def _past_day(request: WorkspaceRequest) -> date | None:
    """The day somebody looks back to; None is today."""
    with suppress(ValueError):
        asked = date.fromisoformat(request.GET.get("as_of", ""))
        if asked.year >= FIRST_YEAR and asked < today(request.actor.workspace.timezone):
            return asked
    return None


def known_questions(ground: Ground) -> Vocabulary:
    """Every attribute the active packs can ask for."""
    found = dict(vocabulary())
    for one in ground.rulings:
        found.update(one.pack.attributes)
    return found


def _counts(rows: Mapping[Any, dict[str, Any]]) -> list[tuple[Status, int]]:
    many = Counter(Status(values["status"]) for values in rows.values())
    return sorted(many.items(), key=lambda one: STATUS_ORDER[one[0]])


def _chosen(ground: Ground, text: str, rows: Mapping[Any, dict[str, Any]]) -> Market | None:
    """The market that was asked for, else the one with the most that is red."""
    wanted = whole_number(text)
    for market in ground.markets:
        if market.pk == wanted:
            return market
    red = Counter(market for (_, market, _), row in rows.items() if row["status"] in RED)
    return max(ground.markets, key=lambda one: red[one.pk], default=None)


def _markets(
    request: WorkspaceRequest,
    product: Product,
    ground: Ground,
    rows: Mapping[Any, dict[str, Any]],
    chosen: Market | None,
) -> list[dict[str, Any]]:
    """Where it is sold, as tabs with how many gates are red."""
    url = reverse("products:product", args=[request.actor.workspace.slug, product.pk, "compliance"])
    red = Counter(
        market for (_, market, _), row in rows.items() if row["gate"] and row["status"] in RED
    )
    return [
        {
            "label": market.name,
            "url": f"{url}?market={market.pk}",
            "count": red[market.pk],
            "active": market == chosen,
        }
        for market in ground.markets
    ]


def _lines(
    request: WorkspaceRequest,
    product: Product,
    market: Market,
    ground: Ground,
    rows: Mapping[Any, dict[str, Any]],
) -> list[Line]:
    rules = rules_of(ground.rulings)
    waivers = Waiver.objects.visible_to(request.actor).filter(
        product=product, market=market, state__in=[WaiverState.ASKED, WaiverState.APPROVED]
    )
    asked = {row.rule: row for row in waivers.select_related("requested_by").order_by("pk")}
    found = [
        _line(rule, rules[rule], row, asked.get(rule))
        for (_, of, rule), row in rows.items()
        if of == market.pk
    ]
    return sorted(found, key=lambda one: (STATUS_ORDER[Status(one.status)], not one.gate, one.rule))


def _line(
    name: str, ruling: tuple[Ruling, Rule], row: dict[str, Any], waiver: Waiver | None
) -> Line:
    _, rule = ruling
    status = Status(row["status"])
    return Line(
        rule=name,
        anchor=anchor(name),
        title=rule.obligation,
        gate=rule.gate,
        status=status,
        tone=STATUS_TONES[status],
        reason=row["reason"],
        why=row["why"],
        source=f"{rule.source.act} {rule.source.article}".strip(),
        url=rule.source.url,
        note=rule.note,
        accepts=", ".join(EVIDENCE[kind].lower() for kind in rule.evidence),
        evidence=row["evidence_id"],
        waiver=waiver,
        mends=status not in (Status.UNKNOWN, Status.COVERED),
        waives=status in (Status.OPEN, Status.EXPIRED, Status.EXPIRING),
    )


def _asks(
    ground: Ground, known: Known, rows: Mapping[Any, dict[str, Any]], vocabulary: Vocabulary
) -> list[Ask]:
    """What to ask, what settles most first."""
    rules, markets = rules_of(ground.rulings), {one.pk: one for one in ground.markets}
    cases = [
        (rules[rule][1].when, known.facts(markets[market], vocabulary))
        for (_, market, rule), row in rows.items()
        if row["applies"] is None
    ]
    return [_ask(one, vocabulary[one.key]) for one in questions(cases, vocabulary)]


def _ask(question: Question, attribute: Attribute) -> Ask:
    answers = list(attribute.choices) or [("yes", "Yes"), ("no", "No")]
    return Ask(attribute, question.rules, [] if attribute.kind == "number" else answers)


def _answers(known: Known, vocabulary: Vocabulary) -> list[tuple[Attribute, str, Held]]:
    """What was answered, in words, and where."""
    return [
        (vocabulary[key], vocabulary[key].words(held.value), held)
        for key, held in sorted(known.answers.items())
        if key in vocabulary and vocabulary[key].holds(held.value)
    ]


def _absent(
    ground: Ground, known: Known, market: Market, vocabulary: Vocabulary
) -> list[tuple[str, str]]:
    """What does not apply in this market by what was answered, and what decided that."""
    facts = known.facts(market, vocabulary)
    found = []
    for _, rule in ground.rules[market.pk]:
        verdict = evaluate(rule.when, facts)
        if verdict.value is False:
            found.append((rule.obligation, because(verdict.because, facts, vocabulary)))
    return found


def _docs(request: WorkspaceRequest, product: Product) -> list[dict[str, Any]]:
    """The documents of a product, newest first."""
    rows = EvidenceDoc.objects.visible_to(request.actor).filter(covers__product=product).distinct()
    docs = list(rows.select_related("uploaded_by", "reviewed_by").order_by("-pk")[:100])
    return [{"row": one, "tone": DOC_TONES[DocState(one.state)]} for one in docs]
