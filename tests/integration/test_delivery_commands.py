"""What an operator types about deliveries and the quarantine, on a home after the road."""

import shutil
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
import yaml

from ingestion.contract import load_all
from ingestion.delivery import find
from ingestion.errors import DeliveryRefused
from ingestion.take_in import take_in
from oeverum.deliveries import zone_of
from oeverum.settings import Settings
from orchestration.defs.pseudonyms import in_lake
from orchestration.resources import Platform
from orchestration.road import travel
from orchestration.warehouse import Warehouse, intended
from pseudonymisation.errors import WithdrawalError
from pseudonymisation.lake import Lake
from sandbox.audit import AuditLog
from tests.commands import Type
from tests.deliveries import BEF, bef_delivery
from tests.homes import Road
from tests.integration.truth import Truth


def test_every_delivery_is_listed_with_its_counts_and_the_next_step(type_in: Type, road: Road) -> None:
    shown = type_in(road.settings, "delivery", "list", "lmdb").shown
    (intake,) = zone_of(road.settings).intakes("lmdb")
    (line,) = [line for line in shown.splitlines() if line.startswith("lmdb")]
    assert line.split()[:3] == ["lmdb", intake.delivery, "accepted"]
    for count in (intake.rows_read, intake.rows_accepted, intake.rows_refused, intake.rows_warned):
        assert f"{count:,}" in line.split()
    assert line.rstrip().endswith(f"oeverum quarantine show lmdb {intake.delivery}")


def test_the_quarantine_tells_counts_to_all_and_rows_with_a_trace(type_in: Type, copy_of_road: Settings) -> None:
    (intake,) = zone_of(copy_of_road).intakes("lmdb")
    counts = type_in(copy_of_road, "quarantine", "show").shown
    assert "duplicate_row" in counts
    assert not Truth(copy_of_road).found_in(counts)
    assert not [entry for entry in AuditLog(copy_of_road.audit).read() if entry.kind == "quarantine_rows_shown"]
    rows = type_in(copy_of_road, "quarantine", "show", "lmdb", intake.delivery, "--rows", "3").shown
    assert '{"pnr":' in rows
    (entry,) = [entry for entry in AuditLog(copy_of_road.audit).read() if entry.kind == "quarantine_rows_shown"]
    assert entry.facts == {"source": "lmdb", "delivery": intake.delivery, "rows": 3}


def test_a_refused_delivery_says_why(type_in: Type, copy_of_road: Settings, capfd: pytest.CaptureFixture[str]) -> None:
    delivery = bef_delivery(copy_of_road.landing, {"koen": "9"}, delivery="2026-02-01")
    with pytest.raises(DeliveryRefused):
        take_in(delivery, load_all()["bef"], zone_of(copy_of_road))
    shown = type_in(copy_of_road, "delivery", "show", "bef", "2026-02-01").shown
    assert "refused" in shown
    assert "valid_values" in shown
    assert BEF["pnr"] not in shown


def test_a_withdrawn_delivery_does_not_count_and_is_not_taken_in_again(type_in: Type, copy_of_road: Settings) -> None:
    lake = Lake(copy_of_road.lake)
    before = intended(lake)
    (dod,) = [d.delivery for d in lake.deliveries() if d.source == "dod"]
    withdraw = ("delivery", "withdraw", "dod", dod, "--no-rebuild", "--reason")
    assert type_in(copy_of_road, *withdraw, "about 010150-1234").exit_code == 2
    assert type_in(copy_of_road, *withdraw, "sent by mistake").exit_code == 0
    assert {d["source"] for d in before.deliveries} - {d["source"] for d in intended(lake).deliveries} == {"dod"}
    assert Warehouse(copy_of_road.warehouse).built().basis == before.basis, "what was built stands until it is rebuilt"
    assert "withdrawn" in type_in(copy_of_road, "delivery", "list", "dod").shown
    assert isinstance(type_in(copy_of_road, *withdraw, "again").error, WithdrawalError)
    (entry,) = [entry for entry in AuditLog(copy_of_road.audit).read() if entry.kind == "delivery_withdrawn"]
    assert entry.facts["reason"] == "sent by mistake"


@pytest.mark.long
def test_what_a_withdrawn_delivery_fed_is_rebuilt(type_in: Type, copy_of_road: Settings) -> None:
    def deaths() -> int:
        with duckdb.connect(str(copy_of_road.warehouse), read_only=True) as connection:
            (count,) = connection.execute("select count(death_date) from marts.person").fetchone() or (0,)
            return int(count)

    assert deaths() > 0
    (dod,) = [d.delivery for d in Lake(copy_of_road.lake).deliveries() if d.source == "dod"]
    result = type_in(copy_of_road, "delivery", "withdraw", "dod", dod, "--reason", "sent by mistake")
    assert result.exit_code == 0
    assert deaths() == 0


@pytest.mark.long
def test_a_mended_contract_lets_refused_rows_in(
    copy_of_road: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The status that the contract does not know is a real one: its code list is mended, and the delivery replayed."""
    import ingestion.contract as contract

    folder = tmp_path / "contracts"
    shutil.copytree(contract.CONTRACTS, folder)
    path = folder / "hjemmepleje_besoeg.yaml"
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    for column in document["schema"][0]["properties"]:
        if column["name"] == "besoeg_status":
            column["quality"][0]["arguments"]["validValues"].append("udført")
    path.write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
    before = {i.delivery: i.rows_refused for i in zone_of(copy_of_road).intakes("hjemmepleje_besoeg")}
    mended = contract.load_all(folder)
    monkeypatch.setattr("orchestration.road.load_all", lambda: mended)
    monkeypatch.setattr("orchestration.definitions.load_all", lambda: mended)
    steps = travel(copy_of_road)
    # The mart has a list of its own, which stops the build until it is mended too.
    assert {step.exit_code for step in steps if step.zone == "take in"} == {0}
    after = {i.delivery: i.rows_refused for i in zone_of(copy_of_road).intakes("hjemmepleje_besoeg")}
    planted = pq.read_table(copy_of_road.truth / "faults").to_pylist()
    lifted = [f for f in planted if f["source"] == "hjemmepleje_besoeg" and f["rule"] == "valid_values"]
    assert len(lifted) > 0
    assert sum(before.values()) - sum(after.values()) == len(lifted)


@pytest.mark.parametrize("domain", ["person", "leaks"])
def test_a_rotated_key_makes_a_delivery_anew(copy_of_road: Settings, domain: str) -> None:
    platform = Platform(home=str(copy_of_road.home))
    (delivery,) = [d for d in find(copy_of_road.landing, load_all())[0] if d.source == "dod"]
    assert in_lake(platform, delivery, load_all()["dod"]) is not None
    platform.key_ring.rotate(domain)
    assert in_lake(platform, delivery, load_all()["dod"]) is None
