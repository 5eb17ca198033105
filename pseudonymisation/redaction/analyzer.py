"""The recogniser in presidio's frame: one `EntityRecognizer` on the NoOp engine, which loads and downloads
nothing.

One recogniser, because every recogniser costs a pass; the finders it calls are `known.py`, `numbers.py`,
`addresses.py` and `words.py`. What is known of a note's own people travels in the artifacts of that one
call. An exception of a finder is not caught here nor by presidio's engine: the caller sees it.
"""

import logging
from typing import TYPE_CHECKING, Any

from pseudonymisation.redaction.addresses import find_addresses
from pseudonymisation.redaction.known import find_known, name_parts
from pseudonymisation.redaction.numbers import find_numbers
from pseudonymisation.redaction.spans import CLASSES, Span
from pseudonymisation.redaction.words import find_words

if TYPE_CHECKING:
    from pseudonymisation.redaction.redactor import Known

LANGUAGE = "da"


def found_spans(text: str, known: "Known") -> list[Span]:
    """Return every place that one of the finders takes for an identifier; places may overlap."""
    spans = list(find_known(text, names=known.names, addresses=known.addresses, phones=known.phones, cprs=known.cprs))
    if known.others:
        spans.extend(known.others.spans(text))
    spans.extend(find_numbers(text))
    spans.extend(find_addresses(text))
    parts = frozenset().union(*map(name_parts, known.names)) if known.names else frozenset()
    spans.extend(find_words(text, known=parts))
    return spans


class Analyzer:
    """Presidio's `AnalyzerEngine` with the one Danish recogniser. Importing presidio takes about three seconds."""

    def __init__(self) -> None:
        from presidio_analyzer import AnalyzerEngine, EntityRecognizer, RecognizerRegistry, RecognizerResult
        from presidio_analyzer.context_aware_enhancers import ContextAwareEnhancer
        from presidio_analyzer.nlp_engine import NlpArtifacts, NoOpNlpEngine

        class NoteArtifacts(NlpArtifacts):  # type: ignore[misc]
            """Artifacts of one note: no tokens, but what is known of its people."""

            def __init__(self, known: "Known") -> None:
                super().__init__([], None, [], [], None, LANGUAGE, [])
                self.known = known

        class DanishIdentifierRecognizer(EntityRecognizer):  # type: ignore[misc]
            """Finds Danish identifiers in a note by form, lists and what is known of its people."""

            def load(self) -> None:
                """Nothing to load: the lists are read when a word is first looked up."""

            def analyze(self, text: str, entities: list[str], nlp_artifacts: NoteArtifacts) -> list[Any]:
                """Return one result per found place; the places are certain, so the score is 1."""
                # One of each place and entity: of several rules always the same one, the first by its name.
                found = sorted(found_spans(text, nlp_artifacts.known), reverse=True)
                spans = {span[:3]: span for span in found}.values()
                return [
                    RecognizerResult(s.entity, s.start, s.end, 1.0, recognition_metadata={"rule": s.rule})
                    for s in spans
                    if s.entity in entities
                ]

        class NoContext(ContextAwareEnhancer):  # type: ignore[misc]
            """Leaves results as they are: without lemmas presidio's own enhancer copies them and changes nothing."""

            def enhance_using_context(self, *, raw_results: list[Any], **_: Any) -> list[Any]:
                return raw_results

        # Presidio logs a line for each part that it loads; only its warnings are of use.
        logging.getLogger("presidio-analyzer").setLevel(logging.WARNING)
        entities = list(CLASSES)
        registry = RecognizerRegistry(
            recognizers=[DanishIdentifierRecognizer(supported_entities=entities, supported_language=LANGUAGE)],
            supported_languages=[LANGUAGE],
        )
        self._engine = AnalyzerEngine(
            registry=registry,
            nlp_engine=NoOpNlpEngine(models=[{"lang_code": LANGUAGE, "model_name": "no_op"}]),
            supported_languages=[LANGUAGE],
            context_aware_enhancer=NoContext(0.0, 0.0, 0, 0),
        )
        self._entities = entities
        self._artifacts = NoteArtifacts

    def spans(self, text: str, known: "Known") -> list[Span]:
        """Return what presidio's engine leaves of the recogniser's results; places may overlap."""
        results = self._engine.analyze(
            text, LANGUAGE, entities=self._entities, score_threshold=0.5, nlp_artifacts=self._artifacts(known)
        )
        return [Span(r.start, r.end, r.entity_type, r.recognition_metadata["rule"]) for r in results]
