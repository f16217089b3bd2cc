"""Addresses of notifications, watching and letters."""

from django.urls import path

from workspaces.following import pages, views

outside = [
    path("unsubscribe/<str:token>/", pages.unsubscribe, name="unsubscribe"),
]
inside = [
    path("notifications/", views.notifications, name="notifications"),
    path("notifications/bell/", views.bell, name="bell"),
    path("notifications/newest/", views.newest, name="notifications_newest"),
    path("notifications/read/", views.mark_all, name="notifications_read"),
    path("notifications/<int:pk>/open/", views.open_one, name="notification_open"),
    path("notifications/<int:pk>/mute/", views.mute, name="notification_mute"),
    path("notifications/<int:pk>/<slug:act>/", views.mark, name="notification_mark"),
    path("watch/<str:kind>/<int:pk>/", views.watch, name="watch"),
    path("watch/<str:kind>/<int:pk>/stop/", views.unwatch, name="unwatch"),
    path("account/letters/", views.letters, name="letters"),
]
