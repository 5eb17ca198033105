"""The definitions once more in plain Python: loops over rows, no SQL, nothing shared with the dbt project.

Here: the rows that count, and the marts that follow from single rows. Not here: people and cohort
(`oracle_population.py`), stays and readmissions (`oracle_hospital.py`), municipal care (`oracle_municipality.py`), the
models (`dbt_project/models/`). A definition is changed in both places, or the spec tests fail.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from tests.spec import oracle_municipality as municipality
from tests.spec.oracle_hospital import diagnosis, hospital_contact, hospital_stay, procedure, readmission
from tests.spec.oracle_population import cohort, death, person, residence

Row = dict[str, Any]
Lake = dict[str, list[Row]]  # per source all rows of all deliveries, with _delivery, _delivered_at and _row_number

FULL = {"cpr_relation", "cpr_skift", "dod", "lpr_a_kontakt", "lpr_a_diagnose", "lpr_a_procedure", "dodsaasg"}
PEOPLE = ("person_id", "mor_id", "far_id", "aegte_id")
UPSERT = {
    "bef": ("person_id", "referencetid"),
    "hjemmepleje_besoeg": ("besoeg_id",),
    "journalnotat": ("notat_id",),
    "fsiii_funktionsniveau": ("vurdering_id",),
    "plh": ("person_id", "start"),
}


def marts(lake: Lake) -> dict[str, list[Row]]:
    """All marts from all rows of the lake."""
    numbers = present_numbers(current("cpr_skift", lake["cpr_skift"]))
    now = {source: current(source, of_one_person(source, rows, numbers)) for source, rows in lake.items()}
    people = person(now["bef"], now["dod"], now["cpr_relation"])
    homes = residence(now["bef"], people)
    contacts = hospital_contact(now["lpr_a_kontakt"], people)
    stays = hospital_stay(contacts)
    return {
        "person": list(people.values()),
        "residence": [{k: v for k, v in home.items() if not k.startswith("_")} for home in homes],
        "cohort": cohort(homes, people),
        "hospital_contact": contacts,
        "death": death(now["dodsaasg"], people),
        "procedure": procedure(now["lpr_a_procedure"], contacts),
        "vital_sign": vital_sign(now["vitale_vaerdier"], people),
        "hospital_medication": hospital_medication(now["medicinadministration"], people),
        "diagnosis": diagnosis(now["lpr_a_diagnose"], contacts),
        "hospital_stay": stays,
        "readmission": readmission(stays, people),
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
    for row in sorted(changes, key=lambda r: (r["skiftedato"], *delivery_order(r))):
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


def of_known(rows: list[Row], people: Iterable[int]) -> list[tuple[int, Row]]:
    """Rows of known people, numbered in their order."""
    known = set(people)
    return list(enumerate((row for row in rows if row["person_id"] in known), 1))


def dispensing(rows: list[Row], people: dict[int, Row]) -> list[Row]:
    """The rows of `dispensing`."""
    return [
        {
            "dispensing_id": number,
            "person_id": row["person_id"],
            "dispensed_date": row["eksd"],
            "atc_code": row["atc"],
            "item_number": row["vnr"],
            "pack_count": row["apk"],
            "ddd": None if row["volume"] is None else row["volume"] * row["apk"],
            "indication_code": row["indo"],
            "drug_name": row["name"],
        }
        for number, row in of_known(rows, people)
    ]


def lab_result(rows: list[Row], people: dict[int, Row]) -> list[Row]:
    """The rows of `lab_result`."""
    results = []
    for number, row in of_known(rows, people):
        operator, value = read_answer(row["svar"])
        results.append(
            {
                "lab_result_id": number,
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
            "primary_care_contact_id": number,
            "person_id": row["person_id"],
            "week_start_date": monday(row["honuge"]),
            "provider_id": row["ydernr"],
            "specialty_code": row["speciale"],
            "is_general_practice": row["speciale"].startswith("80"),
            "service_count": row["ydlant"],
            "gross_fee_dkk": row["bruhon"],
        }
        for number, row in of_known(rows, people)
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
            "vital_sign_id": number,
            "person_id": row["person_id"],
            "contact_id": row["dw_ek_kontakt"],
            "measured_at": row["datotid_resultat_udfoert"],
            "activity_name": row["aktivitetstypenavn"],
            "element_code": row["elementkode"],
            "element_name": row["elementledetekst"],
            "value": row["numelementvaerdi"],
            "unit": row["enhed"],
        }
        for number, row in of_known(rows, people)
    ]


def hospital_medication(rows: list[Row], people: dict[int, Row]) -> list[Row]:
    """The rows of `hospital_medication`."""
    return [
        {
            "hospital_medication_id": number,
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
        for number, row in of_known(rows, people)
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
        for _, row in of_known(rows, people)
    ]
