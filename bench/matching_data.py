"""The labelled data of `bench matching`, as the matchers see it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from customers.matching.normal import MatchInput, NormalForm, normal_form

FIELDS = {
    "all but the social number": frozenset({"name", "street", "postcode", "birth"}),
    "no birth date": frozenset({"name", "street", "postcode"}),
    "name and birth date": frozenset({"name", "birth"}),
    "name alone": frozenset({"name"}),
}


@dataclass(frozen=True, slots=True)
class Labelled:
    """Records of which it is known who is who."""

    name: str
    records: Mapping[str, Mapping[str, str]]
    pairs: Sequence[tuple[str, str]]
    asked: Sequence[str]
    """Each of them is asked for: who else is this?"""

    @property
    def is_two_files(self) -> bool:
        """True where the answers are in another file than the questions."""
        return not {other for _, other in self.pairs} & {*self.asked}

    def others(self) -> dict[str, frozenset[str]]:
        """Who is who, for each record that is asked for."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for one, other in self.pairs:
            found[one].add(other)
            found[other].add(one)
        return {one: frozenset(found[one]) for one in self.asked}

    def forms(self, fields: frozenset[str]) -> dict[str, NormalForm]:
        """The normal forms of all records, made from `fields` alone."""
        return {key: normal_form(_card(record, fields)) for key, record in self.records.items()}


def read(path: Path) -> list[Labelled]:
    """What `bench.peers.febrl` wrote."""
    return [
        Labelled(name, one["records"], [(left, right) for left, right in one["pairs"]], one["asked"])
        for name, one in json.loads(path.read_text()).items()
    ]


def quality(truth: Mapping[str, frozenset[str]], found: Mapping[str, Sequence[str]]) -> tuple[float, float]:
    """The share of the true duplicates among the first 5 answers, and of the questions whose first answer is true."""
    total = sum(map(len, truth.values()))
    hits = sum(len(others & {*_first(found, one, 5)}) for one, others in truth.items())
    first = sum(bool(others & {*_first(found, one, 1)}) for one, others in truth.items())
    return hits / total, first / len(truth)


def _first(found: Mapping[str, Sequence[str]], one: str, count: int) -> Iterable[str]:
    return found.get(one, ())[:count]


def _card(record: Mapping[str, str], fields: frozenset[str]) -> MatchInput:
    return MatchInput(
        names=[f"{record['given_name']} {record['surname']}"],
        birth_date=record["date_of_birth"] if "birth" in fields else "",
        postcode=record["postcode"] if "postcode" in fields else "",
        street=f"{record['street_number']} {record['address_1']}" if "street" in fields else "",
    )
