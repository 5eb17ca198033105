"""One part of a world: some blocks, written to one file of every delivery. Parts are made by processes of their own."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synthetic import faults
from synthetic.breaches.kinds import Telling
from synthetic.breaches.planting import breach
from synthetic.cases import CASES
from synthetic.delivery import DeliveredFile
from synthetic.files import ENCODING, ParquetWriter, Writer, as_text, csv_writer, fixed_width_writer, ndjson_writer
from synthetic.municipality.risk import risk_rows
from synthetic.people.people import ADULTS, conditions_table, truth_table
from synthetic.schedule import Cut, Plan, cuts
from synthetic.suppliers import SOURCES, Source
from synthetic.world import Block, Rows, World

BLOCKS = 10  # Of one part.

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Order:
    """What a part is asked to do: which blocks of which world, which sources, cut how, written where."""

    world: World
    number: int
    parts: int
    sources: tuple[str, ...]
    plan: Plan
    landing: Path
    truth: Path

    @property
    def blocks(self) -> range:
        """The numbers of the blocks."""
        return range(self.number * BLOCKS, min((self.number + 1) * BLOCKS, self.world.blocks))

    def file_name(self, source: Source) -> str:
        """The name of the part's file in every delivery of a source; numbered where there are more parts than one."""
        number = f"-{self.number + 1:03d}" if self.parts > 1 else ""
        return f"{source.name}{number}.{source.suffix}"


@dataclass(frozen=True)
class Made:
    """What a part wrote: its file of every (source, delivery), people, faults and hard cases."""

    files: dict[tuple[str, str], DeliveredFile]
    people: int
    faults: int

    @property
    def rows(self) -> int:
        """Rows of all files."""
        return sum(file.rows for file in self.files.values())


def make_part(order: Order, tell: Progress = lambda line: None) -> Made:
    """Write the files of one part, and its share of the truth."""
    return _Part(order).made(tell)


class _Part:
    def __init__(self, order: Order) -> None:
        self.order, self.world = order, order.world
        self.writers: dict[tuple[str, str], Writer] = {}
        self.truth: dict[str, ParquetWriter] = {}
        self.people = self.faults = 0
        self.begun = time.monotonic()
        self.told: set[tuple[Path, faults.Spoilt]] = set()

    def made(self, tell: Progress) -> Made:
        for number in self.order.blocks:
            block = Block(self.world, number)
            self._people(block)
            for name in self.order.sources:
                self._source(block, SOURCES[name])
            self._tell(number, tell)
        for writer in (*self.writers.values(), *self.truth.values()):
            writer.close()
        files = {
            key: DeliveredFile(writer.path.name, writer.rows, writer.size, writer.sha256)
            for key, writer in self.writers.items()
        }
        return Made(files, self.people, self.faults)

    def _tell(self, number: int, tell: Progress) -> None:
        rows = sum(writer.rows for writer in self.writers.values())
        speed = rows / max(time.monotonic() - self.begun, 1e-3)
        done = min((number + 1) * ADULTS, self.world.adults)
        tell(f"{done:,} of {self.world.adults:,} adults: {rows:,} rows, {speed:,.0f} a second")

    def _people(self, block: Block) -> None:
        included = block.included
        self.people += int(included.sum())
        self._know("people", truth_table(block.people).filter(pa.array(included)))
        ill = conditions_table(block.people)
        kept = pa.array(block.people.number[included])
        self._know("conditions", ill.filter(pc.is_in(ill.column("person"), value_set=kept)))
        risk = risk_rows(block)
        self._know("home_care_risk", risk.where(included[risk.who]).table)

    def _source(self, block: Block, source: Source) -> None:
        rows = source.rows(block)
        rows = rows.where(block.included[rows.who])
        missing = None
        if self._spoils(faults.MONTH, source):
            fewer = faults.without_month(rows, self.world.period)
            missing = faults.missing_month(self.world.period) if len(fewer.who) < len(rows.who) else None
            rows = fewer
        for name, told in rows.truth.items():
            self._know(name, told.drop_columns(["_row"]))
        planned = cuts(self.order.plan, self.world.period, halved=source.halved)
        for place, (cut, piece) in enumerate(_cut(rows, source, planned)):
            self._deliver(block, source, cut, piece, first=place == 0, missing=missing)

    def _spoils(self, fault: faults.Spoilt, source: Source) -> bool:
        """Whether deliveries of a source are spoilt in this way."""
        return source.name == fault.source and self.world.faults >= faults.SPOILT_FROM

    def _deliver(
        self, block: Block, source: Source, cut: Cut, piece: Rows, *, first: bool, missing: np.datetime64 | None
    ) -> None:
        """Write a piece of a delivery with its faults, and tell of them; `missing` is a month that was left out."""
        must = block.number == 0 and (first or source.mode == "full")
        if not len(piece.who) and not must:
            return
        table = as_text(piece.table) if source.format == "csv" else piece.table
        certain, told = block.number == 0 and first, f"{source.name} {cut.delivery}"
        spared = piece.marked
        table, breaches = breach(
            source.name,
            table,
            piece.who,
            Telling(block, cut),
            spared=spared,
            certain=certain or must,
        )
        spared[[one.row for one in breaches]] = True
        table, planted = faults.plant(
            source.name, table, spared=spared, dial=self.world.faults, certain=certain, rng=block.rng(f"faults {told}")
        )
        writer = self._writer(source, cut, first=first)
        before = writer.rows
        writer.append(table)
        if missing is not None and cut.start <= missing < cut.end:
            self._spoil(source, cut, writer, faults.MONTH)
        self._plant(source, cut, writer, before, planted)
        self._know("breaches", _faults_table(source, cut, writer.path.name, before, breaches))
        self._know("hard_cases", _cases_table(source, cut, writer.path.name, before, piece))

    def _writer(self, source: Source, cut: Cut, *, first: bool) -> Writer:
        key = (source.name, cut.delivery)
        if key in self.writers:
            return self.writers[key]
        folder = self.order.landing / source.name / cut.delivery
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / self.order.file_name(source)
        spoilt = [fault for fault in (faults.HEADER, faults.ENCODING) if first and self._spoils(fault, source)]
        if source.format == "parquet":
            writer: Writer = ParquetWriter(path)
        elif source.format == "ndjson":
            writer = ndjson_writer(path)
        elif source.format == "fixed_width":
            writer = fixed_width_writer(path, source.places)
        else:
            encoding = "utf-8" if faults.ENCODING in spoilt else ENCODING
            writer = csv_writer(path, encoding=encoding, upper=faults.HEADER in spoilt)
        self.writers[key] = writer
        for fault in spoilt:
            self._spoil(source, cut, writer, fault)
        return writer

    def _spoil(self, source: Source, cut: Cut, writer: Writer, fault: faults.Spoilt) -> None:
        """Tell of a fault of a whole file, once; it stands at row 0."""
        if (writer.path, fault) not in self.told:
            self.told.add((writer.path, fault))
            self._plant(source, cut, writer, 0, [faults.Planted(-1, "", fault.rule)])

    def _plant(self, source: Source, cut: Cut, writer: Writer, before: int, planted: list[faults.Planted]) -> None:
        self.faults += len(planted)
        self._know("faults", _faults_table(source, cut, writer.path.name, before, planted))

    def _know(self, name: str, table: pa.Table) -> None:
        if name not in self.truth:
            folder = self.order.truth / name
            folder.mkdir(parents=True, exist_ok=True)
            self.truth[name] = ParquetWriter(folder / f"part-{self.order.number + 1:03d}.parquet")
        self.truth[name].append(table)


