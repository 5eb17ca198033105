"""Conditions once more in plain Python: Charlson, frailty, diabetes, dementia and others; see `oracle.py`.

The code lists of Charlson, HFRS and the chronic conditions are read from the seeds, for they are data; what is done
with them is written here again. The code lists of diabetes stand here too.
"""

import csv
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from tests.spec.oracle_medicine import doses
from tests.spec.oracle_population import age
from tests.spec.warehouse import PROJECT

Row = dict[str, Any]
People = dict[int, Row]
ALONE = {
    "diabetes": "diabetes_with_complications",
    "mild_liver_disease": "severe_liver_disease",
    "any_malignancy": "metastatic_tumour",
}


def marts(made: dict[str, list[Row]], people: People) -> dict[str, list[Row]]:
    """The marts of conditions, of the marts that are there."""
    sound: dict[int, list[Row]] = defaultdict(list)
    for row in made["diagnosis"]:
        if row["diagnosis_type"] in ("A", "B") and not row["is_disproved"]:
            sound[row["person_id"]].append(row)
    bought: dict[int, list[Row]] = defaultdict(list)
    for row in made["dispensing"]:
        bought[row["person_id"]].append(row)
    first = chronic_conditions(sound, bought)
    return {
        "comorbidity": comorbidity(made["hospital_stay"], sound),
        "frailty": frailty(made["hospital_stay"], sound, people),
        "diabetes": diabetes(sound, bought, made["primary_care_contact"], made["lab_result"], people),
        "dementia": [
            {"person_id": row["person_id"], **dict(list(row.items())[2:])}
            for row in first
            if row["condition"] == "dementia"
        ],
        "chronic_condition": [row for row in first if row["condition"] != "dementia"],
    }


