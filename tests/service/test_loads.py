"""How busy each processor is with others' work, from the kernel's counters."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.loads import Look, look, others
from service.processor import affinity

_STAT = """\
cpu  30 0 0 70 0 0 0 0 0 0
cpu0 {busy} 0 0 {idle} 0 0 0 0 7 0
cpu1 1 2 3 40 50 4 5 6 1 1
intr 1 2 3
"""


def test_the_counters_are_read_and_waiting_for_a_disk_is_not_work(tmp_path: Path) -> None:
    stat = tmp_path / "stat"
    stat.write_text(_STAT.format(busy=10, idle=20))
    assert look(stat).ticks == {0: (10, 30), 1: (21, 111)}


def test_this_machine_counts_every_processor_that_may_be_used() -> None:
    assert affinity() <= set(look().ticks)


@pytest.mark.parametrize("said", [None, "", "cpu 1 2 3\n", "\xff"])
def test_a_system_that_does_not_say_has_no_counters(tmp_path: Path, said: str | None) -> None:
    if said is not None:
        (tmp_path / "stat").write_text(said, "latin-1")
    assert look(tmp_path / "stat").ticks == {}


def test_what_this_process_used_of_its_own_processor_is_not_others_work() -> None:
    before = Look({0: (0, 0), 1: (50, 100)}, own_seconds=1.0, at=10.0)
    after = Look({0: (80, 100), 1: (75, 200)}, own_seconds=2.0, at=12.0)
    assert others(before, after, own=0) == pytest.approx({0: 0.3, 1: 0.25})
    assert others(before, after) == pytest.approx({0: 0.8, 1: 0.25})


def test_a_processor_that_is_not_counted_is_not_there() -> None:
    before = Look({0: (0, 100), 1: (0, 100)}, 0.0, 0.0)
    after = Look({0: (0, 100), 1: (10, 200), 2: (5, 10)}, 0.0, 1.0)
    assert others(before, after) == {1: 0.1}
