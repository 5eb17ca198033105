"""Faults of the folder: the manifest, names, links, and things that are no files; and Parquet files."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pyarrow.parquet.encryption as pe
import yaml

from tests.deliveries import parquet_of
from tests.integration.intake_faults import (
    DIAGNOSES,
    Case,
    Rows,
    Spoil,
    accepted,
    damaged,
    data_of,
    flipped,
    manifest_bytes,
    refused,
    retell,
    rows,
    sent,
    told,
    typed_as,
    values_of,
)

YAML = "a delivery.yaml in YAML and UTF-8"
NO_MANIFEST = "none, or none that is a file of its own"
NAME, HASH, ROWS = ("a valid files.0." + field for field in ("name", "sha256", "rows"))


def _elsewhere(folder: Path) -> Path:
    """A place outside of the landing zone."""
    return folder.parents[3] / "outside"


def _link(folder: Path, path: Path, target: Path | None = None) -> None:
    """Put a link in place of a file or folder, which moves outside."""
    if target is None:
        target = _elsewhere(folder) / path.name
        path.rename(target)
    else:
        path.unlink()
    path.symlink_to(target)


def _fifo(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _manifest(folder: Path) -> Path:
    return folder / "delivery.yaml"


def _huge(folder: Path) -> None:
    with _manifest(folder).open("r+b") as file:
        file.truncate(100 * 2**20)


def _again(folder: Path) -> None:
    """The same file under two names."""
    (folder / "bef-2.csv").write_bytes(data_of(folder).read_bytes())
    manifest = yaml.safe_load(_manifest(folder).read_text())
    manifest["files"].append({**manifest["files"][0], "name": "bef-2.csv"})
    _manifest(folder).write_text(yaml.safe_dump(manifest))


def _files(change: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]) -> Spoil:
    def spoil(folder: Path) -> None:
        manifest = yaml.safe_load(_manifest(folder).read_text())
        manifest["files"] = change(manifest["files"])
        _manifest(folder).write_text(yaml.safe_dump(manifest))

    return spoil


def _named(name: str) -> Spoil:
    return told(_name=name)


def _field(name: str, field: str, found: str, **fields: Any) -> Case:
    return refused(f"manifest: {name}", "bef", told(**fields), f"a valid {field}", found)


def _yaml(name: str, edit: Callable[[bytes], bytes], expected: str, found: str) -> Case:
    return refused(f"manifest: {name}", "bef", manifest_bytes(edit), expected, found)


def _bomb(text: bytes) -> bytes:
    levels = [b"_a0: &_a0 [x, x, x, x, x, x, x, x, x]"]
    levels += [b"_a%d: &_a%d [%s]" % (n, n, b", ".join([b"*_a%d" % (n - 1)] * 9)) for n in range(1, 10)]
    return b"\n".join(levels) + b"\n" + text


_READABLE = "a file that cannot be read as such"
_TAG = b"source: !!python/object/apply:os.system ['touch pwned']"

FOLDER: list[Case] = [
    _yaml("empty", lambda text: b"", "a valid manifest", "dictionary"),
    _yaml("a list", lambda text: b"[1]", "a valid manifest", "dictionary"),
    _yaml("cut off", lambda text: text[: len(text) // 2], "a valid source", "field required"),
    _yaml("one bit flipped", lambda text: text.replace(b"rows:", b"sows:"), "a valid files.0.rows", "field required"),
    _yaml("a bomb of references", _bomb, "without references", "another one"),
    _yaml("a tag that would run a program", lambda text: text.replace(b"source: bef", _TAG), YAML, _READABLE),
    _yaml("10,000 brackets deep", lambda text: b"[" * 10_000, YAML, _READABLE),
    _yaml("UTF-16", lambda text: text.decode().encode("utf-16"), YAML, _READABLE),
    _yaml("NUL bytes", lambda text: text + b"\0", YAML, _READABLE),
    _yaml("two documents", lambda text: text + b"---\nsource: dod\n", YAML, _READABLE),
    _yaml("broken beside a name", lambda text: text + b"Jens Hansen: [0101501234\n", YAML, _READABLE),
    _yaml("a number as a field", lambda text: text + b"101501234: x\n", "a valid set of fields", "another name"),
    _yaml("year 0", lambda text: text.replace(b"'2019-01-01'", b"0000-01-01"), YAML, _READABLE),
    refused("manifest: 100 MB", "bef", _huge, "at most 4 MiB", "another one"),
    refused("manifest: missing", "bef", lambda f: _manifest(f).unlink(), "a delivery.yaml", NO_MANIFEST),
    refused("manifest: a link", "bef", lambda f: _link(f, _manifest(f)), "a delivery.yaml", NO_MANIFEST),
    refused("manifest: a folder", "bef", lambda f: _folder(_manifest(f)), "a delivery.yaml", NO_MANIFEST),
    refused("manifest: a pipe", "bef", lambda f: _fifo(_manifest(f)), "a delivery.yaml", NO_MANIFEST),
    _field("an unknown field", "set of fields", "another name", note="Jens Hansen"),
    _field("an unknown field of a file", "set of fields", "another name", _note="Jens Hansen"),
    _field("a period backwards", "period", "to must be later", period={"from": "2025-01-01", "to": "2024-01-01"}),
    _field("a time without a zone", "created", "time zone", created="2025-01-20T06:00:00"),
    _field("a time before all times", "created", "edge of the calendar", created="0001-01-01T00:00:00+14:00"),
    _field("negative rows", "files.0.rows", "greater than or equal to 0", _rows=-1),
    _field("half a row", "files.0.rows", "fractional part", _rows=1.5),
    _field("more rows than there are", "files.0.rows", "less than or equal", _rows=10**30),
    _field("rows of a thousand digits", "files.0.rows", "less than or equal", _rows=10**1000),
    _field("hash in upper case", "files.0.sha256", "match pattern", _sha256="A" * 64),
    _field("hash cut off", "files.0.sha256", "match pattern", _sha256="a" * 63),
    _field("corrects itself", "manifest", "cannot correct itself", corrects=["2025-01-20"]),
    _field("corrects no delivery", "corrects.0", "match pattern", corrects=["Jens Hansen"]),
    _field("no files", "files", "at least 1 item", files=[]),
    refused("manifest: from the future", "bef", told(created="2099-01-01T00:00:00Z"), "created by now", "the future"),
    refused("manifest: another mode", "bef", told(mode="full"), "mode upsert", "another mode"),
    refused("manifest: another source", "bef", told(source="dod"), "source bef", "another source"),
    refused(
        "manifest: another delivery", "bef", told(delivery="2025-01-21"), "delivery 2025-01-20", "another delivery"
    ),
    # Names of files.
    refused("name: a way out", "bef", _named("../../../outside/bef.csv"), NAME, "match pattern"),
    refused("name: absolute", "bef", _named("/etc/passwd"), NAME, "match pattern"),
    refused("name: backslash", "bef", _named("..\\bef.csv"), NAME, "match pattern"),
    refused("name: NUL", "bef", _named("bef.csv\0"), NAME, "match pattern"),
    refused("name: a line break at the end", "bef", _named("bef.csv\n"), NAME, "match pattern"),
    refused("name: 5,000 letters", "bef", _named("b" * 5000 + ".csv"), "files named by the source", "another name"),
    refused("name: of a person", "bef", _named("Jens_Hansen.csv"), "files named by the source", "another name"),
    refused("name: packed twice", "bef", _named("bef.csv.gz.gz"), "files named by the source", "another name"),
    refused("name: upper case", "bef", _named("BEF.CSV"), "files named by the source", "another name"),
    # Files.
    refused("file: missing", "bef", lambda f: data_of(f).unlink(), "the file bef.csv", "no such file"),
    refused("file: a link", "bef", lambda f: _link(f, data_of(f)), "the file bef.csv", "a symbolic link"),
    refused("file: a link to a device", "bef", lambda f: _link(f, data_of(f), Path("/dev/zero")), "bef.csv", "link"),
    refused("file: a link to nowhere", "bef", lambda f: _link(f, data_of(f), Path("/nowhere")), "bef.csv", "link"),
    refused("file: a folder", "bef", lambda f: _folder(data_of(f)), "the file bef.csv", "no such file"),
    refused("file: a pipe", "bef", lambda f: _fifo(data_of(f)), "the file bef.csv", "no such file"),
    refused("file: the whole folder a link", "bef", lambda f: _link(f, f), "a delivery.yaml", NO_MANIFEST),
    refused(
        "file: named twice",
        "bef",
        _files(lambda files: [*files, dict(files[0])]),
        "a valid manifest",
        "a file is named twice",
    ),
    refused(
        "file: not named", "bef twice", _files(lambda files: files[:1]), "names every file", "1 more in the folder"
    ),
    refused("file: two swapped", "bef twice", lambda f: _swap(f), "SHA-256", "..."),
    accepted("file: another that is no data", "bef", lambda f: (f / "LAESMIG.pdf").write_bytes(b"x") and None),
    accepted("file: in another order", "bef twice", _files(lambda files: files[::-1])),
    rows("file: the same under two names", "bef", _again, *((row, "", "duplicate_row") for row in range(5, 9))),
    Case("file: other content under a used name", "bef", told(synthetic=False), "kept aside"),
]


def _swap(folder: Path) -> None:
    first, second = folder / "bef-1.csv", folder / "bef-2.csv"
    one, other = first.read_bytes(), second.read_bytes()
    first.write_bytes(other)
    second.write_bytes(one)


# Parquet.


def _table(table: pa.Table, *, told: int | None = None) -> Spoil:
    return sent(lambda content: parquet_of(table), told=table.num_rows if told is None else told)


def _with(column: str, values: pa.Array) -> pa.Table:
    return DIAGNOSES.set_column(DIAGNOSES.schema.get_field_index(column), column, values)


def _parent(values: pa.Array) -> Spoil:
    return _table(_with("diag_parent_kode", values))


def _encrypted(folder: Path) -> None:
    properties = pe.create_encryption_properties(bytes(16))
    pq.write_table(DIAGNOSES, data_of(folder), encryption_properties=properties)
    retell(folder)


def _as_text(column: str, base: Spoil, found: str) -> Case:
    return refused(f"Parquet: {found}", "lpr_a_diagnose", base, f"column {column} of", found)


def _typed(
    name: str, kind: str, values: pa.Array, *rows_told: int, check: Callable[[Rows], bool] | None = None
) -> Case:
    return (rows if rows_told else accepted)(
        f"Parquet: {name}",
        "lpr_a_diagnose",
        _parent(values),
        *((row, "diag_parent_kode", "type") for row in rows_told),
        contract=typed_as("diag_parent_kode", kind),
        **({"check": check} if check else {}),
    )


_BAD_TEXT = pa.array([None, None, b"\xff\xfe", b"DE11"], pa.binary()).view(pa.string())
_CUT = "cut off or is not Parquet"
_COLUMNS = "the 5 columns of contract"
_BIG = DIAGNOSES.slice(0, 1).set_column(4, "diag_parent_kode", pa.array(["x" * 30_000_000]))


def _pq(name: str, spoil: Spoil, expected: str, found: str) -> Case:
    return refused(f"Parquet: {name}", "lpr_a_diagnose", spoil, expected, found)


def _compressed(content: bytes) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(_BIG, sink, compression="zstd", use_dictionary=False)
    return bytes(sink.getvalue())


PARQUET: list[Case] = [
    _pq("a bit flipped in the data", damaged(flipped(40)), "SHA-256", "..."),
    _pq("a bit flipped in the footer", damaged(flipped(-60)), "SHA-256", "..."),
    _pq("sent with a broken end", sent(flipped(-1)), "as Parquet", _CUT),
    _pq("sent with a broken footer length", sent(flipped(-6, 64)), "as Parquet", _CUT),
    _pq("sent cut off", sent(lambda content: content[: len(content) // 2]), "as Parquet", _CUT),
    _pq("CSV under its name", sent(lambda content: b"a;b\n1;2\n"), "as Parquet", _CUT),
    _pq("encrypted", _encrypted, "as Parquet", _CUT),
    _pq("no columns", _table(pa.table({}), told=4), _COLUMNS, "no column dw_ek_kontakt"),
    _pq("a column less", _table(DIAGNOSES.drop_columns(["diag_kode"])), _COLUMNS, "no column diag_kode"),
    _pq("a column more", _table(DIAGNOSES.append_column("Hansen", pa.nulls(4))), _COLUMNS, "1 more, the first as"),
    _pq("a column twice", _table(DIAGNOSES.append_column("diag_kode", DIAGNOSES["diag_kode"])), _COLUMNS, "twice"),
    _pq("fewer rows than told", _table(DIAGNOSES, told=5), "5 rows in", "4"),
    _pq("more rows than told", _table(DIAGNOSES, told=3), "3 rows in", "more than 3"),
    _pq("text that is no UTF-8", _parent(_BAD_TEXT), "readable as parquet", "damage after row 0"),
    _pq("a bomb", sent(_compressed, told=1), "as Parquet", "expands more than 200 times"),
    _as_text("diag_parent_kode", _parent(pa.array([1, 2, 3, 4])), "int64"),
    _as_text("diag_parent_kode", _parent(pa.array([b"x"] * 4)), "binary"),
    _as_text("diag_parent_kode", _parent(pa.array([True] * 4)), "bool"),
    _as_text("diag_parent_kode", _parent(pa.array([{"Jens Hansen": 1}] * 4)), "values inside values"),
    _as_text("diag_parent_kode", _parent(pa.array([0] * 4, pa.timestamp("us", "UTC"))), "timestamp with a time zone"),
    rows(
        "Parquet: nothing where something is required",
        "lpr_a_diagnose",
        _table(_with("diag_kode", pa.array(["DI21", None, "DE11", "DE10"]))),
        (2, "diag_kode", "required"),
    ),
    rows(
        "Parquet: a row twice",
        "lpr_a_diagnose",
        _table(pa.concat_tables([DIAGNOSES, DIAGNOSES.slice(1, 1)])),
        (5, "", "duplicate_row"),
    ),
    accepted("Parquet: no rows", "lpr_a_diagnose", _table(DIAGNOSES.slice(0, 0))),
    accepted("Parquet: columns in another order", "lpr_a_diagnose", _table(DIAGNOSES.select([4, 3, 2, 1, 0]))),
    accepted("Parquet: dictionaries", "lpr_a_diagnose", _parent(pa.array(["DE11"] * 4).dictionary_encode())),
    accepted("Parquet: large text", "lpr_a_diagnose", _parent(pa.array(["DE11"] * 4, pa.large_string()))),
    _typed(
        "nanoseconds that fit microseconds",
        "timestamp",
        pa.array([1000, 2000, 3000, None], pa.timestamp("ns")),
        check=lambda found: [row["diag_parent_kode"] is None for row in found] == [False, False, False, True],
    ),
    _typed("nanoseconds that do not", "timestamp", pa.array([1, 2000, 3001, None], pa.timestamp("ns")), 1, 3),
    _typed("times outside of all calendars", "timestamp", pa.array([2**61, -(2**61), 0, 1], pa.timestamp("ms")), 1, 2),
    _typed("infinite times", "timestamp", pa.array([2**63 - 1, 0, 1, 2], pa.timestamp("us")), 1),
    _typed("infinite days", "date", pa.array([2**31 - 1, 0, 1, 2], pa.date32()), 1),
    _typed("no numbers", "number", pa.array([float("nan"), float("inf"), 1.5, None]), 1, 2),
    _typed("numbers that lose digits", "number", pa.array([2**53 + 1, 1, 2, 3]), 1),
    _typed("integers that would turn around", "integer", pa.array([2**64 - 1, 1, 2, 3], pa.uint64()), 1),
    _typed(
        "small integers",
        "integer",
        pa.array([1, 2, 3, 4], pa.int8()),
        check=values_of("diag_parent_kode", [1, 2, 3, 4]),
    ),
]

CASES = FOLDER + PARQUET
