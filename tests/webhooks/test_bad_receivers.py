"""I7: whatever a receiver does, it holds a worker no longer than one attempt may take."""

import threading
from contextlib import suppress

import pytest

from core import egress
from tests.webhooks.conftest import run
from workspaces.webhooks import sending, services
from workspaces.webhooks.models import Delivery

pytestmark = pytest.mark.django_db
PATIENCE = 60  # seconds after which each of them would answer well: far beyond the limit
LATE = "No answer within 0.5 seconds."


@pytest.fixture
def over():
    """Set when the test is over, so that no receiver outlives it."""
    event = threading.Event()
    yield event
    event.set()


@pytest.fixture(autouse=True)
def _half_a_second(monkeypatch):
    monkeypatch.setattr(sending, "SECONDS", 0.5)


def drip(handler, over, piece: bytes) -> None:
    """One piece every fifth of a second, then the end."""
    with suppress(OSError):
        for _ in range(PATIENCE * 5):
            handler.wfile.write(piece)
            handler.wfile.flush()
            if over.wait(0.2):
                return


def silent(handler, over):
    over.wait(PATIENCE)
    with suppress(OSError):
        handler.send_response(204)
        handler.end_headers()


def dripping_status(handler, over):
    handler.wfile.write(b"HTTP/1.1 ")
    drip(handler, over, b"2")


def dripping_headers(handler, over):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    drip(handler, over, b"X: y\r\n")


def dripping_body(handler, over):
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    drip(handler, over, b"x")


def dripping_chunks(handler, over):
    handler.send_response(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    drip(handler, over, b"1\r\nx\r\n")


def always_continue(handler, over):
    drip(handler, over, b"HTTP/1.1 100 Continue\r\n\r\n")


@pytest.mark.parametrize(
    "behaves",
    [
        silent,
        dripping_status,
        dripping_headers,
        dripping_body,
        dripping_chunks,
        always_continue,
    ],
)
def test_a_receiver_that_takes_for_ever_is_a_failure_and_lets_the_worker_go(
    owner, hooked, receiver, over, behaves
):
    services.send_test(owner.actor, hooked.pk)
    receiver.behave = lambda handler: behaves(handler, over)

    served = run(hooked)

    kept = Delivery.objects.get()
    assert (kept.state, kept.status, kept.error) == ("waiting", None, LATE)
    assert (served.busy_until, served.failures) == (None, 1)
    assert len(receiver.taken) == 1


def test_of_a_gigabyte_only_the_beginning_is_read(owner, hooked, receiver):
    sent: list[int] = []

    def flood(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", str(1024**3))
        handler.end_headers()
        with suppress(OSError):
            for _ in range(1024):
                handler.wfile.write(b"x" * 1024**2)
                sent.append(1)

    receiver.behave = flood
    services.send_test(owner.actor, hooked.pk)
    run(hooked)

    kept = Delivery.objects.get()
    assert (kept.state, len(kept.answer)) == ("delivered", egress.LONGEST_ANSWER)
    assert len(sent) < 64


@pytest.mark.parametrize(
    "place", ["http://169.254.169.254/latest/meta-data/", "https://[fd00:ec2::254]/", "/again"]
)
def test_a_redirect_is_a_failure_and_leads_nowhere(owner, hooked, receiver, place):
    def away(handler):
        handler.send_response(302)
        handler.send_header("Location", place)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    receiver.behave = away
    services.send_test(owner.actor, hooked.pk)
    run(hooked)

    kept = Delivery.objects.get()
    assert (kept.state, kept.status, kept.error) == ("waiting", 302, "It answered 302.")
    assert receiver.connections == 1
