"""What can be wrong with a delivery or a contract, each as one line that names the remedy.

No message holds a value from a row: a file, a column, a row number and counts are all that an operator needs.
"""


class ContractError(Exception):
    """A source contract cannot be used as it stands."""

    exit_code = 1


class DeliveryRefused(Exception):
    """A delivery is refused whole; nothing of it goes further.

    The line says what was expected, what was found and what to do.
    """

    exit_code = 10

    def __init__(self, *, source: str, delivery: str, expected: str, found: str, remedy: str) -> None:
        self.source = source
        self.delivery = delivery
        self.expected = expected
        self.found = found
        self.remedy = remedy
        super().__init__(f"{source}/{delivery} refused: expected {expected}; found {found}; to do: {remedy}")


class IntakeError(Exception):
    """The platform failed while it took a delivery in; the delivery itself may be sound."""

    exit_code = 1
