"""The first hour of a product manager, in a real browser before a real running stack: sign up,
import the shop, watch the job, and read figures that equal pandas' over the same files."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import apart
from tests.browser.apart import Apart
from tests.running import Running

pytestmark = pytest.mark.data
LONG = 60_000
PASSWORD = "a-quiet-morning-41"


@pytest.fixture(scope="module")
def stack(public_data, tmp_path_factory) -> Iterator[Running]:
    """PM Workspace as `make run` starts it: its own PostgreSQL, Valkey, workers and clock."""
    started = Running(tmp_path_factory.mktemp("first-hour") / "state").ready()
    yield started
    started.stop()


@pytest.fixture
def tab(chromium: Browser, stack: Running) -> Iterator[Page]:
    """A stranger's window; the test fails at its end if a page threw an error."""
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


class Hour:
    """What a person does, said once. Every page that is opened is checked by axe, once a look."""

    def __init__(self, tab: Page, axe: Callable[[Page], None], seen: set[str]) -> None:
        self.tab, self.check_access, self.seen = tab, axe, seen
        self.root = ""
        self.days = ""

    def axe(self, tab: Page) -> None:
        """Check the page unless one with these headings was checked at this address."""
        address = re.sub(r"^https?://[^/]+(/w/[^/]+)?|[?].*|[0-9]+", "", tab.url)
        look = f"{address}: {tab.locator('h1, h2').all_inner_texts()}"
        if look not in self.seen:
            self.check_access(tab)
            self.seen.add(look)

    def sign_up(self, email: str) -> None:
        self.tab.goto("/")
        self.tab.get_by_role("link", name=re.compile("Create an account")).click()
        self.axe(self.tab)
        self.tab.get_by_label("Your name").fill("Nora Feld")
        self.tab.get_by_label("Email").fill(email)
        self.tab.get_by_label("Password", exact=True).fill(PASSWORD)
        self.tab.get_by_label("Password (again)").fill(PASSWORD)
        self.tab.get_by_role("button", name="Create the account").click()

    def make_workspace(self, name: str, zone: str, currency: str) -> None:
        expect(self.tab.get_by_role("heading", name="New workspace")).to_be_visible()
        self.axe(self.tab)
        self.tab.get_by_label("Name", exact=True).fill(name)
        self.tab.locator("[name=timezone]").select_option(zone, force=True)
        self.tab.locator("[name=currency]").select_option(currency, force=True)
        self.tab.get_by_role("button", name="Create the workspace").click()
        self.tab.wait_for_url("**/w/*/")
        self.root = self.tab.url
        self.axe(self.tab)

    def check(self, kind: str, *files: Path) -> None:
        """Upload, and have every row checked."""
        self.tab.goto(f"{self.root}imports/new/")
        self.axe(self.tab)
        self.tab.locator("[name=kind]").select_option(kind, force=True)
        self.tab.locator("input[type=file]").set_input_files(list(files))
        self.tab.get_by_role("button", name="Upload and look at it").click()
        check = self.tab.get_by_role("button", name="Check all rows")
        expect(check).to_be_visible()
        self.axe(self.tab)
        check.click()
        self.tab.get_by_role("button", name=re.compile("^Import [0-9]")).wait_for(timeout=LONG)
        self.axe(self.tab)

    def carry_out(self) -> str:
        """Import what was checked and watch the job to its end; what the result says."""
        self.tab.get_by_role("button", name=re.compile("^Import [0-9]")).click()
        result = self.tab.get_by_role("heading", name="What it changed")
        result.wait_for(timeout=LONG)
        self.axe(self.tab)
        return self.tab.locator("#state").inner_text()

    def bring_in(self, kind: str, *files: Path) -> str:
        self.check(kind, *files)
        return self.carry_out()

    def undo(self, address: str) -> None:
        self.tab.goto(address)
        self.tab.get_by_text("Undo the whole import…").click()
        self.tab.get_by_role("button", name="Undo it").click()
        self.tab.get_by_text("It was taken back").wait_for(timeout=LONG)
        self.axe(self.tab)

    def watched(self, *titles: str) -> None:
        """The jobs page says that each succeeded."""
        self.tab.goto(f"{self.root}jobs/")
        self.axe(self.tab)
        for title in titles:
            row = self.tab.get_by_role("row").filter(has_text=title).first
            expect(row).to_contain_text("Succeeded")

    def choose(self, first: str, last: str) -> None:
        """Choose the days by the form in Home's menu."""
        self.tab.goto(self.root)
        self.tab.get_by_role("button", name="Last 30 days").click()
        self.tab.get_by_label("From").fill(first)
        self.tab.get_by_label("To", exact=True).fill(last)
        self.tab.get_by_role("button", name="Show these days").click()
        self.tab.wait_for_url("**from=*")
        self.days = f"?range=custom&from={first}&to={last}"
        assert self.tab.url.endswith(self.days)

    def home_says(self, **tiles: str) -> None:
        """Home comes to show these figures by itself, without being opened again."""
        self.tab.goto(f"{self.root}{self.days}")
        for name, text in tiles.items():
            tile = self.tab.locator(f"[data-metric={name}] .kpi-value")
            expect(tile).to_have_text(text, timeout=LONG)
        self.axe(self.tab)

    def metric_says(self, name: str, text: str, more: str = "") -> None:
        """A figure's definition ends in this figure."""
        self.tab.goto(f"{self.root}metrics/{name}/{self.days}{more}")
        expect(self.tab.locator("[data-value]")).to_have_text(text, timeout=LONG)
        self.axe(self.tab)

    def all_say(self, figures: Apart, currency: str) -> None:
        """Home and the definition of every figure say what was worked out apart."""
        self.home_says(
            net_revenue=apart.short_money(figures.net, currency),
            return_rate=figures.written(currency)["return_rate"],
        )
        for name, text in figures.written(currency).items():
            self.metric_says(name, text)

    def open_product(self, words: str) -> str:
        """Find a product in the list and open it; its key."""
        self.tab.goto(f"{self.root}products/?q={words}")
        self.axe(self.tab)
        self.tab.locator("#rows tbody tr").first.get_by_role("link").first.click()
        self.tab.wait_for_url(re.compile(r"/products/\d+/$"))
        self.axe(self.tab)
        return self.tab.url.rstrip("/").rsplit("/", 1)[1]

    def product_says(self, pk: str, lines: "apart.pandas.DataFrame", currency: str) -> None:
        """Overview, Finance tab month by month, and definitions, each of one product alone."""
        figures = Apart.of(lines)
        self.tab.goto(f"{self.root}products/{pk}/{self.days}")
        tile = self.tab.locator("[data-metric=net_revenue] .kpi-value")
        expect(tile).to_have_text(apart.short_money(figures.net, currency))
        self.axe(self.tab)
        self.tab.goto(f"{self.root}products/{pk}/finance/{self.days}")
        months = self.tab.get_by_role("table", name="By month").locator("tbody tr:not(.total-row)")
        shown = [[*row.locator("td").all_inner_texts()] for row in months.all()]
        expected = [
            [f"{int(part['units'].sum()):,}", apart.money(sum(part["net"]), currency)]
            for _, part in sorted(lines.groupby("month"), reverse=True)
        ]
        assert [[cells[0], cells[2]] for cells in shown] == expected
        self.axe(self.tab)
        for name, text in figures.written(currency).items():
            self.metric_says(name, text, f"&product={pk}")


