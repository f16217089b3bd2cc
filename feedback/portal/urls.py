"""Addresses of portals: for members below the workspace, for visitors below their secret."""

from django.urls import path

from feedback.portal import pages, pages_people, views, views_comments

urlpatterns = [
    path("portals/", views.portals, name="portals"),
    path("portals/new/", views.new, name="portal_new"),
    path("portals/<int:pk>/", views.portal, name="portal"),
    path("portals/<int:pk>/gate/", views.gate, name="portal_gate"),
    path("portals/<int:pk>/act/", views.act, name="portal_act"),
    path("portals/<int:pk>/preview/", views.preview, name="portal_preview"),
    path("portals/<int:pk>/moderate/", views.moderate, name="portal_moderate"),
    path("portal-comments/<int:pk>/", views_comments.decide, name="visitor_comment"),
]
outside = [
    path("p/<slug:key>/", pages.readable, name="portal_readable"),
    path("g/<str:secret>/ideas/", pages.ideas, name="portal_ideas"),
    path("g/<str:secret>/ideas.json", pages.as_json, name="portal_json"),
    path("g/<str:secret>/ideas/<int:pk>/", pages.idea, name="portal_idea"),
    path("g/<str:secret>/ideas/<int:pk>/vote/", pages.vote, name="portal_vote"),
    path("g/<str:secret>/ideas/<int:pk>/say/", pages_people.comment, name="portal_say"),
    path("g/<str:secret>/prove/", pages_people.prove, name="portal_prove"),
    path("g/<str:secret>/post/", pages.post, name="portal_post"),
    path("g/<str:secret>/news/", pages.news, name="portal_news"),
]
