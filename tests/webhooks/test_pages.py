"""The pages of webhooks, and the same over the API; each refusal beside what is granted."""

import re

import pytest
from django.urls import reverse

from tests.webhooks.conftest import run
from workspaces.webhooks import services
from workspaces.webhooks.models import Delivery, WebhookEndpoint
from workspaces.webhooks.signing import secret_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(workspace):
    return lambda name, *args: reverse(f"workspaces:{name}", args=[workspace.slug, *args])


def test_adding_one_shows_its_secret_once(owner, client_of, at):
    client = client_of(owner)
    posted = {"url": "https://hooks.example.com/pm", "kinds": ["products.product"], "acts": []}
    page = client.post(at("webhooks"), posted).content.decode()
    made = WebhookEndpoint.objects.get()
    assert secret_of(made) in page
    assert (made.kinds, made.created_by) == (["products.product"], owner.user)
    stored = str(WebhookEndpoint.objects.values().get())
    assert secret_of(made) not in stored
    assert secret_of(made).removeprefix("whsec_") not in stored

    for name, args in (("webhook", [made.pk]), ("webhooks", [])):
        assert secret_of(made) not in client.get(at(name, *args)).content.decode()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "hooks.example.com",
        "http://hooks.example.com/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://0x7f.1/",
        "https://169.254.169.254/latest/",
        "https://name:word@hooks.example.com/",
        "https://hooks.example.com:22/",
        "javascript:alert(1)",
    ],
)
def test_addresses_that_are_refused_in_words(owner, client_of, at, url):
    answer = client_of(owner).post(at("webhooks"), {"url": url})
    assert answer.status_code == 422
    assert 'class="field-error"' in answer.content.decode()
    assert not WebhookEndpoint.objects.exists()


def test_only_who_manages_webhooks(product_manager_or_less, owner, client_of, at):
    client = client_of(product_manager_or_less)
    made, _ = services.create_endpoint(owner.actor, services.Wishes("https://hooks.example.com/"))
    for name, args in (("webhooks", []), ("webhook", [made.pk]), ("webhook_secret", [made.pk])):
        assert client.post(at(name, *args), {"url": "https://x.example/"}).status_code == 403
    made.refresh_from_db()
    assert (made.url, made.nonce_before) == ("https://hooks.example.com/", "")


@pytest.fixture(params=["member", "viewer", "finance_member"])
def product_manager_or_less(request):
    return request.getfixturevalue(request.param)


def test_changing_switching_rotating_deleting_and_its_undo(owner, hooked, client_of, at):
    client = client_of(owner)
    posted = {"url": hooked.url, "acts": ["deleted"], "seen_version": hooked.version}
    assert client.post(at("webhook", hooked.pk), posted).status_code == 302
    assert client.post(at("webhook", hooked.pk), posted).status_code == 422  # seen before

    hooked.refresh_from_db()
    assert hooked.acts == ["deleted"]
    client.post(at("webhook_switch", hooked.pk), {"active": "0", "seen_version": hooked.version})
    hooked.refresh_from_db()
    assert not hooked.active
    assert client.post(at("webhook_test", hooked.pk)).status_code == 302
    assert not Delivery.objects.exists()

    before = secret_of(hooked)
    page = client.post(at("webhook_secret", hooked.pk)).content.decode()
    hooked.refresh_from_db()
    assert secret_of(hooked) in page
    assert secret_of(hooked) != before

    page = client.post(
        at("webhook_delete", hooked.pk), {"seen_version": hooked.version}, follow=True
    ).content.decode()
    undo = re.search(r'action="([^"]*restore[^"]*)"', page).group(1)
    assert client.get(at("webhook", hooked.pk)).status_code == 404
    client.post(undo)
    assert client.get(at("webhook", hooked.pk)).status_code == 200


def test_one_that_may_no_longer_be_called_can_be_switched_off_but_not_on(
    owner, hooked, client_of, at, settings
):
    settings.WEBHOOK_PRIVATE_NETWORKS = []
    client = client_of(owner)
    for wanted in ("0", "1"):
        hooked.refresh_from_db()
        posted = {"active": wanted, "seen_version": hooked.version}
        page = client.post(at("webhook_switch", hooked.pk), posted, follow=True)
        hooked.refresh_from_db()
        assert not hooked.active
    assert "begins with https://" in page.content.decode()


