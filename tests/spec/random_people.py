"""Random lake rows around the edges of the definitions: gaps near 4 h, stays near 12 h, returns near 30 days.

Here: seeded rows with no regard for likelihood. Not here: people who look real, which are `synthetic/`'s.
"""

import random
from datetime import date, datetime, timedelta

from tests.spec.cases import DEFAULTS, SNAPSHOTS
from tests.spec.warehouse import Row

MUNICIPALITIES = [615, 730, 751, 791, 851, 101]
DIAGNOSES = [
    *(
        "DJ189",
        "DJ189",
        "DI109",
        "DE119",
        "DF329",
        "DZ763",
        "DO40",
        "DO800",
        "DO83",
        "DC509",
        "DD059",
        "DD10",
    ),
    *("DS720", "DT20", "DT36", "DT30", "DT35", "DT50", "DT59", "DT78", "DT889", "DX60", None),
]
GAPS = [-600, -60, -1, 0, 1, 239, 240, 241, 600, 43_199, 43_200, 43_201, 90_000]
LENGTHS = [1, 30, 60, 719, 720, 721, 1440, 6000]
ANSWERS = [
    *(
        "7,4",
        "7.4",
        "<5",
        "<= 5",
        ">=12,5",
        " > 3 ",
        "Aflyst",
        "aflyst ",
        "POSITIV",
        "ikke påvist",
        "5 til 7",
    ),
    *("-0,3", "--3", "5,", ",5", "1.2.3", "<", "12e3", "0", "<-1", "", "1 000"),
]
LETTERS = ["a", "b", "c"]


def random_people(*, seed: int, people: int, first_id: int) -> dict[str, dict[str, list[Row]]]:
    """Per source and delivery letter the rows of so many people, whose ids start at `first_id`."""
    rng = random.Random(seed)
    lake: dict[str, dict[str, list[Row]]] = {}
    ids = iter(range(first_id, first_id + 1_000_000))

    def add(source: str, letter: str, **values: object) -> None:
        lake.setdefault(source, {}).setdefault(letter, []).append({**DEFAULTS.get(source, {}), **values})

    for person in range(first_id, first_id + people):
        born = rng.choice([date(1950, 3, 1), date(2000, 2, 29), date(2001, 1, 1)])
        born += timedelta(days=rng.randrange(0, 900))
        kom = rng.choice(MUNICIPALITIES)
        for day in SNAPSHOTS:
            kom = rng.choice(MUNICIPALITIES) if rng.random() < 0.25 else kom
            if rng.random() < 0.85 and born <= day:
                letter = rng.choice(LETTERS)
                add(
                    "bef",
                    letter,
                    person_id=person,
                    referencetid=day,
                    kom=kom,
                    foed_dag=born,
                    koen=rng.choice([1, 2]),
                )
                if rng.random() < 0.1:
                    add(
                        "bef", "c", person_id=person, referencetid=day, kom=851, foed_dag=born
                    ) if letter != "c" else None
        if rng.random() < 0.25:
            died = rng.choice(SNAPSHOTS) + timedelta(days=rng.choice([-40, -1, 0, 1, 30]))
            add("dod", rng.choice(["c", "c", "a"]), person_id=person, doddato=died)
        at = datetime(2019, 4, 1, 8) + timedelta(minutes=rng.randrange(500_000))
        for _ in range(rng.randrange(9)):
            length = rng.choice(LENGTHS)
            contact = next(ids)
            add(
                "lpr_a_kontakt",
                "c" if rng.random() < 0.95 else "b",
                person_id=person,
                dw_ek_kontakt=contact,
                kont_starttidspunkt=at,
                kont_sluttidspunkt=at + timedelta(minutes=length) if rng.random() < 0.95 else None,
                kont_type="ALCA00" if rng.random() < 0.9 else "ALCA03",
                prioritet=rng.choice(["ATA1", "ATA11", "ATA3"]),
                adiag=rng.choice(DIAGNOSES),
                lprindberetningssystem=rng.choice(["LPR3", "LPR2"]),
            )
            for _ in range(rng.randrange(3)):
                verdict = rng.choice(["Ja", "Nej", None])
                code = rng.choice(DIAGNOSES) or "DR69"
                add("lpr_a_diagnose", "c", dw_ek_kontakt=contact, diag_kode=code, senere_afkraeftet=verdict)
            at += timedelta(minutes=max(length + rng.choice(GAPS), 0))
        for _ in range(rng.randrange(4)):
            add("laboratoriesvar", rng.choice(LETTERS), person_id=person, svar=rng.choice(ANSWERS))
            week = f"{rng.choice([89, 90, 99, 4, 15, 20, 21]):02d}{rng.randrange(1, 54):02d}"
            add(
                "sssy",
                rng.choice(LETTERS),
                person_id=person,
                honuge=week,
                speciale=rng.choice(["800101", "540801"]),
            )
            volume = rng.choice([None, 50.5, 0.1])
            add("lmdb", rng.choice(LETTERS), person_id=person, volume=volume, apk=rng.choice([-1, 1, 3]))
            visit = next(ids)
            for letter in LETTERS[: rng.randrange(1, 4)]:
                status = rng.choice(["gennemfoert", "aflyst", "ikke_hjemme"])
                add("hjemmepleje_besoeg", letter, person_id=person, besoeg_id=visit, besoeg_status=status)
            add("journalnotat", rng.choice(LETTERS), person_id=person, notat_id=next(ids))
    return lake
