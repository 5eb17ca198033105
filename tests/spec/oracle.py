"""The definitions once more in plain Python: loops over rows, no SQL, nothing shared with the dbt project but codes.

Here: the rows that count, and the marts that follow from single rows. Not here: people and cohort
(`oracle_population.py`), stays and readmissions (`oracle_hospital.py`), municipal care (`oracle_municipality.py`),
medicine (`oracle_medicine.py`), conditions (`oracle_conditions.py`), what crosses the sectors (`oracle_sectors.py`),
the models (`dbt_project/models/`). A definition is changed in both places, or the spec tests fail.
"""

import hashlib
from datetime import date, datetime
from typing import Any

from tests.spec import oracle_conditions as conditions
from tests.spec import oracle_hospital as hospital
from tests.spec import oracle_medicine as medicine
from tests.spec import oracle_municipality as municipality
from tests.spec import oracle_population as population
from tests.spec import oracle_sectors as sectors

Row = dict[str, Any]
Lake = dict[str, list[Row]]  # per source all rows of all deliveries, with _delivery, _delivered_at and _row_number

FULL = {
    *("cpr_relation", "cpr_skift", "dod", "lpr_a_kontakt", "lpr_a_diagnose", "lpr_a_procedure", "dodsaasg"),
    *("lpr_adm", "lpr_diag", "lpr_a_sghophold"),
}
PEOPLE = ("person_id", "mor_id", "far_id", "aegte_id")
UPSERT = {
    "bef": ("person_id", "referencetid"),
    "hjemmepleje_besoeg": ("besoeg_id",),
    "journalnotat": ("notat_id",),
    "fsiii_funktionsniveau": ("vurdering_id",),
    "plh": ("person_id", "start"),
    "faik": ("familie_id", "referencetid"),
    "akm": ("person_id", "referencetid"),
    "udda": ("person_id", "referencetid"),
}


def marts(lake: Lake) -> dict[str, list[Row]]:
    """All marts from all rows of the lake."""
    numbers = present_numbers(current("cpr_skift", lake["cpr_skift"]))
    now = {source: current(source, of_one_person(source, rows, numbers)) for source, rows in lake.items()}
    people = population.person(now["bef"], now["dod"], now["dodsaasg"], now["cpr_relation"])
    homes = population.residence(now["bef"], people)
    contacts = hospital.hospital_contact(now["lpr_a_kontakt"], people)
    stays = hospital.hospital_stay(contacts)
    made = {
        "person": list(people.values()),
        "residence": [{k: v for k, v in home.items() if not k.startswith("_")} for home in homes],
        "cohort_membership": population.cohort_membership(homes, people),
        "cohort_selection": population.cohort_selection(homes, people),
        "household": population.household(now["bef"], people),
        "socioeconomy": population.socioeconomy(now["bef"], now["faik"], now["akm"], now["udda"], people),
        "death": population.death(now["dodsaasg"], people),
        "hospital_contact": contacts,
        "diagnosis": hospital.diagnosis(now["lpr_a_diagnose"], contacts, now["lpr_adm"], now["lpr_diag"], people),
        "procedure": hospital.procedure(now["lpr_a_procedure"], contacts),
        "vital_sign": vital_sign(now["vitale_vaerdier"], people),
        "hospital_medication": hospital_medication(now["medicinadministration"], people),
        "hospital_stay": stays,
        "stay_reconciliation": hospital.stay_reconciliation(stays, now["lpr_a_sghophold"], people),
        "emergency_visit": hospital.emergency_visit(stays, contacts),
        "preventable_admission": hospital.preventable_admission(stays, people),
        "readmission": hospital.readmission(stays, people),
        "dispensing": dispensing(now["lmdb"], people),
        "lab_result": lab_result(now["laboratoriesvar"], people),
        "primary_care_contact": primary_care_contact(now["sssy"], people),
        "home_care_visit": municipality.home_care_visit(now["hjemmepleje_besoeg"], people),
        "home_care_need": municipality.home_care_need(now["aefv"], people),
        "home_nursing": municipality.home_nursing(now["aehjsp"], people),
        "training": municipality.training(now["aetr"], people),
        "rehabilitation": municipality.rehabilitation(now["aerehab"], people),
        "nursing_home_stay": municipality.nursing_home_stay(now["plh"], people),
        "functional_level": municipality.functional_level(now["fsiii_funktionsniveau"], people),
        "care_observation": municipality.care_observation(now["plejeobservation"], people),
        "note": note(now["journalnotat"], people),
    }
    made |= medicine.marts(made, people)
    made |= conditions.marts(made, people)
    return made | sectors.marts(made, people)


def delivery_order(row: Row) -> tuple[datetime, str, int]:
    """What comes later counts more."""
    return row["_delivered_at"], row["_delivery"], row["_row_number"]


def current(source: str, rows: list[Row]) -> list[Row]:
    """The rows that count today, in the order of delivery."""
    rows = sorted(rows, key=delivery_order)
    if source in FULL:
        return [row for row in rows if row["_delivery"] == rows[-1]["_delivery"]]
    if source in UPSERT:
        newest = {tuple(row[column] for column in UPSERT[source]): row for row in rows}
        return sorted(newest.values(), key=delivery_order)
    return rows


def present_numbers(changes: list[Row]) -> dict[int, int]:
    """The number that each changed number's person has now; numbers of a ring are not in it."""
    following: dict[int, int] = {}
    for row in sorted(changes, key=lambda r: (r["skiftedato"], r["nyt_pnr"])):
        following[row["person_id"]] = row["nyt_pnr"]
    present = {}
    for number in following:
        seen, last = {number}, following[number]
        while last in following and last not in seen:
            seen.add(last)
            last = following[last]
        if last not in seen:
            present[number] = last
    return present


