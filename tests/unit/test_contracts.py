"""The source contracts: against the Open Data Contract Standard's own JSON schema, which its package ships, and
against what the platform needs of each of them.

That the extracts obey the contracts is asked in `test_synthetic_contract.py`.
"""

import json
from collections import defaultdict
from importlib.resources import files
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pytest
import yaml
from jsonschema import Draft201909Validator

from ingestion.contract import CONTRACTS, PERSON, Column, Contract, load_all
from synthetic.suppliers import SOURCES

SCHEMA = json.loads((files("open_data_contract_standard") / "schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft201909Validator(SCHEMA)
DOCUMENTS: dict[str, dict[str, Any]] = {
    path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(CONTRACTS.glob("*.yaml"))
}
SQL_TYPES = {"string": "varchar", "integer": "bigint", "number": "double", "date": "date", "timestamp": "timestamp"}

# Columns of words that no list closes. The leak detector reads them like all others.
OPEN_WORDS = {
    "laboratoriesvar.laboratorium_idcode",
    "lmdb.name",
    "lmdb.packtext",
    "lmdb.strunit",
    "lmdb.voltypetxt",
    "lpr_a_diagnose.diag_parent_kode",
    "lpr_a_kontakt.kont_ans_hovedspec",
}

# Columns that tables are joined on, by the key domain of their pseudonyms.
JOINED = {
    "care_worker": {"hjemmepleje_besoeg.medarbejder_id", "plejeobservation.medarbejder_id"},
    "contact": {
        "journalnotat.dw_ek_kontakt",
        "lpr_a_diagnose.dw_ek_kontakt",
        "lpr_a_kontakt.dw_ek_kontakt",
        "lpr_a_procedure.dw_ek_kontakt",
        "lpr_a_sghophold.DW_EK_KONTAKT_FOERSTE",
        "lpr_a_sghophold.DW_EK_KONTAKT_SIDSTE",
        "medicinadministration.dw_ek_kontakt",
        "vitale_vaerdier.dw_ek_kontakt",
    },
    "family": {"bef.familie_id", "faik.familie_id"},
    "lpr2_contact": {"lpr_adm.recnum", "lpr_diag.recnum"},
    "provider": {"henvisning.henviser_ydernr", "sssy.ydernr"},
}


@pytest.fixture(scope="module")
def contracts() -> dict[str, Contract]:
    return load_all()


def faults(contract: dict[str, Any]) -> list[str]:
    """Where a contract does not fit the standard."""
    return [f"{'.'.join(map(str, error.absolute_path))}: {error.message}" for error in VALIDATOR.iter_errors(contract)]


def columns_of(contracts: dict[str, Contract]) -> list[tuple[str, Column]]:
    """Every column of every contract, named `source.column`."""
    return [(f"{name}.{column.name}", column) for name, one in contracts.items() for column in one.columns]


def test_every_source_has_a_contract_and_every_contract_a_source() -> None:
    assert set(DOCUMENTS) == set(SOURCES)


def test_every_contract_fits_the_standard() -> None:
    assert {source: found for source, document in DOCUMENTS.items() if (found := faults(document))} == {}


@pytest.mark.parametrize("change", [{"kind": "Contract"}, {"apiVersion": "v9"}, {"schema": [{"properties": "pnr"}]}])
def test_what_does_not_fit_is_found(change: dict[str, Any]) -> None:
    assert faults({**DOCUMENTS["bef"], **change})


def test_every_contract_names_owner_retention_and_threshold() -> None:
    """In the file itself: what the loader would assume for a contract that is silent does not count."""
    for source, document in DOCUMENTS.items():
        agreed = {item["property"]: item for item in document["slaProperties"]}
        said = {item["property"]: item["value"] for item in document["customProperties"]}
        assert document["team"]["name"].strip(), source
        assert agreed["frequency"]["value"] > 0 and agreed["frequency"]["unit"] == "d", source
        assert agreed["retention"]["value"] > 0 and agreed["retention"]["unit"] == "y", source
        assert 0 < said["maxRefusedShare"] <= 1, source


def test_every_contract_tells_purpose_limitations_and_origin_of_its_names() -> None:
    for source, document in DOCUMENTS.items():
        for field in ("purpose", "limitations", "usage"):
            assert document["description"][field].endswith("."), (source, field)
        assert all(column["description"].endswith(".") for column in document["schema"][0]["properties"]), source


def test_keys_are_whole_and_reach_the_lake(contracts: dict[str, Contract]) -> None:
    for source, contract in contracts.items():
        assert contract.key or contract.mode != "upsert", source
        keyed = [column for column in contract.columns if column.key_position]
        assert sorted(column.key_position or 0 for column in keyed) == list(range(1, len(keyed) + 1)), source
        for column in keyed:
            assert column.required, (source, column.name)
            assert column.pseudonym or column.classification not in ("identifier", "free_text"), (source, column.name)


def test_numbers_of_people_are_checked_and_get_the_pseudonym_of_people(contracts: dict[str, Contract]) -> None:
    columns = columns_of(contracts)
    people = {name for name, column in columns if column.pseudonym == PERSON}
    assert people == {name for name, column in columns if column.check_as == "cpr"}
    about_nobody = {source for source, contract in contracts.items() if contract.person_column is None}
    # Their rows belong to a contact or a family, or to no person at all.
    assert about_nobody <= {
        *("drikkevand", "faik", "lpr_a_diagnose", "lpr_a_procedure", "lpr_diag"),
        *("sks", "kodeliste"),
    }


def test_what_is_joined_has_one_key_domain(contracts: dict[str, Contract]) -> None:
    found = defaultdict(set)
    for name, column in columns_of(contracts):
        if column.pseudonym:
            found[column.pseudonym].add(name)
    for domain, joined in JOINED.items():
        assert joined <= found[domain], domain


def test_strings_that_enter_the_lake_as_they_are_have_a_pattern_or_a_list(contracts: dict[str, Contract]) -> None:
    open_to_all = {
        name
        for name, column in columns_of(contracts)
        if column.logical_type == "string"
        and column.classification not in ("identifier", "free_text")
        and not (column.pattern or column.valid_values)
    }
    assert open_to_all == OPEN_WORDS


def test_patterns_hold_for_whole_values(contracts: dict[str, Contract]) -> None:
    for pattern in {column.pattern for _, column in columns_of(contracts) if column.pattern}:
        assert pattern.startswith("^") and pattern.endswith("$"), pattern
        pc.match_substring_regex(pa.array([""]), pattern)  # Raises for what Arrow's regular expressions do not know.


def test_row_rules_are_expressions_over_the_columns(contracts: dict[str, Contract]) -> None:
    with duckdb.connect() as engine:
        for source, contract in contracts.items():
            fields = ", ".join(f'"{column.name}" {SQL_TYPES[column.logical_type]}' for column in contract.columns)
            engine.execute(f'create table "{source}" ({fields})')
            for rule in contract.row_rules:
                kind = engine.sql(f'select {rule.expression} from "{source}"').types[0]
                assert str(kind) == "BOOLEAN", (source, rule.id)
