"""Releases: the sandboxes of the permits in force, one partition per project, written behind the gate.

What a permit may ask for, and how a release is written, is in `sandbox/`.
"""

import json
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import dagster as dg

from orchestration.dbt_manifest import MANIFEST
from orchestration.defs.deliveries import OWNER
from orchestration.resources import EXPECTATIONS, Platform
from orchestration.warehouse import Warehouse
from quality.expectation import load_all
from quality.gate import evaluate
from sandbox.access import PERMITS
from sandbox.audit import AuditLog
from sandbox.codebook import build_codebook
from sandbox.errors import SandboxError
from sandbox.permit import Permit, in_force
from sandbox.release import Release, write_release

PROJECTS = dg.DynamicPartitionsDefinition(name="projects")
