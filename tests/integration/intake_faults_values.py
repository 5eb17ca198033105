"""Faults of values: dates, numbers, codes, CPR numbers, text that a program might obey."""

from tests.integration.intake_faults import PEOPLE, Case, accepted, cell, form, number, rows, sent, values_of

FORMULA = "=cmd|'/c calc'!A0"

# Name, source, column, value, and the rule that refuses row 2.
_REFUSED = [
    ("date: 31 February", "bef", "foed_dag", "1950-02-31", "type"),
    ("date: another order", "bef", "foed_dag", "01-02-1950", "type"),
    ("date: slashes", "bef", "foed_dag", "1950/02/01", "type"),
    ("date: year 0", "bef", "foed_dag", "0000-01-01", "type"),
    ("date: year of two digits", "bef", "foed_dag", "50-01-01", "type"),
    ("date: month 13", "bef", "foed_dag", "1950-13-01", "type"),
    ("date: a time", "bef", "foed_dag", "1950-01-01 08:00", "type"),
    ("date: leap day of 1900", "bef", "foed_dag", "1900-02-29", "type"),
    ("date: a day number of a spreadsheet", "bef", "foed_dag", "18264", "type"),
    ("date: digits of another script", "lmdb", "eksd", "２０２４-03-01", "type"),
    ("time: 24:00", "laboratoriesvar", "datotid_proevetagning", "2024-03-01 24:00", "type"),
    ("time: with a zone", "laboratoriesvar", "datotid_proevetagning", "2024-03-01T08:15Z", "type"),
    ("time: without a time", "laboratoriesvar", "datotid_proevetagning", "2024-03-01", "type"),
    ("number: decimal point", "lmdb", "volume", "33.3", "type"),
    ("number: thousands with points", "lmdb", "packsize", "1.000,5", "type"),
    ("number: thousands with blanks", "lmdb", "packsize", "1 000", "type"),
    ("number: exponent", "lmdb", "packsize", "1e5", "type"),
    ("number: NaN", "lmdb", "packsize", "NaN", "type"),
    ("number: below the least", "lmdb", "packsize", "-1", "range"),
    ("integer: decimals", "bef", "koen", "2,0", "type"),
    ("integer: twenty digits", "bef", "antpersf", "9" * 20, "type"),
    ("integer: hexadecimal", "bef", "antpersf", "0x10", "type"),
    ("integer: trailing blank", "bef", "kom", "615 ", "type"),
    ("integer: the word NULL", "bef", "kom", "NULL", "type"),
    ("integer: above the largest", "bef", "kom", "6150", "range"),
    ("code: unknown", "bef", "civst", "X", "valid_values"),
    ("code: lower case", "bef", "civst", "g", "valid_values"),
    ("code: trailing blank", "bef", "civst", "G ", "valid_values"),
    ("code: a formula", "bef", "civst", FORMULA, "valid_values"),
    ("code: a control character", "bef", "civst", "G\x01", "valid_values"),
    ("code: a unit separator behind it", "bef", "civst", "G\x1f", "valid_values"),
    ("pattern: lower case", "lmdb", "atc", "n02be01", "pattern"),
    ("pattern: a digit less", "lmdb", "vnr", "12345", "pattern"),
    ("required: empty", "bef", "kom", "", "required"),
    ("required: no person", "bef", "pnr", "", "required"),
    ("cpr: hyphen", "bef", "pnr", "010150-1234", "cpr"),
    ("cpr: nine digits", "bef", "pnr", "101501234", "cpr"),
    ("cpr: eleven digits", "bef", "pnr", "01015012345", "cpr"),
    ("cpr: leading blank", "bef", "pnr", " " + PEOPLE[1], "cpr"),
    ("cpr: letter O for zero", "bef", "pnr", "O1O1501234", "cpr"),
    ("cpr: day 32", "bef", "pnr", "3201501234", "cpr"),
    ("cpr: day 0 of fictive numbers", "bef", "pnr", "6001501234", "cpr"),
    ("cpr: month 13", "bef", "pnr", "0113501234", "cpr"),
    ("cpr: leap day of the wrong century", "bef", "pnr", "2902000123", "cpr"),
    ("cpr: replacement number of an unknown kind", "bef", "pnr", "0101509AB1", "cpr"),
    ("cpr: replacement number in lower case", "bef", "pnr", "0101500ab1", "cpr"),
]


def _kind(pnr: str, kind: str) -> Case:
    return accepted(
        f"cpr: {kind}",
        "bef",
        sent(cell("pnr", pnr)),
        check=values_of("_number_kind", ["cpr", kind, "cpr", "cpr"]),
    )


def _text(name: str, value: str, *, encoding: str = "latin-1") -> Case:
    """Text in a plain column is kept as it came, and nothing in it is obeyed."""
    return accepted(
        name,
        "lmdb",
        sent(cell("name", value, encoding=encoding)),
        check=values_of("name", ["Panodil", value, "Panodil", "Panodil"]),
        contract=form(encoding=encoding),
    )


CASES: list[Case] = [
    # A digit outside Latin-1 needs a contract in UTF-8.
    *(
        rows(
            name,
            source,
            sent(cell(column, value, encoding="latin-1" if value.isascii() else "utf-8")),
            (2, column, rule),
            contract=form(encoding="latin-1" if value.isascii() else "utf-8"),
        )
        for name, source, column, value, rule in _REFUSED
    ),
    _kind("0101500AB1", "regional_replacement"),
    _kind("0101501AB1", "national_replacement"),
    _kind(number("610150"), "fictive"),
    accepted(
        "cpr: modulus 11 is a warning",
        "bef",
        sent(cell("pnr", "0101501235")),
        told=frozenset({(2, "pnr", "modulus_11")}),
    ),
    accepted("date: leap day of 2000", "bef", sent(cell("foed_dag", "2000-02-29"))),
    accepted("time: with seconds", "laboratoriesvar", sent(cell("datotid_proevetagning", "2024-03-01 08:15:30"))),
    accepted("number: plus in front", "lmdb", sent(cell("volume", "+33,3"))),
    _text("text: a formula", FORMULA),
    _text("text: a formula with at", "@SUM(A1:A9)"),
    _text("text: a formula with minus", "-2+3"),
    _text("text: a web link formula", '=HYPERLINK("http://example.org")'.replace('"', "'")),
    _text("text: SQL", "x' or 1=1) from rows_of_batch --"),
    _text("text: markup", "<script>alert(1)</script>"),
    _text("text: control characters", "Pano\x01\x07\x1bdil"),
    _text("text: right-to-left marks", "Pano\u202elid\u200f", encoding="utf-8"),
    _text("text: a letter outside the first plane", "Pano😀dil", encoding="utf-8"),
    _text("text: line separator of Unicode", "Pano\u2028dil", encoding="utf-8"),
    rows(
        "rule over the row: born after the reference",
        "bef",
        sent(cell("foed_dag", "2025-01-01")),
        (2, "", "born_before_reference"),
    ),
    rows(
        "two faults in one row",
        "bef",
        sent(lambda content: cell("civst", "?")(cell("koen", "9")(content))),
        (2, "civst", "valid_values"),
        (2, "koen", "valid_values"),
    ),
]
