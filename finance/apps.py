"""What it earns: the ledger and the metrics read from it."""

from django.apps import AppConfig


class FinanceConfig(AppConfig):
    """What it earns: the ledger and the metrics read from it."""

    name = "finance"

    def ready(self) -> None:
        from finance.metrics import recompute
        from workspaces.staleness.registry import Topic, register

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
            )
        )
