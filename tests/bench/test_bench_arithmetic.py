"""The harness's arithmetic: what is said of rounds, and who is measured when."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from bench.measure import Series, Variant, alternate, percentile, ratio
from bench.processes import cpu_seconds


def test_the_best_round_is_the_lowest_cost_and_the_highest_rate() -> None:
    rounds = [3.0, 1.0, 2.0]
    assert (Series(rounds).median, Series(rounds).best) == (2.0, 1.0)
    assert Series(rounds, lower_is_better=False).best == 3.0


def test_a_ratio_compares_round_with_round() -> None:
    """A noisy round makes both sides dear; their ratio does not see it."""
    ours, floor = Series([2.0, 20.0, 2.2]), Series([1.0, 10.0, 1.0])
    assert ratio(ours, floor) == 2.0


def test_a_ratio_of_different_rounds_is_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        ratio(Series([1.0]), Series([1.0, 2.0]))


def test_every_variant_is_measured_once_a_round_in_changing_order() -> None:
    seen: list[str] = []
    variants = [Variant(name, lambda name=name: seen.append(name) or {"cost": 1.0}) for name in "abcd"]
    results = alternate(variants, 6)
    turns = [tuple(seen[start : start + 4]) for start in range(0, 24, 4)]
    assert all(sorted(turn) == list("abcd") for turn in turns)
    assert len(set(turns)) > 1
    assert all(len(results[name]["cost"].values) == 6 for name in "abcd")


def test_figures_that_are_better_when_higher_are_marked() -> None:
    results = alternate([Variant("a", lambda: {"per_s": 1.0, "cost": 1.0})], 1, higher_is_better=frozenset({"per_s"}))
    assert not results["a"]["per_s"].lower_is_better
    assert results["a"]["cost"].lower_is_better


def test_percentiles_are_taken_from_the_sorted_values() -> None:
    values = [float(number) for number in range(100)]
    assert (percentile(values, 0.5), percentile(values, 0.99), percentile([7.0], 0.99)) == (50.0, 99.0, 7.0)
    with pytest.raises(ValueError, match="no values"):
        percentile([], 0.5)


def test_cpu_of_another_process_is_what_that_process_counts_itself() -> None:
    burn = "import sys, time\nwhile time.process_time() < 0.3: pass\nprint(time.process_time(), flush=True)\ninput()"
    with subprocess.Popen([sys.executable, "-c", burn], stdin=-1, stdout=-1, text=True) as child:
        assert child.stdout is not None
        said = float(child.stdout.readline())
        assert cpu_seconds(child.pid) == pytest.approx(said, abs=0.05)
        before = time.process_time()
        assert cpu_seconds(child.pid) >= said
        assert time.process_time() - before < 0.1  # reading costs the harness next to nothing
        child.communicate("\n")
