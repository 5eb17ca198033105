"""MedCom's HospitalNotification as a FHIR message: one Bundle as one line of JSON.

Structure, systems, codes and profiles follow the examples of medcomdk/dk-medcom-hospitalnotification (3.0.2, MIT):
Bundle of type message with MessageHeader, Patient, Encounter, sender, receiver and the Provenance of this message and
of those before it in the stay. Names, SOR codes and GLN numbers of the organisations are made up.
"""

import hashlib
import json
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from synthetic.columns import Bools, Days, Minutes

CPR, SOR, GLN = "urn:oid:1.2.208.176.1.2", "urn:oid:1.2.208.176.1.1", "https://www.gs1.org/gln"
_IG = "http://medcomfhir.dk/ig"
_HN = f"{_IG}/hospitalnotification/StructureDefinition"
_BASE = "https://medcomfhir.dk/ig/hospitalnotification"
_LEAVE = f"{_HN}/medcom-hospitalnotifiation-leave-period-extension"  # So spelled by MedCom.
_REPORT = f"{_HN}/medcom-messaging-reportOfAdmissionExtension"
_USE = f"{_IG}/messaging/StructureDefinition/medcom-messaging-destinationUseExtension"
_CODES = f"{_IG}/terminology/CodeSystem/medcom-messaging"
_CLASS = "http://terminology.hl7.org/CodeSystem/v3-ActCode"


def uuid(name: str) -> str:
    """The UUID of a name: always the same one, in the form of version 5."""
    digest = hashlib.blake2b(name.encode(), digest_size=16).hexdigest()
    return f"{digest[:8]}-{digest[8:12]}-5{digest[13:16]}-a{digest[17:20]}-{digest[20:]}"


def local_time(times: Minutes) -> list[str]:
    """Times of the Danish clock (whole seconds or minutes) with their offset from UTC."""
    seconds = times.astype("datetime64[s]")
    offset = np.where(_summer(seconds), "+02:00", "+01:00")
    return [a + b for a, b in zip(np.datetime_as_string(seconds, unit="s"), offset, strict=True)]


def _summer(seconds: NDArray[np.datetime64]) -> Bools:
    year = seconds.astype("datetime64[Y]").astype("datetime64[D]")
    leap = ((year + np.timedelta64(365, "D")).astype("datetime64[Y]") == year.astype("datetime64[Y]")).astype(np.int64)
    march, october = (year + (day + leap).astype("timedelta64[D]") for day in (89, 303))  # The 31st.
    hours = np.timedelta64(2, "h"), np.timedelta64(3, "h")
    return np.asarray((seconds >= _sunday(march) + hours[0]) & (seconds < _sunday(october) + hours[1]))


def _sunday(days: Days) -> Days:
    """The Sunday on or before the days."""
    return np.asarray(days - ((days.astype(np.int64) + 4) % 7).astype("timedelta64[D]"))


@dataclass(frozen=True)
class Organisation:
    """A ward or a municipality: SOR code and name."""

    sor: str
    name: str

    @cached_property
    def id(self) -> str:
        """Id of the resource."""
        return uuid(f"organisation {self.sor}")

    @cached_property
    def entry(self) -> str:
        """Entry of the Bundle."""
        resource = (
            f'{{"resourceType":"Organization","id":"{self.id}",'
            f'"meta":{{"profile":["{_IG}/messaging/StructureDefinition/medcom-messaging-organization"]}},'
            f'"identifier":[{{"system":"{GLN}","value":"{gln(self.sor)}"}},'
            f'{{"use":"official","system":"{SOR}","value":"{self.sor}"}}],"name":{json.dumps(self.name)}}}'
        )
        return _entry("Organization", self.id, resource)


def gln(sor: str) -> str:
    """A made-up Danish GLN number with its right check digit, from a SOR code."""
    digits = f"57900{int(sor) % 9_999_991:07d}"
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return f"{digits}{-total % 10}"


@dataclass(frozen=True)
class Message:
    """One message; times as `local_time` writes them. `name` is its own in the world, `before` are the names of the
    messages before it in the stay, oldest first, and `trail` their Provenance entries. `origin` is the SOR code of the
    first sender of the stay. `end` and `leave` may be empty.
    """

    name: str
    stay: str
    sent: str
    occurred: str
    recorded: str
    status: str
    kind_of_stay: str
    activity: str
    role: str
    start: str
    end: str
    leave: tuple[str, ...]
    person: int
    cpr: str
    given: str
    family: str
    dead: bool
    asks_for_report: bool
    sender: Organisation
    receiver: Organisation
    origin: str
    before: tuple[str, ...] = ()
    trail: tuple[str, ...] = field(default=(), repr=False)


