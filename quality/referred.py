"""Rows against another mart that they refer to by a column: whether it is there, and whether they come in time.

Rules about the same column and mart are counted together. The rows are first grouped by the column, which gives few
groups: a person has hundreds of rows. Only the rows of groups that are not known there, or whose last time is too late,
are looked at again.
"""

from collections.abc import Iterable

from quality.expectation import Expectation, NotAfter, References

Referring = NotAfter | References


def grouped(schema: str, table: str, expectations: Iterable[Expectation]) -> str:
    """The WITH of a statement that counts such rules: the rows by each column of a NotAfter; empty without one."""
    late: dict[str, list[NotAfter]] = {}
    for one in expectations:
        if isinstance(one, NotAfter):
            late.setdefault(_seen(one), []).append(one)
    ctes = [
        f"{seen} as materialized (select t.{rules[0].column} as key, "
        + ", ".join(f"max(t.{time}) as {_last(time)}" for time in sorted({rule.time for rule in rules}))
        + f" from {schema}.{table} as t group by 1)"
        for seen, rules in late.items()
    ]
    return f"with {', '.join(ctes)}\n" if ctes else ""


def unknown(schema: str, table: str, rule: References, expectations: Iterable[Expectation]) -> str:
    """A select of how many rows refer to what is not there."""
    known = f"anti join {schema}.{rule.table} as b on b.{rule.target}"
    if any(isinstance(one, NotAfter) and _seen(one) == _seen(rule) for one in expectations):
        strange = f"select a.key from {_seen(rule)} as a {known} = a.key"
        return f"select count(*) from {schema}.{table} as t join ({strange}) as b on b.key = t.{rule.column}"
    # Not by `not exists`, which keeps all rows of the table until it has seen the last.
    return f"select count(*) from {schema}.{table} as a {known} = a.{rule.column} where a.{rule.column} is not null"


def late(schema: str, table: str, rule: NotAfter) -> str:
    """A select of how many rows come too late."""
    days = f"({_last_days(schema, rule)}) as b on b.key = a.key where cast(a.{_last(rule.time)} as date) > b.last_day"
    return (
        f"select count(*) from {schema}.{table} as t join (select b.* from {_seen(rule)} as a join {days}) as b "
        f"on b.key = t.{rule.column} where {_is_late(rule)}"
    )


def late_rows(schema: str, rule: NotAfter) -> str:
    """The join and the condition that leave those of the rows `t` that come too late."""
    return f"join ({_last_days(schema, rule)}) as b on b.key = t.{rule.column} where {_is_late(rule)}"


def _last_days(schema: str, rule: NotAfter) -> str:
    """A select of each `key` of the other mart with the `last_day` that a row may have, the earliest if it has two."""
    return (
        f"select {rule.target} as key, min({rule.day}) + {rule.days} as last_day from {schema}.{rule.table} group by 1"
    )


def _is_late(rule: NotAfter) -> str:
    return f"cast(t.{rule.time} as date) > b.last_day"


def _seen(rule: Referring) -> str:
    return f'"{rule.column} of {rule.table}.{rule.target}"'


def _last(time: str) -> str:
    return f'"last {time}"'
