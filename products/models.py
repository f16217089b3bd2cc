"""The rooms' models, gathered for Django."""

from products.catalog.models import Brand, Category, Channel, Market, Product, Supplier, Variant

__all__ = ["Brand", "Category", "Channel", "Market", "Product", "Supplier", "Variant"]
