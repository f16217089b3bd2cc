"""Addresses of the workspace's own fields."""

from django.urls import path

from workspaces.fields import views

inside = [
    path("settings/fields/", views.fields_home, name="fields"),
    path("settings/fields/kinds/<str:kind>/", views.fields_of_kind, name="fields_of_kind"),
    path("settings/fields/kinds/<str:kind>/add/", views.field_add, name="field_add"),
    path("settings/fields/<int:pk>/", views.field, name="field"),
    path("settings/fields/<int:pk>/type/", views.field_type, name="field_type"),
    path("settings/fields/<int:pk>/retire/", views.field_retire, name="field_retire"),
    path("settings/fields/<int:pk>/restore/", views.field_restore, name="field_restore"),
    path("settings/fields/<int:pk>/move/", views.field_move, name="field_move"),
]
