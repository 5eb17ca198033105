"""Spec cases: small tables in Markdown, each with a sentence, `Given` tables in and `Expect` tables out.

Here: reading `tests/spec/cases/*.md` and making lake rows of the tables. Every case gets a range of ids of its
own, so that one build serves all of them; ids are written small in the files. Not here: the build (`warehouse.py`).

What a table leaves out is filled in: columns by DEFAULTS, otherwise NULL; the delivery by the last one; and when
a case gives no `bef`, each of its people lives in Aarhus at the last snapshot. The snapshots of the data are
SNAPSHOTS.
"""

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from tests.spec.warehouse import Row, lake_columns

FOLDER = Path(__file__).resolve().parent / "cases"
IDS_PER_CASE = 1_000_000
DELIVERIES = {
    "a": ("2021-01-01-a", "2021-01-01T06:00:00+00:00"),
    "b": ("2021-02-01-b", "2021-02-01T07:00:00+01:00"),
    "c": ("2021-03-01-c", "2021-03-01T06:00:00+00:00"),
}
LAST_DELIVERY = "c"
SNAPSHOTS = [date(year, month, day) for year in (2019, 2020) for month, day in ((3, 31), (6, 30), (9, 30), (12, 31))]
DEFAULTS: dict[str, Row] = {
    "bef": {"koen": 1, "foed_dag": date(1960, 1, 1), "kom": 751, "reg": 82, "opr_land": 5100, "ie_type": 1},
    "lpr_a_kontakt": {"kont_type": "ALCA00", "prioritet": "ATA1", "lprindberetningssystem": "LPR3"},
    "lpr_a_diagnose": {"diag_kode_type": "A"},
    "lpr_adm": {"d_inddto": date(2018, 1, 1), "c_pattype": "2", "c_spec": "01"},
    "lpr_diag": {"c_diagtype": "A"},
    "akm": {"referencetid": date(2020, 12, 31)},
    "udda": {"referencetid": date(2020, 12, 31)},
    "lmdb": {"eksd": date(2020, 1, 1), "atc": "A10BA02", "apk": 1},
    "sssy": {"speciale": "800101", "ydlant": 1, "honuge": "2001", "barnmak": 0},
    "laboratoriesvar": {
        "dw_ek_rekvisition": 1,
        "npukode": "NPU19748",
        "svar": "1",
        "datotid_proevetagning": datetime(2020, 1, 1, 8),
    },
    "hjemmepleje_besoeg": {
        "kommune_kode": "0751",
        "indsats_kode": "H1.1",
        "besoeg_status": "gennemfoert",
    },
    "lpr_a_procedure": {
        "proc_kode": "KNFB20",
        "proc_kode_type": "P",
        "proc_starttidspunkt": datetime(2020, 1, 1, 9),
    },
    "dodsaasg": {"d_dodsdato": date(2020, 6, 1)},
    "vitale_vaerdier": {
        "aktivitetstypenavn": "Vitale værdier",
        "elementledetekst": "Saturation",
        "elementkode": "SFI10012",
        "numelementvaerdi": 97.0,
        "datotid_resultat_udfoert": datetime(2020, 1, 1, 9),
    },
    "medicinadministration": {
        "ordination_id": 1,
        "atc": "N02BE01",
        "dosis": 1000.0,
        "dosis_enhed": "mg",
        "datotid_administration_start": datetime(2020, 1, 1, 9),
    },
    "aefv": {"HÆND_MDR": "202001", "PERPL_VIS": 0, "PRAHJ_VIS": 0},
    "aehjsp": {"HJEMSYGEP_DATO": date(2020, 1, 1)},
    "aetr": {"HÆND_MDR": "202001", "TREAN_ART": "1"},
    "aerehab": {"AEL_KOMKOD": 751, "AAR": 2020, "VERSION": 1},
    "plh": {"start": date(2020, 1, 1), "plejehjem_id": 1, "kommune_kode": "0751"},
    "fsiii_funktionsniveau": {
        "kommune_kode": "0751",
        "vurderet_dato": date(2020, 1, 1),
        "tilstand_kode": "J1.1",
        "niveau": "1",
    },
    "plejeobservation": {"kommune_kode": "0751", "tidspunkt": datetime(2020, 1, 1, 8)},
    "journalnotat": {
        "notat_tidspunkt": datetime(2020, 1, 1, 8),
        "notat_type": "epikrise",
        "notat_tekst": "-",
    },
}


