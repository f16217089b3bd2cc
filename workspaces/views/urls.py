"""Addresses of saved views."""

from django.urls import path

from workspaces.views import pages

inside = [
    path("views/<slug:address>/save/", pages.save, name="view_save"),
    path("saved/<int:pk>/", pages.saved, name="saved_view"),
    path("saved/<int:pk>/change/", pages.change, name="view_change"),
    path("saved/<int:pk>/copy/", pages.copy, name="view_copy"),
    path("saved/<int:pk>/delete/", pages.delete, name="view_delete"),
    path("saved/<int:pk>/restore/", pages.restore, name="view_restore"),
    path("saved/<int:pk>/favour/", pages.favour, name="view_favour"),
    path("saved/<int:pk>/begin/", pages.begin, name="view_begin"),
]
