"""A warehouse of extracts as they were written: the sources that the rules are about, without intake and dbt."""

from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from quality.expectation import TableExpectations
from quality.measure import measure_all
from tests.unit.source_warehouse import rules

PARQUET = ("lpr_a_kontakt", "lpr_a_forloeb", "lpr_a_diagnose", "lpr_a_procedure")
SOURCES = (*PARQUET, "dod", "dodsaasg")
RULES: dict[str, TableExpectations] = {table: of_table for table, of_table in rules().items() if table in SOURCES}

STAGING = """
create view staging.stg_lpr_a_kontakt as select dw_ek_kontakt as contact_id, dw_ek_forloeb as course_id, person_id,
  kont_starttidspunkt as start_at, kont_sluttidspunkt as end_at, beh_starttidspunkt as treatment_start_at,
  kont_type as contact_type_code, prioritet as priority_code, kont_aarsag as cause_code,
  kont_ans_hovedspec as main_specialty, lprindberetningssystem as reporting_system, 'cpr' as number_kind,
  borger_foedselsdato as reported_birth_date, _delivery, _delivered_at
from files.lpr_a_kontakt left join number using (pnr);
create view staging.stg_lpr_a_forloeb as select dw_ek_forloeb as course_id, dw_ek_forloeb_forrige as previous_course_id,
  forl_starttidspunkt as start_at, forl_sluttidspunkt as end_at, forl_henv_tidspunkt as referred_at,
  forl_afslut_maade as end_code, lprindberetningssystem as reporting_system, _delivery, _delivered_at
from files.lpr_a_forloeb;
create view staging.stg_lpr_a_diagnose as select dw_ek_kontakt as contact_id, diag_kode as diagnosis_code,
  diag_kode_type as diagnosis_type, _delivery, _delivered_at from files.lpr_a_diagnose;
create view staging.stg_lpr_a_procedure as select dw_ek_kontakt as contact_id, proc_kode as procedure_code,
  proc_kode_type as procedure_type, proc_starttidspunkt as start_at, proc_sluttidspunkt as end_at,
  _delivery, _delivered_at
from files.lpr_a_procedure;
create view staging.stg_dod as select person_id, doddato::date as death_date, _delivery, _delivered_at
from files.dod left join number using (pnr);
create view staging.stg_dodsaasg as select person_id, d_dodsdato::date as death_date, _delivery, _delivered_at
from files.dodsaasg left join number using (pnr);
create view marts.person as select person as person_id, birth_date, death_date from people;
"""


def failing(home: Path) -> dict[str, int]:
    """Per rule that fails in the newest deliveries below `landing`, how many rows."""
    with duckdb.connect() as connection:
        connection.execute("create schema files; create schema staging; create schema marts")
        connection.execute(f"create view people as from read_parquet('{home}/truth/people/*.parquet')")
        connection.execute(
            "create view number as select pnr, person as person_id from people "
            "union select pnr_before, person from people where pnr_before is not null"
        )
        for source in SOURCES:
            folder = max((home / "landing" / source).iterdir())
            files = (
                f"read_parquet('{folder}/*.parquet')"
                if source in PARQUET
                else f"read_csv('{folder}/*.csv', delim = ';', encoding = 'latin-1', all_varchar = true)"
            )
            connection.execute(
                f"create view files.{source} as select *, '{folder.name}' as _delivery, "
                f"timestamp '{folder.name} 06:00' as _delivered_at from {files}"
            )
        connection.execute(STAGING)
        return {f"{m.table}/{m.expectation}": m.failing for m in measure_all(connection, RULES) if m.failing}


def long_open(home: Path) -> int:
    """Contacts that have been open for more than 30 days when they are reported, and so have no diagnosis yet: hard
    cases, which break 05.15 in every world.
    """
    delivery = max((home / "landing" / "lpr_a_kontakt").iterdir())
    contacts = pq.read_table(delivery / "lpr_a_kontakt.parquet").to_pylist()
    found = pq.read_table(home / "truth" / "hard_cases").to_pylist()
    case = ("lpr_a_kontakt", delivery.name, "open_contact")
    opened = [row["row_number"] for row in found if (row["source"], row["delivery"], row["kind"]) == case]
    reported = datetime.fromisoformat(delivery.name) + timedelta(hours=6)
    return sum(contacts[number - 1]["kont_starttidspunkt"] + timedelta(days=30) < reported for number in opened)
