"""Deliveries: finding them in the landing zone, reading their manifest, keeping those that came under a used name.

A delivery is one folder, `landing/<source>/<delivery>/`, with a `delivery.yaml` that names every file with its
SHA-256 and its rows. That the files are whole is proved in `ingestion/integrity.py`, rows are read in
`ingestion/reading/`.
"""

import hashlib
import re
import shutil
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from ingestion.contract import Contract, FileFormat
from ingestion.errors import DeliveryRefused

MANIFEST = "delivery.yaml"
# Names that suppliers choose stand in logs and in Dagster's records, so there is no room in them for a person.
DELIVERY_ID = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}(-([a-z]|[0-9]{1,3}))?")
FILE_NAME = r"{source}([._-][0-9]{{1,4}}){{0,4}}\.({endings})"
ENDINGS: dict[FileFormat, str] = {
    "csv": r"(csv|txt)(\.gz|\.zip)?",
    "fixed_width": r"(txt|dat)(\.gz|\.zip)?",
    "parquet": "parquet",
    "sas": "sas7bdat|xpt",
    "ndjson": r"(ndjson|jsonl)(\.gz|\.zip)?",
    "fhir": r"(ndjson|json)(\.gz|\.zip)?",
}
KEPT = ".kept"  # In the landing zone: deliveries that came under the name of another.
MANIFEST_BYTES = 4 * 1024 * 1024
CREATED_AHEAD = timedelta(days=1)
MAX_ROWS = 10**12


class Period(BaseModel):
    """The time that a delivery covers, [from, to)."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
    start: date = Field(alias="from")
    end: date = Field(alias="to")

    @model_validator(mode="after")
    def _forwards(self) -> "Period":
        if self.end <= self.start:
            raise ValueError("to must be later than from")
        return self


class DeliveredFile(BaseModel):
    """One file of a delivery: name, SHA-256 in hexadecimal, data rows (the header does not count)."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str = Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]*$")
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    rows: int = Field(ge=0, le=MAX_ROWS)


class DeliveryManifest(BaseModel):
    """What the supplier says about a delivery.

    `created` is UTC and orders the deliveries of a source. `corrects` names earlier deliveries of the source in whose
    place this one comes: from then on their rows do not count.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    source: str
    delivery: str = Field(pattern=f"^{DELIVERY_ID.pattern}$")
    mode: str
    created: datetime
    period: Period
    corrects: tuple[Annotated[str, Field(pattern=f"^{DELIVERY_ID.pattern}$")], ...] = ()
    synthetic: bool = False
    files: tuple[DeliveredFile, ...] = Field(min_length=1)

    @field_validator("created", mode="before")
    @classmethod
    def _written_as_a_time(cls, value: Any) -> Any:
        # A bare number such as 20260120 would be taken for seconds since 1970.
        written = isinstance(value, str) and re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]", value)
        if not isinstance(value, datetime) and not written:
            raise ValueError("created is a time such as 2026-01-20T06:00:00+01:00")
        return value

    @field_validator("created")
    @classmethod
    def _in_utc(cls, value: datetime) -> datetime:
        if value.tzinfo is None:
            raise ValueError("created needs a time zone, such as +01:00")
        try:
            return value.astimezone(UTC)
        except OverflowError:
            raise ValueError("created lies at the edge of the calendar") from None

    @model_validator(mode="after")
    def _names_once(self) -> "DeliveryManifest":
        names = [file.name for file in self.files]
        if len(set(names)) != len(names):
            raise ValueError("a file is named twice")
        if self.delivery in self.corrects:
            raise ValueError("a delivery cannot correct itself")
        return self


@dataclass(frozen=True, slots=True)
class Delivery:
    """One drop of one source in the landing zone."""

    source: str
    id: str
    folder: Path


def find(landing: Path, contracts: dict[str, Contract]) -> tuple[list[Delivery], list[DeliveryRefused]]:
    """The deliveries that wait in the landing zone, by source and id; and folders that cannot be deliveries.

    Hidden folders are still being written by the supplier and are not seen.
    """
    found: list[Delivery] = []
    strange: list[DeliveryRefused] = []
    for source in _visible_folders(landing):
        if source.name not in contracts or source.is_symlink():
            strange.append(
                DeliveryRefused(
                    source="landing",
                    delivery="*",
                    expected="folders named by sources with a contract",
                    found="a folder with another name",
                    remedy="look for it in landing/; move it away, or add its contract to ingestion/contracts/",
                )
            )
            continue
        for folder in _visible_folders(source):
            if DELIVERY_ID.fullmatch(folder.name) and not folder.is_symlink():
                found.append(Delivery(source=source.name, id=folder.name, folder=folder))
                continue
            strange.append(
                DeliveryRefused(
                    source=source.name,
                    delivery="*",
                    expected="folders named by the day, and a letter or number where needed: 2026-01-20, 2026-01-20-b",
                    found="a symbolic link" if folder.is_symlink() else "a folder with another name",
                    remedy="look for it in landing/ and rename it"
                    if not folder.is_symlink()
                    else "look for it in landing/ and put the folder itself there",
                )
            )
    return found, strange


def manifest_digest(delivery: Delivery) -> str | None:
    """SHA-256 of a delivery's manifest, which stands for its content; None when there is no manifest."""
    text = _manifest_bytes(delivery)
    return hashlib.sha256(text).hexdigest() if text is not None else None


