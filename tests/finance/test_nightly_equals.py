"""The nightly full recompute equals what edits left behind, exactly: on real orders, any edits."""

import random
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from core.errors import DomainError
from feedback.inbox.models import DailyFeedback, Note
from finance.ledger import services, services_orders
from finance.ledger.models import CostRecord, Customer, Order, OrderLine, Refund
from finance.ledger.services_orders import RefundFields
from finance.metrics.models import DailySales, ProductSummary
from products.catalog.models import Variant
from tests.conftest import Member
from tests.factories.workspaces import MembershipFactory
from workspaces.imports import services as imports
from workspaces.imports.models import ImportRun
from workspaces.jobs.tasks import run_job
from workspaces.members.models import Workspace
from workspaces.staleness.models import StaleMark
from workspaces.staleness.recompute import recompute_everything, recompute_next
from workspaces.staleness.services import mark_stale

ROUNDS, EDITS = 6, 5
ASIDE = {"id", "computed_at"}


def derived(workspace: Workspace) -> dict[str, list[tuple[object, ...]]]:
    """Every derived row, without its own id and the moment it was written."""
    found = {}
    for model in (DailySales, ProductSummary, DailyFeedback):
        names = [field.attname for field in model._meta.fields if field.name not in ASIDE]
        rows = model.objects.in_workspace(workspace.pk).values_list(*names)
        found[model.__name__] = sorted(rows, key=str)
    first = Customer.objects.in_workspace(workspace.pk).values_list("pk", "first_order_day")
    found["customers"] = sorted(first, key=str)
    return found


def settle(workspace: Workspace) -> None:
    """Work off every mark, as workers do."""
    while recompute_next():
        continue
    assert not StaleMark.objects.in_workspace(workspace.pk).exists()


class Editor:
    """Somebody who changes anything, anywhere; what is refused changes nothing."""

    def __init__(self, actor, seed: int) -> None:
        self.actor, self.roll = actor, random.Random(seed)
        self.done = 0

    def edit(self) -> None:
        act = self.roll.choice(
            (self.line, self.status, self.refund, self.unrefund, self.cost, self.trash, self.note)
        )
        try:
            act()
            self.done += 1
        except DomainError:
            return

    def any(self, rows):
        keys = list(rows.order_by("pk").values_list("pk", flat=True)[:2_000])
        return rows.get(pk=self.roll.choice(keys)) if keys else None

    def line(self):
        line = self.any(OrderLine.objects.visible_to(self.actor))
        services_orders.change_line(
            self.actor,
            line.order_id,
            line.pk,
            seen_version=line.order.version,
            quantity=self.roll.randint(1, 5),
            gross=Decimal(self.roll.randint(1, 50_000)) / 100 + line.discount,
        )

    def status(self):
        order = self.any(Order.objects.visible_to(self.actor))
        services_orders.change_order(
            self.actor,
            order.pk,
            seen_version=order.version,
            status=self.roll.choice(("placed", "cancelled", "test")),
        )

    def refund(self):
        line = self.any(OrderLine.objects.visible_to(self.actor))
        services_orders.create_refund(
            self.actor,
            line.order_id,
            line.pk,
            RefundFields(1, (line.gross / 3).quantize(Decimal("0.01")), timezone.now(), "Too big"),
            seen_version=line.order.version,
        )

    def unrefund(self):
        refund = self.any(Refund.objects.visible_to(self.actor))
        if refund:
            services_orders.delete_refund(self.actor, refund.pk, seen_version=refund.version)

    def cost(self):
        variant = self.any(Variant.objects.visible_to(self.actor))
        day = date(2016, 9, 1) + timedelta(days=self.roll.randint(0, 700))
        taken = CostRecord.objects.visible_to(self.actor).filter(variant=variant, valid_from=day)
        if not taken.exists():
            services.create_cost(
                self.actor,
                variant.pk,
                kind=self.roll.choice(("landed", "fulfilment", "payment")),
                amount=Decimal(self.roll.randint(1, 5_000)) / 100,
                valid_from=day,
            )

    def trash(self):
        if self.roll.random() < 0.5:
            order = self.any(Order.objects.visible_to(self.actor))
            services_orders.delete_order(self.actor, order.pk, seen_version=order.version)
            return
        order = self.any(Order.objects.trashed_in(self.actor.workspace.pk))
        if order:
            services_orders.restore_order(self.actor, order.pk)

    def note(self):
        note = self.any(Note.objects.visible_to(self.actor))
        if note:
            Note.objects.filter(pk=note.pk).update(rating=self.roll.randint(1, 5))
            mark_stale(note.workspace_id, "feedback", [f"product:{note.product_id}"], "edit")


def bring(actor, folder, tmp_path, kind: str, *names: str) -> ImportRun:
    """Import some Olist files together, each cut to what fits a test."""
    opened = []
    for name in names:
        path = folder / "orders" / "olist" / name
        opened.append((path.name, path.open("rb")))
    run = imports.upload(actor, kind, opened)
    for _, file in opened:
        file.close()
    run_job(imports.check(actor, run.pk).job_id)
    run = imports.choose(actor, run.pk, on_existing="update", keep_good=True)
    run_job(imports.start(actor, run.pk).job_id)
    return ImportRun.objects.get(pk=run.pk)


@pytest.mark.data
@pytest.mark.django_db(transaction=True)
def test_edits_of_a_real_shop_leave_what_the_night_would(public_data, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    member = Member(MembershipFactory(workspace__currency="BRL"))
    workspace = member.workspace
    for kind, names in (
        ("products", ("olist_products_dataset.csv", "product_category_name_translation.csv")),
        (
            "orders",
            (
                "olist_orders_dataset.csv",
                "olist_order_items_dataset.csv",
                "olist_customers_dataset.csv",
                "olist_order_payments_dataset.csv",
            ),
        ),
        ("feedback", ("olist_order_reviews_dataset.csv", "olist_order_items_dataset.csv")),
    ):
        run = bring(member.actor, public_data, tmp_path, kind, *names)
        assert run.state == "done", run.counts
    settle(workspace)
    assert DailySales.objects.in_workspace(workspace.pk).count() > 5_000
    assert DailyFeedback.objects.in_workspace(workspace.pk).count() > 5_000
    editor = Editor(member.actor, seed=7)
    for _ in range(ROUNDS):
        for _ in range(EDITS):
            editor.edit()
        settle(workspace)
    incremental = derived(workspace)
    recompute_everything(workspace.pk, "night")
    assert derived(workspace) == incremental
    assert editor.done > ROUNDS * EDITS / 2