def _cut(rows: Rows, source: Source, planned: list[Cut]) -> Iterator[tuple[Cut, Rows]]:
    """The rows of every delivery: what is known by its cutoff and still held to be so, all of it or what is new."""
    since: np.datetime64 = np.datetime64("0001-01-01", "D")
    for cut in planned:
        chosen = rows.at(cut.cutoff)
        if source.mode != "full":
            chosen &= rows.known >= since
        since = cut.cutoff
        yield cut, rows.where(chosen)


def _faults_table(source: Source, cut: Cut, file: str, before: int, planted: list[faults.Planted]) -> pa.Table:
    return pa.table(
        {
            **_where_told(source, cut, file, np.array([before + one.row + 1 for one in planted], dtype=np.int64)),
            "column": pa.array([one.column for one in planted], pa.string()),
            "rule": pa.array([one.rule for one in planted], pa.string()),
        }
    )


def _cases_table(source: Source, cut: Cut, file: str, before: int, piece: Rows) -> pa.Table:
    found = [(kind, np.flatnonzero(mask)) for kind, mask in piece.marks.items()]
    at = np.concatenate([np.zeros(0, dtype=np.int64), *(rows for _, rows in found)])
    kinds = [kind for kind, rows in found for _ in range(len(rows))]
    return pa.table(
        {
            **_where_told(source, cut, file, before + at + 1),
            "kind": pa.array(kinds, pa.string()),
            "rule": pa.array([CASES[kind][0] for kind in kinds], pa.string()),
        }
    )


def _where_told(source: Source, cut: Cut, file: str, rows: np.ndarray) -> dict[str, pa.Array]:
    size = len(rows)
    return {
        "source": pa.array([source.name] * size, pa.string()),
        "delivery": pa.array([cut.delivery] * size, pa.string()),
        "file": pa.array([file] * size, pa.string()),
        "row_number": pa.array(rows, pa.int64()),
    }
