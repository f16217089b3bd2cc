"""Addresses of blind rounds."""

from django.urls import path

from roadmaps.rounds import views

urlpatterns = [
    path("priorities/rounds/", views.rounds, name="rounds"),
    path("priorities/scoring-models/<int:model>/rounds/new/", views.new, name="round_new"),
    path("priorities/rounds/<int:pk>/", views.one, name="round"),
    path("priorities/rounds/<int:pk>/rate/", views.rate, name="round_rate"),
    path("priorities/rounds/<int:pk>/show/", views.show, name="round_show"),
    path("priorities/rounds/<int:pk>/again/", views.again, name="round_again"),
    path("priorities/rounds/<int:pk>/settle/", views.settle, name="round_settle"),
    path("priorities/rounds/<int:pk>/withdraw/", views.withdraw, name="round_withdraw"),
]
