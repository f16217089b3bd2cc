"""Addresses of the inbox."""

from django.urls import path

from feedback.inbox import views

urlpatterns = [
    path("feedback/", views.note_list, name="list"),
    path("feedback/columns/", views.columns, name="columns"),
    path("feedback/export.<str:extension>", views.export, name="export"),
    path("feedback/new/", views.create, name="create"),
    path("feedback/<int:pk>/", views.note, name="note"),
    path("feedback/<int:pk>/delete/", views.delete, name="delete"),
]
