"""What people are called and how their names are written: made-up names, or those of lists that packages ship."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from bench.people import countries, shares
from bench.people.countries import Country, Name
from bench.people.shares import ByChannel
from bench.people.zipf import Drawn, Weighted


@dataclass(frozen=True, slots=True)
class Setting:
    """Countries, as often as people come from them, and what each channel shows of a name."""

    name: str
    lands: Drawn[Country]
    shown: ByChannel


@cache
def made() -> Setting:
    """Names made of syllables in the shares that censuses show."""
    lands = {countries.country(code): share for code, share in countries.SHARES.items()}
    return Setting("people", Weighted(lands), shares.MADE)


CENSUS: Mapping[str, float] = {"us": 0.80, "de": 0.08, "es": 0.02, "it": 0.02, "pl": 0.015, "tr": 0.015}
_SCRIPTS = {"ru": 0.02, "el": 0.015, "ar": 0.01, "zh": 0.005}
"""Faker knows too few surnames (404 German ones, 60 Turkish) for more of these persons, and draws each as often as the
next: what makes namesakes is the census."""


Lists = Mapping[str, Mapping[str, Mapping[str, float]]]
"""Country to `male`, `female` and `surnames`, each name with how often it is borne."""


def listed(lists: Lists) -> Setting:
    """The census of the United States of 1990 and what `Faker` calls people elsewhere; other scripts as in `made`."""
    short = countries.short_forms()
    lands = {
        **{_country(code, lists[code], short): share for code, share in CENSUS.items()},
        **{countries.country(code): share for code, share in _SCRIPTS.items()},
    }
    return Setting("census", Weighted(lands), shares.CENSUS)


def _country(code: str, lists: Mapping[str, Mapping[str, float]], short: Mapping[str, tuple[str, ...]]) -> Country:
    male, female = (
        Weighted({Name(one, short=short.get(one, ())): weight for one, weight in lists[kind].items()})
        for kind in ("male", "female")
    )
    return Country(code, male, female, Weighted({Name(one): weight for one, weight in lists["surnames"].items()}))
