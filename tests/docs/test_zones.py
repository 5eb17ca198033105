"""The page of the zones names what lies in a home after the road, and nothing that does not."""

import re

import duckdb

from oeverum.settings import Settings
from tests.docs.pages import tables

PAGE = "docs/reference/zones.md"
_FILE = re.compile(r"`([\w-]+\.(?:yaml|json|jsonl|head|anchor|sqlite|duckdb|html)|\w+/)`")


def told() -> dict[str, str]:
    """What the page says lies in each zone."""
    return {row[0].strip("`"): row[1] for row in tables(PAGE)["Zones and files"]}


def test_every_zone_and_every_file_that_the_page_names_is_there(home: Settings) -> None:
    seen = 0
    for zone, holds in told().items():
        place = re.sub(r"<\w+>", "*", zone).rstrip("/")
        assert list(home.home.glob(place)), zone
        for name in _FILE.findall(holds):
            assert list(home.home.glob(f"{place}/{name.rstrip('/')}")), f"{zone}: {name}"
            seen += 1
    assert seen > 10


def test_the_page_names_every_zone(home: Settings) -> None:
    assert {path.name for path in home.home.iterdir()} == {zone.split("/")[0] for zone in told()}


def test_the_page_names_the_schemas_of_the_warehouse(home: Settings) -> None:
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        rows = connection.execute("select distinct table_schema from information_schema.tables").fetchall()
    (schemas,) = re.findall(r"with the schemas ([^;]*);", told()["warehouse/"])
    assert set(re.findall(r"`(\w+)`", schemas)) == {schema for (schema,) in rows} - {"platform"}
    assert "`platform.build`" in told()["warehouse/"]
