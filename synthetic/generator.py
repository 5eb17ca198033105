"""The generator as a whole: a world is divided into parts, parts are made side by side, deliveries are moved in place.

What happens to people is decided in `synthetic/people/`, what the sources tell of it in `synthetic/registers/`,
`synthetic/hospital/`, `synthetic/municipality/` and `synthetic/texts/`; `synthetic/suppliers.py` lists the sources.
"""

import os
import shutil
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from synthetic.columns import Period
from synthetic.delivery import DeliveredFile, SyntheticError, draft, lies_there, manifest
from synthetic.parts import BLOCKS, Made, Order, make_part
from synthetic.people.pyramid import MOST_ADULTS
from synthetic.schedule import PLANS, Cut, Plan, cutoffs, cuts
from synthetic.suppliers import SOURCES
from synthetic.world import World

FEWEST_ADULTS, EARLIEST_YEAR, LATEST_YEAR = 20, 2010, 2035
FAULTS = 0.1
PARTS_OF_A_PROCESS = 12  # Then a new one takes its place: what libraries keep for later does not add up.

Progress = Callable[[str], None]


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

    Raises SyntheticError for arguments out of range, when another delivery of the same name lies in `landing`, and
    when the folder cannot be written; then no delivery is new in `landing`.
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
        made = _made(orders, workers or os.cpu_count() or 1, tell)
        summaries = tuple(_moved(made, name, deliveries, period, folder / "landing", landing) for name in chosen)
        _replaced(folder / "truth", truth)
    seconds = time.monotonic() - begun
    return Summary(
        people=sum(part.people for part in made),
        sources=summaries,
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
    pool = ProcessPoolExecutor(
        min(workers, len(orders)), mp_context=get_context("spawn"), max_tasks_per_child=PARTS_OF_A_PROCESS
    )
    with pool:
        waiting = {pool.submit(make_part, order): order for order in orders}
        try:
            for future in as_completed(waiting):
                done[waiting[future].number] = future.result()
                rows = sum(part.rows for part in done.values())
                speed = rows / (time.monotonic() - begun)
                tell(f"part {len(done)} of {len(orders)}: {rows:,} rows, {speed:,.0f} a second")
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise
    return [done[order.number] for order in orders]


def _moved(made: list[Made], name: str, plan: Plan, period: Period, written: Path, landing: Path) -> SourceSummary:
    """Give every delivery of a source its manifest, and move it to the landing zone unless it lies there already."""
    source = SOURCES[name]
    found: list[tuple[Cut, list[DeliveredFile], bool]] = []
    for cut in cuts(plan, period, halved=source.halved):
        files = [part.files[name, cut.delivery] for part in made if (name, cut.delivery) in part.files]
        if files:
            told = manifest(source, cut, files)
            there = lies_there(landing / name / cut.delivery, told, files)
            if not there:
                (written / name / cut.delivery / "delivery.yaml").write_text(told, encoding="utf-8")
            found.append((cut, files, there))
    for cut, _, there in found:
        if not there:
            (landing / name).mkdir(exist_ok=True)
            (written / name / cut.delivery).rename(landing / name / cut.delivery)
    every = [file for _, files, _ in found for file in files]
    return SourceSummary(
        source=name,
        deliveries=len(found),
        files=len(every),
        rows=sum(file.rows for file in every),
        bytes=sum(file.bytes for file in every),
        existing=sum(there for _, _, there in found),
    )


def _replaced(written: Path, truth: Path) -> None:
    """Put the truth in place of an older one."""
    truth.mkdir(parents=True, exist_ok=True)
    for folder in sorted(written.iterdir()):
        target = truth / folder.name
        shutil.rmtree(target, ignore_errors=True)
        shutil.move(folder, target)
