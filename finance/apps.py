"""What it earns: the ledger and the metrics read from it."""

from django.apps import AppConfig


class FinanceConfig(AppConfig):
    """What it earns: the ledger and the metrics read from it."""

    name = "finance"

    def ready(self) -> None:
        self._register_kinds()
        from finance.ledger import records, traces
        from finance.metrics import (
            blocks,
            figures,
            panels,
            product_list,
            recompute,
            scope_block,
            source_rows,
        )
        from workspaces.staleness.registry import Topic, register

        figures.register()
        records.register()
        traces.register()
        product_list.register()
        panels.register()
        source_rows.register()
        blocks.register()
        scope_block.register()
        register(
            Topic(
                recompute.CUSTOMERS,
                "First orders",
                recompute.recompute_customers,
                recompute.recompute_all_customers,
                order=0,
            )
        )
        register(
            Topic(
                recompute.SALES,
                "Sales",
                recompute.recompute_sales,
                recompute.recompute_all_sales,
                order=10,
                batch=recompute.SALES_BATCH,
            )
        )

    def _register_kinds(self) -> None:
        from finance.ledger import presets
        from finance.ledger.transfer.costs import BESIDE_PRODUCTS, COSTS
        from finance.ledger.transfer.customers import CUSTOMERS
        from finance.ledger.transfer.orders import ORDERS
        from products.catalog.transfer import register_follower
        from workspaces.imports.kinds import register_kind

        for kind in (ORDERS, CUSTOMERS, COSTS):
            register_kind(kind)
        register_follower(BESIDE_PRODUCTS)
        presets.register()
