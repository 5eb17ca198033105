"""Commands about permits: does a file hold, and what does it allow."""

import json
from pathlib import Path
from typing import Annotated

import typer

from oeverum.output import console, fail
from oeverum.settings import from_environment
from sandbox.errors import PermitError
from sandbox.explained import explain as explain_permit
from sandbox.permit import load, problems, schema

app = typer.Typer(no_args_is_help=True, help="Permits: check, explain, schema.")

Home = Annotated[Path | None, typer.Option(help="The folder with all zones; default OEVERUM_HOME, else ./data.")]
File = Annotated[Path, typer.Argument(help="The permit's YAML file.", exists=True, dir_okay=False)]


@app.command()
def check(file: File, home: Home = None) -> None:
    """Compare a permit with the tables and columns of the warehouse."""
    settings = from_environment(home)
    if not settings.warehouse.is_file():
        fail(f"there is no warehouse in {settings.home} to compare with; make one with oeverum run")
        raise typer.Exit(1)
    found = problems(load(file), settings.warehouse)
    for problem in found:
        fail(problem)
    if found:
        raise typer.Exit(PermitError.exit_code)
    console.print(f"{file.name} holds: every table, column and value that it names is in the warehouse")


@app.command()
def explain(file: File) -> None:
    """Say in plain words who may see what, why and for how long."""
    console.print(explain_permit(load(file)), markup=False)


@app.command("schema")
def schema_() -> None:
    """The form of a permit's file as JSON Schema, for an editor that completes and checks it."""
    typer.echo(json.dumps(schema(), indent=2, ensure_ascii=False))
