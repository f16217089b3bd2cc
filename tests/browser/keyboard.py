"""Somebody without a mouse before the product: what they do, said once."""

import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

LONG = 60_000
MOST_TABS = 80
PASSWORD = "a-quiet-morning-41"


class Keyboard:
    """Somebody without a mouse: Tab reaches what is named, keys act on it."""

    def __init__(self, tab: Page) -> None:
        self.tab, self.press = tab, tab.keyboard.press
        tab.on("filechooser", lambda _: None)  # choosers are ours from the first page on

    def reach(self, there: Locator) -> None:
        """Go on by Tab until it has the focus; a person would give up later than this."""
        expect(there).to_be_visible()
        if self.tab.evaluate("document.activeElement === document.body"):
            self.press("Tab")
            expect(self.tab.get_by_role("link", name="Skip to content")).to_be_focused()
            self.press("Enter")
        for _ in range(MOST_TABS):
            if there.evaluate("it => it === document.activeElement"):
                return
            self.press("Tab")
        raise AssertionError(f"Tab does not reach {there}")

    def push(self, role: str, name: str | re.Pattern[str], *, exact: bool = True) -> None:
        """Reach a button or link, and press Enter."""
        found = self.tab.get_by_role(role, name=name, exact=exact)  # type: ignore[arg-type]
        self.reach(found.first)
        self.press("Enter")

    def write(self, label: str, text: str) -> None:
        """Type into a field, over what stands there."""
        self.reach(self.tab.get_by_label(label, exact=True))
        self.press("Control+a")
        self.tab.keyboard.type(text)

    def go(self, key: str, title: str) -> None:
        """Move to a page by `g` and its letter, once the page at hand has read its scripts."""
        self.tab.locator("pm-keys:defined").wait_for(state="attached")
        self.press("g")
        self.press(key)
        expect(self.tab.get_by_role("heading", name=title, level=1)).to_be_visible()

    def bring_in(self, kind: str, file: Path, told: str) -> None:
        """Import a file, and wait until a worker has done it."""
        self.go("i", "Imports")
        self.push("link", "Import a file")
        self.reach(self.tab.get_by_role("combobox", name="What is in the file?"))
        self.tab.keyboard.type(kind)
        self.press("Enter")
        self.reach(self.tab.locator("input[type=file]"))
        with self.tab.expect_file_chooser() as chooser:
            self.press("Space")
        chooser.value.set_files(file)
        self.push("button", "Upload and look at it")
        self.push("button", "Check all rows")
        go = self.tab.get_by_role("button", name=re.compile("^Import [0-9]"))
        go.wait_for(timeout=LONG)
        self.push("button", re.compile("^Import [0-9]"))
        expect(self.tab.get_by_text(told)).to_be_visible(timeout=LONG)

    def sign_up(self) -> None:
        """A new person with a new workspace."""
        self.tab.goto("/")
        self.push("link", re.compile("Create an account"))
        self.write("Your name", "Nora Feld")
        self.write("Email", "nora@example.com")
        self.write("Password", PASSWORD)
        self.write("Password (again)", PASSWORD)
        self.push("button", "Create the account")
        self.write("Name", "Reading Room")
        self.push("button", "Create the workspace")
        self.tab.wait_for_url("**/w/*/")

    # --- The inbox ------------------------------------------------------------------------------
    @property
    def words(self) -> Locator:
        return self.tab.locator("[data-words]")

    def reads(self, note: dict[str, str]) -> None:
        """This note is open."""
        expect(self.words).to_contain_text(note["text"][:40])

    def said(self, text: str) -> None:
        """The newest message says so."""
        expect(self.tab.locator("#toasts pm-toast").last).to_contain_text(text)

    def make_idea(self, title: str, importance: int) -> None:
        """A new idea of the open note, which is linked to it."""
        self.press(str(importance))
        self.press("n")
        field = self.tab.get_by_role("textbox", name="New idea")
        expect(field).to_be_focused()
        self.press("Control+a")
        self.tab.keyboard.type(title)
        self.press("Enter")
        self.said(f"linked to “{title}”")

    def link(self, typed: str, title: str, importance: int) -> None:
        """Link what is open or chosen to an idea that is there."""
        self.press(str(importance))
        self.press("l")
        expect(self.tab.get_by_role("textbox", name="Idea", exact=True)).to_be_focused()
        self.tab.keyboard.type(typed)
        expect(self.tab.get_by_role("radio", name=title)).to_be_checked()
        self.press("Enter")
        self.said(f"linked to “{title}”")

    def open_idea(self, title: str) -> None:
        self.go("y", "Ideas")
        self.push("link", title)
        expect(self.tab.get_by_role("heading", name=title, level=1)).to_be_visible()
