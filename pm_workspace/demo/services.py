"""Loading the sample shop: its files go through the importer like anybody's."""

import csv
import io
import tempfile
from collections.abc import Callable, Iterable
from contextlib import redirect_stderr
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from django.core.management import call_command
from django.db import transaction

from core.clock import today
from finance.ledger.models import AdSpend, ExchangeRate
from pm_workspace.demo.logins import LOGINS, PASSWORD, SLUG, Login
from pm_workspace.demo.shop import DAYS, Row, SampleShop
from pm_workspace.demo.work import add_work
from products.catalog.models import Channel, Product
from workspaces.access.roles import Role
from workspaces.members.models import Membership, User, Workspace
from workspaces.members.services import WorkspaceFields, create_workspace
from workspaces.staleness.recompute import recompute_everything

ZONE = "Europe/Berlin"
FILES = ("products", "costs", "orders", "feedback")
POUND = (Decimal("1.17"), Decimal("1.16"), Decimal("1.15"), Decimal("1.165"))
ADVERTISED = ("trail-jacket", "merino-tee", "ridge-low", "day-pack-18")


def load_sample_shop(say: Callable[[str], None]) -> Workspace:
    """Make the workspace Northshelf with one member for each role, and import its files."""
    workspace = _people()
    shop = SampleShop(today(ZONE))
    with tempfile.TemporaryDirectory() as folder:
        for kind in FILES:
            rows = list(getattr(shop, kind)())
            say(f"importing {len(rows):,} rows of {kind}")
            path = Path(folder) / f"{kind}.csv"
            _write(path, rows)
            with redirect_stderr(io.StringIO()):  # its progress bar; ours speaks in whole steps
                call_command("import_data", kind, str(path), workspace=SLUG, stdout=io.StringIO())
            if kind == "products":
                _rates_and_advertising(workspace, shop)
    say("working out the figures")
    recompute_everything(workspace.pk, "sample shop")
    say("planning the roadmap, the launches and what the law asks")
    add_work(workspace)
    return workspace


@transaction.atomic
def _people() -> Workspace:
    owner = _person(LOGINS[0])
    workspace = create_workspace(owner, WorkspaceFields("Northshelf", ZONE, "EUR"), SLUG)
    workspace.is_sample = True
    workspace.save(update_fields=["is_sample"])
    for login in LOGINS[1:]:
        Membership.objects.create(workspace=workspace, user=_person(login), role=login.role)
    return workspace


def _person(login: Login) -> User:
    """Whoever has this address; the owner may open Django admin as well."""
    rights = {"is_staff": True, "is_superuser": True} if login.role == Role.OWNER else {}
    found = User.objects.filter(email=login.email).first()
    return found or User.objects.create_user(
        login.email, PASSWORD, name=login.name, timezone=ZONE, **rights
    )


def _rates_and_advertising(workspace: Workspace, shop: SampleShop) -> None:
    """What has no file of its own: a rate each quarter, advertising each week."""
    for number, rate in enumerate(POUND):
        since = shop.first + timedelta(days=number * DAYS // len(POUND))
        ExchangeRate.objects.create(
            workspace=workspace, currency="GBP", quote="EUR", valid_from=since, rate=rate
        )
    online = Channel.objects.create(workspace=workspace, name="Online shop")
    products = Product.objects.in_workspace(workspace.pk).filter(handle__in=ADVERTISED)
    AdSpend.objects.bulk_create(
        AdSpend(
            workspace=workspace,
            day=shop.first + timedelta(days=week * 7),
            channel=online,
            product=product,
            campaign="Always on",
            amount=Decimal(60 + (week * 17 + place * 29) % 70),
            currency="EUR",
        )
        for place, product in enumerate(products.order_by("handle"))
        for week in range(DAYS // 7)
    )


def _write(path: Path, rows: Iterable[Row]) -> None:
    rows = list(rows)
    names = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, names, restval="")
        writer.writeheader()
        writer.writerows(rows)
