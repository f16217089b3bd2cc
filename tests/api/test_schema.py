"""The OpenAPI document: committed, complete, and true under schemathesis."""

from pathlib import Path

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from pm_workspace.api.docs import document, rendered
from tests.factories.catalog import (
    BrandFactory,
    CategoryFactory,
    MarketFactory,
    ProductFactory,
    SupplierFactory,
    VariantFactory,
)
from tests.factories.feedback import NoteFactory
from tests.factories.ledger import (
    AccountFactory,
    CostRecordFactory,
    CustomerFactory,
    OrderLineFactory,
    RefundFactory,
)
from workspaces.api.services import create_token
from workspaces.jobs.models import Job

EXAMPLES = 4
COMMITTED = Path(__file__).resolve().parents[2] / "docs" / "openapi.yaml"
CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)


def test_the_committed_document_is_the_one_the_code_makes():
    """Made anew by `make schema`."""
    assert COMMITTED.read_bytes() == rendered("yaml")


def test_every_operation_says_how_it_may_refuse():
    for path, operations in document()["paths"].items():
        for method, operation in operations.items():
            said = set(operation["responses"])
            assert {"400", "401", "403", "404", "429"} <= said, (method, path)
            if method != "get":
                assert {"409", "422"} <= said, (method, path)
            if any(one["name"] == "If-Match" for one in operation.get("parameters", [])):
                assert {"412", "428"} <= said, (method, path)


def test_the_document_and_its_page_are_served(client, db):
    assert client.get("/api/v1/schema/").json()["openapi"].startswith("3.")
    assert client.get("/api/v1/schema/?as=yaml").content.startswith(b"openapi:")
    assert client.get("/api/v1/schema/?as=xml").status_code == 400
    page = client.get("/api/v1/docs/").content.decode()
    assert "<style" not in page
    assert "<script>" not in page


@pytest.fixture
def shop(owner):
    """A workspace with a row of each kind: {resource: id}."""
    workspace = owner.workspace
    workspace.slug = "shop"
    workspace.save()
    product = ProductFactory(workspace=workspace, brand=BrandFactory(workspace=workspace))
    line = OrderLineFactory(
        workspace=workspace, variant=VariantFactory(workspace=workspace, product=product)
    )
    job = Job.objects.create(workspace=workspace, kind="recompute", title="Job")
    return {
        "products": product.pk,
        "variants": line.variant.pk,
        "categories": CategoryFactory(workspace=workspace).pk,
        "brands": product.brand_id,
        "suppliers": SupplierFactory(workspace=workspace).pk,
        "channels": line.channel_id,
        "markets": MarketFactory(workspace=workspace).pk,
        "customers": CustomerFactory(workspace=workspace).pk,
        "accounts": AccountFactory(workspace=workspace).pk,
        "orders": line.order_id,
        "refunds": RefundFactory(workspace=workspace, order_line=line).pk,
        "costs": CostRecordFactory(workspace=workspace, variant=line.variant).pk,
        "notes": NoteFactory(workspace=workspace, product=product).pk,
        "jobs": job.pk,
    }


def _tried(operation, mode, headers, shop):
    """Send generated requests; half of those that name a row name one that is there."""

    @hypothesis(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def send(case):
        path = dict(case.path_parameters or {})
        path["slug"] = "shop"
        resource = operation.path.split("{slug}/")[1].split("/")[0]
        number = path.get("id")
        if "id" in path and (not isinstance(number, int) or number % 2):
            path["id"] = shop.get(resource, 1)
        case.path_parameters = path
        response = case.call(headers=headers)
        case.validate_response(response, checks=CHECKS)

    send()


@pytest.fixture
def _one_connection():
    """Requests of this thread share the test's transaction, as those of Django's client do."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.mark.django_db
@pytest.mark.usefixtures("_one_connection")
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_no_request_breaks_the_service_or_the_document(shop, owner, settings, mode):
    settings.API_REQUESTS_PER_MINUTE = 1_000_000
    headers = {"Authorization": f"Bearer {create_token(owner.actor, 'schemathesis')[1]}"}
    schema = schemathesis.openapi.from_wsgi("/api/v1/schema/", get_wsgi_application())
    failures, tried = [], 0
    for found in schema.get_all_operations():
        operation, tried = found.ok(), tried + 1
        try:
            _tried(operation, mode, headers, shop)
        except FailureGroup as group:
            told = [f"{one.title}: {one.message}"[:600] for one in group.exceptions]
            failures.append(f"{operation.method} {operation.path}: {told}")
    assert not failures, "\n\n".join(failures)
    assert tried > 60
