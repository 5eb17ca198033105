"""The warehouse: every dbt model as an asset, built as one operation by the one writer.

How the file is published is in `orchestration/warehouse.py`; the models and what they mean are in `dbt_project/`.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import (
    DagsterDbtTranslator,
    DagsterDbtTranslatorSettings,
    DbtCliResource,
    DbtProject,
    dbt_assets,
)

from orchestration.dbt_manifest import Models
from orchestration.defs.deliveries import OWNER, frequencies, stale_after
from orchestration.failures import told_without_values
from orchestration.few_people import FewPeople, build_few, few_people
from orchestration.resources import Platform
from orchestration.warehouse import DBT_ARGUMENTS, Warehouse, intended

POOL = "warehouse"


class ZoneTranslator(DagsterDbtTranslator):
    """Names models by their layer (`staging/stg_bef`, `marts/person`) and sources by the lake's assets."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """The key of a model, a seed or a source."""
        if dbt_resource_props["resource_type"] == "source":
            return dg.AssetKey(["lake", dbt_resource_props["name"]])
        return dg.AssetKey([_layer(dbt_resource_props), dbt_resource_props["name"]])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """The layer."""
        return _layer(dbt_resource_props)

    def get_asset_spec(self, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None) -> dg.AssetSpec:
        """The spec with an owner, and stale when the source that it is made of comes most often and did not."""
        spec = super().get_asset_spec(manifest, unique_id, project)
        spec = spec.replace_attributes(owners=[OWNER])
        # A code list does not go stale by time: it changes when the classification does.
        if spec.group_name == "seeds":
            return spec
        days = frequencies()
        sources = Models(manifest).sources_behind(unique_id) or days.keys()
        return spec.replace_attributes(freshness_policy=stale_after(min(days[source] for source in sources)))


def warehouse_assets(manifest: Path) -> dg.AssetsDefinition:
    """All models of the dbt project."""

    @dbt_assets(
        name="build_models",
        manifest=manifest,
        dagster_dbt_translator=ZoneTranslator(
            settings=DagsterDbtTranslatorSettings(enable_source_tests_as_checks=False)
        ),
        pool=POOL,
    )
    def build_models(context: dg.AssetExecutionContext, dbt: DbtCliResource, platform: Platform) -> Iterator[Any]:
        warehouse, limit = Warehouse(platform.settings.warehouse), platform.settings.memory_limit
        build = intended(platform.lake)
        whole, target = not context.is_subset, platform.settings.dbt_target
        with told_without_values():
            few = few_people(platform.lake, warehouse, build, manifest, memory_limit=limit) if whole else None
            if few:
                context.log.info(f"of {few.touched.people} people rows have changed: they are built anew")
                build_few(warehouse, build, few, memory_limit=limit)
                yield from _events(context, few)
            else:
                with warehouse.rebuild(
                    platform.lake, build, memory_limit=limit, manifest=manifest, dbt_target=target, whole=whole
                ):
                    yield from dbt.cli(DBT_ARGUMENTS, context=context, target_path=target).stream()
        for name, rows in warehouse.row_counts(warehouse.path).items():
            context.log_event(dg.AssetObservation(asset_key=["marts", name], metadata={"dagster/row_count": rows}))

    return build_models


def _events(context: dg.AssetExecutionContext, few: FewPeople) -> Iterator[Any]:
    """What dbt would tell of tables, views and tests that were built without it, in their order.

    All are told: they are as new as the deliveries. Dagster leaves out whatever follows an asset that is not told, and
    with it the measuring of the whole warehouse.
    """
    checks = {check.name: check.asset_key for check in context.selected_asset_check_keys}
    for statement in few.statements:
        name = statement.name
        if name in checks and name in few.built:
            yield dg.AssetCheckResult(passed=True, asset_key=checks[name], check_name=name)
        elif (asset := dg.AssetKey(name.split("."))) in context.selected_asset_keys:
            people = few.touched.people if name in few.built else 0
            yield dg.MaterializeResult(asset_key=asset, metadata={"people built anew": people})


def _layer(dbt_resource_props: Mapping[str, Any]) -> str:
    if dbt_resource_props["resource_type"] == "seed":
        return "seeds"
    return str(dbt_resource_props["fqn"][1])
