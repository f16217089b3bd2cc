"""I7: no address that is not public is called, however it is written, named or redirected to."""

import socket
import threading
import time

import pytest

from core import egress
from core.egress import Forbidden, Unreachable, parse, post, resolve

# Each of them would reach this machine, its network, or a cloud's metadata, if it were believed.
VECTORS = """
https://127.0.0.1:{port}/
https://127.0.0.2:{port}/
https://127.1:{port}/
https://127.0.1:{port}/
https://2130706433:{port}/
https://0x7f000001:{port}/
https://0x7f.0.0.1:{port}/
https://0x7f.1:{port}/
https://017700000001:{port}/
https://0177.0.0.1:{port}/
https://0177.0.0.0x1:{port}/
https://00000177.1:{port}/
https://127.0.0.1.:{port}/
https://0.0.0.0:{port}/
https://0:{port}/
https://localhost:{port}/
https://LOCALHOST:{port}/
https://localhost.:{port}/
https://localhost.localdomain:{port}/
https://[::1]:{port}/
https://[0:0:0:0:0:0:0:1]:{port}/
https://[::]:{port}/
https://[::ffff:127.0.0.1]:{port}/
https://[::ffff:7f00:1]:{port}/
https://[::127.0.0.1]:{port}/
https://[::ffff:0:127.0.0.1]:{port}/
https://[64:ff9b::127.0.0.1]:{port}/
https://[64:ff9b::7f00:1]:{port}/
https://[64:ff9b:1::a00:1]:{port}/
https://[2002:7f00:1::]:{port}/
https://[2001:0:7f00:1::]:{port}/
https://[fe80::1]:{port}/
https://[fe80::1%25lo]:{port}/
https://[fc00::1]:{port}/
https://[fd00:ec2::254]:{port}/
https://[fec0::1]:{port}/
https://[ff02::1]:{port}/
https://10.0.0.1:{port}/
https://10.255.255.254:{port}/
https://172.16.0.1:{port}/
https://172.31.255.254:{port}/
https://192.168.0.1:{port}/
https://100.64.0.1:{port}/
https://169.254.169.254:{port}/latest/meta-data/
https://0xa9fea9fe:{port}/
https://2852039166:{port}/
https://169.254.170.2:{port}/
https://192.0.0.192:{port}/
https://192.0.2.1:{port}/
https://198.18.0.1:{port}/
https://203.0.113.1:{port}/
https://224.0.0.1:{port}/
https://240.0.0.1:{port}/
https://255.255.255.255:{port}/
https://user@127.0.0.1:{port}/
https://example.com@127.0.0.1:{port}/
https://127.0.0.1:{port}@example.com/
https://127.0.0.1:{port}#@example.com/
https://127.0.0.1:{port}\\@example.com/
https://１２７.０.０.１:{port}/
https://①②⑦.⓪.⓪.①:{port}/
https://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ:{port}/
https://127。0。0。1:{port}/
http://127.0.0.1:{port}/
http://localhost:{port}/
ftp://127.0.0.1:{port}/
file:///etc/passwd
gopher://127.0.0.1:{port}/_
//127.0.0.1:{port}/
https:127.0.0.1:{port}
https://
https://127.0.0.1:22/
https://127.0.0.1:{port}/ x
https://127.0.0.1:{port}/\r\nHost: x
""".strip("\n").split("\n")


@pytest.fixture
def trap():
    """Listens on every address of this machine, and counts who connects."""
    caught: list[object] = []
    servers = []
    for family, host in ((socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::")):
        if family == socket.AF_INET6 and not socket.has_ipv6:
            continue
        server = socket.socket(family, socket.SOCK_STREAM)
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            server.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        try:
            server.bind((host, servers[0].getsockname()[1] if servers else 0))
        except OSError:
            server.close()
            continue
        server.listen()
        servers.append(server)

    def count(server: socket.socket) -> None:
        while True:
            try:
                connection, who = server.accept()
            except OSError:
                return
            caught.append(who)
            connection.close()

    for server in servers:
        threading.Thread(target=count, args=[server], daemon=True).start()
    caught.clear()
    yield servers[0].getsockname()[1], caught
    for server in servers:
        server.shutdown(socket.SHUT_RDWR)
        server.close()


def test_there_are_sixty_vectors_and_more():
    assert len(set(VECTORS)) >= 60


def test_the_trap_would_catch_a_call(trap):
    port, caught = trap
    with pytest.raises(Unreachable):
        post(f"http://127.0.0.1:{port}/", b"", {}, seconds=2, private=["127.0.0.0/8"])
    assert len(caught) == 1


def test_no_vector_makes_a_connection(trap):
    port, caught = trap
    for vector in VECTORS:
        url = vector.replace("{port}", str(port)).replace("\\r\\n", "\r\n")
        with pytest.raises((Forbidden, Unreachable)):
            post(url, b"{}", {}, seconds=2)
    assert caught == []


def test_a_name_that_leads_here_is_refused_and_so_is_one_of_two_addresses(monkeypatch, trap):
    port, caught = trap

    def names(*addresses):
        rows = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in addresses]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: rows)

    for addresses in (["127.0.0.1"], ["93.184.215.14", "127.0.0.1"], ["169.254.169.254"]):
        names(*addresses)
        with pytest.raises(Forbidden):
            post(f"https://rebind.example.com:{port}/", b"", {}, seconds=2)
    assert caught == []


