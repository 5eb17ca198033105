"""Faults of form: bytes, encodings, headers, dialects, rows and packed files of CSV."""

import gzip
import io
import struct
import zipfile

from tests.integration.intake_faults import (
    PEOPLE,
    SOUND,
    Case,
    Edit,
    accepted,
    cell,
    damaged,
    flipped,
    form,
    line,
    many,
    refused,
    rows,
    sent,
)

COLUMNS = "the 11 columns of contract"
PACKED = "as one packed file"


def _header(edit: Edit) -> Edit:
    return line(0, edit)


def _reversed(content: bytes) -> bytes:
    return b"\n".join(b";".join(reversed(one.split(b";"))) for one in content.split(b"\n"))


def _in(encoding: str) -> Edit:
    return lambda content: content.decode("latin-1").encode(encoding)


def _gz(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)


def _zip(*names: str, method: int = zipfile.ZIP_DEFLATED) -> Edit:
    def packed(content: bytes) -> bytes:
        sink = io.BytesIO()
        with zipfile.ZipFile(sink, "w", method) as archive:
            for name in names:
                archive.writestr(name, b"" if name.endswith("/") else content)
        return sink.getvalue()

    return packed


def _encrypted(content: bytes) -> bytes:
    """A zip whose entries say that they need a password."""
    packed = bytearray(_zip("bef.csv")(content))
    entry = packed.index(b"PK\x01\x02")
    packed[6] |= 1
    packed[entry + 8] |= 1
    return bytes(packed)


def _offset(content: bytes) -> bytes:
    """A zip whose directory lies at an offset that is nowhere."""
    packed = bytearray(_zip("bef.csv")(content))
    end = packed.index(b"PK\x05\x06")
    struct.pack_into("<I", packed, end + 16, 2**31)
    return bytes(packed)


def _latin(text: str) -> Edit:
    return cell("familie_id", text)


def _first(count: int) -> Edit:
    return lambda content: b"\n".join(content.split(b"\n")[: count + 1]) + b"\n"


def _bef(name: str, edit: Edit, expected: str, found: str, *, told: int | None = None, file: str | None = None) -> Case:
    return refused(name, "bef", sent(edit, told=told, name=file), expected, found)


_CHANGED = [
    ("bytes: start cut off", lambda content: content[20:]),
    ("bytes: a piece of the middle cut out", lambda content: content[:80] + content[120:]),
    ("bytes: end cut off", lambda content: content[:-30]),
    ("bytes: one bit flipped", flipped(150)),
    ("bytes: one more at the end", lambda content: content + b"\n"),
    ("bytes: zeros where a block was lost", lambda content: content[:100] + bytes(64) + content[164:]),
]
_NAMES = b";".join(b"c%d" % one for one in range(1_000_000))