def of_one_person(source: str, rows: list[Row], numbers: dict[int, int]) -> list[Row]:
    """Rows under the number that their person has now."""
    if source == "cpr_skift":
        return rows
    return [
        {**row, **{column: numbers.get(row[column], row[column]) for column in PEOPLE if column in row}} for row in rows
    ]


def row_key(row: Row) -> int:
    """The key of a row among all rows of its source."""
    return int(hashlib.md5(row["_delivery"].encode()).hexdigest()[:8], 16) // 2 * 2**32 + int(row["_row_number"])


def dispensing(rows: list[Row], people: dict[int, Row]) -> list[Row]:
    """The rows of `dispensing`."""
    return [
        {
            "dispensing_id": row_key(row),
            "person_id": row["person_id"],
            "dispensed_date": row["eksd"],
            "atc_code": row["atc"],
            "item_number": row["vnr"],
            "pack_count": row["apk"],
            "ddd": None if row["volume"] is None else row["volume"] * row["apk"],
            "indication_code": row["indo"],
            "drug_name": row["name"],
        }
        for row in rows
        if row["person_id"] in people
    ]


def lab_result(rows: list[Row], people: dict[int, Row]) -> list[Row]:
    """The rows of `lab_result`."""
    results = []
    for row in rows:
        if row["person_id"] not in people:
            continue
        operator, value = read_answer(row["svar"])
        results.append(
            {
                "lab_result_id": row_key(row),
                "person_id": row["person_id"],
                "requisition_id": row["dw_ek_rekvisition"],
                "sampled_at": row["datotid_proevetagning"],
                "answered_at": row["datotid_sidstesvar"],
                "npu_code": row["npukode"],
                "result_text": row["svar"],
                "result_operator": operator,
                "result_value": value,
                "unit": row["enhed"],
                "reference_lower": row["referenceinterval_lowerlimit"],
                "reference_upper": row["referenceinterval_upperlimit"],
                "is_cancelled": row["svar"].strip().lower() == "aflyst",
            }
        )
    return results


def read_answer(text: str) -> tuple[str | None, float | None]:
    """Operator and number of an answer; none of both when it is not a number."""
    rest = text.strip(" ")
    operator = next((sign for sign in ("<=", ">=", "<", ">") if rest.startswith(sign)), None)
    number = rest[len(operator or "") :].lstrip(" ").replace(",", ".")
    whole, point, fraction = number.removeprefix("-").partition(".")
    if not digits(whole) or (point and not digits(fraction)):
        return None, None
    return operator, float(number)


def digits(text: str) -> bool:
    """Whether a text is 1 to 15 of 0-9: a DOUBLE holds no more, and an answer has fewer."""
    return 1 <= len(text) <= 15 and all(character in "0123456789" for character in text)


def primary_care_contact(rows: list[Row], people: dict[int, Row]) -> list[Row]:
    """The rows of `primary_care_contact`."""
    return [
        {
            "primary_care_contact_id": row_key(row),
            "person_id": row["person_id"],
            "week_start_date": monday(row["honuge"]),
            "provider_id": row["ydernr"],
            "specialty_code": row["speciale"],
            "is_general_practice": row["speciale"].startswith("80"),
            "is_out_of_hours": row["speciale"].startswith("81"),
            "is_for_child": row["barnmak"] == 1,
            "service_count": row["ydlant"],
            "gross_fee_dkk": row["bruhon"],
        }
        for row in rows
        if row["person_id"] in people
    ]


def monday(honuge: str) -> date | None:
    """The Monday of a week YYWW."""
    year, week = int(honuge[:2]), int(honuge[2:])
    try:
        return date.fromisocalendar(year + (1900 if year >= 90 else 2000), week, 1)
    except ValueError:
        return None


def vital_sign(rows: list[Row], people: dict[int, Row]) -> list[Row]:
    """The rows of `vital_sign`."""
    return [
        {
            "vital_sign_id": row_key(row),
            "person_id": row["person_id"],
            "contact_id": row["dw_ek_kontakt"],
            "measured_at": row["datotid_resultat_udfoert"],
            "activity_name": row["aktivitetstypenavn"],
            "element_code": row["elementkode"],
            "element_name": row["elementledetekst"],
            "value": row["numelementvaerdi"],
            "unit": row["enhed"],
        }
        for row in rows
        if row["person_id"] in people
    ]


def hospital_medication(rows: list[Row], people: dict[int, Row]) -> list[Row]:
    """The rows of `hospital_medication`."""
    return [
        {
            "hospital_medication_id": row_key(row),
            "person_id": row["person_id"],
            "contact_id": row["dw_ek_kontakt"],
            "prescription_id": row["ordination_id"],
            "administered_at": row["datotid_administration_start"],
            "prescribed_at": row["datotid_ordinationstart"],
            "atc_code": row["atc"],
            "drug_name": row["laegemiddel"],
            "dose": row["dosis"],
            "dose_unit": row["dosis_enhed"],
            "route": row["adm_vej"],
            "prescription_type": row["type_kodetekst"],
        }
        for row in rows
        if row["person_id"] in people
    ]


def note(rows: list[Row], people: dict[int, Row]) -> list[Row]:
    """The rows of `note`."""
    return [
        {
            "note_id": row["notat_id"],
            "person_id": row["person_id"],
            "contact_id": row["dw_ek_kontakt"],
            "written_at": row["notat_tidspunkt"],
            "note_type": row["notat_type"],
            "note_text": row["notat_tekst"],
        }
        for row in rows
        if row["person_id"] in people
    ]
