"""Pseudonyms: the assets of the lake, each behind the leak check that stops a delivery with an identifier in it.

What is dropped, re-keyed and redacted follows from the contract alone; this module only translates it.
"""

from contextlib import closing
from functools import partial

import dagster as dg

from ingestion.checks import NUMBER_KIND
from ingestion.contract import Column, Contract
from ingestion.delivery import Delivery, manifest_digest
from ingestion.reading.base import ROW_NUMBER
from ingestion.zone import Intake, RestrictedZone
from orchestration.defs.deliveries import OWNER, freshness, partitions_of
from orchestration.failures import failure_of, told_without_values
from orchestration.resources import Platform
from pseudonymisation.history import withdrawal
from pseudonymisation.keyring import KeyRing
from pseudonymisation.lake import Incoming, KnownStore, LakeDelivery, admit, basis
from pseudonymisation.leaks import LeakError
from pseudonymisation.redaction.redactor import Redactor
from pseudonymisation.treatment import PERSON, VERSION, Kind, Treater, Treatment

LEAK_CHECK = "no_identifier"
PERSON_ID = "person_id"
KNOWN = "known"  # The folder of hashed identifiers, in the restricted zone.
LEAKS = "leaks"  # The domain of their key: under another one they are made anew.


def treatments_of(contract: Contract) -> tuple[Treatment, ...]:
    """What becomes of each column of a source: dropped, pseudonymised, redacted or kept."""
    return (
        Treatment(ROW_NUMBER, "keep"),
        *(_treatment(column, contract) for column in contract.columns),
        *([Treatment(NUMBER_KIND, "keep")] if contract.person_column else []),
    )


def lake_asset(contract: Contract) -> dg.AssetsDefinition:
    """One source's pseudonymised deliveries."""
    key = dg.AssetKey(["lake", contract.source])

    @dg.asset(
        key=key,
        deps=[dg.AssetKey(["restricted", contract.source])],
        group_name="lake",
        description=f"{contract.purpose} {contract.grain} Pseudonymised: no identifier of a person in any column.",
        kinds={"parquet"},
        owners=[OWNER],
        partitions_def=partitions_of(contract.source),
        freshness_policy=freshness(contract),
        check_specs=[
            dg.AssetCheckSpec(
                LEAK_CHECK,
                asset=key,
                blocking=True,
                description="No CPR number, name, address or phone number in any text column.",
            )
        ],
    )
    def lake(context: dg.AssetExecutionContext, platform: Platform):  # type: ignore[no-untyped-def]
        intake = platform.restricted.intake(contract.source, context.partition_key)
        if intake is None:
            raise dg.Failure(
                f"{contract.source}/{context.partition_key} is not in restricted/: materialise that asset first",
                allow_retries=False,
            )
        try:
            with told_without_values(LeakError):
                incoming, treater = admission(intake, contract, platform.restricted, platform.key_ring)
                with closing(treater):
                    manifest = admit(incoming, treater, platform.lake, progress=context.log.info)
        except LeakError as leak:
            yield dg.AssetCheckResult(check_name=LEAK_CHECK, asset_key=key, passed=False, metadata={"found": str(leak)})
            raise failure_of(leak) from None
        yield dg.MaterializeResult(
            asset_key=key,
            metadata={
                "dagster/row_count": manifest.rows,
                "path": str(platform.lake.delivery(contract.source, context.partition_key)),
                "key_versions": manifest.key_versions,
            },
        )
        yield dg.AssetCheckResult(check_name=LEAK_CHECK, asset_key=key, passed=True)

    return lake


def in_lake(platform: Platform, delivery: Delivery, contract: Contract) -> LakeDelivery | None:
    """A delivery as it is in the lake; None when it is not, or from other content, keys or treatment."""
    kept = platform.lake.find(delivery.source, delivery.id)
    if kept is None:
        return None
    return kept if basis(kept) == wanted_basis(platform, delivery, contract) else None


def wanted_basis(platform: Platform, delivery: Delivery, contract: Contract) -> tuple[str | None, dict[str, str], str]:
    """What a delivery should be made from in the lake: its content, the keys, the treatment."""
    return manifest_digest(delivery), _key_versions(contract, platform.key_ring), _treatment_name(contract)


def is_settled(platform: Platform, delivery: Delivery, contract: Contract) -> bool:
    """Whether nothing is to be done about a delivery: it is in the lake as it should be, or was taken back."""
    if withdrawal(platform.lake, delivery.source, delivery.id):
        return True
    return in_lake(platform, delivery, contract) is not None


def admission(intake: Intake, contract: Contract, zone: RestrictedZone, ring: KeyRing) -> tuple[Incoming, Treater]:
    """An accepted delivery on its way into the lake, and its treatment: under keys of one version each, which the
    delivery names, even when they are rotated meanwhile.
    """
    versions = _key_versions(contract, ring)
    has_text = any(column.classification == "free_text" for column in contract.columns)
    treater = Treater(
        treatments_of(contract),
        key_for=lambda domain: ring.key(domain, versions[domain]),
        redactor=Redactor() if has_text else None,
    )
    incoming = Incoming(
        source=intake.source,
        delivery=intake.delivery,
        digest=intake.digest,
        created=intake.created,
        synthetic=intake.synthetic,
        corrects=intake.corrects,
        key_versions=versions,
        treatment=_treatment_name(contract),
        known=known_store(zone, ring, versions[LEAKS]),
        batches=partial(zone.batches, intake),
    )
    return incoming, treater


def known_store(zone: RestrictedZone, ring: KeyRing, version: str | None = None) -> KnownStore:
    """Where the hashed identifiers of all deliveries lie, under the present version of their key or the one given."""
    return KnownStore(zone.folder / KNOWN, ring.key(LEAKS, version))


def _key_versions(contract: Contract, ring: KeyRing) -> dict[str, str]:
    domains = {LEAKS, *(column.pseudonym for column in contract.columns if column.pseudonym)}
    return {domain: ring.version(domain) for domain in sorted(domains)}


def _treatment_name(contract: Contract) -> str:
    return f"t{VERSION}-{contract.digest[:12]}"


def _treatment(column: Column, contract: Contract) -> Treatment:
    kinds: dict[str, Kind] = {"name": "name", "address": "address", "phone": "phone"}
    kind: Kind | None = kinds.get(column.redact_as or "")
    if column.pseudonym == PERSON:
        kind = "cpr"
    match column.classification:
        case "identifier" if column.pseudonym:
            becomes = PERSON_ID if column.name == contract.person_column else None
            return Treatment(column.name, "pseudonymise", domain=column.pseudonym, kind=kind, becomes=becomes)
        case "identifier":
            return Treatment(column.name, "drop", kind=kind)
        case "free_text":
            return Treatment(column.name, "redact")
        case _:
            return Treatment(column.name, "keep")
