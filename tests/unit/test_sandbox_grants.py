"""Grants: how long one lasts, what ends it, and what whoever is turned away is told."""

import hashlib
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from sandbox.errors import GrantEnded, NoGrant, PermitError
from sandbox.grants import Grants
from sandbox.onward import Onward
from sandbox.permits.model import DENMARK, Permit
from sandbox.register import GRANTS, Register
from tests.unit.sandbox_warehouse import a_permit

NOW = datetime(2026, 2, 1, 12, tzinfo=UTC)


def rows_of(register: Path | str) -> str:
    """All that the register keeps of grants, as one text."""
    with Register(register).reading() as connection:
        return repr(connection.execute(sa.select(GRANTS)).fetchall())


def permit(**changes: Any) -> Permit:
    return Permit.model_validate(a_permit(**changes))


@pytest.fixture
def grants(register: Path | str) -> Grants:
    return Grants(register)


def test_a_grant_opens_from_its_start_up_to_its_end(grants: Grants) -> None:
    grant = grants.issue(permit=permit(), holder="anna", days=14, now=NOW)
    end = NOW + timedelta(days=14)
    assert (grant.starts_at, grant.ends_at) == (NOW, end)
    assert grants.require_live(permit=permit(), holder="anna", now=NOW) == grant
    assert grants.require_live(permit=permit(), holder="anna", now=end - timedelta(microseconds=1)) == grant
    with pytest.raises(GrantEnded, match=r"ended on 2026-02-15 13:00 CET; ask heart@research\.invalid"):
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
    with pytest.raises(GrantEnded, match="was revoked on 2026-02-03 13:00 CET"):
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


def test_they_are_kept_and_listed(grants: Grants, register: Path | str) -> None:
    one = grants.issue(permit=permit(), holder="anna", days=2, now=NOW)
    two = grants.issue(permit=permit(project="other-project"), holder="bent", days=2, now=NOW + timedelta(hours=1))
    again = Grants(register)
    assert again.list() == [one, two]
    assert again.list(project="other-project") == [two]
    assert again.list(holder="anna") == [one]
    assert again.list(project="other-project", holder="anna") == []


def test_a_name_is_never_read_as_sql(grants: Grants) -> None:
    grants.issue(permit=permit(), holder="anna", days=2, now=NOW)
    bad = "x'or'1'='1"
    with pytest.raises(NoGrant):
        grants.require_live(permit=permit(), holder=bad, now=NOW)
    admits = permit(people=[{"login": name, "party": "Hjertecentret"} for name in ("anna", bad)])
    assert grants.issue(permit=admits, holder=bad, days=2, now=NOW) in grants.list(holder=bad)
    assert len(grants.list(holder=bad)) == 1


def test_days_begin_at_midnight_in_denmark_across_both_changes_of_the_clock(grants: Grants) -> None:
    whole_year = permit(grant_days=366)
    spring = grants.issue(permit=whole_year, holder="anna", first=date(2026, 3, 29), until=date(2026, 3, 30), now=NOW)
    assert (spring.starts_at, spring.ends_at) == (
        datetime(2026, 3, 28, 23, tzinfo=UTC),
        datetime(2026, 3, 29, 22, tzinfo=UTC),
    )
    assert spring.ends_at - spring.starts_at == timedelta(hours=23)
    autumn = grants.issue(permit=whole_year, holder="anna", first=date(2026, 10, 25), days=1, now=NOW)
    assert (autumn.starts_at, autumn.ends_at) == (
        datetime(2026, 10, 24, 22, tzinfo=UTC),
        datetime(2026, 10, 25, 23, tzinfo=UTC),
    )
    assert autumn.ends_at - autumn.starts_at == timedelta(hours=25)
    over = grants.issue(permit=whole_year, holder="bent", until=date(2026, 3, 30), now=NOW)
    assert (over.starts_at, over.ends_at) == (NOW, spring.ends_at)


