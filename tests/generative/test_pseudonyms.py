"""Pseudonyms over generated values: keyed, stable, injective in practice, and blind to the order of arrival."""

import hashlib
import hmac

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from pseudonymisation.pseudonyms import Pseudonymiser, pseudonym

KEY = b"k" * 32
values = st.lists(st.one_of(st.none(), st.text(min_size=1, max_size=12)), max_size=60)


@given(values)
def test_equal_values_and_only_they_share_a_pseudonym(given_values: list[str | None]) -> None:
    made = Pseudonymiser(KEY, remember=False)(pa.array(given_values, pa.string())).to_pylist()
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


@given(st.text(min_size=1))
def test_it_is_the_head_of_hmac_sha256(value: str) -> None:
    digest = hmac.new(KEY, value.encode("utf-8"), hashlib.sha256).digest()
    assert pseudonym(value, key=KEY) == int.from_bytes(digest[:8], "big") >> 1
