"""Jobs over the API: how far, how they ended, cancel, retry."""

from typing import ClassVar

import django_filters as filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from workspaces.access.roles import Perm
from workspaces.api.paging import Order
from workspaces.api.rows import Output
from workspaces.api.viewsets import ResourceViewSet
from workspaces.jobs import services
from workspaces.jobs.models import Job, JobState


class JobSerializer(Output):
    """Long work: what, how far, how it ended."""

    class Meta:
        model = Job
        fields = [
            "id",
            "kind",
            "title",
            "state",
            "done",
            "total",
            "phase",
            "log",
            "error",
            "result",
            "attempts",
            "cancel_requested",
            "created_by",
            "created_at",
            "started_at",
            "finished_at",
        ]


class JobFilters(filters.FilterSet):
    """Narrowing a list of jobs."""

    state = filters.ChoiceFilter(choices=JobState.choices)
    kind = filters.CharFilter()


class JobViewSet(ResourceViewSet):
    """Everybody sees their own jobs; who may see all jobs sees all."""

    reads, writes = Perm.WORKSPACE_VIEW, Perm.WORKSPACE_VIEW
    output = JobSerializer
    filterset_class = JobFilters
    orders: ClassVar = {"-id": Order(("-id",)), "id": Order(("id",))}

    def get_queryset(self) -> QuerySet[Job]:
        jobs = Job.objects.visible_to(self.actor)
        if self.actor.can(Perm.JOBS_VIEW):
            return jobs
        return jobs.filter(created_by=self.actor.user)

    @extend_schema(request=None, responses=JobSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, **kwargs: str) -> Response:
        """Stop a job: at once while it waits, at its next report of progress while it runs."""
        return self.one(services.cancel(self.actor, int(kwargs["pk"])).pk)

    @extend_schema(request=None, responses=JobSerializer)
    @action(detail=True, methods=["post"])
    def retry(self, request: Request, **kwargs: str) -> Response:
        """Queue a failed or cancelled job once more."""
        return self.one(services.retry(self.actor, int(kwargs["pk"])).pk)
