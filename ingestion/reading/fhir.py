"""FHIR Bundles: one per line, or one as a whole file. What of a Bundle is a row is told by its profile."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from ingestion.errors import ContractError
from ingestion.reading import hospital_notification
from ingestion.reading.ndjson import LONGEST_LINE, NdjsonReader, NotADocumentError, Values


@dataclass(frozen=True, slots=True)
class Profile:
    """How a Bundle becomes a row: the columns that it can give, and their values as text.

    `row` may raise ValueError, LookupError, TypeError and AttributeError for a Bundle of another form.
    """

    columns: tuple[str, ...]
    row: Callable[[dict[str, Any]], dict[str, str | None]]


PROFILES = {
    "hospitalnotification": Profile(hospital_notification.COLUMNS, hospital_notification.row),
}


class FhirReader(NdjsonReader):
    """Reads Bundles as rows; one that is not of the contract's profile is broken.

    A file that ends in `.json` holds one Bundle, over as many lines as it likes; any other holds one per line.
    """

    def check_header(self) -> None:
        """Compare the contract with what its profile can give. Raises ContractError."""
        profile = PROFILES.get(self.contract.form.profile or "")
        if not profile:
            raise ContractError(
                f"{self.contract.source}: no profile {self.contract.form.profile}; known are {', '.join(PROFILES)}"
            )
        unknown = [column.name for column in self.contract.columns if column.name not in profile.columns]
        if unknown:
            raise ContractError(
                f"{self.contract.source}: the profile {self.contract.form.profile} has no {', '.join(unknown)}; "
                f"it has {', '.join(profile.columns)}"
            )

    def lines(self) -> Iterator[list[str]]:
        """The Bundles as text."""
        if ".json" not in self.file.name:
            yield from super().lines()
            return
        whole = ""
        for lines in super().lines():
            whole += "\n".join(lines) + "\n"
            if len(whole) > LONGEST_LINE:
                raise ValueError("a Bundle that is too long")
        yield [whole]

    def values(self, document: dict[str, Any]) -> Values:
        """The row of one Bundle. Raises NotADocumentError."""
        try:
            found = PROFILES[self.contract.form.profile or ""].row(document)
        except (ValueError, LookupError, TypeError, AttributeError):
            # Whatever lies where the profile has something else.
            raise NotADocumentError("a Bundle of another profile") from None
        return [found[column.name] for column in self.contract.columns]
