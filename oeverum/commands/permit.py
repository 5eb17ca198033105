"""Commands about permits: does a file hold, what does it allow, who asked for it and who approved it."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from oeverum.access import approve_permit, ask_for_permit
from oeverum.output import console, fail, table
from oeverum.settings import from_environment, operator
from sandbox.errors import PermitError
from sandbox.permits.explained import changes
from sandbox.permits.explained import explain as explain_permit
from sandbox.permits.file import activate, load, parse, schema
from sandbox.permits.fit import problems
from sandbox.permits.model import DENMARK, Permit
from sandbox.permits.versions import Version, approved_version, projects, version_of, versions

app = typer.Typer(no_args_is_help=True, help="Permits: check, explain, submit, approve, list, schema.")

Home = Annotated[Path | None, typer.Option(help="The folder with all zones; default OEVERUM_HOME, else ./data.")]
File = Annotated[Path, typer.Argument(help="The permit's YAML file.", exists=True, dir_okay=False)]


@app.command()
def check(file: File, home: Home = None) -> None:
    """Compare a permit with the tables and columns of the warehouse."""
    settings = from_environment(home)
    if not settings.warehouse.is_file():
        fail(f"there is no warehouse in {settings.home} to compare with; make one with oeverum run")
        raise typer.Exit(1)
    _refuse_misfit(load(file), settings.warehouse)
    console.print(f"{file.name} holds: every table, column and value that it names is in the warehouse")


@app.command()
def explain(
    permit: Annotated[str, typer.Argument(metavar="PERMIT", help="A YAML file, or a project.")],
    version: Annotated[int | None, typer.Option(help="Of a project: this version; default the approved one.")] = None,
    home: Home = None,
) -> None:
    """Say in plain words who may see what, why and for how long."""
    if version is None and Path(permit).is_file():
        console.print(explain_permit(load(Path(permit))), markup=False)
        return
    folder = from_environment(home).permits
    found = approved_version(folder, permit) if version is None else version_of(folder, permit, version)
    if found is None:
        raise PermitError(f"{permit}: expected a file, or a project and its version; see oeverum permit list")
    console.print(explain_permit(found.permit), markup=False)
    console.print(_acts(found), markup=False)
    if found.approved is None:
        _tell_changes(_replaced(folder, permit), found)
        console.print(f"To approve what stands here: oeverum permit approve {permit} {found.number} {found.mark}")


@app.command()
def submit(
    file: File,
    activated: Annotated[bool, typer.Option("--activate", help="It is a template: in force from today.")] = False,
    person: Annotated[list[str] | None, typer.Option(help="With --activate: who may be given access.")] = None,
    home: Home = None,
) -> None:
    """Ask for a permit, or for its next version; somebody else has to approve it."""
    if person and not activated:
        raise typer.BadParameter("goes with --activate; write people into the file", param_hint="--person")
    settings, now = from_environment(home), datetime.now(UTC)
    project = load(file).project
    today = now.astimezone(DENMARK).date()
    text = activate(file, today, people=person or ()) if activated else file.read_text(encoding="utf-8")
    if settings.warehouse.is_file():
        _refuse_misfit(parse(text, name=file.name), settings.warehouse)
    before = _replaced(settings.permits, project)
    asked = ask_for_permit(settings, text, name=file.name, now=now)
    _tell_changes(before, asked)
    console.print(
        f"version {asked.number} of {project} waits for somebody other than {operator()}, who reads it with "
        f"oeverum permit explain {project} --version {asked.number}",
        soft_wrap=True,
    )


@app.command()
def approve(
    project: Annotated[str, typer.Argument(metavar="PROJECT")],
    version: Annotated[int, typer.Argument(metavar="VERSION", help="The number that permit list shows.")],
    mark: Annotated[str, typer.Argument(metavar="MARK", help="What permit explain tells at its end.")],
    home: Home = None,
) -> None:
    """Put a permit in force that somebody else asked for, and that you have read."""
    settings, now = from_environment(home), datetime.now(UTC)
    permit = approve_permit(settings, project, version, mark=mark, by=operator(), now=now).permit
    console.print(
        f"version {version} of {project} is approved: from {permit.valid_from} up to, not including, "
        f"{permit.valid_to}; releases are destroyed on {permit.destroyed_on}",
        soft_wrap=True,
    )


@app.command("list")
def list_(home: Home = None) -> None:
    """Every version of every permit, who asked for it, and who approved it."""
    settings = from_environment(home)
    rows = [row for project in projects(settings.permits) for row in _rows(settings.permits, project)]
    table(None, ("project", "version", "state", "until", "asked by", "approved by"), rows, right=(1,))


@app.command("schema")
def schema_() -> None:
    """The form of a permit's file as JSON Schema, for an editor that completes and checks it."""
    typer.echo(json.dumps(schema(), indent=2, ensure_ascii=False))


def _refuse_misfit(permit: Permit, warehouse: Path) -> None:
    """Tell all that does not fit, and end with the permit's exit code when there is any."""
    found = problems(permit, warehouse)
    for problem in found:
        fail(problem)
    if found:
        raise typer.Exit(PermitError.exit_code)


def _replaced(folder: Path, project: str) -> Version | None:
    """The approved version that another one is to replace; None where there is none, or where it was altered."""
    try:
        return approved_version(folder, project)
    except PermitError as altered:
        # The next version can be asked for and read all the same.
        fail(str(altered))
        return None


def _tell_changes(before: Version | None, after: Version) -> None:
    for line in changes(before.permit if before else None, after.permit):
        console.print(line, markup=False)


def _rows(folder: Path, project: str) -> list[tuple[str, ...]]:
    """A line for each version of one project."""
    try:
        found = versions(folder, project)
    except PermitError:
        return [(project, "", "altered", "", "", "")]
    today = datetime.now(UTC).astimezone(DENMARK).date()
    last = max((version.number for version in found if version.approved), default=0)
    rows: list[tuple[str, ...]] = []
    for version in found:
        permit, by = version.permit, version.approved.by if version.approved else "nobody"
        state = _state(version, last, today=permit.covers(today), newest=version is found[-1])
        rows.append((project, str(version.number), state, str(permit.valid_to), version.asked.by, by))
    return rows


def _state(version: Version, last: int, *, today: bool, newest: bool) -> str:
    if version.approved is None:
        return "waits" if newest else "passed over"
    if version.number != last:
        return "replaced"
    return "in force" if today else "not today"


def _acts(version: Version) -> str:
    acts = [("Asked for", version.asked), *([("approved", version.approved)] if version.approved else [])]
    return ", ".join(f"{what} by {act.by} on {act.at:%Y-%m-%d}" for what, act in acts) + "."
