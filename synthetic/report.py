"""How believable a world is: published figures beside those of the extracts, counted in the delivered files.

Every figure names its source and a tolerance; the tests hold the generator to them. The figures are counted with plain
queries of this module, not with the definitions of the platform, which would hide a mistake that both made.
"""

from dataclasses import dataclass
from pathlib import Path

import duckdb

from synthetic.columns import Period
from synthetic.delivery import SyntheticError
from synthetic.people.names import REGION
from synthetic.suppliers import SOURCES

YEARS = 7
COUNTED = ("bef", "dod", "lpr_a_kontakt", "lmdb", "sssy", "laboratoriesvar", "hjemmepleje_besoeg")
REGION_ADULTS = 1_400_000
PREVENTABLE = (
    "^(DE86|DK590|DJ1[2-58]|DJ2[0-2]|DJ4[0-7]|DN30|DN390|DA09|DS(02|12|22|32|42|52|62|72|82|92)"
    "|DD5[0-3]|DZ59|DZ74|DZ75|DL89)"
)
MEDICAL = "intern medicin|medicinsk endokrinologi|akutmedicin|neurologi"


@dataclass(frozen=True)
class Figure:
    """A published figure: `target` within `tolerance` (both in `unit`), its `source`, and what the extracts give."""

    name: str
    unit: str
    target: float
    tolerance: float
    source: str
    achieved: float

    @property
    def holds(self) -> bool:
        """Whether the extracts are within the tolerance."""
        return abs(self.achieved - self.target) <= self.tolerance


# Name; unit; target; tolerance; source; query of one number.
_COHORT = "CROSS-TRACKS: Riis et al., BMJ Open 2020;10(10):e039996 (2012-2018, four municipalities)"
_KORNHOLT = "Kornholt & Christensen 2020 (first half of 2016)"
FIGURES = (
    (
        "adults who use primary care in seven years",
        "%",
        96.0,
        2.5,
        _COHORT,
        "select 100 * avg((pnr in (select pnr from sssy))::int) from adult",
    ),
    (
        "adults with hospital contact in seven years",
        "%",
        66.0,
        3.0,
        _COHORT,
        "select 100 * avg((pnr in (select pnr from contact))::int) from adult",
    ),
    (
        "people of 65 or older with a potentially preventable admission",
        "%",
        23.0,
        3.0,
        _COHORT + "; the codes are the project's definition",
        f"""select 100 * avg((pnr in (
                select pnr from stay where acute and admission and regexp_matches(adiag, '{PREVENTABLE}') and age >= 65
            ))::int) from adult where age_at_end >= 65""",
    ),
    (
        "acute admissions that 0.7 % of the citizens account for in a year",
        "%",
        30.0,
        5.0,
        "tvaerspor.dk (Horsens)",
        """with each_year as (
                select pnr, year(start) as y, count(*) as n from stay where acute and admission group by all
            ), ranked as (
                select y, n, row_number() over (partition by y order by n desc) as place from each_year
            )
            select 100 * sum(n) filter (where place <= 0.007 * (select count(*) from present)) / sum(n) from ranked""",
    ),
    (
        "acute admissions a year, at 1.4 million adults",
        "thousand",
        160.0,
        20.0,
        "tvaerspor.dk",
        f"""select {REGION_ADULTS} / 1000.0 * count(*) / (select years from span) / (select count(*) from present)
            from stay where acute and admission""",
    ),
    (
        "readmission within 30 days, medical, 65 or older",
        "%",
        17.0,
        1.5,
        "esundhed.dk, Genindlaeggelser; 16-18 %",
        f"""with index_stay as (
                select pnr, stop from stay
                where admission and acute and age >= 65 and not died and regexp_matches(lower(specialty), '{MEDICAL}')
                    and not regexp_matches(adiag, '^(DF|DC|DD0|DZ763|DO)')
                    and stop < (select last_day from span) - interval 30 day
            )
            select 100 * avg(exists(
                select 1 from stay s where s.pnr = i.pnr and s.acute and s.admission
                    and s.start > i.stop and s.start <= i.stop + interval 720 hour
                    and not regexp_matches(coalesce(s.adiag, ''), '^(DF|DC|DS|DT|DZ763|DO8)')
            )::int) from index_stay i""",
    ),
    (
        "adults who redeem more than five medicines in half a year",
        "%",
        12.0,
        2.0,
        _KORNHOLT,
        "select 100 * avg((medicines > 5)::int) from half_year",
    ),
    (
        "the same, 75 or older",
        "%",
        51.0,
        6.0,
        _KORNHOLT,
        "select 100 * avg((medicines > 5)::int) from half_year where age >= 75",
    ),
    (
        "home-care recipients admitted within 30 days",
        "%",
        8.5,
        1.0,
        "the project's requirement: 8-9 %",
        """with helped as (
                select distinct v.cpr as pnr, m.day from visit v join (
                    select unnest(generate_series(first_day + interval 2 month, last_day - interval 2 month,
                        interval 1 month))::date as day from span
                ) m on v.planned >= m.day - interval 7 day and v.planned < m.day
                where v.besoeg_status = 'gennemfoert'
            )
            select 100 * avg(exists(
                select 1 from stay s where s.pnr = h.pnr and s.acute and s.admission
                    and s.start >= h.day and s.start < h.day + interval 30 day
            )::int) from helped h""",
    ),
    (
        "adults with diabetes at the end",
        "%",
        6.0,
        1.0,
        "about 6 % of Danish adults; counted with two events of the osdc algorithm",
        """with event as (
                select pnr, atc as what from dispensing where regexp_matches(atc, '^A10')
                    and not regexp_matches(atc, '^A10(BJ|BK01|BK03)')
                union all select pnr, 'diagnosis' from contact where regexp_matches(adiag, '^DE1[0-4]')
                union all select pnr, 'hba1c' from answer
                    where value >= case npukode when 'NPU03835' then 6.5 else 48 end
                union all select pnr, 'podiatry' from sssy where speciale like '54%'
            )
            select 100 * avg((pnr in (select pnr from event group by pnr having count(*) >= 2))::int)
            from present_at_end""",
    ),
)


