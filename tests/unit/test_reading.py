"""Readers of CSV, fixed width, NDJSON and SAS: exact row numbers, broken rows, packed files, damage in one line."""

import base64
import gzip
import io
import json
import zipfile
import zlib
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat
import pytest

from ingestion.contract import Column, Contract, Form
from ingestion.delivery import DeliveredFile, Delivery, read_manifest
from ingestion.errors import DeliveryRefused
from ingestion.integrity import check_files
from ingestion.reading import delimited, packed, sas
from ingestion.reading.opening import reader_of
from tests.deliveries import CONTRACTS, write_delivery

SKS = (("art", 1, 3), ("kode", 4, 20), ("fra", 24, 8), ("tekst", 32, 20))


def contract(form: Form, *columns: Column) -> Contract:
    return replace(CONTRACTS["bef"], form=form, columns=columns, row_rules=())


def text(name: str, **options: Any) -> Column:
    return Column(name, "string", "plain", "A text.", **options)


FIXED = contract(Form("fixed_width", "latin-1"), *(text(n, start=s, length=size) for n, s, size in SKS))
NDJSON = contract(Form("ndjson"), text("a"), text("b"))
PATHS = contract(Form("ndjson"), text("a", path="x.y.a"), text("b"))


def read(folder: Path, what: Contract, content: bytes, rows: int, name: str) -> tuple[list[dict[str, Any]], list[int]]:
    """The rows of a file and the numbers of its broken ones, as the intake reads them."""
    reader = reader_of(delivered(folder, content, rows, name), told(name, rows), what)
    reader.check_header()
    found = [row for batch in reader.batches() for row in batch.to_pylist()]
    assert reader.rows_read == rows
    return found, reader.broken_rows


def delivered(folder: Path, content: bytes, rows: int, name: str) -> Delivery:
    return write_delivery(folder, "bef", (name, content, rows))


def told(name: str, rows: int) -> DeliveredFile:
    return DeliveredFile(name=name, sha256="0" * 64, rows=rows)


def integrity(folder: Path, what: Contract, content: bytes, name: str) -> None:
    delivery = delivered(folder, content, 1, name)
    check_files(delivery, read_manifest(delivery, what), what)


def line(art: str, kode: str, fra: str = "20240101", tekst: str = "") -> str:
    return f"{art:3}{kode:20}{fra:8}{tekst:20}"


def zipped(*members: tuple[str, bytes]) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return sink.getvalue()


SAMPLES = {"txt": (FIXED, line("dia", "DI21", tekst="Hjerteanfald")), "ndjson": (NDJSON, '{"a": "1", "b": null}')}


CSV = [("æ", "1"), ("b;c", "2"), None, ("d" * 90, "3"), ("e", "4"), None, None, ("\u00f8", "5")] * 3


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("piece", [1, 5, 64, 100_000])
@pytest.mark.parametrize(("encoding", "mark"), [("latin-1", ""), ("utf-8", "\ufeff"), ("utf-16-le", "")])
def test_csv_reads_the_same_in_pieces_of_any_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: str, piece: int, encoding: str, mark: str
) -> None:
    what = contract(Form("csv", encoding, skip_rows=1), text("a"), text("b"))
    lines = ["udtræk", "b;a", *("x;y;z" if row is None else f'{row[1]};"{row[0]}"' for row in CSV)]
    content = (mark + end.join(lines) + end).encode(encoding)
    monkeypatch.setattr(packed, "CHUNK_BYTES", piece)
    found, broken = read(tmp_path, what, content, len(CSV), "bef.csv")
    assert [(row["_row_number"], row["a"], row["b"]) for row in found] == [
        (number, *row) for number, row in enumerate(CSV, 1) if row
    ]
    assert broken == [number for number, row in enumerate(CSV, 1) if row is None]


