"""Where a member may go and what they may start: one list for sidebar, New menu, keys, palette."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.functional import cached_property

from workspaces.access.actor import Actor
from workspaces.access.roles import Perm


class Entry(NamedTuple):
    """A page of the navigation. `key` moves there after `g`; at `count_name` stands a number."""

    label: str
    url_name: str
    icon: str
    perm: Perm
    section: str
    key: str
    count_name: str = ""


class Action(NamedTuple):
    """Something the New menu and the palette can start."""

    label: str
    url_name: str
    icon: str
    perm: Perm


ENTRIES = [
    Entry("Home", "home:home", "home", Perm.WORKSPACE_VIEW, "", "h"),
    Entry("My tasks", "workspaces:tasks", "list-check", Perm.WORK_VIEW, "Work", "w"),
    Entry("Approvals", "workspaces:approvals", "shield-check", Perm.WORK_VIEW, "Work", "v"),
    Entry("Meetings", "workspaces:meetings", "users-group", Perm.WORK_VIEW, "Work", "r"),
    Entry("Calendar", "workspaces:calendar", "calendar", Perm.WORK_VIEW, "Work", "c"),
    Entry("Products", "products:list", "package", Perm.CATALOG_VIEW, "Build", "p"),
    Entry("Compliance", "products:compliance", "certificate", Perm.CATALOG_VIEW, "Build", ""),
    Entry("Roadmap", "roadmaps:roadmap", "map", Perm.ROADMAP_VIEW, "Build", "z"),
    Entry("Prioritise", "roadmaps:priorities", "list-numbers", Perm.ROADMAP_VIEW, "Build", "g"),
    Entry("Launches", "roadmaps:launches", "rocket", Perm.ROADMAP_VIEW, "Build", ""),
    Entry("Documents", "workspaces:documents", "file-text", Perm.DOCUMENTS_VIEW, "Build", "e"),
    Entry(
        "Inbox",
        "feedback:inbox",
        "inbox",
        Perm.FEEDBACK_VIEW,
        "Listen",
        "q",
        "feedback:inbox_waiting",
    ),
    Entry("Feedback", "feedback:list", "message-2", Perm.FEEDBACK_VIEW, "Listen", "f"),
    Entry("Ideas", "feedback:ideas", "bulb", Perm.FEEDBACK_VIEW, "Listen", "y"),
    Entry("Portals", "feedback:portals", "world", Perm.FEEDBACK_VIEW, "Listen", ""),
    Entry(
        "Announcements", "feedback:announcements", "speakerphone", Perm.FEEDBACK_VIEW, "Listen", ""
    ),
    Entry("Segments", "feedback:segments", "users-group", Perm.FEEDBACK_VIEW, "Listen", ""),
    Entry("Metrics", "finance:metrics", "chart-bar", Perm.METRICS_VIEW, "Money", "m"),
    Entry("Orders", "finance:orders", "shopping-cart", Perm.LEDGER_VIEW, "Money", "o"),
    Entry("Customers", "finance:customers", "user", Perm.CUSTOMERS_VIEW, "Money", "b"),
    Entry("Accounts", "finance:accounts", "building-store", Perm.CUSTOMERS_VIEW, "Money", "n"),
    Entry("Costs", "finance:costs", "coin", Perm.LEDGER_VIEW, "Money", "k"),
    Entry("Ad spend", "finance:ads", "target", Perm.LEDGER_VIEW, "Money", "d"),
    Entry("Exchange rates", "finance:rates", "arrows-exchange", Perm.LEDGER_VIEW, "Money", "x"),
    Entry("Imports", "workspaces:imports", "file-import", Perm.IMPORTS_RUN, "Data", "i"),
    Entry("Jobs", "workspaces:jobs", "progress-check", Perm.WORKSPACE_VIEW, "Data", "j"),
    Entry("Activity", "workspaces:activity", "history", Perm.WORKSPACE_VIEW, "Data", "a"),
    Entry("Trash", "workspaces:trash", "trash", Perm.WORKSPACE_VIEW, "Data", "t"),
    Entry("Members", "workspaces:members", "users", Perm.MEMBERS_VIEW, "Workspace", "u"),
    Entry("Fields", "workspaces:fields", "forms", Perm.FIELDS_MANAGE, "Workspace", "l"),
    Entry("Sources", "feedback:sources", "route", Perm.SOURCES_MANAGE, "Workspace", ""),
    Entry("Webhooks", "workspaces:webhooks", "api", Perm.WEBHOOKS_MANAGE, "Workspace", ""),
    Entry("Settings", "workspaces:settings", "settings", Perm.WORKSPACE_MANAGE, "Workspace", "s"),
]
LISTS = {  # the kinds, as addresses call them, whose lists and records belong to one of the pages
    "tasks": "workspaces:tasks",
    "approvals": "workspaces:approvals",
    "meetings": "workspaces:meetings",
    "documents": "workspaces:documents",
    "document-templates": "workspaces:documents",
    "products": "products:list",
    "brands": "products:list",
    "suppliers": "products:list",
    "categories": "products:list",
    "obligations": "products:compliance",
    "evidence": "products:compliance",
    "ideas": "feedback:ideas",
    "highlights": "feedback:inbox",
    "feedback-links": "feedback:inbox",
    "portals": "feedback:portals",
    "announcements": "feedback:announcements",
    "segments": "feedback:segments",
    "objectives": "roadmaps:roadmap",
    "key-results": "roadmaps:roadmap",
    "items": "roadmaps:roadmap",
    "estimates": "roadmaps:roadmap",
    "dependencies": "roadmaps:roadmap",
    "scoring-models": "roadmaps:priorities",
    "score-inputs": "roadmaps:priorities",
    "launches": "roadmaps:launches",
    "launch-tasks": "roadmaps:launches",
    "launch-templates": "roadmaps:launches",
    "template-tasks": "roadmaps:launches",
    "closed-days": "roadmaps:launches",
    "specification-lines": "roadmaps:launches",
}
ACTIONS = [
    Action("Note down feedback", "feedback:create", "message-2", Perm.FEEDBACK_EDIT),
    Action("New product", "products:create", "package", Perm.CATALOG_EDIT),
    Action("New launch", "roadmaps:launch_new", "rocket", Perm.ROADMAP_EDIT),
    Action("New task", "workspaces:task_new", "list-check", Perm.WORK_EDIT),
    Action("New document", "workspaces:document_create", "file-text", Perm.DOCUMENTS_EDIT),
    Action("New meeting", "workspaces:meeting_new", "users-group", Perm.WORK_EDIT),
    Action("Import data", "workspaces:import_start", "file-import", Perm.IMPORTS_RUN),
    Action("Invite a member", "workspaces:members", "user-plus", Perm.MEMBERS_MANAGE),
]


@dataclass(frozen=True, slots=True)
class Link:
    """An entry or action as this member sees it."""

    label: str
    url: str
    icon: str
    section: str = ""
    key: str = ""
    active: bool = False
    count_url: str = ""


@lru_cache(maxsize=4_096)
def address(url_name: str, slug: str) -> str:
    """The page's address in a workspace, or nothing when no such page is installed."""
    try:
        return reverse(url_name, kwargs={"slug": slug})
    except NoReverseMatch:
        return ""


