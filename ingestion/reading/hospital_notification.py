"""MedCom's HospitalNotification: one FHIR message as one row.

Kinds and where they stand are MedCom's table "Overview of HospitalNotification codes" and the profiles of
medcomdk/dk-medcom-hospitalnotification (3.0.2). A kind is read from the activity of the message's own Provenance and
from Patient.deceased. A correction of a death (RE_MORS) is written as the death itself, and is a later MORS here.
Names and addresses of the patient are not read.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

DENMARK = ZoneInfo("Europe/Copenhagen")
CPR, SOR = "urn:oid:1.2.208.176.1.2", "urn:oid:1.2.208.176.1.1"
LPR3 = "https://www.esundhed.dk/Registre/Landspatientregisteret"
EVENT = "hospital-notification-message"
_BASES = {
    "admit-emergency": "STAA",
    "admit-inpatient": "STIN",
    "start-leave-inpatient": "STOR",
    "end-leave-inpatient": "SLOR",
    "discharge-emergency-home": "SLHJ",
    "discharge-inpatient-home": "SLHJ",
}
_KINDS = {
    written + activity: mark + base
    for activity, base in _BASES.items()
    for written, mark in (("", ""), ("revise-", "RE_"), ("cancel-", "AN_"))
}

COLUMNS = (
    "message_id",
    "previous_message_id",
    "stay_id",
    "patient_cpr",
    "kind",
    "status",
    "stay_class",
    "sent",
    "recorded_utc",
    "occurred",
    "stay_start",
    "stay_end",
    "leave_start",
    "leave_end",
    "sender_sor",
    "receiver_sor",
    "provider_sor",
    "report_of_admission",
)

Resource = dict[str, Any]


class NotThisProfileError(ValueError):
    """A document is no HospitalNotification; the text holds no value."""


def row(bundle: Resource) -> dict[str, str | None]:
    """The values of one message by the names of COLUMNS, as text.

    Times are Danish local time without a zone, `recorded_utc` is UTC; a time that has no offset stays as it is
    written, so that the contract refuses it. Raises NotThisProfileError, and what comes of a bundle that has lists,
    objects and texts where the profile has others (LookupError, TypeError, AttributeError).
    """
    if (bundle.get("resourceType"), bundle.get("type")) != ("Bundle", "message"):
        raise NotThisProfileError("no message")
    resources = [entry["resource"] for entry in bundle["entry"]]
    header = _only(_of_type(resources, "MessageHeader"), "MessageHeader")
    if header["eventCoding"]["code"] != EVENT:
        raise NotThisProfileError("a message of another kind")
    patient = _only(_of_type(resources, "Patient"), "Patient")
    stay = _only(_referred(resources, "Encounter", header["focus"][0]), "Encounter")
    own = _only(_about(resources, header["id"]), "Provenance of the message")
    organisations = list(_of_type(resources, "Organization"))
    period, leave = stay["period"], _extension(stay, "leave-period").get("valuePeriod", {})
    before = [one["what"] for one in own.get("entity", [])]
    return {
        "message_id": _text(header["id"]),
        "previous_message_id": _last_part(before[0]) if before else None,
        "stay_id": _stay_id(stay),
        "patient_cpr": _identifier(patient, CPR),
        "kind": _kind(own, patient),
        "status": _text(stay["status"]),
        "stay_class": _text(stay["class"]["code"]),
        "sent": local_time(bundle.get("timestamp")),
        "recorded_utc": _clock(own.get("recorded"), UTC),
        "occurred": local_time(own.get("occurredDateTime")),
        "stay_start": local_time(period.get("start")),
        "stay_end": local_time(period.get("end")),
        "leave_start": local_time(leave.get("start")),
        "leave_end": local_time(leave.get("end")),
        "sender_sor": _sor(organisations, header["sender"]),
        "receiver_sor": _sor(organisations, header["destination"][0]["receiver"]),
        "provider_sor": _sor(organisations, stay["serviceProvider"]),
        "report_of_admission": _flag(_extension(header, "reportofadmissionextension").get("valueBoolean")),
    }


def local_time(written: str | None) -> str | None:
    """A FHIR instant as Danish local time, to the second: `2019-02-03T16:28:00Z` is `2019-02-03 17:28:00`."""
    return _clock(written, DENMARK)


def _clock(written: str | None, zone: Any) -> str | None:
    if written is None:
        return None
    try:
        instant = datetime.fromisoformat(written)
        if instant.tzinfo is None:
            return written
        return instant.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
    except (ValueError, OverflowError):
        return _text(written)


def _kind(own: Resource, patient: Resource) -> str:
    """The code of the message, such as RE_STIN; a death, told by Patient.deceased, keeps the activity before it."""
    activity = own["activity"]["coding"][0]["code"]
    if activity not in _KINDS:
        raise NotThisProfileError("an activity that the profile does not have")
    dead = patient.get("deceasedBoolean")
    if dead or "deceasedDateTime" in patient:
        return "MORS"
    undone = any(one.get("role") == "removal" for one in own.get("entity", []))
    return "AN_MORS" if dead is False and undone and not activity.startswith("cancel-") else _KINDS[activity]


def _stay_id(stay: Resource) -> str:
    """The identifier of the stay, which all its messages share: the sender's own before that of LPR3."""
    found = [one["identifier"] for one in stay["episodeOfCare"]]
    own = [one for one in found if one.get("system") != LPR3] or found
    return _text(own[0]["value"]).removeprefix("urn:uuid:")


def _of_type(resources: list[Resource], name: str) -> Iterator[Resource]:
    return (resource for resource in resources if resource["resourceType"] == name)


def _referred(resources: list[Resource], name: str, reference: Resource) -> Iterator[Resource]:
    wanted = _last_part(reference)
    return (resource for resource in _of_type(resources, name) if resource["id"] == wanted)


def _about(resources: list[Resource], header: str) -> Iterator[Resource]:
    """The Provenance of this message; those of the messages before it come along."""
    return (one for one in _of_type(resources, "Provenance") if _last_part(one["target"][0]) == header)


def _only(found: Iterator[Resource], name: str) -> Resource:
    first, second = next(found, None), next(found, None)
    if first is None or second is not None:
        raise NotThisProfileError(f"not one {name}")
    return first


def _last_part(reference: Resource) -> str:
    """The id in a reference, which may be written with its type, with an address, or as a URN."""
    return _text(reference["reference"]).replace(":", "/").rpartition("/")[2]


def _extension(resource: Resource, part: str) -> Resource:
    """The extension with `part` in the last part of its address; the rest changed between versions of the profile."""
    extensions = resource.get("extension", [])
    return next((one for one in extensions if part in one["url"].lower().rpartition("/")[2]), {})


def _identifier(resource: Resource, system: str) -> str | None:
    found = (one.get("value") for one in resource.get("identifier", []) if one.get("system") == system)
    value = next(found, None)
    return None if value is None else _text(value)


def _sor(organisations: list[Resource], reference: Resource) -> str | None:
    wanted = _last_part(reference)
    found = next((one for one in organisations if one["id"] == wanted), None)
    return _identifier(found, SOR) if found else None


def _flag(value: bool | None) -> str | None:
    return None if value is None else ("true" if value else "false")


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise NotThisProfileError("no text where the profile has one")
    return value