@pytest.mark.parametrize("piece", [200, 100_000])
def test_csv_with_line_breaks_in_values_reads_the_same_in_pieces_of_any_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, piece: int
) -> None:
    what = contract(Form("csv", "utf-8", newlines_in_values=True), text("a"), text("b"))
    rows = [("first\nsecond", "1"), ("one", "2"), None, ("a\n\nb", "3")] * 20
    content = "a;b\n" + "\n".join("x;y;z" if row is None else f'"{row[0]}";{row[1]}' for row in rows)
    monkeypatch.setattr(delimited, "LONGEST_ROW", piece)
    found, broken = read(tmp_path, what, content.encode(), len(rows), "bef.csv")
    assert [(row["_row_number"], row["a"], row["b"]) for row in found] == [
        (number, *row) for number, row in enumerate(rows, 1) if row
    ]
    assert broken == [number for number, row in enumerate(rows, 1) if row is None]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_fixed_width_fills_short_lines_and_breaks_long_and_empty_ones(tmp_path: Path, end: str) -> None:
    lines = [line("dia", "DI21", tekst="Blodprop ø"), "opr", line("dia", "DJ18") + "  ", "", line("a", "b") + "x", " "]
    content = end.join([*lines, line("atc", "N02")]).encode("latin-1")
    rows, broken = read(tmp_path, FIXED, content, 7, "bef.txt")
    assert broken == [4, 5, 6]
    assert [row["_row_number"] for row in rows] == [1, 2, 3, 7]
    assert rows[0] == {"_row_number": 1, "art": "dia", "kode": "DI21", "fra": "20240101", "tekst": "Blodprop ø"}
    assert rows[1] == {"_row_number": 2, "art": "opr", "kode": None, "fra": None, "tekst": None}


def test_fixed_width_counts_characters_not_bytes(tmp_path: Path) -> None:
    what = replace(FIXED, form=Form("fixed_width", "utf-8"))
    rows, _ = read(tmp_path, what, ("\ufeff" + line("æøå", "kode")).encode(), 1, "bef.txt")
    assert (rows[0]["art"], rows[0]["kode"]) == ("æøå", "kode")


def test_a_broken_row_at_the_end_counts(tmp_path: Path) -> None:
    assert read(tmp_path / "a", FIXED, (line("a", "b") + "\n\n").encode(), 2, "bef.txt")[1] == [2]
    assert read(tmp_path / "b", NDJSON, b'{"a": "1"}\n[]', 2, "bef.ndjson")[1] == [2]


def test_ndjson_values_are_texts_as_they_are_written(tmp_path: Path) -> None:
    lines = ['{"a": 1.50, "b": true}', '{"a": 12345678901234567890, "b": null}', '{"a": " x "}', "{}"]
    rows, broken = read(tmp_path, NDJSON, "\n".join(lines).encode(), 4, "bef.ndjson")
    values = [(row["a"], row["b"]) for row in rows]
    assert values == [("1.50", "true"), ("12345678901234567890", None), (" x ", None), (None, None)]
    assert broken == []


BROKEN = [
    '{"a": [1]}',
    '{"a": {}}',
    '{"a": 1, "a": 2}',
    '{"c": 1}',
    '{"a": NaN}',
    "7",
    "",
    '{"a": "1"',
    '{"a": "\\ud800"}',
]
BROKEN += ['{"a": "\\u0000"}', '{"a": "' + "\x01" + '"}', '{"a": ' + "[" * 100_000 + "]" * 100_000 + "}", '{"a": 1} 2']


@pytest.mark.parametrize("bad", BROKEN, ids=range(len(BROKEN)))
def test_what_is_no_document_is_a_broken_row(tmp_path: Path, bad: str) -> None:
    content = "\n".join(['{"a": "1"}', bad, '{"a": "3"}']).encode()
    rows, broken = read(tmp_path, NDJSON, content, 3, "bef.ndjson")
    assert ([row["_row_number"] for row in rows], broken) == ([1, 3], [2])


def test_paths_reach_into_documents_that_may_hold_more(tmp_path: Path) -> None:
    lines = [{"x": {"y": {"a": 1, "z": 2}}, "b": "2", "more": []}, {"x": None}, {"x": 3}, {"x": {"y": {"a": {}}}}]
    rows, broken = read(tmp_path, PATHS, "\n".join(map(json.dumps, lines)).encode(), 4, "bef.ndjson")
    assert [(row["a"], row["b"]) for row in rows] == [("1", "2"), (None, None)] and broken == [3, 4]


@pytest.mark.parametrize("ending", SAMPLES)
@pytest.mark.parametrize("told_rows", [2, 4])
def test_more_or_fewer_rows_than_told_refuse(tmp_path: Path, ending: str, told_rows: int) -> None:
    what, sample = SAMPLES[ending]
    with pytest.raises(DeliveryRefused, match=f"expected {told_rows} rows"):
        read(tmp_path, what, f"{sample}\n".encode() * 3, told_rows, f"bef.{ending}")


@pytest.mark.parametrize("ending", SAMPLES)
def test_packed_files_read_as_their_content(tmp_path: Path, ending: str) -> None:
    what, sample = SAMPLES[ending]
    content = f"{sample}\n".encode() * 3
    plain = read(tmp_path / "plain", what, content, 3, f"bef.{ending}")
    assert read(tmp_path / "gz", what, gzip.compress(content), 3, f"bef.{ending}.gz") == plain
    trick = zipped(("../../" + "escaped", content))
    assert read(tmp_path / "zip", what, trick, 3, f"bef.{ending}.zip") == plain
    assert not list(tmp_path.parent.rglob("escaped"))


