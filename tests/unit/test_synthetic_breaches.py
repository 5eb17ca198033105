"""Planted breaches: which rules of the sources they break, and which are not planted, with the reason."""

import csv
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from oeverum.settings import REPOSITORY
from synthetic.breaches.diagnoses import IDLE, IDLE_PSYCHIATRIC
from synthetic.breaches.planting import BREACHES
from synthetic.faults import FAULTS, SHARE, Fault, Spoilt
from synthetic.generator import synthesise
from synthetic.registers.codes import CLOSED
from tests.unit.extracts_warehouse import RULES, SOURCES, failing, long_open

PLANTED = {rule for kinds in BREACHES.values() for kind in kinds for rule in kind.rules}
# What the contract of the source refuses, row by row, is a fault: rule, then column and rule of the fault.
REFUSED = {
    "lpr_a_kontakt/01.01": ("borger_foedselsdato", "01.01"),
    "lpr_a_kontakt/01.02": ("borger_foedselsdato", "01.01"),  # The contract asks it of every number.
    "lpr_a_kontakt/05.11": ("kont_sluttidspunkt", "05.11"),
    "lpr_a_kontakt/05.12": ("beh_starttidspunkt", "05.12"),
    "lpr_a_kontakt/05.5x.kontakttype": ("kont_type", "valid_values"),
    "lpr_a_kontakt/05.5x.prioritet": ("prioritet", "valid_values"),
    "lpr_a_kontakt/05.5x.kontaktaarsag": ("kont_aarsag", "valid_values"),
    "lpr_a_procedure/11.01": ("proc_sluttidspunkt", "11.01"),
    "lpr_a_procedure/11.5x.procedureart": ("proc_kode_type", "valid_values"),
}
NOT_PLANTED = {
    "dod/has_certificate": "A certificate that is missing is a missing row; a breach is a changed one.",
    "dod/after_birth": "It would change a day of death or birth that the truth tells.",
    "dodsaasg/dead_in_cpr": "It would make somebody dead who lives.",
    "lpr_a_diagnose/has_contact": "A contact that is missing is a missing row; a breach is a changed one.",
    "lpr_diag/has_contact": "A contact that is missing is a missing row; a breach is a changed one.",
    "lpr_a_procedure/has_contact": "A contact that is missing is a missing row; a breach is a changed one.",
    "lpr_a_kontakt/specialty_filled": "Rules of psychiatric contacts would be broken or kept with it.",
    "lmdb/drug_code_valid": "It would change how many drugs somebody takes, and who has which condition.",
}


def test_every_rule_of_the_sources_is_planted_or_has_its_reason() -> None:
    asked = {f"{table}/{one.id}" for table, of_table in RULES.items() for one in of_table.expectations}
    assert PLANTED | REFUSED.keys() | NOT_PLANTED.keys() == asked
    assert len(PLANTED) + len(REFUSED) + len(NOT_PLANTED) == len(asked)
    official = {rule.split("/")[1] for rule in PLANTED if rule.split("/")[1][0].isdigit()}
    assert len(official) >= 30


def test_what_the_contract_refuses_is_planted_as_a_fault() -> None:
    planted = {(source, f.column, f.rule) for source, kinds in FAULTS.items() for f in kinds if isinstance(f, Fault)}
    assert {(rule.split("/")[0], *fault) for rule, fault in REFUSED.items()} <= planted


def test_the_codes_that_decide_nothing_are_in_no_definition() -> None:
    """The lists of codes that marts are made of, and the groups of codes in the macros."""
    prefixes: set[str] = set()
    for name in ("charlson", "chronic_condition", "hfrs"):
        text = (REPOSITORY / "dbt_project" / "seeds" / f"{name}_code.csv").read_text(encoding="utf-8")
        prefixes |= {row["code_prefix"] for row in csv.DictReader(text.splitlines())}
    groups = re.compile(r"D(C|D0|E1[0-4]|F[0-3]|G30|O|S|T|X|Y|Z33|Z37|Z38|Z763)")
    for code in (*IDLE, *IDLE_PSYCHIATRIC, CLOSED):
        assert not groups.match(code) and not any(code.startswith(prefix) for prefix in prefixes), code


