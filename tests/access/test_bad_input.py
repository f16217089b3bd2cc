"""Whatever stands in a query or in a field of a form: a refusal in words, never a broken page."""

from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.db import transaction
from django.test import Client

from tests.access.routes import Route, inside
from tests.access.walking import address, name_of
from tests.access.world import build
from workspaces.members.models import Membership
from workspaces.staleness.recompute import recompute_everything

pytestmark = pytest.mark.django_db
PAGES = [route for route in inside() if not route.is_api and "GET" in route.perms]
BAD = ["\x00", "9" * 30, "-1", "²", "9999-12-31", "1e400", "[[[["]
LONG = "x" * 100_000
EVERYWHERE = {"page", "after", "before", "sort", "from", "to", "range", "offset", "columns"}


class Names(HTMLParser):
    """What a page asks: the names in its links' queries, and its forms with their fields."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.queries: set[str] = set()
        self.forms: list[tuple[str, str, dict[str, str]]] = []
        self._fields: dict[str, str] | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: text or "" for name, text in attrs}
        link = given.get("href") or given.get("hx-get") or ""
        self.queries |= {name for name, _ in parse_qsl(urlsplit(link).query)}
        if tag == "form":
            self._fields = {}
            action = given.get("action") or given.get("hx-post") or ""
            self.forms.append((given.get("method", "get"), action, self._fields))
        elif tag in ("input", "select", "textarea", "button") and given.get("name"):
            if self._fields is not None:
                self._fields.setdefault(given["name"], given.get("value", ""))
            else:
                self.queries.add(given["name"])

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._fields = None


@pytest.fixture(scope="module")
def shop(django_db_setup, django_db_blocker):
    """A workspace with one of everything, and its owner's browser."""
    with django_db_blocker.unblock(), transaction.atomic():
        world = build("canary-ours")
        world.rows[Membership] = Membership.objects.get(user=world.people["viewer"]).pk
        recompute_everything(world.workspace.pk, "test")
        client = Client(raise_request_exception=False)
        client.force_login(world.people["owner"])
        yield world, client
        transaction.set_rollback(True)


def status(client: Client, method: str, path: str, data: dict[str, object] | str) -> int:
    """How it is answered; what it did is undone."""
    with transaction.atomic():
        if isinstance(data, str):
            answer = client.get(path, QUERY_STRING=data)
        else:
            answer = getattr(client, method)(path, data)
        if answer.streaming:
            answer.getvalue()
        transaction.set_rollback(True)
    return int(answer.status_code)


def asked_on(client: Client, path: str) -> Names:
    answer = client.get(path)
    page = answer.status_code == 200 and answer["Content-Type"].startswith("text/html")
    return Names(answer.content.decode() if page else "")


@pytest.mark.parametrize("route", PAGES, ids=name_of)
def test_no_query_breaks_a_page(shop, route: Route):
    world, client = shop
    path = address(route, world, world)
    names = asked_on(client, path)
    found = names.queries | {
        name for method, _, fields in names.forms if method == "get" for name in fields
    }
    every = sorted(found | EVERYWHERE)
    queries: list[dict[str, object] | str] = [dict.fromkeys(every, text) for text in BAD]
    queries += [{name: text} for name in every for text in BAD[:2]]
    queries.append("&".join(f"{name}=%ff%fe&{name}=1" for name in every))
    broken = [query for query in queries if status(client, "get", path, query) >= 500]
    assert broken == []


@pytest.mark.parametrize("route", PAGES, ids=name_of)
def test_no_field_breaks_a_form(shop, route: Route):
    world, client = shop
    path = address(route, world, world)
    broken, seen = [], set()
    for method, action, fields in asked_on(client, path).forms:
        target, shape = action or path, (action, *sorted(fields))
        if method != "post" or shape in seen or not target.startswith("/"):
            continue
        seen.add(shape)
        sent: list[dict[str, object]] = [{}, *(dict.fromkeys(fields, text) for text in BAD)]
        sent += [fields | {name: text} for name in fields for text in BAD[:2]]
        sent.append(dict.fromkeys(fields, LONG))
        broken += [(target, one) for one in sent if status(client, "post", target, one) >= 500]
    assert broken == []
