"""What is printed and kept of a run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench import __main__ as command
from bench.measure import Series
from bench.report import Figure, Goal, lines, table, write

FIGURE = Figure(
    name="border",
    unit="µs CPU",
    value=400.04,
    floor=250.0,
    ratio=1.6,
    goal=Goal(2.0),
    peers={"botbuilder": 13_600.0, "agents": None},
    notes=["agents is not available: no .venv-bench"],
)


def test_results_are_a_list_with_the_promised_keys(tmp_path: Path) -> None:
    path = tmp_path / "bench" / "results.json"
    write([FIGURE], {"cores": 2, "load": [0.1, 0.2, 0.3]}, path)
    (kept,) = json.loads(path.read_text())
    assert {"name", "value", "unit", "ratio_to_floor", "peers", "goal", "machine"} <= kept.keys()
    assert (kept["name"], kept["value"], kept["unit"], kept["ratio_to_floor"]) == ("border", 400.04, "µs CPU", 1.6)
    assert kept["peers"] == {"botbuilder": 13600.0, "agents": None}
    assert (kept["goal"], kept["passed"]) == ("<= 2", True)
    assert kept["machine"] == {"cores": 2, "load": [0.1, 0.2, 0.3]}


@pytest.mark.parametrize(
    ("goal", "value", "passed"),
    [
        (Goal(2.0), 2.0, True),
        (Goal(2.0), 2.01, False),
        (Goal(0.85, is_ceiling=False), 0.85, True),
        (Goal(0.85, is_ceiling=False), 0.84, False),
    ],
)
def test_a_goal_is_a_ceiling_or_a_floor(goal: Goal, value: float, passed: bool) -> None:
    assert goal.holds(value) is passed


def test_a_figure_that_was_not_measured_has_not_met_its_goal() -> None:
    missing = Figure("border", "µs CPU", None, goal=Goal(2.0))
    assert missing.passed is False
    assert "not available" in lines(missing)[0]
    assert "MISSED" in lines(missing)[0]


def test_a_figure_is_printed_beside_its_floor_goal_and_missing_peers() -> None:
    printed = lines(FIGURE)
    assert printed[0] == "border: 400 µs CPU = 1.60 × floor (250)   goal <= 2: met"
    assert printed[-1].strip() == "note: agents is not available: no .venv-bench"


def test_the_table_gives_each_variant_as_a_multiple_of_the_floor() -> None:
    results = {"ours": {"cpu_us": Series([30.0, 32.0, 90.0])}, "floor": {"cpu_us": Series([20.0, 16.0, 45.0])}}
    head, ours, floor = table(results, "floor", {"cpu_us": "µs CPU"}, "cpu_us")
    assert head.split() == ["µs", "CPU", "×", "floor", "(best)"]
    assert ours.split() == ["ours", "32", "2.00", "(1.88)"]
    assert floor.split() == ["floor", "20", "1.00", "(1.00)"]


@pytest.mark.parametrize(("is_strict", "status"), [(False, 0), (True, 1)])
def test_a_missed_goal_fails_only_where_that_is_asked_for(tmp_path: Path, is_strict: bool, status: int) -> None:
    missed = Figure("border", "µs CPU", 600.0, floor=250.0, ratio=2.4, goal=Goal(2.0))
    assert command.conclude([FIGURE, missed], tmp_path / "results.json", is_strict=is_strict) == status
    assert [kept["passed"] for kept in json.loads((tmp_path / "results.json").read_text())] == [True, False]
    assert command.conclude([FIGURE], tmp_path / "results.json", is_strict=is_strict) == 0


def test_an_unknown_benchmark_is_wrong_use() -> None:
    with pytest.raises(SystemExit) as stopped:
        command.main(["--only", "nothing"])
    assert stopped.value.code == 2


def test_the_page_about_benchmarks_names_each_of_them() -> None:
    page = (Path(__file__).parents[2] / "docs" / "benchmarks.md").read_text()
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    assert [name for name in command.BENCHMARKS if not any(row.startswith(f"| `{name}") for row in rows)] == []
