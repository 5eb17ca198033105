"""What is seen in many rows over time: months that are thin, deliveries that are small or large, values that drift.

One statement for each; it gives how many cells were looked at, how many of them fail, and the figure that decides.
Counts and figures only; no value of a row leaves the engine.
"""

from quality.expectation import Complete, Drift, OverTime, TableExpectations, Volume

TENTHS = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]
EDGE = 0.001  # Of the rows, at either end of time: a few wrong dates do not move the first and the last month.
SMOOTHING = 0.5  # Added to each count of a bin, so that an empty one does not divide by nought.


def series_statement(expected: TableExpectations, expectation: OverTime) -> str:
    """The statement of one expectation of a source: cells, failing cells, figure (NULL when there is none)."""
    if expected.delivered is None:
        raise ValueError(f"{expected.table} does not say how it is delivered")
    rows, month = expected.delivered.relation, expected.delivered.month
    match expectation:
        case Complete():
            return _complete(rows, month, expectation)
        case Drift():
            return _drift(rows, month, expectation)
        case Volume():
            return _volume(expected.table, expectation)


def _complete(rows: str, month: str, expected: Complete) -> str:
    """Cells are the months of each group between the first and the last of all, which are not whole; the figure is the
    least share of its group's median of rows that a month has. Rows without a time or a group have no cell.
    """
    group = f"t.{expected.by}" if expected.by else "'all'"
    return f"""
with counted as (
  select {group} as part, date_trunc('month', {month}) as month, count(*) as number, count(distinct person_id) as people
  from {rows} where {month} is not null and {group} is not null group by 1, 2
),
months as (
  select unnest(generate_series(low + interval 1 month, high - interval 1 month, interval 1 month)) as month
  from (
    select date_trunc('month', quantile_disc({month}, {EDGE})) as low,
      date_trunc('month', quantile_disc({month}, 1 - {EDGE})) as high
    from {rows}
  )
),
parts as (
  select part, median(number) as usual from counted group by part having median(people) >= {expected.usual_from}
),
cells as (
  select coalesce(number, 0) / usual as share
  from parts cross join months left join counted using (part, month)
)
select count(*), count(*) filter (where share < {expected.least}), min(share) from cells
"""


def _drift(rows: str, month: str, expected: Drift) -> str:
    """Cells are the bins, of which all fail or none; the figure is the population stability index of the last twelve
    whole months against the twelve before: sum over bins of (new - old) * ln(new / old), of shares.
    """
    bins = "coalesce(cast(told as varchar), 'NULL')"
    edges = ""
    if expected.numeric:
        bins = "case when told is null then -1 else len(list_filter(edges, edge -> edge < told)) end"
        edges = f", (select quantile_cont(told, {TENTHS}) as edges from dated where not new)"
    return f"""
with last as (select date_trunc('month', quantile_disc({month}, 1 - {EDGE})) as day from {rows}),
dated as (
  select person_id, {expected.sql} as told, {month} >= last.day - interval 12 month as new
  from {rows}, last where {month} >= last.day - interval 24 month and {month} < last.day
),
binned as (
  select {bins} as bin, count(*) filter (where new) as new, count(*) filter (where not new) as old
  from dated{edges} group by 1
),
shares as (
  select
    (new + {SMOOTHING}) / (sum(new) over () + {SMOOTHING} * count(*) over ()) as new,
    (old + {SMOOTHING}) / (sum(old) over () + {SMOOTHING} * count(*) over ()) as old
  from binned
),
enough as (
  select least(count(distinct person_id) filter (where new), count(distinct person_id) filter (where not new))
    >= {expected.people_from} as enough
  from dated
),
index as (
  select count(*) as bins, case when any_value(enough) then sum((new - old) * ln(new / old)) end as psi
  from shares, enough
)
select bins, case when psi > {expected.max_psi} then bins else 0 end, psi from index
"""


def _volume(source: str, expected: Volume) -> str:
    """The cell is the newest delivery; the figure is its rows for each day that most of them span, beside the median
    of those before, which is there when there is a delivery before.
    """
    return f"""
with deliveries as (
  select _delivery, any_value(_delivered_at) as created,
    count(*) / (
      date_diff('day', quantile_disc("{expected.time}", {EDGE}), quantile_disc("{expected.time}", 1 - {EDGE})) + 1
    ) as pace
  from lake."{source}" group by _delivery
),
numbered as (select pace, row_number() over (order by created desc, _delivery desc) as newest_first from deliveries),
beside as (
  select max(pace) filter (where newest_first = 1) / median(pace) filter (where newest_first > 1) as ratio from numbered
)
select 1, case when ratio not between {expected.low} and {expected.high} then 1 else 0 end, ratio from beside
"""
