"""Commands about the installation itself: its audit log, Dagster's page."""

import os
import subprocess
import sys
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from oeverum.output import console, fail, table
from oeverum.settings import REPOSITORY, Settings, from_environment, operator

if TYPE_CHECKING:
    from sandbox.anchors import Anchor

Home = Annotated[Path | None, typer.Option(help="The folder with all zones; default OEVERUM_HOME, else ./data.")]

audit_app = typer.Typer(no_args_is_help=True, help="The audit log.")


@audit_app.command()
def show(
    home: Home = None,
    last: Annotated[int, typer.Option(help="How many of the latest entries.", min=1)] = 20,
    project: Annotated[str | None, typer.Option(help="Of this project alone; default all.")] = None,
) -> None:
    """The latest entries of the audit log."""
    from sandbox.audit import AuditLog

    entries = AuditLog(from_environment(home).audit).read()
    shown = deque((entry for entry in entries if project in (None, entry.project)), maxlen=last)
    table(None, ("when (UTC)", "what", "who", "project", "facts"), [entry.row() for entry in shown])


@audit_app.command()
def verify(
    home: Home = None,
    anchor: Annotated[Path | None, typer.Option(help="A copy of an anchor; default that beside the keys.")] = None,
) -> None:
    """Check the chain of hashes over the whole audit log, and that it holds the place that was signed last."""
    from sandbox.anchors import Anchors, read_anchor
    from sandbox.audit import AuditLog

    settings = from_environment(home)
    log = AuditLog(settings.audit)
    signed = read_anchor(anchor, keys=settings.keys) if anchor else Anchors(log, settings.key_ring()).standing()
    verdict = log.verify(signed.mark if signed else None)
    if signed and verdict.rewritten:
        fail(
            f"the audit log was written anew: its first {signed.mark.entries} entries are not those that were signed "
            f"{signed.at:%Y-%m-%d %H:%M} UTC; restore it from its backup, or take it as it is: oeverum audit accept"
        )
        raise typer.Exit(1)
    if not verdict.ok:
        fail(f"the audit log breaks at line {verdict.first_bad_line}: an entry was changed or removed")
        raise typer.Exit(1)
    if not verdict.lines and any(settings.releases.glob("*/r*")):
        fail("there are releases and no audit log: it was removed; restore it from its backup")
        raise typer.Exit(1)
    held = f"the first {signed.mark.entries} signed {signed.at:%Y-%m-%d %H:%M} UTC" if signed else "none signed yet"
    console.print(f"{verdict.lines} entries, chain whole, {held}", soft_wrap=True)


@audit_app.command()
def anchor(
    home: Home = None,
    out: Annotated[Path | None, typer.Option(help="Where to write a copy, to be kept on another machine.")] = None,
) -> None:
    """Sign the place where the audit log ends now."""
    from sandbox.anchors import Anchors
    from sandbox.audit import AuditLog

    settings = from_environment(home)
    signed = Anchors(AuditLog(settings.audit), settings.key_ring()).renew()
    if signed is None:
        console.print("the audit log is empty: nothing to sign")
        return
    if out is not None:
        try:
            out.write_text(signed.text(), encoding="utf-8")
        except OSError as error:
            raise typer.BadParameter(
                f"{out} cannot be written: {error.strerror}; name another file", param_hint="--out"
            ) from None
    _tell(signed)


@audit_app.command()
def accept(
    reason: Annotated[str, typer.Option(help="Why it is another than the one that was signed, without names.")],
    home: Home = None,
) -> None:
    """Take the audit log as it is, such as one from a backup, and sign where it ends; that is an entry."""
    from sandbox.anchors import Anchors
    from sandbox.audit import AuditLog

    if not reason.strip():
        raise typer.BadParameter("a reason is needed; say where the log comes from", param_hint="--reason")
    settings = from_environment(home)
    _tell(Anchors(AuditLog(settings.audit), settings.key_ring()).accept(by=operator(), reason=reason))


def _tell(signed: "Anchor") -> None:
    console.print(f"signed: the first {signed.mark.entries} entries of the audit log, {signed.at:%Y-%m-%d %H:%M} UTC")


def serve_graph(settings: Settings, *, port: int) -> None:
    """Serve Dagster's page and its daemon on this machine until interrupted."""
    from orchestration.dagster_home import prepare_dagster_home

    prepare_dagster_home(settings.dagster_home)
    environment = {
        **os.environ,
        "DAGSTER_HOME": str(settings.dagster_home),
        "OEVERUM_HOME": str(settings.home),
        "DAGSTER_DISABLE_TELEMETRY": "yes",
        # `dagster dev` recommends a newer command, of a package that does no more for us.
        "PYTHONWARNINGS": "ignore::FutureWarning",
    }
    command = [str(Path(sys.executable).with_name("dagster")), "dev", "-w", "workspace.yaml"]
    console.print(f"Dagster's page: http://127.0.0.1:{port}/asset-groups  (end it with Ctrl-C)", soft_wrap=True)
    done = subprocess.run(  # noqa: S603 - fixed arguments
        [*command, "-h", "127.0.0.1", "-p", str(port)], env=environment, cwd=REPOSITORY, check=False
    )
    raise typer.Exit(done.returncode)
