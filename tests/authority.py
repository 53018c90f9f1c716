"""A time-stamp authority on this machine: `openssl ts` behind a small web server."""

import os
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

needs_openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")

_CONFIG = """\
[authority]
serial = serial
signer_cert = signer.pem
signer_key = signer.key
{chain}
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
accuracy = secs:1
ess_cert_id_alg = sha256
"""


class Authority:
    """An authority with its own root.

    Attributes:
        folder: Holds its keys and certificates.
        root: The root certificate in PEM.
    """

    def __init__(self, folder: Path, *, days: tuple[float, float] = (-1, 365), chain: bool = False) -> None:
        """Make its keys and certificates.

        Args:
            folder: Where to put them.
            days: When the signer's certificate is valid, in days from now.
            chain: Whether its tokens bring the root, too: OpenSSL then orders certificates in its own way.
        """
        folder.mkdir(parents=True)
        self.folder, self.root = folder, folder / "root.pem"
        ca, signer = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        now = datetime.now(UTC)
        issued = _certificate(f"{folder.name} root", ca, now - timedelta(days=3650), now + timedelta(days=3650), None)
        begin, end = (now + timedelta(days=day) for day in days)
        own = _certificate(f"{folder.name} signer", signer, begin, end, (issued, ca))
        self.root.write_bytes(issued.public_bytes(Encoding.PEM))
        (folder / "signer.pem").write_bytes(own.public_bytes(Encoding.PEM))
        plain = signer.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (folder / "signer.key").write_bytes(plain)
        (folder / "serial").write_text("01\n")
        (folder / "tsa.cnf").write_text(_CONFIG.format(chain="certs = root.pem" if chain else ""))

    def answer(self, request: bytes) -> bytes:
        """Return the answer to a request."""
        (self.folder / "request.tsq").write_bytes(request)
        asked = "ts -reply -config tsa.cnf -section authority -queryfile request.tsq -out answer.tsr"
        subprocess.run(
            ["openssl", *asked.split()],
            cwd=self.folder,
            check=True,
            capture_output=True,
            env={"PATH": os.environ["PATH"], "OPENSSL_CONF": os.devnull},
        )
        return (self.folder / "answer.tsr").read_bytes()

    def post(self, _: str, request: bytes) -> bytes:
        """Answer without a network."""
        return self.answer(request)


def _certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    begin: datetime,
    end: datetime,
    issuer: tuple[x509.Certificate, ec.EllipticCurvePrivateKey] | None,
) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer[0].subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
    )
    if issuer:
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        builder = builder.add_extension(usage, critical=True)
    return builder.sign(issuer[1] if issuer else key, SHA256())


@contextmanager
def serve(
    answer: Callable[[bytes], bytes], *, kind: str = "application/timestamp-reply", code: int = 200, to: str = ""
) -> Iterator[str]:
    """Answer requests on this machine; yield the address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = self.rfile.read(int(self.headers["Content-Length"]))
            assert self.headers["Content-Type"] == "application/timestamp-query"
            data = answer(request)
            self.send_response(code)
            self.send_header("Content-Type", kind)
            if to:
                self.send_header("Location", to)
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/tsr"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
