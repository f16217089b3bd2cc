"""What we sell: the catalogue and what is known of it."""

from django.apps import AppConfig


class ProductsConfig(AppConfig):
    """What we sell: the catalogue and what is known of it."""

    name = "products"

    def ready(self) -> None:
        from products.catalog.transfer import PRODUCTS
        from workspaces.imports.kinds import register_kind

        register_kind(PRODUCTS)
