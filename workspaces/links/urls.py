"""Addresses of traces and links."""

from django.urls import path

from workspaces.links import views

inside = [
    path("trace/<str:kind>/<int:pk>/", views.trace, name="trace"),
    path("links/<str:kind>/<int:pk>/", views.link, name="link"),
    path("links/<int:pk>/remove/", views.remove, name="link_remove"),
    path("links/<int:pk>/restore/", views.restore, name="link_restore"),
]
