"""The generator as a whole: a world is divided into parts, parts are made side by side, deliveries are moved in place.

What happens to people is decided in `synthetic/people/`, what the sources tell of it in `synthetic/registers/`,
`synthetic/hospital/`, `synthetic/municipality/` and `synthetic/texts/`; `synthetic/suppliers.py` lists the sources.
"""

import os
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from synthetic.columns import Period
from synthetic.delivery import DeliveredFile, SyntheticError, draft, lies_there, manifest
from synthetic.parts import BLOCKS, Made, Order, Progress, make_part
from synthetic.people.pyramid import MOST_ADULTS
from synthetic.schedule import PLANS, Plan, cutoffs, cuts
from synthetic.suppliers import SOURCES
from synthetic.truth import Truth
from synthetic.world import World

FEWEST_ADULTS, EARLIEST_YEAR, LATEST_YEAR, MOST_YEARS = 20, 2010, 2035, 17
MOST_WORKERS = 4  # Unless more are asked for: each takes up to 400 MiB.
FAULTS = 0.1


@dataclass(frozen=True)
class SourceSummary:
    """What was written for one source; `existing` counts deliveries that lay there before, unchanged."""

    source: str
    deliveries: int
    files: int
    rows: int
    bytes: int
    existing: int


@dataclass(frozen=True)
class Summary:
    """What `synthesise` made: people (all of them), one summary per source, how many faults were planted, and how many
    seconds it took.
    """

    people: int
    sources: tuple[SourceSummary, ...]
    faults: int
    seconds: float

    @property
    def rows(self) -> int:
        """Rows of all deliveries."""
        return sum(source.rows for source in self.sources)


