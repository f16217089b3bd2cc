"""Addresses of the imports."""

from django.urls import path

from workspaces.imports import actions, export_views, views

inside = [
    path("imports/", views.imports, name="imports"),
    path("imports/new/", views.import_start, name="import_start"),
    path("imports/examples/<slug:kind>.csv", views.import_example, name="import_example"),
    path("exports/<slug:kind>.<str:extension>", export_views.export, name="export"),
    path("imports/<int:pk>/", views.import_page, name="import"),
    path("imports/<int:pk>/columns/", views.import_columns, name="import_columns"),
    path("imports/<int:pk>/problems.csv", views.import_problems, name="import_problems"),
    path("imports/<int:pk>/check/", actions.check, name="import_check"),
    path("imports/<int:pk>/cell/", actions.correct, name="import_cell"),
    path("imports/<int:pk>/run/", actions.run, name="import_run"),
    path("imports/<int:pk>/cancel/", actions.cancel, name="import_cancel"),
    path("imports/<int:pk>/undo/", actions.undo, name="import_undo"),
    path("imports/<int:pk>/discard/", actions.discard, name="import_discard"),
]
