"""The fault injector: sound small deliveries, the ways to spoil one, and what must come of it.

A fault is a function on the folder of a delivery. Faults of values, forms and manifests lie in the modules beside.
"""

import hashlib
import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import yaml

from ingestion.contract import Contract
from ingestion.cpr import WEIGHTS
from ingestion.delivery import Delivery
from tests.deliveries import BEF, CONTRACTS, csv_of, parquet_of, write_delivery

Rows = list[dict[str, Any]]
Spoil = Callable[[Path], None]
Edit = Callable[[bytes], bytes]
State = Literal["refused", "rows", "accepted", "kept aside"]


@dataclass(frozen=True)
class Case:
    """One fault, named, and the one end state that is right for it.

    `told` are the lines of the quarantine (row of the delivery, column, rule), warnings too; `check` looks at the
    accepted rows.
    """

    name: str
    base: str
    spoil: Spoil
    state: State
    expected: str = ""
    found: str = ""
    told: frozenset[tuple[int, str, str]] = frozenset()
    check: Callable[[Rows], bool] = field(default=lambda rows: True)
    contract: Callable[[Contract], Contract] = field(default=lambda contract: contract)


def refused(name: str, base: str, spoil: Spoil, expected: str, found: str, **options: Any) -> Case:
    return Case(name, base, spoil, "refused", expected, found, **options)


def rows(name: str, base: str, spoil: Spoil, *told: tuple[int, str, str], **options: Any) -> Case:
    return Case(name, base, spoil, "rows", told=frozenset(told), **options)


def accepted(name: str, base: str, spoil: Spoil, **options: Any) -> Case:
    return Case(name, base, spoil, "accepted", **options)


def number(birthday: str, *, nth: int = 0, seventh: str = "0123") -> str:
    """A CPR number of this birthday that fits modulus 11."""
    found = (
        birthday + end
        for end in ("".join(four) for four in itertools.product(seventh, "0123456789", "0123456789", "0123456789"))
        if sum(w * int(d) for w, d in zip(WEIGHTS, birthday + end, strict=True)) % 11 == 0
    )
    return next(itertools.islice(found, nth, None))


PEOPLE = [number(f"0{month}0{month}5{month}") for month in range(1, 5)]
# What no line may tell again: the numbers of the sound rows, and what the faults write.
SECRETS = [*PEOPLE, "Jens", "Hansen", "0101501234", "010150-1234", "101501234"]

LMDB = {
    "eksd": "2024-03-01",
    "atc": "N02BE01",
    "vnr": "123456",
    "apk": "1",
    "packsize": "100",
    "volume": "33,3",
    "name": "Panodil",
    "cpr_kom": "615",
}
ANSWER = {
    "dw_ek_rekvisition": "R1",
    "npukode": "NPU19748",
    "svar": "<5",
    "numerisksvar": "4,5",
    "datotid_proevetagning": "2024-03-01 08:15",
}
SOUND = {
    "bef": [{**BEF, "pnr": pnr} for pnr in PEOPLE],
    "lmdb": [{**LMDB, "pnr": pnr} for pnr in PEOPLE],
    "laboratoriesvar": [{**ANSWER, "patient_cpr": pnr} for pnr in PEOPLE],
}
DIAGNOSES = pa.table(
    {
        "dw_ek_kontakt": PEOPLE,  # Keys, told by nobody either.
        "diag_kode": ["DI21", "DI21", "DE11", "DE10"],
        "diag_kode_type": ["A", "B", "A", "+"],
        "senere_afkraeftet": pa.array([None, "Ja", "Nej", None]),
        "diag_parent_kode": pa.array([None, None, None, "DE11"]),
    }
)


def many(count: int, *, wrong: int) -> bytes:
    """A BEF file of so many rows, the first of them with an unknown civil status."""
    days = (
        f"{day:02d}{month:02d}{year}" for year in (50, 60, 70, 80) for month in range(1, 13) for day in range(1, 29)
    )
    people = [number(next(days)) for _ in range(count)]
    lines = [{**BEF, "pnr": pnr, "civst": "X" if place < wrong else "G"} for place, pnr in enumerate(people)]
    return csv_of(CONTRACTS["bef"], lines)


