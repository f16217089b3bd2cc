"""A room behind a link, for tests of the gate alone."""

from django.http import HttpResponse
from django.urls import include, path

from workspaces.guests.doors import guest_view

KIND = "tests.room"


@guest_view(KIND)
def room(request):
    """What is shared."""
    return HttpResponse(f"Inside. {request.guest.email}")


urlpatterns = [
    path("g/<str:secret>/room/", room, name="room"),
    path("", include("pm_workspace.urls")),
]
