"""Every page that a link leads to in the sample shop, wide and narrow, light and dark."""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.running import Running

EMAIL, PASSWORD = "owner@northshelf.example", "northshelf-sample"
ROOT = "/w/northshelf/"
OUTSIDE = ["/new/", "/workspaces/", "/accounts/sessions/", "/accounts/2fa/"]
OUTSIDE += ["/accounts/password/change/", "/accounts/email/"]
ENTRANCES = ["/accounts/login/", "/accounts/signup/", "/accounts/password/reset/"]
DESK, PHONE = (1440, 900), (390, 844)
# The whole of axe in the first look; then what depends on colours and width.
LOOKS = {"light": ((DESK, True), (PHONE, False)), "dark": ((DESK, False), (PHONE, False))}
RULES = ["color-contrast", "link-in-text-block", "target-size", "scrollable-region-focusable"]
SETTLES = 3_000  # ms within which a page fits into a window that was made narrower
LEAST = 45  # pages that look different; fewer means that the walk went astray
FILES = re.compile(
    r"\.(csv|xlsx|json|ics|md|pdf|docx|png|svg)$|/(example|problems|download|file|markdown)/?$"
)
BROKEN = """() => [...document.images]
  .filter((each) => each.complete && !each.naturalWidth && each.getClientRects().length
    && new URL(each.src).origin === location.origin)
  .map((each) => each.src)"""
DRAWN = "() => !document.querySelector('pm-chart:not(.is-drawn)')"
LINKS = "() => [...document.querySelectorAll('a[href]')].map((each) => each.href)"


@pytest.fixture(scope="module")
def stack(tmp_path_factory) -> Iterator[Running]:
    """What `make run` starts, sample shop and all."""
    started = Running(tmp_path_factory.mktemp("every-page") / "state", sample=True).ready(300)
    yield started
    started.stop()


@dataclass
class Walk:
    """Follows links from Home; of pages that differ in numbers alone it opens the first."""

    tab: Page
    colours: str
    faults: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.tab.on("pageerror", lambda error: self.fault(f"threw {error}"))
        self.tab.on("console", self._noted)
        self.tab.on("response", self._answered)

    def fault(self, text: str) -> None:
        self.faults.append(f"{self.tab.url}: {text}")

    def go(self, *starts: str) -> None:
        waiting = list(starts)
        while waiting:
            path = waiting.pop(0)
            shape = shape_of(path)
            if shape in self.seen:
                continue
            self.seen.add(shape)
            waiting += self._look(path)

    def _look(self, path: str) -> list[str]:
        """Open a page and note what is wrong with it; where it leads."""
        answer = self.tab.goto(path)
        if answer is None or answer.status != 200:
            self.fault(f"{path} answered {answer and answer.status}")
            return []
        self.tab.wait_for_function(DRAWN)
        for source in self.tab.evaluate(BROKEN):
            self.fault(f"the picture {source} is broken")
        for (width, height), whole in LOOKS[self.colours]:
            self.tab.set_viewport_size({"width": width, "height": height})
            self._check(f"{width} px", None if whole else RULES)
        self.tab.set_viewport_size({"width": DESK[0], "height": DESK[1]})
        return [inner for link in self.tab.evaluate(LINKS) if (inner := inside(link))]

    def _too_wide(self) -> int:
        """By how many pixels the page is too wide, once it has settled into its new size."""
        fits = "() => document.documentElement.scrollWidth <= innerWidth"
        with suppress(PlaywrightTimeout):
            self.tab.wait_for_function(fits, timeout=SETTLES)
        return int(self.tab.evaluate("document.documentElement.scrollWidth - innerWidth"))

    def _check(self, look: str, rules: list[str] | None) -> None:
        wide = self._too_wide()
        if wide > 0:
            self.fault(f"{look}: {wide} px too wide")
        options: dict[str, object] = {"resultTypes": ["violations"]}
        if rules:
            options["runOnly"] = {"type": "rule", "values": rules}
        for rule in Axe().run(self.tab, options=options).response["violations"]:
            nodes = [each["html"][:160] for each in rule["nodes"][:3]]
            self.fault(f"{look}: {rule['id']}: {json.dumps(nodes, ensure_ascii=False)}")

    def _noted(self, line) -> None:
        if line.type in ("error", "warning") and not line.location.get("url", "").startswith(
            "https"
        ):
            self.fault(f"the console says {line.text}")

    def _answered(self, answer) -> None:
        if answer.status >= 400:
            self.fault(f"{answer.url} answered {answer.status}")


def shape_of(path: str) -> str:
    """An address without its numbers and without what it asks for."""
    parts = urlsplit(path)
    asked = sorted(word.split("=")[0] for word in parts.query.split("&") if word)
    kept = [word for word in asked if word in ("model", "tab", "field", "cancel")]
    metric = re.sub(r"(/metrics)/[a-z_0-9]+/", r"\1/x/", parts.path)
    # what stands beside a record is one page for all kinds; lists, forms and the record are not
    beside = re.sub(r"(/records)/[a-z-]+/(\d+)/(?!edit/)([a-z]+/)", r"\1/x/\2/\3", metric)
    return re.sub(r"\d+", "1", beside) + "?" + "&".join(kept)


def inside(link: str) -> str:
    """The address of a page of the shop; empty for files and for other places."""
    parts = urlsplit(link)
    page = parts.path.startswith(ROOT) and not FILES.search(parts.path)
    return f"{parts.path}?{parts.query}" if page else ""


@pytest.mark.timeout(1_500)
@pytest.mark.parametrize("colours", LOOKS)
def test_no_page_has_a_fault(colours: str, chromium: Browser, stack: Running):
    context = chromium.new_context(
        base_url=f"http://127.0.0.1:{stack.port}",
        viewport={"width": DESK[0], "height": DESK[1]},
        color_scheme=colours,
        reduced_motion="reduce",
        locale="en-GB",
    )
    walk = Walk(context.new_page(), colours)
    walk.go(*ENTRANCES)
    sign_in(walk.tab)
    walk.go(ROOT, *OUTSIDE)
    context.close()

    assert walk.faults == []
    assert len(walk.seen) >= LEAST, sorted(walk.seen)


def sign_in(tab: Page) -> None:
    tab.goto("/accounts/login/")
    tab.get_by_label("Email").fill(EMAIL)
    tab.get_by_label("Password", exact=True).fill(PASSWORD)
    tab.keyboard.press("Enter")
    tab.wait_for_url(f"**{ROOT}")
