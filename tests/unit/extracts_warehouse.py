"""A warehouse of extracts as they were written: the sources that the rules are about, without intake and dbt."""

from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from quality.expectation import TableExpectations
from quality.measure import measure_all
from synthetic.suppliers import SOURCES as MADE
from tests.unit.source_warehouse import rules

PARQUET = ("lpr_a_kontakt", "lpr_a_forloeb", "lpr_a_diagnose", "lpr_a_procedure", "fsiii_funktionsniveau")
OF_CODES = ("hjemmepleje_besoeg", "laboratoriesvar", "medicinadministration", "lpr_adm", "lpr_diag", "lmdb")
SOURCES = (*PARQUET, *OF_CODES, "dod", "dodsaasg", "sks", "kodeliste")
RULES: dict[str, TableExpectations] = {table: of_table for table, of_table in rules().items() if table in SOURCES}

STAGING = """
create view staging.stg_lpr_a_kontakt as select dw_ek_kontakt as contact_id, dw_ek_forloeb as course_id, person_id,
  kont_starttidspunkt as start_at, kont_sluttidspunkt as end_at, beh_starttidspunkt as treatment_start_at,
  kont_type as contact_type_code, prioritet as priority_code, kont_aarsag as cause_code,
  kont_ans_hovedspec as main_specialty, kont_ans as responsible_unit_code,
  lprindberetningssystem as reporting_system, 'cpr' as number_kind,
  borger_foedselsdato as reported_birth_date, _delivery, _delivered_at
from files.lpr_a_kontakt left join number using (pnr);
create view staging.stg_lpr_a_forloeb as select dw_ek_forloeb as course_id, dw_ek_forloeb_forrige as previous_course_id,
  forl_starttidspunkt as start_at, forl_sluttidspunkt as end_at, forl_henv_tidspunkt as referred_at,
  forl_afslut_maade as end_code, lprindberetningssystem as reporting_system, _delivery, _delivered_at
from files.lpr_a_forloeb;
create view staging.stg_lpr_a_diagnose as select dw_ek_kontakt as contact_id, diag_kode as diagnosis_code,
  diag_kode_type as diagnosis_type, _delivery, _delivered_at from files.lpr_a_diagnose;
create view staging.stg_lpr_a_procedure as select dw_ek_procedureregistrering as procedure_id,
  dw_ek_kontakt as contact_id, proc_kode as procedure_code,
  proc_kode_type as procedure_type, proc_starttidspunkt as start_at, proc_sluttidspunkt as end_at,
  proc_ans as performing_unit_code, _delivery, _delivered_at
from files.lpr_a_procedure;
create view staging.stg_dod as select person_id, doddato::date as death_date, _delivery, _delivered_at
from files.dod left join number using (pnr);
create view staging.stg_dodsaasg as select person_id, d_dodsdato::date as death_date, _delivery, _delivered_at
from files.dodsaasg left join number using (pnr);
create view staging.stg_fsiii_funktionsniveau as
select tilstand_kode as condition_code, vurderet_dato as assessed_date, _delivery from files.fsiii_funktionsniveau;
create view staging.stg_hjemmepleje_besoeg as
select indsats_kode as service_code, planlagt_start::timestamp as planned_start_at, _delivery
from files.hjemmepleje_besoeg;
create view staging.stg_laboratoriesvar as
select npukode as npu_code, datotid_proevetagning::timestamp as sampled_at, _delivery from files.laboratoriesvar;
create view staging.stg_medicinadministration as
select atc as atc_code, datotid_administration_start::timestamp as administered_at, _delivery
from files.medicinadministration;
create view staging.stg_lmdb as select atc as atc_code, eksd::date as dispensed_date, _delivery from files.lmdb;
create view staging.stg_lpr_adm as
select recnum as lpr2_contact_id, 0 as person_id, d_inddto::date as start_date from files.lpr_adm;
create view staging.stg_lpr_diag as
select recnum as lpr2_contact_id, c_diag as diagnosis_code, _delivery from files.lpr_diag;
create view intermediate.int_code_validity as
select if(line[4] = 'M', 'ATC', 'SKS') as code_system, trim(if(line[4] = 'M', line[5:23], line[4:23])) as code,
  strptime(line[24:31], '%Y%m%d')::date as valid_from, strptime(line[40:47], '%Y%m%d')::date as valid_to
from files.sks
union all
select kodesystem, kode, gyldig_fra::date, date '2500-01-01' from files.kodeliste;
create view marts.person as select person as person_id, birth_date, death_date from people;
"""


def failing(home: Path) -> dict[str, int]:
    """Per rule that fails in the deliveries below `landing` that count, how many rows; what was mended counts twice."""
    with duckdb.connect() as connection:
        connection.execute(
            "create schema files; create schema staging; create schema intermediate; create schema marts"
        )
        connection.execute(f"create view people as from read_parquet('{home}/truth/people/*.parquet')")
        connection.execute(
            "create view number as select pnr, person as person_id from people "
            "union select pnr_before, person from people where pnr_before is not null"
        )
        for source in SOURCES:
            deliveries = sorted((home / "landing" / source).iterdir())
            kept = deliveries if MADE[source].mode != "full" else deliveries[-1:]
            rows = " union all ".join(
                f"select *, '{folder.name}' as _delivery, timestamp '{folder.name} 06:00' as _delivered_at "
                f"from {_files(source, folder)}"
                for folder in kept
            )
            connection.execute(f"create view files.{source} as {rows}")
        connection.execute(STAGING)
        return {f"{m.table}/{m.expectation}": m.failing for m in measure_all(connection, RULES) if m.failing}


def _files(source: str, folder: Path) -> str:
    """The rows of one delivery, in SQL."""
    if source in PARQUET:
        return f"read_parquet('{folder}/*.parquet')"
    told = "header = false, delim = '\t', columns = {'line': 'varchar'}" if source == "sks" else "delim = ';'"
    suffix = "txt" if source == "sks" else "csv"
    return f"read_csv('{folder}/*.{suffix}', {told}, encoding = 'latin-1', all_varchar = true)"


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
