"""The API's description: the OpenAPI document and a page to browse it."""

from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer

from workspaces.api.problems import plain_problem

RENDERERS = {"json": OpenApiJsonRenderer, "yaml": OpenApiYamlRenderer}


def document() -> dict[str, Any]:
    """The OpenAPI 3 document of every resource."""
    api = [path("api/v1/", include("pm_workspace.api.urls"))]
    found: dict[str, Any] = SchemaGenerator(patterns=api).get_schema(public=True)
    return found


@lru_cache(maxsize=2)
def rendered(form: str) -> bytes:
    """The document as bytes. It only changes with the code, so it is made once a process."""
    body: str | bytes = RENDERERS[form]().render(document(), renderer_context={})
    return body if isinstance(body, bytes) else body.encode()


@require_safe
def schema(request: HttpRequest) -> HttpResponse:
    """The document as JSON, or as YAML with `?as=yaml`."""
    form = request.GET.get("as", "json")
    if form not in RENDERERS:
        return plain_problem(request, 400, "Ask for as=json or as=yaml.")
    return HttpResponse(rendered(form), content_type=RENDERERS[form].media_type)


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """A page to read and try the API on."""
    return render(request, "api/docs.html")
