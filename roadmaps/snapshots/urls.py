"""Addresses of snapshots and of what changed."""

from django.urls import path

from roadmaps.snapshots import views

urlpatterns = [
    path("roadmap/changes/", views.changes, name="changes"),
    path("roadmap/changes/seen/", views.seen, name="changes_seen"),
    path("roadmap/snapshots/", views.publish, name="publish"),
    path("roadmap/snapshots/<int:pk>/delete/", views.unpublish, name="unpublish"),
]
