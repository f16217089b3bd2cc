"""What pages and calls cost: G1–G4, G6, G10, G12–G14, and Home."""

import time
from contextlib import ExitStack
from json import dumps
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import check_password
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from products.catalog.models import Product
from tests.bench.filling import PASSWORD
from tests.bench.load import AGAIN, Act, Making, Server, Timing, beside, perform, timing
from tests.bench.machine import cpu_seconds, watched, whole_cpu_seconds
from tests.bench.stack import first_answer, megabytes, web
from tests.bench.table import Line, Table
from workspaces.members.models import Workspace

CSRF = "b" * 32
MIXED = 4_000
HOME_MS = 500  # nobody set a goal for Home; half a second is what people call at once
WHY = {
    "": "Distinct customers, sums by day and movers over two months of every product's rows.",
    "G1": "Six statements made anew by the ORM, the frame of the page, and 500 formatted cells.",
    "G2": "The floor shows one row. Ours adds tabs, six figures with their change, and a chart.",
    "G3": "Session, person and member (3 statements), lock, history row, and the row written anew.",
    "G4": "Session, person and member, a validated form, four checks, history and a toast.",
    "G6": "Membership, the limit's count in Valkey, filters, and 30 columns against the floor's 7.",
    "G12": "Django, the API framework and six apps against three tables.",
    "G13": "1,900 modules against 600: the API, sign-in, the admin, and six apps, before the fork.",
    "G14": "The form, the limits kept in the database, and the new session.",
}


def signed_in(workspace: Workspace) -> dict[str, str]:
    """The headers of the bench's owner, signed in."""
    user = get_user_model().objects.get(email=f"owner@{workspace.slug}.example")
    session = SessionStore()
    session["_auth_user_id"] = str(user.pk)
    session["_auth_user_backend"] = "allauth.account.auth_backends.AuthenticationBackend"
    session["_auth_user_hash"] = user.get_session_auth_hash()
    session.create()
    cookie = f"sessionid={session.session_key}; csrftoken={CSRF}"
    return {"Cookie": cookie, "X-CSRFToken": CSRF}


