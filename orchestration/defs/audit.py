"""The sensor that signs the audit log, for homes whose gateway does not run.

What is signed, and what it finds, is in `sandbox/anchors.py`.
"""

import dagster as dg

from orchestration.failures import failure_of
from orchestration.resources import Platform
from pseudonymisation.errors import KeyRingError
from sandbox.anchors import Anchors
from sandbox.audit import AuditLog
from sandbox.errors import SandboxError


def audit_sensor() -> dg.SensorDefinition:
    """Signs the place where the audit log ends; fails when that is not the log that was signed before."""

    @dg.sensor(
        name="audit_log_signed",
        minimum_interval_seconds=300,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Signs the place where the audit log ends; fails when the log was written anew since then.",
    )
    def audit_log_signed(platform: Platform) -> dg.SkipReason:
        try:
            anchor = Anchors(AuditLog(platform.settings.audit), platform.key_ring).renew()
        except (SandboxError, KeyRingError) as error:
            raise failure_of(error) from None
        return dg.SkipReason(f"entries signed: {anchor.mark.entries if anchor else 0}")

    return audit_log_signed
