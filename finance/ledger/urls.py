"""Addresses of the ledger."""

from django.urls import path

from finance.ledger import views_books, views_matching
from finance.ledger import views_orders as orders

urlpatterns = [
    *views_books.urlpatterns,
    path("orders/", orders.order_list, name="orders"),
    path("orders/columns/", orders.columns, name="orders_columns"),
    path("orders/export.<str:extension>", orders.export, name="orders_export"),
    path("orders/lines/<int:line>/", orders.of_line, name="order_of_line"),
    path("orders/refunds/<int:refund>/", orders.of_refund, name="order_of_refund"),
    path("orders/refunds/<int:refund>/match/", views_matching.link_refund, name="refund_match"),
    path("orders/<int:pk>/", orders.order, name="order"),
    path("orders/<int:pk>/status/", orders.change_status, name="order_status"),
    path("orders/<int:pk>/delete/", orders.delete, name="order_delete"),
    path("orders/<int:pk>/lines/<int:line>/", orders.change_line, name="order_line"),
    path("orders/<int:pk>/lines/<int:line>/refund/", orders.create_refund, name="refund_create"),
    path(
        "orders/<int:pk>/refunds/<int:refund>/delete/", orders.delete_refund, name="refund_delete"
    ),
]
