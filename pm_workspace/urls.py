"""The site map."""

from django.contrib import admin
from django.urls import include, path

from pm_workspace.health import healthz
from pm_workspace.home.views import entrance

workspace_pages = [
    path("", include("pm_workspace.home.urls")),
    path("", include("workspaces.urls")),
    path("", include("products.urls")),
    path("", include("finance.urls")),
    path("", include("feedback.urls")),
]

urlpatterns = [
    path("", entrance, name="entrance"),
    path("w/<slug:slug>/", include(workspace_pages)),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("healthz", healthz, name="healthz"),
]
