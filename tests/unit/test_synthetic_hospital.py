"""Hospital sources: LPR2, procedures, the register's own stays, vital signs, doses and MedCom's notifications."""

import datetime as dt
import json
from collections import defaultdict
from functools import cache
from typing import Any

import numpy as np
import pytest

from synthetic.catalogue.hospital_drugs import KINDS
from synthetic.columns import Period
from synthetic.hospital import (
    administrations,
    hospital_stays,
    lpr2,
    lpr3,
    notifications,
    procedures,
    vital_signs,
)
from synthetic.hospital.beds import beds_of
from synthetic.hospital.contacts import LPR3_FROM, NESTED
from synthetic.hospital.notification_json import gln, local_time
from synthetic.world import Block, Rows, World

CUTOFFS = (np.datetime64("2019-01-20"), np.datetime64("2021-01-20"))
COLUMNS = {
    lpr2.contact_rows: "recnum pnr d_inddto d_uddto c_pattype c_indm c_spec c_sgh c_afd c_adiag v_indtime v_indminut "
    "v_alder",
    lpr2.diagnosis_table_rows: "recnum c_diag c_diagtype",
    procedures.procedure_rows: "dw_ek_kontakt dw_ek_procedureregistrering proc_kode proc_kode_type "
    "proc_starttidspunkt proc_sluttidspunkt proc_ans",
    hospital_stays.stay_rows: "DW_EK_SYGEHUSOPHOLD PNR SGH_OPH_STARTTIDSPUNKT SGH_OPH_SLUTTIDSPUNKT SGH_OPH_TYPE "
    "SGH_OPH_PRIORITET ANTAL_KONT_SGH_OPH DW_EK_KONTAKT_FOERSTE DW_EK_KONTAKT_SIDSTE",
    vital_signs.measurement_rows: "cpr dw_ek_kontakt aktivitetstypenavn elementledetekst elementkode "
    "numelementvaerdi enhed datotid_resultat_udfoert",
    administrations.administration_rows: "cpr dw_ek_kontakt ordination_id atc laegemiddel dosis dosis_enhed adm_vej "
    "type_kodetekst datotid_ordinationstart datotid_administration_start",
    notifications.notification_rows: "bundle",
}
HAPPENS = {
    lpr2.contact_rows: "d_inddto",
    procedures.procedure_rows: "proc_sluttidspunkt",
    hospital_stays.stay_rows: "SGH_OPH_STARTTIDSPUNKT",
    vital_signs.measurement_rows: "datotid_resultat_udfoert",
    administrations.administration_rows: "datotid_administration_start",
}
UNIQUE = {
    lpr2.contact_rows: "recnum",
    procedures.procedure_rows: "dw_ek_procedureregistrering",
    administrations.administration_rows: "ordination_id",
}


@cache
def _block(number: int = 0) -> Block:
    return Block(World(11, Period(2018, 2020), 2000, 1.0, cutoffs=CUTOFFS), number)


@cache
def _rows(make: Any, number: int = 0) -> Rows:
    found: Rows = make(_block(number))
    return found


def _column(rows: Rows, name: str) -> Any:
    return rows.table.column(name).to_numpy()


def _minutes(rows: Rows, name: str) -> Any:
    return _column(rows, name).astype("datetime64[m]")


def _final(rows: Rows) -> Rows:
    """What a delivery after everything would hold."""
    return rows if rows.until is None else rows.where(rows.until > np.datetime64("2100-01-01"))


@pytest.mark.parametrize("make", COLUMNS, ids=lambda make: make.__module__.split(".")[-1] + "." + make.__name__)
def test_the_columns_are_those_of_the_source(make: Any) -> None:
    rows = _rows(make)
    assert " ".join(rows.table.column_names) == COLUMNS[make]
    assert rows.table.num_rows == len(rows.who) == len(rows.known) > 0
    assert all(len(mask) == len(rows.who) for mask in rows.marks.values())
    assert make(_block()).table.equals(rows.table)