@pytest.mark.parametrize("ending", SAMPLES)
def test_packed_files_that_are_not_one_sound_file_refuse(tmp_path: Path, ending: str) -> None:
    what, sample = SAMPLES[ending]
    content = f"{sample}\n".encode()
    packed = gzip.compress(content * 1000)
    spoilt = packed[:40] + bytes([packed[40] ^ 255]) * 9 + packed[49:]
    bomb = zipped(("a", b" " * (64 * 2**20)))
    bad = [("gz", packed[:-9]), ("gz", spoilt), ("gz", b"no gzip"), ("zip", zipped()), ("zip", bomb)]
    bad += [("zip", zipped(("a", content), ("b", content))), ("zip", one_byte_off(zipped(("a", content))))]
    for number, (kind, one) in enumerate(bad):
        name = f"bef.{ending}.{kind}"
        with pytest.raises(DeliveryRefused, match="as one packed file"):
            integrity(tmp_path / f"{number}prove", what, one, name)
        # The reader alone may meet the endless line of the bomb first.
        with pytest.raises(DeliveryRefused, match=r"as one packed file|damage after row 0"):
            read(tmp_path / f"{number}read", what, one, 1, name)


def one_byte_off(content: bytes) -> bytes:
    return content[:35] + bytes([content[35] ^ 255]) + content[36:]


@pytest.mark.parametrize("ending", SAMPLES)
def test_what_is_not_text_of_the_contract_refuses(tmp_path: Path, ending: str) -> None:
    what, sample = SAMPLES[ending]
    other = sample.replace("1", "ø").replace("DI21", "DØ21").encode("utf-8" if ending == "txt" else "latin-1")
    for number, content in enumerate((b"", sample.encode() + b"\0", other)):
        with pytest.raises(DeliveryRefused, match=r"an empty file|NUL bytes|UTF-8"):
            integrity(tmp_path / str(number), what, content, f"bef.{ending}")


@pytest.mark.parametrize(("ending", "size"), [("txt", 2**20), ("ndjson", 8 * 2**20)])
def test_a_line_without_end_is_damage_and_no_value_is_told(tmp_path: Path, ending: str, size: int) -> None:
    what, sample = SAMPLES[ending]
    with pytest.raises(DeliveryRefused, match="damage after row") as caught:
        read(tmp_path, what, sample.encode() + b"\n" + b"x" * (size + 1), 2, f"bef.{ending}")
    assert "\n" not in str(caught.value) and "xxx" not in str(caught.value)


SAS = contract(
    Form("sas"),
    text("pnr"),
    Column("antal", "integer", "plain", "A count."),
    Column("dag", "date", "plain", "A day."),
    Column("tid", "timestamp", "plain", "A time."),
)


def xport(folder: Path, rows: int = 3) -> bytes:
    days, times = [date(1950, 1, 2), None, date(2024, 2, 29)], [datetime(2024, 7, 1, 10, 5), None, None]
    frame = pd.DataFrame({"PNR": ["0101501234", "", "x"], "ANTAL": [1.0, None, 3.0], "DAG": days, "TID": times})
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "made.xpt"
    formats = {"DAG": "DATE9.", "TID": "DATETIME20."}
    pyreadstat.write_xport(frame.head(rows), str(path), file_format_version=5, variable_format=formats)
    return path.read_bytes()


def test_xport_rows_come_typed_under_the_names_of_the_contract(tmp_path: Path) -> None:
    rows, _ = read(tmp_path, SAS, xport(tmp_path), 3, "bef.xpt")
    assert [tuple(row.values()) for row in rows] == [
        (1, "0101501234", 1.0, date(1950, 1, 2), datetime(2024, 7, 1, 10, 5)),
        (2, None, None, None, None),
        (3, "x", 3.0, date(2024, 2, 29), None),
    ]


def test_sas_files_that_are_damaged_or_of_another_form_refuse_in_one_line(tmp_path: Path) -> None:
    sound = xport(tmp_path)
    other_columns = replace(SAS, columns=SAS.columns[:3])
    wrong_type = replace(
        SAS, columns=(*SAS.columns[:1], replace(SAS.columns[1], logical_type="date"), *SAS.columns[2:])
    )
    cases = [
        (SAS, content, "bef.xpt") for content in (sound[:400], sound[:-100], b"x" * 900, sound[:700] + sound[780:])
    ]
    cases += [(SAS, b"x" * 9000, "bef.sas7bdat"), (other_columns, sound, "bef.xpt"), (wrong_type, sound, "bef.xpt")]
    for number, (what, content, name) in enumerate(cases):
        with pytest.raises(DeliveryRefused) as caught:
            read(tmp_path / str(number), what, content, 3, name)
        assert "\n" not in str(caught.value) and "0101501234" not in str(caught.value)