def test_a_day_of_24_hours_ends_once_where_the_hour_comes_twice_and_on_time_where_one_is_left_out(
    grants: Grants,
) -> None:
    half_past_two = datetime(2026, 10, 25, 2, 30, tzinfo=DENMARK)
    grant = grants.issue(permit=permit(), holder="anna", days=1, now=datetime(2026, 10, 24, 2, 30, tzinfo=DENMARK))
    assert grant.ends_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    before = half_past_two.replace(minute=29)
    assert grants.require_live(permit=permit(), holder="anna", now=before) == grant
    # The clock on the wall shows half past two, and an hour later again; before each, 02:29.
    for now in (half_past_two, before.replace(fold=1), half_past_two.replace(fold=1)):
        with pytest.raises(GrantEnded, match="ended on 2026-10-25 02:30 CEST"):
            grants.require_live(permit=permit(), holder="anna", now=now)
    assert before.replace(fold=1).astimezone(UTC) == datetime(2026, 10, 25, 1, 29, tzinfo=UTC)


def test_a_day_of_24_hours_ends_an_hour_later_by_the_clock_in_spring(grants: Grants) -> None:
    grant = grants.issue(permit=permit(), holder="anna", days=1, now=datetime(2026, 3, 28, 2, 30, tzinfo=DENMARK))
    assert grant.ends_at == datetime(2026, 3, 29, 3, 30, tzinfo=DENMARK)
    assert grants.require_live(permit=permit(), holder="anna", now=datetime(2026, 3, 29, 3, 29, tzinfo=DENMARK))
    with pytest.raises(GrantEnded, match="ended on 2026-03-29 03:30 CEST"):
        grants.require_live(permit=permit(), holder="anna", now=datetime(2026, 3, 29, 1, 30, tzinfo=UTC))


@pytest.mark.parametrize(("to", "hour"), [(date(2026, 3, 30), 22), (date(2026, 10, 26), 23)])
def test_a_permit_that_ends_with_the_day_of_a_change_closes_at_that_day_s_midnight(
    grants: Grants, to: date, hour: int
) -> None:
    midnight = datetime(to.year, to.month, to.day - 1, hour, tzinfo=UTC)
    whole = permit(grant_days=30)
    grants.issue(permit=whole, holder="anna", days=30, now=midnight - timedelta(days=10))
    cut = permit(to=to)
    assert grants.require_live(permit=cut, holder="anna", now=midnight - timedelta(seconds=1))
    with pytest.raises(GrantEnded, match="in force from"):
        grants.require_live(permit=cut, holder="anna", now=midnight)


@pytest.mark.parametrize(
    ("span", "line"),
    [
        ({"first": date(2026, 3, 1), "until": date(2026, 4, 1)}, "expected 1 to 30 days, as the permit says, found 31"),
        ({"first": date(2026, 3, 1), "until": date(2026, 3, 1)}, "found 0"),
        ({"until": date(2026, 1, 31)}, "found -1"),
        ({"first": date(2027, 3, 1), "days": 1}, "expected a permit in force"),
        ({"days": 2, "until": date(2026, 2, 3)}, "found both or none"),
        ({}, "found both or none"),
    ],
)
def test_a_span_that_the_permit_does_not_allow(grants: Grants, span: dict[str, Any], line: str) -> None:
    with pytest.raises(PermitError, match=line):
        grants.issue(permit=permit(), holder="anna", now=NOW, **span)
    assert grants.list() == []


def test_one_that_begins_later_opens_from_its_first_day(grants: Grants) -> None:
    grant = grants.issue(permit=permit(), holder="anna", first=date(2026, 2, 10), days=5, now=NOW)
    assert grant.state(NOW) == "waiting"
    assert grants.issue(permit=permit(), holder="bent", first=date(2026, 1, 10), days=1, now=NOW).starts_at == NOW
    with pytest.raises(NoGrant, match=r"access to heart-failure begins on 2026-02-10 00:00 CET"):
        grants.require_live(permit=permit(), holder="anna", now=NOW)
    assert grants.require_live(permit=permit(), holder="anna", now=grant.starts_at) == grant


def test_an_extension_moves_the_end_inside_the_permit(grants: Grants) -> None:
    grant = grants.issue(permit=permit(), holder="anna", days=20, now=NOW)
    longer = grants.extend(grant.id, permit=permit(), days=10, now=NOW)
    assert longer.ends_at == NOW + timedelta(days=30)
    with pytest.raises(PermitError, match=f"no more than 30 days .* extend grant {grant.id} by fewer days, or later"):
        grants.extend(grant.id, permit=permit(), days=1, now=NOW)
    later = NOW + timedelta(days=5)
    with pytest.raises(PermitError):
        grants.extend(grant.id, permit=permit(), days=0, now=later)
    assert grants.extend(grant.id, permit=permit(), days=5, now=later).ends_at == NOW + timedelta(days=35)
    cut = permit(to=date(2026, 3, 10))
    assert grants.extend(grant.id, permit=cut, days=20, now=NOW + timedelta(days=30)).ends_at == datetime(
        2026, 3, 9, 23, tzinfo=UTC
    )
    with pytest.raises(PermitError, match=f"grant {grant.id} ends with its permit; ask heart@"):
        grants.extend(grant.id, permit=cut, days=1, now=NOW + timedelta(days=30))


