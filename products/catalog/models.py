"""What the shop sells: products, their variants, and how they are sorted and sold."""

from decimal import Decimal
from typing import Self

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Upper

from core.money import MAX_DIGITS, NOT_NEGATIVE, PLACES, validate_currency
from products.catalog.countries import country_named
from products.catalog.states import SELLING, Assortment
from workspaces.records.models import Record, RecordQuerySet, WorkspaceLink

MOST_WORDS = 8


class Named(Record):
    """A small list of the workspace: its name is its key, whatever the case."""

    name = models.CharField(max_length=120)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class Brand(Named):
    """Whose name is on the product."""

    objects = RecordQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="brand_in_workspace"),
            models.UniqueConstraint("workspace", Lower("name"), name="brand_name_once"),
        ]


class Supplier(Named):
    """Who we buy it from."""

    email = models.EmailField(blank=True)
    country = models.CharField(max_length=2, blank=True, help_text="ISO 3166, such as DE.")

    objects = RecordQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="supplier_in_workspace"),
            models.UniqueConstraint("workspace", Lower("name"), name="supplier_name_once"),
        ]


class Category(Record):
    """A node of the category tree. `path` is the names from the root, joined by “ > ”."""

    SEPARATOR = " > "

    parent = WorkspaceLink("self", models.PROTECT, null=True, blank=True, related_name="children")
    name = models.CharField(max_length=120)
    path = models.CharField(max_length=600, editable=False)

    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "categories"
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="category_in_workspace"),
            models.UniqueConstraint("workspace", Lower("path"), name="category_path_once"),
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=models.F("id")), name="category_not_own_parent"
            ),
        ]

    def __str__(self) -> str:
        return self.path


class Channel(Named):
    """Where orders and feedback come from: own shop, marketplace, store."""

    objects = RecordQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="channel_in_workspace"),
            models.UniqueConstraint("workspace", Lower("name"), name="channel_name_once"),
        ]


class Market(Named):
    """A country or region we sell to, with its language and currency."""

    country = models.CharField(max_length=2, blank=True, help_text="ISO 3166, such as DE.")
    language = models.CharField(max_length=12, blank=True)
    currency = models.CharField(max_length=3, blank=True, validators=[validate_currency])

    objects = RecordQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="market_in_workspace"),
            models.UniqueConstraint("workspace", Lower("name"), name="market_name_once"),
        ]

    @property
    def sells_in(self) -> str:
        """Its country, or the one its name says: who imported it gave no other. Empty: unknown."""
        return self.country or country_named(self.name)


class ProductQuerySet(RecordQuerySet["Product"]):
    """The questions people ask of products."""

    def selling(self) -> Self:
        """On sale in any way: live, under watch, or being phased out."""
        return self.filter(state__in=SELLING)

    def matching(self, text: str) -> Self:
        """Name, handle or a variant's SKU or GTIN has every word of `text`.

        Each place is asked by its own index; one condition over all of them would read every row.
        """
        found = self
        for word in text.split()[:MOST_WORDS]:
            places = Product.objects.filter(name__icontains=word).values("pk")
            places = places.union(
                Product.objects.filter(handle__icontains=word).values("pk"),
                Variant.objects.filter(sku__icontains=word, deleted_at=None).values("product_id"),
                Variant.objects.filter(gtin=word, deleted_at=None).values("product_id"),
                all=True,
            )
            found = found.filter(pk__in=places)
        return found


class Product(Record):
    """Something the shop sells or may sell. `handle` is its key towards other systems."""

    handle = models.CharField(max_length=200)
    name = models.CharField(max_length=300)
    description = models.TextField(blank=True)
    product_type = models.CharField(max_length=120, blank=True)
    tags = models.CharField(max_length=1_000, blank=True, help_text="Separated by commas.")
    image_url = models.URLField(max_length=1_000, blank=True)
    brand = WorkspaceLink(Brand, models.PROTECT, null=True, blank=True)
    category = WorkspaceLink(Category, models.PROTECT, null=True, blank=True)
    supplier = WorkspaceLink(Supplier, models.PROTECT, null=True, blank=True)
    owner = models.ForeignKey(
        "workspaces.User", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    state = models.CharField(max_length=12, choices=Assortment.choices, default=Assortment.PROPOSED)
    launched_on = models.DateField(null=True, blank=True)
    end_of_life = models.JSONField(
        default=dict, blank=True, help_text="Which lines of the end-of-life list are done."
    )

    objects = ProductQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="product_in_workspace"),
            models.UniqueConstraint(fields=["workspace", "handle"], name="product_handle_once"),
            models.CheckConstraint(
                condition=Q(state__in=Assortment.values), name="product_state_known"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="product_named"),
        ]
        indexes = [
            models.Index(fields=["workspace", "name", "id"], name="product_by_name"),
            models.Index(fields=["workspace", "state", "name", "id"], name="product_by_state"),
            models.Index(fields=["workspace", "brand", "name", "id"], name="product_by_brand"),
            models.Index(
                fields=["workspace", "category", "name", "id"], name="product_by_category"
            ),
            models.Index(fields=["workspace", "supplier"], name="product_by_supplier"),
            models.Index(fields=["workspace", "-updated_at", "-id"], name="product_by_update"),
            models.Index(
                fields=["workspace", "id"],
                condition=Q(deleted_at__isnull=False),
                name="product_in_trash",
            ),
            GinIndex(OpClass(Upper("name"), name="gin_trgm_ops"), name="product_name_trgm"),
            GinIndex(OpClass(Upper("handle"), name="gin_trgm_ops"), name="product_handle_trgm"),
        ]

    def __str__(self) -> str:
        return self.name


class Variant(Record):
    """One purchasable form of a product. Orders, costs and prices refer to it by SKU."""

    product = WorkspaceLink(Product, models.CASCADE, related_name="variants")
    sku = models.CharField("SKU", max_length=120)
    gtin = models.CharField("GTIN", max_length=14, blank=True)
    name = models.CharField(max_length=300, blank=True, help_text="What sets it apart: M / blue.")
    price = models.DecimalField(
        "list price",
        max_digits=MAX_DIGITS,
        decimal_places=PLACES,
        null=True,
        blank=True,
        validators=NOT_NEGATIVE,
    )
    compare_at_price = models.DecimalField(
        max_digits=MAX_DIGITS,
        decimal_places=PLACES,
        null=True,
        blank=True,
        validators=NOT_NEGATIVE,
    )
    currency = models.CharField(max_length=3, validators=[validate_currency])
    weight_grams = models.DecimalField(
        max_digits=12, decimal_places=3, null=True, blank=True, validators=NOT_NEGATIVE
    )

    objects = RecordQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="variant_in_workspace"),
            models.UniqueConstraint(fields=["workspace", "sku"], name="variant_sku_once"),
            models.CheckConstraint(condition=~Q(sku=""), name="variant_has_sku"),
            models.CheckConstraint(
                condition=Q(price=None) | Q(price__gte=Decimal(0)), name="variant_price"
            ),
            models.CheckConstraint(
                condition=Q(compare_at_price=None) | Q(compare_at_price__gte=Decimal(0)),
                name="variant_compare_price",
            ),
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$"), name="variant_currency"
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "product"], name="variant_of_product"),
            models.Index(fields=["gtin"], condition=~Q(gtin=""), name="variant_by_gtin"),
            GinIndex(OpClass(Upper("sku"), name="gin_trgm_ops"), name="variant_sku_trgm"),
        ]

    def __str__(self) -> str:
        return f"{self.sku} {self.name}".strip()
