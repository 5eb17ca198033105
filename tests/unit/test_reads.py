"""Which tables and columns the audit log is told that a statement names: rather too many than too few."""

import logging
import time

import pytest

from sandbox.reads import CHARACTERS, CROWDED, HIDDEN, LONG, UNREAD, reads

TABLES = {"person": ["subject_id", "sex", "birth_date"], "note": ["subject_id", "note_text", "birth_date"]}
EVERY_PERSON = {"person": ["*"]}
SEX = {"person": ["sex"]}


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("select count(*) from person", {"person": []}),
        ("select 1", {}),
        ("from information_schema.columns", {}),
        ("from person", EVERY_PERSON),
        ("table person", EVERY_PERSON),
        ("select * exclude (sex) from person", EVERY_PERSON),
        ("select columns('s.*') from person", EVERY_PERSON),
        ("select #1 from person", EVERY_PERSON),
        ("select p from person as p", EVERY_PERSON),
        ("select struct_extract(person, 'sex') from person", EVERY_PERSON),
        ("summarize person", EVERY_PERSON),
        ("pivot person on sex in ('male') using count(*)", EVERY_PERSON),
        ("describe person", {"person": []}),
        ("select sex from person", SEX),
        ('SELECT "Person"."SEX" FROM main.PERSON', SEX),
        ("explain select sex from person", SEX),
        ("select sex -- explain\n from person", SEX),
        ("select sex from person -- explain\n", SEX),
        ("select x.sex from (select sex from person) x", SEX),
        ("select sex.field from person", SEX),
        ("select count(*) filter (where sex = 'x') from person", SEX),
        ("select 1 from person order by sex", SEX),
        ("select p.*, n.note_text from person p, note n", {"person": ["*"], "note": ["note_text"]}),
        ("select n.birth_date from person p, note n", {"person": [], "note": ["birth_date"]}),
        ("select birth_date from person p, note n", {"person": ["birth_date"], "note": ["birth_date"]}),
        (
            "select sex from person where subject_id in (select subject_id from note)",
            {"person": ["sex", "subject_id"], "note": ["subject_id"]},
        ),
        (
            "select sex from person join note using (subject_id)",
            {"person": ["sex", "subject_id"], "note": ["subject_id"]},
        ),
        ("select sex from person natural join note", {"person": ["*"], "note": ["*"]}),
        ("from person positional join note", {"person": ["*"], "note": ["*"]}),
        ("(from person) union by name (from note)", {"person": ["*"], "note": ["*"]}),
        ("with s as (select * from note) select count(*) from s, person", {"person": [], "note": ["*"]}),
        ("select t.*, (select count(*) from note) from person t", {"person": ["*"], "note": []}),
        ("from query('from person')", HIDDEN),
        ("select * from person, QUERY_TABLE('note')", HIDDEN),
        ("select from where", UNREAD),
        ("", UNREAD),
        ("select 1; select 2", UNREAD),
        ("call x('010150-1234')", UNREAD),
        ("explain explain analyze select 1", UNREAD),
        (f"select {'(' * 5_000}1{')' * 5_000}", UNREAD),
        (f"select '{'x' * CHARACTERS}'", LONG),
    ],
)
def test_the_tables_and_columns_of_a_statement(sql: str, told: dict[str, list[str]] | str) -> None:
    assert reads(sql, TABLES) == told


def test_what_is_not_known_is_not_quoted_in_any_log(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG):
        assert reads("call x('010150-1234')", TABLES) == UNREAD
    assert caplog.text == "".join(capfd.readouterr()) == ""


@pytest.mark.parametrize(
    "sql",
    [
        "from p" + " join p" * 100,
        "from p" + " JoIn p" * 11 + " on true",
        "select a" + "[1]" * 5000,
        f"select {','.join('*' * 3000)} from {','.join('p' * 3000)}",
    ],
)
def test_what_takes_the_parser_long_is_not_taken_apart(sql: str) -> None:
    """It runs in the gateway, where it would hold up everybody."""
    begun = time.monotonic()
    assert reads(sql, {"p": ["a"]}) == CROWDED
    assert time.monotonic() - begun < 0.5
    assert isinstance(reads("select a[1] from p" + " join p using (a)" * 10, {"p": ["a"]}), dict)
    assert time.monotonic() - begun < 1
