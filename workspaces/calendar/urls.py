"""Addresses of the calendar and its feed."""

from django.urls import path

from workspaces.calendar import views

outside = [path("calendar/<str:token>.ics", views.feed, name="feed")]
inside = [
    path("calendar/", views.calendar, name="calendar"),
    path("calendar/move/", views.move, name="calendar_move"),
    path("calendar/feed/", views.make_feed, name="calendar_feed"),
    path("calendar/feed/close/", views.drop_feed, name="calendar_feed_close"),
]
