"""The harness of `bench matching` on labelled data of its own: the real data is another package's."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench import matching
from bench.matching_data import FIELDS, quality, read
from bench.matching_table import KeyTable
from bench.run import Run

EMPTY = {"street_number": "", "address_1": "", "postcode": "", "date_of_birth": ""}
DATA = {
    "TWO": {
        "records": {
            "a1": {**EMPTY, "given_name": "elinor", "surname": "dashwood"},
            "a2": {**EMPTY, "given_name": "edward", "surname": "ferrars"},
            "b1": {**EMPTY, "given_name": "elinore", "surname": "dashwod"},
            "b2": {**EMPTY, "given_name": "robert", "surname": "ferrars"},
        },
        "pairs": [["a1", "b1"], ["a2", "b2"]],
        "asked": ["a1", "a2"],
    }
}


def test_quality_is_counted_over_pairs_and_over_questions() -> None:
    truth = {"a": frozenset({"b", "c"}), "d": frozenset({"e"})}
    assert quality(truth, {"a": ["x", "b"], "d": ["e"]}) == (2 / 3, 1 / 2)
    assert quality(truth, {}) == (0.0, 0.0)


def test_the_table_finds_the_records_of_the_other_file(tmp_path: Path) -> None:
    (tmp_path / "data.json").write_text(json.dumps(DATA))
    (labelled,) = read(tmp_path / "data.json")
    assert labelled.is_two_files
    table = KeyTable(labelled.forms(FIELDS["name alone"]))
    assert [found.card for found in table.suggest("a1", frozenset({"b1", "b2"}))] == ["b1"]
    assert table.keys_per_card > 10


def test_without_the_peers_environment_it_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(matching, "PYTHON", tmp_path / "nowhere")
    (figure,) = matching.measure(Run(1, is_quiet=True))
    assert figure.value is None
    assert figure.passed is False
    assert ".venv-bench-matching" in figure.notes[0]


def test_a_peer_that_is_not_there_stands_beside_ours_with_the_reason(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def answered(command: list[str]) -> str:
        if command[0] == "bench.peers.febrl":
            Path(command[1]).write_text(json.dumps(DATA))
            return ""
        return f"no {command[1]} on this machine"

    monkeypatch.setattr(matching, "by_peers_python", answered)
    figures = matching.measure(Run(1, is_quiet=True), ["TWO"])
    assert [figure.value for figure in figures] == [1.0] * len(FIELDS)
    assert "splink is not available: no splink on this machine" in figures[0].notes
