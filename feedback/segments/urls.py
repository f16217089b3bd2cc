"""Addresses of segments beyond what every record has."""

from django.urls import path

from feedback.segments import views

urlpatterns = [
    path("segments/", views.segments, name="segments"),
    path("segments/new/", views.new, name="segment_new"),
    path("segments/condition/", views.condition, name="segment_condition"),
    path("segments/<int:pk>/", views.segment, name="segment"),
    path("segments/<int:pk>/edit/", views.edit, name="segment_edit"),
    path("ideas/<int:pk>/voices/", views.voices, name="idea_voices"),
]