def test_a_name_that_changes_after_it_was_checked_changes_nothing(monkeypatch, trap):
    """DNS rebinding: the connection goes to the address that was checked, and to no other."""
    port, caught = trap
    looked: list[str] = []
    called: list[tuple[str, int]] = []

    def flipping(host, *args, **kwargs):
        looked.append(host)
        address = "93.184.215.14" if len(looked) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    def refuse(address, *args, **kwargs):
        called.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", flipping)
    monkeypatch.setattr(socket, "create_connection", refuse)
    with pytest.raises(Unreachable):
        post(f"https://rebind.example.com:{port}/", b"", {}, seconds=2)

    assert called == [("93.184.215.14", port)]
    assert caught == []


def test_public_addresses_are_let_through():
    for url in ("https://93.184.215.14/a?b=c", "https://[2606:2800:220:1::1]:8443/x"):
        parse(url)
    assert parse("https://hooks.example.com/a?b=c").path == "/a?b=c"
    assert parse("https://bücher.example/").host == "xn--bcher-kva.example"


def test_a_private_network_is_called_only_when_it_was_named(receiver):
    with pytest.raises(Forbidden):
        post(receiver.url, b"{}", {}, seconds=2, private=["10.0.0.0/8"])
    assert receiver.connections == 0

    answer = post(receiver.url, b"{}", {}, seconds=2, private=["127.0.0.0/8"])
    assert (answer.status, receiver.connections) == (204, 1)


def test_a_redirect_is_an_answer_and_is_not_followed(receiver, trap):
    port, caught = trap

    def away(handler):
        handler.send_response(307)
        handler.send_header("Location", f"http://127.0.0.1:{port}/")
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    receiver.behave = away
    answer = post(receiver.url, b"{}", {}, seconds=2, private=["127.0.0.0/8"])
    assert (answer.status, caught) == (307, [])


def test_one_byte_at_a_time_does_not_last_longer_than_the_limit(receiver):
    def drip(handler):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        for _ in range(100):
            try:
                handler.wfile.write(b"X: y\r\n")
                handler.wfile.flush()
            except OSError:
                return
            time.sleep(0.1)

    receiver.behave = drip
    start = time.monotonic()
    with pytest.raises(Unreachable, match="No answer within 1 second"):
        post(receiver.url, b"{}", {}, seconds=1, private=["127.0.0.0/8"])
    assert time.monotonic() - start < 4


def test_an_endless_answer_is_read_no_further_than_needed(receiver):
    def flood(handler):
        handler.send_response(200)
        handler.end_headers()
        try:
            for _ in range(10_000):
                handler.wfile.write(b"x" * 10_000)
        except OSError:
            return

    receiver.behave = flood
    answer = post(receiver.url, b"{}", {}, seconds=5, private=["127.0.0.0/8"])
    assert len(answer.body) == egress.LONGEST_ANSWER


def test_a_proxy_of_the_environment_is_not_used(receiver, trap, monkeypatch):
    port, caught = trap
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{port}")
    post(receiver.url, b"{}", {}, seconds=2, private=["127.0.0.0/8"])
    assert caught == []


def test_a_resolver_that_says_nothing_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: time.sleep(30) or [])
    start = time.monotonic()
    with pytest.raises(Unreachable):
        resolve(parse("https://slow.example.com/"), [], 0.3)
    assert time.monotonic() - start < 5
