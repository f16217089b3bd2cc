"""From what people say to the roadmap a stakeholder reads: by keyboard alone, before a real running
stack. Real reviews are imported, triaged, merged, weighed with money, planned, ranked, published
and shared; every figure is worked out apart from the same rows."""

import csv
import gzip
import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from core.clock import today
from tests.browser.apart import money
from tests.browser.keyboard import Keyboard
from tests.running import Running

pytestmark = pytest.mark.data
REVIEWS, READERS = 240, 12
EURO = "€"
PETITE, SHORT = "Petite sizes that fit", "Dresses for short people"
SEARCH = "Reviews in the search of the shop"
ASKED = {PETITE: {1, 3, 7, 8, 9}, SHORT: {2, 4}, SEARCH: {5, 1}}
MERGED = {PETITE: ASKED[PETITE] | ASKED[SHORT], SEARCH: ASKED[SEARCH]}
INPUTS = {
    PETITE: {"Impact": "2", "Confidence": "0.8", "Effort": "4"},
    SEARCH: {"Impact": "3", "Confidence": "1", "Effort": "1"},
}
HORIZONS = {PETITE: "Next", SEARCH: "Now"}
SECRET = "Only for those who plan it"


@pytest.fixture(scope="module")
def stack(public_data, tmp_path_factory) -> Iterator[Running]:
    """PM Workspace as `make run` starts it, with its workers."""
    started = Running(tmp_path_factory.mktemp("journey") / "state")
    try:
        yield started.ready(300)
    finally:
        started.stop()


@pytest.fixture
def visitor(chromium: Browser, stack: Running) -> Iterator[Page]:
    """The phone of somebody without an account, where no script runs."""
    context = chromium.new_context(
        base_url=f"http://127.0.0.1:{stack.port}",
        viewport={"width": 390, "height": 844},
        java_script_enabled=False,
    )
    yield context.new_page()
    context.close()


@pytest.fixture
def tab(chromium: Browser, stack: Running) -> Iterator[Page]:
    """A window whose mouse is never touched; the test fails if a page threw an error."""
    context = chromium.new_context(
        base_url=f"http://127.0.0.1:{stack.port}",
        viewport={"width": 1440, "height": 900},
        reduced_motion="reduce",
        locale="en-GB",
    )
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
    yield page
    context.close()
    assert faults == []


def triage(keys: Keyboard, said: list[dict[str, str]]) -> None:
    """Fourteen notes are read: who asks for what follows in `ASKED`."""
    keys.go("q", "Inbox")
    expect(keys.tab.get_by_text(f"{REVIEWS} to triage")).to_be_visible()
    keys.reads(said[0])
    keys.press("e")
    keys.reads(said[1])
    keys.press("h")
    expect(keys.words).to_be_focused()
    for _ in range(2):
        keys.press("Shift+ArrowRight")
    keys.press("h")
    marked = keys.tab.locator("[data-words] mark")
    expect(marked.first).to_be_visible()
    passage = "".join(marked.all_inner_texts())
    assert said[1]["text"].startswith(passage)
    assert len(passage.split()) == 3
    keys.make_idea(PETITE, 3)
    keys.reads(said[2])
    keys.make_idea(SHORT, 2)
    keys.reads(said[3])
    keys.link("petite", PETITE, 3)
    keys.reads(said[4])
    keys.link("dresses for", SHORT, 1)
    keys.reads(said[5])
    keys.make_idea(SEARCH, 1)
    keys.reads(said[6])
    keys.press("z")
    keys.reads(said[7])
    for key in ("x", "j", "x", "j", "x"):
        keys.press(key)
    expect(keys.tab.get_by_text("3 chosen")).to_be_visible()
    keys.link("petite", PETITE, 2)
    keys.reads(said[10])
    for at in (11, 12, 13):
        keys.press("j")
        keys.reads(said[at])
    keys.link("reviews in", SEARCH, 0)
    keys.reads(said[14])
    keys.press("e")
    keys.reads(said[15])
    keys.press("u")
    expect(keys.tab.get_by_text(f"{REVIEWS - 11} to triage")).to_be_visible()


def worth(bought: list[dict[str, str]], asked: dict[str, set[int]]) -> dict[str, Decimal]:
    """What each idea's readers bought in twelve months, each reader's money split over the ideas
    he or she asks for."""
    since = before(364)
    found = {}
    for title, readers in asked.items():
        whole = Decimal(0)
        for at in readers:
            mine = [one for one in bought if one["customer_email"] == reader(at)]
            prices = [Decimal(one["unit_price"]) for one in mine if one["placed_at"] >= since]
            shares = sum(at in others for others in asked.values())
            whole += (sum(prices, Decimal(0)) / shares).quantize(Decimal("0.0001"), ROUND_DOWN)
        found[title] = whole
    return found


