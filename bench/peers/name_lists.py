"""Writes the names that `names` and `Faker` ship, as JSON. `python -m bench.peers.name_lists FILE`, peers' Python."""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import names

LOCALES = {"de": "de_DE", "es": "es_ES", "it": "it_IT", "pl": "pl_PL", "tr": "tr_TR"}
_FILES = {"male": "first:male", "female": "first:female", "surnames": "last"}


def main(path: str) -> None:
    """`path` holds, for each country, first names and surnames with how often each is borne."""
    lists = {"us": {kind: _census(Path(names.FILES[file])) for kind, file in _FILES.items()}}
    lists |= {code: _locale(locale) for code, locale in LOCALES.items()}
    Path(path).write_text(json.dumps(lists))


def _census(path: Path) -> dict[str, float]:
    """Name to its share in per cent; those that are rounded to 0.000 there have equal parts of what is left."""
    rows = [(name.capitalize(), float(share), float(sum_)) for name, share, sum_, _ in map(str.split, path.open())]
    rare = [name for name, share, _ in rows if not share]
    left = rows[-1][2] - max(sum_ for _, share, sum_ in rows if share)
    return {name: share for name, share, _ in rows if share} | {name: left / len(rare) for name in rare}


def _locale(locale: str) -> dict[str, dict[str, float]]:
    """Faker draws from these lists without weights, and so do we."""
    known: Any = import_module(f"faker.providers.person.{locale}").Provider
    surnames = getattr(known, "unisex_last_names", None) or known.last_names
    lists = {"male": known.first_names_male, "female": known.first_names_female, "surnames": surnames}
    return {kind: dict.fromkeys(found, 1.0) for kind, found in lists.items()}


if __name__ == "__main__":
    main(sys.argv[1])
