"""The rooms' models, gathered for Django."""

from products.catalog.models import Brand, Category, Channel, Market, Product, Supplier, Variant
from products.compliance.models import (
    EvidenceCover,
    EvidenceDoc,
    EvidenceWarning,
    Obligation,
    ProductAttribute,
    RulePack,
    Waiver,
)

__all__ = [
    "Brand",
    "Category",
    "Channel",
    "EvidenceCover",
    "EvidenceDoc",
    "EvidenceWarning",
    "Market",
    "Obligation",
    "Product",
    "ProductAttribute",
    "RulePack",
    "Supplier",
    "Variant",
    "Waiver",
]
