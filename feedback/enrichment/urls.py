"""Addresses of what is like what, and of what was read out of notes."""

from django.urls import path

from feedback.enrichment import views

urlpatterns = [
    path("ideas/alike/", views.alike, name="ideas_alike"),
    path("ideas/duplicates/", views.duplicates, name="duplicates"),
    path("ideas/duplicates/scan/", views.scan, name="duplicates_scan"),
    path("ideas/duplicates/<int:pk>/", views.decide, name="duplicates_decide"),
    path("inbox/<int:pk>/reading/", views.reading, name="note_reading"),
]
