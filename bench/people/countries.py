"""First names and surnames of several countries: the common ones by hand, the rare ones made of syllables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from random import Random

from bench.people.zipf import Drawn, Ranked

RARE = 18_000
"""So many made-up surnames has each country beside its common ones."""
_FOLDER = Path(__file__).parent / "names"
_LATIN = ("de", "en", "es", "it", "pl", "tr")
SHARES = {
    "de": 0.60, "en": 0.14, "tr": 0.06, "pl": 0.05, "it": 0.05, "es": 0.05, "ru": 0.02, "el": 0.015,
    "ar": 0.01, "zh": 0.005,
}  # fmt: skip
"""Where the customers of a contact centre in Germany come from."""


@dataclass(frozen=True, slots=True)
class Name:
    """A first name or a surname."""

    text: str
    """In Latin letters."""
    native: str = ""
    """In the script of its country, where that is another."""
    short: tuple[str, ...] = ()
    """What bearers of a first name are called as well."""


@dataclass(frozen=True, slots=True, eq=False)
class Country:
    """What people are called."""

    code: str
    male: Drawn[Name]
    female: Drawn[Name]
    surnames: Drawn[Name]


@cache
def country(code: str) -> Country:
    """The country of `code`, one of `SHARES`."""
    if code in _LATIN:
        lists = _sections(code)
        male, female = (Ranked([_given(one) for one in lists[kind]], 8, 1.1) for kind in ("male", "female"))
    else:
        lists = _sections("scripts")
        male, female = (Ranked([_written(one) for one in lists[f"{code} {kind}"]], 4) for kind in ("male", "female"))
    return Country(code, male, female, Ranked(family_names(code)))


@cache
def family_names(code: str) -> Sequence[Name]:
    """The surnames of a country, the commonest first."""
    if code in _LATIN:
        lists = _sections(code)
        return [Name(one.replace("_", " ")) for one in [*lists["surnames"], *_rare(code, lists)]]
    lists = _sections("scripts")
    parts = ([_written(one) for one in lists.get(f"{code} {kind}", [])] for kind in ("beginnings", "endings"))
    made = [Name(one.text + other.text, one.native + other.native) for one, other in product(*parts)]
    return [*map(_written, lists[f"{code} surnames"]), *Random(code).sample(made, len(made))]


def short_forms() -> dict[str, tuple[str, ...]]:
    """First name to what its bearers are called as well, over all countries with Latin letters."""
    lists = [_sections(code)[kind] for code in _LATIN for kind in ("male", "female")]
    return {name.text: name.short for names in lists for name in map(_given, names) if name.short}


def _rare(code: str, lists: dict[str, list[str]]) -> Sequence[str]:
    """Surnames of two syllables, then of three, each once, in an order that is the same for ever."""
    known, order = set(lists["surnames"]), Random(code)
    found: list[str] = []
    for middles in ([""], lists["middles"]):
        made = {"".join(parts) for parts in product(lists["beginnings"], middles, lists["endings"])} - known
        found += order.sample(sorted(made), min(len(made), RARE - len(found)))
        known |= made
    return found


def _sections(name: str) -> dict[str, list[str]]:
    """Section to its words; a section begins with `# its name`, and a colon before a remark."""
    found: dict[str, list[str]] = {}
    for line in (_FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            words = found.setdefault(line[2:].partition(":")[0], [])
        else:
            words += line.split()
    return {section: [*dict.fromkeys(words)] for section, words in found.items()}


def _given(text: str) -> Name:
    name, *short = text.split("/")
    return Name(name, short=tuple(short))


def _written(text: str) -> Name:
    native, _, latin = text.partition("|")
    return Name(latin, native)
