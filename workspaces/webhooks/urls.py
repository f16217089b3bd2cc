"""Addresses of webhooks."""

from django.urls import path

from workspaces.webhooks import views

inside = [
    path("webhooks/", views.webhooks, name="webhooks"),
    path("webhooks/<int:pk>/", views.webhook, name="webhook"),
    path("webhooks/<int:pk>/switch/", views.switch, name="webhook_switch"),
    path("webhooks/<int:pk>/secret/", views.rotate, name="webhook_secret"),
    path("webhooks/<int:pk>/test/", views.test, name="webhook_test"),
    path("webhooks/<int:pk>/delete/", views.delete, name="webhook_delete"),
    path("webhooks/deliveries/<int:pk>/", views.delivery, name="delivery"),
    path("webhooks/deliveries/<int:pk>/again/", views.redeliver, name="redeliver"),
]
