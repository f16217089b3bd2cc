"""The site map with the gallery, for tests: they run with DEBUG off like an installation does."""

from django.urls import include, path

from pm_workspace.urls import urlpatterns as site

urlpatterns = [*site, path("gallery/", include("pm_workspace.gallery.urls"))]