# Five rows, written by ReadStat (its writer of SAS7BDAT has no door in Python): zlib, base 85.
SAS7BDAT = zlib.decompress(
    base64.b85decode(
        "c-rlm%WD%s9LHypO|y}xN!dd{!4P}sp)R}K80yI`WLt}Q6thTf?NLEJ2!US22cjN4d9nTv3W7I5C@Sc!cner8UPZx^&)Ri&9?8zH"
        "yEbCu1Lp%__V>+q9y>dm{AL%SK9ApAUVNbCS0CL{QRbO>vv44nw@S#eaKgmYq9K&Tf^Ol17Sc3SOk&<n%Wf5C=4wvWcI}qq7UMwM"
        "5Y*?s+t&SiuRH5DFSnR;^n-zXL^sNYSwCDmeXg?<(k<OIbmNd|Rt()VbrUwXG*wxsl>2ee@5>A8&-n-XmmjWehR2B{5{X12kw_#G"
        "i9{m#i@3w~t&r;}c90lFyZxe@rQvu|^sO+x0P3IGMay<V)K#W0a)E8wpJv#eALwnSp8<M->C-^(szB%a^BBDyqZeZIZu-YM7!Kq8"
        "QBvHvyAn*<+vb{W^mwv-zH=5n4WZ3nBmPyvZ$|l9`&WtomEfO@eA+_Wze4=)1iuy0{)<l+NqLF*Hw1q<a{LmBL?Zb^Y<~3!J6&Ik"
        "@lPXlp!%7Z`emg2mhlf<pH}xKSUkqc6iWO5?L0a9<^_u9DZXE<zrpIak(eKm^hfC@MP$|#+?zcf=RjN%Vlk;=U3o@N8ACKp8)vgR"
        "!P=i<<uNeZ!I@BMp-T<l*O2!)t}{R1IDw8goyJVlsV-FQSzmYR&8ln9I&N_6&effUeX<cXA$&e~|LGyE|7=>k4m=+l0r}YoIDZVr"
        "2V)QTQoxr2>j#7LgfUyD+pg0u1NuIDzqaoGH9q)+=biJ>hh)Yq-V46Z8}yDcz;%N_o&OH(<3djSz692Z_n%#lVeLnM7Ji>4K%52f"
        "9uSX$SRLA#s-fRtE!0nz9Pb~nXT={W-r{v**Du_feg|)$Ixh"
    )
)
BDAT = contract(
    Form("sas"),
    text("navn"),
    text("pnr"),
    Column("koen", "integer", "plain", "A code."),
    Column("foed_dag", "date", "plain", "A day."),
    Column("modtaget", "timestamp", "plain", "A time."),
)


def test_sas7bdat_rows_come_typed_in_the_order_of_the_contract(tmp_path: Path) -> None:
    rows, broken = read(tmp_path, BDAT, SAS7BDAT, 5, "bef.sas7bdat")
    assert tuple(rows[0].values()) == (
        (1, "Ørum", "0000000000", 1.0, date(1950, 1, 1), datetime(2020, 3, 16, 17, 46, 40))
    )
    assert [row["navn"] for row in rows] == ["Ørum", "Ørum", None, "Ørum", "Ørum"]
    assert [row["koen"] for row in rows] == [1.0, 2.0, 1.0, 2.0, None] and broken == []


def test_a_cut_sas7bdat_and_one_with_other_rows_than_told_refuse(tmp_path: Path) -> None:
    for number, (content, rows) in enumerate(((SAS7BDAT[:900], 5), (SAS7BDAT[:4500], 5), (SAS7BDAT, 4), (SAS7BDAT, 6))):
        with pytest.raises(DeliveryRefused) as caught:
            read(tmp_path / str(number), BDAT, content, rows, "bef.sas7bdat")
        assert "\n" not in str(caught.value)


def test_xport_in_pieces_keeps_a_blank_row_between_two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sas, "_PIECE_ROWS", 2)
    path = tmp_path / "made.xpt"
    pyreadstat.write_xport(pd.DataFrame({"PNR": ["a", "", "", "", "e"]}), str(path), file_format_version=8)
    rows, _ = read(tmp_path, contract(Form("sas"), text("pnr")), path.read_bytes(), 5, "bef.xpt")
    assert [row["pnr"] for row in rows] == ["a", None, None, None, "e"]
