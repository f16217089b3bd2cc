"""What it earns: the ledger and the metrics read from it."""

from django.apps import AppConfig


class FinanceConfig(AppConfig):
    """What it earns: the ledger and the metrics read from it."""

    name = "finance"
