"""Members of staff who write notes, and relatives who are named in them.

Staff come from fixed pools that hang on the seed alone, not on the size of the world: the hospitals' people, the care
workers of the nineteen municipalities, and general practices. Every address for mail ends in `.local`, which no
public name server knows.
"""

from dataclasses import dataclass
from functools import cache

from synthetic.people import names
from synthetic.texts.dice import Dice

POOLS = {"hospital": 600, "care": 400, "gp": 300}

DOMAINS = ("rm.local", "auh.rm.local", "horsens.rm.local", "viborg.rm.local", "goedstrup.rm.local", "randers.rm.local")
DEPARTMENTS = (
    "Medicinsk Afdeling",
    "Akutafdelingen",
    "Ortopædkirurgi",
    "Lungesygdomme",
    "Hjertesygdomme",
    "Geriatri",
    "Neurologi",
    "Urologi",
    "Mave- og Tarmkirurgi",
    "Infektionssygdomme",
)
# In the order of the first nineteen of `names.MUNICIPALITIES`.
MUNICIPALITIES = (
    *("Horsens", "Herning", "Holstebro", "Lemvig", "Struer", "Syddjurs", "Norddjurs", "Favrskov", "Odder", "Randers"),
    *("Silkeborg", "Samsø", "Skanderborg", "Aarhus", "Ikast-Brande", "Ringkøbing-Skjern", "Hedensted", "Skive"),
    "Viborg",
)
CARE_TITLES = (
    "social- og sundhedshjælper",
    "social- og sundhedsassistent",
    "hjemmesygeplejerske",
    "hjælper",
    "sygeplejerske",
    "visitator",
    "ergoterapeut",
    "sosu-assistent",
)
PRACTICE_TITLES = ("læge", "praktiserende læge", "speciallæge", "uddannelseslæge", "læge", "praksissygeplejerske")
PRACTICES = ("Lægehuset", "Lægerne", "Lægeklinikken", "Lægefællesskabet", "Klinikken")

RELATIONS_MEN = ("sønnen", "broderen", "ægtefælle", "svigersønnen", "naboen", "samlever", "barnebarnet", "nevøen")
RELATIONS_WOMEN = ("datteren", "søsteren", "ægtefælle", "svigerdatteren", "naboen", "veninden", "barnebarnet", "niecen")
PARTNERS = ("ægtefælle", "samlever")

_ASCII = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "ü": "u", "é": "e", " ": ".", "-": "."})
_HEX = "0123456789BCDFGHJKLMNPQRSTVWXZ"
_STAFF, _HELD_OUT = 7001, 100  # Streams of draws.


@dataclass(frozen=True)
class Staff:
    """A member of staff; `initials` as they stand in signatures, `place` the department, municipality or practice.

    `authorisation` is the five characters of the register of health professionals, made up.
    """

    name: str
    title: str
    initials: str
    email: str
    phone: str
    place: str = ""
    authorisation: str = ""


@dataclass(frozen=True)
class Relative:
    """A relative: the word for the relation (`datteren`), full name, eight digits."""

    relation: str
    name: str
    phone: str


@cache
def draw_staff(seed: int, pool: str = "hospital", *, held_out: bool = False) -> tuple[Staff, ...]:
    """The whole pool (`hospital`, `care`, `gp`) of a seed; a held-out world draws held-out names only."""
    place_of_pool = tuple(POOLS).index(pool)
    stream = _STAFF + place_of_pool + held_out * _HELD_OUT
    return tuple(_member(number, pool, Dice(seed, stream, number), held_out) for number in range(POOLS[pool]))


def draw_name(dice: Dice, *, man: bool, held_out: bool = False) -> tuple[str, str]:
    """A first name and a last name of the lists."""
    return dice.one(_pool("men" if man else "women", held_out)), dice.one(_pool("last", held_out))


def draw_relative(dice: Dice, *, last: str, held_out: bool = False, partner: bool = True) -> Relative:
    """A relative, who shares the last name three times in five; `partner` says whether it may be one."""
    man = dice.below(2) == 0
    relations: tuple[str, ...] = RELATIONS_MEN if man else RELATIONS_WOMEN
    if not partner:
        relations = tuple(relation for relation in relations if relation not in PARTNERS)
    first, other = draw_name(dice, man=man, held_out=held_out)
    own = last.split(" ")[-1]
    return Relative(
        relation=dice.one(relations),
        name=f"{first} {own if dice.below(5) < 3 else other}",
        phone=str(dice.between(20_000_000, 61_999_999)),
    )


def plain_ascii(text: str) -> str:
    """A text in small letters as an address for mail writes it."""
    return text.lower().translate(_ASCII)


@cache
def _pool(kind: str, held_out: bool) -> tuple[str, ...]:
    return names.pool({"men": names.MEN, "women": names.WOMEN, "last": names.LAST}[kind], held_out=held_out)


def _member(number: int, pool: str, dice: Dice, held_out: bool) -> Staff:
    first, last = draw_name(dice, man=dice.below(5) < 2, held_out=held_out)
    middle = dice.one(_pool("last", held_out)) if dice.chance(4) else ""
    mail = f"{plain_ascii(first)}.{plain_ascii(last)}"
    if pool == "hospital":
        title, place = dice.one(names.TITLES), dice.one(DEPARTMENTS)
        address, phone = f"{mail}@{dice.one(DOMAINS)}", dice.between(78_400_000, 78_499_999)
    elif pool == "care":
        town = MUNICIPALITIES[number % len(MUNICIPALITIES)]
        title, place = dice.one(CARE_TITLES), f"{town} Kommune"
        address, phone = f"{mail}@{plain_ascii(town)}.kommune.local", dice.between(87_870_000, 87_879_999)
    else:
        title, place = dice.one(PRACTICE_TITLES), f"{dice.one(PRACTICES)} {dice.one(names.STREETS)}"
        address, phone = f"{mail}@{plain_ascii(place)}.local", dice.between(86_120_000, 86_139_999)
    return Staff(
        name=" ".join(part for part in (first, middle, last) if part),
        title=title,
        initials=(first[0] + (middle[:1] or last[1]) + last[0]).upper(),
        email=address,
        phone=str(phone),
        place=place,
        authorisation="".join(dice.one(_HEX) for _ in range(5)),
    )
