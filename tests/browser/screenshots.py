"""`make screenshots`: the pictures of the README, taken from the running product.

Starts a workspace with the sample shop in a folder of its own, signs in as its product manager,
and keeps each picture under docs/pictures. Fails when one is too large to load in a moment.
"""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from pm_workspace.local.browser import find_chromium
from tests.running import Running

PICTURES = Path(__file__).resolve().parents[2] / "docs" / "pictures"
DESK, PHONE = (1440, 900), (390, 844)
MOST_BYTES = 250_000
PASSWORD = "northshelf-sample"
FLAWED = """sku,handle,title,price,currency,cost,gtin,category
ALP-TENT-2,alp-tent,Alp tent for two,349.00,EUR,141.20,4006381333931,Camping > Tents
ALP-TENT-3,alp-tent,Alp tent for three,abc,EUR,168.90,,Camping > Tents
RIDGE-POLE,ridge-pole,Ridge trekking pole,59.00,EUX,21.40,,Hiking > Poles
FELL-MUG,fell-mug,Fell mug,14.50,EUR,3.10,4006381333930,Camping > Kitchen
COL-LAMP,col-lamp,Col head lamp,79.00,EUR,-4,,Camping > Light
"""


def main() -> int:
    executable = find_chromium()
    if executable is None:
        print("No Chromium was found: install Debian's `chromium`, or set CHROMIUM to one.")
        return 1
    PICTURES.mkdir(parents=True, exist_ok=True)
    with running() as stack, sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=executable, args=["--no-sandbox", "--disable-gpu"]
        )
        address = f"http://127.0.0.1:{stack.port}"
        desk = signed_in(browser, address, DESK, dark=False)
        take_desk(desk, stack.state)
        phone = signed_in(browser, address, PHONE, dark=True)
        take(phone, "home-phone-dark")
        browser.close()
    return 0


@contextmanager
def running() -> Iterator[Running]:
    """A stack with the sample shop; stopped and removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="pm-pictures-"))
    stack = Running(folder / "state", sample=True)
    try:
        yield stack.ready(seconds=600)
    finally:
        stack.stop()
        shutil.rmtree(folder, ignore_errors=True)


def signed_in(browser: Browser, address: str, size: tuple[int, int], *, dark: bool) -> Page:
    """A page on Home, as the product manager sees it."""
    context = browser.new_context(
        base_url=address,
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
        locale="en-GB",
    )
    page = context.new_page()
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill("product@northshelf.example")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/w/northshelf/")
    page.reload()  # the greeting of the sign-in is gone
    page.locator("[data-metric=net_revenue]").wait_for()
    return page


def take_desk(page: Page, folder: Path) -> None:
    """The pages of a wide screen, one after the other."""
    take(page, "home")
    page.goto("/w/northshelf/products/?sort=-net_revenue")
    take(page, "products")
    page.locator("#rows tbody tr").first.get_by_role("link").first.click()
    page.get_by_text("Where the money goes").first.wait_for()
    take(page, "product")
    page.goto("/w/northshelf/inbox/?rating=negative")
    page.locator("#inbox-pane").get_by_text("decided by").wait_for(timeout=60_000)
    take(page, "inbox")
    page.goto("/w/northshelf/roadmap/")
    take(page, "roadmap")
    page.goto("/w/northshelf/launches/")
    page.get_by_role("link", name="Trail Jacket 2.0 — EU launch").first.click()
    page.get_by_text("What helps most").wait_for()
    take(page, "launch")
    page.goto("/w/northshelf/products/?q=trail+jacket")
    page.locator("#rows tbody tr").first.get_by_role("link").first.click()
    page.get_by_role("link", name="Compliance").last.click()
    page.get_by_role("heading", name="Obligations").wait_for()
    take(page, "compliance")
    flawed = folder / "spring-range.csv"
    flawed.write_text(FLAWED)
    page.goto("/w/northshelf/imports/new/?kind=products")
    page.locator("[name=kind]").select_option("products", force=True)
    page.locator("input[type=file]").set_input_files(flawed)
    page.get_by_role("button", name="Upload and look at it").click()
    page.get_by_role("button", name="Check all rows").click()
    page.get_by_text("Problems").first.wait_for(timeout=60_000)
    take(page, "import")


def take(page: Page, name: str) -> None:
    """Keep what the window shows, small enough to be read in a second."""
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(600)
    path = PICTURES / f"{name}.png"
    size = len(page.screenshot(path=path, animations="disabled"))
    assert size <= MOST_BYTES, f"{path.name} has {size:,} bytes, more than {MOST_BYTES:,}"
    print(f"{path.name}: {size // 1000} kB")


if __name__ == "__main__":
    sys.exit(main())
