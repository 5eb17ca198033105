"""Commands about grants: issue, list, extend, token, revoke, and the clock that they go by."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from oeverum.access import give, give_token, lengthen, take_back
from oeverum.output import console, fail, table
from oeverum.settings import Settings, from_environment, operator
from sandbox.audit import AuditLog
from sandbox.errors import PermitError
from sandbox.grants import Grants, told
from sandbox.permits.model import Permit
from sandbox.permits.versions import in_force

app = typer.Typer(no_args_is_help=True, help="Grants: issue, list, extend, token, revoke.")

Home = Annotated[Path | None, typer.Option(help="The folder with all zones; default OEVERUM_HOME, else ./data.")]
Id = Annotated[str, typer.Argument(metavar="ID")]


@app.command()
def issue(
    project: Annotated[str, typer.Argument(metavar="PROJECT")],
    to: Annotated[str, typer.Option(help="The login name of whoever gets access.")],
    days: Annotated[int | None, typer.Option(min=1, help="For how many days; default what the permit allows.")] = None,
    first: Annotated[str | None, typer.Option("--from", help="The first day, such as 2026-03-29; default now.")] = None,
    until: Annotated[str | None, typer.Option(help="The day of the end, which is not included.")] = None,
    home: Home = None,
) -> None:
    """Give one person access to one sandbox for a time; the token is shown this once."""
    if days is not None and until is not None:
        raise typer.BadParameter("give --days or --until, not both", param_hint="--until")
    begins, ends = _day(first, "--from"), _day(until, "--until")
    settings = from_environment(home)
    permit = _permit(settings, project)
    length = None if ends else days or permit.grant_days
    grant = give(settings, permit=permit, to=to, days=length, first=begins, until=ends, now=_now())
    since = f" from {told(grant.starts_at)}" if begins else ""
    console.print(f"grant {grant.id}: {to} may query {project}{since} until {told(grant.ends_at)}", soft_wrap=True)
    _show_token(settings, grant.id)


@app.command("list")
def list_(home: Home = None) -> None:
    """All grants."""
    grants = Grants(from_environment(home).grants)
    now = grants.clock(_now())
    rows = [(g.id, g.project, g.holder, told(g.starts_at), told(g.ends_at), g.state(now)) for g in grants.list()]
    table(None, ("grant", "sandbox", "holder", "from", "to", "state"), rows)


@app.command()
def extend(id_: Id, days: Annotated[int, typer.Option(min=1, help="By how many days.")], home: Home = None) -> None:
    """Move the end of a grant, inside its permit."""
    settings = from_environment(home)
    permit = _permit(settings, Grants(settings.grants).of_id(id_).project)
    grant = lengthen(settings, id_, permit=permit, days=days, now=_now())
    console.print(f"grant {grant.id}: until {told(grant.ends_at)}")


@app.command()
def token(id_: Id, home: Home = None) -> None:
    """A new token for a grant, shown this once; the one before opens nothing any more."""
    _show_token(from_environment(home), id_)


@app.command()
def revoke(id_: Id, home: Home = None) -> None:
    """End a grant now."""
    grant = take_back(from_environment(home), id_, now=_now())
    console.print(f"grant {grant.id} has ended")


@app.command()
def clock(
    reset: Annotated[bool, typer.Option("--reset", help="Go by this machine's clock from here on.")] = False,
    home: Home = None,
) -> None:
    """The time that grants go by: this machine's, or the latest that the register has seen."""
    settings = from_environment(home)
    grants = Grants(settings.grants)
    if reset:
        AuditLog(settings.audit).append("grant_clock_reset", actor=operator(), before=grants.clock(_now()).isoformat())
        grants.set_clock(_now())
    now = _now()
    console.print(f"this machine: {told(now)}; grants go by: {told(grants.clock(now))}")


def _permit(settings: Settings, project: str) -> Permit:
    permits = in_force(settings.permits, _now())
    if project not in permits:
        fail(f"no approved permit for {project} is in force; see oeverum permit list")
        raise typer.Exit(PermitError.exit_code)
    return permits[project]


def _show_token(settings: Settings, id_: str) -> None:
    grant, shown = give_token(settings, id_, now=_now())
    console.print(f"token of {grant.id}, shown this once: {shown}", soft_wrap=True)


def _day(text: str | None, option: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise typer.BadParameter("expected a day such as 2026-03-29", param_hint=option) from None


def _now() -> datetime:
    return datetime.now(UTC)