def _render_frame(
    name: str,
    initials: str,
    switch: str,
    links: tuple[Link, ...],
    actions: tuple[Link, ...],
    favourites: tuple[Link, ...] = (),
) -> "Frame":
    sections: dict[str, list[Link]] = {}
    for link in links:
        sections.setdefault(link.section, []).append(link)
    shown: dict[str, Any] = {"name": name, "initials": initials, "switch": switch}
    shown["favourites"] = favourites
    return Frame(
        render_to_string("layouts/sidebar.html", shown | {"sections": list(sections.items())}),
        render_to_string("layouts/keys.html", {"links": links}),
        render_to_string("layouts/new.html", {"actions": actions}),
    )


class Frame(NamedTuple):
    """What stands around every page of a member. Made of what is given, so it may be kept."""

    sidebar: str
    keys: str
    new: str


_kept_frame = lru_cache(maxsize=512)(_render_frame)


class Navigation:
    """What the layout shows around a page; each part is worked out when the template asks."""

    def __init__(self, request: HttpRequest, actor: Actor) -> None:
        self.request = request
        self.actor = actor
        self.slug = actor.workspace.slug

    @cached_property
    def links(self) -> list[Link]:
        """The pages this member may open, in order; the one that is open is marked."""
        open_to = [
            (entry, url)
            for entry in ENTRIES
            if self.actor.can(entry.perm) and (url := address(entry.url_name, self.slug))
        ]
        here = self._open_page([url for _, url in open_to])
        return [
            Link(
                entry.label,
                url,
                entry.icon,
                entry.section,
                entry.key,
                url == here,
                address(entry.count_name, self.slug) if entry.count_name else "",
            )
            for entry, url in open_to
        ]

    def _open_page(self, urls: list[str]) -> str:
        """The longest address that the present one begins with; Home only when it is Home."""
        path, home = self.request.path, address("home:home", self.slug)
        _, is_record, rest = path.partition(f"{home}records/")
        if is_record:
            return address(LISTS.get(rest.partition("/")[0], ""), self.slug)
        above = [url for url in urls if path.startswith(url) and (url != home or path == home)]
        return max(above, key=len, default="")

    @cached_property
    def frame(self) -> Frame:
        """Sidebar, keys and New menu with these links; kept, for it is made of them alone."""
        make = _render_frame if settings.DEBUG else _kept_frame  # edited templates show at once
        name = self.actor.workspace.name
        kept = tuple(self.favourites)
        actions = tuple(self.actions)
        return make(name, self.initials, self.switch, tuple(self.links), actions, kept)

    @cached_property
    def favourites(self) -> list[Link]:
        """The saved views this member keeps here."""
        found = []
        for one in self.actor.favourites:
            url = reverse("workspaces:saved_view", args=[self.slug, one["view"]])
            found.append(Link(one["name"], url, "star"))
        return found

    @cached_property
    def actions(self) -> list[Link]:
        """What this member may start."""
        return [
            Link(action.label, url, action.icon)
            for action in ACTIONS
            if self.actor.can(action.perm) and (url := address(action.url_name, self.slug))
        ]

    @cached_property
    def initials(self) -> str:
        words = self.actor.workspace.name.split()
        return ("".join(word[0] for word in words[:2]) or "?").upper()

    @property
    def home(self) -> str:
        return address("home:home", self.slug)

    @property
    def find(self) -> str:
        return address("home:palette", self.slug)

    @property
    def search(self) -> str:
        return address("workspaces:search", self.slug)

    @property
    def switch(self) -> str:
        return address("home:switch", self.slug)

    @property
    def account(self) -> str:
        return address("workspaces:account", self.slug)

    @property
    def notifications(self) -> str:
        return address("workspaces:notifications", self.slug)

    @property
    def bell(self) -> str:
        """Where the number of unread notifications is asked for, once the page is there."""
        return address("workspaces:bell", self.slug)

    @property
    def newest(self) -> str:
        """What the bell shows when it is opened."""
        return address("workspaces:notifications_newest", self.slug)

    @property
    def freshness(self) -> str:
        if not self.actor.can(Perm.METRICS_VIEW):
            return ""
        return address("finance:freshness", self.slug)


def navigation(request: HttpRequest) -> dict[str, Any]:
    """`nav` and `actor` for pages of a workspace; nothing elsewhere. Asks the database nothing."""
    actor = getattr(request, "actor", None)
    if actor is None:
        return {"nav": None}
    return {"nav": Navigation(request, actor), "actor": actor}
