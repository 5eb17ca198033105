"""What stops pseudonymisation, each as one line with its remedy and without any value."""


class KeyRingError(Exception):
    """The key ring cannot be used as it lies there."""

    exit_code = 16


class PseudonymError(Exception):
    """Pseudonyms cannot be made safely: two values share one, or a column has no treatment."""

    exit_code = 1


class WithdrawalError(Exception):
    """A delivery cannot be taken back."""

    exit_code = 2
