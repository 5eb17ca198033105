"""Drafts of contracts: they load, fit the standard, accept their sample, and hold nothing of a person."""

import gzip
import hashlib
import json
import random
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pytest
import yaml

from ingestion.contract import Column, Contract, load
from ingestion.delivery import Delivery
from ingestion.drafting import draft
from ingestion.errors import ContractError
from ingestion.take_in import take_in
from ingestion.zone import Intake, RestrictedZone
from tests.deliveries import parquet_of
from tests.unit.test_contracts import faults

PEOPLE = (
    ("0101501234", "Karen Brøndum", "Lærkevænget 12, 8000 Aarhus C", "+45 86121314", "karen.b@post.dk"),
    ("0202604321", "Søren Østergård", "Møllevej 3B, 7400 Herning", "+45 97121314", "soeren.oe@post.dk"),
    ("3112991112", "Åse Dam Kjær", "Strandgade 101, 8600 Silkeborg", "+45 86805050", "aase@post.dk"),
)


def drafted(sample: Path) -> Contract:
    """The contract that a sample's draft is, loaded from the file that it names."""
    text = draft(sample)
    document = yaml.safe_load(text)
    assert faults(document) == []
    path = sample.parent / f"{document['id']}.yaml"
    path.write_text(text, encoding="utf-8")
    return load(path)


def columns(sample: Path) -> dict[str, Column]:
    return {column.name: column for column in drafted(sample).columns}


