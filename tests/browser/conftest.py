"""A real Chromium before the real application: pages are opened, read, typed into and checked."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from pm_workspace.local.browser import find_chromium

KEPT = Path(settings.BASE_DIR) / "var" / "screenshots"
WIDTHS = {"desk": (1440, 900), "phone": (390, 844)}
STARTING = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-dev-shm-usage",
)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what drives a browser; where there is none, leave it out and say so loudly."""
    mine = [item for item in items if "/tests/browser/" in item.path.as_posix()]
    for item in mine:
        item.add_marker("browser")
    if mine and not find_chromium():
        config.hook.pytest_deselected(items=mine)
        items[:] = [item for item in items if item not in mine]
        config.stash[MISSING] = len(mine)


MISSING = pytest.StashKey[int]()


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    missing = config.stash.get(MISSING, 0)
    if missing:
        terminalreporter.section("BROWSER TESTS DID NOT RUN", red=True)
        terminalreporter.line(
            f"{missing} tests need a Chromium and none was found. Install Debian's `chromium`, or "
            "set CHROMIUM to one."
        )


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=find_chromium(), args=list(STARTING))
        yield browser
        browser.close()


@pytest.fixture
def tab_of(chromium, live_server) -> Iterator[Callable[..., Page]]:
    """A tab in which this member is signed in, at a width and in a theme.

    The test fails at its end if a page threw an error, broke the content security policy or
    asked for something that is not there.
    """
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def opened(
        someone: Any = None, *, at: str = "desk", dark: bool = False, js: bool = True
    ) -> Page:
        width, height = WIDTHS[at]
        context = chromium.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            java_script_enabled=js,
            locale="en-GB",
        )
        contexts.append(context)
        if someone is not None:
            client = Client()
            client.force_login(someone.user)
            cookie = client.cookies[settings.SESSION_COOKIE_NAME]
            context.add_cookies(
                [{"name": cookie.key, "value": cookie.value, "url": live_server.url}]
            )
        tab = context.new_page()
        tab.set_default_timeout(8_000)
        tab.on("pageerror", lambda error: faults.append(f"{tab.url}: {error}"))
        tab.on("console", lambda line: _note_fault(line, tab, faults))
        return tab

    yield opened
    for context in contexts:
        context.close()
    assert faults == []


def _note_fault(line: Any, tab: Page, faults: list[str]) -> None:
    """Keep what the browser complains about, except answers that a test asked to be refused."""
    refused = re.search(r"status of (4(03|04|09|22|29)|503)", line.text)
    own_page = refused and line.location.get("url", "").split("?")[0] == tab.url.split("?")[0]
    if line.type == "error" and not own_page:
        faults.append(f"{tab.url}: {line.text} {line.location}")


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """No violation of WCAG 2.2 A and AA, nor of axe's best practices, on the page as it stands."""

    def check(tab: Page) -> None:
        found = Axe().run(tab).response["violations"]
        assert not found, json.dumps(
            [
                {
                    "rule": rule["id"],
                    "help": rule["help"],
                    "nodes": [
                        {"html": node["html"][:200], "why": node["failureSummary"][:300]}
                        for node in rule["nodes"][:5]
                    ],
                }
                for rule in found
            ],
            indent=1,
            ensure_ascii=False,
        )

    return check


@pytest.fixture
def keep(request) -> Callable[[Page, str], Path]:
    """Keep a picture of the page under var/screenshots."""

    def shoot(tab: Page, name: str, *, whole: bool = False) -> Path:
        KEPT.mkdir(parents=True, exist_ok=True)
        path = KEPT / f"{name}.png"
        tab.screenshot(path=path, full_page=whole)
        return path

    return shoot


@pytest.fixture
def fits() -> Callable[[Page], None]:
    """Nothing is wider than the window: what is wide scrolls inside its card."""

    def check(tab: Page) -> None:
        wide = tab.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        assert wide[0] <= wide[1], f"{tab.url} is {wide[0]} px wide in a window of {wide[1]}"

    return check