def make(landing: Path, base: str, contract: Contract) -> Delivery:
    """A sound delivery: a source, or `bef twice` for one of two files."""
    if base == "lpr_a_diagnose":
        return write_delivery(landing, base, ("lpr_a_diagnose.parquet", parquet_of(DIAGNOSES), 4))
    if base == "bef twice":
        halves = [csv_of(contract, SOUND["bef"][:2]), csv_of(contract, SOUND["bef"][2:])]
        return write_delivery(landing, "bef", ("bef-1.csv", halves[0], 2), ("bef-2.csv", halves[1], 2))
    return write_delivery(landing, base, (f"{base}.csv", csv_of(contract, SOUND[base]), 4))


def source_of(base: str) -> str:
    return base.split()[0]


# Ways to spoil.


def data_of(folder: Path) -> Path:
    """The first data file of a delivery."""
    return sorted(path for path in folder.iterdir() if path.name != "delivery.yaml")[0]


def damaged(edit: Edit) -> Spoil:
    """The file changes on its way; the manifest knows nothing of it."""

    def spoil(folder: Path) -> None:
        path = data_of(folder)
        path.write_bytes(edit(path.read_bytes()))

    return spoil


def sent(edit: Edit, *, told: int | None = None, name: str | None = None) -> Spoil:
    """The supplier sends such a file, with a manifest that fits it."""

    def spoil(folder: Path) -> None:
        damaged(edit)(folder)
        if name:
            data_of(folder).rename(folder / name)
        retell(folder, told)

    return spoil


def retell(folder: Path, told: int | None = None) -> None:
    """Write the name, the hash and perhaps the rows of the first data file into the manifest."""
    path = data_of(folder)
    manifest = yaml.safe_load((folder / "delivery.yaml").read_text())
    file = manifest["files"][0]
    file.update(name=path.name, sha256=hashlib.sha256(path.read_bytes()).hexdigest())
    if told is not None:
        file["rows"] = told
    (folder / "delivery.yaml").write_text(yaml.safe_dump(manifest))


def told(**fields: Any) -> Spoil:
    """Fields of the manifest as the supplier wrote them; `_` in front of one of the first file."""

    def spoil(folder: Path) -> None:
        manifest = yaml.safe_load((folder / "delivery.yaml").read_text())
        for name, value in fields.items():
            (manifest["files"][0] if name.startswith("_") else manifest)[name.removeprefix("_")] = value
        (folder / "delivery.yaml").write_text(yaml.safe_dump(manifest))

    return spoil


def manifest_bytes(edit: Edit) -> Spoil:
    def spoil(folder: Path) -> None:
        path = folder / "delivery.yaml"
        path.write_bytes(edit(path.read_bytes()))

    return spoil


def line(nth: int, edit: Edit) -> Edit:
    """Change one line; the header is line 0."""

    def changed(content: bytes) -> bytes:
        lines = content.split(b"\n")
        lines[nth] = edit(lines[nth])
        return b"\n".join(lines)

    return changed


def cell(column: str, value: str | bytes, *, row: int = 2, encoding: str = "latin-1") -> Edit:
    """Change one value of a CSV without quotes."""
    text = value.encode(encoding) if isinstance(value, str) else value

    def changed(content: bytes) -> bytes:
        place = content.split(b"\n")[0].split(b";").index(column.encode())
        return line(row, lambda one: b";".join([*(f := one.split(b";"))[:place], text, *f[place + 1 :]]))(content)

    return changed


def flipped(place: int, bit: int = 1) -> Edit:
    """Flip one bit."""

    def changed(content: bytes) -> bytes:
        spoilt = bytearray(content)
        spoilt[place] ^= bit
        return bytes(spoilt)

    return changed


def form(**fields: Any) -> Callable[[Contract], Contract]:
    """A contract with another dialect."""
    return lambda contract: replace(contract, form=replace(contract.form, **fields))


def typed_as(column: str, kind: str, **fields: Any) -> Callable[[Contract], Contract]:
    """A contract in which one column has another type."""
    return lambda contract: replace(
        contract,
        columns=tuple(replace(c, logical_type=kind, **fields) if c.name == column else c for c in contract.columns),
    )


def values_of(name: str, wanted: Sequence[Any]) -> Callable[[Rows], bool]:
    """Whether an accepted column holds these values."""
    return lambda found: [row[name] for row in found] == list(wanted)
