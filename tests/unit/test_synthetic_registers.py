"""Registers about people: moves, causes of death, education, income, livelihood, water, changed numbers, relations."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from synthetic.catalogue.diagnoses import diagnoses
from synthetic.catalogue.water import OF_MUNICIPALITY, SUBSTANCES, area_of, areas
from synthetic.columns import NEVER, Period
from synthetic.registers.causes_of_death import LINES, PART_TWO, cause_rows
from synthetic.registers.education import EDUCATIONS, education_rows
from synthetic.registers.income import income_rows
from synthetic.registers.livelihood import occupation_rows, occupations, year_ends
from synthetic.registers.moves import movement_rows, number_change_rows
from synthetic.registers.population import death_rows, registered, snapshot_rows
from synthetic.registers.primary_care import SERVICES, service_rows
from synthetic.registers.relations import relation_columns
from synthetic.registers.water import sample_rows, supply_rows
from synthetic.world import Block, Rows, World

PERIOD = Period(2019, 2022)
CUTOFFS = tuple(np.arange("2019-02", "2023-03", dtype="datetime64[M]").astype("datetime64[D]"))
COLUMNS: dict[Callable[[Block], Rows], list[str]] = {
    movement_rows: ["pnr", "haend_dato", "indud_kode"],
    number_change_rows: ["gammelt_pnr", "nyt_pnr", "skiftedato", "aarsag"],
    cause_rows: ["pnr", "d_dodsdato", *LINES, *PART_TWO, "c_dodtilgrundl_acme"],
    education_rows: ["pnr", "hfaudd", "hf_vfra", "referencetid"],
    occupation_rows: ["pnr", "socio13", "referencetid"],
    income_rows: ["familie_id", "famaekvivadisp_13", "referencetid"],
    sample_rows: ["anlaeg_id", "anlaeg_navn", "kommune", "stof", "proevedato", "maengde", "attribut", "enhed"],
    supply_rows: ["pnr", "anlaeg_id", "fra", "til"],
}
# What names a row of a source, and the day on which it happens to a person.
KEYS: dict[Callable[[Block], Rows], tuple[str, ...]] = {
    movement_rows: ("pnr", "haend_dato"),
    cause_rows: ("pnr",),
    education_rows: ("pnr", "referencetid"),
    occupation_rows: ("pnr", "referencetid"),
    income_rows: ("familie_id", "referencetid"),
    sample_rows: ("anlaeg_id", "stof", "proevedato"),
    supply_rows: ("pnr", "fra"),
}
HAPPENS: dict[Callable[[Block], Rows], str] = {
    movement_rows: "haend_dato",
    number_change_rows: "skiftedato",
    cause_rows: "d_dodsdato",
    education_rows: "referencetid",
    occupation_rows: "referencetid",
    income_rows: "referencetid",
    supply_rows: "fra",
}
# From danish-registers.md.
SOCIO13 = {110, 111, 112, 113, 114, 120, 131, 132, 133, 134, 135, 139, 210, 220, 310, 321, 322, 323, 330, 410, 420, 0}
WORK = range(110, 140)


def _blocks(count: int, faults: float) -> list[Block]:
    world = World(11, PERIOD, count * 1000, faults, cutoffs=CUTOFFS)
    return [Block(world, number) for number in range(count)]


@pytest.fixture(scope="module")
def blocks() -> list[Block]:
    return _blocks(2, 1.0)


@pytest.fixture(scope="module")
def many() -> list[Block]:
    return _blocks(4, 0.0)


def _final(rows: Rows) -> Rows:
    return rows if rows.until is None else rows.where(rows.until == NEVER)


def _days(column: pa.ChunkedArray) -> Any:
    return np.array(column.to_pylist(), dtype="datetime64[D]")


@pytest.mark.parametrize("source", COLUMNS)
def test_rows_have_the_columns_of_the_supplier(blocks: list[Block], source: Callable[[Block], Rows]) -> None:
    for block in blocks:
        rows = source(block)
        assert rows.table.column_names == COLUMNS[source]
        assert len(rows.who) == len(rows.known) == rows.table.num_rows
        assert all(len(mask) == len(rows.who) for mask in rows.marks.values())
        assert rows.until is None or (rows.known < rows.until).all()
        assert source(block).table.equals(rows.table)


@pytest.mark.parametrize("source", KEYS)
def test_a_key_names_one_row_in_all_blocks(blocks: list[Block], source: Callable[[Block], Rows]) -> None:
    keys: list[Any] = []
    for block in blocks:
        found = _final(source(block)).table
        keys += list(zip(*(found.column(name).to_pylist() for name in KEYS[source]), strict=True))
    assert keys
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("source", HAPPENS)
def test_nothing_happens_before_birth_or_after_death(blocks: list[Block], source: Callable[[Block], Rows]) -> None:
    for block in blocks:
        people, rows = block.people, source(block)
        day = _days(rows.table.column(HAPPENS[source]))
        assert (day >= people.birth[rows.who]).all()
        assert not (day > people.death[rows.who]).any()
        assert ((day >= PERIOD.start) & (day < PERIOD.end)).all()
        assert (rows.known > day).all()
        assert people.in_register[rows.who].all()


def test_an_old_version_ends_when_the_right_one_is_known(blocks: list[Block]) -> None:
    corrected = 0
    for source in (cause_rows, income_rows, supply_rows):
        for block in blocks:
            rows = source(block)
            if rows.until is None:
                continue
            keys = list(zip(*(rows.table.column(name).to_pylist() for name in KEYS[source]), strict=True))
            right = {
                key: known for key, known, until in zip(keys, rows.known, rows.until, strict=True) if until == NEVER
            }
            for key, until in zip(keys, rows.until, strict=True):
                if until != NEVER:
                    corrected += 1
                    assert right[key] == until
    assert corrected > 10


def test_moves_abroad_are_those_of_the_people(blocks: list[Block]) -> None:
    for block in blocks:
        people, rows = block.people, movement_rows(block)
        for who, day, code in zip(
            rows.who,
            rows.table.column("haend_dato").to_pylist(),
            rows.table.column("indud_kode").to_pylist(),
            strict=True,
        ):
            assert (people.arrived if code == "I" else people.left)[who] == np.datetime64(day)


def test_a_cause_exists_of_the_dead_only_and_agrees_with_dod(blocks: list[Block]) -> None:
    for block in blocks:
        causes = _final(cause_rows(block)).table
        deaths = death_rows(block).table
        assert causes.column("pnr").equals(deaths.column("pnr"))
        assert causes.column("d_dodsdato").equals(deaths.column("doddato"))


def test_causes_are_international_codes_and_the_lines_have_no_gap(blocks: list[Block]) -> None:
    seen = set()
    for block in blocks:
        for row in cause_rows(block).table.to_pylist():
            lines = [row[name] for name in LINES]
            filled = [code for code in lines if code]
            assert lines == filled + [None] * (4 - len(filled))
            assert filled[-1] == row["c_dodtilgrundl_acme"]
            seen |= {code for name, code in row.items() if name.startswith("c_") and code}
    assert all(len(code) in (3, 4) and code[0].isalpha() and code[1:].isdigit() for code in seen)
    assert not any(code.startswith("DD") for code in seen)


def test_who_dies_of_a_long_illness_had_it(many: list[Block]) -> None:
    of_cancer, having_cancer, others = 0, 0, 0
    for block in many:
        people, stays, rows = block.people, block.contacts.stays, cause_rows(block)
        code = np.array(rows.table.column("c_dodtilgrundl_acme").to_pylist())
        cancer = people.has("cancer", rows.who, people.death[rows.who])
        of_cancer += int(np.char.startswith(code[cancer], "C").sum())
        having_cancer += int(cancer.sum())
        at_home = ~np.isin(rows.who, stays.who[stays.terminal])
        for begin, name in (("F0", "dementia"), ("J44", "copd"), ("G20", "parkinson")):
            at = np.flatnonzero(np.char.startswith(code, begin) & at_home)
            others += len(at)
            assert people.has(name, rows.who[at], people.death[rows.who[at]]).all()
    assert of_cancer > 0.4 * having_cancer > 0
    assert others > 5


def test_a_coded_cancer_is_the_cancer_that_somebody_dies_of(many: list[Block]) -> None:
    agree = 0
    for block in many:
        contacts, rows = block.contacts, cause_rows(block)
        closed = contacts.diagnosis >= 0
        listed = diagnoses()
        for who, code in zip(rows.who, rows.table.column("c_dodtilgrundl_acme").to_pylist(), strict=True):
            coded = set(listed.code[contacts.diagnosis[closed & (contacts.who == who)]].tolist())
            cancers = {one[1:5] for one in coded if one.startswith("DC") and one != "DC449"}
            if cancers and code.startswith("C") and code != "C809":
                assert code in cancers
                agree += 1
    assert agree > 3


def test_the_causes_of_the_last_year_are_not_known_yet(blocks: list[Block]) -> None:
    for block in blocks:
        rows = cause_rows(block)
        died = _days(rows.table.column("d_dodsdato")).astype("datetime64[Y]").astype(int) + 1970
        assert (rows.known[died == PERIOD.last_year] > PERIOD.end).all()
        assert (rows.known >= np.datetime64("2020-10-01")).all()


def test_education_grows_and_is_never_completed_in_the_future(blocks: list[Block]) -> None:
    codes = {code for _, code, *_ in EDUCATIONS}
    for block in blocks:
        found = education_rows(block).table
        assert set(found.column("hfaudd").to_pylist()) <= codes
        since, day = _days(found.column("hf_vfra")), _days(found.column("referencetid"))
        known = ~np.isnat(since)
        assert known.mean() > 0.9
        assert (since[known] <= day[known]).all()


def test_what_people_live_of_follows_age(blocks: list[Block]) -> None:
    for block in blocks:
        people, rows = block.people, occupation_rows(block)
        code = rows.table.column("socio13").to_numpy()
        age = people.age(rows.who, _days(rows.table.column("referencetid")))
        assert set(code.tolist()) <= SOCIO13
        assert (code[age >= 70] == 322).all()
        assert (code[age < 15] == 420).all()
        assert (code[(age >= 15) & (age < 18)] == 310).all()
        assert np.isin(code[(age > 30) & (age < 60)], WORK).mean() > 0.7
        assert (age[code == 322] > 60).all()


def test_disability_pension_is_for_the_ill_and_lasts(many: list[Block]) -> None:
    frail: dict[bool, list[float]] = {True: [], False: []}
    for block in many:
        people, code = block.people, occupations(block)
        age = people.age(np.arange(len(people)), np.full(len(people), year_ends(block)[0]))
        at = np.flatnonzero((age > 30) & (age < 60))
        for who in at:
            frail[bool(code[0, who] == 321)].append(people.frailty[who])
        lasting = code[:, (code[0] == 321)]
        assert np.isin(lasting, [321, 322]).all()
    assert len(frail[True]) > 20
    assert np.mean(frail[True]) > np.mean(frail[False]) + 0.8


def test_incomes_are_those_of_registered_families_and_rise_with_the_position(many: list[Block]) -> None:
    positions, incomes = [], []
    for block in many:
        rows = income_rows(block)
        people = block.people
        families = rows.table.to_pylist()
        for year, day in enumerate(year_ends(block)):
            who = registered(people, day)
            found = {int(r["familie_id"]) for r in families if r["referencetid"] == dt.date(2019 + year, 12, 31)}
            assert found == set(people.family[who].tolist())
        positions += people.position[rows.who].tolist()
        incomes += rows.table.column("famaekvivadisp_13").to_pylist()
    assert 200_000 < np.median(incomes) < 320_000
    assert np.corrcoef(positions, np.log(incomes))[0, 1] > 0.3


def test_the_family_number_is_that_of_the_population_register(blocks: list[Block]) -> None:
    for block in blocks:
        bef = snapshot_rows(block).table
        assert set(_final(income_rows(block)).table.column("familie_id").to_pylist()) <= set(
            bef.column("familie_id").to_pylist()
        )


def test_acute_admissions_and_deaths_fall_with_income(many: list[Block]) -> None:
    parts = []
    for block in many:
        people, stays = block.people, block.contacts.stays
        who = registered(people, year_ends(block)[0])
        rows = income_rows(block)
        first = _days(rows.table.column("referencetid")) == year_ends(block)[0]
        of_family = dict(zip(people.family[rows.who[first]], rows.table.column(1).to_numpy()[first], strict=True))
        later = stays.acute & (stays.start >= year_ends(block)[0])
        admissions = np.bincount(stays.who[later], minlength=len(people))[who]
        income = np.array([of_family[family] for family in people.family[who]])
        age = people.age(who, np.full(len(who), year_ends(block)[0]))
        parts.append(np.stack([income, admissions, ~np.isnat(people.death[who]), age]))
    income, admissions, dies, age = np.concatenate(parts, axis=1)

    def rates(values: Any, low: float, high: float) -> Any:
        at = (age >= low) & (age < high)
        quintile = np.searchsorted(np.quantile(income[at], [0.2, 0.4, 0.6, 0.8]), income[at])
        return [values[at][quintile == one].mean() for one in range(5)]

    working, old = rates(admissions, 30, 65), rates(admissions, 65, 110)
    assert working[0] > 1.5 * working[4]
    assert old[0] > 1.3 * old[4]
    deaths = rates(dies, 65, 110)
    assert np.mean(deaths[:2]) > 1.15 * np.mean(deaths[3:])


def test_water_is_measured_in_the_areas_that_supply_the_people(blocks: list[Block]) -> None:
    samples, listed = sample_rows(blocks[0]), areas()
    assert not sample_rows(blocks[1]).table.num_rows
    assert not samples.who.any()
    measured = set(samples.table.column("anlaeg_id").to_pylist())
    assert len(measured) == len(listed.number) == 19 * OF_MUNICIPALITY
    for block in blocks:
        rows = supply_rows(block)
        assert set(rows.table.column("anlaeg_id").to_pylist()) <= measured
        kom = np.array([int(number[:4]) for number in rows.table.column("anlaeg_id").to_pylist()])
        assert (kom == block.people.kom(rows.who, _days(rows.table.column("fra")))).all()
    assert set(area_of(np.full(2000, 751), np.arange(2000)).tolist()) == {75100 + nth for nth in range(1, 9)}


def test_results_of_water_have_a_unit_and_a_stable_level(blocks: list[Block]) -> None:
    found = sample_rows(blocks[0]).table.to_pandas()
    for one in SUBSTANCES:
        rows = found[found.stof == one.name]
        assert (rows.enhed == one.unit).all()
        assert (rows.maengde >= one.detection).all()
        assert (rows.maengde[rows.attribut == "<"] == one.detection).all()
        level = rows.groupby("anlaeg_id").maengde
        assert level.mean().std() > 3 * level.std().median()
    assert (found[found.stof == "Nitrat"].maengde < 15).mean() > 0.75


def test_a_home_ends_where_the_next_begins(blocks: list[Block]) -> None:
    for block in blocks:
        rows, people = _final(supply_rows(block)), block.people
        begin, end = _days(rows.table.column("fra")), _days(rows.table.column("til"))
        again = rows.who[1:] == rows.who[:-1]
        assert (end[:-1][again] == begin[1:][again]).all()
        ended = ~np.isnat(end)
        assert (end[ended] > begin[ended]).all()
        assert not (end[ended] > people.death[rows.who[ended]]).any()


def test_changed_numbers_are_dates_and_belong_to_one_person(blocks: list[Block]) -> None:
    numbers: list[str] = []
    reasons = set()
    for block in blocks:
        for row in number_change_rows(block).table.to_pylist():
            numbers += [row["gammelt_pnr"], row["nyt_pnr"]]
            reasons.add(row["aarsag"])
            assert row["gammelt_pnr"][:6] == row["nyt_pnr"][:6]
            assert row["gammelt_pnr"].isdigit() == (row["aarsag"] != "erstatningsnummer")
            changed_sex = int(row["gammelt_pnr"][-1]) % 2 != int(row["nyt_pnr"][-1]) % 2
            assert (row["aarsag"] == "koensskifte") == changed_sex
            dt.datetime.strptime(row["nyt_pnr"][:6], "%d%m%y")
    assert numbers
    assert reasons >= {"erstatningsnummer", "rettelse"}
    assert len(set(numbers)) == len(numbers)
    others = {number for block in blocks for number in block.people.cpr.tolist()}
    assert not others & set(numbers[::2])


def test_relations_name_the_family(blocks: list[Block]) -> None:
    for block in blocks:
        people = block.people
        who = registered(people, PERIOD.end - np.timedelta64(1, "D"))
        when = np.full(len(who), PERIOD.end - np.timedelta64(1, "D"))
        columns = {name: column.to_pylist() for name, column in relation_columns(people, who, when).items()}
        assert list(columns) == ["mor_id", "far_id", "aegte_id"]
        own = dict(zip(people.pnr(who, when).to_pylist(), range(len(who)), strict=True))
        for place, spouse in enumerate(columns["aegte_id"]):
            if spouse is not None:
                assert columns["aegte_id"][own[spouse]] == people.pnr(who[[place]], when[:1])[0].as_py()
        children = people.mother[who] >= 0
        assert children.any()
        assert [mother is not None for mother in columns["mor_id"]] == children.tolist()
        fathers = people.father[who]
        for at in np.flatnonzero(fathers >= 0).tolist():
            assert columns["far_id"][at] == people.pnr(fathers[[at]], when[:1])[0].as_py()
        assert [father is not None for father in columns["far_id"]] == (fathers >= 0).tolist()


def test_services_are_as_common_as_their_rates_say(many: list[Block]) -> None:
    found = np.concatenate([service_rows(block).table.column("speciale").to_pylist() for block in many])
    for one, other in (("800105", "807101"), ("500101", "510011")):
        rate = {service.code: service.rate for service in SERVICES}
        ratio = np.sum(found == one) / np.sum(found == other)
        assert ratio == pytest.approx(rate[one] / rate[other], rel=0.2)
