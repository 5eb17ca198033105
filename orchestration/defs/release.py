"""Releases: the sandboxes of the permits in force, one partition per project, written behind the gate.

What a permit may ask for, and how a release is written, is in `sandbox/`.
"""

import json
from datetime import UTC, datetime
from functools import partial

import dagster as dg
from pydantic import Field

from ingestion.contract import load_all as contracts
from oeverum.settings import Settings, operator
from orchestration.dbt_manifest import MANIFEST
from orchestration.defs.deliveries import OWNER, frequencies, stale_after
from orchestration.defs.pseudonyms import known_store
from orchestration.failures import failure_of
from orchestration.live_grants import days_by_sandbox, metadata
from orchestration.measuring import decision
from orchestration.release_quality import release_quality
from orchestration.resources import EXPECTATIONS, Platform
from orchestration.warehouse import Build, Warehouse, WarehouseError
from pseudonymisation.errors import KeyRingError, PseudonymError
from pseudonymisation.leaks import UnsearchableError
from quality.expectation import load_all
from quality.gate import GateResult
from sandbox.anchors import Anchors
from sandbox.audit import AuditLog
from sandbox.codebook.content import build_codebook
from sandbox.errors import PermitError, RegisterError, SandboxError
from sandbox.grants import Grants
from sandbox.permits.versions import approved_version
from sandbox.pseudonyms import ProjectKeys
from sandbox.release import write_release
from sandbox.release_keys import ReleaseKeys

PROJECTS = dg.DynamicPartitionsDefinition(name="projects")
KEY = dg.AssetKey(["releases", "sandbox"])


class ReleaseConfig(dg.Config):
    """How a release is meant."""

    rekeyed: bool = Field(default=False, description="Other keys than those of the latest release are meant.")


def sandbox_release() -> dg.AssetsDefinition:
    """The sandbox of each project, as an asset behind all marts."""

    @dg.asset(
        key=KEY,
        deps=[dg.AssetKey(["marts", table]) for table, of in load_all(EXPECTATIONS).items() if not of.delivered],
        group_name="releases",
        description="One immutable release per project: Parquet, manifest, codebook and quality report. "
        "The gate is asked in the same act.",
        kinds={"parquet"},
        owners=[OWNER],
        partitions_def=PROJECTS,
        # By then every source should have come anew.
        freshness_policy=stale_after(max(frequencies().values())),
    )
    def sandbox(
        context: dg.AssetExecutionContext, config: ReleaseConfig, platform: Platform
    ) -> dg.MaterializeResult[None]:
        project = context.partition_key
        settings = platform.settings
        now = datetime.now(UTC)
        audit = AuditLog(settings.audit)
        anchors = Anchors(audit, platform.key_ring)
        try:
            # No release goes out over a log that was written anew.
            anchors.renew()
            version = approved_version(settings.permits, project)
            if version is None:
                raise PermitError(f"{project} has no permit in force; ask for one: oeverum permit submit")
            warehouse = Warehouse(settings.warehouse)
            build = warehouse.built()
            release = write_release(
                permit=version.permit,
                warehouse=settings.warehouse,
                releases=settings.releases,
                keys=_keys(platform, project),
                release_keys=ReleaseKeys(platform.key_ring),
                known=known_store(platform.restricted, platform.key_ring).everything(
                    (d["source"], d["delivery"]) for d in build.deliveries
                ),
                deliveries=build.deliveries,
                code_version=build.code_version,
                gate=partial(_judge, settings, build),
                codebook=partial(build_codebook, dbt_manifest=json.loads(MANIFEST.read_text(encoding="utf-8"))),
                quality=partial(release_quality, expected=load_all(EXPECTATIONS), contracts=contracts()),
                now=now,
                # What a supplier says is not enough to open the practice tier: the keys must be a demonstration's too.
                synthetic_only=build.synthetic_only and platform.key_ring.demo,
                rekeyed=config.rekeyed,
                progress=context.log.info,
            )
        except (SandboxError, KeyRingError, PseudonymError, UnsearchableError) as refusal:
            audit.append("release_refused", actor=operator(), project=project, reason=type(refusal).__name__)
            raise failure_of(refusal) from None
        if release.created:
            audit.append(
                "release",
                actor=operator(),
                project=project,
                release=release.release,
                **({"overridden": [dict(one) for one in release.overridden]} if release.overridden else {}),
            )
            try:
                anchors.renew()
            except (SandboxError, KeyRingError, OSError) as error:
                # It is out, and its entry is signed with the next.
                context.log.warning(f"the audit log is not signed: {type(error).__name__}")
        return dg.MaterializeResult(
            metadata={
                "dagster/row_count": release.rows,
                "release": release.release,
                "new": release.created,
                "subjects": release.subjects,
                "path": str(release.folder),
                "tables": dg.MetadataValue.json({table.name: table.rows for table in release.tables}),
                **_grants(settings, project),
            }
        )

    return sandbox


def _grants(settings: Settings, project: str) -> dict[str, int | dg.MarkdownMetadataValue]:
    """The live grants of a sandbox as metadata; none where their register cannot be read: no release waits for it."""
    try:
        grants = Grants(settings.grants)
        left = days_by_sandbox(grants.list(project=project), grants.clock(datetime.now(UTC)))
    except RegisterError:
        return {}
    return metadata(left.get(project, {}))


def _keys(platform: Platform, project: str) -> ProjectKeys:
    """The keys of one project: one for each kind of thing."""
    ring = platform.key_ring
    return ProjectKeys(
        key=lambda kind, version: ring.key(f"project:{project}/{kind}", version),
        version=lambda kind: ring.version(f"project:{project}/{kind}"),
    )


def _judge(settings: Settings, build: Build) -> GateResult:
    """The gate's decision on the very build that the release will name. Raises WarehouseError when there is another."""
    if Warehouse(settings.warehouse).built() != build:
        raise WarehouseError("the warehouse was built anew meanwhile; release again")
    return decision(settings, build)
