"""Commands about keys: status, rotate, destroy."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from oeverum.output import console, fail, table
from oeverum.settings import Settings, from_environment, operator

if TYPE_CHECKING:
    from pseudonymisation.keyring import KeyStatus
    from sandbox.audit import AuditLog

app = typer.Typer(no_args_is_help=True, help="The key ring.")

Home = Annotated[Path | None, typer.Option(help="The folder with all zones; default OEVERUM_HOME, else ./data.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do it; without it the command only tells what it would do.")]


@app.command()
def status(home: Home = None) -> None:
    """Which keys there are, their versions, states and ages; never the keys themselves."""
    keys = from_environment(home).key_ring().status()
    rows = [(k.version, k.state, f"{k.created:%Y-%m-%d}", k.domain) for k in keys]
    table(None, ("version", "state", "made (UTC)", "domain"), rows)


@app.command()
def rotate(domain: Annotated[str, typer.Argument(metavar="DOMAIN")], yes: Yes = False, home: Home = None) -> None:
    """Make a new version of a key, and tell what that means for what was made with the older one."""
    from sandbox.audit import AuditLog

    settings = from_environment(home)
    ring = settings.key_ring()
    if domain not in {key.domain for key in ring.status()}:
        fail(f"there is no key for {domain}; see oeverum keys status")
        raise typer.Exit(2)
    if domain == "restricted" and any(settings.restricted.rglob("delivery=*")):
        fail(
            "restricted/ holds deliveries that only this key reads; move restricted/ and lake/ away, rotate, "
            "and run oeverum run to take in again what lies in landing/"
        )
        raise typer.Exit(2)
    if domain.startswith("release:"):
        fail("every release has a key of its own, made with it, which is not rotated; release again")
        raise typer.Exit(2)
    console.print(_means(settings, domain))
    if not yes:
        console.print("Nothing was done; to do it: --yes", highlight=False)
        return
    before = ring.version(domain)
    after = ring.rotate(domain)
    AuditLog(settings.audit).append("key_rotated", actor=operator(), domain=domain, before=before, after=after)
    console.print(f"{domain}: {before} is retired, {after} is current")


@app.command()
def destroy(project: Annotated[str, typer.Argument(metavar="PROJECT")], yes: Yes = False, home: Home = None) -> None:
    """Destroy the keys that name a project's subjects, after its sandbox has ended; the proof is in the audit log."""
    from sandbox.audit import AuditLog

    settings = from_environment(home)
    ring, audit = settings.key_ring(), AuditLog(settings.audit)
    keys = ring.of_project(project)
    if any(key.domain.startswith("release:") and key.state != "destroyed" for key in keys):
        fail(f"{project} has releases that can be read; end its sandbox first: oeverum sandbox end {project}")
        raise typer.Exit(2)
    if keys and all(key.state == "destroyed" for key in keys) and not _is_proved(audit, project):
        _prove(audit, project, keys, ring.digest())
        console.print(f"The {len(keys)} keys of {project} were destroyed before; the proof is in oeverum audit show")
        return
    standing = [key for key in keys if key.state != "destroyed"]
    if not standing:
        fail(f"{project} has no key to destroy; see oeverum keys status")
        raise typer.Exit(2)
    console.print(
        f"{len(standing)} keys of {project}: its subjects can never again be traced to people or joined with a new "
        "release. Copies of keys/ that lie elsewhere must be destroyed as well."
    )
    if not yes:
        console.print("Nothing was done; to do it: --yes", highlight=False)
        return
    # Said before it is done: where nothing can be written down, nothing is destroyed.
    names = [_named(key) for key in standing]
    audit.append("keys_destroy_begun", actor=operator(), project=project, keys=names, ring_before=ring.digest())
    ring.destroy(project, by=operator())
    _prove(audit, project, ring.of_project(project), ring.digest())
    console.print(f"{len(standing)} keys of {project} are destroyed; the proof is in oeverum audit show")


def _prove(audit: "AuditLog", project: str, keys: list["KeyStatus"], digest: str) -> None:
    names = [_named(key) for key in keys]
    audit.append("keys_destroyed", actor=operator(), project=project, keys=names, ring_after=digest)


def _is_proved(audit: "AuditLog", project: str) -> bool:
    return any(entry.kind == "keys_destroyed" and entry.project == project for entry in audit.read())


def _named(key: "KeyStatus") -> str:
    return f"{key.domain} {key.version}"


def _means(settings: Settings, domain: str) -> str:
    """What a new version of a key does to what was made with the older one."""
    from pseudonymisation.lake import Lake

    if domain.startswith("project:"):
        return (
            f"{domain}: names of its next release are others than those of the releases before, and cannot be joined "
            "with them. oeverum run refuses to make that release: oeverum sandbox release PROJECT --rekeyed makes it."
        )
    if domain in ("certificates", "audit", "audit-signed"):
        return f"{domain}: what was signed stays valid, by the public key of its version in keys/."
    if domain == "restricted":
        return f"{domain}: nothing is encrypted under its present version."
    if domain == "leaks":
        return (
            f"{domain}: the hashes by which releases are searched for identifiers are made anew, and for that every "
            "delivery of the lake, by the next oeverum run. Those of withdrawn deliveries are lost."
        )
    held = sum(domain in delivery.key_versions for delivery in Lake(settings.lake).deliveries())
    return (
        f"{domain}: {held} deliveries of the lake hold pseudonyms of its present version. "
        "The next oeverum run makes them anew, and the warehouse and all releases after them."
    )
