"""The rooms' addresses, gathered: some outside any workspace, most below `w/<slug>/`."""

from django.urls import include, path

from workspaces.api import urls as api
from workspaces.approvals import urls as approvals
from workspaces.calendar import urls as calendar
from workspaces.discussion import urls as discussion
from workspaces.documents import urls as documents
from workspaces.fields import urls as fields
from workspaces.following import urls as following
from workspaces.guests import urls as guests
from workspaces.imports import urls as imports
from workspaces.jobs import urls as jobs
from workspaces.links import urls as links
from workspaces.meetings import urls as meetings
from workspaces.members import urls as members
from workspaces.records import urls as records
from workspaces.search import urls as search
from workspaces.todo import urls as todo
from workspaces.views import urls as views
from workspaces.webhooks import urls as webhooks

app_name = "workspaces"

inside = [
    *members.inside,
    *jobs.inside,
    *imports.inside,
    *api.inside,
    *records.inside,
    *fields.inside,
    *todo.inside,
    *documents.inside,
    *following.inside,
    *search.inside,
    *discussion.inside,
    *views.inside,
    *approvals.inside,
    *meetings.inside,
    *calendar.inside,
    *webhooks.inside,
    *links.inside,
]
urlpatterns = [
    *members.outside,
    *following.outside,
    *calendar.outside,
    *guests.outside,
    path("w/<slug:slug>/", include(inside)),
]
