"""Addresses of the figures."""

from django.urls import path

from finance.metrics import views, views_explorer

urlpatterns = [
    path("freshness/", views.freshness, name="freshness"),
    path("metrics/", views_explorer.explorer, name="metrics"),
    path("metrics/export.<str:extension>", views_explorer.export, name="metrics_export"),
    path("metrics/<slug:name>/", views.metric, name="metric"),
    path("metrics/<slug:name>/rows.<str:extension>", views.rows_file, name="metric_rows"),
]
