"""Uniqueness of numbers that count rows within deliveries, such as `_row_key`: exact, without a table of all of them.

Such a number is a delivery's (its upper bits) and a row's (the lower 32), and the rows of a delivery are numbered
nearly without gaps. So one bit for each row that a large delivery could have tells how many different ones there are:
20 million numbers take 2.5 MB and about a scan, where counting distinct values takes a gigabyte and ten scans. What is
not so dense is counted as any other value.
"""

import duckdb

LOW = 2**32 - 1
FROM_ROWS = 100_000  # A delivery of fewer is not worth bits of its own.
MOST_BITS_A_ROW = 64
MOST_BITS = 1_000_000_000  # Of one bitstring in DuckDB.


def repeated(connection: duckdb.DuckDBPyConnection, table: str, column: str) -> int:
    """How many rows of a table repeat a number that another has; of rows without one all but the first."""
    parts = connection.execute(
        f"select t.{column} >> 32, count(*), min(t.{column} & {LOW}), max(t.{column} & {LOW}) "
        f"from {table} as t where t.{column} is not null group by 1 having count(*) >= {FROM_ROWS}"
    ).fetchall()
    dense = [
        (part, low, high) for part, rows, low, high in parts if high - low < min(MOST_BITS_A_ROW * rows, MOST_BITS)
    ]
    bits = (
        f"bit_count(bitstring_agg(t.{column} & {LOW}, {low}, {high}) filter (where t.{column} >> 32 = {part}))"
        for part, low, high in dense
    )
    others = f"where t.{column} >> 32 not in ({', '.join(str(part) for part, *_ in dense)})" if dense else ""
    counted = " + ".join([*bits, f"count(distinct t.{column}){f' filter ({others})' if others else ''}"])
    without = f"greatest(count(*) - count(t.{column}) - 1, 0)"
    (row,) = connection.execute(f"select count(t.{column}) - ({counted}) + {without} from {table} as t").fetchall()
    return int(row[0])