@pytest.fixture(scope="module")
def seen() -> set[str]:
    """The pages that were checked."""
    return set()


@pytest.fixture
def hour(tab: Page, axe: Callable[[Page], None], seen: set[str]) -> Hour:
    return Hour(tab, axe, seen)


def test_a_shopify_shop_is_in_within_the_hour(hour, public_data, tmp_path):
    folder = public_data / "exports" / "shopify"
    products, wrong = tmp_path / "products_export.csv", "Variant Price"
    rows = apart.table(folder / "products_apparel.csv")
    right, rows.loc[3, wrong] = rows.loc[3, wrong], "a lot"
    rows.to_csv(products, index=False)
    early, late = halves(folder / "orders_export_sample.csv", tmp_path)
    hour.sign_up("nora@example.com")
    hour.make_workspace("Widget Works", "America/New_York", "USD")

    hour.check("products", products)
    cell = hour.tab.get_by_role("textbox", name=re.compile("^Price in line"))
    expect(cell).to_have_value("a lot")
    cell.fill(right)
    hour.tab.get_by_role("button", name="Correct", exact=True).click()
    expect(hour.tab.get_by_role("heading", name="Every row is fine")).to_be_visible()
    assert f"{rows['Handle'].nunique()} products created" in hour.carry_out()

    hour.bring_in("orders", early)
    hour.choose("2025-01-01", "2025-07-31")
    before = apart.shopify(early)
    hour.all_say(Apart.of(before), "US$")

    hour.bring_in("orders", late)
    second = hour.tab.url
    hour.watched(early.name, late.name)
    both = apart.pandas.concat([before, apart.shopify(late)])
    hour.all_say(Apart.of(both), "US$")
    pk = hour.open_product("Deluxe")
    hour.product_says(pk, both[both["product"] == "Deluxe Bundle"], "US$")
    assert "all of it was there already" in hour.bring_in("orders", late)

    hour.undo(second)
    hour.all_say(Apart.of(before), "US$")


