"""Addresses of meetings; the page of one is every record's."""

from django.urls import path

from workspaces.meetings import views

inside = [
    path("meetings/", views.meetings, name="meetings"),
    path("meetings/new/", views.create, name="meeting_new"),
    path("meetings/<int:pk>/edit/", views.edit, name="meeting_edit"),
    path("meetings/<int:pk>/move/", views.move, name="meeting_move"),
    path("meetings/<int:pk>/agenda/", views.points, name="meeting_points"),
    path("meetings/<int:pk>/agenda/<int:point>/", views.point, name="meeting_point"),
    path("meetings/<int:pk>/outcomes/", views.outcomes, name="meeting_outcomes"),
    path("meetings/<int:pk>/minutes/", views.minutes, name="meeting_minutes"),
    path("meetings/<int:pk>/minutes.md", views.minutes_file, name="meeting_minutes_file"),
    path("meetings/<int:pk>/meeting.ics", views.calendar_file, name="meeting_ics"),
]
