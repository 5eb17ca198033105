"""Deliveries: finding them in the landing zone, reading their manifest, proving that their files are whole.

A delivery is one folder, `landing/<source>/<delivery>/`, with a `delivery.yaml` that names every file with its
SHA-256 and its rows. Rows are read in `ingestion/readers.py`.
"""

import codecs
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from ingestion.contract import Contract
from ingestion.errors import DeliveryRefused

MANIFEST = "delivery.yaml"
# Names that suppliers choose stand in logs and in Dagster's records, so there is no room in them for a person.
DELIVERY_ID = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}(-([a-z]|[0-9]{1,3}))?")
FILE_NAME = r"{source}([._-][0-9]{{1,4}}){{0,4}}\.(csv|parquet)"
CREATED_AHEAD = timedelta(days=1)
CHUNK_BYTES = 4 * 1024 * 1024


class Period(BaseModel):
    """The time that a delivery covers, [from, to)."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
    start: date = Field(alias="from")
    end: date = Field(alias="to")


class DeliveredFile(BaseModel):
    """One file of a delivery: name, SHA-256 in hexadecimal, data rows (the header does not count)."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str = Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]*$")
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    rows: int = Field(ge=0)


class DeliveryManifest(BaseModel):
    """What the supplier says about a delivery. `created` is UTC and orders the deliveries of a source."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    source: str
    delivery: str = Field(pattern=f"^{DELIVERY_ID.pattern}$")
    mode: str
    created: datetime
    period: Period
    synthetic: bool = False
    files: tuple[DeliveredFile, ...] = Field(min_length=1)

    @field_validator("created")
    @classmethod
    def _in_utc(cls, value: datetime) -> datetime:
        if value.tzinfo is None:
            raise ValueError("created needs a time zone, such as +01:00")
        return value.astimezone(UTC)


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
        if source.name not in contracts:
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
            if DELIVERY_ID.fullmatch(folder.name):
                found.append(Delivery(source=source.name, id=folder.name, folder=folder))
                continue
            strange.append(
                DeliveryRefused(
                    source=source.name,
                    delivery="*",
                    expected="folders named by the day, and a letter or number where needed: 2026-01-20, 2026-01-20-b",
                    found="a folder with another name",
                    remedy="look for it in landing/ and rename it",
                )
            )
    return found, strange


def manifest_digest(delivery: Delivery) -> str | None:
    """SHA-256 of a delivery's manifest, which stands for its content; None when there is no manifest."""
    path = delivery.folder / MANIFEST
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None


def read_manifest(delivery: Delivery, contract: Contract) -> DeliveryManifest:
    """The checked manifest of a delivery. Raises DeliveryRefused when it is missing or does not fit."""
    path = delivery.folder / MANIFEST
    if not path.is_file():
        raise refused(
            delivery,
            expected=f"a {MANIFEST}",
            found="none",
            remedy="ask the supplier to send the delivery again with its manifest",
        )
    try:
        document: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
        manifest = DeliveryManifest.model_validate(document)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise refused(
            delivery,
            expected=f"a {MANIFEST} in YAML and UTF-8",
            found="a file that cannot be read as such",
            remedy="ask the supplier to write the manifest again",
        ) from error
    except ValidationError as error:
        # Not chained, and an unknown field is not named: both may hold what the supplier wrote.
        first = error.errors(include_input=False, include_url=False)[0]
        unknown = first["type"] == "extra_forbidden"
        field = "set of fields" if unknown else ".".join(str(part) for part in first["loc"]) or "manifest"
        raise refused(
            delivery,
            expected=f"a {MANIFEST} with a valid {field}",
            found="a field of another name" if unknown else first["msg"].lower(),
            remedy=f"ask the supplier to correct the {field}",
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
    for number, file in enumerate(manifest.files, start=1):
        if not re.fullmatch(FILE_NAME.format(source=re.escape(delivery.source)), file.name):
            raise refused(
                delivery,
                expected=f"files named by the source and numbers, such as {delivery.source}-2026-01-20-001.csv",
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


def check_files(delivery: Delivery, manifest: DeliveryManifest, contract: Contract) -> None:
    """Prove that every named file is there, whole and in the encoding of the contract.

    Reads each file once. Raises DeliveryRefused at the first that does not fit.
    """
    for file in manifest.files:
        path = delivery.folder / file.name
        if not path.is_file():
            raise refused(
                delivery,
                expected=f"the file {file.name}",
                found="no such file",
                remedy="ask the supplier for the missing file",
            )
        if path.stat().st_size == 0:
            raise refused(
                delivery,
                expected=f"{file.rows} rows in {file.name}",
                found="an empty file",
                remedy="ask the supplier to send the file again",
            )
        digest = hashlib.sha256()
        encoding = _EncodingCheck(contract.encoding) if contract.file_format == "csv" else None
        for chunk in _chunks(path):
            digest.update(chunk)
            if encoding:
                encoding.update(chunk)
        if digest.hexdigest() != file.sha256:
            raise refused(
                delivery,
                expected=f"SHA-256 {file.sha256[:12]}... of {file.name}",
                found=f"{digest.hexdigest()[:12]}...",
                remedy="the file changed on its way: ask the supplier to send it again",
            )
        if encoding and (other := encoding.other_than_expected()):
            raise refused(
                delivery,
                expected=f"{file.name} in {contract.encoding}",
                found=other,
                remedy=f"ask the supplier to export in {contract.encoding}",
            )


def refused(delivery: Delivery, *, expected: str, found: str, remedy: str) -> DeliveryRefused:
    """A refusal of this delivery, to be raised."""
    return DeliveryRefused(source=delivery.source, delivery=delivery.id, expected=expected, found=found, remedy=remedy)


class _EncodingCheck:
    """Tells from the bytes of a file whether it can be in the encoding that the contract names.

    Every byte is a character in Latin-1, so a file in another encoding would pass unseen: letters outside ASCII
    that all form valid UTF-8 betray UTF-8, NUL bytes betray UTF-16, and the bytes 80-9F, which are control
    characters in Latin-1, betray Windows-1252.
    """

    def __init__(self, expected: str) -> None:
        self._expected = expected
        self._utf8 = codecs.getincrementaldecoder("utf-8")("strict")
        self._valid_utf8 = True
        self._beyond_ascii = False
        self._nul = False
        self._controls = False

    def update(self, chunk: bytes) -> None:
        self._nul = self._nul or b"\0" in chunk
        if chunk.isascii() and not self._utf8.getstate()[0]:
            return
        self._beyond_ascii = True
        self._controls = self._controls or bool(re.search(rb"[\x80-\x9f]", chunk))
        if self._valid_utf8:
            try:
                self._utf8.decode(chunk)
            except UnicodeDecodeError:
                self._valid_utf8 = False

    def other_than_expected(self) -> str | None:
        """The encoding that the bytes show instead; None when they fit."""
        whole_utf8 = self._valid_utf8 and not self._utf8.getstate()[0]
        if self._nul:
            return "NUL bytes, as in UTF-16"
        if self._expected == "utf-8":
            return None if whole_utf8 else "bytes that are not UTF-8"
        if self._beyond_ascii and whole_utf8:
            return "UTF-8"
        return "bytes of Windows-1252" if self._controls else None


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk


def _visible_folders(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))