def test_what_is_over_is_not_extended_and_gets_no_token(grants: Grants) -> None:
    ended = grants.issue(permit=permit(), holder="anna", days=1, now=NOW)
    revoked = grants.issue(permit=permit(), holder="anna", days=20, now=NOW)
    grants.revoke(revoked.id, now=NOW)
    for one in (ended, revoked):
        for act in (
            lambda id_: grants.extend(id_, permit=permit(), days=1, now=NOW + timedelta(days=1)),
            lambda id_: grants.new_token(id_, now=NOW + timedelta(days=1)),
        ):
            with pytest.raises(GrantEnded, match=f"grant {one.id} is over; issue a new one"):
                act(one.id)
    for act in (
        lambda id_: grants.extend(id_, permit=permit(), days=1, now=NOW),
        lambda id_: grants.new_token(id_, now=NOW),
    ):
        with pytest.raises(NoGrant):
            act("g00000000")


def test_a_token_opens_its_grant_and_its_hash_alone_is_kept(grants: Grants, register: Path | str) -> None:
    grant = grants.issue(permit=permit(), holder="anna", days=14, now=NOW)
    token = grants.new_token(grant.id, now=NOW)
    assert re.fullmatch(r"oev_[A-Za-z0-9_-]{43,}", token)
    assert grants.holder_of(token, NOW) == grant
    kept = rows_of(register)
    assert hashlib.sha256(token.encode()).hexdigest() in kept
    assert token not in kept
    assert token.removeprefix("oev_") not in kept
    second = grants.new_token(grant.id, now=NOW)
    with pytest.raises(NoGrant, match="this token opens nothing"):
        grants.holder_of(token, NOW)
    assert grants.holder_of(second, NOW) == grant
    with pytest.raises(GrantEnded, match="ended on 2026-02-15 13:00 CET") as refusal:
        grants.holder_of(second, NOW + timedelta(days=14))
    assert second not in str(refusal.value)


@pytest.mark.parametrize("token", ["", "oev_", "oev_" + "A" * 43, "æøå", "\x00", "\ud800", "x" * 9_999, "' or 1=1 --"])
def test_what_is_no_token_opens_nothing(grants: Grants, token: str) -> None:
    grants.issue(permit=permit(), holder="anna", days=14, now=NOW)
    with pytest.raises(NoGrant):
        grants.holder_of(token, NOW)


def test_a_token_of_a_revoked_grant_is_over_and_another_grant_does_not_stand_in(grants: Grants) -> None:
    one, other = (grants.issue(permit=permit(), holder="anna", days=14, now=NOW) for _ in range(2))
    token = grants.new_token(one.id, now=NOW)
    grants.revoke(one.id, now=NOW)
    with pytest.raises(GrantEnded, match="was revoked"):
        grants.holder_of(token, NOW)
    with pytest.raises(GrantEnded):
        grants.require_live(permit=permit(), holder="anna", now=NOW, grant=one.id)
    assert grants.require_live(permit=permit(), holder="anna", now=NOW, grant=other.id) == other


def test_a_revocation_holds_at_once_for_whoever_opened_the_register_before(
    grants: Grants, register: Path | str
) -> None:
    grant = grants.issue(permit=permit(), holder="anna", days=14, now=NOW)
    other = Grants(register)
    assert other.require_live(permit=permit(), holder="anna", now=NOW)
    # By a machine whose clock is an hour ahead.
    grants.revoke(grant.id, now=NOW + timedelta(hours=1))
    with pytest.raises(GrantEnded):
        other.require_live(permit=permit(), holder="anna", now=NOW)


