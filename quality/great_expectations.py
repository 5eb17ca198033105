"""Great Expectations as this platform uses it: imported when it is needed, for that takes seconds; nothing is reported
to its maker or kept between calls, and results are told without a value.
"""

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

# The two forms of a result: whether it holds, or how many rows do not.
BOOLEAN = {"result_format": "BOOLEAN_ONLY"}
COUNTS = {"result_format": "BASIC", "exclude_unexpected_values": True}


@contextmanager
def great_expectations() -> Iterator[tuple[Any, Any]]:
    """The library and a context of its own."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    with warnings.catch_warnings():
        # The library imports two modules that Python calls deprecated; it warns of nothing else.
        warnings.filterwarnings("ignore", r"module 'sre_(constants|parse)' is deprecated", DeprecationWarning)
        import great_expectations as gx

        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = {"globally": False, "metric_calculations": False}
        yield gx, context
