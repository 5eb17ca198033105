"""The register of grants on a server by TLS: whom it takes for the server, and whom it does not.

The server of the wheel is built without TLS, so what speaks it here stands before that server, as a pooler does: it
answers the request for TLS that PostgreSQL's protocol begins with, and passes on what is said.
"""

import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from sandbox.errors import RegisterError
from sandbox.grants import Grants
from sandbox.permits.model import Permit
from tests.unit.sandbox_warehouse import a_permit

NOW = datetime(2026, 2, 1, 12, tzinfo=UTC)
PERMIT = Permit.model_validate(a_permit())
SSL_REQUEST = struct.pack("!ii", 8, 80877103)
Address = Callable[..., str]


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with self-signed certificates and keys: of localhost, and of another host."""
    folder = tmp_path_factory.mktemp("certificates")
    for host in ("localhost", "db.invalid"):
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
        today = datetime.now(UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(today - timedelta(days=1))
            .not_valid_after(today + timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(key, hashes.SHA256())
        )
        (folder / f"{host}.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        (folder / f"{host}.key").write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
    return folder


@contextmanager
def before(server: str, certificate: Path | None) -> Iterator[int]:
    """What stands before the server, with TLS by that certificate or without any; gives its port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if certificate:
        context.load_cert_chain(certificate, certificate.with_suffix(".key"))
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with suppress(OSError):
            while True:
                client, _ = listening.accept()
                threading.Thread(target=speak, args=(client,), daemon=True).start()

    def speak(client: socket.socket) -> None:
        with suppress(OSError, ValueError), closing(client):
            asked = client.recv(8, socket.MSG_PEEK)
            if asked == SSL_REQUEST:
                client.recv(8)
                client.sendall(b"S" if certificate else b"N")
                client = context.wrap_socket(client, server_side=True) if certificate else client
            with closing(client), socket.socket(socket.AF_UNIX) as database:
                database.connect(f"{server}/.s.PGSQL.5432")
                threading.Thread(target=_copy, args=(database, client), daemon=True).start()
                _copy(client, database)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(5)


def _copy(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError, ValueError):
        while said := source.recv(1 << 16):
            target.sendall(said)
    with suppress(OSError):
        target.shutdown(socket.SHUT_RDWR)


def address(postgres_address: str, port: int, **query: str) -> str:
    database = postgres_address.partition("@/")[2].partition("?")[0]
    asked = "&".join(f"{name}={quote(value, safe='')}" for name, value in query.items())
    return f"postgresql://postgres:s3cret@localhost:{port}/{database}?{asked}"


def test_grants_are_kept_on_a_server_whose_certificate_is_trusted(
    postgres: str, postgres_address: str, certificates: Path
) -> None:
    trusted = str(certificates / "localhost.pem")
    with before(postgres, certificates / "localhost.pem") as port:
        grants = Grants(address(postgres_address, port, sslmode="verify-full", sslrootcert=trusted))
        grant = grants.issue(permit=PERMIT, holder="anna", days=1, now=NOW)
        token = grants.new_token(grant.id, now=NOW)
        assert grants.holder_of(token, NOW) == grant
    assert Grants(postgres_address).of_id(grant.id) == grant


def test_a_certificate_of_another_host_is_taken_where_its_name_is_not_asked_for(
    postgres: str, postgres_address: str, certificates: Path
) -> None:
    other = str(certificates / "db.invalid.pem")
    with before(postgres, certificates / "db.invalid.pem") as port:
        assert Grants(address(postgres_address, port, sslmode="verify-ca", sslrootcert=other)).list() == []
        with pytest.raises(RegisterError, match="nobody is let in"):
            Grants(address(postgres_address, port, sslmode="verify-full", sslrootcert=other)).list()


@pytest.mark.parametrize("trusted", ["db.invalid.pem", None])
def test_a_certificate_that_is_not_trusted_lets_nobody_in(
    postgres: str, postgres_address: str, certificates: Path, trusted: str | None
) -> None:
    query = {"sslmode": "verify-full"} | ({"sslrootcert": str(certificates / trusted)} if trusted else {})
    with before(postgres, certificates / "localhost.pem") as port:
        with pytest.raises(RegisterError, match="nobody is let in") as refusal:
            Grants(address(postgres_address, port, **query)).list()
        assert "s3cret" not in str(refusal.value)


def test_a_server_without_tls_lets_nobody_in_when_tls_is_asked_for(
    postgres: str, postgres_address: str, certificates: Path
) -> None:
    trusted = str(certificates / "localhost.pem")
    with before(postgres, None) as port:
        with pytest.raises(RegisterError, match="nobody is let in"):
            Grants(address(postgres_address, port, sslmode="verify-full", sslrootcert=trusted)).list()
        # On this machine TLS is not needed, and this server does speak without.
        assert Grants(address(postgres_address, port, sslmode="disable")).list() == []


@pytest.mark.parametrize(
    ("query", "line"),
    [
        ("sslmode=disable", "expected sslmode verify-full or verify-ca"),
        ("sslmode=require", "expected sslmode verify-full or verify-ca"),
        ("sslmode=prefer", "expected sslmode verify-full or verify-ca"),
        ("sslrootcert=/nowhere/ca.pem", "expected the file of a certificate in PEM as sslrootcert"),
    ],
)
def test_to_another_machine_no_mode_is_taken_that_trusts_anybody(query: str, line: str) -> None:
    with pytest.raises(RegisterError, match=line) as refusal:
        Grants(f"postgresql://anna:s3cret@db.invalid/grants?{query}")
    assert "OEVERUM_GRANTS_URL" in str(refusal.value)
    assert "s3cret" not in str(refusal.value)
    assert "nowhere" not in str(refusal.value)
