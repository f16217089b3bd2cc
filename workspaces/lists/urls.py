"""Addresses of lists: they stand below those of their kind."""

from django.urls import path

from workspaces.lists import views, views_board, views_bulk, views_cells, views_forms, views_rows

inside = [
    path("records/<slug:address>/", views.records, name="records"),
    path("records/<slug:address>/filter/", views.filter_row, name="filter_row"),
    path("records/<slug:address>/columns/", views.columns, name="list_columns"),
    path("records/<slug:address>/new/", views_forms.create, name="record_new"),
    path("records/<slug:address>/paste/", views_forms.paste, name="record_paste"),
    path("records/<slug:address>/<int:pk>/edit/", views_forms.edit, name="record_edit"),
    path("records/<slug:address>/<int:pk>/move/", views_board.move, name="record_move"),
    path("records/<slug:address>/column/", views_board.column, name="list_column"),
    path("records/<slug:address>/rows/", views_rows.rows, name="list_rows"),
    path("records/<slug:address>/cells/", views_cells.cells, name="list_cells"),
    path("records/<slug:address>/options/", views_cells.options, name="list_options"),
    path("records/<slug:address>/bulk/", views_bulk.bulk, name="list_bulk"),
    path("records/<slug:address>/bulk/value/", views_bulk.bulk_value, name="list_bulk_value"),
    path("records/<slug:address>/export.<str:extension>", views.export, name="list_export"),
]