def csv_file(folder: Path, text: str, *, name: str = "sample.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_text(text, encoding=encoding, newline="")
    return path


def taken_in(sample: Path, contract: Contract, rows: int, tmp_path: Path) -> Intake:
    """What becomes of the sample when it is delivered under a contract."""
    folder = tmp_path / "landing" / contract.source / "2025-01-20"
    folder.mkdir(parents=True)
    name = contract.source + "".join(sample.suffixes)
    (folder / name).write_bytes(sample.read_bytes())
    manifest = {
        "source": contract.source,
        "delivery": "2025-01-20",
        "mode": contract.mode,
        "created": "2025-01-20T06:00:00+00:00",
        "period": {"from": "2024-01-01", "to": "2025-01-01"},
        "files": [{"name": name, "sha256": hashlib.sha256(sample.read_bytes()).hexdigest(), "rows": rows}],
    }
    (folder / "delivery.yaml").write_text(yaml.safe_dump(manifest), encoding="utf-8")
    delivery = Delivery(source=contract.source, id="2025-01-20", folder=folder)
    return take_in(delivery, contract, RestrictedZone(tmp_path / "restricted", b"k" * 32))


def vaccinations(rows: int) -> list[dict[str, object]]:
    rng = random.Random(5)
    return [
        {
            "cpr": PEOPLE[number % 3][0],
            "løbenr": 1000 + number,
            "vaccine": rng.choice(["J07BB02", "J07BX03"]),
            "art": rng.choice(["A1", "B2", "C3"]),
            "givet": date(2024, 1 + number % 12, 1 + number % 28),
            "tid": datetime(2024, 1, 1 + number % 28, number % 24, 30),
            "dosis": 0.5 + number % 3,
            "stik": 1 + number % 2,
            "bemærkning": "Patienten tåler vaccinen uden gener af nogen art" if number % 2 else None,
        }
        for number in range(rows)
    ]


def as_csv(rows: list[dict[str, object]]) -> str:
    """Rows as a Danish supplier writes them."""
    written = [
        [
            value.strftime("%d-%m-%Y %H:%M")
            if isinstance(value, datetime)
            else value.strftime("%d-%m-%Y")
            if isinstance(value, date)
            else ""
            if value is None
            else str(value).replace(".", ",")
            for value in row.values()
        ]
        for row in rows
    ]
    return "\n".join(";".join(line) for line in [list(rows[0]), *written]) + "\n"


def test_a_csv_in_latin_1_is_accepted_by_its_draft(tmp_path: Path) -> None:
    rows = vaccinations(300)
    sample = csv_file(tmp_path, as_csv(rows), name="vaccination-2024-12.csv", encoding="latin-1")

    contract = drafted(sample)

    assert (contract.source, contract.form.encoding, contract.form.delimiter) == ("vaccination", "latin-1", ";")
    assert (contract.form.decimal, contract.form.header, contract.mode) == (",", True, "full")
    found = {c.name: (c.logical_type, c.classification, c.format, c.required) for c in contract.columns}
    assert found == {
        "cpr": ("string", "identifier", None, True),
        "løbenr": ("integer", "sensitive", None, True),
        "vaccine": ("string", "sensitive", None, True),
        "art": ("string", "sensitive", None, True),
        "givet": ("date", "sensitive", "dd-MM-yyyy", True),
        "tid": ("timestamp", "sensitive", "dd-MM-yyyy HH:mm", True),
        "dosis": ("number", "sensitive", None, True),
        "stik": ("integer", "sensitive", None, True),
        "bemærkning": ("string", "free_text", None, False),
    }
    intake = taken_in(sample, contract, 300, tmp_path)
    assert (intake.rows_accepted, intake.rows_refused) == (300, 0)


def test_a_parquet_file_is_accepted_by_its_draft(tmp_path: Path) -> None:
    rows = vaccinations(300)
    sample = tmp_path / "vaccination.parquet"
    sample.write_bytes(parquet_of(pa.Table.from_pylist(rows)))

    contract = drafted(sample)

    assert [c.logical_type for c in contract.columns[4:7]] == ["date", "timestamp", "number"]
    assert contract.person_column == "cpr"
    intake = taken_in(sample, contract, 300, tmp_path)
    assert (intake.rows_accepted, intake.rows_refused) == (300, 0)


def test_nothing_of_a_person_is_in_a_draft(tmp_path: Path) -> None:
    rng = random.Random(3)
    lines = ["cpr;hvem;bopael;ring_til;skriv_til;henvist_af;foedt;journal;mor_cpr;brugerid;note;koen"]
    for number in range(120):
        cpr, name, address, phone, mail = PEOPLE[number % 3]
        mother = PEOPLE[(number + 1) % 3][0]
        lines.append(
            f"{cpr};{name};{address};{phone};{mail};{('HJN', 'Kirsten', 'MOB')[number % 3]};010150;"
            f"{rng.randrange(10**7, 10**8)};{mother[:6]}-{mother[6:]};{('ab12', 'cd34', 'ef56')[number % 3]};"
            f"{name} ringer på {phone} om sin datter, som er syg igen;{'MK'[number % 2]}"
        )
    sample = csv_file(tmp_path, "\n".join(lines), encoding="cp1252")
    text = draft(sample)
    found = columns(sample)

    codes = {"M", "K"}
    values = {value for line in lines[1:] for value in line.split(";")} - codes
    words = {word for value in values for word in value.replace(",", " ").replace("-", " ").split() if len(word) > 3}
    told = set(text.replace('"', " ").replace("'", " ").replace(",", " ").replace(".", " ").split())
    assert [value for value in values if len(value) > 3 and value in text] == []
    assert (words - {"igen"}) & told == set()
    assert {"HJN", "MOB"} & told == set()
    assert found["koen"].valid_values == ("K", "M")
    kinds = ("hvem", "name"), ("bopael", "address"), ("ring_til", "phone"), ("skriv_til", None)
    for name, kind in kinds:
        assert (found[name].classification, found[name].redact_as) == ("identifier", kind), name
    assert (found["cpr"].check_as, found["cpr"].pseudonym) == ("cpr", "person")
    assert (found["mor_cpr"].classification, found["mor_cpr"].pseudonym) == ("identifier", None)
    assert found["note"].classification == "free_text"


def test_a_first_line_of_people_is_no_header(tmp_path: Path) -> None:
    people = [";".join(person[1:3]) for person in PEOPLE]
    for lines in (people, [f"{cpr};{name}" for cpr, name, *_ in PEOPLE], ["Hans;Jensen", "Lis;Holm"]):
        sample = csv_file(tmp_path, "\n".join(lines) + "\n")
        contract = drafted(sample)
        assert (contract.form.header, [c.name for c in contract.columns]) == (False, ["column_1", "column_2"])
        assert not any(part in draft(sample) for line in lines for part in line.split(";"))


@pytest.mark.parametrize(
    "table", [{"0101501234": ["a"]}, {"karen@post.dk": ["a"]}, {"Karen, Lærkevænget": ["a"]}, {"a": [1], "A": [2]}]
)
def test_names_that_look_like_values_or_are_there_twice_stop_a_draft(
    tmp_path: Path, table: dict[str, list[object]]
) -> None:
    sample = tmp_path / "sample.parquet"
    sample.write_bytes(parquet_of(pa.table(table)))
    with pytest.raises(ContractError) as stopped:
        draft(sample)
    assert not any(name in str(stopped.value) for name in table if len(name) > 1)


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("2024-02-29", "yyyy-MM-dd"),
        ("29.02.2024", "dd.MM.yyyy"),
        ("20240229", "yyyyMMdd"),
        ("29022024", "ddMMyyyy"),
        ("02/29/2024", "MM/dd/yyyy"),
        ("2024-02-29T08:15:00", "yyyy-MM-dd'T'HH:mm"),
        ("2500-01-01", "yyyy-MM-dd"),
    ],
)
def test_formats_of_days_and_times(tmp_path: Path, written: str, form: str) -> None:
    found = columns(csv_file(tmp_path, f"id,dato\n1,{written}\n2,{written}\n"))["dato"]
    assert (found.format, found.logical_type) == (form, "timestamp" if "HH" in form else "date")