CASES: list[Case] = [
    *(refused(name, "bef", damaged(edit), "SHA-256", "...") for name, edit in _CHANGED),
    # Encodings.
    _bef("encoding: UTF-8", lambda c: _in("utf-8")(_latin("Ærø")(c)), "bef.csv in latin-1", "UTF-8"),
    _bef("encoding: UTF-8 with a mark", lambda c: b"\xef\xbb\xbf" + c, "bef.csv in latin-1", "UTF-8"),
    _bef("encoding: UTF-16", _in("utf-16"), "bef.csv in latin-1", "NUL bytes"),
    _bef("encoding: Windows-1252", cell("familie_id", "70–01€".encode("cp1252")), "latin-1", "Windows-1252"),
    _bef("encoding: two in one file", cell("familie_id", "Ø".encode() + b"\xc6"), "latin-1", "Windows-1252"),
    _bef("encoding: NUL bytes", cell("familie_id", "70\0"), "bef.csv in latin-1", "NUL bytes"),
    refused(
        "encoding: Latin-1 where UTF-8 was agreed",
        "bef",
        sent(cell("familie_id", b"\xc6r\xf8")),
        "bef.csv in utf-8",
        "bytes that are not UTF-8",
        contract=form(encoding="utf-8"),
    ),
    refused(
        "encoding: a surrogate in UTF-8",
        "bef",
        sent(cell("familie_id", b"\xed\xa0\x80")),
        "bef.csv in utf-8",
        "bytes that are not UTF-8",
        contract=form(encoding="utf-8"),
    ),
    refused(
        "encoding: UTF-8 cut inside a letter",
        "bef",
        sent(lambda c: c + b"\xc3"),
        "bef.csv in utf-8",
        "bytes that are not UTF-8",
        contract=form(encoding="utf-8"),
    ),
    accepted(
        "encoding: UTF-8 with a mark, as agreed",
        "bef",
        sent(lambda content: b"\xef\xbb\xbf" + content),
        contract=form(encoding="utf-8"),
    ),
    accepted("encoding: UTF-16, as agreed", "bef", sent(lambda content: content), contract=form(encoding="utf-16")),
    # Headers.
    _bef("header: missing", lambda c: c.split(b"\n", 1)[1], COLUMNS, "no column pnr", told=3),
    _bef("header: a column renamed", _header(lambda h: h.replace(b"kom", b"kommune")), COLUMNS, "no column kom"),
    _bef("header: a column twice", _header(lambda h: h.replace(b"kom", b"reg")), COLUMNS, "no column kom"),
    _bef("header: a column twice, and all", lambda c: _first(0)(c)[:-1] + b";pnr\n", COLUMNS, "twice", told=0),
    _bef("header: upper case", _header(bytes.upper), COLUMNS, "no column pnr"),
    _bef("header: empty", _header(lambda h: b""), COLUMNS, "no column pnr"),
    _bef("header: empty name", _header(lambda h: h.replace(b"civst", b"")), COLUMNS, "no column civst"),
    _bef("header: one more name", _header(lambda h: h + b";Jens Hansen"), COLUMNS, "1 more, the first as column 12"),
    _bef("header: blanks around a name", _header(lambda h: h.replace(b"kom", b" kom ")), COLUMNS, "no column kom"),
    _bef("header: a million names", _header(lambda h: _NAMES), COLUMNS, "no line that could be a header"),
    _bef("header: one name of a megabyte", _header(lambda h: h + b"x" * 2**20), COLUMNS, "no line that could be"),
    _bef("header: a row above it", lambda c: b"Udtraek;2025\n" + c, COLUMNS, "no column pnr"),
    accepted("header: quoted", "bef", sent(_header(lambda h: b'"' + h.replace(b";", b'";"') + b'"'))),
    accepted("header: columns in another order", "bef", sent(_reversed)),
    accepted(
        "header: none, as agreed",
        "bef",
        sent(lambda content: content.split(b"\n", 1)[1]),
        contract=form(header=False),
    ),
    rows(
        "header: two lines above it, as agreed, and a row of another width",
        "bef",
        sent(lambda content: b"Udtraek\n\n" + line(3, lambda one: one + b";x")(content)),
        (3, "", "columns"),
        contract=form(skip_rows=2),
    ),
    # Lines and fields.
    _bef("dialect: comma between fields", lambda c: c.replace(b";", b","), COLUMNS, "no column pnr"),
    _bef("dialect: tabulator between fields", lambda c: c.replace(b";", b"\t"), COLUMNS, "no column pnr"),
    rows("fields: one too many", "bef", sent(line(2, lambda one: one + b";x")), (2, "", "columns")),
    rows("fields: one too few", "bef", sent(line(2, lambda one: one.rsplit(b";", 1)[0])), (2, "", "columns")),
    rows("fields: a delimiter inside a value", "bef", sent(_latin("70;01")), (2, "", "columns")),
    _bef(
        "fields: no row has them", lambda c: _first(0)(c) + b"x;y\n" * 4, "rows that fit", "4 of 4; most often columns"
    ),
    _bef("fields: more broken rows than told", lambda c: _first(0)(c) + b"x;y\n" * 9, "4 rows", "more than 4"),
    accepted("fields: a delimiter inside quotes", "bef", sent(_latin('"70;01"'))),
    accepted("lines: CR LF", "bef", sent(lambda content: content.replace(b"\n", b"\r\n"))),
    accepted("lines: CR alone", "bef", sent(lambda content: content.replace(b"\n", b"\r"))),
    accepted("lines: none at the end", "bef", sent(lambda content: content[:-1])),
    _bef("lines: an empty one in the middle", line(2, lambda one: b"\n" + one), "4 rows in bef.csv", "more than 4"),
    _bef("lines: an empty one at the end", lambda c: c + b"\n", "4 rows in bef.csv", "more than 4"),
    _bef("lines: break in a quoted value", _latin('"70\n01"'), "values of one line", "column familie_id"),
    accepted(
        "lines: break in a quoted value, as agreed",
        "bef",
        sent(_latin('"70\n01"')),
        contract=form(newlines_in_values=True),
    ),
    _bef("quote: opened and never closed", _latin('"7001'), "4 rows in bef.csv", ""),
    rows("quote: opened in the last row", "bef", sent(cell("familie_id", '"7001', row=4)), (4, "", "columns")),
    _bef("value: 20 MB", _latin("7" * 20_000_000), "bef.csv readable as csv", "damage after row"),
    # Rows.
    _bef("rows: fewer than told", lambda c: c, "5 rows in bef.csv", "4", told=5),
    _bef("rows: more than told", lambda c: c, "3 rows in bef.csv", "more than 3", told=3),
    _bef("rows: none, though told", _first(0), "4 rows in bef.csv", "0"),
    _bef("rows: no byte", lambda content: b"", "4 rows in bef.csv", "an empty file"),
    _bef("rows: nothing but line ends", lambda content: b"\n" * 5, COLUMNS, "no column pnr"),
    accepted("rows: none told, none there", "bef", sent(_first(0), told=0)),
    rows(
        "rows: one twice",
        "bef",
        sent(lambda content: content + content.split(b"\n")[1] + b"\n", told=5),
        (5, "", "duplicate_row"),
    ),
    rows(
        "rows: a key twice",
        "bef",
        sent(lambda c: c + c.split(b"\n")[1].replace(b";615;", b";751;") + b"\n", told=5),
        (5, "", "duplicate_key"),
    ),
    rows("rows: a number of two people", "bef", sent(cell("pnr", PEOPLE[0])), (2, "", "duplicate_row")),
    refused(
        "threshold: a tenth of 1,200 rows",
        "bef",
        sent(lambda content: many(1200, wrong=120), told=1200),
        "at most 2.0% of the rows",
        "120 of 1,200; most often valid_values civst",
        told=frozenset((row, "civst", "valid_values") for row in range(1, 121)),
    ),
    rows(
        "threshold: a hundredth of 1,200 rows",
        "bef",
        sent(lambda content: many(1200, wrong=12), told=1200),
        *((row, "civst", "valid_values") for row in range(1, 13)),
    ),
    # Packed.
    accepted("gzip: sound", "bef", sent(_gz, name="bef.csv.gz")),
    accepted("gzip: two members", "bef", sent(lambda c: _gz(c[:99]) + _gz(c[99:]), name="bef.csv.gz")),
    accepted("gzip: zeros behind it", "bef", sent(lambda c: _gz(c) + bytes(512), name="bef.csv.gz")),
    _bef("gzip: cut off", lambda c: _gz(c)[:-9], PACKED, "damaged", file="bef.csv.gz"),
    _bef("gzip: a bit flipped", lambda c: flipped(24, 16)(_gz(c)), PACKED, "damaged", file="bef.csv.gz"),
    _bef("gzip: a wrong checksum", lambda c: flipped(-6)(_gz(c)), PACKED, "damaged", file="bef.csv.gz"),
    _bef("gzip: something behind it", lambda c: _gz(c) + b"Jens Hansen", PACKED, "damaged", file="bef.csv.gz"),
    _bef("gzip: of a gzip", lambda c: _gz(_gz(c)), "latin-1", "NUL bytes", file="bef.csv.gz"),
    _bef("gzip: not packed at all", lambda c: c, PACKED, "damaged", file="bef.csv.gz"),
    _bef("gzip: under a plain name", _gz, "latin-1", "NUL bytes"),
    _bef("gzip: of nothing", lambda c: _gz(b""), COLUMNS, "no line that could be", file="bef.csv.gz"),
    _bef("gzip: a bomb", lambda c: _gz(c + b"\n" * 30_000_000), PACKED, "more than 200 times", file="bef.csv.gz"),
    accepted("zip: sound", "bef", sent(_zip("bef.csv"), name="bef.csv.zip")),
    accepted("zip: a member that names a way out", "bef", sent(_zip("../../../bef.csv"), name="bef.csv.zip")),
    accepted("zip: a member with an absolute name", "bef", sent(_zip("/etc/bef.csv"), name="bef.csv.zip")),
    _bef("zip: two members", _zip("a.csv", "b.csv"), PACKED, "a zip of 2 members", file="bef.csv.zip"),
    _bef("zip: no member", _zip(), PACKED, "a zip of 0 members", file="bef.csv.zip"),
    _bef("zip: a folder", _zip("bef.csv/"), PACKED, "a zip of 1 members", file="bef.csv.zip"),
    _bef("zip: asks for a password", _encrypted, PACKED, "asks for a password", file="bef.csv.zip"),
    _bef("zip: cut off", lambda c: _zip("a.csv")(c)[:-30], PACKED, "no readable zip", file="bef.csv.zip"),
    _bef("zip: a bit flipped", lambda c: flipped(50)(_zip("a.csv")(c)), PACKED, "damaged", file="bef.csv.zip"),
    _bef("zip: a wild offset", _offset, PACKED, "no readable zip", file="bef.csv.zip"),
    _bef(
        "zip: LZMA with a bit flipped",
        lambda c: flipped(60)(_zip("a.csv", method=zipfile.ZIP_LZMA)(c)),
        PACKED,
        "damaged",
        file="bef.csv.zip",
    ),
    _bef(
        "zip: a bomb",
        lambda c: _zip("a.csv")(c + b"\n" * 30_000_000),
        PACKED,
        "more than 200 times",
        file="bef.csv.zip",
    ),
]
assert len(SOUND["bef"]) == 4
