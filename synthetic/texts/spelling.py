"""How things are spelt in notes: dates in ten ways, numbers, and slips of the pen in ordinary words."""

import re
from collections.abc import Callable
from datetime import date

from synthetic.texts.dice import Dice

MONTHS = (
    *("januar", "februar", "marts", "april", "maj", "juni", "juli", "august", "september", "oktober", "november"),
    "december",
)

# What stands before the date, and the date. Ten spellings.
DATE_SPELLINGS: tuple[Callable[[date], tuple[str, str]], ...] = (
    lambda day: ("", f"{day.day:02d}.{day.month:02d}.{day.year}"),
    lambda day: ("", f"{day.day}/{day.month}"),
    lambda day: ("", f"{day.day}/{day.month}-{day.year % 100:02d}"),
    lambda day: ("d. ", f"{day.day}. {MONTHS[day.month - 1]} {day.year}"),
    lambda day: ("", f"{day.day}. {MONTHS[day.month - 1]}"),
    lambda day: ("", day.isoformat()),
    lambda day: ("", f"{day.day:02d}{day.month:02d}{day.year % 100:02d}"),
    lambda day: ("", f"{day.day}.{day.month}.{day.year % 100:02d}"),
    lambda day: ("den ", f"{day.day:02d}/{day.month:02d} {day.year}"),
    lambda day: ("", f"{day.day}. {MONTHS[day.month - 1][:3]}. {day.year}"),
)

# Words and how they are misspelt by hand.
_SLIPS_TEXT = """
igen ien, kommer komer, medicin medecin, smerter smeter, lidt lit, ligger liger, sidder sider, hjælp hjæp,
kontakt kontagt, kontaktes kontagtes, desværre desvære, efter efer, bruger brugere, toilettet toilletet,
behandling behanling, orienteret orinteret, indlagt indlakt, udskrives uskrives, ingen igen, kontrol kontroll,
morgen moren, aften afen, forværring forværing, dagligt daligt, spist spidst, drukket drukked, sovet sovt,
fortsat forsat, uændret uændræt, fortæller fortæler, ønsker ønkser, tidligere tidligre, besøg besøk,
henvises henvisses, vurdering vudering, svimmel svimel, rollator rolator, hjemmet hjemet, gerne gærne,
begge bege, trappen traben, pårørende pårørene, hospitalet hospitallet, ikke ike, også osse, virker vircker
"""
SLIPS = dict(slip.split() for slip in _SLIPS_TEXT.replace("\n", " ").split(", "))
_CANDIDATE = re.compile(r"(?<![\w@./-])[a-zæøå]{5,}(?![\w@/-])")
# Ordinary words per misspelt one.
WORDS_PER_SLIP = 60
WORDS_PER_SLIP_HOME_CARE = 25


def spell_cpr(number: str, dice: Dice, *, hard: bool = False) -> str:
    """Ten characters with a hyphen, without, with a space; in hard kinds also in pairs."""
    begin, end = number[:6], number[6:]
    forms = (f"{begin}-{end}", number, f"{begin} {end}", f"{begin}-{end}", number)
    if hard and dice.chance(7):
        return f"{begin[:2]} {begin[2:4]} {begin[4:]} {end}"
    return dice.one(forms)


def spell_phone(number: str, dice: Dice) -> str:
    """Eight digits as people group them."""
    pairs = " ".join(number[i : i + 2] for i in range(0, 8, 2))
    forms = (
        pairs,
        f"{number[:4]} {number[4:]}",
        f"+45 {number}",
        number,
        f"+45 {pairs}",
        f"{number[:2]}-{number[2:]}",
        pairs.replace(" ", "-"),
        f"{number[:2]} {number[2:5]} {number[5:]}",
    )
    return dice.one(forms)


def spell_date(day: date, dice: Dice) -> tuple[str, str]:
    """What stands before the date, and the date in one of the ten spellings."""
    return dice.one(DATE_SPELLINGS)(day)


def candidates(text: str) -> int:
    """How many words of a text may be misspelt: in small letters, five or more."""
    return len(_CANDIDATE.findall(text))


def misspelt(text: str, dice: Dice) -> str:
    """The text with one of its ordinary words misspelt: from the list of slips, or by a letter."""
    found = list(_CANDIDATE.finditer(text))
    if not found:
        return text
    match = dice.one(found)
    return text[: match.start()] + _slip(match[0], dice) + text[match.end() :]


def _slip(word: str, dice: Dice) -> str:
    if word in SLIPS and not dice.chance(3):
        return SLIPS[word]
    place = dice.between(1, len(word) - 3)
    how = dice.below(3)
    if how == 0:
        return word[:place] + word[place + 1 :]
    if how == 1:
        return word[:place] + word[place] + word[place:]
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
