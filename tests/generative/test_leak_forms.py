"""Which texts the leak detector reads: looked at as ASCII they are the same as looked at as any text."""

import pyarrow as pa
import pyarrow.compute as pc
from hypothesis import given, settings
from hypothesis import strategies as st

from pseudonymisation.leaks import _CANDIDATE, _candidates

# Letters, digits, what parts them, and what is like them outside ASCII.
TEXTS = st.text(st.sampled_from("abZ0123456789 .-/@\n\0Æé\u00ad\u0301\u0663\uff20"), max_size=24)


@settings(deadline=None, derandomize=True)
@given(st.lists(TEXTS, max_size=20))
def test_the_quick_look_at_ascii_passes_by_nothing_that_the_full_one_reads(texts: list[str]) -> None:
    values = pa.array(texts, pa.string())
    expected = pc.indices_nonzero(pc.match_substring_regex(values, _CANDIDATE)).to_pylist()
    assert sorted(_candidates(values).to_pylist()) == expected
