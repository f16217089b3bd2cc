"""Invents the sample shop's files: the same five kinds a real shop would bring.

The numbers follow from a fixed seed and from the day they are made for, so that the last weeks
are always the weeks before today. Nothing here touches the database.
"""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from pm_workspace.demo.range import (
    COMPLAINTS,
    COUNTRIES,
    MIXED,
    PARTNERS,
    PRAISE,
    RANGE,
    REASONS,
    SUPPLIERS,
    TROUBLED,
    TROUBLES,
    Article,
)

DAYS = 400
ORDERS_A_DAY = 17
CENT = Decimal("0.01")
VAT = Decimal("0.19")
POUNDS_PER_EURO = Decimal("0.86")
Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Sku:
    """One variant of the sample range."""

    article: Article
    handle: str
    sku: str
    name: str
    price: Decimal
    weight: float


def _handle(name: str) -> str:
    letters = "".join(c if c.isalnum() and c.isascii() else "-" for c in name.lower())
    return "-".join(filter(None, letters.split("-")))


def gtin(number: int) -> str:
    """A GTIN-13 in the range kept for use inside a firm, with its check digit (GS1)."""
    body = f"20{number:010d}"
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body))
    return f"{body}{-total % 10}"


class SampleShop:
    """A year and a bit of an outdoor shop, up to the day before `today`."""

    def __init__(self, today: date, seed: int = 20) -> None:
        self.today = today
        self.first = today - timedelta(days=DAYS)
        self._random = random.Random(seed)  # noqa: S311 - invented figures, nothing secret
        self.skus = list(self._skus())
        self._order_rows: list[Row] = []
        self._note_rows: list[Row] = []
        self._invent()

    def products(self) -> Iterator[Row]:
        """Kind `products`: one row a variant."""
        for number, sku in enumerate(self.skus, start=1):
            article = sku.article
            yield {
                "handle": sku.handle,
                "title": article.name,
                "description": f"{article.name} by {article.brand}.",
                "brand": article.brand,
                "category": article.category,
                "supplier": SUPPLIERS[article.brand],
                "state": article.state,
                "sku": sku.sku,
                "gtin": gtin(number),
                "variant_name": sku.name,
                "price": str(sku.price),
                "currency": "EUR",
            }

    def costs(self) -> Iterator[Row]:
        """Kind `costs`: landed cost with one rise, fulfilment and payment fees."""
        rise = self.today - timedelta(days=75)
        for sku in self.skus:
            if not sku.article.costed:
                continue
            landed = (sku.price * Decimal(str(sku.article.cost_share))).quantize(CENT)
            higher = (landed * Decimal("1.06")).quantize(CENT)
            fees = (sku.price * Decimal("0.021")).quantize(CENT)
            shipped = (Decimal("3.20") + sku.price * Decimal("0.012")).quantize(CENT)
            for kind, amount, since in (
                ("landed", landed, self.first),
                ("landed", higher, rise),
                ("fulfilment", shipped, self.first),
                ("payment", fees, self.first),
            ):
                yield {
                    "sku": sku.sku,
                    "cost_kind": kind,
                    "amount": str(amount),
                    "currency": "EUR",
                    "valid_from": since.isoformat(),
                }

    def orders(self) -> Iterator[Row]:
        """Kind `orders`: one row a line, with what came back of it."""
        yield from self._order_rows

    def feedback(self) -> Iterator[Row]:
        """Kind `feedback`: reviews and support messages."""
        yield from self._note_rows

    # --- inventing --------------------------------------------------------------------------

    def _skus(self) -> Iterator[Sku]:
        for article in RANGE:
            code = "".join(word[0] for word in _handle(article.name).split("-"))
            stem = f"{code.upper()}{sum(map(ord, article.name)) % 1000:03d}"
            for colour in article.colours.split():
                for size in article.sizes.split() or [""]:
                    yield Sku(
                        article,
                        _handle(article.name),
                        "-".join(filter(None, (stem, colour[:3].upper(), size))),
                        " / ".join(filter(None, (size, colour))),
                        Decimal(article.price),
                        article.popularity / (len(article.sizes.split()) or 1),
                    )

    def _invent(self) -> None:
        sold = [sku for sku in self.skus if sku.weight]
        weights = [sku.weight for sku in sold]
        number = 10_000
        for offset in range(DAYS):
            day = self.first + timedelta(days=offset)
            for _ in range(self._busyness(day)):
                number += 1
                lines = self._random.choices(
                    sold, weights, k=self._random.choice((1, 1, 1, 2, 2, 3))
                )
                self._order(number, day, list(dict.fromkeys(lines)))

    def _busyness(self, day: date) -> int:
        """Orders on a day: a season, a week, growth of a third a year, and chance."""
        season = 1 + 0.28 * math.cos((day.timetuple().tm_yday - 335) / 365 * 2 * math.pi)
        week = (1.05, 0.95, 0.92, 0.95, 1.05, 1.1, 1.25)[day.weekday()]
        growth = 1 + (day - self.first).days / 365 * 0.33
        return max(1, round(self._random.gauss(ORDERS_A_DAY * season * week * growth, 2.2)))

    def _order(self, number: int, day: date, skus: list[Sku]) -> None:
        roll = self._random
        channel = roll.choices(("Online shop", "Marketplace", "Retail partners"), (70, 22, 8))[0]
        country, market, currency, _ = roll.choices(COUNTRIES, [c[3] for c in COUNTRIES])[0]
        account = roll.choice(PARTNERS) if channel == "Retail partners" else ""
        moment = datetime.combine(day, time(roll.randint(6, 21), roll.randint(0, 59)), UTC)
        customer = f"C{roll.randint(1, 3_600):05d}"
        head = {
            "number": f"N{number}",
            "channel": channel,
            "placed_at": moment.isoformat(),
            "currency": currency,
            "market": market,
            "account": account,
            "customer": customer,
            "customer_country": country,
        }
        for position, sku in enumerate(skus, start=1):
            quantity = roll.randint(5, 20) if account else roll.choice((1, 1, 1, 1, 2))
            self._line(head, position, sku, quantity, moment)

    def _line(self, head: Row, position: int, sku: Sku, quantity: int, moment: datetime) -> None:
        roll = self._random
        net = sku.price / (1 + VAT) * (POUNDS_PER_EURO if head["currency"] == "GBP" else 1)
        unit = net.quantize(CENT)
        share = Decimal("0.30") if head["account"] else roll.choice((0, 0, 0, Decimal("0.10")))
        discount = (unit * quantity * share).quantize(CENT)
        taxed = ((unit * quantity - discount) * VAT).quantize(CENT)
        trouble = self._trouble(sku, moment.date())
        row = head | {
            "line": str(position),
            "sku": sku.sku,
            "quantity": str(quantity),
            "unit_price": str(unit),
            "discount": str(discount),
            "tax": str(taxed),
        }
        chance = sku.article.returns * (2.6 if trouble else 1)
        back = moment + timedelta(days=roll.randint(5, 21))
        if roll.random() < chance and back.date() < self.today:
            row |= {
                "refunded_quantity": "1",
                "refunded_amount": str(((unit * quantity - discount) / quantity).quantize(CENT)),
                "refunded_at": back.isoformat(),
                "refund_reason": roll.choice(REASONS[trouble]),
            }
        self._order_rows.append(row)
        if roll.random() < (0.22 if trouble else 0.07) and not head["account"]:
            self._note(head, sku, moment + timedelta(days=roll.randint(4, 20)), trouble)

    def _trouble(self, sku: Sku, day: date) -> str:
        """The fault this product has had for the last six weeks, or nothing."""
        recent = day > self.today - timedelta(days=45)
        return TROUBLED.get(sku.article.name, "") if recent else ""

    def _note(self, head: Row, sku: Sku, moment: datetime, trouble: str) -> None:
        if moment.date() >= self.today:
            return
        roll = self._random
        mood = sku.article.mood - (1.9 if trouble else 0)
        rating = min(5, max(1, round(roll.gauss(mood, 0.8))))
        if trouble and rating <= 3:
            text = roll.choice(TROUBLES[trouble])
        else:
            text = roll.choice(PRAISE if rating >= 4 else MIXED if rating == 3 else COMPLAINTS)
        self._note_rows.append(
            {
                "external_id": f"V{len(self._note_rows) + 1:05d}",
                "channel": "Support" if rating <= 2 and roll.random() < 0.4 else "Reviews",
                "said_at": moment.isoformat(),
                "sku": sku.sku,
                "customer": head["customer"],
                "rating": str(rating),
                "text": text,
                "language": "en",
            }
        )
