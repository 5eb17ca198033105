"""What can go wrong with expectations themselves, each as one line with its remedy."""


class ExpectationError(Exception):
    """An expectation is not written as it must be."""

    exit_code = 1


class MeasureError(Exception):
    """A table cannot be measured as its expectations ask."""

    exit_code = 1


class OverrideError(Exception):
    """An override is not written as it must be."""

    exit_code = 1
