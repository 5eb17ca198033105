"""Lists of codes: SKS with its ATC part (`sks`), and NPU, SOR and FSIII (`kodeliste`).

They hold the codes that the other sources write, and a diagnosis that was closed. From which day each is valid is
made up: one day for all codes of a list, early enough for every world. Which code is which stands in
`synthetic/catalogue/` and with the sources; no list of a supplier is copied.
"""

from collections.abc import Iterable

import numpy as np
import pyarrow as pa

from synthetic.catalogue.diagnoses import ADDITIONAL, METASTASES, diagnoses
from synthetic.catalogue.drugs import drugs
from synthetic.catalogue.hospital_drugs import hospital_drugs
from synthetic.catalogue.procedures import ANAESTHESIA, SIDES, procedures
from synthetic.columns import dates, table
from synthetic.hospital.laboratory import ANALYSES
from synthetic.hospital.lpr3 import units
from synthetic.municipality.fsiii import FUNCTIONS, PROBLEMS
from synthetic.municipality.visits import INTERVENTIONS
from synthetic.world import Block, Rows

SKS_FROM, LISTS_FROM = "19940101", np.datetime64("2000-01-01", "D")
OPEN = "25000101"
CLOSED = "DQ820A"  # A real code; that it was closed is made up.
CLOSED_ON = "20091231"
BROKEN_BY = ("DC779", "DC991", "DX69", "DZ389")  # Sound codes that planted breaches alone use (`synthetic/breaches/`).
# Where the columns stand in a line, from 0; between the last two stands the text of the code, which nobody reads.
PLACES = {
    "register": slice(0, 3),
    "kode": slice(3, 23),
    "gyldig_fra": slice(23, 31),
    "aendret": slice(31, 39),
    "gyldig_til": slice(39, 47),
    "niveau": slice(167, 173),
}


def sks_rows(block: Block) -> Rows:
    """`sks`: one row per code, by register and code; only block 0 has rows, under its first adult (about no person)."""
    listed = sorted(
        {
            *(("dia", str(code)) for code in diagnoses().code),
            *(("dia" if code[0] == "D" else "til", code) for _, code, _ in ADDITIONAL + METASTASES),
            *(("dia", code) for code in (CLOSED, *BROKEN_BY)),
            *(("opr", code) for code in (*(one.code for one in procedures()), *ANAESTHESIA)),
            *(("til", code) for code in SIDES),
            *(("atc", f"M{drug.atc}") for drug in drugs()),
            *(("atc", f"M{drug.atc}") for drug in hospital_drugs()),
        }
    )
    columns = {
        "register": [register for register, _ in listed],
        "kode": [code for _, code in listed],
        "gyldig_fra": [SKS_FROM for _ in listed],
        "aendret": [CLOSED_ON if code == CLOSED else SKS_FROM for _, code in listed],
        "gyldig_til": [CLOSED_ON if code == CLOSED else OPEN for _, code in listed],
        "niveau": [str(len(code)) for _, code in listed],
    }
    return _of_nobody(block, table({name: _texts(values) for name, values in columns.items()}))


def list_rows(block: Block) -> Rows:
    """`kodeliste`: one row per code, by system and code; only block 0 has rows, under its first adult."""
    systems = {
        "FSIII": [*(code for code, _ in FUNCTIONS), *(code for code, *_ in PROBLEMS), *INTERVENTIONS],
        "NPU": [analysis.code for analysis in ANALYSES],
        "SOR": units(),
    }
    listed = sorted((system, code) for system, codes in systems.items() for code in set(codes))
    never = np.full(len(listed), np.datetime64("NaT", "D"))
    return _of_nobody(
        block,
        table(
            {
                "kodesystem": _texts(system for system, _ in listed),
                "kode": _texts(code for _, code in listed),
                "gyldig_fra": dates(np.full(len(listed), LISTS_FROM)),
                "gyldig_til": dates(never),
            }
        ),
    )


def _of_nobody(block: Block, rows: pa.Table) -> Rows:
    """All rows in block 0, known from the beginning."""
    rows = rows if block.number == 0 else rows.slice(0, 0)
    return Rows(rows, np.zeros(rows.num_rows, dtype=np.int64), np.full(rows.num_rows, block.period.start))


def _texts(values: Iterable[str]) -> pa.Array:
    return pa.array(list(values), pa.string())
