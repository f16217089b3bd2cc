"""Addresses of what is done beside an item; its page is every record's."""

from django.urls import path

from roadmaps.items import views

urlpatterns = [
    path("roadmap/ideas/<int:pk>/plan/", views.plan, name="plan_idea"),
    path("roadmap/items/<int:pk>/move/", views.move, name="item_move"),
    path("roadmap/items/<int:pk>/products/", views.products, name="item_products"),
    path("roadmap/items/<int:pk>/estimates/", views.estimates, name="item_estimates"),
    path("roadmap/items/<int:pk>/waits/", views.waits, name="item_waits"),
]
