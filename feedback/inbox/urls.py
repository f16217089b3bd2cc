"""Addresses of the inbox."""

from django.urls import path

from feedback.inbox import views, views_inbox

urlpatterns = [
    path("inbox/", views_inbox.inbox, name="inbox"),
    path("inbox/act/", views_inbox.act, name="inbox_act"),
    path("inbox/waiting/", views_inbox.waiting, name="inbox_waiting"),
    path("inbox/<int:pk>/", views_inbox.pane, name="inbox_note"),
    path("inbox/<int:pk>/ideas/", views_inbox.suggestions, name="inbox_ideas"),
    path("inbox/<int:pk>/same/", views_inbox.same, name="inbox_same"),
    path("feedback/", views.note_list, name="list"),
    path("feedback/columns/", views.columns, name="columns"),
    path("feedback/export.<str:extension>", views.export, name="export"),
    path("feedback/new/", views.create, name="create"),
    path("feedback/<int:pk>/", views.note, name="note"),
    path("feedback/<int:pk>/delete/", views.delete, name="delete"),
]