class Bench:
    """The product and the floor side by side, signed in."""

    def __init__(
        self, workspace: Workspace, table: Table, logs: Path, *, quick: bool = False
    ) -> None:
        self.workspace, self.table, self.logs = workspace, table, logs
        self.samples, self.mixed = (40, MIXED // 10) if quick else (200, MIXED)
        self.again = 0 if quick else AGAIN
        self.base = f"/w/{workspace.slug}"
        self.user = get_user_model().objects.get(email=f"owner@{workspace.slug}.example")
        pks = Product.objects.in_workspace(workspace.pk).order_by("pk").values_list("pk", flat=True)
        self.first, self.count = pks[0], len(pks)
        self.headers = signed_in(workspace)
        self.posting = self.headers | {"Content-Type": "application/x-www-form-urlencoded"}

    def run(self) -> None:
        """Every point, printed as it is known."""
        with ExitStack() as stack:
            with watched() as watch:
                port, self.process = stack.enter_context(web("pm_workspace.wsgi", self.logs))
                started = first_answer(port, "/healthz")
                work = whole_cpu_seconds(self.process.pid)
                bare_port, self.floor_process = stack.enter_context(
                    web("tests.bench.floor.wsgi", self.logs)
                )
                floor_started = first_answer(bare_port, "/products")
                floor_work = whole_cpu_seconds(self.floor_process.pid)
            self.ours = Server(port, self.process.pid)
            self.floor = Server(bare_port, self.floor_process.pid)
            self.floor_headers = {"Cookie": f"sessionid={self._floor_session()}"}
            part = self.table.part
            with part("G1", "list"):
                self._list()
            with part("G2", "product page"):
                self._product_page()
            with part("", "Home"):
                self._home()
            with part("G3", "inline edit"):
                self._edits()
            with part("G4", "create"):
                self._creates()
            with part("G6", "API"):
                self._calls()
            what = "cold start to first answer"
            seen = {"cpu": work / floor_work, "foreign": watch.foreign}
            self._line("G13", what, started, floor_started, 2, unit="s", **seen)
            with part("G14", "sign-in"):
                self._sign_in()
            with part("", "what a refusal tells"):
                self._telling()
            with part("G12", "memory"):
                self._memory()
        with self.table.part("G10", "statements"):
            self._statements()

    def _line(self, goal: str, what: str, *figures: Any, **more: Any) -> None:
        self.table.add(Line(goal, what, *figures, why=WHY.get(goal, ""), **more))

    def _p50(self, goal: str, what: str, ours: Timing, floor: Timing, limit: float) -> None:
        """Our median over the floor's, with the ratio of CPU and how busy others were."""
        self._line(
            goal,
            what,
            ours.p50,
            floor.p50,
            limit,
            cpu=ours.cpu / floor.cpu if floor.cpu else None,
            foreign=max(ours.foreign, floor.foreign),
        )

    def _beside(self, *sides: tuple[Server, Making], rate: bool = False) -> tuple[Timing, Timing]:
        return beside(sides[0], sides[1], samples=self.samples, rate=rate, again=self.again)

    def _get(self, path: str) -> Act:
        return Act("GET", path, self.headers)

    def _bare(self, path: str, method: str = "GET") -> Act:
        return Act(method, path, self.floor_headers)

    def _product(self, number: int) -> str:
        return f"{self.base}/products/{self.first + number}/"

    def _floor_session(self) -> str:
        body = urlencode({"username": "floor", "password": PASSWORD})
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        import http.client

        client = http.client.HTTPConnection("127.0.0.1", self.floor.port)
        client.request("POST", "/login", body, headers)
        answer = client.getresponse()
        cookies = answer.getheader("Set-Cookie") or ""
        return cookies.partition("sessionid=")[2].partition(";")[0]

    def _list(self) -> None:
        listed = self._get(f"{self.base}/products/?state=live&sort=name")
        bare = self._bare("/products")
        ours, floor = self._beside(
            (self.ours, lambda n: listed), (self.floor, lambda n: bare), rate=True
        )
        self._p50("G1", "list of 50, filtered and sorted: p50", ours, floor, 3)
        self._line("G1", "list of 50: p95 over its own p50", ours.p95, ours.p50, 2)
        what = "list of 50: requests a second, 8 clients"
        self._line("G1", what, ours.rate, floor.rate, 1 / 3, unit="/s", at_least=True)

    def _product_page(self) -> None:
        ours, floor = self._beside(
            (self.ours, lambda n: self._get(self._product(n * 37 % self.count))),
            (self.floor, lambda n: self._bare(f"/products/{1 + n * 37}")),
        )
        self._p50("G2", "product page: p50", ours, floor, 4)

    def _home(self) -> None:
        home = self._get(f"{self.base}/")
        with watched() as watch:
            spent = timing([perform(self.ours.port, home) for _ in range(24)])
        self._line("", "Home: p50", spent.p50, None, HOME_MS, foreign=watch.foreign)

    def _edits(self) -> None:
        def rename(n: int) -> Act:
            typed = {"pk": self.first + 1_000 + n, "version": 1, "texts": {"name": f"Renamed {n}"}}
            body = dumps({"changes": [typed]})
            path = f"{self.base}/records/products/cells/"
            return Act("POST", path, self.posting | {"Content-Type": "application/json"}, body)

        ours, floor = self._beside((self.ours, rename), (self.floor, self._floor_move))
        self._p50("G3", "inline edit: p50 over the floor's move", ours, floor, 6)

    def _creates(self) -> None:
        def create(n: int) -> Act:
            word = f"new-{time.time_ns()}"
            body = urlencode({"name": word, "handle": word, "state": "proposed"})
            return Act("POST", f"{self.base}/products/new/", self.posting, body, expect=(302, 204))

        ours, floor = self._beside((self.ours, create), (self.floor, self._floor_move))
        self._p50("G4", "create a product: p50 over the floor's move", ours, floor, 10)

    def _floor_move(self, n: int) -> Act:
        return self._bare(f"/products/{1 + n}/move", "POST")

    def _calls(self) -> None:
        address = f"/api/v1/workspaces/{self.workspace.slug}/products/?state=live&limit="
        few, many, bare = self._get(f"{address}50"), self._get(f"{address}1000"), self._bare("/api")
        ours, floor = self._beside((self.ours, lambda n: few), (self.floor, lambda n: bare))
        self._p50("G6", "API list of 50: p50", ours, floor, 4)
        with watched() as watch:
            spent = timing([perform(self.ours.port, many) for _ in range(60)])
            json = self._json_agg()
        what = "API list of 1,000 over json_agg"
        self._line("G6", what, spent.p50, json, 8, foreign=watch.foreign)

    def _json_agg(self) -> float:
        """The server makes the same 1,000 rows into JSON itself, ms."""
        statement = (
            "SELECT json_agg(t) FROM (SELECT p.*, b.name brand, c.path category "
            "FROM products_product p LEFT JOIN products_brand b ON b.id = p.brand_id "
            "LEFT JOIN products_category c ON c.id = p.category_id "
            "WHERE p.workspace_id = %s AND p.state = 'live' AND p.deleted_at IS NULL "
            "ORDER BY p.name, p.id LIMIT 1000) t"
        )
        spent = []
        for _ in range(60):
            start = time.perf_counter()
            with connection.cursor() as cursor:
                cursor.execute(statement, [self.workspace.pk])
                cursor.fetchall()
            spent.append((time.perf_counter() - start) * 1000)
        return timing(spent).p50

    def _sign_in(self) -> None:
        body = urlencode({"login": self.user.email, "password": PASSWORD})
        headers = {k: v for k, v in self.posting.items() if k != "Cookie"}
        headers["Cookie"] = f"csrftoken={CSRF}"
        act = Act("POST", "/accounts/login/", headers, body, expect=(302,))
        spent, hashing, before = [], [], cpu_seconds(self.process.pid)
        with watched() as watch:
            for _ in range(25):
                with connection.cursor() as cursor:
                    cursor.execute("DELETE FROM cache")  # or the limit on sign-ins would answer
                spent.append(perform(self.ours.port, act))
            work = cpu_seconds(self.process.pid) - before
            before = time.process_time()
            for _ in range(25):
                start = time.perf_counter()
                check_password(PASSWORD, self.user.password)
                hashing.append((time.perf_counter() - start) * 1000)
            seen = {"cpu": work / (time.process_time() - before)}
        what = "sign-in over its password hash"
        figures = (timing(spent).p50, timing(hashing).p50, 1.15)
        self._line("G14", what, *figures, foreign=watch.foreign, **seen)

    def _telling(self) -> None:
        """Whether the time of a refused sign-in tells that an address is known."""
        tries = 200 if self.again else 60
        spent: dict[str, list[float]] = {self.user.email: [], "nobody@nowhere.example": []}
        headers = {k: v for k, v in self.posting.items() if k != "Cookie"}
        headers["Cookie"] = f"csrftoken={CSRF}"
        with watched() as watch:
            for number in range(2 * tries):
                email = list(spent)[number % 2]
                with connection.cursor() as cursor:
                    cursor.execute("DELETE FROM cache")
                body = urlencode({"login": email, "password": f"wrong {number}"})
                act = Act("POST", "/accounts/login/", headers, body, expect=(200,))
                spent[email].append(perform(self.ours.port, act))
        known, unknown = (timing(each).p50 for each in spent.values())
        start = time.perf_counter()
        check_password(PASSWORD, self.user.password)
        hashing = (time.perf_counter() - start) * 1000
        what = "a refusal's time: known address or not, apart"
        self._line("", what, abs(known - unknown), hashing, 0.1, foreign=watch.foreign)

    def _memory(self) -> None:
        """Many mixed requests; what the workers hold afterwards, and whether it still grows."""

        def mixed(n: int) -> Act:
            paths = ("/products/?q=jacket", f"/products/{self.first + n}/", "/orders/", "/imports/")
            path = "/" if n % 40 == 0 else paths[n % 4]
            return Act("GET", self.base + path, self.headers, expect=(200, 404))

        for number in range(self.mixed // 2):
            perform(self.ours.port, mixed(number))
            perform(self.floor.port, self._bare("/products"))
        half = sum(megabytes(self.process))
        for number in range(self.mixed // 2):
            perform(self.ours.port, mixed(number))
        ours, floor = megabytes(self.process), megabytes(self.floor_process)
        what = f"a web process after {self.mixed:,} requests"
        self._line("G12", what, max(ours), max(floor), 2.5, unit="MB")
        self._line("G12", "growth in the second half", sum(ours), half, 1.03, unit="MB")

    def _statements(self) -> None:
        client = Client()
        client.force_login(self.user)
        product = f"{self.base}/products/{self.first + 5}/"
        points = (
            ("list", lambda: client.get(f"{self.base}/products/?state=live"), 8),
            ("product page", lambda: client.get(product), 10),
            (
                "inline edit",
                lambda: client.post(
                    f"{self.base}/records/products/cells/",
                    {"changes": [{"pk": self.first + 5, "version": 1, "texts": {"name": "N"}}]},
                    content_type="application/json",
                ),
                10,
            ),
            (
                "create",
                lambda: client.post(
                    f"{self.base}/products/new/",
                    {"name": "Z", "handle": "zz-1", "state": "proposed"},
                ),
                12,
            ),
        )
        for what, act, limit in points:
            act() if what in ("list", "product page") else None
            with CaptureQueriesContext(connection) as captured:
                act()
            work = [
                q for q in captured if not q["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN"))
            ]
            self._line("G10", f"statements: {what}", len(work), None, limit, unit="")
