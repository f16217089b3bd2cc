"""The rooms' models, gathered for Django."""

from finance.ledger.models import (
    Account,
    AdSpend,
    CostRecord,
    Customer,
    ExchangeRate,
    Order,
    OrderLine,
    Refund,
)
from finance.metrics.models import DailySales, ProductSummary

__all__ = [
    "Account",
    "AdSpend",
    "CostRecord",
    "Customer",
    "DailySales",
    "ExchangeRate",
    "Order",
    "OrderLine",
    "ProductSummary",
    "Refund",
]