def test_the_two_generations_of_the_register_tell_the_same() -> None:
    old, new = _rows(lpr2.contact_rows), _final(_rows(lpr3.contact_rows))
    new = new.where(_column(new, "lprindberetningssystem") == "LPR2")
    old = _final(old)
    assert len(old.who) == len(new.who) > 300
    key = ("pnr", "day", "code")
    days = {id(old): _column(old, "d_inddto"), id(new): _minutes(new, "kont_starttidspunkt")}
    told = [
        sorted(
            zip(
                _column(rows, "pnr"),
                days[id(rows)].astype("datetime64[D]").tolist(),
                ["" if code is None else code for code in rows.table.column(diagnosis).to_pylist()],
                strict=True,
            )
        )
        for rows, diagnosis in ((old, "c_adiag"), (new, "adiag"))
    ]
    assert told[0] == told[1], key
    ends = _column(old, "d_uddto")
    assert (ends[~np.isnat(ends)] <= LPR3_FROM.astype("datetime64[D]")).all()
    crossing = old.marks["across_lpr2_and_lpr3"]
    assert (ends[crossing & ~np.isnat(ends)] == LPR3_FROM.astype("datetime64[D]")).all()
    times = np.array(["2019-02-02T10:00", "2019-02-09T08:00", "NaT"], dtype="datetime64[m]")
    assert lpr2._end(times).astype(str).tolist() == ["2019-02-02T10:00", "2019-02-03T00:00", "NaT"]


def test_the_diagnoses_of_lpr2_belong_to_its_contacts_and_name_their_main_diagnosis() -> None:
    contacts, rows = _rows(lpr2.contact_rows).table, _rows(lpr2.diagnosis_table_rows).table
    main = {
        number: code
        for number, code, kind in zip(*(rows.column(name).to_pylist() for name in rows.column_names), strict=True)
        if kind == "A"
    }
    assert set(rows.column("c_diagtype").to_pylist()) == {"A", "B", "H", "+"}
    assert set(rows.column("recnum").to_pylist()) <= set(contacts.column("recnum").to_pylist())
    for number, code in zip(contacts.column("recnum").to_pylist(), contacts.column("c_adiag").to_pylist(), strict=True):
        assert main.get(number) == code


def test_the_type_for_emergency_patients_ends_with_2013() -> None:
    block = Block(World(3, Period(2012, 2014), 1000, 0.1), 0)
    rows = lpr2.contact_rows(block)
    kind, day = _column(rows, "c_pattype"), _column(rows, "d_inddto")
    assert ((kind == "3") & (day < np.datetime64("2014-01-01"))).any()
    assert not ((kind == "3") & (day >= np.datetime64("2014-01-01"))).any()


def test_procedures_lie_inside_their_contact_at_its_unit() -> None:
    block, rows = _block(), _rows(procedures.procedure_rows)
    contacts = block.contacts
    place = np.searchsorted(contacts.key, _column(rows, "dw_ek_kontakt").astype(np.int64))
    start, end = _minutes(rows, "proc_starttidspunkt"), _minutes(rows, "proc_sluttidspunkt")
    closes = np.where(np.isnat(contacts.end[place]), np.datetime64("2021-01-01", "m"), contacts.end[place])
    assert (end > start).all()
    assert (start >= contacts.start[place]).all() and (end <= closes).all()
    unit = dict(
        zip(*(_column(_rows(lpr3.contact_rows), name).tolist() for name in ("dw_ek_kontakt", "kont_ans")), strict=True)
    )
    assert [unit[key] for key in _column(rows, "dw_ek_kontakt")] == _column(rows, "proc_ans").tolist()


