"""The sources, as their suppliers deliver them: mode, format, and who makes the rows.

The tests hold mode and format against the contracts of ingestion, which this package does not read.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from synthetic.hospital import (
    administrations,
    courses,
    hospital_stays,
    laboratory,
    lpr2,
    lpr3,
    notifications,
    procedures,
    vital_signs,
)
from synthetic.municipality import elderly, fsiii, nursing_homes, observations, visits
from synthetic.registers import (
    causes_of_death,
    codes,
    education,
    income,
    livelihood,
    medicines,
    moves,
    population,
    primary_care,
    relations,
    water,
)
from synthetic.texts import notes
from synthetic.world import Block, Rows


@dataclass(frozen=True)
class Source:
    """One source. `halved` ones come twice in the yearly plan: all before the last year, then the last year. `places`
    are those of its columns in a line of fixed width.
    """

    name: str
    mode: Literal["full", "append", "upsert"]
    format: Literal["csv", "fixed_width", "parquet", "ndjson"]
    rows: Callable[[Block], Rows]
    halved: bool = False
    places: Mapping[str, slice] = field(default_factory=dict)

    @property
    def suffix(self) -> str:
        """How the names of its files end."""
        return "txt" if self.format == "fixed_width" else self.format


SOURCES: dict[str, Source] = {
    source.name: source
    for source in (
        Source("bef", "upsert", "csv", population.snapshot_rows, halved=True),
        Source("dod", "full", "csv", population.death_rows),
        Source("vnds", "full", "csv", moves.movement_rows),
        Source("cpr_skift", "full", "csv", moves.number_change_rows),
        Source("cpr_relation", "full", "csv", relations.relation_rows),
        Source("dodsaasg", "full", "csv", causes_of_death.cause_rows),
        Source("udda", "upsert", "csv", education.education_rows, halved=True),
        Source("akm", "upsert", "csv", livelihood.occupation_rows, halved=True),
        Source("faik", "upsert", "csv", income.income_rows, halved=True),
        Source("drikkevand", "append", "csv", water.sample_rows),
        Source("vandforsyning", "full", "csv", water.supply_rows),
        Source("sks", "full", "fixed_width", codes.sks_rows, places=codes.PLACES),
        Source("kodeliste", "full", "csv", codes.list_rows),
        Source("lpr_a_kontakt", "full", "parquet", lpr3.contact_rows),
        Source("lpr_a_forloeb", "full", "parquet", courses.course_rows),
        Source("lpr_a_diagnose", "full", "parquet", lpr3.diagnosis_rows),
        Source("lpr_a_procedure", "full", "parquet", procedures.procedure_rows),
        Source("lpr_a_sghophold", "full", "parquet", hospital_stays.stay_rows),
        Source("lpr_adm", "full", "csv", lpr2.contact_rows),
        Source("lpr_diag", "full", "csv", lpr2.diagnosis_table_rows),
        Source("lmdb", "append", "csv", medicines.prescription_rows),
        Source("sssy", "append", "csv", primary_care.service_rows),
        Source("laboratoriesvar", "append", "csv", laboratory.answer_rows, halved=True),
        Source("vitale_vaerdier", "append", "csv", vital_signs.measurement_rows, halved=True),
        Source("medicinadministration", "append", "csv", administrations.administration_rows, halved=True),
        Source("hospitalnotification", "append", "ndjson", notifications.notification_rows, halved=True),
        Source("hjemmepleje_besoeg", "upsert", "csv", visits.visit_rows, halved=True),
        Source("aefv", "append", "csv", elderly.granted_rows, halved=True),
        Source("aehjsp", "append", "csv", elderly.nursing_rows, halved=True),
        Source("aetr", "append", "csv", elderly.training_rows, halved=True),
        Source("aerehab", "append", "csv", elderly.rehabilitation_rows),
        Source("plh", "upsert", "csv", nursing_homes.stay_rows, halved=True),
        Source("fsiii_funktionsniveau", "upsert", "parquet", fsiii.level_rows, halved=True),
        Source("fsiii_tilstand", "append", "parquet", fsiii.condition_rows, halved=True),
        Source("plejeobservation", "append", "csv", observations.observation_rows, halved=True),
        Source("journalnotat", "upsert", "parquet", notes.journal_rows),
        Source("hjemmeplejenotat", "append", "parquet", notes.home_care_note_rows),
        Source("henvisning", "append", "parquet", notes.referral_rows),
    )
}
WITH_NOTES = ("journalnotat", "hjemmeplejenotat", "henvisning")
