"""A build of the people whom new deliveries touch gives the same rows as a build of everybody, month after month."""

import errno
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import yaml

from ingestion.contract import load_all
from ingestion.delivery import Delivery, find
from oeverum.settings import Settings
from orchestration.as_of import build_as_of
from orchestration.dbt_manifest import Models, prepare_manifest
from orchestration.few_people import FewPeople, build_few, few_people
from orchestration.lake_views import POINTS_TO
from orchestration.statements import Statement
from orchestration.warehouse import Build, Warehouse, WarehouseError, intended
from pseudonymisation.history import withdraw
from synthetic.generator import synthesise
from tests.integration.following import LIMIT, WITHOUT, Region, differences

ADULTS, YEAR = 250, 2020


@pytest.fixture(scope="module")
def landing(tmp_path_factory: pytest.TempPathFactory) -> list[Delivery]:
    """The deliveries of two years, the last of them month by month, in the order of creation."""
    tmp = tmp_path_factory.mktemp("region")
    synthesise(
        adults=ADULTS,
        first_year=YEAR - 1,
        last_year=YEAR,
        seed=3,
        sources=sorted(load_all().keys() - WITHOUT),
        deliveries="monthly",
        landing=tmp / "landing",
        truth=tmp / "truth",
        workers=1,
    )
    return sorted(find(tmp / "landing", load_all())[0], key=lambda d: (d.id, d.source))


@pytest.fixture
def region(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Region]:
    """An empty lake; of so few people a month touches most, who are to be built as few all the same."""
    monkeypatch.setattr("orchestration.touched.MOST", 1.0)
    yield Region.empty(tmp_path)
    shutil.rmtree(tmp_path, ignore_errors=True)


def of_month(deliveries: list[Delivery], month: str) -> list[Delivery]:
    """The deliveries that were created in a month."""
    return [d for d in deliveries if d.id[:7] == month]


def with_vital_signs_to_build(landing: list[Delivery], region: Region) -> tuple[bytes, Build, FewPeople]:
    """Build a month, and take in the vital signs of the next; gives the published file, and what is to be built."""
    months = sorted({d.id[:7] for d in landing})
    region.take_in(of_month(landing, months[0]))
    region.follow()
    region.take_in([d for d in of_month(landing, months[1]) if d.source == "vitale_vaerdier"])
    build = intended(region.lake)
    few = few_people(region.lake, region.warehouse, build, prepare_manifest(), memory_limit=LIMIT)
    assert few is not None
    return region.warehouse.path.read_bytes(), build, few


def test_every_source_says_whose_its_rows_are() -> None:
    """By a person, by a row that has one, or by everybody."""
    models = Models.load(prepare_manifest())
    without = {source for source in models.used if not models.tables[source].names_a_person}
    assert without <= POINTS_TO.keys() | models.of_everybody
    assert models.of_everybody == {"bef", "faik", "cpr_skift", "sks", "kodeliste"}


@pytest.mark.long
def test_new_rows_and_a_withdrawal_build_those_whom_they_touch(landing: list[Delivery], region: Region) -> None:
    months = sorted({d.id[:7] for d in landing})
    for month in months[:2]:
        region.take_in(of_month(landing, month))
    assert region.follow() is None, "the first build is one of everybody"
    nobody = region.follow()
    assert nobody is not None
    assert nobody.touched.people == 0
    few_sources = [d for d in of_month(landing, months[2]) if d.source in ("laboratoriesvar", "lpr_a_kontakt")]
    region.take_in(few_sources)
    few = region.follow()
    assert few is not None
    assert 0 < few.touched.people < ADULTS / 2
    assert region.warehouse.built().people == few.touched.people
    assert region.differences() == {}
    withdraw(region.lake, few_sources[0].source, few_sources[0].id, by="test", reason="test", at=datetime.now(UTC))
    assert region.follow() is not None
    assert region.differences() == {}


@pytest.mark.long
def test_a_warehouse_that_was_built_meanwhile_is_not_mixed(landing: list[Delivery], region: Region) -> None:
    region.take_in([d for d in landing if d.source == "bef"][:1])
    region.follow()
    few = few_people(region.lake, region.warehouse, intended(region.lake), prepare_manifest(), memory_limit=LIMIT)
    assert few is not None
    with pytest.raises(WarehouseError, match="run it again"):
        build_few(region.warehouse, intended(region.lake), replace(few, against="another"), memory_limit=LIMIT)


@pytest.mark.long
def test_a_build_of_some_models_is_of_the_deliveries_of_the_others(landing: list[Delivery], region: Region) -> None:
    """So that the next build finds what has come since."""
    months = sorted({d.id[:7] for d in landing})
    region.take_in(of_month(landing, months[0]))
    with pytest.raises(WarehouseError, match="no warehouse yet"):
        region.build(region.warehouse, select="vital_sign")
    region.follow()
    before = region.warehouse.built()
    region.take_in([d for d in of_month(landing, months[1]) if d.source == "vitale_vaerdier"])
    region.build(region.warehouse, select="vital_sign")
    assert region.warehouse.built().basis == before.basis
    few = region.follow()
    assert few is not None
    assert few.touched.people > 0
    assert region.differences() == {}


