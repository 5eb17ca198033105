"""A build of few people, where rows go from one person to another, or a newer delivery no longer has them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from orchestration.few_people import FewPeople
from pseudonymisation.history import withdraw
from pseudonymisation.lake import MANIFEST, Lake, LakeDelivery
from tests.integration.following import Following
from tests.spec.cases import DEFAULTS
from tests.spec.warehouse import write_delivery

pytestmark = pytest.mark.long

EVERYBODY = range(1, 21)


class Written(Following):
    """A lake whose deliveries are written as they are to be, and a warehouse that follows it."""

    def __init__(self, tmp: Path) -> None:
        super().__init__(tmp, Lake(tmp / "lake"))
        self.days = 0

    def deliver(self, source: str, *rows: dict[str, Any]) -> str:
        """Write a delivery of a day later than the one before; gives its id."""
        self.days += 1
        created = datetime(2021, 1, 1, 6, tzinfo=UTC) + timedelta(days=self.days)
        delivery = f"{created:%Y-%m-%d}"
        filled = [{**DEFAULTS.get(source, {}), **row} for row in rows]
        entry = write_delivery(
            filled, lake=self.lake.folder, source=source, delivery=delivery, delivered_at=created.isoformat()
        )
        (path,) = entry.files
        told = LakeDelivery(
            source=source,
            delivery=delivery,
            digest=f"{source} {delivery}",
            created=created,
            synthetic=True,
            corrects=(),
            key_versions={},
            treatment="none",
            rows=len(rows),
            files={path.name: ""},
        )
        (path.parent / MANIFEST).write_text(told.model_dump_json(), encoding="utf-8")
        return delivery


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Written]:
    """Twenty people at one snapshot, with two visits of home care, an observation and deaths."""
    monkeypatch.setattr("orchestration.touched.MOST", 1.0)
    lake = Written(tmp_path)
    lake.deliver("bef", *({"person_id": number, "referencetid": date(2020, 12, 31)} for number in EVERYBODY))
    lake.deliver("dod", {"person_id": 1, "doddato": date(2021, 1, 1)}, {"person_id": 2, "doddato": date(2021, 1, 1)})
    lake.deliver("hjemmepleje_besoeg", visit(7, 1), visit(8, 3))
    lake.deliver("plejeobservation", {"person_id": 1, "observation_id": 9, "soevn": 3})
    lake.deliver("lpr_a_kontakt", contact(11, 1), contact(12, 2))
    assert lake.follow() is None
    yield lake


def visit(number: int, person: int) -> dict[str, Any]:
    """A visit of a day in June."""
    return {"besoeg_id": number, "person_id": person, "start": datetime(2020, 6, 1, 8)}


def contact(number: int, person: int) -> dict[str, Any]:
    """A contact of thirteen hours."""
    times = {"kont_starttidspunkt": datetime(2020, 6, 10, 8), "kont_sluttidspunkt": datetime(2020, 6, 10, 21)}
    return {"dw_ek_kontakt": number, "person_id": person, **times}


def touched(few: FewPeople | None) -> int:
    """How many people were built anew."""
    assert few is not None
    return few.touched.people


def test_what_a_newer_delivery_no_longer_has_is_gone(written: Written) -> None:
    """The death of one is retracted, and so is the contact: the newest delivery holds none of that person."""
    written.deliver("dod", {"person_id": 2, "doddato": date(2021, 1, 1)})
    written.deliver("lpr_a_kontakt", contact(12, 2))
    assert touched(written.follow()) == 1
    assert written.differences() == {}


def test_the_same_rows_in_another_order_change_nobody(written: Written) -> None:
    """Where two rows tell otherwise, which of them holds does not depend on their order: one number that became two on
    one day, and two numbers of one person with other parents.
    """
    day = date(2020, 5, 1)
    changes = [{"person_id": old, "nyt_pnr": new, "skiftedato": day} for old, new in ((3, 4), (3, 5), (6, 7))]
    parents = [{"person_id": number, "mor_id": number + 10, "far_id": None} for number in (3, 4, 5, 6, 7)]
    written.deliver("cpr_skift", *changes)
    written.deliver("cpr_relation", *parents)
    written.follow()
    written.deliver("cpr_skift", *reversed(changes))
    written.deliver("cpr_relation", *reversed(parents))
    written.deliver("lmdb", {"person_id": 3}, {"person_id": 6})
    assert touched(written.follow()) == 2
    assert written.differences() == {}


@pytest.mark.long
def test_a_newer_delivery_without_rows_takes_no_place(written: Written) -> None:
    """It has a file, as one with rows has."""
    written.deliver("lpr_a_kontakt")
    written.deliver("sssy", {"person_id": 1, "honuge": "2020"})
    assert touched(written.follow()) == 1
    assert written.differences() == {}


def test_a_week_of_fees_goes_with_its_delivery(written: Written) -> None:
    """A table without people has no row that nobody has any more."""
    week = written.deliver("sssy", {"person_id": 1, "honuge": "2020"})
    assert touched(written.follow()) == 1
    withdraw(written.lake, "sssy", week, by="test", reason="test")
    assert touched(written.follow()) == 1
    assert written.differences() == {}


@pytest.mark.long
def test_a_row_that_goes_to_another_person_leaves_the_first(written: Written) -> None:
    """Visit and observation under their old keys are those of somebody else; withdrawn, they are the first one's again.
    Later something else of the first one changes, which must not bring the visit back.
    """
    moved = written.deliver("hjemmepleje_besoeg", visit(7, 2))
    written.deliver("plejeobservation", {"person_id": 2, "observation_id": 9, "soevn": 4})
    assert touched(written.follow()) == 2
    assert written.differences() == {}
    written.deliver("laboratoriesvar", {"person_id": 1})
    assert touched(written.follow()) == 1
    assert written.differences() == {}
    withdraw(written.lake, "hjemmepleje_besoeg", moved, by="test", reason="test")
    assert touched(written.follow()) == 2
    assert written.differences() == {}
