"""Treatment: what becomes of each column of a source on its way into the lake.

Record batches in, record batches out, so that any engine that speaks Arrow can call it. The plan is made from the
source's contract by the caller; where the batches come from and go to is `pseudonymisation/lake.py`'s concern.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

from pseudonymisation.errors import PseudonymError
from pseudonymisation.known_values import KnownValues
from pseudonymisation.pseudonyms import Pseudonymiser
from pseudonymisation.redaction.known import FullNames
from pseudonymisation.redaction.redactor import Known, Redactor

# Raised when the same rows under the same keys come out otherwise (redaction, pseudonyms, leak detector): what lies in
# the lake from before is then treated anew.
VERSION = 8
PERSON = "person"

Action = Literal["keep", "drop", "pseudonymise", "redact"]
Kind = Literal["name", "address", "phone", "cpr"]


@dataclass(frozen=True, slots=True)
class Treatment:
    """What becomes of one column.

    `domain` is the key domain of a pseudonym, `becomes` the column's name in the lake when it is another. `kind` says
    what an identifier is, so that free text is cleared of it and the leak detector looks for it.
    """

    column: str
    action: Action
    domain: str | None = None
    kind: Kind | None = None
    becomes: str | None = None


class Treater:
    """Applies the treatments of one source to its record batches.

    The result has the columns in their order: dropped ones left out, renamed ones under their new name, pseudonyms as
    BIGINT, free text redacted, the rest as it was. Raises PseudonymError for a column
    without a treatment.
    """

    def __init__(
        self, treatments: Sequence[Treatment], *, key_for: Callable[[str], bytes], redactor: Redactor | None
    ) -> None:
        self._treatments = {treatment.column: treatment for treatment in treatments}
        self._redactor = redactor
        self._others: FullNames | None = None
        self._pseudonymisers = {
            domain: Pseudonymiser(key_for(domain), remember=domain == PERSON)
            for domain in sorted({t.domain for t in treatments if t.domain})
        }

    def __call__(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The batch as it may enter the lake."""
        arrays: list[pa.Array] = []
        names: list[str] = []
        for name in batch.schema.names:
            treatment = self._of(name)
            if treatment.action == "drop":
                continue
            arrays.append(self._treated(batch, treatment))
            names.append(treatment.becomes or name)
        return pa.RecordBatch.from_arrays(arrays, names=names)

    def close(self) -> None:
        """End the processes that redaction has started, if any."""
        if self._redactor is not None:
            self._redactor.close()

    def learn(self, known: KnownValues) -> None:
        """Take note of everybody in the delivery, before its first batch is treated."""
        self._others = FullNames(known.names)

    def known_values(self, batches: Iterable[pa.RecordBatch]) -> KnownValues:
        """The identifiers of the batches that no text of the result may hold."""
        found: dict[str, set[str]] = {kind: set() for kind in ("name", "address", "phone", "cpr")}
        for batch in batches:
            for treatment in self._treatments.values():
                if treatment.kind and treatment.column in batch.schema.names:
                    found[treatment.kind].update(batch.column(treatment.column).unique().drop_null().to_pylist())
        return KnownValues(
            names=frozenset(found["name"]),
            addresses=frozenset(found["address"]),
            phones=frozenset(found["phone"]),
            cprs=frozenset(found["cpr"]),
        )

    @property
    def identifying_columns(self) -> list[str]:
        """The columns that `known_values` looks at."""
        return [t.column for t in self._treatments.values() if t.kind]

    def _of(self, name: str) -> Treatment:
        try:
            return self._treatments[name]
        except KeyError:
            raise PseudonymError(f"column {name} has no treatment; classify it in the contract") from None

    def _treated(self, batch: pa.RecordBatch, treatment: Treatment) -> pa.Array:
        values = batch.column(treatment.column)
        if treatment.action == "pseudonymise" and treatment.domain:
            return self._pseudonymisers[treatment.domain](values)
        if treatment.action == "redact":
            if self._redactor is None:
                raise PseudonymError(f"column {treatment.column} is free text, but no redactor was given")
            return self._redactor.redact_batch(values, self.known_of_rows(batch))
        return values

    def known_of_rows(self, batch: pa.RecordBatch) -> list[Known]:
        """What is known of the people of each row, to be cleared from its text."""
        columns: dict[str, list[list[str | None]]] = {"name": [], "address": [], "phone": [], "cpr": []}
        for treatment in self._treatments.values():
            if treatment.kind and treatment.column in batch.schema.names:
                columns[treatment.kind].append(batch.column(treatment.column).to_pylist())

        def of(kind: str, row: int) -> tuple[str, ...]:
            return tuple(value for values in columns[kind] if (value := values[row]) is not None)

        return [
            Known(
                names=of("name", r),
                addresses=of("address", r),
                phones=of("phone", r),
                cprs=of("cpr", r),
                others=self._others,
            )
            for r in range(batch.num_rows)
        ]