def _written(home: Path, *, faults: float = 1.0, seed: int = 5, adults: int = 1000) -> Path:
    synthesise(
        adults=adults,
        first_year=2018,
        last_year=2021,
        seed=seed,
        sources=SOURCES,
        landing=home / "landing",
        truth=home / "truth",
        faults=faults,
        workers=1,
    )
    return home


def _told(home: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(home / "truth" / "breaches").to_pylist()
    return rows


def _rows(home: Path, source: str) -> list[dict[str, Any]]:
    (delivery,) = (home / "landing" / source).iterdir()
    rows: list[dict[str, Any]] = pq.read_table(delivery / f"{source}.parquet").to_pylist()
    return rows


@pytest.mark.parametrize(("seed", "share"), [(5, SHARE), (6, 20 * SHARE)])
def test_breaches_break_exactly_what_is_told(
    seed: int, share: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each at least once; or twenty times as many as there would be, so that they would meet if they could."""
    monkeypatch.setattr("synthetic.faults.FAULTS", {})
    monkeypatch.setattr("synthetic.faults.ENCODING", Spoilt("no source", "encoding"))
    monkeypatch.setattr("synthetic.breaches.planting.SHARE", share)
    _written(tmp_path, seed=seed)
    told = Counter(row["rule"] for row in _told(tmp_path))
    assert told.keys() == PLANTED if share == SHARE else sum(told.values()) > 300
    told["lpr_a_kontakt/05.15"] += long_open(tmp_path)
    assert failing(tmp_path) == told


def test_a_clean_world_has_none_and_a_small_dial_no_error(tmp_path: Path) -> None:
    """Errors keep every release back: they are planted where whole deliveries are spoilt."""
    errors = {f"{t}/{one.id}" for t, rules in RULES.items() for one in rules.expectations if one.severity == "error"}
    assert _told(_written(tmp_path / "clean", faults=0.0)) == []
    planted = {row["rule"] for row in _told(_written(tmp_path / "usual", faults=0.1))}
    assert planted == PLANTED - errors
    assert PLANTED & errors == {"lpr_a_diagnose/12.5x.diagnoseart"}


def test_the_breaches_of_a_block_do_not_hang_on_the_others(tmp_path: Path) -> None:
    whole, more = (_told(_written(tmp_path / str(adults), adults=adults)) for adults in (1000, 1300))
    where = ("source", "delivery", "row_number", "column", "rule")
    assert {tuple(row[name] for name in where) for row in whole} < {tuple(row[name] for name in where) for row in more}


def test_breaches_change_nothing_that_stays_and_conditions_are_made_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same world with many breaches and without."""
    monkeypatch.setattr("synthetic.faults.FAULTS", {})
    monkeypatch.setattr("synthetic.breaches.planting.SHARE", 20 * SHARE)
    spoilt = _written(tmp_path / "spoilt")
    monkeypatch.setattr("synthetic.breaches.planting.BREACHES", {})
    sound = _written(tmp_path / "sound")
    of_stays = ("pnr", "dw_ek_kontakt", "kont_starttidspunkt", "kont_sluttidspunkt", "prioritet", "adiag")
    attended = [
        [tuple(row[name] for name in of_stays) for row in _rows(home, "lpr_a_kontakt") if row["kont_type"] == "ALCA00"]
        for home in (sound, spoilt)
    ]
    assert attended[0] == attended[1]
    idle = {*IDLE, *IDLE_PSYCHIATRIC, CLOSED, "DX69", "DR979"}
    read = [
        {
            (row["dw_ek_kontakt"], row["diag_kode"], row["senere_afkraeftet"])
            for row in _rows(home, "lpr_a_diagnose")
            if row["diag_kode_type"] in ("A", "B") and row["diag_kode"] not in idle
        }
        for home in (sound, spoilt)
    ]
    assert read[0] == read[1]
    assert len(_told(spoilt)) > 300 and _told(sound) == []
