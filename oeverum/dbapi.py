"""What DB-API 2.0 (PEP 249) asks of a module: its errors, the types of columns, and how values of a type are made."""

from datetime import date, datetime, time

__all__ = [
    "BINARY",
    "DATETIME",
    "NUMBER",
    "ROWID",
    "STRING",
    "Binary",
    "DataError",
    "DatabaseError",
    "Date",
    "DateFromTicks",
    "Error",
    "IntegrityError",
    "InterfaceError",
    "InternalError",
    "NotSupportedError",
    "OperationalError",
    "ProgrammingError",
    "Time",
    "TimeFromTicks",
    "Timestamp",
    "TimestampFromTicks",
    "Warning",
    "apilevel",
    "paramstyle",
    "threadsafety",
]

apilevel = "2.0"
threadsafety = 1
paramstyle = "qmark"


class Warning(Exception):
    """Never raised; DB-API 2.0 has it."""


class Error(Exception):
    """Root of the classes below. `refusal` is the gateway's class, such as GrantEnded; empty when it did not answer.

    `reason` is the rule of disclosure that a result breaks, or what a query was refused for; empty where there is none.
    """

    def __init__(self, line: str, refusal: str = "", reason: str = "") -> None:
        super().__init__(line)
        self.refusal = refusal
        self.reason = reason


class InterfaceError(Error):
    """The connection is used in a way that it does not know."""


class DatabaseError(Error):
    """The gateway did not answer the query."""


class DataError(DatabaseError):
    """A value of a parameter that SQL cannot hold, such as a number of too many digits."""


class IntegrityError(DatabaseError):
    """Never raised; DB-API 2.0 has it."""


class InternalError(DatabaseError):
    """Never raised; DB-API 2.0 has it."""


class OperationalError(DatabaseError):
    """No access, no such release, too many queries at once, or a gateway that cannot be reached."""


class ProgrammingError(DatabaseError):
    """The query was refused as it stands, passed a limit, or has not as many marks as values."""


class NotSupportedError(DatabaseError):
    """A sandbox is only read, and a parameter has one of the types that are listed."""


class ColumnType:
    """A type of DB-API 2.0: equal to the Arrow types of the columns that have it, which `Cursor.description` tells."""

    def __init__(self, *kinds: str) -> None:
        # Names of questions in pyarrow.types, which is not loaded for the errors alone.
        self._kinds = kinds

    def __eq__(self, other: object) -> bool:
        from pyarrow import DataType, types

        if not isinstance(other, DataType):
            return self is other
        arrow = other.value_type if types.is_dictionary(other) else other
        return any(getattr(types, f"is_{kind}")(arrow) for kind in self._kinds)

    __hash__ = object.__hash__


STRING = ColumnType("string", "large_string", "string_view")
BINARY = ColumnType("binary", "large_binary", "binary_view", "fixed_size_binary")
NUMBER = ColumnType("integer", "floating", "decimal", "boolean")
DATETIME = ColumnType("temporal")
ROWID = ColumnType()

Date, Time, Timestamp, Binary = date, time, datetime, bytes
DateFromTicks, TimestampFromTicks = date.fromtimestamp, datetime.fromtimestamp


def TimeFromTicks(ticks: float) -> time:  # noqa: N802
    """The time of day at so many seconds after 1970, here."""
    return datetime.fromtimestamp(ticks).time()
