"""Presets read the real exports: figures equal what is worked out from the same files apart."""

import csv
from collections import Counter, defaultdict
from decimal import Decimal

import pytest
from django.db.models import F, Sum
from django.db.models.functions import TruncMonth
from django.urls import reverse

from feedback.inbox.models import Note
from finance.ledger.models import Customer, Order, OrderLine, Refund
from products.catalog.models import Product, Variant
from workspaces.imports import services
from workspaces.imports.models import ImportRun
from workspaces.jobs.tasks import run_job

pytestmark = pytest.mark.data
CENT = Decimal("0.01")


def table(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def nothing_changed(run: ImportRun) -> bool:
    return not run.counts["created"] and not run.counts["updated"]


def test_shopify_products(member, public_data, import_files):
    files = [
        public_data / "exports/shopify" / f"products_{name}.csv"
        for name in ("apparel", "home-and-garden")
    ]
    for path in files:
        run = import_files(member.actor, "products", path)
        assert (run.preset, run.state) == ("shopify-products", "done")
    lines = [line for path in files for line in table(path)]
    assert Product.objects.count() == len({line["Handle"] for line in lines})
    assert Variant.objects.count() == len(lines)
    top = Product.objects.get(handle="classic-varsity-top")
    assert [v.name for v in top.variants.order_by("pk")] == ["Small", "Medium", "Large"]
    assert Variant.objects.aggregate(n=Sum("price"))["n"] == sum(
        Decimal(line["Variant Price"]) for line in lines
    )
    assert nothing_changed(import_files(member.actor, "products", files[0]))


def test_shopify_orders(member, public_data, import_files):
    path = public_data / "exports/shopify/orders_export_sample.csv"
    run = import_files(member.actor, "orders", path)
    assert (run.preset, run.state) == ("shopify-orders", "done")
    lines = table(path)
    heads = [line for line in lines if line["Total"]]
    assert Order.objects.count() == len(heads)
    assert OrderLine.objects.count() == len(lines)
    gross = OrderLine.objects.aggregate(n=Sum("gross"))["n"]
    assert gross == sum(Decimal(line["Total"]) for line in heads)
    refunded = Refund.objects.aggregate(n=Sum("amount"))["n"]
    assert refunded == sum(Decimal(line["Refunded Amount"]) for line in heads)
    assert Customer.objects.count() == len({line["Email"] for line in heads} - {""})
    assert nothing_changed(import_files(member.actor, "orders", path))


def test_woocommerce_products(member, public_data, import_files):
    path = public_data / "exports/woocommerce/sample_products.csv"
    run = import_files(member.actor, "products", path)
    assert (run.preset, run.state) == ("woocommerce-products", "done")
    lines = table(path)
    sold = [line for line in lines if line["Type"] not in ("variable", "grouped")]
    assert Variant.objects.count() == len(sold)
    hoodie = Product.objects.get(handle="woo-hoodie")
    assert {v.sku for v in hoodie.variants.all()} == {
        line["SKU"] for line in lines if line["Parent"] == "woo-hoodie"
    }
    assert (hoodie.name, hoodie.category.path) == ("Hoodie", "Clothing > Hoodies")
    beanie = Variant.objects.get(sku="woo-beanie")
    assert (beanie.price, beanie.compare_at_price) == (18, 20)
    assert beanie.weight_grams == Decimal("90.718")
    assert nothing_changed(import_files(member.actor, "products", path))


def test_google_merchant_feed(member, tmp_path, import_files):
    path = tmp_path / "feed.tsv"
    path.write_text(
        "id\ttitle\tlink\tprice\tsale_price\tavailability\tgtin\titem_group_id\tcolor\tbrand\n"
        "A1\tCap\thttps://shop.example/cap\t15.00 EUR\t\tin_stock\t4006381333931\tcap\tred\tPeak\n"
        "A2\tCap\thttps://shop.example/cap\t15.00 EUR\t12.50 EUR\tin_stock\t\tcap\tblue\tPeak\n"
    )
    run = import_files(member.actor, "products", path)
    assert run.preset == "google-merchant"
    first, second = Variant.objects.order_by("sku")
    assert (first.price, first.currency, first.name) == (15, "EUR", "red")
    assert (second.price, second.compare_at_price) == (Decimal("12.5"), 15)
    assert first.product == second.product


@pytest.mark.django_db(transaction=True)  # a job of seconds beats beside its own transaction
def test_olist_files_together(member, public_data, import_files):
    folder = public_data / "orders/olist"
    of = {
        name: folder / f"olist_{name}_dataset.csv"
        for name in ("orders", "order_items", "customers", "products", "order_reviews")
    }
    translation = folder / "product_category_name_translation.csv"
    products = import_files(member.actor, "products", of["products"], translation)
    assert (products.preset, products.state) == ("olist-products", "done")
    orders = import_files(
        member.actor,
        "orders",
        of["order_items"],
        of["orders"],
        of["customers"],
        of["products"],
        translation,
    )
    assert (orders.preset, orders.state) == ("olist-orders", "done")
    items, heads = table(of["order_items"]), {o["order_id"]: o for o in table(of["orders"])}
    months: dict[str, Decimal] = defaultdict(Decimal)
    for item in items:
        months[heads[item["order_id"]]["order_purchase_timestamp"][:7]] += Decimal(item["price"])
    found = (
        OrderLine.objects.annotate(month=TruncMonth("day"))
        .values("month")
        .annotate(total=Sum("gross"))
    )
    assert {f"{row['month']:%Y-%m}": row["total"] for row in found} == dict(months)
    freight = sum(Decimal(item["freight_value"]) for item in items)
    assert Order.objects.aggregate(n=Sum("shipping"))["n"] == freight
    reviews = import_files(member.actor, "feedback", of["order_reviews"], of["order_items"])
    assert (reviews.preset, reviews.state) == ("olist-reviews", "done")
    scores = Counter(Decimal(row["review_score"]) for row in table(of["order_reviews"]))
    assert Counter(Note.objects.values_list("rating", flat=True)) == scores
    firsts = {item["order_id"] for item in items if item["order_item_id"] == "1"}
    linked = [row for row in table(of["order_reviews"]) if row["order_id"] in firsts]
    assert Note.objects.exclude(product=None).count() == len(linked)


@pytest.mark.django_db(transaction=True)  # a job of seconds beats beside its own transaction
def test_online_retail(member, public_data, import_files):
    path = public_data / "orders/online_retail_2010_2011.csv.gz"
    run = import_files(member.actor, "orders", path)
    assert (run.preset, run.state) == ("online-retail", "done")
    pandas = pytest.importorskip("pandas")
    rows = pandas.read_csv(path, dtype=str, keep_default_na=False)
    rows["amount"] = [
        Decimal(quantity) * Decimal(price)
        for quantity, price in zip(rows["Quantity"], rows["UnitPrice"], strict=True)
    ]
    rows["n"] = rows["Quantity"].astype(int)
    rows["p"] = rows["UnitPrice"].astype(float)
    rows["month"] = rows["InvoiceDate"].str[:7]
    sales = rows[~rows["InvoiceNo"].str.startswith(("C", "A")) & (rows["n"] > 0) & (rows["p"] > 0)]
    back = rows[rows["InvoiceNo"].str.startswith("C") & (rows["n"] < 0) & (rows["p"] > 0)]
    assert OrderLine.objects.count() == len(sales)
    assert Refund.objects.count() == len(back)
    for model, frame, value in ((OrderLine, sales, "gross"), (Refund, back, "amount")):
        found = (
            model.objects.annotate(month=TruncMonth("day"))
            .values("month")
            .annotate(total=Sum(value), units=Sum(F("quantity")))
        )
        amounts = {f"{row['month']:%Y-%m}": row["total"].quantize(CENT) for row in found}
        expected = frame.groupby("month")["amount"].sum()
        assert amounts == {month: abs(total).quantize(CENT) for month, total in expected.items()}
        units = {f"{row['month']:%Y-%m}": row["units"] for row in found}
        assert units == {month: abs(n) for month, n in frame.groupby("month")["n"].sum().items()}
    assert Order.objects.count() == 19_959


def test_the_page_of_columns_starts_from_what_the_preset_answers(member, public_data, client_of):
    """A form sent off as it was shown does what the preset says: unknown SKUs become products."""
    path = public_data / "exports/shopify/orders_export_sample.csv"
    with path.open("rb") as file:
        run = services.upload(member.actor, "orders", [(path.name, file)])
    page = reverse("workspaces:import_columns", args=[member.workspace.slug, run.pk])
    shown = client_of(member).get(page).context["form"]

    client_of(member).post(page, {field.name: field.value() or "" for field in shown})

    run.refresh_from_db()
    run_job(run.job_id)
    run.refresh_from_db()
    assert (run.options["create_products"], run.counts["errors"]) == ("yes", 0)
