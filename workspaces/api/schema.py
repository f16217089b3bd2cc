"""What the OpenAPI document says of every operation without being told: the house's rules."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

from workspaces.api.narrowing import parameters

PROBLEM = {"$ref": "#/components/schemas/Problem"}
ALWAYS = {
    "400": "A parameter or the JSON itself is wrong.",
    "401": "No token or session, or one that is not valid.",
    "403": "Your role or the token's scopes do not allow this.",
    "404": "No such workspace or row for you.",
    "405": "This address does not know that method.",
    "429": "Too many requests; wait until Retry-After.",
}
UNSAFE = {
    "409": "It clashes with another write, or the same Idempotency-Key is still at work.",
    "415": "Send application/json.",
    "422": "The body was understood, and something in it is not allowed; see errors.",
}
GUARDED = {
    "412": "The record changed since the ETag you sent.",
    "428": "If-Match is missing.",
}
IDEMPOTENCY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="Any text of your own; the same request with it is done once in 24 hours.",
)
IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    required=True,
    description="The ETag you read, or * to change the record whatever its version.",
)
PROBLEM_SCHEMA = {
    "type": "object",
    "description": "A refusal (RFC 9457).",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What is wrong, and what to do."},
        "errors": {"type": "object", "additionalProperties": True},
        "theirs": {"type": "object", "additionalProperties": True},
    },
}


class ApiSchema(AutoSchema):
    """Reads shapes from a resource's `output` and `input`, and adds headers and refusals."""

    def get_request_serializer(self) -> Any:
        action = getattr(self.view, "action", "")
        if action == "create" and hasattr(self.view, "input"):
            return self.view.input
        if action == "partial_update":
            return getattr(self.view, "change_input", None) or getattr(self.view, "input", None)
        return None

    def get_response_serializers(self) -> Any:
        action = getattr(self.view, "action", "")
        output = getattr(self.view, "output", None)
        if action == "destroy":
            return {204: None}
        if output is None:
            return None
        if action == "create":
            return {201: output}
        return output

    def _is_list_view(self, serializer: Any = None) -> bool:
        return hasattr(self.view, "orders") and getattr(self.view, "action", "") == "list"

    def get_filter_backends(self) -> list[Any]:
        return []

    def get_override_parameters(self) -> list[Any]:
        action = getattr(self.view, "action", "")
        found: list[Any] = list(super().get_override_parameters())
        resource = hasattr(self.view, "orders")
        if self.method == "POST":
            found.append(IDEMPOTENCY)
        if action in ("partial_update", "destroy") and getattr(self.view, "versioned", False):
            found.append(IF_MATCH)
        if resource and action in ("list", "retrieve", "create", "partial_update"):
            found.append(
                OpenApiParameter("fields", str, description="Names to send, separated by commas.")
            )
        if resource and action == "list":
            found += self._list_parameters()
        return found

    def _list_parameters(self) -> list[OpenApiParameter]:
        orders = list(getattr(self.view, "orders", ()))
        found = [OpenApiParameter("order", str, enum=orders, description="Default: the first.")]
        filters = getattr(self.view, "filterset_class", None)
        for name, one in (filters.base_filters if filters else {}).items():
            kind, choices = _type_of(one)
            described = str(one.extra.get("help_text") or one.label or "")
            found.append(OpenApiParameter(name, kind, enum=choices, description=described))
        output = getattr(self.view, "output", None)
        taken = [one.name for one in found]
        for name, words in (parameters(output, taken) if output else {}).items():
            found.append(OpenApiParameter(name, str, description=words))
        return found

    def get_operation(self, *args: Any, **kwargs: Any) -> Any:
        operation = super().get_operation(*args, **kwargs)
        if operation is None:
            return None
        refusals = dict(ALWAYS)
        if self.method in ("POST", "PATCH", "PUT", "DELETE"):
            refusals |= UNSAFE
        if any(one.get("name") == "If-Match" for one in operation.get("parameters", [])):
            refusals |= GUARDED
        for status, text in refusals.items():
            operation["responses"].setdefault(
                status,
                {
                    "description": text,
                    "content": {"application/problem+json": {"schema": PROBLEM}},
                },
            )
        return operation


class BearerScheme(OpenApiAuthenticationExtension):
    """Personal tokens, in the document."""

    target_class = "workspaces.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}


class SessionScheme(OpenApiAuthenticationExtension):
    """The app's own session, in the document."""

    target_class = "workspaces.api.authentication.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        from django.conf import settings

        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}


def _type_of(one: Any) -> tuple[Any, list[str] | None]:
    """A filter's type in the schema."""
    from django import forms

    field = one.field_class
    choices = one.extra.get("choices")
    if choices:
        pairs = choices() if callable(choices) else choices
        return str, [str(value) for value, _ in pairs]
    for form_field, kind in (
        (forms.DateTimeField, "date-time"),
        (forms.DateField, "date"),
        (forms.NullBooleanField, "boolean"),
        (forms.DecimalField, "number"),
        (forms.IntegerField, "integer"),
    ):
        if issubclass(field, form_field):
            return {"type": "string", "format": kind} if "date" in kind else {"type": kind}, None
    return str, None


def add_problem(result: Any, generator: Any, request: Any, public: bool) -> Any:
    """Postprocessing: the one shape of refusals, and bodies that take no unknown names."""
    schemas = result.setdefault("components", {}).setdefault("schemas", {})
    schemas["Problem"] = PROBLEM_SCHEMA
    for name, schema in schemas.items():
        if name.endswith("Request") and schema.get("type") == "object":
            schema["additionalProperties"] = False
        elif not name.startswith("Paginated") and name != "Problem":
            schema.pop("required", None)  # `fields=` may leave any of them out
    return result