@pytest.mark.parametrize(
    ("values", "logical_type", "pattern"),
    [
        (["12", "-3"], "integer", None),
        (["1,5", "2"], "number", None),
        (["0751", "0615"], "string", "^[0-9]{4}$"),
        (["DI48", "DI639A"], "string", None),
        (["NPU-01", "DNK-223"], "string", "^[A-Z]{3}[-][0-9]{2,3}$"),
        (["29-02-2023", "01-03-2023"], "string", "^[0-9]{2}[-][0-9]{2}[-][0-9]{4}$"),
        (["ukendt", "12"], "string", None),
    ],
)
def test_types_and_shapes(tmp_path: Path, values: list[str], logical_type: str, pattern: str | None) -> None:
    found = columns(csv_file(tmp_path, "a_id;b_kode\n" + "".join(f"{i};{v}\n" for i, v in enumerate(values))))["b_kode"]
    assert (found.logical_type, found.pattern) == (logical_type, pattern)
    assert (found.minimum, found.maximum) == (None, None)


def test_a_few_faults_do_not_change_a_type(tmp_path: Path) -> None:
    sample = csv_file(tmp_path, "a_id;antal\n" + "".join(f"{i};{i % 50}\n" for i in range(300)) + "300;mange\n")
    contract = drafted(sample)
    assert contract.columns[1].logical_type == "integer"
    intake = taken_in(sample, contract, 301, tmp_path)
    assert (intake.rows_accepted, intake.rows_refused) == (300, 1)


@pytest.mark.parametrize(
    "line",
    ["a_id\tb_kode", '"a_id";"b_kode"', "'a_id'|'b_kode'", "a_id,b_kode"],
    ids=["tab", "quotes", "single", "comma"],
)
def test_delimiters_and_quotes(tmp_path: Path, line: str) -> None:
    rows = [line.replace("a_id", str(number)).replace("b_kode", "x y") for number in range(5)]
    sample = csv_file(tmp_path, "\n".join([line, *rows]) + "\n")
    contract = drafted(sample)
    assert [(c.name, c.logical_type) for c in contract.columns] == [("a_id", "integer"), ("b_kode", "string")]
    assert taken_in(sample, contract, 5, tmp_path).rows_accepted == 5