@pytest.mark.parametrize("back", [timedelta(seconds=6), timedelta(minutes=10), timedelta(days=40)])
def test_what_was_seen_to_have_ended_stays_ended_when_the_clock_is_set_back(
    grants: Grants, register: Path | str, back: timedelta
) -> None:
    grant = grants.issue(permit=permit(), holder="anna", days=14, now=NOW)
    token = grants.new_token(grant.id, now=NOW)
    assert grants.require_live(permit=permit(), holder="anna", now=grant.ends_at - timedelta(seconds=5))
    seen = grant.ends_at + timedelta(seconds=5)
    with pytest.raises(GrantEnded):
        grants.require_live(permit=permit(), holder="anna", now=seen)
    for again in (grants, Grants(register)):
        with pytest.raises(GrantEnded, match="ended on 2026-02-15 13:00 CET"):
            again.require_live(permit=permit(), holder="anna", now=seen - back)
        with pytest.raises(GrantEnded):
            again.holder_of(token, seen - back)
        with pytest.raises(GrantEnded):
            again.extend(grant.id, permit=permit(), days=1, now=seen - back)
        assert seen <= again.clock(seen - back) < seen + timedelta(minutes=1)


HOUR = timedelta(hours=1)


class Machine:
    """What a machine's two clocks show: the one that somebody may set, and the one that counts seconds."""

    def __init__(self, wall: datetime) -> None:
        self.wall = wall
        self.seconds = 1e6

    def wait(self, time: timedelta) -> None:
        self.wall += time
        self.seconds += time.total_seconds()

    def process(self, register: Path | str) -> Grants:
        """The grants as a process that begins now has them."""
        return Grants(register, elapsed=lambda: self.seconds)


def test_a_clock_set_back_while_it_runs_ends_nothing_later(register: Path | str) -> None:
    machine = Machine(NOW)
    gateway = machine.process(register)
    grant = gateway.issue(permit=permit(), holder="anna", days=1, now=NOW)
    token = gateway.new_token(grant.id, now=NOW)
    for _ in range(23):
        # As the gateway's watch does, which comes more often.
        assert gateway.end_due(machine.wall) == []
        machine.wait(HOUR)
    assert gateway.require_live(permit=permit(), holder="anna", now=machine.wall)
    machine.wall -= 22 * HOUR
    machine.wait(HOUR - timedelta(milliseconds=1))
    assert gateway.require_live(permit=permit(), holder="anna", now=machine.wall) == grant
    assert gateway.end_due(machine.wall) == []
    machine.wait(timedelta(milliseconds=1))
    assert machine.wall == NOW + 2 * HOUR
    with pytest.raises(GrantEnded, match="ended on 2026-02-02 13:00 CET"):
        gateway.require_live(permit=permit(), holder="anna", now=machine.wall)
    with pytest.raises(GrantEnded):
        gateway.holder_of(token, machine.wall)
    with pytest.raises(GrantEnded):
        Grants(register).extend(grant.id, permit=permit(), days=1, now=machine.wall)
    assert gateway.end_due(machine.wall) == [grant]
    assert gateway.of_id(grant.id).ended_at == grant.ends_at


def test_a_clock_set_back_is_noticed_after_a_restart_and_time_goes_on_from_the_latest_look(
    register: Path | str,
) -> None:
    machine = Machine(NOW)
    grant = machine.process(register).issue(permit=permit(), holder="anna", days=1, now=NOW)
    machine.wait(23 * HOUR)
    # Nobody asks, and nothing ends.
    assert machine.process(register).end_due(machine.wall) == []
    machine.wall -= 22 * HOUR
    again = machine.process(register)
    assert again.clock(machine.wall) == NOW + 23 * HOUR
    machine.wait(HOUR - timedelta(seconds=1))
    assert again.require_live(permit=permit(), holder="anna", now=machine.wall) == grant
    machine.wait(timedelta(seconds=1))
    with pytest.raises(GrantEnded):
        again.require_live(permit=permit(), holder="anna", now=machine.wall)
    assert machine.process(register).clock(machine.wall) == grant.ends_at


def test_a_clock_that_is_put_right_counts_at_once_in_whatever_runs(register: Path | str) -> None:
    machine = Machine(NOW + timedelta(days=300))
    gateway = machine.process(register)
    gateway.end_due(machine.wall)
    machine.wall = NOW
    machine.wait(HOUR)
    assert gateway.clock(machine.wall) == NOW + timedelta(days=300) + HOUR
    machine.process(register).set_clock(machine.wall)
    gateway.end_due(machine.wall)
    assert gateway.clock(machine.wall) == machine.process(register).clock(machine.wall) == NOW + HOUR


