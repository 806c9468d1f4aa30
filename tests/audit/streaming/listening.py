"""Real receivers on this machine: they keep what they were sent, and can be ill."""

import json
import socket
import ssl
import threading
import time
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


def unframed(data):
    """Messages of octet counting, as RFC 6587 has it."""
    found = []
    while data:
        length, _, rest = data.partition(b" ")
        found.append(rest[: int(length)])
        assert len(found[-1]) == int(length)
        data = rest[int(length) :]
    return found


class Receiver:
    """Syslog over TCP or TLS. `connections` holds the messages of each; `after` is done before it closes."""

    def __init__(self, context=None, port=0):
        self.context, self.connections, self.ill = context, [], None
        self.server = socket.create_server(("127.0.0.1", port))
        self.port = self.server.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def messages(self):
        return [message for one in self.connections for message in one]

    def close(self):
        # A thread in accept() keeps the port: it is woken first.
        with suppress(OSError):
            self.server.shutdown(socket.SHUT_RDWR)
        self.server.close()

    def _serve(self):
        while True:
            try:
                plain, _where = self.server.accept()
            except OSError:
                return
            try:
                self._one(plain)
            except OSError:
                plain.close()

    def _one(self, plain):
        if self.ill == "resets":
            plain.recv(100)
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            plain.close()
            return
        link = self.context.wrap_socket(plain, server_side=True) if self.context else plain
        data = b""
        while some := link.recv(65_536):
            data += some
        self.connections.append(unframed(data))
        for _ in range(30 if self.ill == "drips" else 0):
            link.sendall(b".")
            time.sleep(0.1)
        if self.context and self.ill != "cuts":
            link.unwrap()
        link.close()


@contextmanager
def receiving(context=None, port=0):
    made = Receiver(context, port)
    try:
        yield made
    finally:
        made.close()


@contextmanager
def collecting():
    """OpenTelemetry over HTTP; `answers` are given one after another, then 200."""

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, told = made.answers.pop(0) if made.answers else (200, {})
            made.asked.append((self.path, dict(self.headers), body))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(told).encode())

        def log_message(self, *_args):
            pass

    made = ThreadingHTTPServer(("127.0.0.1", 0), Collector)
    made.asked, made.answers = [], []
    threading.Thread(target=made.serve_forever, daemon=True).start()
    try:
        yield made
    finally:
        made.shutdown()
        made.server_close()


def certified(folder):
    """(context of a server on 127.0.0.1, the file that trusts it)."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    told = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    trusted, both = folder / "ca.pem", folder / "server.pem"
    trusted.write_bytes(told.public_bytes(serialization.Encoding.PEM))
    both.write_bytes(
        told.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(both)
    return context, str(trusted)
