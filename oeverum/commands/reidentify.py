"""Commands that trace a subject of a sandbox to a person: one person asks, another approves and is told."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import duckdb
import pyarrow as pa
import typer

from ingestion.contract import load_all
from oeverum.deliveries import zone_of
from oeverum.output import console
from oeverum.settings import Settings, from_environment, operator
from pseudonymisation.errors import KeyRingError
from pseudonymisation.lake import Lake
from pseudonymisation.pseudonyms import Pseudonymiser
from pseudonymisation.treatment import PERSON
from sandbox.audit import AuditLog
from sandbox.manifest import subject_key_versions
from sandbox.reidentification import VALID, Requests, numbers_of, person_of
from sandbox.tables import SUBJECT_KEY

app = typer.Typer(no_args_is_help=True, help="Who a subject is, for a clinical duty of care.")

Home = Annotated[Path | None, typer.Option(help="The folder with all zones; default OEVERUM_HOME, else ./data.")]
# The registers that know everybody, and every number that somebody has had, are read first.
FIRST = ("bef", "cpr_skift")


@app.command()
def request(
    project: Annotated[str, typer.Argument(metavar="PROJECT")],
    subject: Annotated[str, typer.Argument(metavar="SUBJECT")],
    reason: Annotated[str, typer.Option(help="What the duty of care is.")],
    home: Home = None,
) -> None:
    """Ask who a subject of a sandbox is; another person has to approve within a day."""
    settings = from_environment(home)
    open_requests = requests(settings)
    _person(settings, open_requests, project, subject, by=operator())
    asked = open_requests.ask(project=project, subject=subject, reason=reason, by=operator(), now=datetime.now(UTC))
    hours = VALID.total_seconds() / 3600
    console.print(f"request {asked.id}: somebody else approves it within {hours:g} h by")
    console.print(f"  oeverum reidentify approve {asked.id}")


@app.command()
def approve(id_: Annotated[str, typer.Argument(metavar="ID")], home: Home = None) -> None:
    """Approve what another person asked for, and be told the number, once."""
    told(from_environment(home), id_, by=operator())


def told(settings: Settings, id_: str, *, by: str) -> None:
    """Approve a request in the name of `by` and print the numbers of the person, the present one first."""
    open_requests = requests(settings)
    asked = open_requests.open(id_, by=by, now=datetime.now(UTC))
    person_id = _person(settings, open_requests, asked.project, asked.subject, by=by)
    everyone = {person_id, *_former(settings, person_id)}
    found: dict[int, str] = {}
    for version in _person_versions(settings):
        make = Pseudonymiser(settings.key_ring().key(PERSON, version), remember=True)
        found |= numbers_of(everyone - found.keys(), _numbers(settings), pseudonyms=make)
    if not found:
        line = f"{asked.project}: restricted/ holds no number of this person any more; the request stays open"
        raise open_requests.refused(asked.project, by, line)
    open_requests.use_up(asked, by=by)
    for code, number in sorted(found.items(), key=lambda one: one[0] != person_id):
        console.print(number if code == person_id else f"{number} (a former number)")


def requests(settings: Settings) -> Requests:
    """The requests of an installation."""
    return Requests(settings.state / "reidentification", AuditLog(settings.audit))


def _person(settings: Settings, open_requests: Requests, project: str, subject: str, *, by: str) -> int:
    """The person_id of a subject.

    Raises ReidentificationRefused when the project has no such subject, KeyRingError when its key was destroyed; both
    are in the audit log then.
    """
    # A rotation hides nobody: subjects are found under the keys that they were named with.
    versions = subject_key_versions(settings.releases, project)
    if not versions:
        raise open_requests.refused(project, by, f"there is no release of {project}; see oeverum sandbox list")
    try:
        keys = [settings.key_ring().key(f"project:{project}/{SUBJECT_KEY}", version) for version in versions]
    except KeyRingError as error:
        open_requests.refused(project, by, str(error))
        raise
    with duckdb.connect(str(settings.warehouse), read_only=True) as warehouse:
        for key in keys:
            people = warehouse.execute("select person_id from marts.person").to_arrow_reader(100_000)
            found = person_of(subject, (batch.column(0) for batch in people), key=key)
            if found is not None:
                return found
    raise open_requests.refused(project, by, f"{project} has no such subject in any release; see the latest one")


def _person_versions(settings: Settings) -> list[str]:
    """The versions of the key that the people of the lake, and of the warehouse built from it, were named with."""
    made = (delivery.key_versions.get(PERSON) for delivery in Lake(settings.lake).deliveries())
    return sorted({version for version in made if version})


def _former(settings: Settings, person_id: int) -> list[int]:
    """The pseudonyms of the numbers that a person had before."""
    with duckdb.connect(str(settings.warehouse), read_only=True) as warehouse:
        rows = warehouse.execute(
            "select number_id from staging.stg_person_number where person_id = ?", [person_id]
        ).fetchall()
    return [number for (number,) in rows]


def _numbers(settings: Settings) -> Iterator[pa.Array]:
    """The CPR numbers of all accepted rows, source by source."""
    zone = zone_of(settings)
    contracts = sorted(load_all().values(), key=lambda contract: (contract.source not in FIRST, contract.source))
    for contract in contracts:
        columns = [column.name for column in contract.columns if column.pseudonym == PERSON]
        for intake in zone.intakes(contract.source) if columns else ():
            for batch in zone.batches(intake, columns):
                yield from (column.drop_null() for column in batch.columns)
