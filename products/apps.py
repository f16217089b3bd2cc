"""What we sell: the catalogue and what is known of it."""

from django.apps import AppConfig


class ProductsConfig(AppConfig):
    """What we sell: the catalogue and what is known of it."""

    name = "products"

    def ready(self) -> None:
        from products.catalog import presets, records, scopes, tabs_own, traces
        from products.catalog.tabs import Tab, register_tab
        from products.catalog.transfer import PRODUCTS
        from products.compliance import registering as compliance
        from workspaces.access.roles import Perm
        from workspaces.imports.kinds import register_kind

        register_kind(PRODUCTS)
        presets.register()
        records.register()
        traces.register()
        scopes.register()
        compliance.register()
        register_tab(Tab("overview", "Overview", 0, Perm.CATALOG_VIEW, tabs_own.overview))
        register_tab(Tab("activity", "Activity", 900, Perm.CATALOG_VIEW, tabs_own.activity))
