"""What pages and calls cost: G1–G4, G6, G10, G12–G14."""

import time
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlencode

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import check_password
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from products.catalog.models import Product
from tests.bench.filling import PASSWORD
from tests.bench.load import Act, measure, perform, timing
from tests.bench.stack import first_answer, megabytes, web
from tests.bench.table import Line, Table
from workspaces.members.models import Workspace

CSRF = "b" * 32
MIXED = 4_000


class Bench:
    """The product and the floor side by side, signed in."""

    def __init__(self, workspace: Workspace, table: Table, logs: Path) -> None:
        self.workspace, self.table, self.logs = workspace, table, logs
        self.base = f"/w/{workspace.slug}"
        self.user = get_user_model().objects.get(email=f"owner@{workspace.slug}.example")
        self.first = (
            Product.objects.in_workspace(workspace.pk)
            .order_by("pk")
            .values_list("pk", flat=True)[0]
        )
        self.headers = {
            "Cookie": f"sessionid={self._session()}; csrftoken={CSRF}",
            "X-CSRFToken": CSRF,
        }
        self.posting = self.headers | {"Content-Type": "application/x-www-form-urlencoded"}

    def _session(self) -> str:
        session = SessionStore()
        session["_auth_user_id"] = str(self.user.pk)
        session["_auth_user_backend"] = "allauth.account.auth_backends.AuthenticationBackend"
        session["_auth_user_hash"] = self.user.get_session_auth_hash()
        session.create()
        return str(session.session_key)

    def run(self) -> None:
        """Every point, printed as it is known."""
        with ExitStack() as stack:
            self.port, self.process = stack.enter_context(web("pm_workspace.wsgi", self.logs))
            started = first_answer(self.port, "/healthz")
            self.floor, self.floor_process = stack.enter_context(
                web("tests.bench.floor.wsgi", self.logs)
            )
            floor_started = first_answer(self.floor, "/products")
            self.floor_headers = {"Cookie": f"sessionid={self._floor_session()}"}
            self._pages()
            self._changes()
            self._calls()
            self.table.add(
                Line("G13", "cold start to first answer", started, floor_started, 2, "s")
            )
            self._sign_in()
            self._memory()
        self._statements()

    def _product(self, number: int) -> str:
        return f"{self.base}/products/{self.first + number}/"

    def _floor_session(self) -> str:
        body = urlencode({"username": "floor", "password": PASSWORD})
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        import http.client

        client = http.client.HTTPConnection("127.0.0.1", self.floor)
        client.request("POST", "/login", body, headers)
        answer = client.getresponse()
        cookies = answer.getheader("Set-Cookie") or ""
        return cookies.partition("sessionid=")[2].partition(";")[0]

    def _pages(self) -> None:
        listed = Act("GET", f"{self.base}/products/?state=live&sort=name", self.headers)
        ours = measure(self.port, lambda n: listed, rate=True)
        bare = Act("GET", "/products", self.floor_headers)
        floor = measure(self.floor, lambda n: bare, rate=True)
        add = self.table.add
        add(Line("G1", "list of 50, filtered and sorted: p50", ours.p50, floor.p50, 3))
        add(Line("G1", "list of 50: p95 over its own p50", ours.p95, ours.p50, 2))
        add(
            Line(
                "G1",
                "list of 50: requests a second, 8 clients",
                ours.rate,
                floor.rate,
                1 / 3,
                "/s",
                at_least=True,
            )
        )
        ours = measure(
            self.port,
            lambda n: Act(
                "GET", f"{self.base}/products/{self.first + n * 37 % self.count}/", self.headers
            ),
        )
        floor = measure(
            self.floor, lambda n: Act("GET", f"/products/{1 + n * 37}", self.floor_headers)
        )
        add(Line("G2", "product page: p50", ours.p50, floor.p50, 4))

    def _changes(self) -> None:
        floor = measure(
            self.floor, lambda n: Act("POST", f"/products/{1 + n}/move", self.floor_headers)
        )

        def rename(n: int) -> Act:
            body = urlencode({"value": f"Renamed {n}", "seen_version": 1})
            path = f"{self.base}/products/{self.first + 1_000 + n}/cell/product/"
            return Act("POST", path, self.posting | {"HX-Request": "true"}, body)

        def create(n: int) -> Act:
            body = urlencode({"name": f"New {time.time_ns()}", "handle": f"new-{time.time_ns()}"})
            return Act("POST", f"{self.base}/products/new/", self.posting, body, expect=(302, 204))

        ours = measure(self.port, rename)
        self.table.add(Line("G3", "inline edit: p50 over the floor's move", ours.p50, floor.p50, 6))
        ours = measure(self.port, create)
        self.table.add(
            Line("G4", "create a product: p50 over the floor's move", ours.p50, floor.p50, 10)
        )

    def _calls(self) -> None:
        address = f"/api/v1/workspaces/{self.workspace.slug}/products/"
        floor = measure(self.floor, lambda n: Act("GET", "/api", self.floor_headers))
        ours = measure(
            self.port, lambda n: Act("GET", f"{address}?state=live&limit=50", self.headers)
        )
        self.table.add(Line("G6", "API list of 50: p50", ours.p50, floor.p50, 4))
        ours = measure(
            self.port,
            lambda n: Act("GET", f"{address}?state=live&limit=1000", self.headers),
            samples=50,
        )
        self.table.add(Line("G6", "API list of 1,000 over json_agg", ours.p50, self._json_agg(), 8))

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
        spent, hashing = [], []
        for _ in range(25):
            with connection.cursor() as cursor:
                cursor.execute("DELETE FROM cache")  # or the limit on sign-ins would answer
            spent.append(
                perform(self.port, Act("POST", "/accounts/login/", headers, body, expect=(302,)))
            )
            start = time.perf_counter()
            check_password(PASSWORD, self.user.password)
            hashing.append((time.perf_counter() - start) * 1000)
        self.table.add(
            Line(
                "G14",
                "sign-in over its password hash",
                timing(spent).p50,
                timing(hashing).p50,
                1.15,
            )
        )

    def _memory(self) -> None:
        """Many mixed requests; what the workers hold afterwards, and whether it still grows."""

        def mixed(n: int) -> Act:
            paths = ("/products/?q=jacket", f"/products/{self.first + n}/", "/", "/imports/")
            return Act("GET", self.base + paths[n % 4], self.headers, expect=(200, 404))

        for number in range(MIXED // 2):
            perform(self.port, mixed(number))
            perform(self.floor, Act("GET", "/products", self.floor_headers))
        half = sum(megabytes(self.process))
        for number in range(MIXED // 2):
            perform(self.port, mixed(number))
        ours, floor = megabytes(self.process), megabytes(self.floor_process)
        self.table.add(
            Line("G12", f"a web process after {MIXED:,} requests", max(ours), max(floor), 2.5, "MB")
        )
        self.table.add(Line("G12", "growth in the second half", sum(ours), half, 1.03, "MB"))

    def _statements(self) -> None:
        client = Client()
        client.force_login(self.user)
        product = f"{self.base}/products/{self.first + 5}/"
        points = (
            ("list", lambda: client.get(f"{self.base}/products/?state=live"), 8),
            ("product page", lambda: client.get(product), 10),
            (
                "inline edit",
                lambda: client.post(f"{product}cell/product/", {"value": "N", "seen_version": 1}),
                10,
            ),
            (
                "create",
                lambda: client.post(f"{self.base}/products/new/", {"name": "Z", "handle": "zz-1"}),
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
            self.table.add(Line("G10", f"statements: {what}", len(work), None, limit, ""))
