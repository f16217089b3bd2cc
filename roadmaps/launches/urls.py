"""Addresses of launches."""

from django.urls import path

from roadmaps.launches import views

urlpatterns = [
    path("launches/", views.launches, name="launches"),
    path("launches/<int:pk>/", views.launch, name="launch"),
    path("launches/<int:pk>/<slug:tab>/", views.launch, name="launch"),
]