def test_the_log_the_payload_and_sending_again(owner, hooked, receiver, client_of, at):
    client = client_of(owner)
    client.post(at("webhook_test", hooked.pk))
    run(hooked)
    kept = Delivery.objects.get()
    page = client.get(at("webhook", hooked.pk)).content.decode()
    assert "webhook.test" in page
    assert "Delivered" in page
    shown = client.get(at("delivery", kept.pk)).content.decode()
    assert str(kept.uid) in shown
    assert "&quot;test&quot;: true" in shown

    client.post(at("redeliver", kept.pk))
    run(hooked)
    assert len(receiver.taken) == 2


def test_what_a_receiver_answers_is_shown_as_text(owner, hooked, receiver, client_of, at):
    def mean(handler):
        body = b"<script>alert(1)</script>\x00"
        handler.send_response(500)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    receiver.behave = mean
    services.send_test(owner.actor, hooked.pk)
    run(hooked)
    shown = client_of(owner).get(at("delivery", Delivery.objects.get().pk)).content.decode()
    assert "<script>alert(1)" not in shown
    assert "&lt;script&gt;alert(1)" in shown


def test_a_webhook_that_was_switched_off_says_why(owner, hooked, client_of, at):
    WebhookEndpoint.objects.update(active=False, disabled_reason="It failed 10 times in a row.")
    for name, args in (("webhooks", []), ("webhook", [hooked.pk])):
        assert "It failed 10 times" in client_of(owner).get(at(name, *args)).content.decode()


def test_no_more_than_twenty(owner, client_of, at):
    WebhookEndpoint.objects.bulk_create(
        WebhookEndpoint(workspace=owner.workspace, url=f"https://h{n}.example/") for n in range(20)
    )
    answer = client_of(owner).post(at("webhooks"), {"url": "https://hooks.example.com/"})
    assert answer.status_code == 422
    assert WebhookEndpoint.objects.count() == 20


class TestApi:
    """The same over the API."""

    @pytest.fixture
    def root(self, workspace):
        return f"/api/v1/workspaces/{workspace.slug}/webhooks/"

    def test_making_reading_changing_and_the_secret(self, owner, client_of, root):
        client = client_of(owner)
        json = {"content_type": "application/json"}
        made = client.post(root, {"url": "https://hooks.example.com/", "acts": ["changed"]}, **json)
        assert made.status_code == 201, made.content
        hook = WebhookEndpoint.objects.get()
        assert made.json()["secret"] == secret_of(hook)
        one = client.get(f"{root}{hook.pk}/").json()
        assert "secret" not in one
        assert "nonce" not in one

        wrong = client.post(root, {"url": "https://127.0.0.1/"}, **json)
        assert wrong.status_code == 422
        assert "url" in wrong.json()["errors"]
        changed = client.patch(
            f"{root}{hook.pk}/", {"active": False}, headers={"If-Match": '"1"'}, **json
        )
        assert changed.json()["active"] is False
        rotated = client.post(f"{root}{hook.pk}/secret/", **json).json()
        hook.refresh_from_db()
        assert rotated["secret"] == secret_of(hook)
        gone = client.delete(f"{root}{hook.pk}/", headers={"If-Match": "*"})
        assert gone.status_code == 204
        assert client.get(f"{root}{hook.pk}/").status_code == 404

    def test_who_may_not_manage_reads_nothing(self, member, owner, client_of, root):
        assert client_of(member).get(root).status_code == 403
        assert client_of(owner).get(root).status_code == 200

    def test_the_log_and_sending_again(self, owner, hooked, client_of, root):
        services.send_test(owner.actor, hooked.pk)
        run(hooked)
        client = client_of(owner)
        log = root.replace("webhooks", "deliveries")
        [one] = client.get(f"{log}?endpoint={hooked.pk}&state=delivered").json()["results"]
        again = client.post(f"{log}{one['id']}/redeliver/", content_type="application/json")
        assert again.json()["state"] == "waiting"