def provenance(message: Message) -> str:
    """The Provenance entry of a message, which the messages after it repeat."""
    name = uuid(f"provenance {message.name}")
    entity = ""
    if message.before:
        what = uuid(f"header {message.before[-1]}")
        entity = f',"entity":[{{"role":"{message.role}","what":{{"reference":"MessageHeader/{what}"}}}}]'
    resource = (
        f'{{"resourceType":"Provenance","id":"{name}",'
        f'"meta":{{"profile":["{_IG}/messaging/StructureDefinition/medcom-messaging-provenance"]}},'
        f'"target":[{{"reference":"MessageHeader/{uuid(f"header {message.name}")}"}}],'
        f'"occurredDateTime":"{message.occurred}","recorded":"{message.recorded}",'
        f'"activity":{{"coding":[{{"system":"{_CODES}-activityCodes","code":"{message.activity}"}}]}},'
        f'"agent":[{{"who":{{"reference":"Organization/{message.sender.id}"}}}}]{entity}}}'
    )
    return _entry("Provenance", name, resource)


def bundle(message: Message, own: str) -> str:
    """The message as one line; `own` is its Provenance entry."""
    person, stay, header = uuid(f"patient {message.person}"), uuid(message.stay), uuid(f"header {message.name}")
    sender, receiver = message.sender, message.receiver
    report = (
        f'"extension":[{{"url":"{_REPORT}","valueBoolean":{"true" if message.asks_for_report else "false"}}}],'
        if message.role != "removal"
        else ""
    )
    head = (
        f'{{"resourceType":"MessageHeader","id":"{header}",'
        f'"meta":{{"profile":["{_HN}/medcom-hospitalNotification-messageHeader"]}},{report}'
        f'"eventCoding":{{"system":"{_CODES}-eventCodes","code":"hospital-notification-message"}},'
        f'"destination":[{{"extension":[{{"url":"{_USE}",'
        f'"valueCoding":{{"system":"{_CODES}-destinationUse","code":"primary"}}}}],'
        f'"endpoint":"https://sor2.sum.dsdn.dk/#id={receiver.sor}",'
        f'"receiver":{{"reference":"Organization/{receiver.id}"}}}}],'
        f'"sender":{{"reference":"Organization/{sender.id}"}},'
        f'"source":{{"endpoint":"https://sor2.sum.dsdn.dk/#id={sender.sor}"}},'
        f'"focus":[{{"reference":"Encounter/{stay}"}}]}}'
    )
    dead = ',"deceasedBoolean":true' if message.dead else ""
    patient = (
        f'{{"resourceType":"Patient","id":"{person}",'
        f'"meta":{{"profile":["{_IG}/core/StructureDefinition/medcom-core-patient"]}},'
        f'"identifier":[{{"system":"{CPR}","value":"{message.cpr}"}}],'
        f'"name":[{{"use":"official","family":{json.dumps(message.family)},"given":[{json.dumps(message.given)}]}}]'
        f"{dead}}}"
    )
    leave = ""
    if message.leave:
        bounds = ",".join(f'"{a}":"{b}"' for a, b in zip(("start", "end"), message.leave, strict=False))
        leave = f'"extension":[{{"url":"{_LEAVE}","valuePeriod":{{{bounds}}}}}],'
    end = f',"end":"{message.end}"' if message.end else ""
    encounter = (
        f'{{"resourceType":"Encounter","id":"{stay}",'
        f'"meta":{{"profile":["{_HN}/medcom-hospitalNotification-encounter"]}},{leave}'
        f'"status":"{message.status}","class":{{"system":"{_CLASS}","code":"{message.kind_of_stay}"}},'
        f'"subject":{{"reference":"Patient/{person}"}},'
        f'"episodeOfCare":[{{"identifier":{{"system":"https://sor2.sum.dsdn.dk/#id={message.origin}",'
        f'"value":"{uuid(f"episode {message.stay}")}"}}}}],'
        f'"period":{{"start":"{message.start}"{end}}},'
        f'"serviceProvider":{{"reference":"Organization/{sender.id}"}}}}'
    )
    entries = (
        _entry("MessageHeader", header, head),
        _entry("Patient", person, patient),
        _entry("Encounter", stay, encounter),
        sender.entry,
        receiver.entry,
        own,
        *message.trail,
    )
    return (
        f'{{"resourceType":"Bundle","id":"{uuid(f"bundle {message.name}")}",'
        f'"meta":{{"profile":["{_HN}/medcom-hospitalNotification-message"]}},'
        f'"type":"message","timestamp":"{message.sent}","entry":[{",".join(entries)}]}}'
    )


def _entry(kind: str, name: str, resource: str) -> str:
    return f'{{"fullUrl":"{_BASE}/{kind}/{name}","resource":{resource}}}'
