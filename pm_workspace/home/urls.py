"""Home's addresses."""

from django.urls import path

from pm_workspace.home.views import home, snooze, wake
from pm_workspace.palette import palette, switch

app_name = "home"
urlpatterns = [
    path("", home, name="home"),
    path("snooze/", snooze, name="snooze"),
    path("wake/", wake, name="wake"),
    path("find/", palette, name="palette"),
    path("switch/", switch, name="switch"),
]
