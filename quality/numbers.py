"""Uniqueness of numbers that count rows within deliveries, such as `_row_key`: exact, without a table of all of them.

Such numbers lie close together. So they are grouped by 32 neighbours, of which each has a bit: 20 million take 625
thousand groups and the time of one or two scans, where counting distinct values takes a gigabyte and ten scans. Numbers
that are not so close are counted as exactly, each in a group of its own: 20 million then take 1.5 GB.
"""


def repeated(table: str, column: str) -> str:
    """A select of how many rows repeat a number that another has; of rows without one, whose bits are NULL, all but the
    first. The bit is shifted to the right, for DuckDB checks a shift to the left for overflow.
    """
    bit = f"2147483648 >> (t.{column} & 31)"
    groups = f"select count(*) as number, bit_or({bit}) as bits from {table} as t group by t.{column} >> 5"
    return f"select coalesce(sum(number - coalesce(bit_count(bits), 1)), 0) from ({groups})"
