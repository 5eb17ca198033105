"""The regression examples of `redaction_examples.yaml`: text to exact redacted text and exact spans.

An example with `known_failure: true` states today's wrong output, so that a change of it is noticed either way.
"""

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from pseudonymisation.redaction.redactor import Known, Redactor
from pseudonymisation.redaction.spans import CLASSES

RULE = re.compile(r"(known|number|address|word)\.[a-z]+")
EXAMPLES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "redaction_examples.yaml").read_text(encoding="utf-8")
)


@cache
def redactor() -> Redactor:
    return Redactor()


def known_of(example: dict[str, Any]) -> Known:
    return Known(**{kind: tuple(values) for kind, values in example.get("known", {}).items()})


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["text"][:60])
def test_example(example: dict[str, Any]) -> None:
    expected = example.get("redacted", example["text"])
    assert redactor().redact(example["text"], known_of(example)) == expected
    found = redactor().spans(example["text"], known_of(example))
    assert [[span.start, span.end, CLASSES[span.entity]] for span in found] == example.get("spans", [])
    assert all(RULE.fullmatch(span.rule) for span in found)


def test_known_failures_are_few_and_say_what_is_wrong() -> None:
    failures = [example for example in EXAMPLES if example.get("known_failure")]
    assert all(example.get("wrong") for example in failures)
    assert len(failures) <= 0.06 * len(EXAMPLES)


def test_most_examples_without_identifiers_come_out_unchanged() -> None:
    clean = [example for example in EXAMPLES if "redacted" not in example and not example.get("known_failure")]
    assert len(clean) >= len(EXAMPLES) / 3


def test_examples_are_unique() -> None:
    texts = [(example["text"], str(example.get("known"))) for example in EXAMPLES]
    assert len(set(texts)) == len(texts)
