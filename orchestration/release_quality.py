"""The quality report of a release: what its codebook, the contracts of its sources and the gate say, in one report.

Nothing is written here that stands elsewhere: limits of sources are those of their contracts, limits of definitions are
the sentences of the models that say so.
"""

import re
from collections.abc import Mapping
from typing import Any

from ingestion.contract import Contract
from orchestration.mart_pages import SENTENCE_END
from quality.expectation import TableExpectations
from quality.gate import GateResult
from quality.release_report import Limit, Report, release_report
from sandbox.permits.model import Permit
from sandbox.tables import SUBJECT

OWN = re.compile(r"project's own|project definition|not verified|not known|cannot be (told|known|seen)", re.IGNORECASE)


def release_quality(
    *,
    verdict: GateResult,
    permit: Permit,
    codebook: Mapping[str, Any],
    expected: Mapping[str, TableExpectations],
    contracts: Mapping[str, Contract],
) -> Report:
    """The report of a release of a permit that the gate let through, with this codebook."""
    sources = [source["name"] for source in codebook["sources"]]
    return release_report(
        verdict,
        title=f"Quality of {permit.project}",
        expected=expected,
        flow=codebook["flow"],
        sources=sources,
        of_sources=[Limit(name, _line(contracts[name].limitations)) for name in sources if name in contracts],
        of_definitions=[
            Limit(table["name"], said) for table in codebook["tables"] if (said := _own(table["grain"], table["about"]))
        ],
        # The subject's pseudonym is made for the release; all others come from a model.
        columns=[
            {**column, "origin": column["origin"] or column["origin_note"]}
            for table in codebook["tables"]
            for column in table["columns"]
            if column["name"] != SUBJECT
        ],
        threshold=permit.small_cell_threshold,
    )


def _own(*texts: str) -> str:
    """The sentences that say that a definition is the project's own, or what of it is not known."""
    return " ".join(said for text in texts for said in SENTENCE_END.split(text) if OWN.search(said))


def _line(text: str) -> str:
    return " ".join(text.split())
