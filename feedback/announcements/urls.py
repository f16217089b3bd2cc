"""Addresses of announcements beyond what every record has."""

from django.urls import path

from feedback.announcements import views

urlpatterns = [
    path("announcements/", views.announcements, name="announcements"),
    path("announcements/<int:pk>/", views.announcement, name="announcement"),
    path("announcements/<int:pk>/write/", views.write, name="announcement_write"),
    path("announcements/<int:pk>/publish/", views.publish, name="announcement_publish"),
    path("ideas/<int:pk>/announce/", views.announce, name="idea_announce"),
]
outside = [path("news/unsubscribe/<str:token>/", views.unsubscribe, name="news_unsubscribe")]