def mark_of_files(delivery: Delivery) -> tuple[str, float]:
    """A mark of a delivery's files (names, places on disk, sizes, times) that is another one when they are sent again.

    And when the last of them changed, by this machine's clock (seconds since 1970): the supplier's own times may be
    those of the original. Raises OSError.
    """
    found = [(path.name, path.lstat()) for path in sorted(delivery.folder.iterdir())]
    facts = [(name, seen.st_ino, seen.st_size, seen.st_mtime_ns) for name, seen in found]
    changed = max((seen.st_ctime for _, seen in found), default=0.0)
    return hashlib.sha256(repr(facts).encode("utf-8")).hexdigest()[:12], changed


def keep_aside(delivery: Delivery) -> Path | None:
    """Move a delivery that came under the name of another out of the way, for inspection; gives its new place.

    None when the landing zone cannot be written: then it stays where it is.
    """
    digest = manifest_digest(delivery) or "no-manifest"
    place = delivery.folder.parent.parent / KEPT / delivery.source / f"{delivery.id}-{digest[:12]}"
    try:
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if place.exists():
            shutil.rmtree(place)  # The same content came, and was moved, before.
        delivery.folder.replace(place)
    except OSError:
        return None
    return place


def kept_aside(landing: Path) -> list[Path]:
    """The deliveries that were moved out of the way."""
    return sorted((landing / KEPT).glob("*/*"))


def read_manifest(delivery: Delivery, contract: Contract) -> DeliveryManifest:
    """The checked manifest of a delivery. Raises DeliveryRefused when it is missing or does not fit."""
    text = _manifest_bytes(delivery)
    if text is None:
        raise refused(
            delivery,
            expected=f"a {MANIFEST}",
            found="none, or none that is a file of its own",
            remedy="ask the supplier to send the delivery again with its manifest",
        )
    if len(text) > MANIFEST_BYTES or (b"&" in text and re.search(rb"&[A-Za-z0-9_-]", text)):
        # YAML can unfold a few references into more than a memory holds.
        raise refused(
            delivery,
            expected=f"a {MANIFEST} of at most {MANIFEST_BYTES // 2**20} MiB, without references",
            found="another one",
            remedy="ask the supplier to write the manifest again",
        )
    try:
        document: Any = yaml.safe_load(text.decode("utf-8"))
        manifest = DeliveryManifest.model_validate(document)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError, OverflowError) as error:
        if isinstance(error, ValidationError):
            raise _refused_field(delivery, error) from None
        raise refused(
            delivery,
            expected=f"a {MANIFEST} in YAML and UTF-8",
            found="a file that cannot be read as such",
            remedy="ask the supplier to write the manifest again",
        ) from None
    for field, said, wanted in (
        ("source", manifest.source, delivery.source),
        ("delivery", manifest.delivery, delivery.id),
        ("mode", manifest.mode, contract.mode),
    ):
        if said != wanted:
            raise refused(
                delivery,
                expected=f"{field} {wanted}",
                found=f"another {field}",
                remedy=f"correct {field} in {MANIFEST}, or put the delivery where it belongs",
            )
    endings = ENDINGS[contract.form.format]
    for number, file in enumerate(manifest.files, start=1):
        if not re.fullmatch(FILE_NAME.format(source=re.escape(delivery.source), endings=endings), file.name):
            example = f"{delivery.source}-2026-01-20-001.{next(iter(re.findall('[a-z0-9]+', endings)))}"
            raise refused(
                delivery,
                expected=f"files named by the source and numbers, such as {example}",
                found=f"another name (file {number} of the manifest)",
                remedy="rename the file, and name it so in the manifest",
            )
    if manifest.created > datetime.now(UTC) + CREATED_AHEAD:
        # It would count as the newest for ever.
        raise refused(
            delivery,
            expected="a delivery created by now",
            found="a time in the future",
            remedy=f"ask the supplier to correct created in {MANIFEST}",
        )
    return manifest


def unnamed_files(delivery: Delivery, manifest: DeliveryManifest, contract: Contract) -> int:
    """How many files lie in the folder that are named like data of the source, but not in the manifest."""
    pattern = FILE_NAME.format(source=re.escape(delivery.source), endings=ENDINGS[contract.form.format])
    named = {file.name for file in manifest.files}
    return sum(bool(re.fullmatch(pattern, path.name)) and path.name not in named for path in delivery.folder.iterdir())


def refused(delivery: Delivery, *, expected: str, found: str, remedy: str) -> DeliveryRefused:
    """A refusal of this delivery, to be raised."""
    return DeliveryRefused(source=delivery.source, delivery=delivery.id, expected=expected, found=found, remedy=remedy)


def _refused_field(delivery: Delivery, error: ValidationError) -> DeliveryRefused:
    """Not chained to the error, and an unknown field is not named: both may hold what the supplier wrote."""
    first = error.errors(include_input=False, include_url=False)[0]
    unknown = first["type"] in ("extra_forbidden", "invalid_key")
    field = "set of fields" if unknown else ".".join(str(part) for part in first["loc"]) or "manifest"
    return refused(
        delivery,
        expected=f"a {MANIFEST} with a valid {field}",
        found="a field of another name" if unknown else first["msg"].lower(),
        remedy=f"ask the supplier to correct the {field}",
    )


def _manifest_bytes(delivery: Delivery) -> bytes | None:
    """The manifest's bytes, one more than allowed at most; a symbolic link is none, nor is what lies behind one."""
    path = delivery.folder / MANIFEST
    if delivery.folder.is_symlink() or path.is_symlink() or not path.is_file():
        return None
    with path.open("rb") as file:
        return file.read(MANIFEST_BYTES + 1)


def _visible_folders(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))
