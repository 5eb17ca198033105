"""Identifiers with a form of their own: CPR numbers, telephone numbers, e-mail addresses, URLs, and the numbers of
accounts, cars, journals and authorisations.

Form decides here, not lists: street addresses are in `addresses.py`, names in `words.py`. Dates are kept:
they are quasi-identifiers, and what happens to them is decided per project. The patterns have no nested
repetition, so that their time is linear in the text.
"""

import re
from collections.abc import Iterator

from pseudonymisation.redaction.spans import Span

# Day of birth; in fictive numbers 60 is added. Month; some replacement numbers add 20, 40 or 60.
_DAY = r"(?:0[1-9]|[12]\d|3[01]|6[1-9]|[78]\d|9[01])"
_MONTH = r"(?:[0246][1-9]|[1357][0-2])"
_DASH = "\\-\u2010\u2011\u2012\u2013\u2014\u2212"
_LETTERS = "A-ZÆØÅ"

# No telephone numbers: "2019-2021", "2020 11 30", "30 11 2020".
_NO_YEARS = (
    rf"(?!(?:19|20)\d\d(?:[{_DASH}](?:19|20)\d\d|\s(?:0\d|1[0-2])\s[0-3]\d)(?!\d))"
    r"(?![0-3]\d\s(?:0\d|1[0-2])\s(?:19|20)\d\d(?!\d))"
)

# Group 1: CPR numbers. Group 2: telephone numbers.
_NUMBERS = re.compile(
    rf"""
    (?=[+\d])(?:  # Nothing more is tried at other characters.
    (?<!\d)(
        \d{{10}}(?!\d)                                                  # 0102031234
      | \d{{6}}\s?[{_DASH}/]\s{{0,2}}\d{{4}}(?!\d)                      # 010203-1234, any digits: a slip identifies too
      | \d\d[ .{_DASH}/]?\d\d[ .{_DASH}/]?(?:18|19|20)\d\d\s?[{_DASH}]\s?\d{{4}}(?!\d)      # 01.02.1903-1234
      | {_DAY}[ .{_DASH}/]?{_MONTH}[ .{_DASH}/]?\d\d[\s.{_DASH}/]{{1,3}}\d{{4}}(?!\d)       # 010203 1234, 01 02 03-1234
      | {_DAY}{_MONTH}\d\d\s?[_:,(]\s{{0,2}}\d{{4}}(?!\d)                  # 010203_1234, 010203 (1234)
      | {_DAY}{_MONTH}\d\d\s?[{_DASH}]\s?\d\d\s\d\d(?!\d)               # 010203-12 34
      | {_DAY}{_MONTH}\d\d\s?[{_DASH}]\s?(?=\d*[{_LETTERS}a-zæøå])[\d{_LETTERS}a-zæøå]{{4}}(?!\w)  # 010203-1AB2
      | {_DAY}{_MONTH}\d\d\s?(?=\d*[{_LETTERS}])(?=[{_LETTERS}]*\d)[\d{_LETTERS}]{{4}}(?!\w)      # 0102031AB2
    )
    | (
        (?<![\d+])\+\d{{1,3}}(?:[\s.()/{_DASH}]{{0,2}}\d){{6,12}}(?!\d)  # +45 20304050, and abroad
      | (?<!\d)00\d\d(?:[\s.()/{_DASH}]{{0,2}}\d){{7,11}}(?!\d)          # 0045 20304050
      | (?<!\d){_NO_YEARS}[2-9]\d(?:
            \d{{6}}                                                      # 20304050
          | (?:[\s.{_DASH}/]\d\d){{3}}                                   # 20 30 40 50
          | \d\d[\s{_DASH}]\d{{4}}                                       # 8612 3456
          | \s\d{{3}}\s\d{{3}}                                           # 20 304 050
          | \d\s\d\d\s?\d{{3}}                                           # 203 04 050
          | \d\s\d{{3}}\s\d\d                                            # 203 040 50
          | [\s{_DASH}]\d{{6}}                                             # 20 304050
          | \s\d{{4}}\s\d\d                                              # 20 3040 50
          | \d\d\s\d\d\s\d\d                                             # 2030 40 50
          | \s\d\d\s\d{{4}}                                              # 20 30 4050
          | \d{{4}}\s\d\d                                                # 203040 50
          | \d{{3}}\s\d{{3}}                                             # 20304 050
        )(?!\d)
    ))
    """,
    re.VERBOSE,
)
# Numbers of any grouping that the word before calls a telephone number; local numbers have four digits.
_CALLED = re.compile(
    rf"\b(?:(?:tlf|tel|telefon|telefonnr|telefonnummer|lokalnummer)\b[.:]{{0,2}}\s?(?:nr\.?|nummer|på)?\s?:?\s?"
    rf"(\+?\d(?:[\s.{_DASH}]?\d){{3,14}})(?!\d)"
    rf"|(?:mobil|mobilnr|mobilnummer|mob|sms|fax|kontaktes på|træffes på|ringes? op på|ringes? på)\b[.:]{{0,2}}\s?"
    rf"(?:nr\.?|nummer|på)?\s?:?\s?(\+?\d(?:[\s.{_DASH}]?\d){{5,14}})(?!\d))",
    re.IGNORECASE,
)
_EMAIL = re.compile(
    r"[^\s@<>(),;:\[\]\"]{1,128}\s?(?:@|\((?:at|AT|snabel[- ]?a)\)|\[at\])\s?[^\s@<>(),;:\[\]\"]*[^\W_]"
)
_URL = re.compile(r"(?:https?://|(?<!\w)www\.)[^\s<>\"]*[\w/]", re.IGNORECASE)
# Other numbers that are somebody's: by the word before, or by a form that nothing else has.
_OTHERS = {
    "number.authorisation": re.compile(
        r"\b(?:autorisations?|aut\.)[-\s]?(?:id|nr|nummer)\b[.:\s]{0,3}(?=[A-ZÆØÅ]*\d)([0-9A-ZÆØÅ]{5})(?!\w)",
        re.IGNORECASE,
    ),
    "number.journal": re.compile(
        r"\b(?:journal|j|sags?)\.?[-\s]?(?:nr|nummer)\b[.:\s]{0,3}(?=[A-Z/-]*\d)([\dA-Z][\dA-Z/-]{3,18})(?!\w)",
        re.IGNORECASE,
    ),
    "number.account": re.compile(
        r"\b(DK\d{2}(?:\s?\d{4}){3}\s?\d{2})(?!\d)"
        r"|\b(?:bank)?(?:konto|reg)\.?[-\s]?(?:nr|nummer)?\b[.:\s]{0,3}"
        r"(\d{4}[\s,-]{0,2}(?:og |konto(?:nr|nummer)?[.:\s]{0,3})?\d{6,10}|\d{7,14})(?!\d)",
        re.IGNORECASE,
    ),
    "number.plate": re.compile(
        r"(?<![\w-])([A-ZÆØÅ]{2} \d{2} \d{3})(?![\d.,]?\d)"
        r"|(?i:nummerplade|indreg\.?(?:istreringsnummer|nr)|bil med nummer)\w*[.:\s]{0,3}"
        r"([A-ZÆØÅ]{2}\s?\d{2}\s?\d{3})(?!\d)"
    ),
}
_DIGIT = re.compile(r"\d")
# Letters that a scanner puts in place of digits, in a word that holds a digit: "3l 4O 52 63".
_MISREAD = re.compile(r"(?<!\w)(?=[OIlS]*\d)(?=\d*[OIlS])[\dOIlS]{2,}(?!\w)")
_AS_DIGITS = str.maketrans("OIlS", "0115")
# A number holds at most one of them to so many characters: "S1 S2 S3 S4" are vertebrae.
_READ_TO_MISREAD = 4


