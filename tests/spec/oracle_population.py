"""People, residences and the cohort once more in plain Python; see `tests/spec/oracle.py`."""

from datetime import date, timedelta
from typing import Any

Row = dict[str, Any]

REGION = {
    *("0615", "0657", "0661", "0665", "0671", "0706", "0707", "0710", "0727", "0730"),
    *("0740", "0741", "0746", "0751", "0756", "0760", "0766", "0779", "0791"),
}
# Of the region's municipalities in which the cases and the random people live.
NAMES = {"0615": "Horsens", "0730": "Randers", "0751": "Aarhus", "0791": "Viborg"}
RELATIVES = ("mother_id", "father_id", "spouse_id")
ONE_DAY = timedelta(days=1)


def person(bef: list[Row], dod: list[Row], certificates: list[Row], relations: list[Row]) -> dict[int, Row]:
    """Per person_id the row of `person`; a certificate tells the death of whom DOD does not have."""
    deaths = {row["person_id"]: row["d_dodsdato"] for row in certificates}
    deaths |= {row["person_id"]: row["doddato"] for row in dod}
    relatives: dict[int, tuple[int | None, ...]] = {}
    for row in sorted(relations, key=_fullness):
        relatives[row["person_id"]] = (row["mor_id"], row["far_id"], row["aegte_id"])
    people: dict[int, Row] = {}
    for row in sorted(bef, key=lambda r: r["referencetid"]):
        seen_before = people.get(row["person_id"])
        people[row["person_id"]] = {
            "person_id": row["person_id"],
            "sex": {1: "male", 2: "female"}[row["koen"]],
            "birth_date": row["foed_dag"],
            "death_date": deaths.get(row["person_id"]),
            "country_of_origin_code": None if row["opr_land"] is None else f"{row['opr_land']:04d}",
            "origin": {1: "danish", 2: "immigrant", 3: "descendant", None: None}[row["ie_type"]],
            "first_seen_date": seen_before["first_seen_date"] if seen_before else row["referencetid"],
            "last_seen_date": row["referencetid"],
            "family_id": row["familie_id"],
            **dict(zip(RELATIVES, relatives.get(row["person_id"], (None, None, None)), strict=True)),
        }
    return people


def _fullness(row: Row) -> tuple[int, ...]:
    """Of two rows of a person the later in this order counts."""
    named = (row["mor_id"], row["far_id"], row["aegte_id"])
    return sum(one is not None for one in named), *(one or 0 for one in named)


def residence(bef: list[Row], people: dict[int, Row]) -> list[Row]:
    """The rows of `residence`; `_end_reason` and `_from_start` are for the cohort."""
    calendar = sorted({row["referencetid"] for row in bef})
    seen = {(row["person_id"], row["referencetid"]): f"{row['kom']:04d}" for row in bef}
    homes = []
    for person_id, about in people.items():
        death = about["death_date"]
        home: Row | None = None
        for day in calendar:
            alive = death is None or day <= death
            place = seen.get((person_id, day)) if alive else None
            if home and place != home["municipality_code"]:
                homes.append(closed(home, day, "moved_out", death))
                home = None
            if place and not home:
                home = {
                    "person_id": person_id,
                    "municipality_code": place,
                    "municipality_name": NAMES.get(place),
                    "in_region": place in REGION,
                    "start_date": day,
                    "_from_start": day == calendar[0],
                }
        if home:
            homes.append(closed(home, calendar[-1] + ONE_DAY, "end_of_data", death))
    return homes


def closed(home: Row, end: date, reason: str, death: date | None) -> Row:
    """A stay in a municipality with its end; a death that comes first decides."""
    if death is not None and death + ONE_DAY <= end:
        end, reason = death + ONE_DAY, "death"
    return {**home, "end_date": end, "_end_reason": reason}


def cohort_membership(homes: list[Row], people: dict[int, Row]) -> list[Row]:
    """The rows of `cohort_membership`."""
    periods: list[Row] = []
    for person_id, about in people.items():
        mine = [h for h in homes if h["person_id"] == person_id and h["in_region"]]
        mine.sort(key=lambda h: h["start_date"])
        joined: list[list[Row]] = []
        for home in mine:
            if joined and joined[-1][-1]["end_date"] == home["start_date"]:
                joined[-1].append(home)
            else:
                joined.append([home])
        number = 0
        for period in joined:
            start, end = period[0]["start_date"], period[-1]["end_date"]
            entry = start
            while entry < end and age(about["birth_date"], entry) < 18:
                entry += ONE_DAY
            if entry == end:
                continue
            number += 1
            reason = "start_of_data" if period[0]["_from_start"] else "moved_in"
            at_entry = [h for h in period if h["start_date"] <= entry < h["end_date"]]
            periods.append(
                {
                    "person_id": person_id,
                    "period_number": number,
                    "entry_date": entry,
                    "exit_date": end,
                    "entry_reason": reason if entry == start else "turned_18",
                    "exit_reason": period[-1]["_end_reason"],
                    "age_at_entry_years": age(about["birth_date"], entry),
                    "entry_municipality_code": at_entry[0]["municipality_code"],
                }
            )
    return periods


