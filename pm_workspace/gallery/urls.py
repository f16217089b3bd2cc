"""The gallery's address; the site map has it only while DEBUG is on."""

from django.urls import path

from pm_workspace.gallery.views import gallery

app_name = "gallery"
urlpatterns = [path("", gallery, name="gallery")]