def test_a_marketplace_with_reviews_adds_up(hour, public_data, tmp_path):
    files = cut(public_data / "orders" / "olist", tmp_path, lines=3000)
    hour.sign_up("marina@example.com")
    hour.make_workspace("Loja do Norte", "America/Sao_Paulo", "BRL")
    hour.bring_in("products", files["products"], files["translation"])
    hour.bring_in("orders", files["order_items"], files["orders"], files["customers"])
    hour.bring_in("feedback", files["order_reviews"], files["order_items"])
    hour.watched(*(files[name].name for name in ("products", "order_items", "order_reviews")))

    hour.choose("2016-09-01", "2018-12-31")
    lines = apart.olist(files["order_items"], files["orders"])
    reviews = apart.table(files["order_reviews"])
    hour.all_say(Apart.of(lines), "R$")
    rating = apart.stars(apart.mean(reviews["review_score"]))
    hour.home_says(rating=rating)
    hour.metric_says("rating", rating)
    hour.metric_says("feedback_count", f"{len(reviews):,}")

    best = lines["product"].value_counts().index[0]
    pk = hour.open_product(best)
    hour.product_says(pk, lines[lines["product"] == best], "R$")
    items = apart.table(files["order_items"])
    firsts = items[(items["order_item_id"] == "1") & (items["product_id"] == best)]["order_id"]
    about = reviews[reviews["order_id"].isin(firsts)]
    hour.metric_says("rating", apart.stars(apart.mean(about["review_score"])), f"&product={pk}")


def halves(path: Path, folder: Path) -> tuple[Path, Path]:
    """The export as two: the first 80 orders, and the others."""
    rows = apart.table(path)
    first = rows["Name"].isin(rows["Name"].unique()[:80])
    parts = folder / "orders_early.csv", folder / "orders_late.csv"
    for part, chosen in zip(parts, (first, ~first), strict=True):
        rows[chosen].to_csv(part, index=False)
    return parts


def cut(source: Path, folder: Path, lines: int) -> dict[str, Path]:
    """Olist's files cut to the first `lines` items and what belongs to them."""
    names = ("order_items", "orders", "customers", "products", "order_reviews")
    files = {name: folder / f"olist_{name}_dataset.csv" for name in names}
    files["translation"] = folder / "product_category_name_translation.csv"
    frames = {name: apart.table(source / path.name) for name, path in files.items()}
    items = frames["order_items"] = frames["order_items"].head(lines)
    wanted = {
        "orders": ("order_id", items["order_id"]),
        "order_reviews": ("order_id", items["order_id"]),
        "products": ("product_id", items["product_id"]),
    }
    for name, (column, keys) in wanted.items():
        frames[name] = frames[name][frames[name][column].isin(keys)]
    known = frames["orders"]["customer_id"]
    frames["customers"] = frames["customers"][frames["customers"]["customer_id"].isin(known)]
    for name, frame in frames.items():
        frame.to_csv(files[name], index=False)
    return files