def cohort_selection(homes: list[Row], people: dict[int, Row]) -> list[Row]:
    """The rows of `cohort_selection`."""
    members = {row["person_id"] for row in cohort_membership(homes, people)}
    rows = []
    for person_id in people:
        mine = [home["in_region"] for home in homes if home["person_id"] == person_id]
        outcome = "included" if person_id in members else "never_adult_in_region" if any(mine) else "never_in_region"
        rows.append({"person_id": person_id, "outcome": outcome if mine else "never_seen_alive"})
    return rows


def age(born: date, on: date) -> int:
    """Whole years."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def death(certificates: list[Row], people: dict[int, Row]) -> list[Row]:
    """The rows of `death`."""
    of_person = {row["person_id"]: row for row in certificates}
    rows = []
    for person_id, who in people.items():
        told = of_person.get(person_id, {})
        died = who["death_date"]
        if died:
            causes = {name: told.get(f"c_dod_{name}") for name in ("1a", "1b", "1c", "1d")}
            others = [f"D{code}" for number in range(1, 9) if (code := told.get(f"c_dod_2{number}"))]
            underlying = told.get("c_dodtilgrundl_acme")
            rows.append(
                {
                    "person_id": person_id,
                    "death_date": died,
                    "has_certificate": bool(told),
                    "underlying_cause_code": f"D{underlying}" if underlying else None,
                    "direct_cause_code": f"D{causes['1a']}" if causes["1a"] else None,
                    "second_cause_code": f"D{causes['1b']}" if causes["1b"] else None,
                    "third_cause_code": f"D{causes['1c']}" if causes["1c"] else None,
                    "fourth_cause_code": f"D{causes['1d']}" if causes["1d"] else None,
                    "contributing_cause_codes": " ".join(others) or None,
                }
            )
    return rows


def household(bef: list[Row], people: dict[int, Row]) -> list[Row]:
    """The rows of `household`."""
    status = {
        **dict.fromkeys("GP", "married"),
        **dict.fromkeys("FO", "divorced"),
        **dict.fromkeys("EL", "widowed"),
        "U": "unmarried",
        None: None,
    }
    return [
        {
            "person_id": row["person_id"],
            "reference_date": row["referencetid"],
            "family_id": row["familie_id"],
            "family_size": row["antpersf"],
            "lives_alone": None if row["antpersf"] is None else row["antpersf"] == 1,
            "civil_status": status.get(row["civst"], "unknown"),
        }
        for row in bef
        for died in [people[row["person_id"]]["death_date"]]
        if died is None or row["referencetid"] <= died
    ]


def family_incomes(bef: list[Row], faik: list[Row]) -> dict[date, dict[int, int]]:
    """Per last day of a year the income of each person's family."""
    of_family = {(row["familie_id"], row["referencetid"]): row["famaekvivadisp_13"] for row in faik}
    incomes: dict[date, dict[int, int]] = {}
    for row in bef:
        income = of_family.get((row["familie_id"], row["referencetid"]))
        if row["familie_id"] is not None and income is not None:
            incomes.setdefault(row["referencetid"], {})[row["person_id"]] = income
    return incomes


def socioeconomy(bef: list[Row], faik: list[Row], akm: list[Row], udda: list[Row], people: dict[int, Row]) -> list[Row]:
    """The rows of `socioeconomy`."""
    rows: dict[tuple[int, int], Row] = {}

    def tell(person_id: int, year: int, **told: Any) -> None:
        names = ("equivalised_income_dkk", "income_quintile", "education_code", "education_completed_date")
        empty = dict.fromkeys((*names, "socio13_code", "livelihood"))
        about = {"person_id": person_id, "year_date": date(year, 1, 1)}
        rows.setdefault((person_id, year), {**about, **empty}).update(told)

    for day, found in family_incomes(bef, faik).items():
        adults = sorted(income for p, income in found.items() if age(people[p]["birth_date"], day) >= 18)
        begins = [adults[len(adults) * fifth // 5] for fifth in range(1, 5)]
        for person_id, income in found.items():
            quintile = 1 + sum(income >= begin for begin in begins)
            tell(person_id, day.year, equivalised_income_dkk=income, income_quintile=quintile)
    for row in sorted((r for r in udda if r["person_id"] in people), key=lambda r: r["referencetid"]):
        told = {"education_code": row["hfaudd"], "education_completed_date": row["hf_vfra"]}
        tell(row["person_id"], row["referencetid"].year, **told)
    for row in sorted((r for r in akm if r["person_id"] in people), key=lambda r: r["referencetid"]):
        told = {"socio13_code": f"{row['socio13']:03d}", "livelihood": livelihood(row["socio13"])}
        tell(row["person_id"], row["referencetid"].year, **told)
    return list(rows.values())


def livelihood(socio13: int) -> str:
    """What a person of this status mainly lives of."""
    names = {210: "unemployed", 410: "other", 310: "student", 322: "pensioner", 323: "pensioner"}
    names |= dict.fromkeys((220, 321, 330), "outside_labour_force")
    names |= dict.fromkeys((110, 111, 112, 113, 114, 120), "self_employed")
    names |= dict.fromkeys((131, 132, 133, 134, 135, 139), "employed")
    return names.get(socio13, "unknown")