@dataclass(frozen=True)
class Table:
    """One table of a case: a source or a mart, its columns and its cells as written."""

    name: str
    columns: list[str]
    cells: list[list[str]]


@dataclass
class Case:
    """One case: the lake rows that it gives and the mart rows that it expects."""

    name: str
    first_id: int
    given: list[Table] = field(default_factory=list)
    expect: list[Table] = field(default_factory=list)

    def lake_rows(self) -> dict[str, dict[str, list[Row]]]:
        """Per source and delivery letter the rows of the case, ids shifted into its range."""
        rows: dict[str, dict[str, list[Row]]] = {}
        people: set[int] = set()
        for table in self.given:
            types = lake_columns()[table.name]
            for cells in table.cells:
                row = dict(DEFAULTS.get(table.name, {}))
                letter = LAST_DELIVERY
                for column, cell in zip(table.columns, cells, strict=True):
                    if column == "_delivery":
                        letter = cell
                    else:
                        row[column] = self.value(column, cell, types[column])
                if table.name == "laboratoriesvar" and "dw_ek_rekvisition" not in table.columns:
                    row["dw_ek_rekvisition"] = self.first_id + 1
                if "person_id" in row:
                    people.add(row["person_id"])
                rows.setdefault(table.name, {}).setdefault(letter, []).append(row)
        if "bef" not in rows:
            home = [{**DEFAULTS["bef"], "person_id": p, "referencetid": SNAPSHOTS[-1]} for p in sorted(people)]
            rows["bef"] = {LAST_DELIVERY: home}
        return rows

    def expected(self, table: Table, types: dict[str, str]) -> list[tuple[Any, ...]]:
        """The rows that the case expects of a mart, in the table's columns."""
        return [
            tuple(self.value(column, cell, types[column]) for column, cell in zip(table.columns, row, strict=True))
            for row in table.cells
        ]

    def owns(self, row: Row) -> bool:
        """Whether a mart row is about one of the case's people."""
        return 0 <= int(row["person_id"]) - self.first_id < IDS_PER_CASE

    def value(self, column: str, cell: str, data_type: str) -> Any:
        """A cell as a Python value of the column's type; ids are shifted into the case's range."""
        if cell == "":
            return None
        is_id = (
            column.endswith("_id") or column.lower().startswith("dw_ek_") or column in ("ydernr", "nyt_pnr", "recnum")
        )
        if data_type == "BIGINT" and is_id:
            return self.first_id + int(cell)
        if data_type in ("BIGINT", "INTEGER"):
            return int(cell)
        if data_type == "DOUBLE":
            return float(cell)
        if data_type == "BOOLEAN":
            return {"yes": True, "no": False}[cell]
        if data_type == "DATE":
            return date.fromisoformat(cell)
        if data_type == "TIMESTAMP":
            return datetime.fromisoformat(cell)
        return cell.strip("`")


def read_cases() -> list[Case]:
    """All cases of all files, in the order of the files."""
    cases: list[Case] = []
    for path in sorted(FOLDER.glob("*.md")):
        for title, body in _sections(path.read_text(encoding="utf-8")):
            case = Case(name=f"{path.stem}: {title}", first_id=IDS_PER_CASE * (len(cases) + 1))
            for kind, table in _tables(body):
                (case.given if kind == "Given" else case.expect).append(table)
            cases.append(case)
    return cases


def _sections(text: str) -> list[tuple[str, str]]:
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)
    return list(zip(parts[1::2], parts[2::2], strict=True))


def _tables(body: str) -> list[tuple[str, Table]]:
    found = []
    for kind, name, block in re.findall(r"^(Given|Expect) `(\w+)`\n\n((?:\|.*\n?)+)", body, flags=re.MULTILINE):
        lines = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in block.splitlines()]
        found.append((kind, Table(name=name, columns=lines[0], cells=lines[2:])))
    written = len(re.findall(r"^(?:Given|Expect)\b", body, flags=re.MULTILINE))
    assert len(found) == written, f"{written} tables announced, {len(found)} read, in: {body[:80]}"
    return found
