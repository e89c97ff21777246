"""Scores, reasons and keys are what they were before they were computed faster."""

from __future__ import annotations

from golden import pairs, result

from customers.matching.packing import unpack


def test_scores_reasons_and_keys_are_those_that_were_kept() -> None:
    kept = [*pairs()]
    assert len(kept) > 400
    changed = [(left, right) for left, right, before in kept if result(unpack(left), unpack(right)) != before]
    assert changed == []
