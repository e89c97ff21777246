"""(i) Duplicates as in `people`, with the names of the census of the United States of 1990 and those of `Faker`."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.matching import by_peers_python
from bench.people import figures
from bench.people.setting import listed
from bench.report import Figure, Goal
from bench.run import Run


def measure(run: Run) -> list[Figure]:
    """What `people` measures, as `census.*`; one figure that says why where the lists are not to be had."""
    with TemporaryDirectory(prefix="bench-") as folder:
        lists = Path(folder) / "names.json"
        if problem := by_peers_python(["bench.peers.name_lists", str(lists)]):
            return [
                Figure("census", "", None, notes=[f"the lists of names are not available: {problem}"], goal=Goal(0.0))
            ]
        setting = listed(json.loads(lists.read_text()))
    return figures.measure(run, setting=setting)
