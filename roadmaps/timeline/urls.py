"""Addresses of the roadmap."""

from django.urls import path

from roadmaps.timeline import views

urlpatterns = [
    path("roadmap/", views.roadmap, name="roadmap"),
    path("roadmap/items/", views.items, name="items"),
    path("roadmap/figures/", views.figures, name="roadmap_figures"),
    path("roadmap/effect/", views.effect, name="roadmap_effect"),
    path("roadmap/move/", views.move, name="roadmap_move"),
]
