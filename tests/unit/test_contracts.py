"""The source contracts against the Open Data Contract Standard's own JSON schema, which its package ships."""

import json
from importlib.resources import files
from typing import Any

import pytest
import yaml
from jsonschema import Draft201909Validator

from ingestion.contract import CONTRACTS

SCHEMA = json.loads((files("open_data_contract_standard") / "schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft201909Validator(SCHEMA)
PATHS = sorted(CONTRACTS.glob("*.yaml"))


def faults(contract: dict[str, Any]) -> list[str]:
    """Where a contract does not fit the standard."""
    return [f"{'.'.join(map(str, error.absolute_path))}: {error.message}" for error in VALIDATOR.iter_errors(contract)]


def document(path: Any) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def test_there_is_one_contract_for_each_of_the_nine_sources() -> None:
    names = "bef dod hjemmepleje_besoeg journalnotat laboratoriesvar lmdb lpr_a_diagnose lpr_a_kontakt sssy"
    assert [path.stem for path in PATHS] == names.split()


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_every_contract_fits_the_standard(path: Any) -> None:
    assert faults(document(path)) == []


@pytest.mark.parametrize("change", [{"kind": "Contract"}, {"apiVersion": "v9"}, {"schema": [{"properties": "pnr"}]}])
def test_what_does_not_fit_is_found(change: dict[str, Any]) -> None:
    assert faults({**document(PATHS[0]), **change})