def test_a_packed_file_with_line_breaks_in_values(tmp_path: Path) -> None:
    sample = tmp_path / "noter.csv.gz"
    sample.write_bytes(gzip.compress('a_id;tekst\n1;"først\nså"\n2;til sidst\n'.encode("latin-1")))
    contract = drafted(sample)
    assert (contract.form.newlines_in_values, contract.form.encoding) == (True, "latin-1")
    assert taken_in(sample, contract, 2, tmp_path).rows_accepted == 2


def test_json_documents_are_read_by_their_paths(tmp_path: Path) -> None:
    rows = [{"id": n, "patient": {"cpr": PEOPLE[n % 3][0]}, "ok": True, "koder": [1]} for n in range(6)]
    sample = csv_file(tmp_path, "".join(json.dumps(row) + "\n" for row in rows), name="svar.ndjson")
    contract = drafted(sample)
    assert [(c.name, c.path, c.logical_type) for c in contract.columns] == [
        ("id", "id", "integer"),
        ("patient_cpr", "patient.cpr", "string"),
        ("ok", "ok", "string"),
    ]
    assert contract.person_column == "patient_cpr"
    assert "koder was left out" in draft(sample)
    assert taken_in(sample, contract, 6, tmp_path).rows_accepted == 6


def test_a_sas_file(tmp_path: Path) -> None:
    import pandas as pd
    import pyreadstat

    sample = tmp_path / "labka.xpt"
    frame = pd.DataFrame({"CPR": [person[0] for person in PEOPLE], "ANTAL": [1.0, 2.0, None], "SVAR": [1.5, 2.0, 3.0]})
    pyreadstat.write_xport(frame, str(sample))
    found = columns(sample)
    assert {name: column.logical_type for name, column in found.items()} == {
        "CPR": "string",
        "ANTAL": "integer",
        "SVAR": "number",
    }
    assert (found["CPR"].pseudonym, found["ANTAL"].required, found["SVAR"].required) == ("person", False, True)


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.dat", b"0101501234Karen\n", "fixed width"),
        ("a.txt", b"0101501234 Karen\n0202604321 Lis\n", "fixed width"),
        ("a.csv", b"", "no delimiter"),
        ("a.csv", "a;b\n".encode("utf-16"), "no text"),
        ("a.parquet", b"PAR1", "cannot be read as .parquet"),
        ("a.csv.gz", b"no gzip", "cannot be read as .csv"),
        ("a.ndjson", b"{]\n", "line 1"),
        ("a.ndjson", b'{"resourceType": "Bundle"}\n', "FHIR"),
        ("a.sas7bdat", b"nothing", "SAS"),
        ("a.xlsx", b"PK", "rename"),
    ],
)
def test_what_cannot_be_drafted_is_told_in_one_line(tmp_path: Path, name: str, content: bytes, why: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ContractError, match=why) as stopped:
        draft(tmp_path / name)
    assert "\n" not in str(stopped.value) and "Karen" not in str(stopped.value)


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("lpr_a_kontakt.csv", "lpr_a_kontakt"),
        ("LABKA-2024-01-20-001.csv", "labka"),
        ("Målinger 0101501234.csv", "maalinger"),
        ("2024.csv", "new_source"),
    ],
)
def test_the_source_is_named_after_the_file_without_numbers(tmp_path: Path, name: str, source: str) -> None:
    assert drafted(csv_file(tmp_path, "a_id;b_kode\n1;x\n", name=name)).source == source


def test_what_is_unique_is_told_as_a_candidate_for_the_key(tmp_path: Path) -> None:
    text = draft(csv_file(tmp_path, "a_id;b_kode\n1;x\n2;x\n"))
    assert "unique in the sample: a_id\n" in text
