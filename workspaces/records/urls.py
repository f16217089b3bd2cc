"""Addresses of history, trash and undo."""

from django.urls import path

from workspaces.lists.urls import inside as lists
from workspaces.records import views, views_record

inside = [
    path("activity/", views.activity, name="activity"),
    path("activity/<int:event>/undo/", views.undo, name="undo"),
    path("activity/<int:event>/restore/<str:field>/", views.restore_value, name="restore_value"),
    path("activity/batch/<uuid:batch>/undo/", views.undo_batch, name="undo_batch"),
    path("trash/", views.trash, name="trash"),
    path("trash/<str:kind>/<int:pk>/restore/", views.restore, name="restore_record"),
    *lists,
    path("records/<slug:address>/<int:pk>/", views_record.record, name="record"),
    path("records/<slug:address>/<int:pk>/delete/", views_record.delete, name="record_delete"),
    path("records/<slug:address>/<int:pk>/<slug:page>/", views_record.record, name="record_tab"),
]
