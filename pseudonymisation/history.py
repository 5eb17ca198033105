"""History: which deliveries of the lake count, on a day. Nothing is deleted from the lake for it.

What counts is a function of the set of deliveries alone, so the order in which they arrived does not matter:
those created by the day, without the withdrawn ones, and without those in whose place another one came.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from pseudonymisation.errors import WithdrawalError
from pseudonymisation.lake import Lake, LakeDelivery


class Withdrawal(BaseModel):
    """That a delivery was taken back: when (UTC), by whom, why."""

    model_config = ConfigDict(frozen=True)
    source: str
    delivery: str
    at: datetime
    by: str
    reason: str


def counting(lake: Lake, as_of: datetime | None = None) -> list[LakeDelivery]:
    """The deliveries that count as known at `as_of` (default: now), by source, time of creation and id.

    A delivery counts from the time at which its supplier created it, whenever it came. One that was withdrawn counts
    until then. One that another corrects does not count once that other was created, unless the other was withdrawn.
    """
    created = [d for d in lake.deliveries() if as_of is None or d.created <= as_of]
    gone = {(w.source, w.delivery) for w in withdrawals(lake) if as_of is None or w.at <= as_of}
    alive = [d for d in created if (d.source, d.delivery) not in gone]
    replaced = _replaced(created, alive)
    return [d for d in alive if (d.source, d.delivery) not in replaced]


def withdraw(lake: Lake, source: str, delivery: str, *, by: str, reason: str, at: datetime | None = None) -> Withdrawal:
    """Take a delivery back. Raises WithdrawalError when the lake does not hold it, or it was taken back before."""
    if lake.find(source, delivery) is None:
        raise WithdrawalError(f"{source}/{delivery} is not in the lake; see oeverum delivery list {source}")
    if withdrawal(lake, source, delivery) is not None:
        raise WithdrawalError(
            f"{source}/{delivery} was withdrawn before; see oeverum delivery show {source} {delivery}"
        )
    note = Withdrawal(source=source, delivery=delivery, at=at or datetime.now(UTC), by=by, reason=reason)
    path = _path(lake, source, delivery)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".unfinished")
    temporary.write_text(note.model_dump_json(indent=2), encoding="utf-8")
    temporary.replace(path)
    return note


def withdrawal(lake: Lake, source: str, delivery: str) -> Withdrawal | None:
    """That a delivery was taken back; None when it was not."""
    path = _path(lake, source, delivery)
    return Withdrawal.model_validate_json(path.read_text(encoding="utf-8")) if path.is_file() else None


def withdrawals(lake: Lake) -> list[Withdrawal]:
    """All withdrawals, by source and delivery."""
    paths = sorted(lake.folder.glob("*/withdrawn/*.json"))
    return [Withdrawal.model_validate_json(path.read_text(encoding="utf-8")) for path in paths]


def _replaced(created: Iterable[LakeDelivery], alive: Iterable[LakeDelivery]) -> set[tuple[str, str]]:
    """The deliveries in whose place a living one came, also by way of others; only an older one can be replaced."""
    by_name = {(d.source, d.delivery): d for d in created}
    found: set[tuple[str, str]] = set()
    waiting = list(alive)
    while waiting:
        newer = waiting.pop()
        for name in newer.corrects:
            older = by_name.get((newer.source, name))
            is_older = older and (older.created, older.delivery) < (newer.created, newer.delivery)
            if older and is_older and (older.source, name) not in found:
                found.add((older.source, name))
                waiting.append(older)
    return found


def _path(lake: Lake, source: str, delivery: str) -> Path:
    return lake.folder / source / "withdrawn" / f"{delivery}.json"
