"""Addresses of one's own tokens."""

from django.urls import path

from workspaces.api import views

inside = [
    path("account/tokens/", views.tokens, name="tokens"),
    path("account/tokens/<str:key>/revoke/", views.revoke, name="token_revoke"),
]
