"""Addresses of priorities."""

from django.urls import path

from roadmaps.priorities import views

urlpatterns = [
    path("priorities/", views.priorities, name="priorities"),
    path("priorities/scoring-models/<int:model>/items/<int:pk>/", views.score, name="score"),
    path(
        "priorities/scoring-models/<int:model>/items/<int:pk>/inputs/",
        views.inputs,
        name="score_inputs",
    ),
    path("priorities/scoring-models/<int:model>/items/<int:pk>/dot/", views.dot, name="score_dot"),
]
