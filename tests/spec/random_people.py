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
    *("DE109", "DE112", "DE86", "DK590", "DN300", "DL89", "DZ749C", "DJ449", "DI509", "DF009", "DG819", "DC787"),
]
SPECIALTIES = ["medicinsk endokrinologi", "Intern medicin: geriatri", "neurologi", "kirurgi", None]
DRUGS = ["A10BA02", "A10BA02", "A10AB01", "A10AE56", "A10BJ06", "A10BK03", "R03BB04", "N05AN01", "N06DA02", "C03CA01"]
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
    *("-0,3", "--3", "5,", ",5", "1.2.3", "<", "12e3", "0", "<-1", "", "1 000", "9" * 15, "9" * 16),
]
LETTERS = ["a", "b", "c"]


class _Lake:
    """Rows on their way, per source and delivery letter, and the chance that makes them."""

    def __init__(self, *, seed: int, first_id: int) -> None:
        self.rng = random.Random(seed)
        self.ids = iter(range(first_id, first_id + 1_000_000))
        self.rows: dict[str, dict[str, list[Row]]] = {}

    def add(self, source: str, letter: str, **values: object) -> None:
        row = {**DEFAULTS.get(source, {}), **values}
        self.rows.setdefault(source, {}).setdefault(letter, []).append(row)

    def any_letter(self) -> str:
        return self.rng.choice(LETTERS)


def random_people(*, seed: int, people: int, first_id: int) -> dict[str, dict[str, list[Row]]]:
    """Per source and delivery letter the rows of so many people, whose ids start at `first_id`."""
    lake = _Lake(seed=seed, first_id=first_id)
    for person in range(first_id, first_id + people):
        _life(lake, person)
        _hospital(lake, person)
        before = _former_number(lake, person)
        _relatives(lake, lake.rng.choice([person, before]), range(first_id, first_id + people))
        for _ in range(lake.rng.randrange(4)):
            _rest(lake, lake.rng.choice([person, before]))
    return lake.rows


def _life(lake: _Lake, person: int) -> None:
    rng = lake.rng
    born = rng.choice([date(1935, 1, 1), date(1943, 9, 1), date(1950, 3, 1), date(1979, 9, 1), date(2000, 2, 29)])
    born += timedelta(days=rng.choice([0, rng.randrange(900)]))
    kom = rng.choice(MUNICIPALITIES)
    for day in SNAPSHOTS:
        kom = rng.choice(MUNICIPALITIES) if rng.random() < 0.25 else kom
        if rng.random() > 0.85 or born > day:
            continue
        letter, sex = lake.any_letter(), rng.choice([1, 2])
        family = rng.choice([kom, person])
        home = {"kom": kom, "familie_id": family, "antpersf": rng.choice([None, 1, 2]), "civst": rng.choice("UGFEPOLD")}
        lake.add("bef", letter, person_id=person, referencetid=day, foed_dag=born, koen=sex, **home)
        if day.month == 12:
            _year(lake, person, family, day)
        if letter != "c" and rng.random() < 0.1:
            lake.add("bef", "c", person_id=person, referencetid=day, kom=851, foed_dag=born)
    if rng.random() < 0.25:
        died = rng.choice(SNAPSHOTS) + timedelta(days=rng.choice([-40, -1, 0, 1, 30]))
        lake.add("dod", rng.choice(["c", "c", "a"]), person_id=person, doddato=died)
        causes = {f"c_dod_{line}": rng.choice([None, "I219", "E119"]) for line in ("1a", "1b", "21", "23", "28")}
        if rng.random() < 0.7:
            lake.add("dodsaasg", "c", person_id=person, d_dodsdato=died + timedelta(rng.choice([0, 0, 1])), **causes)
    elif rng.random() < 0.1:
        lake.add("dodsaasg", "c", person_id=person, c_dodtilgrundl_acme="R990")


def _year(lake: _Lake, person: int, family: int, day: date) -> None:
    """What registers tell once a year; in a later delivery it may be otherwise."""
    rng = lake.rng
    income = rng.choice([-5, 100_000, 250_000, rng.randrange(500_000)])
    lake.add("faik", lake.any_letter(), familie_id=family, referencetid=day, famaekvivadisp_13=income)
    if rng.random() < 0.8:
        socio13 = rng.choice([0, 110, 131, 139, 210, 310, 321, 322, 330, 410, 420])
        lake.add("akm", lake.any_letter(), person_id=person, referencetid=day, socio13=socio13)
    for told in (date(day.year, 10, 1), day):
        code = rng.choice(["1021", "5166", "9999"])
        lake.add("udda", lake.any_letter(), person_id=person, referencetid=told, hfaudd=code)


