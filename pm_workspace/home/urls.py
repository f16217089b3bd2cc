"""Home's addresses."""

from django.urls import path

from pm_workspace.palette import palette, switch

app_name = "home"
urlpatterns = [
    path("find/", palette, name="palette"),
    path("switch/", switch, name="switch"),
]
