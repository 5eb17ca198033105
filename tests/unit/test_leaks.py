"""The leak detector: every kind is found in every kind of column, and the contracts' own values are none."""

import unicodedata
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from pseudonymisation.errors import PseudonymError
from pseudonymisation.known_values import HashedValues, KnownValues
from pseudonymisation.lake import KnownStore
from pseudonymisation.leaks import Leak, LeakDetector, LeakError, UnsearchableError

KNOWN = KnownValues(
    names=frozenset(("Mette Marie Hansen", "Jørgen Bo Skov", "André Lindén Åberg", "Cher")),
    addresses=frozenset(("Solbærhaven 12, 2. th, 8000 Aarhus C", "Ved Søen 4")),
    phones=frozenset(("20304050", "86 12 34 56")),
    cprs=frozenset(("0102031234", "010203-1AB2", "3113991111")),
)
KEY = bytes(range(32))
HASHED = HashedValues.of(KNOWN, key=KEY)
# Values as the contracts describe them: none of them identifies anybody.
HARMLESS = {
    "diag_kode": ["DZ763A", "DI501", "DM171", "DE119"],
    "kont_ans": ["123456789012345", "20304050607", "010203123412345", "441000016006001"],
    "indo": ["0000123", "2030405", "0102031", "1234567"],
    "vnr": ["123456", "010203", "203040", "999999"],
    "npukode": ["NPU03230", "DNK35842", "AAB00123", "NPU19748"],
    "svar": ["1200", "<5", "71727374", "4,5"],
    "packtext": ["100 stk. (blister)", "28 stk. (4 x 7)", "10 x 10 ml", "1 stk."],
    "name": ["Pinex", "Hjertemagnyl", "Selo-Zok", "Panodil Junior"],
    "hovedspec": ["intern medicin: geriatri", "kirurgi", "blandet medicin og kirurgi", "psykiatri"],
    "honuge": ["2401", "1952", "2010", "2353"],
    "notat_tekst": [
        "Pt. <PERSON 1>, cpr <CPR 1>, bor <ADDRESS 1>. Set 2019-2025, kontrol 24-03-2024 kl. 14:30.",
        "Overvej 2 liter ilt. Alle 4 ekstremiteter bevæges. Blodsukker 7,2 8,4 10,1 6,3.",
        "Indlagt 2024-03-12 til 2024-03-15. BT 120/80, puls 72. Hansen er ikke nævnt.",
        "Stue 12, plads 3, uge 12. NPU03230. Lot 4711. Vægt 72,5 kg.",
    ],
}


def batch(**columns: list[object]) -> pa.RecordBatch:
    return pa.RecordBatch.from_pydict(columns)


def kinds(text: str, known: KnownValues = KNOWN) -> set[str]:
    return {
        leak.kind
        for leak in LeakDetector(known=HashedValues.of(known, key=KEY)).scan(batch(column=["uden fund", text]))
    }


@pytest.mark.parametrize(
    "text",
    [
        *(
            "0102031234",
            "010203-1234",
            "010203 1234",
            "cpr 010203-1234.",
            "01 02 03-1234",
            "610203-4321",
            "(3112994321)",
        ),
        "０１０２０３-１２３４",
        "0102\u200b03-12\u00ad34",
        *("010203-1AB2", "0102031AB2", "3113991111"),
    ],
)
def test_cpr_numbers_are_found(text: str) -> None:
    assert kinds(text) == {"cpr"}


@pytest.mark.parametrize("text", ["5202991234", "0013991234", "DK0102031235", "010203123456789", "0102031235A"])
def test_other_digits_are_no_cpr_numbers(text: str) -> None:
    assert "cpr" not in kinds(text)


@pytest.mark.parametrize(
    "text",
    [
        "20304050",
        "tlf. 20 30 40 50",
        "8612 3456",
        "ring 86123456 nu",
        "+45 71727374",
        "mobil 71727374 virker",
        "71-727374",
        "tlf20304050",
        "２０３０４０５０",
    ],
)
def test_telephone_numbers_are_found(text: str) -> None:
    assert kinds(text) == {"phone"}


@pytest.mark.parametrize(
    "text",
    [
        *("Mette Marie Hansen", "talt med METTE MARIE HANSEN i dag", "mette  marie\nhansen", "(Jørgen Bo Skov)"),
        *("Mette\u00a0Marie/Hansen", "Hansen,Mette Marie"),
        *("Jørgen-Bo Skov er her", "jørgen bo skov", "Jør\u00adgen Bo Sk\u200bov"),
        *("Mette Marie Hansens datter", "Hansen, Mette Marie, er set", unicodedata.normalize("NFD", "Jørgen Bo Skov")),
        unicodedata.normalize("NFD", "André Lindén Åberg"),
    ],
)
def test_known_names_are_found(text: str) -> None:
    assert kinds(text) == {"name"}