def stakes(keys: Keyboard, title: str, readers: set[int], revenue: Decimal) -> None:
    """The page of an idea comes to show who asks for it, and their money."""
    keys.open_idea(title)
    stake = keys.tab.get_by_role("region", name="Stake")
    expect(stake).to_be_visible()
    shown_in_time(keys, stake, f"Customers who ask\n{len(readers)}\n")
    shown_in_time(keys, stake, money(Fraction(revenue), EURO))


def reviews(folder: Path) -> list[dict[str, str]]:
    """The first real reviews that have words, newest first, each of a reader we know."""
    with gzip.open(folder / "feedback" / "womens_clothing_reviews_a.csv.gz", "rt") as file:
        rows = [row for row in csv.DictReader(file) if row["Review Text"].strip()][:REVIEWS]
    return [
        {
            "title": row["Title"],
            "text": row["Review Text"].strip(),
            "rating": row["Rating"],
            "handle": row["Clothing ID"],
            "date": before(at + 1),
            "email": reader(at),
        }
        for at, row in enumerate(rows)
    ]


def before(days: int) -> str:
    """The day so many days ago, as files write it."""
    return f"{today('UTC') - timedelta(days=days)}"


def reader(at: int) -> str:
    """The address of whoever wrote the review at this place."""
    return f"reader{at % READERS}@example.com"


def orders(handles: list[str]) -> list[dict[str, str]]:
    """What the readers bought of the two products that are spoken of most, some of it before this
    quarter; one order is older than a year."""
    found = []
    for at in range(READERS):
        days = 20 if at % 3 else 40 if at % 2 else 200
        found.append((at, f"N{at}", days, handles[0 if at % 3 else 1], Decimal(40 + at)))
    found.append((1, "N-second", 30, handles[0], Decimal("19.99")))
    found.append((2, "N-old", 500, handles[0], Decimal(999)))
    return [
        {
            "number": number,
            "placed_at": before(days),
            "sku": f"S-{handle}",
            "quantity": "1",
            "unit_price": f"{price}",
            "customer": f"R{at}",
            "customer_email": reader(at),
            "customer_name": f"Reader {at}",
        }
        for at, number, days, handle, price in found
    ]


def written(path: Path, rows: list[dict[str, str]]) -> Path:
    with path.open("w", newline="") as file:
        out = csv.DictWriter(file, list(rows[0]))
        out.writeheader()
        out.writerows(rows)
    return path


def merge(keys: Keyboard) -> None:
    keys.open_idea(SHORT)
    keys.write("Merge this one into", PETITE)
    keys.press("Enter")
    keys.said(f"is merged into “{PETITE}”")


def merge_and_undo(keys: Keyboard, bought: list[dict[str, str]]) -> None:
    """Two ideas become one, are two again with what each was worth, and are one for good."""
    merge(keys)
    keys.press("u")
    expect(keys.tab.locator("#toasts")).to_contain_text("Undone")
    for title, revenue in worth(bought, ASKED).items():
        stakes(keys, title, ASKED[title], revenue)
    merge(keys)
    for title, revenue in worth(bought, MERGED).items():
        stakes(keys, title, MERGED[title], revenue)


def plan(keys: Keyboard, title: str, handle: str) -> None:
    """Put an idea on the roadmap, say which product it is about, and what nobody else may read."""
    keys.open_idea(title)
    keys.push("button", "Put on the roadmap")
    asked = keys.tab.get_by_role("region", name="Asked for in")
    expect(asked).to_contain_text(title)
    keys.write("Name or handle of a product", handle)
    keys.press("Enter")
    expect(keys.tab.get_by_role("region", name="Products")).to_contain_text(f"Style {handle}")
    keys.push("link", "Edit")
    keys.write("Description optional", SECRET)
    keys.push("button", "Save")
    expect(keys.tab.get_by_text(SECRET)).to_be_visible()


def reach_of(bought: list[dict[str, str]], handle: str) -> int:
    """How many different people bought a product in the last 90 days."""
    since = before(89)
    mine = [one for one in bought if one["sku"] == f"S-{handle}" and one["placed_at"] >= since]
    return len({one["customer_email"] for one in mine})


