"""Rate limits: told in headers, kept per caller, and open when Redis is away."""

import pytest

from products.catalog.models import Brand
from workspaces.api import limits

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_limits():
    limits._Breaker.closed_until = 0.0
    yield
    limits._Breaker.closed_until = 0.0


@pytest.mark.usefixtures("within_a_minute")
def test_every_answer_says_what_is_left_and_too_many_are_refused(member, owner, api_of, settings):
    settings.API_REQUESTS_PER_MINUTE = 3
    api, other = api_of(member), api_of(owner)

    left = [api("get", "brands/")["RateLimit-Remaining"] for _ in range(3)]
    refused = api("get", "brands/")

    assert left == ["2", "1", "0"]
    assert refused.status_code == 429
    assert refused["Content-Type"] == "application/problem+json"
    assert 1 <= int(refused["Retry-After"]) <= 61
    assert refused["RateLimit-Limit"] == "3"
    assert other("get", "brands/").status_code == 200


@pytest.mark.usefixtures("within_a_minute")
def test_guessing_tokens_is_limited_too(workspace, client, settings):
    settings.API_REQUESTS_PER_MINUTE = 3
    url = f"/api/v1/workspaces/{workspace.slug}/brands/"

    answers = [
        client.get(url, headers={"Authorization": f"Bearer guess{n}"}).status_code for n in range(5)
    ]

    assert answers == [401, 401, 401, 429, 429]


def test_without_redis_everybody_is_let_in_and_nobody_waits(member, api_of, settings):
    settings.CACHES = settings.CACHES | {
        "limits": settings.CACHES["limits"] | {"LOCATION": "unix:///nowhere/valkey.sock"}
    }
    api = api_of(member)

    answers = [api("get", "brands/") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert "RateLimit-Limit" not in answers[0]


@pytest.mark.parametrize("key", [{}, {"Idempotency-Key": "once"}])
def test_a_body_without_end_is_refused_before_it_is_read(member, api_of, settings, key):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000

    answer = api_of(member)("post", "brands/", {"name": "x" * 2_000}, **key)

    assert (answer.status_code, answer.json()["title"]) == (413, "Request Entity Too Large")
    assert not Brand.objects.in_workspace(member.workspace.pk).exists()
