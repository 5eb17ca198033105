"""The dates of a release as its permit has them: exact, by month, or moved by whole weeks; and relations in it."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from pseudonymisation.dates import MAX_WEEKS, weeks_of
from sandbox.errors import PermitError
from sandbox.manifest import Release
from sandbox.permits.explained import explain
from sandbox.permits.file import load
from sandbox.pseudonyms import ProjectKeys, record_pseudonyms
from tests.released import read
from tests.unit.sandbox_warehouse import PEOPLE, a_permit, person
from tests.unit.test_sandbox_release import Place, expected_pseudonym, expected_record, key_of

PERIOD = {"from": "2018-01-01", "to": "2021-01-01"}
WINDOW = date(2018, 1, 1) + timedelta(weeks=MAX_WEEKS), date(2021, 1, 1) - timedelta(weeks=MAX_WEEKS)
TABLES = {
    "person": {"columns": ["birth_date", "death_date", "family_id", "mother_id", "spouse_id"]},
    "residence": {"columns": ["start_date", "end_date"]},
    "cohort_membership": {"columns": ["entry_date", "exit_date", "entry_reason", "exit_reason", "age_at_entry_years"]},
    "hospital_stay": {"columns": ["start_at", "end_at", "stay_id"]},
    "home_care_visit": {"columns": ["planned_start_at", "start_at"]},
    "readmission": {"columns": ["discharged_at", "readmitted_at", "hours_to_readmission"]},
    "note": {"columns": ["written_at", "note_text"]},
}


QUARTER_ENDS = ((3, 31), (6, 30), (9, 30), (12, 31))
MOVED_IN = {"column": "entry_reason", "op": "=", "value": "moved_in"}
# Adults have been counted from 2019-01-01 on, and until after the period: the window of the cohort begins later.
COUNTED_FROM = date(2019, 1, 2) + timedelta(weeks=MAX_WEEKS)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """The warehouse with events of somebody outside of the population before and after the period."""
    place = Place(tmp_path)
    place.change(
        ";".join(
            f"insert into marts.{table} select * replace ({person(10)} as person_id, timestamp '{day}' as {time}) "
            f"from marts.{table} limit 1"
            for table, time in (
                *(("hospital_stay", "start_at"), ("readmission", "discharged_at"), ("note", "written_at")),
                ("home_care_visit", "planned_start_at"),
            )
            for day in ("2017-12-31", "2021-01-01")
        )
    )
    return place


def released(place: Place, dates: str, **permit: Any) -> Release:
    return place.release(permit={"tables": TABLES, "dates": dates, "period": PERIOD} | permit)


def by_subject(table: pa.Table) -> dict[str, list[dict[str, Any]]]:
    found = defaultdict(list)
    for row in table.to_pylist():
        found[row.pop("subject_id")].append(row)
    return found


def moves() -> dict[str, timedelta]:
    """How far each person is moved."""
    people = [person(number) for number in range(PEOPLE)]
    weeks = weeks_of(pa.array(people, pa.int64()), key=key_of("dates")).to_pylist()
    return {expected_pseudonym(who): timedelta(weeks=week) for who, week in zip(people, weeks, strict=True)}


def test_months_hide_days_and_birth_dates_are_years(place: Place) -> None:
    release = released(place, "month")
    people, stays = read(release, "person"), read(release, "hospital_stay")
    assert people.schema.field("birth_date").type == pa.date32()
    assert stays.schema.field("start_at").type == pa.timestamp("us")
    assert set(people["birth_date"].to_pylist()) == {date(1940, 1, 1), date(1980, 1, 1)}
    assert set(stays["start_at"].to_pylist()) == {datetime(2019, 3, 1), datetime(2020, 3, 1)}
    order = list(zip(*(stays[name].to_pylist() for name in ("subject_id", "start_at", "end_at")), strict=True))
    assert order == sorted(order)


def in_order(one: list[Any], other: list[Any]) -> float:
    """The share of pairs that lie in two lists in the same order."""
    place = {value: at for at, value in enumerate(other)}
    pairs = list(combinations([place[value] for value in one], 2))
    return sum(first < second for first, second in pairs) / len(pairs)


@pytest.mark.parametrize("columns", [["note_id"], ["note_text"], ["note_id", "contact_id", "note_text"]])
def test_the_order_of_rows_tells_no_more_than_months(place: Place, columns: list[str]) -> None:
    """Rows of one month lie neither as they followed each other nor, in two projects, alike: as chance has it."""
    days = range(1, 29)
    note = f"select * from marts.note where person_id = {person(0)} limit 1"
    place.change(
        "insert into marts.note select * exclude (day) replace ("
        "5000 + day as note_id, 8000 - day as contact_id, make_timestamp(2020, 3, day, 10, 0, 0) as written_at, "
        "format('Set {:02d}.03.2020, igen om lidt, sag {}.', day, day * 37 % 29) as note_text) "
        f"from ({note}), unnest(range(1, 29)) as days(day)"
    )
    orders = []
    for secret in range(8):
        keys = ProjectKeys(key=lambda kind, _, n=secret: key_of(f"{n} {kind}"), version=lambda kind: f"k1-{kind}")
        release = place.release(
            permit={"tables": {"note": {"columns": columns}}, "dates": "month"}, keys=keys, rekeyed=True
        )
        named = record_pseudonyms(pa.array(range(5001, 5029)), key=keys.of("note", "")).to_pylist()
        days_of = {name: day for day, name in zip(days, named, strict=True)}
        days_of |= {f"Set marts 2020, igen om lidt, sag {day * 37 % 29}.": day for day in days}
        shown = [days_of.get(row[columns[0]]) for row in read(release, "note").to_pylist()]
        orders.append([day for day in shown if day])
        assert len(orders[-1]) == len(days)
    for order in orders:
        assert 0.2 < in_order(order, list(days)) < 0.8
    for one, other in combinations(orders, 2):
        assert 0.2 < in_order(one, other) < 0.8


def test_shifted_dates_are_the_exact_ones_moved_by_one_number_of_weeks(place: Place) -> None:
    far = moves()
    exact, shifted = (
        {table: by_subject(read(release, table)) for table in TABLES}
        for release in (released(place, "exact"), released(place, "shifted"))
    )
    seen = 0
    for table, column in (
        *(("hospital_stay", "start_at"), ("hospital_stay", "end_at"), ("note", "written_at")),
        *(("readmission", "discharged_at"), ("readmission", "readmitted_at"), ("home_care_visit", "start_at")),
    ):
        for subject, rows in shifted[table].items():
            there = [row[column] + far[subject] for row in exact[table][subject] if row[column]]
            for row in rows:
                if row[column]:
                    seen += 1
                    assert row[column] in there
    assert seen > 50


def test_only_what_lies_inside_for_everybody_is_released(place: Place) -> None:
    release = released(place, "shifted")
    for table, column in (("hospital_stay", "start_at"), ("note", "written_at"), ("readmission", "discharged_at")):
        times = [time.date() for time in read(release, table)[column].to_pylist()]
        assert times
        assert all(WINDOW[0] <= time < WINDOW[1] for time in times)
    # The stays of March 2019 lie inside however far they are moved: nobody is missing.
    assert len(by_subject(read(release, "hospital_stay"))) == 8
    for row in read(release, "cohort_membership").to_pylist():
        assert (row["entry_date"], row["entry_reason"]) == (COUNTED_FROM, None)
        assert row["exit_date"] is None or row["exit_date"] < WINDOW[1]
        assert (row["exit_date"] is None) == (row["exit_reason"] is None) or row["exit_reason"] == "end_of_data"
    for row in read(release, "residence").to_pylist():
        assert row["start_date"] == WINDOW[0], "people live where they did from their birth"


def test_data_that_cover_less_than_the_period_narrow_the_window(place: Place) -> None:
    place.change("delete from marts.note where written_at not between '2019-01-01' and '2020-12-31'")
    place.change(
        f"insert into marts.note select * replace ({person(10)} as person_id, timestamp '2018-06-01' as written_at) "
        "from marts.note limit 1"
    )
    release = released(place, "shifted", period={"from": "2010-01-01", "to": "2030-01-01"})
    first, last = date(2018, 6, 2) + timedelta(weeks=MAX_WEEKS), date(2020, 3, 8) - timedelta(weeks=MAX_WEEKS)
    windows = {table.name: table.window for table in release.tables}
    assert windows["note"] == (str(first), str(last))
    assert windows["person"] is None
    shown = read(release, "note")
    assert shown.num_rows
    assert all(first <= time.date() < last for time in shown["written_at"].to_pylist())


def test_of_data_that_cover_less_than_a_year_nothing_is_released(place: Place) -> None:
    place.change(f"delete from marts.home_care_visit where person_id <> {person(0)}")
    place.change("update marts.cohort_membership set exit_date = '2019-06-01', exit_reason = 'moved_out'")
    release = released(place, "shifted")
    assert [read(release, table).num_rows for table in ("home_care_visit", "cohort_membership")] == [0, 0]
    assert read(release, "hospital_stay").num_rows


def test_no_day_that_everybody_knows_tells_how_far_somebody_is_moved(place: Place) -> None:
    """Residents are counted on quarter ends: moved by whole weeks alone, these would give the weeks away."""
    counts = [date(year, month, day) for year in range(2017, 2021) for month, day in QUARTER_ENDS]
    came, went, people = date(2019, 3, 31), date(2019, 12, 31), 2000
    others = f"{counts[0]}', '{counts[-1]}"  # Of somebody who was there all the time.
    place.change(f"""
        delete from marts.person; delete from marts.residence; delete from marts.cohort_membership;
        insert into marts.person select i, 'male', '1980-05-05', if(i % 2 = 0, date '2019-12-05', null), '5100',
            'danish', date '{came}', date '2019-09-30', null, null, null, null from range({people}) as r(i);
        insert into marts.residence select person_id, '0615', 'Horsens', true, first_seen_date,
            coalesce(death_date + 1, date '{went}') from marts.person;
        insert into marts.cohort_membership select person_id, 1, start_date, end_date, 'moved_in',
            if(person_id % 2 = 0, 'death', 'moved_out'), 38, '0615' from marts.residence;
        insert into marts.person (person_id, first_seen_date, last_seen_date) values (-1, '{others}');
        insert into marts.residence (person_id, start_date, end_date) values (-1, '{others}');
        insert into marts.cohort_membership (person_id, entry_date, exit_date) values (-1, '{others}');
        update marts.person set birth_date = '1980-05-05', death_date = '2017-01-01' where person_id = -1;
        insert into marts.person select * replace (-2 as person_id, date '2020-12-31' as death_date) from marts.person
            where person_id = -1
    """)
    tables = TABLES | {"person": {"columns": ["death_date", "first_seen_date", "last_seen_date"]}}
    release = released(place, "shifted", tables=tables, population=[{"in": "cohort_membership", "where": [MOVED_IN]}])
    far = {
        expected_pseudonym(who): weeks
        for who, weeks in enumerate(weeks_of(pa.array(range(people), pa.int64()), key=key_of("dates")).to_pylist())
    }
    cohort, homes, told = (by_subject(read(release, table)) for table in ("cohort_membership", "residence", "person"))
    possible, bare = [], 0
    for subject, (row,) in cohort.items():
        (home,), (who,) = homes[subject], told[subject]
        assert (home["start_date"], home["end_date"]) == (row["entry_date"], row["exit_date"])
        assert row["exit_date"] is None or row["entry_date"] < row["exit_date"]
        if row["exit_reason"] == "death":
            assert (
                row["exit_date"]
                == who["death_date"] + timedelta(1)
                == date(2019, 12, 6) + timedelta(weeks=far[subject])
            ), "a death is no count, and as far from everything else as it was"
        shown = [who["first_seen_date"], who["last_seen_date"], row["entry_date"] if row["entry_reason"] else None]
        shown += [row["exit_date"]] if row["exit_reason"] == "moved_out" else []
        days = [day for day in shown if day and WINDOW[0] + timedelta(180) < day]
        if not days:
            continue
        fits = [
            weeks
            for weeks in (*range(-MAX_WEEKS, 0), *range(1, MAX_WEEKS + 1))
            if all(any(0 <= (count - day + timedelta(weeks=weeks)).days < 90 for count in counts) for day in days)
        ]
        possible.append(len(fits))
        bare += sum(day - timedelta(weeks=far[subject]) in counts for day in days)
    assert len(possible) > people / 2
    assert min(possible) > MAX_WEEKS, "of 52 numbers of weeks"
    assert bare < 0.1 * len(possible), "one day in ninety is drawn as the count itself"


def test_months_are_moved_by_whole_months_and_stay_in_a_row(place: Place) -> None:
    """One day drawn from each of many months would tell where months begin, and with it how far somebody is moved."""
    people, months = 1000, [date(year, month, 1) for year in (2017, 2018, 2019, 2020, 2021) for month in range(1, 13)]
    place.change(f"""
        insert into marts.person select one.* replace (i as person_id)
            from (select * from marts.person limit 1) as one, range({people}) as r(i);
        insert into marts.cohort_membership select one.* replace (i as person_id)
            from (select * from marts.cohort_membership limit 1) as one, range({people}) as r(i);
        insert into marts.home_care_need select i, month, month_number, 0, month_number
            from range({people}) as r(i), (select unnest({[str(month) for month in months]}::date[]) as month,
                unnest(range({len(months)})) as month_number)
    """)
    tables = {"home_care_need": {"columns": ["month_start_date", "granted_minutes_week"]}}
    rows = by_subject(read(released(place, "shifted", tables=tables), "home_care_need"))
    far = {
        expected_pseudonym(who): weeks
        for who, weeks in enumerate(weeks_of(pa.array(range(people), pa.int64()), key=key_of("dates")).to_pylist())
    }
    shown = [month for month in months if WINDOW[0] <= month < WINDOW[1]]
    for subject, weeks in far.items():
        assert [row["month_start_date"] for row in rows[subject]] == shown, "the same months of everybody"
        (moved,) = {months.index(row["month_start_date"]) - row["granted_minutes_week"] for row in rows[subject]}
        assert abs(moved * 365.25 / 12 - weeks * 7) <= 365.25 / 24


@pytest.mark.parametrize(
    ("reason", "entry", "exit_"),
    [
        # Both days come near the beginning of the window, and the draw would go back before it.
        ("moved_in", date(2018, 3, 31), date(2018, 6, 30)),
        # A birthday is no count, and stays; the quarter that the next count ends began before it.
        ("turned_18", date(2019, 12, 20), date(2019, 12, 31)),
    ],
)
def test_an_interval_begins_before_it_ends_whatever_is_drawn(
    place: Place, reason: str, entry: date, exit_: date
) -> None:
    others = ("2017-03-31", "2020-12-31")
    place.change(f"""
        insert into marts.person select one.* replace (i as person_id)
            from (select * from marts.person limit 1) as one, range(1000) as r(i);
        delete from marts.cohort_membership;
        insert into marts.cohort_membership
            select i, 1, date '{entry}', date '{exit_}', '{reason}', 'moved_out', 38, '0615' from range(1000) as r(i);
        insert into marts.cohort_membership (person_id, entry_date, exit_date) values (-1, '{others[0]}', '{others[1]}')
    """)
    rows = read(
        released(place, "shifted", tables={"cohort_membership": TABLES["cohort_membership"]}), "cohort_membership"
    ).to_pylist()
    assert len(rows) > 400
    assert all(WINDOW[0] <= row["entry_date"] < WINDOW[1] for row in rows)
    assert all(row["exit_date"] is None or row["entry_date"] < row["exit_date"] for row in rows)


def test_an_interval_that_is_cut_tells_neither_why_nor_how_old(place: Place) -> None:
    place.change("update marts.cohort_membership set entry_date = '2017-06-01', entry_reason = 'moved_in'")
    for row in read(released(place, "shifted"), "cohort_membership").to_pylist():
        assert (row["entry_date"], row["entry_reason"]) == (WINDOW[0], None)
        # As old as on the day that is shown: 38 or 77 to 79, where the true entry says 39 to everybody.
        assert row["age_at_entry_years"] in (37, 38, 77, 78)


def test_the_oldest_are_of_one_age(place: Place) -> None:
    place.change("update marts.person set birth_date = '1924-05-06' where birth_date < '1950-01-01'")
    place.change(
        "update marts.cohort_membership set age_at_entry_years = 2019 - 1924 where person_id in "
        "(select person_id from marts.person where birth_date < '1950-01-01')"
    )
    for dates in ("month", "shifted"):
        release = released(place, dates)
        assert set(read(release, "person")["birth_date"].to_pylist()) == {date(1931, 1, 1), date(1980, 1, 1)}
        ages = {
            (row["entry_date"].year, row["age_at_entry_years"])
            for row in read(release, "cohort_membership").to_pylist()
        }
        # By the year of the true entry, which may be another one than that of the day that is shown.
        assert all(age in (38, 39) or abs(year - 1931 - age) <= (dates == "shifted") for year, age in ages)
        assert max(age for _, age in ages) < 90


def test_a_death_outside_of_the_window_is_not_told(place: Place) -> None:
    place.change("update marts.person set death_date = '2020-12-24'")
    shown = [row["death_date"] for row in read(released(place, "shifted"), "person").to_pylist()]
    assert any(day is None for day in shown)
    assert all(day is None or WINDOW[0] <= day < WINDOW[1] for day in shown)


@pytest.mark.parametrize("dates", ["exact", "month", "shifted"])
def test_a_date_beside_the_time_of_a_row_is_not_told_from_outside(place: Place, dates: str) -> None:
    """A condition that is known from the period is a row; that its medicine came years later is not told."""
    place.change(
        f"insert into marts.chronic_condition select person_id, 'copd', date '2019-06-01', date '2019-06-01', day from "
        f"marts.person, unnest([date '2019-07-01', date '2022-01-01']) as days(day) where person_id = {person(0)};"
        "insert into marts.chronic_condition select person_id, 'stroke', day, day, null from marts.person, "
        f"unnest([date '2015-01-01', date '2025-01-01']) as days(day) where person_id = {person(0)}"
    )
    columns = ["condition", "first_date", "first_diagnosis_date", "first_medicine_date"]
    rows = read(
        released(place, dates, tables={"chronic_condition": {"columns": columns}}), "chronic_condition"
    ).to_pylist()
    assert [row["first_medicine_date"] is None for row in rows] in ([False, True], [True, False])
    assert all(row["first_diagnosis_date"] == row["first_date"] for row in rows)


def test_dates_in_notes_follow_the_rule(place: Place) -> None:
    place.change("update marts.note set note_text = 'Set ' || strftime(written_at, '%d.%m.%Y') || ', igen om lidt.'")
    exact = read(released(place, "exact"), "note").to_pylist()
    assert all(row["note_text"] == f"Set {row['written_at']:%d.%m.%Y}, igen om lidt." for row in exact)
    for row in read(released(place, "shifted"), "note").to_pylist():
        assert row["note_text"] == f"Set {row['written_at']:%d.%m.%Y}, igen om lidt."
    assert {row["note_text"] for row in read(released(place, "month"), "note").to_pylist()} == {
        "Set marts 2019, igen om lidt.",
        "Set marts 2020, igen om lidt.",
    }


def test_relations_join_inside_the_sandbox(place: Place) -> None:
    tables = {"person": {"columns": ["sex", "family_id", "mother_id", "father_id", "spouse_id"]}}
    everybody = [{"in": "person"}]
    rows = {
        row["subject_id"]: row
        for row in read(place.release(permit={"tables": tables, "population": everybody}), "person").to_pylist()
    }
    for number in range(PEOPLE):
        row = rows[expected_pseudonym(person(number))]
        assert row["spouse_id"] == expected_pseudonym(person(number ^ 1))
        assert row["mother_id"] == (expected_pseudonym(person(number - 2)) if number > 1 else None)
        assert row["father_id"] is None
        assert row["family_id"] == rows[row["spouse_id"]]["family_id"] == expected_record(number // 2, "family")


@pytest.mark.parametrize("period", [None, {"from": "2020-01-01", "to": "2021-01-05"}])
def test_a_shift_needs_a_period_that_is_long_enough(tmp_path: Path, period: dict[str, str] | None) -> None:
    import yaml

    file = tmp_path / "permit.yaml"
    file.write_text(yaml.safe_dump(a_permit(dates="shifted", **({"period": period} if period else {}))))
    with pytest.raises(PermitError, match="shifted needs a period of 53 weeks or more"):
        load(file)
    file.write_text(yaml.safe_dump(a_permit(dates="shifted", period=PERIOD)))
    assert "moved by whole weeks, up to 26 back or forth" in explain(load(file))
