"""Addresses of the catalogue."""

from django.urls import path

from products.catalog import (
    views,
    views_lists,
    views_product,
    views_variants,
)

urlpatterns = [
    path("products/", views.product_list, name="list"),
    path("products/new/", views_product.create, name="create"),
    path("products/<int:pk>/", views_product.product, name="product"),
    path("products/<int:pk>/edit/", views_product.edit, name="edit"),
    path("products/<int:pk>/move/", views_product.move, name="move"),
    path("products/<int:pk>/delete/", views_product.delete, name="delete"),
    path("products/<int:pk>/variants/new/", views_variants.create, name="variant_create"),
    path("products/<int:pk>/variants/<int:variant>/", views_variants.edit, name="variant_edit"),
    path(
        "products/<int:pk>/variants/<int:variant>/delete/",
        views_variants.delete,
        name="variant_delete",
    ),
    path("products/<int:pk>/<slug:tab>/", views_product.product, name="product"),
    path("variants/<int:variant>/", views_variants.open_variant, name="variant"),
    path("lists/<slug:plural>/", views_lists.entries, name="entries"),
    path("lists/<slug:plural>/add/", views_lists.add, name="entry_add"),
    path("lists/<slug:plural>/<int:pk>/", views_lists.entry, name="entry"),
    path("lists/<slug:plural>/<int:pk>/change/", views_lists.change, name="entry_change"),
    path("lists/<slug:plural>/<int:pk>/remove/", views_lists.remove, name="entry_remove"),
]