def _former_number(lake: _Lake, person: int) -> int:
    """A number that the person had before; most people had none, and get their own."""
    if lake.rng.random() > 0.2:
        return person
    former, between = person + 500_000, person + 600_000
    changed = date(2019, 6, 1) + timedelta(days=lake.rng.randrange(300))
    if lake.rng.random() < 0.3:
        lake.add("cpr_skift", "c", person_id=former, nyt_pnr=between, skiftedato=changed)
        lake.add("cpr_skift", "c", person_id=between, nyt_pnr=person, skiftedato=changed + timedelta(days=9))
    else:
        lake.add("cpr_skift", lake.rng.choice("abc"), person_id=former, nyt_pnr=person, skiftedato=changed)
    return former


def _relatives(lake: _Lake, number: int, others: range) -> None:
    """Some have relatives, under a number that may be a former one."""
    if lake.rng.random() < 0.5:
        named = [lake.rng.choice([None, lake.rng.choice(others) + lake.rng.choice([0, 500_000])]) for _ in range(3)]
        relation = dict(zip(("mor_id", "far_id", "aegte_id"), named, strict=True))
        lake.add("cpr_relation", lake.rng.choice("bc"), person_id=number, **relation)


def _hospital(lake: _Lake, person: int) -> None:
    rng = lake.rng
    at = datetime(2019, 4, 1, 8) + timedelta(minutes=rng.randrange(500_000))
    for _ in range(rng.randrange(9)):
        length = rng.choice(LENGTHS)
        contact = next(lake.ids)
        main, system = rng.choice(DIAGNOSES), rng.choice(["LPR3", "LPR2"])
        end = at + timedelta(minutes=length) if rng.random() < 0.95 else None
        lake.add(
            "lpr_a_kontakt",
            "c" if rng.random() < 0.95 else "b",
            person_id=person,
            dw_ek_kontakt=contact,
            kont_starttidspunkt=at,
            kont_sluttidspunkt=end,
            kont_type="ALCA00" if rng.random() < 0.9 else "ALCA03",
            kont_aarsag=rng.choice([None, "ALCC01", "ALCC02"]),
            kont_ans_hovedspec=rng.choice(SPECIALTIES),
            prioritet=rng.choice(["ATA1", "ATA11", "ATA3"]),
            adiag=main,
            lprindberetningssystem=system,
        )
        if rng.random() < 0.7:
            told = rng.choice([end, end, at + timedelta(minutes=length + 1), None])
            times = {"SGH_OPH_STARTTIDSPUNKT": at, "SGH_OPH_SLUTTIDSPUNKT": told}
            stay = {"DW_EK_SYGEHUSOPHOLD": next(lake.ids), "DW_EK_KONTAKT_FOERSTE": contact, **times}
            lake.add("lpr_a_sghophold", "c", person_id=person, **stay)
        for kind in rng.choices("ABB+", k=rng.randrange(4)):
            verdict = rng.choice(["Ja", "Nej", None])
            found = {"diag_kode": rng.choice(DIAGNOSES) or "DR69", "diag_kode_type": kind}
            lake.add("lpr_a_diagnose", "c", dw_ek_kontakt=contact, senere_afkraeftet=verdict, **found)
        if system == "LPR2":
            _lpr2(lake, person, at.date(), main)
        for _ in range(rng.randrange(3)):
            done = {"dw_ek_procedureregistrering": next(lake.ids), "proc_kode_type": rng.choice("P+I")}
            lake.add("lpr_a_procedure", rng.choice("bccc"), dw_ek_kontakt=contact, proc_starttidspunkt=at, **done)
        at += timedelta(minutes=max(length + rng.choice(GAPS), 0))


def _lpr2(lake: _Lake, person: int, day: date, main: str | None) -> None:
    """The same contact in LPR2, sometimes of another day, with diagnoses that lpr_a may hold too."""
    rng = lake.rng
    recnum = next(lake.ids)
    day -= timedelta(days=rng.choice([0, 0, 400, 3700]))
    about = {"d_inddto": day, "c_spec": rng.choice(["08", "01", "30", "31", None]), "c_adiag": main}
    lake.add("lpr_adm", "c", person_id=person, recnum=recnum, **about)
    for kind in rng.choices("ABH", k=rng.randrange(3)):
        code = rng.choice([main, main, "DE109", "DI110", "25009"]) or "DE119"
        lake.add("lpr_diag", "c", recnum=recnum, c_diag=code, c_diagtype=kind)


