"""(f) Duplicates: the share of the true ones among the first 5 suggestions, on labelled public data, beside others."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.matching_data import FIELDS, Labelled, quality, read
from bench.matching_table import KeyTable
from bench.processes import ROOT
from bench.report import Figure, Goal
from bench.run import Run
from customers.matching.normal import NormalForm

PYTHON = ROOT / ".venv-bench-matching" / "bin" / "python"
PEERS = ("recordlinkage", "splink", "dedupe")
GOALS = {
    ("FEBRL4", "all but the social number"): 0.999,
    ("FEBRL4", "no birth date"): 0.992,
    ("FEBRL4", "name and birth date"): 0.990,
    ("FEBRL4", "name alone"): 0.887,
}
_PEER_SECONDS = 300
_DEDUPE = [("FEBRL4", "all but the social number")]
"""Where dedupe takes part, with the first 1,000 pairs: more takes it many minutes and many gigabytes."""

Answers = Mapping[str, Sequence[str]]


def measure(run: Run, sets: Sequence[str] = ("FEBRL1", "FEBRL2", "FEBRL3", "FEBRL4")) -> list[Figure]:
    """A figure for each set and choice of fields: the share found by ours, beside exact keys and the peers."""
    with TemporaryDirectory(prefix="bench-") as folder:
        data = Path(folder) / "febrl.json"
        if problem := by_peers_python(["bench.peers.febrl", str(data)]):
            return [
                Figure("matching", "", None, notes=[f"the labelled data is not available: {problem}"], goal=Goal(0.0))
            ]
        wanted = [(labelled, fields) for labelled in read(data) if labelled.name in sets for fields in FIELDS]
        return [_figure(run, labelled, fields, data) for labelled, fields in wanted]


def _figure(run: Run, labelled: Labelled, fields: str, data: Path) -> Figure:
    run.on_round(0)
    truth = labelled.others()
    forms = labelled.forms(FIELDS[fields])
    shares = {"ours": quality(truth, _ours(labelled, forms)), "exact keys": quality(truth, _exact(labelled, forms))}
    notes = []
    for peer in _peers_of(labelled.name, fields):
        answers, problem = _answers(peer, labelled.name, fields, data)
        if problem:
            notes.append(f"{peer} is not available: {problem}")
        else:
            shares[peer] = quality({one: truth[one] for one in answers}, answers)
            notes += [f"{peer}: {len(answers):,} of the records"] if len(answers) < len(truth) else []
    return _as_figure(labelled.name, fields, shares, notes)


def _as_figure(name: str, fields: str, shares: Mapping[str, tuple[float, float]], notes: list[str]) -> Figure:
    ours, goal = shares["ours"][0], GOALS.get((name, fields))
    heads = f"{'':14}{'recall in 5':>14}{'first is right':>16}"
    return Figure(
        name=f"matching.{name}, {fields}",
        unit="of the duplicates among the first 5",
        value=ours,
        floor=goal,
        ratio=ours / goal if goal else None,
        goal=Goal(1.0, is_ceiling=False) if goal else None,
        peers={peer: shares[peer][0] if peer in shares else None for peer in ("exact keys", *_peers_of(name, fields))},
        notes=notes,
        table=[heads, *(f"{who:14}{recall:>14.4f}{first:>16.4f}" for who, (recall, first) in shares.items())],
    )


def _peers_of(name: str, fields: str) -> tuple[str, ...]:
    return PEERS if (name, fields) in _DEDUPE else PEERS[:2]


def _ours(labelled: Labelled, forms: Mapping[str, NormalForm]) -> Answers:
    table, among = KeyTable(forms), _among(labelled, forms)
    return {one: [found.card for found in table.suggest(one, among)] for one in labelled.asked}


def _exact(labelled: Labelled, forms: Mapping[str, NormalForm]) -> Answers:
    """Whoever has exactly the same name, in normal form; these sets have neither numbers nor addresses."""
    among = _among(labelled, forms) or frozenset(forms)
    named: dict[tuple[str, ...], list[str]] = {}
    for key in sorted(among):
        named.setdefault(forms[key].names, []).append(key)
    return {one: [other for other in named.get(forms[one].names, ()) if other != one] for one in labelled.asked}


def _among(labelled: Labelled, forms: Mapping[str, NormalForm]) -> frozenset[str] | None:
    return frozenset(forms) - frozenset(labelled.asked) if labelled.is_two_files else None


def _answers(peer: str, name: str, fields: str, data: Path) -> tuple[Answers, str]:
    """What `peer` answers, or why it does not."""
    out = data.with_name("answers.json")
    out.unlink(missing_ok=True)
    named = ",".join(sorted(FIELDS[fields]))
    problem = by_peers_python(["bench.peers.matchers", peer, str(data), name, named, str(out)])
    answers: Answers = {} if problem else json.loads(out.read_text())
    return answers, problem


def by_peers_python(command: Sequence[str]) -> str:
    """Run a module with the peers' Python; empty, or why it failed."""
    if not PYTHON.exists():
        return "no .venv-bench-matching"
    run = partial(subprocess.run, cwd=ROOT, capture_output=True, text=True, timeout=_PEER_SECONDS)
    try:
        done = run(["nice", str(PYTHON), "-m", *command], check=False)
    except subprocess.TimeoutExpired:
        return f"not done after {_PEER_SECONDS} s"
    if done.returncode == 0:
        return ""
    return next((line for line in reversed(done.stderr.splitlines()) if line.strip()), f"exit status {done.returncode}")