@pytest.mark.long
def test_after_a_build_of_some_models_by_other_code_everybody_is_built(
    landing: list[Delivery], region: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when the code is the old one again: the file is of both."""
    region.take_in([d for d in landing if d.source in ("bef", "vitale_vaerdier")][:4])
    region.follow()
    before = region.warehouse.built().code_version
    for _ in range(2):
        with monkeypatch.context() as patch:
            patch.setattr("orchestration.warehouse.code_version", lambda: "9.9+other")
            region.build(region.warehouse, select="vital_sign")
        assert region.warehouse.built().code_version == f"{before} with models of 9.9+other"
    assert region.follow() is None
    assert region.warehouse.built().code_version == before


@pytest.mark.long
def test_a_statement_that_fails_leaves_the_warehouse_as_it_was(landing: list[Delivery], region: Region) -> None:
    before, build, few = with_vital_signs_to_build(landing, region)
    broken = tuple(
        replace(s, sql="select cast('0101501234' as date) as person_id") if s.name == "marts.vital_sign" else s
        for s in few.statements
    )
    with pytest.raises(WarehouseError, match=r"marts\.vital_sign could not be built: ConversionException$"):
        build_few(region.warehouse, build, replace(few, statements=broken), memory_limit=LIMIT)
    assert region.warehouse.path.read_bytes() == before
    assert region.follow() is not None
    assert region.differences() == {}


@pytest.mark.long
def test_what_cannot_be_written_or_does_not_hold_leaves_the_warehouse_as_it_was(
    landing: list[Delivery], region: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A data test that finds rows; a disk that is full, as the file is copied and as the rows are put into it."""
    before, build, few = with_vital_signs_to_build(landing, region)
    broken = Statement("test", "nobody_is_warm", ("marts.vital_sign",), "select * from marts.vital_sign limit 2")
    with pytest.raises(WarehouseError, match="nobody_is_warm: 2 do not hold"):
        tested = replace(few, statements=(*few.statements, broken))
        build_few(region.warehouse, build, tested, memory_limit=LIMIT)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    for place in ("shutil.copyfile", "record"):
        with monkeypatch.context() as patch:
            patch.setattr(f"orchestration.few_people.{place}", full)
            with pytest.raises(WarehouseError, match="no space left; make room on the disk of the warehouse"):
                build_few(region.warehouse, build, few, memory_limit=LIMIT)
        assert region.warehouse.path.read_bytes() == before
    assert region.follow() is not None
    assert region.differences() == {}


@pytest.mark.long
def test_every_mart_can_be_built_as_of_a_day(landing: list[Delivery], region: Region) -> None:
    """What was known then is what was built then: later deliveries and a later withdrawal change nothing."""
    months = sorted({d.id[:7] for d in landing})
    region.take_in(of_month(landing, months[0]))
    region.follow()
    then = shutil.copyfile(region.warehouse.path, region.tmp / "then.duckdb")
    region.take_in(of_month(landing, months[1]))
    withdraw(region.lake, "lmdb", of_month(landing, months[0])[0].id, by="test", reason="test", at=datetime.now(UTC))
    settings = Settings(home=region.tmp)
    built = build_as_of(settings, date(YEAR, 2, 1))
    assert built.path == settings.warehouse.parent / "as_of" / f"{YEAR}-02-01.duckdb"
    assert differences(built.path, then) == {}
    assert built.built().deliveries == Warehouse(then).built().deliveries
    with pytest.raises(WarehouseError, match="no delivery counted"):
        build_as_of(settings, date(1999, 1, 1))
    with pytest.raises(WarehouseError, match="not over"):
        build_as_of(settings, date(2999, 1, 1))


@pytest.mark.long
def test_every_month_with_a_correction_and_a_withdrawal(landing: list[Delivery], region: Region) -> None:
    """Twelve months; in the fifth a delivery is withdrawn, in the eighth one comes in the place of an earlier one."""
    few = 0
    for place, month in enumerate(sorted({d.id[:7] for d in landing})):
        deliveries = of_month(landing, month)
        if place == 5:
            withdraw(region.lake, "hjemmepleje_besoeg", earlier(landing, place - 1), by="test", reason="test")
        if place == 8:
            deliveries = [corrected(d, earlier(landing, place - 2)) if d.source == "aefv" else d for d in deliveries]
        region.take_in(deliveries)
        few += region.follow() is not None
        assert region.differences() == {}, month
    assert few >= 6, "a quarter's snapshots touch everybody; the other months do not"


def earlier(landing: list[Delivery], place: int) -> str:
    """The id of the deliveries of a month."""
    return sorted({d.id for d in landing})[place]


def corrected(delivery: Delivery, older: str) -> Delivery:
    """The delivery, said to come in the place of an older one."""
    path = delivery.folder / "delivery.yaml"
    manifest = yaml.safe_load(path.read_text(encoding="utf-8"))
    path.write_text(yaml.safe_dump({**manifest, "corrects": [older]}), encoding="utf-8")
    return delivery
