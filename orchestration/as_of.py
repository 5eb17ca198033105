"""The cohort as it was known on an earlier day: every mart once more, of the deliveries that counted then.

Into a file of its own; the published warehouse and the releases stay as they are. Which deliveries counted on a day is
said in `pseudonymisation/history.py`.
"""

from datetime import UTC, date, datetime, time
from pathlib import Path

from oeverum.settings import Settings
from orchestration.dbt_manifest import prepare_manifest
from orchestration.resources import Platform, dbt_resource
from orchestration.warehouse import DBT_ARGUMENTS, Warehouse, WarehouseError, intended


def build_as_of(settings: Settings, day: date, *, out: Path | None = None) -> Warehouse:
    """Build the cohort as it was known at the end of a day, UTC, by default into `warehouse/as_of/<day>.duckdb`.

    Raises WarehouseError when no delivery counted by then, the day is not over, or dbt fails.
    """
    end = datetime.combine(day, time.max, UTC)
    lake = Platform(home=str(settings.home)).lake
    build = intended(lake, end)
    if end > datetime.now(UTC):
        raise WarehouseError(f"{day} is not over: what will be known then is not known yet; name an earlier day")
    if not build.deliveries:
        raise WarehouseError(f"no delivery counted on {day}; see oeverum delivery list")
    warehouse = Warehouse(out or settings.warehouse.parent / "as_of" / f"{day}.duckdb")
    # dbt's own products go aside: those of the published warehouse stay as they are.
    target = settings.dbt_target.with_name("dbt_as_of")
    with warehouse.rebuild(
        lake, build, memory_limit=settings.memory_limit, manifest=prepare_manifest(), dbt_target=target
    ):
        done = dbt_resource().cli(["--quiet", *DBT_ARGUMENTS], target_path=target, raise_on_error=False)
        if not done.wait().is_successful():
            raise WarehouseError(f"dbt could not build the cohort of {day}; see {target.name}/ in state/")
    return warehouse