def code_list(name: str) -> list[dict[str, str]]:
    """The rows of a seed."""
    with (PROJECT / "seeds" / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def years_before(day: date, years: int) -> date:
    """The same day so many years earlier; of 29 February the 28th."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def comorbidity(stays: list[Row], sound: dict[int, list[Row]]) -> list[Row]:
    """The rows of `comorbidity`."""
    codes = code_list("charlson_code")
    order = {(r["charlson_method"], r["charlson_group"]): int(r["group_number"]) for r in codes}
    points = {(r["charlson_method"], r["charlson_group"]): int(r["weight"]) for r in codes}
    rows = []
    for stay in stays:
        if not stay["is_admission"]:
            continue
        admitted = stay["start_at"].date()
        known = [
            row["diagnosis_code"]
            for row in sound[stay["person_id"]]
            if years_before(admitted, 10) <= row["diagnosis_date"] < admitted
        ]
        for method in ("thygesen_2011", "quan_2005"):
            groups = {
                (method, listed["charlson_group"])
                for listed in codes
                if listed["charlson_method"] == method and any(code.startswith(listed["code_prefix"]) for code in known)
            }
            if method == "quan_2005":
                groups = {g for g in groups if (method, ALONE.get(g[1], "")) not in groups}
            rows.append(
                {
                    "stay_id": stay["stay_id"],
                    "person_id": stay["person_id"],
                    "charlson_method": method,
                    "admitted_date": admitted,
                    "charlson_score": sum(points[group] for group in groups),
                    "charlson_groups": " ".join(g[1] for g in sorted(groups, key=lambda g: order[g])) or None,
                }
            )
    return rows


def frailty(stays: list[Row], sound: dict[int, list[Row]], people: People) -> list[Row]:
    """The rows of `frailty`."""
    codes = code_list("hfrs_code")
    rows = []
    for stay in stays:
        admitted, discharged = stay["start_at"].date(), stay["end_at"].date()
        if not stay["is_admission"] or age(people[stay["person_id"]]["birth_date"], admitted) < 75:
            continue
        known = [
            row for row in sound[stay["person_id"]] if years_before(admitted, 2) <= row["diagnosis_date"] <= discharged
        ]
        found = [
            Decimal(listed["tenths"]) / 10
            for listed in codes
            if any(
                row["diagnosis_code"].startswith(listed["code_prefix"])
                and (listed["only_secondary"] == "false" or row["diagnosis_type"] == "B")
                for row in known
            )
        ]
        score = sum(found, Decimal(0))
        rows.append(
            {
                "stay_id": stay["stay_id"],
                "person_id": stay["person_id"],
                "admitted_date": admitted,
                "code_count": len(found),
                "hfrs_score": float(score),
                "frailty_risk": "low" if score < 5 else "intermediate" if score <= 15 else "high",
            }
        )
    return rows


def chronic_conditions(sound: dict[int, list[Row]], bought: dict[int, list[Row]]) -> list[Row]:
    """The rows of `chronic_condition` and `dementia`."""
    rows = []
    codes = code_list("chronic_condition_code")
    for person_id in sound.keys() | bought.keys():
        for condition in sorted({listed["condition"] for listed in codes}):
            of_kind = {
                kind: tuple(r["code_prefix"] for r in codes if (r["condition"], r["source"]) == (condition, kind))
                for kind in ("diagnosis", "medicine")
            }
            diagnosed = [
                row["diagnosis_date"]
                for row in sound[person_id]
                if row["diagnosis_code"].startswith(of_kind["diagnosis"])
            ]
            days = sorted(
                {
                    row["dispensed_date"]
                    for row in bought[person_id]
                    if row["pack_count"] > 0 and row["atc_code"].startswith(of_kind["medicine"])
                }
            )
            again = [day for before, day in pairwise(days) if day - before <= timedelta(365)]
            firsts = [min(dates, default=None) for dates in (diagnosed, again)]
            if any(firsts):
                rows.append(
                    {
                        "person_id": person_id,
                        "condition": condition,
                        "first_date": min(day for day in firsts if day),
                        "first_diagnosis_date": firsts[0],
                        "first_medicine_date": firsts[1],
                    }
                )
    return rows


DIABETES = ("DE10", "DE11", "DE12", "DE13", "DE14", "249", "250")
TYPE_1, TYPE_2 = ("DE10", "249"), ("DE11", "250")
PREGNANCY_ENDS = (
    *("DO00", "DO01", "DO02", "DO03", "DO04", "DO05", "DO06", "DO80", "DO81", "DO82", "DO83", "DO84", "DZ33", "DZ37"),
)
OVARIES = ("0000092", "0000276", "0000781")


def diabetes(
    sound: dict[int, list[Row]], bought: dict[int, list[Row]], services: list[Row], answers: list[Row], people: People
) -> list[Row]:
    """The rows of `diabetes`."""
    feet, high = defaultdict(set), defaultdict(set)
    for row in services:
        if row["specialty_code"].startswith("54") and not row["is_for_child"] and row["week_start_date"]:
            feet[row["person_id"]].add(row["week_start_date"])
    for row in answers:
        limit = {"NPU27300": 48, "NPU03835": 6.5}.get(row["npu_code"])
        value, operator = row["result_value"], row["result_operator"]
        if limit and value is not None and value >= limit and operator in (None, ">", ">="):
            high[row["person_id"]].add(row["sampled_at"].date())
    rows = []
    for person_id, about in people.items():
        diagnoses = [row for row in sound[person_id] if row["diagnosis_code"].startswith(DIABETES)]
        ends = {r["diagnosis_date"] for r in sound[person_id] if r["diagnosis_code"].startswith(PREGNANCY_ENDS)}
        drugs = [
            row
            for row in bought[person_id]
            if lowers_glucose(row["atc_code"])
            and not for_ovaries(row, about)
            and not pregnant(row["dispensed_date"], ends)
        ]
        purchases = [row for row in drugs if row["pack_count"] > 0]
        events = [(day, "podiatry") for day in feet[person_id]]
        events += [(day, "hba1c") for day in high[person_id] if not pregnant(day, ends)]
        events += [(day, "diagnosis") for day in {row["diagnosis_date"] for row in diagnoses}]
        events += [(day, "drug") for day in {row["dispensed_date"] for row in purchases}]
        if len(events) < 2:
            continue
        raw = sorted(events)[1][0]
        judged = judge(diagnoses, drugs)
        only = judged["has_only_insulin"]
        is_type_1 = (only and judged["has_type_1_diagnosis"]) or (
            not only
            and judged["has_majority_type_1_diagnoses"]
            and judged["has_two_thirds_insulin"]
            and judged["has_insulin_within_180_days"]
        )
        rows.append(
            {
                "person_id": person_id,
                "raw_inclusion_date": raw,
                "stable_inclusion_date": raw if raw >= date(1998, 1, 1) else None,
                "diabetes_type": 1 if is_type_1 else 2,
                "event_count": len(events),
                **judged,
            }
        )
    return rows


def judge(diagnoses: list[Row], drugs: list[Row]) -> dict[str, bool]:
    """What tells the type."""
    insulin = [row for row in drugs if row["atc_code"].startswith("A10A") and not row["atc_code"].startswith("A10AE56")]
    all_doses, insulin_doses = (sum((doses(r) for r in rows), Decimal(0)) for rows in (drugs, insulin))
    first = min((row["dispensed_date"] for row in drugs), default=None)
    count = {
        (kind, department): sum(
            1
            for row in diagnoses
            if row["diagnosis_type"] == "A"
            and row["department"] == department
            and row["diagnosis_code"].startswith(codes)
        )
        for kind, codes in ((1, TYPE_1), (2, TYPE_2))
        for department in ("endocrinology", "other_medical")
    }
    by = "endocrinology" if count[1, "endocrinology"] + count[2, "endocrinology"] else "other_medical"
    return {
        "has_only_insulin": insulin_doses >= 1
        and insulin_doses == all_doses
        and all(row["ddd"] is not None or row["pack_count"] <= 0 or row in insulin for row in drugs),
        "has_two_thirds_insulin": all_doses > 0 and insulin_doses * 3 >= all_doses * 2,
        "has_insulin_within_180_days": any(
            row["pack_count"] > 0 and row["dispensed_date"] - first <= timedelta(180) for row in insulin
        ),
        "has_type_1_diagnosis": count[1, "endocrinology"] + count[1, "other_medical"] >= 1,
        "has_majority_type_1_diagnoses": count[1, by] > count[2, by],
    }


def lowers_glucose(code: str) -> bool:
    """Whether a drug speaks for diabetes."""
    return code.startswith("A10") and not code.startswith(("A10BJ", "A10BK01", "A10BK03"))


def for_ovaries(row: Row, about: Row) -> bool:
    """Whether metformin may treat polycystic ovaries."""
    if about["sex"] != "female" or row["atc_code"] != "A10BA02":
        return False
    return age(about["birth_date"], row["dispensed_date"]) < 40 or row["indication_code"] in OVARIES


def pregnant(day: date, ends: set[date]) -> bool:
    """Whether a day lies around the end of a pregnancy."""
    return any(-timedelta(weeks=40) <= day - end <= timedelta(weeks=12) for end in ends)
