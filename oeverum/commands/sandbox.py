"""Commands about sandboxes: which there are, what lies in them, release, query, open, end, certificate."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from oeverum.access import door, endings, review
from oeverum.output import Format, console, fail, line_of, result, table
from oeverum.settings import Settings, from_environment, operator
from sandbox.access import Answer
from sandbox.differences import differences
from sandbox.ending import check, read_certificate
from sandbox.errors import DisclosureRefused, QueryRefused, ReleaseError
from sandbox.manifest import Release, latest, list_releases
from sandbox.permits.versions import all_permits, altered
from sandbox.release_keys import ReleaseKeys
from sandbox.seal import verify as verify_release

app = typer.Typer(
    no_args_is_help=True, help="Sandboxes: list, show, diff, verify, release, query, open, reviewed, end, certificate."
)

Home = Annotated[Path | None, typer.Option(help="The folder with all zones; default OEVERUM_HOME, else ./data.")]
Project = Annotated[str, typer.Argument(help="The project's name.", metavar="PROJECT")]
Named = Annotated[str, typer.Argument(help="A release's name.")]
As = Annotated[str | None, typer.Option("--as", help="Whose grant to use; default the login name.")]


@app.command("list")
def list_(home: Home = None) -> None:
    """The sandboxes of all permits, those that have ended too."""
    settings = from_environment(home)
    rows: list[tuple[object, ...]] = []
    for permit in all_permits(settings.permits).values():
        release = latest(settings.releases, permit.project)
        name = "ended" if (settings.ended / f"{permit.project}.json").exists() else _name(release)
        rows.append((permit.project, permit.tier, name, permit.valid_to, permit.title))
    rows += [(project, "", "", "", "its permit was altered") for project in altered(settings.permits)]
    table(None, ("sandbox", "tier", "latest release", "permit ends", "title"), rows)


@app.command()
def show(project: Project, home: Home = None) -> None:
    """The releases of a sandbox, and the tables of the latest."""
    releases = _releases(from_environment(home), project)
    rows = [(r.release, f"{r.created_at:%Y-%m-%d %H:%M}", f"{r.subjects:,}", f"{r.rows:,}") for r in releases]
    table("Releases", ("release", "created (UTC)", "subjects", "rows"), rows, right=(2, 3))
    console.print()
    table("Tables of the latest", ("table", "rows", "columns"), _tables(releases[-1]), right=(1,))
    console.print(f"\nCodebook: {releases[-1].folder / 'codebook.html'}", soft_wrap=True)


@app.command()
def release(
    project: Project,
    home: Home = None,
    rekeyed: Annotated[
        bool, typer.Option("--rekeyed", help="The project's keys were rotated, and its subjects may change names.")
    ] = False,
) -> None:
    """Release the sandbox of one project now, behind the gate."""
    from oeverum.output import Steps
    from oeverum.step import exit_code
    from orchestration.road import release_project

    steps = Steps()
    with steps.shown():
        steps.started("release", project)
        step = release_project(from_environment(home), project, rekeyed=rekeyed)
        steps.ended(step)
    raise typer.Exit(exit_code([step]))


@app.command()
def query(
    project: Project,
    sql: Annotated[str, typer.Argument(help="One SELECT in DuckDB's SQL.", metavar="SQL")],
    home: Home = None,
    holder: As = None,
    release: Annotated[str | None, typer.Option(help="A pinned release; default the latest.")] = None,
    form: Annotated[Format, typer.Option("--format", help="table, csv, json or parquet.")] = "table",
    out: Annotated[Path | None, typer.Option(help="Write to this file.")] = None,
) -> None:
    """Run one query on a sandbox under a live grant."""
    if form == "parquet" and out is None:
        raise typer.BadParameter("parquet goes to a file; name it with --out", param_hint="--format")
    if form == "table" and out is not None:
        raise typer.BadParameter("a table is for the eye; choose another --format", param_hint="--out")
    if out is not None and not out.resolve().parent.is_dir():
        raise typer.BadParameter("its folder does not exist; make it first", param_hint="--out")
    answer = door(from_environment(home)).query(
        project, sql, holder=holder or operator(), now=datetime.now(UTC), release=release
    )
    _tell(answer, form, out)


@app.command()
def diff(project: Project, before: Named, after: Named, home: Home = None) -> None:
    """How two releases of a sandbox differ: counts, columns, permit, deliveries, code and keys."""
    found = {release.release: release for release in list_releases(from_environment(home).releases, project)}
    if strange := [name for name in (before, after) if name not in found]:
        fail(f"no release {strange[0]} of {project}; see oeverum sandbox show {project}")
        raise typer.Exit(18)
    rows = [(one.what, one.before, one.after, one.change) for one in differences(found[before], found[after])]
    if rows:
        table(None, ("what", before, after, "change"), rows)
    else:
        console.print(f"{before} and {after} are the same.")


@app.command()
def verify(project: Project, home: Home = None) -> None:
    """Whether every release of a sandbox is as it was written: its seal, each file, and each row, decrypted."""
    settings = from_environment(home)
    keys = ReleaseKeys(settings.key_ring())
    wrong = 0
    for one in _releases(settings, project):
        try:
            verify_release(one, key=keys.of(one))
        except ReleaseError as error:
            fail(str(error))
            wrong += 1
        else:
            console.print(f"{one.release} is as it was written: {len(one.tables)} tables, {one.rows:,} rows")
    if wrong:
        raise typer.Exit(ReleaseError.exit_code)


@app.command()
def reviewed(project: Project, home: Home = None) -> None:
    """Let a company ask on, whose questions were looked at: of these too many were refused, or many numbers told."""
    since = review(from_environment(home), project)
    console.print(f"{project}: {since.refusals:,} refusals and {since.numbers:,} numbers; it may ask on.")


@app.command("open")
def open_(project: Project, home: Home = None, holder: As = None) -> None:
    """Ask a sandbox query after query; the grant is checked before each."""
    session = door(from_environment(home)).open(project, holder=holder or operator())
    console.print(f"[bold]{project}[/bold] {session.release}. End a query with ; and leave with Ctrl-D.")
    console.print(f"Tables: {', '.join(session.tables())}\n", soft_wrap=True)
    for sql in _statements():
        try:
            answer = session.ask(sql)
        except (QueryRefused, DisclosureRefused) as refusal:
            fail(line_of(refusal))
        else:
            _tell(answer)
        console.print()


@app.command()
def end(
    project: Project,
    home: Home = None,
    before_its_end: Annotated[
        bool, typer.Option("--before-its-end", help="Its releases may still be kept; needs a reason.")
    ] = False,
    reason: Annotated[str | None, typer.Option(help="Why it is ended before its end, without names of people.")] = None,
) -> None:
    """End a sandbox for good: its releases can never be read again, and a certificate proves it."""
    if before_its_end != bool(reason and reason.strip()):
        raise typer.BadParameter("--before-its-end and --reason go together; give both or none", param_hint="--reason")
    settings = from_environment(home)
    certificate = endings(settings).end(project, by=operator(), now=datetime.now(UTC), reason=reason)
    told = certificate.told
    files = sum(len(release["files"]) for release in told["releases"])
    console.print(
        f"The sandbox {project} has ended, on {told['ended']['at']}: {files} files of {len(told['releases'])} releases "
        f"open with none of the {told['proof']['keys_tried']} keys that are left.",
        soft_wrap=True,
    )
    console.print(f"Certificate: {settings.ended / project}.json; oeverum sandbox certificate {project} --check")
    console.print("Copies of keys/ that lie elsewhere must be destroyed as well.")


@app.command()
def certificate(
    project: Project,
    home: Home = None,
    check_it: Annotated[bool, typer.Option("--check", help="Check the platform's signature.")] = False,
) -> None:
    """The certificate of a sandbox that has ended; needs no key, and no network."""
    settings = from_environment(home)
    found = read_certificate(settings.ended, project)
    if check_it:
        check(found, keys=settings.keys)
    told = found.told
    ended = told["ended"]
    console.print(f"{project} ended on {ended['at']} by {ended['by']}", soft_wrap=True)
    console.print(f"Permit: {told['permit']['digest']}", soft_wrap=True)
    if ended["reason"]:
        console.print(f"Before its end: {ended['reason']}", soft_wrap=True)
    rows = [
        (release["release"], file["file"], "no" if not file["opens"] else "yes", file["sha256"] or "gone")
        for release in told["releases"]
        for file in release["files"]
    ]
    table(None, ("release", "file", "opens", "sha256 as it lies"), rows)
    state = "checked: the platform signed this" if check_it else "not checked; to check it: --check"
    console.print(f"\nSignature by {found.signature.key}, {state}")


def _tell(answer: Answer, form: Format = "table", out: Path | None = None) -> None:
    """The result, and on standard error what to know of it."""
    result(answer.table, form, out)
    if answer.note:
        typer.echo(answer.note, err=True)


def _statements() -> Iterator[str]:
    """Statements as they are typed, each ended by a semicolon at the end of a line."""
    lines: list[str] = []
    while True:
        try:
            lines.append(input("sql> " if not lines else "...> "))
        except EOFError:
            console.print()
            if rest := "\n".join(lines).strip():
                yield rest
            return
        text = "\n".join(lines).strip()
        if not text:
            lines.clear()
        elif text.endswith(";"):
            lines.clear()
            yield text


def _releases(settings: Settings, project: str) -> list[Release]:
    """The releases of a sandbox; ends with the exit code of a ReleaseError when there is none."""
    found = list_releases(settings.releases, project)
    if not found:
        fail(f"no release of {project}; see oeverum sandbox list, or make one with oeverum sandbox release {project}")
        raise typer.Exit(ReleaseError.exit_code)
    return found


def _name(release: Release | None) -> str:
    return release.release if release else "none yet"


def _tables(release: Release) -> list[tuple[str, str, str]]:
    return [(t.name, f"{t.rows:,}", ", ".join(name for name, _ in t.columns)) for t in release.tables]
