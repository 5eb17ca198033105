"""Marks of a query are where the engine sees them, and a value stays a value in whatever stands around its mark."""

import random
import re

import duckdb
import pytest

from oeverum.dbapi import ProgrammingError
from oeverum.parameters import bind

PIECES = [
    *("?", "?", "?", ",", "'", "'", "''", "\\", "E'", "e'", "x'", "date", "--", "/*", "*/", "\n", "\r", " ", "\t"),
    *("$", "$$", "$a$", "$a", '"', '""', "a", "e", "1", "1_0", ".5", "1e", "(", ")", "[", "]", "{", "=", "<", "-", "+"),
    *("*", "/", "#", "@", ":", "::int", ";", "||", "%", "\u00a0", "\u2003", "\u200b", "\ufeff", "\u2028", "æ", "_"),
]
VALUE = "it's -- /* ? $$ $a$ \\' \" ;"


def read(sql: str) -> set[str] | None:
    """The marks of a statement as the engine numbers them; None where it does not read one statement."""
    try:
        statements = duckdb.extract_statements(sql)
    except duckdb.Error:
        return None
    return statements[0].named_parameters if len(statements) == 1 else None


def bound(sql: str, marks: int) -> str | None:
    """The query with so many values; None where a mark is refused for what stands beside it."""
    try:
        return bind(sql, [VALUE] * marks)
    except ProgrammingError as error:
        if "between a mark" in str(error):
            return None
        raise AssertionError(f"{sql!r}: {error}") from None


def test_the_engine_counts_the_same_marks_in_any_pieces() -> None:
    chance, asked, refused = random.Random(20261128), 0, 0
    for _ in range(60_000):
        start = chance.choice(["select ", "select ?, ", "select '?', "])
        sql = start + "".join(chance.choices(PIECES, k=chance.randint(1, 9)))
        found = read(sql)
        # The engine has marks with names too, ?1 and $1 and $a, which are left to it.
        if found is None or re.search(r"\?\s*\d|\$\d", sql) or not all(map(str.isdigit, found)):
            continue
        made = bound(sql, len(found))
        refused += made is None
        if made is not None and found:
            assert read(made) == set(), (sql, made)
            asked += 1
    assert asked > 1_000
    assert refused < 20


@pytest.mark.parametrize(
    "sql",
    [
        "select e'\\'?', ?",
        "select \u00a0E'\\'?', ?",
        "select \u2003e'\\'?', ?",
        "select /* /* ? */ ? */ ?",
        "select $a$ $b$ ? $$ $a$, ?",
        "select 1 -- ?\r, ?",
        "select 1 -- ?\n, ?",
        "select 'a\\', ?",
        "select date'2020-01-01\\', ?",
        'select "?""?", ?',
        "select 2*/*?*/3, ?",
        "select x'?', ?",
    ],
)
def test_the_engine_counts_one_mark_beside_what_is_none(sql: str) -> None:
    assert read(sql) == {"1"}
    assert read(bind(sql, [VALUE])) == set()


@pytest.mark.parametrize(
    ("sql", "made"),
    [
        ("select 5-?", "select 5- (-1)"),
        ("select E?", "select E (-1)"),
        ("select ?and true", "select (-1) and true"),
        ("select E'a' -- '?\n '\\'?', ?", "select E'a' -- '?\n '\\'?', (-1)"),
        ("select a$$, ?, b$$", "select a$$, (-1), b$$"),
        ("select date'\\', ?", "select date'\\', (-1)"),
        ("select (?),?=?", "select ((-1)),(-1)=(-1)"),
    ],
)
def test_a_literal_stands_apart_from_what_is_beside_it(sql: str, made: str) -> None:
    assert bind(sql, [-1] * made.count("(-1)")) == made
