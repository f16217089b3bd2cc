"""A receiver that really listens, and an endpoint that leads to it."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from workspaces.audit.relay import relay_next
from workspaces.webhooks import services
from workspaces.webhooks.models import WebhookEndpoint
from workspaces.webhooks.services import Wishes
from workspaces.webhooks.tasks import deliver_to

HERE = ["127.0.0.0/8"]


@dataclass
class Receiver:
    """What came in, and what is answered. `behave(handler)` may answer in its own way."""

    status: int = 204
    taken: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    connections: int = 0
    behave: Callable[[BaseHTTPRequestHandler], None] | None = None
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Listens on a port of its own."""
    found = Receiver()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            found.connections += 1
            super().setup()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.taken.append((dict(self.headers), body))
            if found.behave is not None:
                found.behave(self)
                return
            self.send_response(found.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    found.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield found
    server.shutdown()
    server.server_close()


@pytest.fixture
def _near(settings):
    """Webhooks may call this machine."""
    settings.WEBHOOK_PRIVATE_NETWORKS = HERE


@pytest.fixture
def hooked(_near, owner, receiver) -> WebhookEndpoint:
    """An endpoint of the owner's that hears of everything."""
    made, _ = services.create_endpoint(owner.actor, Wishes(receiver.url))
    return made


def run(endpoint: WebhookEndpoint) -> WebhookEndpoint:
    """What happened is relayed, and the endpoint is served."""
    while relay_next():
        pass
    deliver_to.run(endpoint.pk)
    endpoint.refresh_from_db()
    return endpoint
