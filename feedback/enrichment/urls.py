"""Addresses of what was read out of notes."""

from django.urls import path

from feedback.enrichment import views

urlpatterns = [path("inbox/<int:pk>/reading/", views.reading, name="reading")]
