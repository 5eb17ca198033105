"""Breaches of codes, which no list holds on their day, where they decide nothing that the truth tells."""

from synthetic.breaches.kinds import Breach, value
from synthetic.registers.codes import CLOSED

ANALYSES = (  # Sodium.
    Breach(
        ("laboratoriesvar/analysis_code_valid",),
        {"npukode": value("NPU99999")},
        lambda rows: rows.among("npukode", "NPU03429"),
    ),
)
DRUGS_GIVEN = (  # Drips.
    Breach(
        ("medicinadministration/drug_code_valid",),
        {"atc": value("B05BB99")},
        lambda rows: rows.among("atc", "B05BB01"),
    ),
)
VISITS = (
    Breach(
        ("hjemmepleje_besoeg/service_code_valid",),
        {"indsats_kode": value("G9.99")},
        lambda rows: rows.among("indsats_kode", "G1.14"),
    ),
)
LEVELS = (  # One of nine functions.
    Breach(
        ("fsiii_funktionsniveau/condition_code_valid",),
        {"tilstand_kode": value("J5.99")},
        lambda rows: rows.among("tilstand_kode", "J4.2"),
    ),
)
REFERRALS = (
    Breach(
        ("lpr_diag/diagnosis_code_valid",),
        {"c_diag": value(CLOSED)},
        lambda rows: rows.among("c_diagtype", "H"),
    ),
)
