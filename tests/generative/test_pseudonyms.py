"""Pseudonyms over generated values: keyed, stable, injective in practice, and blind to the order of arrival."""

import base64
import hmac
import json
import pickle
import subprocess
import sys
from collections.abc import Callable

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.cmac import CMAC
from duckdb.func import FunctionNullHandling, PythonUDFType
from hypothesis import given, settings
from hypothesis import strategies as st

from oeverum.settings import REPOSITORY
from pseudonymisation.errors import PseudonymError
from pseudonymisation.pseudonyms import InArrow, Pseudonymiser, keyed_hash, pseudonym
from sandbox.pseudonyms import project_pseudonyms, record_pseudonyms

KEY = b"k" * 32
cpr_like = st.integers(0, 9_999_999_999).map("{:010d}".format)
values = st.lists(st.one_of(st.none(), st.text(min_size=1, max_size=12), cpr_like), max_size=60)


@given(values, st.booleans())
def test_equal_values_and_only_they_share_a_pseudonym(given_values: list[str | None], remember: bool) -> None:
    made = Pseudonymiser(KEY, remember=remember)(pa.array(given_values, pa.string())).to_pylist()
    assert len(set(zip(given_values, made, strict=True))) == len(set(given_values)) == len(set(made))
    assert [m is None for m in made] == [v is None for v in given_values]
    assert all(0 <= m < 2**63 for m in made if m is not None)


@given(values, st.integers(0, 60))
def test_batches_do_not_matter(given_values: list[str | None], cut: int) -> None:
    array = pa.array(given_values, pa.string())
    whole = Pseudonymiser(KEY, remember=True)(array).to_pylist()
    parts = Pseudonymiser(KEY, remember=True)
    assert parts(array[:cut]).to_pylist() + parts(array[cut:]).to_pylist() == whole


@given(st.text(min_size=1), st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32))
def test_another_key_gives_another_pseudonym(value: str, one: bytes, other: bytes) -> None:
    assert (pseudonym(value, key=one) == pseudonym(value, key=other)) == (one == other)


@given(values)
def test_arrow_duckdb_and_a_plain_loop_agree(given_values: list[str | None]) -> None:
    array = pa.array(given_values, pa.string())
    loop = [None if value is None else pseudonym(value, key=KEY) for value in given_values]
    for remember in (True, False):
        make = Pseudonymiser(KEY, remember=remember)
        assert make(array).to_pylist() == loop
        assert make(array.dictionary_encode()).to_pylist() == loop
    with duckdb.connect() as engine:
        engine.create_function(
            "person_id",
            lambda column: Pseudonymiser(KEY, remember=True)(column.combine_chunks()),
            ["VARCHAR"],
            "BIGINT",
            type=PythonUDFType.ARROW,
            null_handling=FunctionNullHandling.SPECIAL,
        )
        engine.register("given", pa.table({"value": array}))
        assert [row for (row,) in engine.execute("select person_id(value) from given").fetchall()] == loop


@given(values)
@settings(max_examples=20)
def test_in_arrow_takes_a_stream_and_leaves_the_other_columns(given_values: list[str | None]) -> None:
    batches = pa.table({"pnr": pa.array(given_values, pa.string()), "x": range(len(given_values))}).to_batches(7)
    made = pickle.loads(pickle.dumps(InArrow({"pnr": KEY})))(batches)
    rows = [row for batch in made for row in batch.to_pylist()]
    assert [row["x"] for row in rows] == list(range(len(given_values)))
    assert [row["pnr"] for row in rows] == [None if v is None else pseudonym(v, key=KEY) for v in given_values]


def test_in_arrow_misses_a_column_that_is_not_there_and_tells_no_key() -> None:
    stream = InArrow({"pnr": KEY})
    with pytest.raises(KeyError, match="no column pnr"):
        list(stream([pa.record_batch({"x": pa.array([1])})]))
    assert "kkk" not in repr(stream)


def test_another_process_makes_the_same() -> None:
    code = (
        "import json, pyarrow as pa, sys; from pseudonymisation.pseudonyms import Pseudonymiser; "
        "made = Pseudonymiser(b'k' * 32, remember=True)(pa.array(json.loads(sys.argv[1]))); print(made.to_pylist())"
    )
    given_values = ["0101501234", "010150AB12", None, "ø", "0101501234"]
    done = subprocess.run(
        [sys.executable, "-c", code, json.dumps(given_values)], cwd=REPOSITORY, check=True, capture_output=True
    )
    assert json.loads(done.stdout.decode().replace("None", "null")) == [
        None if value is None else pseudonym(value, key=KEY) for value in given_values
    ]


@given(cpr_like | st.text(min_size=8))
def test_no_piece_of_the_value_is_in_the_pseudonym(value: str) -> None:
    told = str(pseudonym(value, key=KEY))
    assert not [at for at in range(len(value) - 7) if value[at : at + 8] in told]