def _rest(lake: _Lake, person: int) -> None:
    rng = lake.rng
    soon = datetime(2019, 4, 1, 8) + timedelta(minutes=rng.randrange(500_000))
    lake.add("laboratoriesvar", lake.any_letter(), person_id=person, svar=rng.choice(ANSWERS))
    code, values = rng.choice([("NPU27300", ["47", "48", "<48", ">48"]), ("NPU03835", ["6,4", "6,5", "7"])])
    answer = {"npukode": code, "svar": rng.choice(values), "datotid_proevetagning": soon}
    lake.add("laboratoriesvar", lake.any_letter(), person_id=person, **answer)
    week = f"{rng.choice([89, 90, 99, 4, 15, 19, 20, 20, 21]):02d}{rng.randrange(1, 54):02d}"
    service = {"speciale": rng.choice(["800101", "810101", "540801"]), "barnmak": rng.choice([0, 0, 1])}
    lake.add("sssy", lake.any_letter(), person_id=person, honuge=week, **service)
    for _ in range(rng.randrange(1, 5)):
        _purchase(lake, person, soon.date())
    lake.add("vitale_vaerdier", lake.any_letter(), person_id=person, numelementvaerdi=float(rng.randrange(100)))
    lake.add("medicinadministration", lake.any_letter(), person_id=person, dosis=rng.choice([0.5, 1000.0]))
    visit = next(lake.ids)
    for letter in LETTERS[: rng.randrange(1, 4)]:
        status = rng.choice(["gennemfoert", "gennemfoert", "aflyst", "ikke_hjemme"])
        times = {"planlagt_start": rng.choice([None, soon]), "start": rng.choice([None, soon + timedelta(minutes=5)])}
        lake.add("hjemmepleje_besoeg", letter, person_id=person, besoeg_id=visit, besoeg_status=status, **times)
    lake.add("journalnotat", lake.any_letter(), person_id=person, notat_id=next(lake.ids))
    _municipal(lake, person, soon)


def _purchase(lake: _Lake, person: int, day: date) -> None:
    """Packs of a drug around a day, near the edges of supply, gap and window; some are given back."""
    rng = lake.rng
    bought = day + timedelta(days=rng.choice([-91, -90, -1, 0, 1, 10, 40, 41, 180, 181, 365, 366]))
    volume, packs = rng.choice([None, 50.5, 0.1, 10.0, 28.0]), rng.choice([-1, 1, 1, 1, 3])
    about = {"atc": rng.choice(DRUGS), "indo": rng.choice([None, None, "0000276"])}
    lake.add("lmdb", lake.any_letter(), person_id=person, eksd=bought, volume=volume, apk=packs, **about)


def _municipal(lake: _Lake, person: int, soon: datetime) -> None:
    """The same month, day, plan or assessment comes again in other deliveries."""
    rng = lake.rng
    assessment, observation = next(lake.ids), next(lake.ids)
    for letter in LETTERS[: rng.randrange(1, 4)]:
        month = rng.choice(["202001", "202001", "202002", "201912"])
        minutes = {"PERPL_VIS": rng.choice([0, 120, 300]), "PRAHJ_VIS": rng.choice([0, 45])}
        lake.add("aefv", letter, person_id=person, HÆND_MDR=month, **minutes)
        day = date(2020, 1, rng.randrange(1, 4))
        lake.add("aehjsp", letter, person_id=person, HJEMSYGEP_DATO=day, IMP_MARK=rng.choice(["KOM", "FTI", None]))
        lake.add("aetr", letter, person_id=person, HÆND_MDR=month, TREAN_ART=rng.choice("12"))
        plan = {"AEL_KOMKOD": rng.choice([615, 751]), "AAR": rng.choice([2019, 2020]), "VERSION": rng.randrange(1, 3)}
        lake.add("aerehab", letter, person_id=person, GODKEND_AAR=rng.choice([None, 2019, 2020]), **plan)
        ends = rng.choice([None, rng.choice(SNAPSHOTS) + timedelta(days=rng.choice([-40, -1, 0, 1, 30]))])
        lake.add("plh", letter, person_id=person, start=date(2019, 1, rng.randrange(1, 4)), slut=ends)
        level = rng.choice(["0", "1", "4", "9", "B1", "B2", "B5", "B6"])
        lake.add(
            "fsiii_funktionsniveau",
            letter,
            person_id=person,
            vurdering_id=assessment,
            niveau=level,
            vurderet_dato=soon.date(),
        )
        scores = {name: rng.choice([None, 1, 5]) for name in ("soevn", "appetit", "mobilitet", "konfusion", "smerte")}
        seen = {"tidspunkt": soon + timedelta(days=rng.randrange(9)), **scores}
        lake.add("plejeobservation", letter, person_id=person, observation_id=observation, **seen)
        month = f"{soon.year}{soon.month:02d}"
        lake.add("aefv", letter, person_id=person, HÆND_MDR=month, PERPL_VIS=rng.choice([10, 20]), PRAHJ_VIS=0)
        nursed = soon.date() + timedelta(days=rng.randrange(30))
        lake.add("aehjsp", letter, person_id=person, HJEMSYGEP_DATO=nursed, IMP_MARK=None)
