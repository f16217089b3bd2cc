"""Addresses of searching."""

from django.urls import path

from workspaces.search import views

inside = [path("search/", views.results, name="search")]
