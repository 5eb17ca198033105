"""Uniqueness of numbers that count rows within deliveries, such as `_row_key`: exact, without a table of all of them.

Such numbers lie close together. So they are grouped by 64 neighbours, of which each has a bit: 20 million take 313
thousand groups and the time of one or two scans, where counting distinct values takes a gigabyte and ten scans. Numbers
that are not so close are counted as exactly, each in a group of its own: 20 million then take 1.5 GB.
"""


def repeated(table: str, column: str) -> str:
    """A select of how many rows repeat a number that another has; of rows without one, whose bits are NULL, all but the
    first. The bit is shifted to the right, for DuckDB checks a shift to the left for overflow. How many rows there are
    the engine knows without reading them.
    """
    bit = f"9223372036854775808::ubigint >> (t.{column} & 63)::ubigint"
    rows = f"select count(t.{column}) + greatest(count(*) - count(t.{column}) - 1, 0) from {table} as t"
    groups = f"select bit_or({bit}) as bits from {table} as t group by t.{column} >> 6"
    return f"select ({rows}) - coalesce(sum(bit_count(bits)), 0) from ({groups})"
