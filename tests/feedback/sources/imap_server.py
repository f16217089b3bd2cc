"""A small IMAP server over TLS: enough of RFC 3501 for reading a folder by UID."""

import re
import socketserver
import ssl
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class Mailbox:
    """What the server holds, and what it was asked."""

    def __init__(self):
        self.letters = {}
        self.validity, self.next_uid = 7, 1
        self.user, self.password, self.folder = "feedback@shop.example.org", "pw", "INBOX"
        self.asked = []
        self.announces = None  # the size it names when it sends a letter, where that is a lie
        self.breaks_after = None  # fetched letters, then the connection drops

    def add(self, raw):
        self.letters[self.next_uid] = raw
        self.next_uid += 1


class _Session(socketserver.StreamRequestHandler):
    def handle(self):
        self.say("* OK [CAPABILITY IMAP4rev1] ready")
        while line := self.rfile.readline():
            tag, _, command = line.decode("utf-8", "replace").strip().partition(" ")
            self.server.mailbox.asked.append(command)
            if not self.answer(tag, command):
                return

    def say(self, text):
        self.wfile.write(text.encode() + b"\r\n")

    def answer(self, tag, command):
        box, word = self.server.mailbox, command.split(" ")[0].upper()
        done = f"{tag} OK done"
        if word == "CAPABILITY":
            self.say("* CAPABILITY IMAP4rev1")
        elif word == "LOGIN":
            right = box.user in command and f'"{box.password}"' in command
            done = (
                f"{tag} OK in" if right else f"{tag} NO [AUTHENTICATIONFAILED] Invalid credentials"
            )
        elif word in ("EXAMINE", "SELECT"):
            if f'"{box.folder}"' in command:
                self.say(f"* {len(box.letters)} EXISTS")
                self.say(f"* OK [UIDVALIDITY {box.validity}] valid")
            else:
                done = f"{tag} NO no such folder"
        elif command.upper().startswith("UID SEARCH"):
            first = int(re.search(r"UID (\d+):\*", command)[1])
            # RFC 3501: the range always holds the last letter, even below its start
            found = [uid for uid in box.letters if uid >= first] or sorted(box.letters)[-1:]
            self.say("* SEARCH " + " ".join(map(str, found)))
        elif command.upper().startswith("UID FETCH"):
            return self.fetch(tag, command)
        elif word == "LOGOUT":
            self.say("* BYE")
        self.say(done)
        return word != "LOGOUT"

    def fetch(self, tag, command):
        box, uid = self.server.mailbox, int(command.split(" ")[2])
        raw = box.letters.get(uid)
        if raw is None:
            pass
        elif "RFC822.SIZE" in command:
            size = box.sizes.get(uid, len(raw)) if hasattr(box, "sizes") else len(raw)
            self.say(f"* 1 FETCH (UID {uid} RFC822.SIZE {size})")
        else:
            if box.breaks_after is not None:
                if not box.breaks_after:
                    return False
                box.breaks_after -= 1
            size = box.announces or len(raw)
            self.wfile.write(f"* 1 FETCH (UID {uid} BODY[] {{{size}}}\r\n".encode())
            self.wfile.write(raw + b")\r\n")
        self.say(f"{tag} OK done")
        return True


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def get_request(self):
        raw, address = super().get_request()
        return self.context.wrap_socket(raw, server_side=True), address

    def handle_error(self, request, client_address):
        """Clients that break off are part of the tests."""


@contextmanager
def serving(folder):
    """(mailbox, port, file of the certificate) of a server that runs meanwhile."""
    certificate = _certificate(folder)
    server = _Server(("127.0.0.1", 0), _Session)
    server.mailbox = Mailbox()
    server.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.context.load_cert_chain(certificate)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.mailbox, server.server_address[1], certificate
    finally:
        server.shutdown()
        server.server_close()


def _certificate(folder):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    path = folder / "imap.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path
