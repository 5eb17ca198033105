"""The audit log under any texts and any damage: all is kept, every change is seen, no identifier is written."""

import json
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.audit import MASKS, AuditLog, Entry, masked

# Every text there can be, halves of characters included.
TEXTS = st.text(st.characters(), max_size=60)
ENTRIES = st.lists(st.tuples(TEXTS, TEXTS, st.dictionaries(st.sampled_from("abc"), TEXTS | st.integers())), max_size=5)
few = settings(max_examples=60, deadline=None)


def written(folder: str, entries: list[tuple[str, str, dict[str, str | int]]]) -> tuple[AuditLog, Path]:
    path = Path(folder) / "audit.jsonl"
    log = AuditLog(path)
    for actor, project, facts in entries:
        log.append("query", actor=actor, project=project, **facts)
    return log, path


@few
@given(entries=ENTRIES)
def test_any_entries_are_kept_in_order_and_form_a_chain(
    entries: list[tuple[str, str, dict[str, str | int]]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        log, _ = written(folder, entries)
        verdict = log.verify()
        assert (verdict.ok, verdict.lines) == (True, len(entries))
        assert [(entry.actor, entry.project, entry.facts) for entry in log.read()] == [
            (masked(actor), masked(project), {name: masked(value) for name, value in facts.items()})
            for actor, project, facts in entries
        ]


@few
@given(entries=ENTRIES.filter(bool), where=st.floats(0, 1, exclude_max=True), byte=st.integers(0, 255))
def test_any_changed_byte_is_seen_or_says_the_same(
    entries: list[tuple[str, str, dict[str, str | int]]], where: float, byte: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        log, path = written(folder, entries)
        content = bytearray(path.read_bytes())
        before = [json.loads(line) for line in path.read_bytes().splitlines()]
        content[int(where * len(content))] = byte
        path.write_bytes(content)
        if log.verify().ok:
            assert [json.loads(line) for line in path.read_bytes().split(b"\n") if line] == before


@few
@given(entries=ENTRIES.filter(bool), where=st.floats(0, 1, exclude_max=True))
def test_a_log_cut_anywhere_goes_on_and_forgets_no_whole_entry(
    entries: list[tuple[str, str, dict[str, str | int]]], where: float
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        log, path = written(folder, entries)
        content = path.read_bytes()
        cut = content[: int(where * len(content))]
        path.write_bytes(cut)
        whole = cut.count(b"\n")
        assert not log.verify().ok
        log.append("after", actor="anna")
        found: list[Entry] = list(log.read())
        assert [entry.actor for entry in found[:whole]] == [masked(actor) for actor, _, _ in entries[:whole]]
        assert found[-1].kind == "after"
        # The head knew of more: that entries are gone is still seen.
        assert not log.verify().ok


@few
@given(entries=ENTRIES, half=st.binary(min_size=1, max_size=300).filter(lambda half: b"\n" not in half))
def test_any_half_line_after_a_kill_is_set_aside_whole(
    entries: list[tuple[str, str, dict[str, str | int]]], half: bytes
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        log, path = written(folder, entries)
        with path.open("ab") as file:
            file.write(half)
        log.append("after", actor="anna")
        assert log.verify().ok
        assert len(list(log.read())) == len(entries) + 2
        assert path.with_suffix(".torn").read_bytes() == half + b"\n"


CPR = st.builds(
    "{:02}{:02}{:02}{}{}".format,
    st.integers(1, 31),
    st.integers(1, 12),
    st.integers(0, 99),
    st.sampled_from(["", "-", " ", " - ", "–", "- "]),
    st.from_regex(r"[0-9]{4}|[0-9][A-Z]{2}[0-9]", fullmatch=True),
)
PHONE = st.from_regex(r"(\+45 ?)?([0-9]{8}|[0-9]{2} [0-9]{2} [0-9]{2} [0-9]{2}|[0-9]{4} [0-9]{4})", fullmatch=True)
EMAIL = st.from_regex(r"[a-zæøå.]{1,12}@[a-z]{1,8}\.(dk|local)", fullmatch=True)
# Words and signs of a query; digits beside a number would make it another number.
SQL = st.text(st.sampled_from("abcxyzæøå '\"=%(),;*<>_\n"), max_size=40)


@few
@given(before=SQL, number=CPR | PHONE | EMAIL, after=SQL)
def test_no_number_of_a_person_is_ever_written(before: str, number: str, after: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        log, path = written(folder, [("anna", "p", {"a": before + number + after})])
        (entry,) = log.read()
        text = entry.facts["a"]
        assert number not in text
        assert not any(pattern.search(text.replace(mask, "")) for pattern, mask in MASKS[:1])
        # A hash may hold any digits; the rest of the line is what was said.
        said = {name: part for name, part in json.loads(path.read_bytes()).items() if name not in {"hash", "previous"}}
        assert number not in json.dumps(said, ensure_ascii=False)


@few
@given(text=TEXTS)
def test_masking_twice_is_masking_once(text: str) -> None:
    assert masked(masked(text)) == masked(text)
