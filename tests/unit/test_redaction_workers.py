"""Redaction over processes: the same result as in one, a time limit that holds, and no process left behind."""

import multiprocessing
import os
import signal
import threading
import time

import pytest

from pseudonymisation.redaction import analyzer, redactor
from pseudonymisation.redaction.known import FullNames
from pseudonymisation.redaction.redactor import Known, RedactionError, Redactor
from pseudonymisation.redaction.spans import Span

OTHERS = FullNames(["Quistina Zandervold"])


def test_processes_give_what_one_process_gives_and_end(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [f"{n}: quistina zandervold, 010203-{n:04d}" for n in range(600)] + [None, "0: igen"]
    known = [Known(others=OTHERS)] * len(texts)
    here = Redactor().redact_batch(texts, known).to_pylist()
    monkeypatch.setattr(redactor, "SPREAD_FROM_TEXTS", 2)
    spread = Redactor()
    try:
        assert spread.redact_batch(texts, known).to_pylist() == here
        assert here[7] == "7: <PERSON 1>, <CPR 1>"
        too_long = "a" * (redactor.MAX_CHARACTERS + 1)
        with pytest.raises(RedactionError, match="row 3 of the batch: a text has"):
            spread.redact_batch(["a", "b", too_long], [Known(others=OTHERS)] * 3)
        children = multiprocessing.active_children()
        assert children
        for child in children:
            os.kill(child.pid or 0, signal.SIGKILL)
        with pytest.raises(RedactionError, match="a process that redacts ended"):
            spread.redact_batch(["a", "b"], [Known(others=OTHERS)] * 2)
    finally:
        spread.close()
    assert not set(children) & set(multiprocessing.active_children())


def test_a_finder_over_its_time_stops_the_batch_and_quotes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(text: str) -> list[Span]:
        while "Birthe" in text:
            time.sleep(0.01)
        return []

    monkeypatch.setattr(analyzer, "find_numbers", endless)
    monkeypatch.setattr(redactor, "LIMIT_SECONDS", 0.2)
    before = signal.getsignal(signal.SIGALRM)
    with pytest.raises(RedactionError, match=r"row 2 of the batch: .* longer than 0\.2 seconds") as caught:
        Redactor().redact_batch(["fint", "Birthe Hansen"], [Known(), Known()])
    assert "Birthe" not in str(caught.value)
    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_outside_the_main_thread_the_work_goes_where_the_limit_holds() -> None:
    spread, found = Redactor(), []

    def work() -> None:
        found.extend(spread.redact_batch(["Mette Hansen"], [Known()]).to_pylist())

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    used = spread._workers is not None
    spread.close()
    assert (found, used) == (["<PERSON 1>"], True)
