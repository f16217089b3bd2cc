"""The rooms' addresses, gathered."""

from django.urls import URLPattern, URLResolver, include, path

app_name = "finance"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("finance.ledger.urls")),
    path("", include("finance.metrics.urls")),
]