def calibration(landing: Path, period: Period) -> list[Figure]:
    """All figures, counted in the extracts of a landing zone.

    Raises SyntheticError where a source that is counted is missing.
    """
    if period.last_year - period.first_year + 1 != YEARS:
        raise SyntheticError(
            f"expected {YEARS} years, of which the figures are, found {period.first_year}-{period.last_year}: "
            "write so many, such as 2019-2025"
        )
    if missing := [name for name in COUNTED if not (landing / name).is_dir()]:
        raise SyntheticError(f"expected extracts of {', '.join(missing)} in {landing}, found none: write them as well")
    with duckdb.connect() as connection:
        for statement in _views(landing, period):
            connection.execute(statement)
        figures = []
        for name, unit, target, tolerance, source, query in FIGURES:
            row = connection.execute(query).fetchone()
            achieved = float(row[0]) if row and row[0] is not None else float("nan")
            figures.append(Figure(name, unit, target, tolerance, source, achieved))
    return figures


def _views(landing: Path, period: Period) -> list[str]:
    """Typed tables of what is counted; rows that do not fit (planted faults) drop out."""
    codes = ", ".join(map(str, REGION))

    folder = str(landing).replace("'", "''")

    def newest(source: str) -> str:
        """The delivery that counts of sources that come in full, else all."""
        full = SOURCES[source].mode == "full"
        return max(path.name for path in (landing / source).iterdir() if path.is_dir()) if full else "*"

    def csv(source: str) -> str:
        return (
            f"read_csv('{folder}/{source}/{newest(source)}/*.csv', delim=';', header=true, all_varchar=true, "
            "encoding='latin-1', quote='\"', union_by_name=true)"
        )

    years = period.last_year - period.first_year + 1
    end = f"date '{period.last_year}-12-31'"
    half = f"date '{period.last_year - 3}-01-01'"
    return [
        "set preserve_insertion_order = false",
        f"create table span as select date '{period.start}' as first_day, {end} as last_day, {years} as years",
        f"""create table snapshot as
            select pnr, try_cast(foed_dag as date) as born, try_cast(referencetid as date) as day
            from {csv("bef")} where try_cast(kom as integer) in ({codes})""",
        """create table adult as
            select pnr, max(date_diff('year', born, day)) as age_at_end from snapshot
            where born + interval 18 year <= day group by pnr""",
        "create table present_at_end as select distinct pnr from snapshot"
        " where day = (select max(day) from snapshot) and born + interval 18 year <= day",
        """create table present as
            select distinct pnr from snapshot
            where day = (select day from (select distinct day from snapshot order by day)
                         limit 1 offset (select count(distinct day) // 2 from snapshot))
                and born + interval 18 year <= day""",
        f"create table sssy as select pnr, speciale from {csv('sssy')}",
        f"""create table contact as
            select pnr, kont_starttidspunkt as start, kont_sluttidspunkt as stop, kont_type, prioritet, adiag,
                kont_ans_hovedspec as specialty, borger_foedselsdato as born
            from read_parquet('{folder}/lpr_a_kontakt/{newest("lpr_a_kontakt")}/*.parquet')
            where kont_sluttidspunkt is null or kont_sluttidspunkt > kont_starttidspunkt""",
        f"""create table death as
            select pnr, try_cast(doddato as date) as day from {csv("dod")}
            where try_cast(doddato as date) is not null""",
        """create table stay as
            with physical as (
                select *, max(stop) over (
                    partition by pnr order by start, stop rows between unbounded preceding and 1 preceding
                ) as before
                from contact where kont_type = 'ALCA00' and stop is not null
            ), numbered as (
                select *, count(*) filter (where before is null or start > before + interval 4 hour)
                    over (partition by pnr order by start, stop) as nth
                from physical
            )
            select numbered.pnr, min(start) as start, max(stop) as stop,
                arg_min(prioritet, start) <> 'ATA3' as acute,
                date_diff('minute', min(start), max(stop)) >= 720 as admission,
                arg_max(adiag, stop - start) as adiag, arg_max(specialty, stop - start) as specialty,
                date_diff('year', min(born), min(start)) as age,
                coalesce(max(death.day) <= max(stop)::date, false) as died
            from numbered left join death on death.pnr = numbered.pnr group by numbered.pnr, nth""",
        f"create table dispensing as select pnr, try_cast(eksd as date) as day, atc from {csv('lmdb')}",
        f"""create table answer as
            select patient_cpr as pnr, npukode, try_cast(replace(numerisksvar, ',', '.') as double) as value
            from {csv("laboratoriesvar")} where npukode in ('NPU27300', 'AAB00093', 'NPU03835')""",
        f"""create table visit as
            select cpr, try_cast(planlagt_start as timestamp) as planned, besoeg_status
            from {csv("hjemmepleje_besoeg")}""",
        f"""create table half_year as
            select s.pnr, date_diff('year', any_value(s.born), {half}) as age,
                count(distinct d.atc) as medicines
            from (select * from snapshot where day = {half} - interval 1 day and born + interval 18 year <= day) s
            left join dispensing d on d.pnr = s.pnr and d.day >= {half} and d.day < {half} + interval 6 month
            group by s.pnr""",
    ]
