"""Addresses of what is done with ideas beyond what every record can."""

from django.urls import path

from feedback.ideas import views

urlpatterns = [
    path("ideas/", views.ideas, name="ideas"),
    path("ideas/<int:pk>/vote/", views.vote, name="idea_vote"),
    path("ideas/<int:pk>/merge/", views.merge, name="idea_merge"),
    path("ideas/<int:pk>/unmerge/", views.unmerge, name="idea_unmerge"),
]
