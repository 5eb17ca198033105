"""Rules: the contract as one DuckDB SELECT that types every column and lists what each row violates.

Pure text in, text out; `ingestion/take_in.py` runs it. A value that cannot be typed violates `type`; then come
`required`, `valid_values`, `pattern`, `range`, `cpr` and the contract's own row rules. A row rule is violated only
when it is false: a rule over a missing value says nothing.
"""

from ingestion.contract import Column, Contract, LogicalType
from ingestion.readers import ROW_NUMBER

DUCKDB_TYPES: dict[LogicalType, str] = {
    "string": "VARCHAR",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
}
VIOLATIONS = "_violations"
RECORD = "_record"

# DDMMYY and four characters: an ordinary CPR number ends in four digits; a replacement number holds letters after
# its seventh digit; a fictive number has 60 added to the day. Modulus 11 is no reason to refuse (it has not held
# since October 2007).
CPR_SHAPE = r"[0-9]{6}([0-9]{4}|[0-9][A-Z]{2}[0-9])"


def checked_select(contract: Contract, relation: str) -> str:
    """A SELECT over `relation` that yields `_row_number`, the typed columns, `_violations` and `_record`.

    `_violations` is a list of `{column_name, rule}`; `_record` is the row as delivered, in JSON, for a row that
    violates something, else NULL.
    """
    typed = ",\n  ".join(f"{_typed(column, contract)} as {quoted(column.name)}" for column in contract.columns)
    checks = ",\n  ".join(check for column in contract.columns for check in _checks(column, contract))
    rules = "".join(
        f",\n  case when ({rule.expression}) is false then {_violation('', rule.id)} end" for rule in contract.row_rules
    )
    raw = ", ".join(f"{quoted(c.name)} := raw.{quoted(c.name)}" for c in contract.columns)
    columns = ", ".join(quoted(column.name) for column in contract.columns)
    return f"""
with raw as (select * from {relation}),
typed as (
  select {ROW_NUMBER},
  {typed},
  list_filter([{checks}], lambda v: v is not null) as column_violations,
  struct_pack({raw}) as delivered
  from raw
),
judged as (
  select *, list_concat(column_violations, list_filter([null::struct(column_name varchar, rule varchar)
  {rules}], lambda v: v is not null)) as {VIOLATIONS}
  from typed
)
select {ROW_NUMBER}, {columns}, {VIOLATIONS},
  case when len({VIOLATIONS}) > 0 then to_json(delivered)::varchar end as {RECORD}
from judged"""


def duplicate_select(contract: Contract, relation: str) -> str:
    """A SELECT of the row numbers that repeat an earlier row of `relation`, with `rule` duplicate_row or _key.

    Rows with violations take no part. Hashes find the candidates, so that the exact comparison meets few rows.
    """
    every = ", ".join(quoted(column.name) for column in contract.columns)
    key = ", ".join(quoted(name) for name in contract.key) or every
    return f"""
with rows as (select {ROW_NUMBER}, {every}, hash({key}) as h from {relation} where len({VIOLATIONS}) = 0),
candidates as (
  select * from rows where h in (select h from rows group by h having count(*) > 1)
),
counted as (
  select {ROW_NUMBER},
    row_number() over (partition by {key} order by {ROW_NUMBER}) as nth_of_key,
    row_number() over (partition by {every} order by {ROW_NUMBER}) as nth_of_row
  from candidates
)
select {ROW_NUMBER}, case when nth_of_row > 1 then 'duplicate_row' else 'duplicate_key' end as rule
from counted where nth_of_key > 1"""


def quoted(name: str) -> str:
    """A column name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _typed(column: Column, contract: Contract) -> str:
    """The expression that types a delivered value; NULL when it cannot be."""
    name = f"raw.{quoted(column.name)}"
    target = DUCKDB_TYPES[column.logical_type]
    if contract.file_format == "parquet":
        return f"try_cast({name} as {target})"
    match column.logical_type:
        case "string":
            return name
        case "integer":
            return f"case when regexp_full_match({name}, '[+-]?[0-9]+') then try_cast({name} as bigint) end"
        case "number":
            shape = f"[+-]?[0-9]+([{contract.decimal}][0-9]+)?"
            number = f"replace({name}, {_literal(contract.decimal)}, '.')"
            return f"case when regexp_full_match({name}, '{shape}') then try_cast({number} as double) end"
        case "date":
            shape = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
            return f"case when regexp_full_match({name}, '{shape}') then try_cast({name} as date) end"
        case "timestamp":
            shape = "[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}(:[0-9]{2})?"
            return f"case when regexp_full_match({name}, '{shape}') then try_cast({name} as timestamp) end"


def _checks(column: Column, contract: Contract) -> list[str]:
    raw = f"raw.{quoted(column.name)}"
    typed = _typed(column, contract)
    found = []
    if column.logical_type != "string":
        found.append((f"{raw} is not null and {typed} is null", "type"))
    if column.required:
        found.append((f"{raw} is null", "required"))
    if column.valid_values:
        allowed = ", ".join(_literal(v) if isinstance(v, str) else str(v) for v in column.valid_values)
        found.append((f"{typed} not in ({allowed})", "valid_values"))
    if column.pattern:
        found.append((f"not regexp_matches({raw}, {_literal(column.pattern)})", "pattern"))
    bounds = [(column.minimum, "<"), (column.maximum, ">")]
    outside = " or ".join(f"{typed} {sign} {bound}" for bound, sign in bounds if bound is not None)
    if outside:
        found.append((outside, "range"))
    if column.check_as == "cpr":
        found.append((f"not ({_is_cpr(raw)})", "cpr"))
    return [f"case when {test} then {_violation(column.name, rule)} end" for test, rule in found]


def _is_cpr(value: str) -> str:
    """True for ten characters of the CPR form whose first six are a day of a year of the century in digit 7.

    The century rule is that of the CPR office's note "Personnummeret i CPR"; replacement numbers are held to the
    date alone, in either century.
    """
    day = f"(try_cast({value}[1:2] as integer) % 60)"
    month, year = f"{value}[3:4]", f"try_cast({value}[5:6] as integer)"
    seventh = f"try_cast({value}[7:7] as integer)"
    century = (
        f"case when {seventh} <= 3 then 1900"
        f" when {seventh} in (4, 9) then case when {year} <= 36 then 2000 else 1900 end"
        f" else case when {year} <= 57 then 2000 else 1800 end end"
    )
    born = f"try_cast(printf('%04d-%s-%02d', {century} + {year}, {month}, {day}) as date)"
    return f"regexp_full_match({value}, '{CPR_SHAPE}') and {born} is not null"


def _violation(column: str, rule: str) -> str:
    return f"struct_pack(column_name := {_literal(column)}, rule := {_literal(rule)})"