def synthesise(
    *,
    adults: int,
    first_year: int,
    last_year: int,
    seed: int,
    landing: Path,
    truth: Path,
    sources: Iterable[str] | None = None,
    faults: float = FAULTS,
    deliveries: Plan = "yearly",
    held_out: bool = False,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Summary:
    """Write synthetic deliveries into `landing` and the truth about them into `truth` (a folder of Parquet per table).

    `adults` people are adult residents of the region at some time from `first_year` to `last_year` (both included); a
    few more never are. Of the `sources` all are written when none are named. `faults` in [0, 1] sets how much is wrong
    or hard; `deliveries` how the world is cut; `held_out` takes the names and sentences that are kept for measuring.
    The same arguments give the same bytes, however many `workers` (processes; by default one per core) make them.

    Raises SyntheticError for arguments out of range, when another delivery of the same name lies in `landing`, when
    `truth` holds that of another world or something else, and when a folder cannot be written; then no delivery is new
    in `landing`.
    """
    begun = time.monotonic()
    tell = progress or (lambda line: None)
    chosen = _chosen(sources)
    _check(adults, first_year, last_year, seed, faults, deliveries)
    period = Period(first_year, last_year)
    world = World(seed, period, adults, faults, held_out, cutoffs(deliveries, period))
    with draft(landing) as folder:
        parts = -(-world.blocks // BLOCKS)
        orders = [
            Order(world, number, parts, chosen, deliveries, folder / "landing", folder / "truth")
            for number in range(parts)
        ]
        known = Truth(truth, world, deliveries, chosen)
        made = _made(orders, workers or min(os.cpu_count() or 1, MOST_WORKERS), tell)
        # First everything that can fail, then the moving.
        ready = [one for name in chosen for one in _ready(made, name, deliveries, period, folder / "landing", landing)]
        known.stage(folder / "truth")
        for one in ready:
            one.move()
        known.put()
    seconds = time.monotonic() - begun
    return Summary(
        people=sum(part.people for part in made),
        sources=tuple(_summary(name, ready) for name in chosen),
        faults=sum(part.faults for part in made),
        seconds=seconds,
    )


def _chosen(sources: Iterable[str] | None) -> tuple[str, ...]:
    asked = set(SOURCES if sources is None else sources)
    if unknown := sorted(asked - set(SOURCES)):
        raise SyntheticError(f"expected sources among {', '.join(SOURCES)}; found {', '.join(unknown)}")
    if not asked:
        raise SyntheticError("expected one source at least, found none: name one")
    return tuple(name for name in SOURCES if name in asked)


def _check(adults: int, first_year: int, last_year: int, seed: int, faults: float, deliveries: str) -> None:
    if not FEWEST_ADULTS <= adults <= MOST_ADULTS:
        raise SyntheticError(
            f"expected {FEWEST_ADULTS} to {MOST_ADULTS:,} adults, found {adults:,}: ask for another number"
        )
    if not EARLIEST_YEAR <= first_year <= last_year <= LATEST_YEAR:
        raise SyntheticError(
            f"expected years in order within {EARLIEST_YEAR}-{LATEST_YEAR}, found {first_year}-{last_year}: "
            "give a first and a last year in that range"
        )
    if last_year - first_year >= MOST_YEARS:  # A child of the first year would be an adult of the last.
        raise SyntheticError(f"expected at most {MOST_YEARS} years, found {first_year}-{last_year}: ask for fewer")
    if seed < 0:
        raise SyntheticError(f"expected a seed of zero or more, found {seed}: give another")
    if not 0 <= faults <= 1:
        raise SyntheticError(f"expected a dial of faults from 0 to 1, found {faults}: give another")
    if deliveries not in PLANS:
        raise SyntheticError(f"expected deliveries {', '.join(PLANS)}, found {deliveries}: choose one of them")


def _made(orders: list[Order], workers: int, tell: Progress) -> list[Made]:
    """The parts, made one after the other here, or side by side in processes of their own."""
    if len(orders) == 1 or workers == 1:
        return [make_part(order, tell) for order in orders]
    done: dict[int, Made] = {}
    begun = time.monotonic()
    with ProcessPoolExecutor(min(workers, len(orders)), mp_context=get_context("spawn")) as pool:
        waiting = {pool.submit(make_part, order): order for order in orders}
        try:
            for future in as_completed(waiting):
                done[waiting[future].number] = future.result()
                rows = sum(part.rows for part in done.values())
                speed = rows / (time.monotonic() - begun)
                tell(f"part {len(done)} of {len(orders)}: {rows:,} rows, {speed:,.0f} a second")
        except BrokenProcessPool as error:
            raise SyntheticError(
                "expected every process to live, found one that was killed: free memory, or ask for fewer workers; "
                "nothing was delivered"
            ) from error
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise
    return [done[order.number] for order in orders]


@dataclass(frozen=True)
class _Ready:
    """A delivery with its manifest, and the place to which it is moved unless it lies there."""

    source: str
    files: list[DeliveredFile]
    written: Path
    target: Path
    lies_there: bool

    def move(self) -> None:
        if not self.lies_there:
            self.target.parent.mkdir(exist_ok=True)
            self.written.rename(self.target)


def _ready(made: list[Made], name: str, plan: Plan, period: Period, written: Path, landing: Path) -> Iterator[_Ready]:
    """The deliveries of a source, none moved yet. Raises SyntheticError where another one lies."""
    source = SOURCES[name]
    for cut in cuts(plan, period, halved=source.halved):
        files = [part.files[name, cut.delivery] for part in made if (name, cut.delivery) in part.files]
        if not files:
            continue
        told = manifest(source, cut, files)
        folder, target = written / name / cut.delivery, landing / name / cut.delivery
        there = lies_there(target, told, files)
        (folder / "delivery.yaml").write_text(told, encoding="utf-8")
        yield _Ready(name, files, folder, target, there)


def _summary(name: str, ready: list[_Ready]) -> SourceSummary:
    mine = [one for one in ready if one.source == name]
    files = [file for one in mine for file in one.files]
    return SourceSummary(
        source=name,
        deliveries=len(mine),
        files=len(files),
        rows=sum(file.rows for file in files),
        bytes=sum(file.bytes for file in files),
        existing=sum(one.lies_there for one in mine),
    )
