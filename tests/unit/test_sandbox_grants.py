"""Grants: how long one lasts, what ends it, and what whoever is turned away is told."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sandbox.errors import GrantEnded, NoGrant, PermitError
from sandbox.grants import Grants
from sandbox.permit import Permit
from tests.unit.sandbox_warehouse import a_permit

NOW = datetime(2026, 2, 1, 12, tzinfo=UTC)


def permit(**changes: Any) -> Permit:
    return Permit.model_validate(a_permit(**changes))


@pytest.fixture
def grants(tmp_path: Path) -> Grants:
    return Grants(tmp_path / "state" / "grants.sqlite")


def test_a_grant_opens_from_its_start_up_to_its_end(grants: Grants) -> None:
    grant = grants.issue(permit=permit(), holder="anna", days=14, now=NOW)
    end = NOW + timedelta(days=14)
    assert (grant.starts_at, grant.ends_at) == (NOW, end)
    assert grants.require_live(permit=permit(), holder="anna", now=NOW) == grant
    assert grants.require_live(permit=permit(), holder="anna", now=end - timedelta(microseconds=1)) == grant
    with pytest.raises(GrantEnded, match=r"ended on 2026-02-15 12:00 UTC; ask heart@research\.invalid"):
        grants.require_live(permit=permit(), holder="anna", now=end)
    with pytest.raises(GrantEnded):
        grants.require_live(permit=permit(), holder="anna", now=NOW - timedelta(seconds=1))


def test_it_is_one_person_s_and_one_sandbox_s(grants: Grants) -> None:
    grants.issue(permit=permit(), holder="anna", days=14, now=NOW)
    with pytest.raises(NoGrant, match=r"no access to heart-failure; ask heart@research\.invalid for a grant"):
        grants.require_live(permit=permit(), holder="bent", now=NOW)
    with pytest.raises(NoGrant):
        grants.require_live(permit=permit(), holder="Anna", now=NOW)
    with pytest.raises(NoGrant):
        grants.require_live(permit=permit(project="other-project"), holder="anna", now=NOW)


def test_it_ends_with_the_permit_at_midnight_in_denmark(grants: Grants) -> None:
    short = permit(to=date(2026, 2, 10))
    grant = grants.issue(permit=short, holder="anna", days=30, now=NOW)
    assert grant.ends_at == datetime(2026, 2, 9, 23, tzinfo=UTC)
    summer = permit(to=date(2026, 7, 10))
    assert grants.issue(
        permit=summer, holder="anna", days=30, now=datetime(2026, 7, 1, tzinfo=UTC)
    ).ends_at == datetime(2026, 7, 9, 22, tzinfo=UTC)


def test_a_permit_that_is_cut_short_ends_grants_that_were_issued_before(grants: Grants) -> None:
    grants.issue(permit=permit(), holder="anna", days=30, now=NOW)
    cut = permit(to=date(2026, 2, 3))
    assert grants.require_live(permit=cut, holder="anna", now=datetime(2026, 2, 2, 22, 59, tzinfo=UTC))
    with pytest.raises(GrantEnded, match="in force from 2026-01-01 up to, not including, 2026-02-03; ask heart@"):
        grants.require_live(permit=cut, holder="anna", now=datetime(2026, 2, 2, 23, tzinfo=UTC))


@pytest.mark.parametrize("days", [0, -1, 31])
def test_no_longer_than_the_permit_allows(grants: Grants, days: int) -> None:
    with pytest.raises(PermitError, match=f"expected 1 to 30 days, as the permit says, found {days}"):
        grants.issue(permit=permit(), holder="anna", days=days, now=NOW)
    assert grants.list() == []


@pytest.mark.parametrize("now", [datetime(2025, 12, 31, 22, tzinfo=UTC), datetime(2026, 12, 31, 23, tzinfo=UTC)])
def test_none_under_a_permit_that_is_not_in_force(grants: Grants, now: datetime) -> None:
    with pytest.raises(PermitError, match="expected a permit in force"):
        grants.issue(permit=permit(), holder="anna", days=1, now=now)


def test_a_revoked_grant_ends_at_once_and_only_once(grants: Grants) -> None:
    grant = grants.issue(permit=permit(), holder="anna", days=14, now=NOW)
    later = NOW + timedelta(days=2)
    revoked = grants.revoke(grant.id, now=later)
    assert (revoked.over_at, revoked.state(later)) == (later, "revoked")
    with pytest.raises(GrantEnded, match="was revoked on 2026-02-03 12:00 UTC"):
        grants.require_live(permit=permit(), holder="anna", now=later)
    assert grants.revoke(grant.id, now=later + timedelta(days=1)).over_at == later
    with pytest.raises(NoGrant, match="no grant of that id"):
        grants.revoke("g00000000", now=later)


def test_of_several_the_longest_live_one_counts(grants: Grants) -> None:
    short = grants.issue(permit=permit(), holder="anna", days=2, now=NOW)
    long = grants.issue(permit=permit(), holder="anna", days=20, now=NOW)
    assert grants.require_live(permit=permit(), holder="anna", now=NOW) == long
    grants.revoke(long.id, now=NOW + timedelta(days=1))
    assert grants.require_live(permit=permit(), holder="anna", now=NOW + timedelta(days=1)) == short


def test_they_are_kept_in_the_file_and_listed(grants: Grants, tmp_path: Path) -> None:
    one = grants.issue(permit=permit(), holder="anna", days=2, now=NOW)
    two = grants.issue(permit=permit(project="other-project"), holder="bent", days=2, now=NOW + timedelta(hours=1))
    again = Grants(tmp_path / "state" / "grants.sqlite")
    assert again.list() == [one, two]
    assert again.list(project="other-project") == [two]
    assert again.list(holder="anna") == [one]
    assert again.list(project="other-project", holder="anna") == []


def test_a_name_is_never_read_as_sql(grants: Grants) -> None:
    grants.issue(permit=permit(), holder="anna", days=2, now=NOW)
    bad = "x' or '1'='1"
    with pytest.raises(NoGrant):
        grants.require_live(permit=permit(), holder=bad, now=NOW)
    assert grants.issue(permit=permit(), holder=bad, days=2, now=NOW) in grants.list(holder=bad)
    assert len(grants.list(holder=bad)) == 1