def find_numbers(text: str) -> Iterator[Span]:
    """Yield CPR numbers, telephone numbers, e-mail addresses, URLs and other numbers of people in a text."""
    for match in _URL.finditer(text):
        yield Span(match.start(), match.end(), "URL", "number.url")
    if "@" in text or "(" in text or "[at]" in text:
        for match in _EMAIL.finditer(text):
            yield Span(match.start(), match.end(), "EMAIL_ADDRESS", "number.email")
    if not _DIGIT.search(text):
        return
    yield from _cprs_and_phones(text)
    mended = _MISREAD.sub(lambda match: match[0].translate(_AS_DIGITS), text)
    if mended != text:
        for span in _cprs_and_phones(mended):
            found, size = text[span.start : span.end], span.end - span.start
            misread = sum(letter != digit for letter, digit in zip(found, mended[span.start :], strict=False))
            if misread * _READ_TO_MISREAD <= size:
                yield span._replace(rule="number.misread")
    for rule, pattern in _OTHERS.items():
        for match in pattern.finditer(text):
            group = match.lastindex or 0
            yield Span(match.start(group), match.end(group), "NUMBER", rule)


def _cprs_and_phones(text: str) -> Iterator[Span]:
    for match in _NUMBERS.finditer(text):
        group = match.lastindex or 0
        entity, rule = ("DK_CPR", "number.cpr") if group == 1 else ("PHONE_NUMBER", "number.phone")
        yield Span(match.start(group), match.end(group), entity, rule)
    for match in _CALLED.finditer(text):
        group = match.lastindex or 0
        yield Span(match.start(group), match.end(group), "PHONE_NUMBER", "number.called")
