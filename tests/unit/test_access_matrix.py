"""Who may do what: every row of docs/reference/access.md is done over the network, in every tier that it names."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sandbox.ending import Endings
from tests.docs.pages import tables
from tests.permits import approved
from tests.unit.gateway_server import PROJECT, Served, live_place, serving

TIERS = ("practice", "research", "company")
MATRIX = tables("docs/reference/access.md")["Who may do what"]
PATHS = {
    "list": "",
    "show": f"/{PROJECT}",
    "releases": f"/{PROJECT}/releases",
    "codebook": f"/{PROJECT}/codebook",
    "audit": f"/{PROJECT}/audit",
}
QUERIES = {"results": "select count(*) as n from person", "rows": "from person"}
OPERATIONS = (*PATHS, *QUERIES)


@pytest.fixture(params=TIERS)
def served(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Served]:
    """A gateway over a release of each tier."""
    with serving(live_place(tmp_path, tier=request.param)) as made:
        yield made


def token_in(served: Served, access: str) -> str | None:
    """A token whose access is as a row says; the place is left so."""
    place, now = served.place, datetime.now(UTC)
    if access == "no token":
        return None
    if access == "another sandbox's token":
        other = place.permit.model_copy(update={"project": "another-one"})
        return place.grants.new_token(place.grants.issue(permit=other, holder="anna", days=14, now=now).id, now=now)
    if access == "not begun":
        first = (now + timedelta(days=3)).date()
        grant = place.grants.issue(permit=place.permit, holder="anna", first=first, days=5, now=now)
        return place.grants.new_token(grant.id, now=now)
    grant, token = served.grant(days=1)
    if access == "ended":
        place.grants.end_due(now + timedelta(days=2))
    elif access == "revoked":
        place.grants.revoke(grant.id, now=now)
    elif access == "permit ended":
        content = {**place.permit.as_dict(), "to": str(now.date() - timedelta(days=1))}
        approved(place.permits, content)
    elif access == "not among the permit's people":
        approved(place.permits, {**place.permit.as_dict(), "people": [{"login": "bent", "party": "Hjertecentret"}]})
    elif access == "permit taken away":
        shutil.rmtree(place.permits / PROJECT)
    elif access == "sandbox ended":
        folder = place.folder / "ended"
        endings = Endings(
            permits=place.permits,
            releases=place.folder / "releases",
            folder=folder,
            ring=place.ring,
            grants=place.grants,
            audit=place.audit,
        )
        endings.end(PROJECT, by="bent", now=now, reason="the test is over")
    return token


def given(served: Served, token: str | None, operation: str) -> str:
    """`yes`, or the class of refusal."""
    if operation in PATHS:
        said = served.ask(f"/v1/sandboxes{PATHS[operation]}", token)
    else:
        said = served.ask(f"/v1/sandboxes/{PROJECT}/query", token, body={"sql": QUERIES[operation]})
    return "yes" if said.status == 200 else f"`{said.json()['class']}`"


@pytest.mark.long  # A gateway for each.
@pytest.mark.parametrize("access", dict.fromkeys(row[0] for row in MATRIX))
def test_each_may_do_what_the_page_says(served: Served, access: str) -> None:
    tier = served.place.permit.tier
    (told,) = [row[2:] for row in MATRIX if row[0] == access and row[1] in ("every", f"`{tier}`")]
    token = token_in(served, access)
    assert dict(zip(OPERATIONS, (given(served, token, one) for one in OPERATIONS), strict=True)) == dict(
        zip(OPERATIONS, told, strict=True)
    )


def test_the_page_names_every_tier() -> None:
    assert {row[1].strip("`") for row in MATRIX} == {"every", *TIERS}
