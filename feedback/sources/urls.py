"""Addresses of the sources of a workspace."""

from django.urls import path

from feedback.sources import views

urlpatterns = [
    path("sources/", views.sources, name="sources"),
    path("sources/new/<slug:kind>/", views.create, name="source_new"),
    path("sources/<int:pk>/", views.source, name="source"),
    path("sources/<int:pk>/switch/", views.switch, name="source_switch"),
    path("sources/<int:pk>/secret/", views.rotate, name="source_secret"),
    path("sources/<int:pk>/poll/", views.poll, name="source_poll"),
    path("sources/<int:pk>/delete/", views.delete, name="source_delete"),
    path("sources/arrivals/<int:pk>/let-in/", views.let_in, name="let_in"),
]
