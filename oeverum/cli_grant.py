"""Commands about grants: issue, list, revoke."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from oeverum.access import give, take_back
from oeverum.output import console, fail, table
from oeverum.settings import from_environment
from sandbox.errors import PermitError
from sandbox.grants import Grants
from sandbox.permit import in_force

app = typer.Typer(no_args_is_help=True, help="Grants: issue, list, revoke.")

Home = Annotated[Path | None, typer.Option(help="The folder with all zones; default OEVERUM_HOME, else ./data.")]


@app.command()
def issue(
    project: Annotated[str, typer.Argument(metavar="PROJECT")],
    to: Annotated[str, typer.Option(help="The login name of whoever gets access.")],
    days: Annotated[int | None, typer.Option(min=1, help="For how many days; default what the permit allows.")] = None,
    home: Home = None,
) -> None:
    """Give one person access to one sandbox for a time."""
    settings = from_environment(home)
    permits = in_force(settings.permits, _now())
    if project not in permits:
        fail(f"no permit for {project} in {settings.permits}; put one there after oeverum permit check")
        raise typer.Exit(PermitError.exit_code)
    permit = permits[project]
    grant = give(settings, permit=permit, to=to, days=days or permit.grant_days, now=_now())
    console.print(f"grant {grant.id}: {to} may query {project} until {grant.ends_at:%Y-%m-%d %H:%M} UTC")


@app.command("list")
def list_(home: Home = None) -> None:
    """All grants."""
    rows = [
        (g.id, g.project, g.holder, f"{g.starts_at:%Y-%m-%d %H:%M}", f"{g.ends_at:%Y-%m-%d %H:%M}", g.state(_now()))
        for g in Grants(from_environment(home).grants).list()
    ]
    table(None, ("grant", "sandbox", "holder", "from (UTC)", "to (UTC)", "state"), rows)


@app.command()
def revoke(id_: Annotated[str, typer.Argument(metavar="ID")], home: Home = None) -> None:
    """End a grant now."""
    grant = take_back(from_environment(home), id_, now=_now())
    console.print(f"grant {grant.id} has ended")


def _now() -> datetime:
    return datetime.now(UTC)