def _plainly_stitched(contacts: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """The rule, contact by contact: person, start, end, number, first, last."""
    of_person = defaultdict(list)
    for row in contacts:
        of_person[row["who"]].append(row)
    found = []
    for who, rows in of_person.items():
        rows.sort(key=lambda row: (row["start"], row["key"]))
        stay: list[dict[str, Any]] = []
        ahead: list[dict[str, Any] | None] = [*rows, None]
        for following in ahead:
            latest = max((r["end"] for r in stay), default=None)
            if stay and (following is None or following["start"] - latest > dt.timedelta(hours=4)):
                last = max(stay, key=lambda r: (r["end"], r["start"], r["key"]))
                found.append((who, stay[0]["start"], latest, len(stay), stay[0]["key"], last["key"]))
                stay = []
            if following is not None:
                stay.append(following)
    return found


@pytest.mark.parametrize("cutoff", [*CUTOFFS, np.datetime64("2199-01-01")])
def test_the_stays_of_a_delivery_are_those_of_its_contacts(cutoff: np.datetime64) -> None:
    def delivered(rows: Rows) -> Rows:
        until = np.full(len(rows.who), np.datetime64("2200-01-01")) if rows.until is None else rows.until
        return rows.where((rows.known < cutoff) & (cutoff <= until))

    contacts, stays = delivered(_rows(lpr3.contact_rows)), delivered(_rows(hospital_stays.stay_rows))
    names = ("dw_ek_kontakt", "kont_starttidspunkt", "kont_sluttidspunkt", "kont_type")
    rows = [
        {"who": int(who), "key": key, "start": start, "end": end or dt.datetime(2500, 1, 1)}
        for who, key, start, end, kind in zip(
            contacts.who, *(contacts.table.column(name).to_pylist() for name in names), strict=True
        )
        if kind == "ALCA00"
    ]
    expected = sorted(_plainly_stitched(rows))
    right = ~stays.marks["register_stay_differs"]
    assert (~right).sum() < 0.01 * len(right)
    assert (~right).any() or cutoff == CUTOFFS[0]  # So early there are few stays.
    told = [stays.table.column(name).to_pylist() for name in stays.table.column_names]
    found = sorted(
        (int(who), start, end or dt.datetime(2500, 1, 1), number, first, last)
        for who, start, end, number, first, last in zip(stays.who, *told[2:4], *told[6:9], strict=True)
    )
    kinds = {(row[7], row[4]): row for row in zip(*told, strict=True)}
    keys = {row[4] for row in expected}
    assert [row[4] for row in found] == [row[4] for row in expected] and len(keys) == len(found)
    wrong = set(stays.table.filter(~right).column("DW_EK_KONTAKT_FOERSTE").to_pylist())
    assert [row for row in found if row[4] not in wrong] == [row for row in expected if row[4] not in wrong]
    for (first, kind), row in kinds.items():
        if first not in wrong and row[3] is not None:
            assert kind == ("indlaeggelse" if row[3] - row[2] >= dt.timedelta(hours=12) else "ambulant")
    by_first = {row[4]: row for row in expected}
    for row in zip(*told, strict=True):
        if row[7] in wrong:
            right_one = by_first[row[7]]
            long = right_one[2] - right_one[1] >= dt.timedelta(hours=12)
            same = (row[3] or dt.datetime(2500, 1, 1), row[6]) == right_one[2:4]
            assert not same or (row[4] == "indlaeggelse") != long


def test_signs_mend_towards_discharge_and_worsen_towards_death() -> None:
    block, rows = _block(), _rows(vital_signs.measurement_rows)
    beds = beds_of(block.contacts, block.period)
    of_contact = np.full(len(block.contacts), -1)
    of_contact[beds.contact] = beds.owner
    place = np.searchsorted(block.contacts.key, _column(rows, "dw_ek_kontakt").astype(np.int64))
    bed, when = of_contact[place], _minutes(rows, "datotid_resultat_udfoert")
    assert (bed >= 0).all() and (block.contacts.case[place] & NESTED == 0).all()
    assert (when >= block.contacts.start[place]).all()
    assert not (when >= block.contacts.end[place]).any()
    gone = (when - beds.start[bed]) / (beds.end - beds.start)[bed]
    score = _column(rows, "elementledetekst") == "EWS total"
    long = score & ((beds.end - beds.start)[bed] > np.timedelta64(2, "D")) & beds.acute[bed]
    value = _column(rows, "numelementvaerdi")
    lives, dies = long & ~beds.terminal[bed], long & beds.terminal[bed]
    assert value[lives & (gone < 0.2)].mean() > value[lives & (gone > 0.8)].mean() + 0.5
    assert value[dies & (gone < 0.3)].mean() < value[dies & (gone > 0.8)].mean()
    fever = (_column(rows, "elementledetekst") == "Temperatur") & beds.acute[bed] & (gone < 0.2)
    infected = vital_signs._of(beds, bed, ("DA4", "DJ18", "DN10"))
    assert value[fever & infected].mean() > value[fever & ~infected].mean() + 0.5
    assert len(rows.who) < 60_000


def test_doses_are_given_during_stays_after_their_prescription() -> None:
    block, rows = _block(), _rows(administrations.administration_rows)
    contacts = block.contacts
    place = np.searchsorted(contacts.key, _column(rows, "dw_ek_kontakt").astype(np.int64))
    when = _minutes(rows, "datotid_administration_start")
    assert contacts.admission[place].all() and (contacts.who[place] == rows.who).all()
    assert (when >= contacts.start[place]).all() and not (when >= contacts.end[place]).any()
    assert (when >= _minutes(rows, "datotid_ordinationstart")).all()
    assert set(_column(rows, "type_kodetekst")) == set(KINDS)
    units = _column(rows, "dosis_enhed")
    assert {"mg", "mikrogram", "IE", "g"} <= set(units)
    assert (_column(rows, "dosis") > 0).all() and len(rows.who) < 60_000
    one = dict(zip(_column(rows, "ordination_id"), _column(rows, "atc"), strict=True))
    assert [one[number] for number in _column(rows, "ordination_id")] == _column(rows, "atc").tolist()


def _messages(number: int = 0) -> list[dict[str, Any]]:
    return [json.loads(line) for line in _rows(notifications.notification_rows, number).table["bundle"].to_pylist()]


def _resources(message: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    found = [entry["resource"] for entry in message["entry"]]
    return [resource for resource in found if resource["resourceType"] == kind]


def test_every_notification_is_a_whole_message() -> None:
    rows = _rows(notifications.notification_rows)
    numbers = _block().people.pnr(rows.who, rows.known).to_pylist()
    for message, cpr in zip(_messages(), numbers, strict=True):
        assert (message["resourceType"], message["type"]) == ("Bundle", "message")
        assert message["entry"][0]["resource"]["resourceType"] == "MessageHeader"
        known = {entry["fullUrl"].split("/", 5)[-1] for entry in message["entry"]}
        assert all(
            e["fullUrl"].endswith(f"{e['resource']['resourceType']}/{e['resource']['id']}") for e in message["entry"]
        )
        head, patient, encounter = (_resources(message, kind)[0] for kind in ("MessageHeader", "Patient", "Encounter"))
        assert len(_resources(message, "Patient")) == len(_resources(message, "Encounter")) == 1
        assert len(_resources(message, "Organization")) == 2
        for reference in (
            head["sender"],
            head["destination"][0]["receiver"],
            *head["focus"],
            encounter["subject"],
            encounter["serviceProvider"],
        ):
            assert reference["reference"] in known
        assert head["destination"][0]["extension"][0]["valueCoding"]["code"] == "primary"
        assert patient["identifier"] == [{"system": "urn:oid:1.2.208.176.1.2", "value": cpr}]
        assert encounter["status"] in {"in-progress", "onleave", "finished", "entered-in-error"}
        assert encounter["class"]["code"] in {"IMP", "EMER"}
        assert ("end" in encounter["period"]) == (encounter["status"] == "finished")
        if encounter["status"] == "finished":
            start, end = (dt.datetime.fromisoformat(encounter["period"][name]) for name in ("start", "end"))
            assert start < end
        if encounter["status"] == "onleave":
            assert "start" in encounter["extension"][0]["valuePeriod"]
        own = [p for p in _resources(message, "Provenance") if p["target"][0]["reference"].endswith(head["id"])]
        assert len(own) == 1
        if "deceasedBoolean" in patient:
            assert patient["deceasedBoolean"] is True and encounter["status"] == "finished"


def test_messages_follow_each_other_and_refer_back() -> None:
    of_stay: dict[str, list[tuple[str, bool]]] = defaultdict(list)
    corrected = cancelled = 0
    told_of = [(message, number, place) for number in (0, 1) for place, message in enumerate(_messages(number))]
    sent = {
        _resources(message, "MessageHeader")[0]["id"]: _resources(message, "Encounter")[0]["id"]
        for message, *_ in told_of
    }
    swapped_of = {
        _resources(message, "MessageHeader")[0]["id"]: _rows(notifications.notification_rows, number).marks[
            "message_out_of_order"
        ][place]
        for message, number, place in told_of
    }
    before: set[str] = set()
    out_of_order = 0
    for message, number, place in told_of:
        rows = _rows(notifications.notification_rows, number)
        swapped, day = rows.marks["message_out_of_order"][place], rows.known[place]
        out_of_order += swapped
        head, encounter = _resources(message, "MessageHeader")[0], _resources(message, "Encounter")[0]
        own = next(p for p in _resources(message, "Provenance") if p["target"][0]["reference"].endswith(head["id"]))
        activity = own["activity"]["coding"][0]["code"]
        assert message["timestamp"][:10] == str(day)
        if "entity" in own and not swapped:
            what = own["entity"][0]["what"]["reference"].removeprefix("MessageHeader/")
            assert sent[what] == encounter["id"]
            assert what in before or swapped_of[what]
        if activity.startswith(("revise", "cancel")):
            corrected += activity.startswith("revise")
            cancelled += activity.startswith("cancel")
            assert own["entity"][0]["role"] == ("revision" if activity.startswith("revise") else "removal")
        of_stay[encounter["id"]].append((activity, bool(swapped)))
        before.add(head["id"])
    assert corrected and cancelled and out_of_order
    for told in of_stay.values():
        activities = [activity for activity, _ in told]
        if any(swapped for _, swapped in told):
            assert activities[-1].startswith("admit")
        else:
            assert activities[0].startswith("admit")


def test_only_people_whom_the_municipality_helps_or_who_are_old_are_notified() -> None:
    block, rows = _block(), _rows(notifications.notification_rows)
    assert (rows.known >= LPR3_FROM.astype("datetime64[D]")).all()
    kind = np.array([_resources(m, "Encounter")[0]["class"]["code"] for m in _messages()])
    started = [_resources(m, "Encounter")[0]["period"]["start"][:16] for m in _messages()]
    when = np.array(started, dtype="datetime64[m]")
    helped = block.people.course.care[block.people.course.week(when), rows.who] > 0
    assert (helped | (block.people.age(rows.who, when) >= 65)).mean() > 0.99
    assert (kind == "IMP").any() and (kind == "EMER").any()


def test_times_have_the_offset_of_the_season_and_numbers_a_check_digit() -> None:
    times = np.array(["2020-01-15T12:00", "2020-03-29T03:00", "2020-10-25T02:59", "2021-10-31T03:00"], "datetime64[m]")
    assert [text[19:] for text in local_time(times)] == ["+01:00", "+02:00", "+02:00", "+01:00"]
    digits = [int(digit) for digit in gln("5951111000016003")]
    assert len(digits) == 13 and sum(d * (3 if n % 2 else 1) for n, d in enumerate(digits)) % 10 == 0


@pytest.mark.parametrize("make", UNIQUE, ids=lambda make: make.__name__)
def test_ids_meet_no_other_block(make: Any) -> None:
    one, two = (set(_column(_final(_rows(make, number)), UNIQUE[make])) for number in (0, 1))
    assert not one & two
    if make is not administrations.administration_rows:
        assert len(one) == len(_final(_rows(make)).who)


def test_keys_of_stays_and_bundles_are_unique() -> None:
    stays = [_column(_final(_rows(hospital_stays.stay_rows, n)), "DW_EK_SYGEHUSOPHOLD") for n in (0, 1)]
    bundles = [[message["id"] for message in _messages(number)] for number in (0, 1)]
    for both in (np.concatenate(stays), np.concatenate(bundles)):
        assert len(np.unique(both)) == len(both)


@pytest.mark.parametrize("make", HAPPENS, ids=lambda make: make.__name__)
def test_nothing_happens_before_birth_or_after_death(make: Any) -> None:
    people, rows = _block().people, _rows(make)
    when = _minutes(rows, HAPPENS[make])
    assert (when >= people.birth[rows.who]).all()
    death = people.death_at[rows.who]
    if make is lpr2.contact_rows:
        when = when.astype("datetime64[D]")
        death = people.death[rows.who]
    assert not (when > death).any()
