"""The site map."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from pm_workspace.health import healthz
from pm_workspace.home.views import entrance

workspace_pages = [
    path("", include("pm_workspace.home.urls")),
    path("", include("products.urls")),
    path("", include("finance.urls")),
    path("", include("feedback.urls")),
    path("", include("roadmaps.urls")),
]

urlpatterns = [
    path("", entrance, name="entrance"),
    path("", include("workspaces.urls")),
    path("", include("roadmaps.sharing.guest_urls")),
    path("", include("feedback.outside")),
    path("", include("feedback.urls_open")),
    path("w/<slug:slug>/", include(workspace_pages)),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("api/v1/", include("pm_workspace.api.urls")),
    path("healthz", healthz, name="healthz"),
]

handler400 = "pm_workspace.api.errors.bad_request"
handler403 = "pm_workspace.api.errors.forbidden"
handler404 = "pm_workspace.api.errors.not_found"
handler500 = "pm_workspace.api.errors.server_error"

if settings.DEBUG:
    urlpatterns.append(path("gallery/", include("pm_workspace.gallery.urls")))
