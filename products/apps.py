"""What we sell: the catalogue and what is known of it."""

from django.apps import AppConfig


class ProductsConfig(AppConfig):
    """What we sell: the catalogue and what is known of it."""

    name = "products"
