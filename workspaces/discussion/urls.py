"""Addresses of discussions, comments and files."""

from django.urls import path

from workspaces.discussion import views, views_files

ABOUT = "discussion/<str:kind>/<int:pk>/"

inside = [
    path(ABOUT, views.discussion, name="discussion"),
    path(f"{ABOUT}fresh/", views.fresh, name="discussion_fresh"),
    path(f"{ABOUT}suggest/", views.suggest, name="discussion_suggest"),
    path(f"{ABOUT}files/", views_files.attach, name="attach"),
    path("comments/<int:pk>/", views.comment, name="comment"),
    path("comments/<int:pk>/edit/", views.edit, name="comment_edit"),
    path("comments/<int:pk>/delete/", views.delete, name="comment_delete"),
    path("comments/<int:pk>/restore/", views.restore, name="comment_restore"),
    path("comments/<int:pk>/resolve/", views.resolve, name="comment_resolve"),
    path("comments/<int:pk>/react/", views.react, name="comment_react"),
    path("comments/<int:pk>/history/", views.history, name="comment_history"),
    path("comments/<int:pk>/markdown/", views.markdown, name="comment_markdown"),
    path("attachments/<int:pk>/", views_files.attachment, name="attachment"),
    path("attachments/<int:pk>/picture/", views_files.picture, name="attachment_picture"),
    path("attachments/<int:pk>/delete/", views_files.delete, name="attachment_delete"),
    path("attachments/<int:pk>/restore/", views_files.restore, name="attachment_restore"),
]
