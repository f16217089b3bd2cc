"""Addresses of sharing, for guests: below a link's secret."""

from django.urls import path

from roadmaps.sharing import views_guest, views_launches

app_name = "shared"
urlpatterns = [
    path("g/<str:secret>/roadmap/", views_guest.shared, name="roadmap"),
    path("g/<str:secret>/roadmap.<str:extension>", views_guest.taken_away, name="file"),
    path("g/<str:secret>/launch/", views_launches.shared, name="launch"),
    path("g/<str:secret>/launch.ics", views_launches.calendar, name="launch_calendar"),
    path("g/<str:secret>/comment/", views_guest.comment, name="comment"),
]
