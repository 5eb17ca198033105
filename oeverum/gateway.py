"""The query gateway of an installation, served until it is interrupted."""

import ipaddress
import socket
from pathlib import Path

from oeverum.output import console, fail
from oeverum.settings import Settings, SettingsError
from sandbox.anchors import Anchors
from sandbox.audit import AuditLog
from sandbox.disclosure.ledger import Ledger
from sandbox.grants import Grants
from sandbox.release_keys import ReleaseKeys


def serve(settings: Settings, *, host: str, port: int, certificate: Path | None, key: Path | None) -> None:
    """Serve on an address. Raises SettingsError when others could read along, RegisterError without a register."""
    import uvicorn

    from sandbox.gateway.app import Place, build_app
    from sandbox.gateway.lock_down import keep_to_itself

    if (certificate is None) != (key is None):
        raise SettingsError("expected --certificate and --key, found one of them; give both")
    if certificate is None and not _here_alone(host):
        raise SettingsError(
            "expected --certificate and --key for an address that other machines reach, found none: tokens "
            "would travel in clear; give both, or serve on 127.0.0.1 behind a proxy that speaks TLS"
        )
    for path in (certificate, key):
        if path is not None and not path.is_file():
            raise SettingsError(f"expected a file, found no {path.name}; mend --certificate or --key")
    audit, ring = AuditLog(settings.audit), settings.key_ring()
    place = Place(
        permits=settings.permits,
        releases=settings.releases,
        grants=Grants(settings.grants),
        audit=audit,
        anchors=Anchors(audit, ring),
        keys=ReleaseKeys(ring),
        ledger=Ledger(settings.answers),
        spool=settings.state,
    )
    keep_to_itself()
    app = build_app(place)
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        # What goes wrong is in the answers and in the audit log; a log of requests would tell who asked what.
        log_level="critical",
        access_log=False,
        server_header=False,
        ssl_certfile=certificate,
        ssl_keyfile=key,
        timeout_graceful_shutdown=5,
    )
    listening = _listen(host, port)
    scheme = "https" if certificate else "http"
    address = f"{scheme}://{host}:{listening.getsockname()[1]}"
    console.print(f"the gateway: {address}  (its document is at /openapi.json; end it with Ctrl-C)", soft_wrap=True)
    if missing := app.state.gateway.workers.missing():
        fail(
            f"this machine closes no {' and no '.join(missing)} to the processes that run queries: the engine's own "
            "lock alone stands before them; see docs/how-to/ask-over-the-network.md"
        )
    with listening:
        uvicorn.Server(config).run(sockets=[listening])


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=256)
    except OSError:
        raise SettingsError(
            f"port {port} of {host} cannot be listened on; choose another with --port or --host"
        ) from None


def _here_alone(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
