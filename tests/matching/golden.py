"""Pairs of cards, and what they scored before the score was made faster.

`python tests/matching/golden.py` writes it anew: where a weight or a normal form changes on purpose, never to make
a test green.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from zlib import crc32

from customers.matching.keys import query_keys
from customers.matching.normal import NormalForm
from customers.matching.packing import unpack
from customers.matching.score import Score, score

FILE = Path(__file__).with_name("golden.jsonl")


class MadeUp:
    """Frequencies that follow from the token alone, from the rare to the common."""

    total = 1_000_000

    def count(self, token: str) -> int:
        """How many cards are said to have it."""
        digest = crc32(token.encode())
        return (0, 1, 3, 30, 400, 9000)[digest % 6] + digest % 7


def pairs() -> Iterator[tuple[str, str, list[object]]]:
    """The packed forms of two cards, and what came of them."""
    with FILE.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def result(left: NormalForm, right: NormalForm) -> list[object]:
    """The score of two cards as it is kept: bits, and the reasons; and the keys of the first."""
    found = score(left, right, MadeUp())
    return [_bits(found.bits), found.is_forbidden, _reasons(found), _digest(left)]


def _reasons(found: Score) -> list[list[object]]:
    return [[reason.code.value, _bits(reason.bits), *reason.values] for reason in found.reasons]


def _bits(bits: float) -> float:
    return round(bits, 9)


def _digest(form: NormalForm) -> int:
    return crc32(" ".join(sorted(f"{kind}{key}" for key, kind in query_keys(form).items())).encode())


def write() -> None:
    """The results of the pairs as they are now."""
    lines = [json.dumps([left, right, result(unpack(left), unpack(right))]) for left, right, _ in pairs()]
    FILE.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write()