def rank(keys: Keyboard, bought: list[dict[str, str]], about: dict[str, str]) -> None:
    """RICE with the reach that follows from orders; the page says why one stands above another."""
    keys.go("g", "Prioritise")
    keys.push("link", "Add a scoring model")
    keys.write("Name", "RICE")
    keys.push("button", "Add scoring model")
    keys.tab.wait_for_url(lambda url: not url.endswith("/new/"))
    scores = {}
    for title, typed in INPUTS.items():
        keys.go("g", "Prioritise")
        shown_in_time(keys, keys.tab.get_by_role("region", name="Ranking"), title)
        keys.push("link", f"Inputs of {title}")
        many = reach_of(bought, about[title])
        expect(keys.tab.get_by_role("group", name="Reach")).to_contain_text(f"computed {many}")
        for name, value in typed.items():
            group = keys.tab.get_by_role("group", name=name)
            keys.reach(group.get_by_label("Value", exact=True))
            keys.tab.keyboard.type(value)
        keys.press("Enter")
        keys.said("Saved. The score is being worked out.")
        impact, confidence, effort = map(Decimal, typed.values())
        scores[title] = many * impact * confidence / effort
    first, second = sorted(scores, key=lambda title: -scores[title])
    row = keys.tab.get_by_role("row").filter(has_text=re.compile(f"^\\s*1\\s*{first}"))
    shown_in_time(keys, row, f"{scores[first]:g}")
    keys.push("link", f"Why {first} stands there")
    said = f"“{first}” has {scores[first]:g}, “{second}” has {scores[second]:g}."
    expect(keys.tab.get_by_text(said)).to_be_visible()


def shown_in_time(keys: Keyboard, there: Locator, text: str) -> None:
    """Workers do it in a moment; until then the page is opened again."""
    for _ in range(40):
        if there.count() and text in there.first.inner_text():
            return
        keys.tab.wait_for_timeout(500)
        keys.tab.reload()
    expect(there).to_contain_text(text)


def arrange(keys: Keyboard) -> None:
    """Say what comes now and what next, on the board."""
    keys.go("z", "Roadmap")
    keys.push("link", "Now · Next · Later")
    for title, label in HORIZONS.items():
        keys.reach(keys.tab.locator(".board-card[tabindex='0']"))
        card = keys.tab.locator(f".board-card[data-name='{title}']")
        for arrow in ("ArrowDown", "ArrowRight"):
            if not card.evaluate("it => it === document.activeElement"):
                keys.press(arrow)
        expect(card).to_be_focused()
        column = keys.tab.get_by_role("region", name=label)
        keys.press("Space")
        while not column.locator(card).count():
            keys.press("ArrowLeft")
        keys.press("Enter")
        expect(keys.tab.locator("pm-board [data-words]")).to_have_text(f"{title} is in {label}.")


def publish(keys: Keyboard) -> str:
    """Publish a snapshot, and make a link to it for executives; its address."""
    keys.go("z", "Roadmap")
    keys.push("link", "What changed")
    keys.write("Name of the snapshot", "Plan for spring")
    keys.press("Enter")
    keys.push("link", "Share Plan for spring")
    keys.push("link", "Executives")
    keys.push("button", "Save")
    keys.write("For whom", "The board")
    keys.push("button", "Make the link")
    field = keys.tab.get_by_role("textbox", name="Address", exact=True)
    expect(field).to_be_focused()
    return field.input_value()


def visit(visitor: Page, address: str, secrets: list[str]) -> None:
    """Somebody without an account sees what executives may, on the page and in its files."""
    visitor.goto(address)
    shown = visitor.locator("main").get_by_role("listitem").all_inner_texts()
    assert shown == [
        f"{title}\nState: Parking lot · Horizon: {HORIZONS[title]} · Confidence: Exploring"
        for title in sorted(HORIZONS)
    ]
    files = visitor.get_by_role("link", name=re.compile("^(CSV|JSON)$")).all()
    texts = [visitor.request.get(one.get_attribute("href") or "").text() for one in files]
    assert len(texts) == 2
    for text in (visitor.content(), *texts):
        assert all(title in text for title in HORIZONS)
        assert [one for one in secrets if one in text] == []


def test_from_reviews_to_a_shared_roadmap_by_keyboard(tab, visitor, axe, public_data, tmp_path):
    """J2, J5 and J6."""
    keys = Keyboard(tab)
    said = reviews(public_data)
    handles = [one for one, _ in Counter(row["handle"] for row in said).most_common(2)]
    styles = [{"handle": h, "title": f"Style {h}", "sku": f"S-{h}", "price": "50"} for h in handles]
    bought = orders(handles)
    keys.sign_up()
    keys.bring_in("Products", written(tmp_path / "styles.csv", styles), "2 products created")
    keys.bring_in("Orders", written(tmp_path / "bought.csv", bought), "14 orders created")
    keys.bring_in("Feedback", written(tmp_path / "said.csv", said), f"{REVIEWS} notes created")

    triage(keys, said)
    axe(tab)
    for title, revenue in worth(bought, ASKED).items():
        stakes(keys, title, ASKED[title], revenue)
    merge_and_undo(keys, bought)
    plan(keys, PETITE, handles[0])
    plan(keys, SEARCH, handles[1])
    rank(keys, bought, dict(zip((PETITE, SEARCH), handles, strict=True)))
    arrange(keys)
    axe(tab)
    secrets = [
        SECRET,
        "Nora Feld",
        "Reader",
        "@example.com",
        "€",
        "Style",
        "RICE",
        said[1]["text"][:20],
    ]
    visit(visitor, publish(keys), secrets)
