"""A sandbox in every state of access that `orchestration/access_matrix.py` names; not a test."""

import shutil
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from oeverum.access import endings
from oeverum.settings import Settings
from orchestration.access_matrix import PERMIT_AHEAD, SET_BACK
from sandbox.errors import NoGrant
from sandbox.grants import Grants
from sandbox.permits.versions import in_force
from tests.permits import alter, approved
from tests.unit.gateway_server import PROJECT
from tests.unit.sandbox_door import Place

# Those whom the permit names; the first is its principal investigator.
PRINCIPAL, ANOTHER, THIRD = "anna", "carl", "bent"
HOLDERS = (PRINCIPAL, ANOTHER)
PERSON, NOTE = {"columns": ["sex", "birth_date"]}, {"columns": ["note_text"]}
TABLES = {"person": PERSON, "note": NOTE}


def settings_of(place: Place) -> Settings:
    """The installation that a place is: its zones lie where those of a home lie."""
    return Settings(home=place.folder)


def change(settings: Settings, **changes: Any) -> None:
    """The next version of the permit, in force; grants stay as they are."""
    now = datetime.now(UTC)
    approved(settings.permits, {**in_force(settings.permits, now)[PROJECT].as_dict(), **changes})


def _end(settings: Settings) -> None:
    endings(settings).end(PROJECT, by=THIRD, now=datetime.now(UTC), reason="the test is over")


def _spoil(settings: Settings) -> None:
    Path(str(settings.grants)).write_bytes(b"no register")


def _set_back(settings: Settings) -> None:
    """What the machine's clock shows is a day and an hour behind a look, of a grant that was issued for a day."""
    with suppress(NoGrant):
        Grants(settings.grants).holder_of("", datetime.now(UTC) + timedelta(hours=25))


# What becomes of the permit, the sandbox, the register or its clock after a grant was live.
AFTER: dict[str, Callable[[Settings], None]] = {
    "not among the permit's people any more": lambda s: change(s, people=[{"login": THIRD, "party": "Hjertecentret"}]),
    SET_BACK: _set_back,
    PERMIT_AHEAD: lambda s: change(s, **{"from": str(datetime.now(UTC).date() + timedelta(days=2))}),
    "permit ended": lambda s: change(s, to=str(datetime.now(UTC).date() - timedelta(days=1))),
    "permit altered by hand": lambda s: alter(s.permits, PROJECT),
    "permit taken away": lambda s: shutil.rmtree(s.permits / PROJECT),
    "permit of other conditions than the release": lambda s: change(s, dates="month"),
    "permit of fewer tables": lambda s: change(s, tables={"person": PERSON}),
    "sandbox ended": _end,
    "register of grants unreadable": _spoil,
}


def enter(settings: Settings, access: str, holders: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Bring a sandbox, whose permit is in force, into a state of access; of each holder the grant's id and a token."""
    now, grants = datetime.now(UTC), Grants(settings.grants)
    permit = in_force(settings.permits, now)[PROJECT]
    if "another sandbox" in access:
        permit = permit.model_copy(update={"project": "another-one"})
    first = (now + timedelta(days=3)).date() if access == "not begun" else None
    given = {}
    for holder in holders:
        grant = grants.issue(permit=permit, holder=holder, days=1, first=first, now=now)
        given[holder] = (grant.id, grants.new_token(grant.id, now=now))
        if access == "revoked":
            grants.revoke(grant.id, now=now)
        elif access == "a token that another has replaced":
            grants.new_token(grant.id, now=now)
    if access == "ended":
        grants.end_due(now + timedelta(days=2))
        # That time was seen only here.
        grants.set_clock(now)
    AFTER.get(access, lambda _: None)(settings)
    return given