class Weak(Pseudonymiser):
    """One that makes a pseudonym of four digits' worth, so that values collide."""

    def _digests(self, values: object) -> np.ndarray:
        made = super()._digests(values)  # type: ignore[arg-type]
        made[:, 0] = (made[:, 0] % np.uint64(2_000)) << np.uint64(1)  # The last bit is dropped.
        return made


@pytest.mark.parametrize("remember", [True, False])
@pytest.mark.parametrize("rows", [1, 10, 3_000])
def test_a_collision_stops_it_in_one_batch_or_in_two(remember: bool, rows: int) -> None:
    make = Weak(KEY, remember=remember)
    numbers = [f"{number:010d}" for number in range(3_000)]
    with pytest.raises(PseudonymError, match="two values share a pseudonym"):
        for first in range(0, len(numbers), rows):
            make(pa.array(numbers[first : first + rows]))


@pytest.mark.parametrize("remember", [True, False])
def test_a_dictionary_may_hold_null_and_a_value_twice(remember: bool) -> None:
    coded = pa.DictionaryArray.from_arrays(pa.array([0, 1, 2, None, 3]), pa.array(["a", None, "a", "b"]))
    plain = pa.array(["a", None, "a", None, "b"])
    assert Pseudonymiser(KEY, remember=remember)(coded) == Pseudonymiser(KEY, remember=remember)(plain)


WHOLE = st.one_of(st.none(), st.integers(0, 2**63 - 1), st.integers(0, 20))

A_KEY = st.binary(min_size=32, max_size=32)


def hmac_of(number: int, key: bytes) -> bytes:
    return hmac.digest(key, number.to_bytes(8, "big"), "sha256")


def cmac_of(number: int, key: bytes) -> bytes:
    code = CMAC(AES256(key))
    code.update(number.to_bytes(16, "big"))
    return code.finalize()


@pytest.mark.parametrize(
    ("pseudonyms", "code", "letters"), [(project_pseudonyms, hmac_of, 12), (record_pseudonyms, cmac_of, 16)]
)
@given(st.lists(WHOLE, max_size=60), st.integers(0, 60), A_KEY, A_KEY)
def test_names_of_a_project_are_injective_key_separated_and_stable_across_batches(
    pseudonyms: Callable[..., pa.Array],
    code: Callable[[int, bytes], bytes],
    letters: int,
    numbers: list[int | None],
    cut: int,
    key: bytes,
    other: bytes,
) -> None:
    values = pa.array(numbers, pa.int64())
    made = pseudonyms(values, key=key).to_pylist()
    parts = (pseudonyms(part, key=key).to_pylist() for part in (values[:cut], values[cut:]))
    assert made == [one for part in parts for one in part]
    known = dict(zip(numbers, made, strict=True))
    assert known.pop(None, None) is None
    assert len(set(known.values())) == len(known)
    assert known == {number: base64.b32encode(code(number, key)).decode()[:letters] for number in known}
    if other != key:
        assert not set(known.values()) & set(pseudonyms(values, key=other).drop_null().to_pylist())


@pytest.mark.parametrize("remember", [True, False])
def test_a_value_that_comes_back_is_no_collision(remember: bool) -> None:
    make = Pseudonymiser(KEY, remember=remember)
    numbers = [f"{number:010d}" for number in range(5_000)]
    first = make(pa.array(numbers)).to_pylist()
    assert [make(pa.array(numbers[at : at + 100]))[0].as_py() for at in range(0, 5_000, 100)] == first[::100]


# RFC 4231, sections 4.2 to 4.8: key, data, HMAC-SHA-256 (the fifth is given as its first 128 bits).
RFC_4231 = [
    (b"\x0b" * 20, b"Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
    (b"Jefe", b"what do ya want for nothing?", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
    (b"\xaa" * 20, b"\xdd" * 50, "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
    (bytes(range(1, 26)), b"\xcd" * 50, "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"),
    (b"\x0c" * 20, b"Test With Truncation", "a3b6167473100ee06e0c796c2955552b"),
    (
        b"\xaa" * 131,
        b"Test Using Larger Than Block-Size Key - Hash Key First",
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
    ),
    (
        b"\xaa" * 131,
        b"This is a test using a larger than block-size key and a larger than block-size data. The key needs to be "
        b"hashed before being used by the HMAC algorithm.",
        "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
    ),
]


@pytest.mark.parametrize(("key", "data", "expected"), RFC_4231)
def test_it_is_the_head_of_hmac_sha256(key: bytes, data: bytes, expected: str) -> None:
    assert keyed_hash(data, key=key).hex()[: len(expected)] == expected
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return
    head = int(expected[:16], 16) >> 1
    assert pseudonym(text, key=key) == head
    assert Pseudonymiser(key, remember=True)(pa.array([text])).to_pylist() == [head]
