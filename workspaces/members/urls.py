"""Addresses of people, settings and invitations."""

from django.urls import path

from workspaces.members import pages, views, views_teams

outside = [
    path("new/", pages.create, name="create"),
    path("workspaces/", pages.choose, name="choose"),
    path("workspaces/<slug:slug>/restore/", pages.restore, name="restore"),
    path("invitations/<str:token>/", pages.open_invitation, name="open_invitation"),
    path("invitation/", pages.invitation, name="invitation"),
]
inside = [
    path("members/", views.members, name="members"),
    path("members/invite/", views.invite, name="invite"),
    path("members/<int:pk>/role/", views.change_role, name="member_role"),
    path("members/<int:pk>/remove/", views.remove, name="member_remove"),
    path("members/<int:pk>/restore/", views.restore, name="member_restore"),
    path("teams/new/", views_teams.team_new, name="team_new"),
    path("teams/<int:pk>/", views_teams.team, name="team"),
    path("teams/<int:pk>/delete/", views_teams.team_delete, name="team_delete"),
    path("teams/<int:pk>/restore/", views_teams.team_restore, name="team_restore"),
    path("invitations/<int:pk>/resend/", views.resend, name="invitation_resend"),
    path("invitations/<int:pk>/revoke/", views.revoke, name="invitation_revoke"),
    path("settings/", views.settings, name="settings"),
    path("settings/delete/", views.delete, name="delete"),
    path("account/", views.account, name="account"),
    path("account/leave/", views.leave, name="leave"),
]