@pytest.mark.parametrize("text", ["Mette Hansen", "Jørgen Bo Skovgaard", "Cher", "xMette Marie Hansen"])
def test_other_names_are_not(text: str) -> None:
    assert kinds(text) == set()


@pytest.mark.parametrize(
    "text",
    ["Solbærhaven 12", "bor solbærhaven 12, st.", "ved søen 4", "Skovvej 3", "Nørre Allé 5, 8000", "på Vestergade 71B"],
)
def test_addresses_are_found(text: str) -> None:
    assert kinds(text) == {"address"}


def test_email_is_found() -> None:
    assert kinds("skriv til jens.hansen@rm.local i dag") == {"email"}


def test_values_of_the_contracts_are_no_leaks() -> None:
    assert LeakDetector(known=HASHED).scan(batch(**HARMLESS)) == []


@pytest.mark.parametrize("column", sorted(HARMLESS))
@pytest.mark.parametrize(
    ("kind", "planted"),
    [
        ("cpr", "0102031234"),
        ("name", "Mette Marie Hansen"),
        ("address", "Solbærhaven 12"),
        ("phone", "20 30 40 50"),
        ("email", "a@b.dk"),
    ],
)
def test_a_planted_leak_is_found_in_every_column(column: str, kind: str, planted: str) -> None:
    values = {name: list(cells) for name, cells in HARMLESS.items()}
    values[column][2] = planted
    assert LeakDetector(known=HASHED).scan(batch(**values)) == [
        Leak(column=column, kind=kind, count=1, first_row_number=3)  # type: ignore[arg-type]
    ]


def test_column_types_that_hold_text_are_all_read() -> None:
    cells = ["ok", None, "0102031234"]
    plain = pa.array(cells)
    for column in (plain, plain.cast(pa.large_string()), plain.dictionary_encode()):
        found = LeakDetector(known=HASHED).scan(pa.RecordBatch.from_arrays([column], names=["c"]))
        assert [(leak.kind, leak.count, leak.first_row_number) for leak in found] == [("cpr", 1, 3)]


@pytest.mark.parametrize("type_", [pa.int64(), pa.uint64(), pa.float64()])
def test_a_number_column_of_cpr_numbers_is_a_leak(type_: pa.DataType) -> None:
    column = pa.array([102031234, 3112994321, None, 6102031234, 5], type=type_)
    found = LeakDetector(known=HASHED).scan(pa.RecordBatch.from_arrays([column], names=["c"]))
    assert found == [Leak(column="c", kind="cpr", count=3, first_row_number=1)]


@pytest.mark.parametrize(
    "text", ["cpr0102031234", "01 02 03 12 34", "0 1 0 2 0 3 1 2 3 4", "010203  -  1234", "010203‑1234", "DK0102031234"]
)
def test_a_number_of_the_delivery_is_found_however_it_is_written(text: str) -> None:
    assert "cpr" in kinds(text)
    assert "cpr" in kinds(f"set i dag, {text}, aftalt kontrol")


def test_one_number_of_the_delivery_in_a_number_column_is_found() -> None:
    columns = batch(value=[4.5, 102031234.0, None, 7.0], decimal=[Decimal("1.5"), None, None, Decimal(102031234)])
    leaks = LeakDetector(known=HASHED).scan(columns)
    assert [(leak.column, leak.kind, leak.count, leak.first_row_number) for leak in leaks] == [
        ("value", "cpr", 1, 2),
        ("decimal", "cpr", 1, 4),
    ]


def test_what_is_somebodys_number_by_chance_stops_no_delivery() -> None:
    """Codes of eight digits of which one is known, with letters before them, and rows of measurements."""
    codes = ["20304050", "23456789", "34567890", "45678901"]
    others = ["LAB20304050", "BT 010/20 31/23 4", "1010203123499", "BS 0,1 0,2 0,3 1,2 3,4 5,6"]
    assert LeakDetector(known=HASHED).scan(batch(code=codes, other=others)) == []


def test_known_telephone_numbers_in_a_number_column_are_a_leak_when_most_are() -> None:
    detector = LeakDetector(known=HASHED)
    most, few = [20304050, 86123456, 23456789, None], [20304050, 23456789, 34567890, 45678901]
    assert detector.scan(batch(tal=most)) == [Leak(column="tal", kind="phone", count=2, first_row_number=1)]
    assert detector.scan(batch(tal=few)) == []


def test_a_column_that_cannot_be_searched_stops_the_delivery() -> None:
    with pytest.raises(UnsearchableError, match="binary"):
        LeakDetector(known=HASHED).scan(batch(picture=pa.array([b"0102031234"], pa.binary())))


