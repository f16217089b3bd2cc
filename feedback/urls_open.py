"""Addresses outside any workspace: what visitors and other systems post to."""

from django.urls import path

from feedback.sources import views_open

app_name = "feedback_open"
urlpatterns = [
    path("in/<str:token>/", views_open.receive, name="receive"),
    path("forms/<str:key>.js", views_open.script, name="script"),
    path("forms/<str:key>/", views_open.form, name="form"),
]
