"""Deliveries of an installation, whatever became of them: one list over landing/, restricted/ and lake/.

Counts and states, never a value of a row. Each state names what an operator does next.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from ingestion.contract import Contract
from ingestion.delivery import DELIVERY_ID, Delivery, find, kept_aside, manifest_digest
from ingestion.zone import Intake, Refusal, RestrictedZone
from oeverum.settings import Settings
from pseudonymisation.history import Withdrawal, counting, withdrawals
from pseudonymisation.lake import Lake

State = Literal["accepted", "corrected", "withdrawn", "refused", "kept aside", "stopped", "waiting", "on its way"]

NEXT: dict[State, str] = {
    "accepted": "",
    "corrected": "another delivery came in its place",
    "withdrawn": "",
    "refused": "see oeverum delivery show",
    "kept aside": "came under the name of another: look into landing/.kept/",
    "stopped": "an identifier was found, or the run was cut off: oeverum run tells",
    "waiting": "oeverum run",
    "on its way": "its delivery.yaml is not there yet",
}


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of one delivery."""

    source: str
    delivery: str
    state: State
    intake: Intake | None = None
    refusal: Refusal | None = None
    withdrawal: Withdrawal | None = None

    @property
    def next_step(self) -> str:
        """What an operator does next; empty when there is nothing to do."""
        if self.state == "accepted" and self.intake and self.intake.rows_refused:
            return f"oeverum quarantine show {self.source} {self.delivery}"
        return NEXT[self.state]


@dataclass(frozen=True, slots=True)
class Late:
    """A source whose next delivery is late by its contract: the last one, and when the next was due (UTC)."""

    source: str
    last: datetime
    due: datetime


def zone_of(settings: Settings) -> RestrictedZone:
    """The restricted zone with its key."""
    return RestrictedZone(settings.restricted, settings.key_ring().key("restricted"))


def deliveries(settings: Settings, contracts: dict[str, Contract], as_of: datetime | None = None) -> list[Told]:
    """Every delivery, by source and id; with `as_of` those that counted on that day, and no others."""
    lake = Lake(settings.lake)
    counts = {(d.source, d.delivery) for d in counting(lake, as_of)}
    in_lake = {(d.source, d.delivery) for d in lake.deliveries()}
    gone = {(w.source, w.delivery): w for w in withdrawals(lake)}
    zone = zone_of(settings)
    if as_of is not None:
        return [Told(*name, "accepted", intake=zone.intake(*name)) for name in sorted(counts)]
    landed = {(d.source, d.id): d for d in find(settings.landing, contracts)[0]}
    intakes = {(i.source, i.delivery): i for source in contracts for i in zone.intakes(source)}
    refusals = {(r.source, r.delivery): r for r in zone.refusals()}
    told = [
        Told(
            *name,
            _state(name, counts, in_lake, gone, intakes, refusals, landed.get(name)),
            intake=intakes.get(name),
            refusal=refusals.get(name),
            withdrawal=gone.get(name),
        )
        for name in sorted({*landed, *intakes, *refusals, *in_lake})
    ]
    aside = [(path.parent.name, path.name) for path in kept_aside(settings.landing)]
    told += [Told(source, name, "kept aside") for source, name in aside if DELIVERY_ID.match(name)]
    return sorted(told, key=lambda one: (one.source, one.delivery))


def late(settings: Settings, contracts: dict[str, Contract], now: datetime | None = None) -> list[Late]:
    """The sources whose contract says that another delivery was due by now. A source that never came is not late."""
    now = now or datetime.now(UTC)
    newest: dict[str, datetime] = {}
    for delivery in counting(Lake(settings.lake)):
        if delivery.source not in contracts:
            continue
        newest[delivery.source] = max(delivery.created, newest.get(delivery.source, delivery.created))
    due = {source: last + timedelta(days=contracts[source].frequency_days) for source, last in newest.items()}
    return [Late(source, newest[source], day) for source, day in sorted(due.items()) if day < now]


def _state(
    name: tuple[str, str],
    counts: set[tuple[str, str]],
    in_lake: set[tuple[str, str]],
    gone: dict[tuple[str, str], Withdrawal],
    intakes: dict[tuple[str, str], Intake],
    refusals: dict[tuple[str, str], Refusal],
    landed: Delivery | None,
) -> State:
    if name in gone:
        return "withdrawn"
    if name in refusals and name not in in_lake:
        return "refused"
    if name in in_lake:
        return "accepted" if name in counts else "corrected"
    if name in intakes:
        return "stopped"
    return "waiting" if landed and manifest_digest(landed) else "on its way"