def test_what_others_noted_a_while_ago_takes_nothing_from_what_is_counted() -> None:
    seconds = [0.0]
    onward = Onward(lambda: seconds[0])
    assert onward.now(NOW - HOUR, NOW) == NOW
    for at in (15, 30, 45):
        # Noted every 15 seconds, and read four seconds later; then, by a thread that came late, the one before.
        seconds[0] = at + 4.0
        for noted in (at, at - 15):
            assert onward.now(NOW - HOUR, NOW + timedelta(seconds=noted)) == NOW + timedelta(seconds=at + 4)
    assert onward.now(NOW - HOUR, NOW + HOUR) == NOW + HOUR
    assert onward.now(NOW + 2 * HOUR, NOW + HOUR) == NOW + 2 * HOUR


def test_a_wrong_clock_can_be_put_right_and_what_was_marked_stays_ended(grants: Grants) -> None:
    marked = grants.issue(permit=permit(), holder="anna", days=1, now=NOW)
    grants.end_due(NOW + timedelta(days=1))
    grant = grants.issue(permit=permit(), holder="bent", days=14, now=NOW)
    with pytest.raises(GrantEnded):
        grants.require_live(permit=permit(), holder="bent", now=NOW + timedelta(days=300))
    with pytest.raises(GrantEnded):
        grants.require_live(permit=permit(), holder="bent", now=NOW + timedelta(days=2))
    grants.set_clock(NOW)
    assert grants.require_live(permit=permit(), holder="bent", now=NOW + timedelta(days=2)) == grant
    with pytest.raises(GrantEnded):
        grants.require_live(permit=permit(), holder="anna", now=NOW)
    assert grants.of_id(marked.id).state(NOW) == "ended"


def test_an_end_is_marked_once_and_told_to_one_caller(grants: Grants, register: Path | str) -> None:
    short = grants.issue(permit=permit(), holder="anna", days=1, now=NOW)
    grants.issue(permit=permit(), holder="bent", days=2, now=NOW)
    grants.revoke(grants.issue(permit=permit(), holder="carl", days=1, now=NOW).id, now=NOW)
    assert grants.end_due(short.ends_at - timedelta(seconds=1)) == []
    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(lambda _: Grants(register).end_due(short.ends_at), range(4)))
    assert [grant.id for some in told for grant in some] == [short.id]
    assert grants.of_id(short.id).ended_at == short.ends_at
    assert grants.end_due(short.ends_at) == []


def test_days_left(grants: Grants) -> None:
    grant = grants.issue(permit=permit(), holder="anna", days=14, now=NOW)
    assert grant.days_left(NOW + timedelta(hours=36)) == 12.5
    assert grant.days_left(NOW + timedelta(days=15)) == 0
    assert grants.revoke(grant.id, now=NOW).days_left(NOW) == 0


def test_many_at_once_open_a_new_register_and_lose_nothing(register: Path | str) -> None:
    with ThreadPoolExecutor(4) as pool:
        made = list(
            pool.map(lambda n: Grants(register).issue(permit=permit(), holder="anna", days=n, now=NOW), range(1, 13))
        )
    assert {grant.id for grant in Grants(register).list()} == {grant.id for grant in made}


def test_access_is_for_the_people_of_the_permit_alone(grants: Grants) -> None:
    grants.issue(permit=permit(), holder="anna", days=2, now=NOW)
    with pytest.raises(PermitError, match="version 1 of the permit does not name dorte among its people"):
        grants.issue(permit=permit(), holder="dorte", days=2, now=NOW)
    without = permit(version=2, people=[{"login": "bent", "party": "Hjertecentret"}])
    with pytest.raises(NoGrant, match="version 2 of the permit does not name anna"):
        grants.require_live(permit=without, holder="anna", now=NOW)
    grant = grants.issue(permit=permit(), holder="bent", days=2, now=NOW)
    with pytest.raises(PermitError, match="does not name bent"):
        grants.extend(grant.id, permit=permit(people=[{"login": "anna", "party": "Hjertecentret"}]), days=1, now=NOW)
    anyone = permit(tier="practice", people=[])
    assert grants.issue(permit=anyone, holder="dorte", days=2, now=NOW).holder == "dorte"