def test_number_columns_of_other_kinds_are_no_leaks() -> None:
    columns = batch(
        person_id=[2**62 + 1, 2**61 + 7, 4_611_686_018_427_387_904],
        kom=[615, 101, 999],
        counts=[0, 1, None],
        large=[9_900_000_000, 4_500_000_000, 102031235],
        empty=pa.nulls(3, pa.int64()),
        ddd=[1.5, 200.25, 3.0],
    )
    assert LeakDetector(known=HASHED).scan(columns) == []


def test_row_numbers_run_on_over_batches_and_follow_the_column_of_row_numbers() -> None:
    detector = LeakDetector(known=HASHED)
    assert detector.scan(batch(t=["a", "b"])) == []
    assert detector.scan(batch(t=["c", "0102031234", "0102031234"]))[0] == Leak("t", "cpr", 2, 4)
    assert detector.scan(batch(t=["010203-1234"], _row_number=[77]))[0].first_row_number == 77


def test_the_error_names_place_count_and_remedy_but_no_value() -> None:
    detector = LeakDetector(known=HASHED)
    leaks = detector.scan(batch(t=["Mette Marie Hansen", "x"])) + detector.scan(
        batch(t=["Mette Marie Hansen, 0102031234"])
    )
    error = LeakError(source="journalnotat", delivery="2026-01-20", leaks=leaks)
    message = str(error)
    assert "journalnotat delivery 2026-01-20" in message
    assert "t: name, rows 2, first row 1" in message
    assert "t: cpr, rows 1, first row 3" in message
    assert "deliver again" in message
    assert "\n" not in message
    assert "Mette" not in message
    assert "0102031234" not in message
    assert error.exit_code not in (0, 1, 2)


def test_detector_and_redactor_share_no_code() -> None:
    import pseudonymisation.leaks as leaks

    assert leaks.__file__
    source = Path(leaks.__file__).read_text(encoding="utf-8")
    assert "import pseudonymisation" not in source
    assert "pseudonymisation.redaction" not in source


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Konf. med overlæge Karen Østergaard.", True),
        ("dr. Ahmed Hassan tilser", True),
        ("talt med naboen Viola Kvandahl", True),
        ("vagtlægen Ahmed Hassan og hr. Ole Lund", True),
        ("hustruen Karen er med", False),
        ("overlæge <PERSON 1> tilser", False),
        ("overlæge på Aarhus Universitetshospital", False),
        ("Overlæge Medicinsk Afdeling", False),
        ("spl. ringer Karen op", False),
    ],
)
def test_a_name_behind_a_title_is_found_without_being_known(text: str, found: bool) -> None:
    assert ("name" in kinds(text, KnownValues())) == found


def test_the_detector_holds_and_keeps_nothing_in_clear(tmp_path: Path) -> None:
    path = tmp_path / "bef" / "2026-01-20.npz"
    HASHED.save(path)
    held = repr(vars(HASHED)).casefold() + path.read_bytes().decode("latin-1").casefold()
    for values in (KNOWN.names, KNOWN.addresses, KNOWN.phones, KNOWN.cprs):
        pieces = {piece.casefold() for value in values for piece in (value, *value.split()) if len(piece) > 3}
        assert not [piece for piece in pieces if piece in held]


def test_hashes_are_found_again_under_their_key_alone_and_of_all_files(tmp_path: Path) -> None:
    HASHED.save(tmp_path / "one.npz")
    HashedValues.of(KnownValues(cprs=frozenset(("0404041234",)), names=frozenset(("A B C D",))), key=KEY).save(
        tmp_path / "two.npz"
    )
    both = HashedValues.load(sorted(tmp_path.glob("*.npz")), key=KEY)
    assert both.has_cpr("0404041234")
    assert both.has_cpr("0102031234")
    assert both.has_phone("86123456")
    assert both.has_name(("set", "mette", "marie", "hansen"), set())
    assert both.has_name(("a", "b", "c", "d"), set())
    assert both.has_address(("ved", "søen", "4", "i"), set())
    assert not both.has_name(("mette", "hansen"), set())
    assert not both.has_name(("cher",), set())
    assert not HashedValues.load(sorted(tmp_path.glob("*.npz")), key=bytes(32)).has_cpr("0102031234")
    assert not HashedValues.load([], key=KEY).has_name(("mette", "marie", "hansen"), set())


def test_a_store_that_lacks_a_delivery_is_refused_and_not_taken_for_an_empty_one(tmp_path: Path) -> None:
    store = KnownStore(tmp_path, KEY)
    HASHED.save(store.path("bef", "2026-01-20"))
    assert store.everything([("bef", "2026-01-20")]).has_cpr("0102031234")
    with pytest.raises(PseudonymError, match=r"lacks bef/2026-01-21\.npz"):
        store.everything([("bef", "2026-01-20"), ("bef", "2026-01-21")])
    with pytest.raises(PseudonymError, match="under another key"):
        KnownStore(tmp_path, bytes(32)).everything([("bef", "2026-01-20")])
