"""The gate's one address. Rooms put theirs below `g/<secret>/` too: the cookie's path."""

from django.urls import path

from workspaces.guests import views

outside = [path("g/<str:secret>/enter/", views.enter, name="guest_enter")]
