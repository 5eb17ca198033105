"""Dates in Danish text, and how far people are moved."""

import hmac
import time
from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from pseudonymisation.dates import MAX_WEEKS, month_text, seeds_of, shifted_text, weeks_of

WRITTEN = date(2024, 3, 20)
KEY = bytes(range(32))


@pytest.mark.parametrize(
    ("text", "shifted", "month"),
    [
        ("set 12.03.2024 og igen 1/4-24", "set 02.01.2024 og igen 22/1-24", "set marts 2024 og igen april 2024"),
        ("set 12-03-2024.", "set 02-01-2024.", "set marts 2024."),
        ("kl. 8 d. 12. 3. 2024", "kl. 8 d. 2. 1. 2024", "kl. 8 d. marts 2024"),
        ("d. 12. marts 2024", "d. 2. januar 2024", "d. marts 2024"),
        ("12. Marts", "2. Januar", "marts"),
        ("indlagt 2024-03-12T10:00", "indlagt 2024-01-02T10:00", "indlagt marts 2024T10:00"),
        ("i marts 2024", "i december 2023", "i marts 2024"),
        ("siden sept. 2023", "siden jun. 2023", "siden september 2023"),
        ("kontrol 12/3", "kontrol 2/1", "kontrol marts"),
        ("kontrol 2/4", "kontrol 23/1", "kontrol april"),
        ("31/12 til 2/1", "22/10 til 24/10", "december til januar"),
        ("født 5/9-58", "født 27/6-58", "født september 1958"),
        ("siden 120324.", "siden 020124.", "siden marts 2024."),
        ("12.03.2024-14.03.2024", "02.01.2024-04.01.2024", "marts 2024-marts 2024"),
        ("12.03.24-14.03.24", "02.01.24-04.01.24", "marts 2024-marts 2024"),
        ("12/3-14/3", "2/1-4/1", "marts-marts"),
        ("12.-14. marts 2024", "2.-4. januar 2024", "marts 2024"),
        ("5. og 6. marts", "26. og 27. december", "marts"),
        ("d. 9., 10. og 12. marts", "d. 30. december, 31. december og 2. januar", "d. marts"),
        ("11.-12.3.2024", "1.-2.1.2024", "marts 2024"),
        ("2024-3-5 og 2024.03.12", "2023-12-26 og 2024.01.02", "marts 2024 og marts 2024"),
        ("2024/03/12", "2024/01/02", "marts 2024"),
        ("12-mar-2024", "2-jan-2024", "marts 2024"),
        ("12.03.\n2024", "02.01.\n2024", "marts 2024"),
        ("12–3–2024", "2–1–2024", "marts 2024"),
        ("den 12/3 2024 kl 9.30", "den 2/1 2024 kl 9.30", "den marts 2024 kl 9.30"),
    ],
)
def test_a_date_moves_in_its_own_way_of_writing(text: str, shifted: str, month: str) -> None:
    assert shifted_text(text, days=-70, written_on=WRITTEN) == shifted
    assert month_text(text, written_on=WRITTEN) == month


@pytest.mark.parametrize(
    "text",
    [
        *(
            "BT 120/80, GCS 14/15, NRS 4/10",
            "VAS: 8/10",
            "10/12 mg",
            "1/2 tablet",
            "1/2 time",
            "Hb 7.4",
            "pH 7.35",
            "30. feb",
        ),
        *(
            "31/2",
            "32.01.2024",
            "13/13",
            "12.3",
            "3.5.6",
            "i marts",
            "2024",
            "SpO2 98/100",
            "010150-1234",
            "NPU12345/1",
        ),
        *("varenr. 123456", "010150-1234", "123.456", "0102031234"),
        *("3-5-6-7", "10-12-14-16", "2019-2021", "afsnit 12-3"),
        *("1.2.3.4", "dosis 2x1/2 l", "60/25.5", "12/3%", "<CPR 1>"),
    ],
)
def test_what_looks_like_a_date_and_is_none_stays(text: str) -> None:
    assert shifted_text(text, days=-70, written_on=WRITTEN) == month_text(text, written_on=WRITTEN) == text


@pytest.mark.parametrize("piece", ["12.-", "1, ", "12 og ", "3/4-", "12.3.", "9", "2024-", "12. ", "010203 "])
def test_time_is_linear_in_hard_texts(piece: str) -> None:
    begun = time.process_time()
    shifted_text(piece * (100_000 // len(piece)), days=-70, written_on=WRITTEN)
    assert time.process_time() - begun < 5


def test_every_week_is_drawn_about_as_often_and_another_key_draws_anew() -> None:
    people = pa.array(range(52_000), pa.int64())
    one, other = (weeks_of(people, key=key).to_numpy() for key in (KEY, bytes(32)))
    drawn, counts = np.unique(one, return_counts=True)
    assert drawn.tolist() == [*range(-MAX_WEEKS, 0), *range(1, MAX_WEEKS + 1)]
    assert counts.min() > 800
    assert counts.max() < 1_200
    assert 0.01 < np.mean(one == other) < 0.03


def test_what_days_are_drawn_with_is_another_for_each_person_and_key() -> None:
    people = pa.array(range(1000), pa.int64())
    one, other = (seeds_of(people, key=key).to_pylist() for key in (KEY, bytes(32)))
    assert one == seeds_of(people, key=KEY).to_pylist()
    assert len({*one, *other}) == 2 * len(people)
    # Of "seed" and the id as 8 bytes, by the standard library.
    assert one[7] == hmac.digest(KEY, b"seed" + bytes(7) + b"\x07", "sha256").hex()
