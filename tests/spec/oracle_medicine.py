"""Medicine once more in plain Python: treatment periods, polypharmacy, changes at discharge; see `oracle.py`."""

import math
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

Row = dict[str, Any]
People = dict[int, Row]


def marts(made: dict[str, list[Row]], people: People) -> dict[str, list[Row]]:
    """The marts of medicine, of the marts that are there."""
    return {
        "medication_exposure": medication_exposure(made["dispensing"]),
        "polypharmacy": polypharmacy(made["dispensing"]),
        "medication_change_at_discharge": medication_change(made["hospital_stay"], made["dispensing"], people),
    }


def doses(row: Row) -> Decimal:
    """DDD to four decimals."""
    return round(Decimal(str(row["ddd"] or 0)), 4)


def medication_exposure(dispensings: list[Row]) -> list[Row]:
    """The rows of `medication_exposure`: the packs of a drug are taken one after the other, a day at a time."""
    bought: dict[tuple[int, str], dict[date, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in dispensings:
        bought[row["person_id"], row["atc_code"]][row["dispensed_date"]].append(row)
    rows = []
    for (person_id, code), days in bought.items():
        period: Row | None = None
        for day, packs in sorted(days.items()):
            ddd = sum((doses(row) for row in packs), Decimal(0))
            if sum(row["pack_count"] for row in packs) > 0:
                lasts = timedelta(max(math.ceil(ddd), 1))
                if period is None or day > period["end_date"] + timedelta(30):
                    period = {"start_date": day, "end_date": day, "count": 0, "ddd": Decimal(0)}
                    rows.append((person_id, code, period))
                period["end_date"] = max(period["end_date"], day) + lasts
            elif period is not None:
                period["end_date"] += timedelta(math.floor(ddd))
            if period is not None:
                period["count"] += len(packs)
                period["ddd"] += ddd
    return [
        {
            "person_id": person_id,
            "atc_code": code,
            "start_date": period["start_date"],
            "end_date": period["end_date"],
            "dispensing_count": period["count"],
            "ddd": float(period["ddd"]),
        }
        for person_id, code, period in rows
        if period["end_date"] > period["start_date"]
    ]


def polypharmacy(dispensings: list[Row]) -> list[Row]:
    """The rows of `polypharmacy`."""
    packs: dict[tuple[int, date], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in dispensings:
        day = row["dispensed_date"]
        packs[row["person_id"], date(day.year, 1 if day.month <= 6 else 7, 1)][row["atc_code"]] += row["pack_count"]
    rows = []
    for (person_id, half_year), drugs in packs.items():
        count = sum(1 for number in drugs.values() if number > 0)
        if count:
            about = {"person_id": person_id, "half_year_start_date": half_year}
            rows.append({**about, "drug_count": count, "is_polypharmacy": count > 5})
    return rows


def medication_change(stays: list[Row], dispensings: list[Row], people: People) -> list[Row]:
    """The rows of `medication_change_at_discharge`."""
    of_person: dict[int, list[Row]] = defaultdict(list)
    for row in dispensings:
        of_person[row["person_id"]].append(row)
    rows = []
    for stay in stays:
        if not stay["is_admission"]:
            continue
        admitted, discharged = stay["start_at"].date(), stay["end_at"].date()
        before: dict[str, int] = defaultdict(int)
        after: dict[str, int] = defaultdict(int)
        for row in of_person[stay["person_id"]]:
            if timedelta(0) < admitted - row["dispensed_date"] <= timedelta(90):
                before[row["atc_code"]] += row["pack_count"]
            if timedelta(0) <= row["dispensed_date"] - discharged < timedelta(90):
                after[row["atc_code"]] += row["pack_count"]
        died = people[stay["person_id"]]["death_date"]
        for code in sorted(before.keys() | after.keys()):
            change = {(True, True): "continued", (True, False): "stopped", (False, True): "started"}.get(
                (before[code] > 0, after[code] > 0)
            )
            if change:
                rows.append(
                    {
                        "stay_id": stay["stay_id"],
                        "person_id": stay["person_id"],
                        "discharged_date": discharged,
                        "atc_code": code,
                        "medication_change": change,
                        "died_in_window": died is not None and died - discharged < timedelta(90),
                    }
                )
    return rows
