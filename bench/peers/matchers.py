"""`python -m bench.peers.matchers MATCHER DATA SET FIELDS OUT`, with the peers' Python: who each record may be, ranked.

Each matcher is used as its own documentation shows, without labels where it can; none is tuned to a data set.
"""

from __future__ import annotations

import json
import random
import resource
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable
from itertools import combinations
from pathlib import Path
from typing import Any

import pandas as pd

COLUMNS = {
    "name": ["given_name", "surname"],
    "street": ["street_number", "address_1"],
    "postcode": ["postcode"],
    "birth": ["date_of_birth"],
}
MEMORY_BYTES = 8 << 30
"""dedupe has taken more than 20 GB before; then it fails here instead."""
DEDUPE_RECORDS = 1000
DEDUPE_LABELS = 150

Scored = Iterable[tuple[str, str, float]]


def ecm(left: Any, right: Any, columns: list[str], _pairs: list[list[str]]) -> Scored:
    """recordlinkage: blocks on each column, Jaro-Winkler at 0.85, expectation/conditional maximisation."""
    import recordlinkage

    indexer = recordlinkage.Index()
    for column in columns:
        if column != "street_number":
            indexer.block(column)
    pairs = indexer.index(left, right) if right is not None else indexer.index(left)
    compare = recordlinkage.Compare()
    for column in columns:
        compare.string(column, column, method="jarowinkler", threshold=0.85, label=column)
    vectors = compare.compute(pairs, left, right) if right is not None else compare.compute(pairs, left)
    classifier = recordlinkage.ECMClassifier(binarize=0.8)
    classifier.fit(vectors)
    chances = classifier.prob(vectors)
    return ((one, other, float(chance)) for (one, other), chance in chances.items())


def splink(left: Any, right: Any, columns: list[str], _pairs: list[list[str]]) -> Scored:
    """splink: Jaro-Winkler levels, term frequencies, trained without labels by its own expectation maximisation."""
    import splink.comparison_library as levels
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    exact = {"street_number", "postcode"}
    comparisons = [
        levels.LevenshteinAtThresholds(column, [1, 2])
        if column in exact or column == "date_of_birth"
        else levels.JaroWinklerAtThresholds(column, [0.92, 0.8]).configure(term_frequency_adjustments=True)
        for column in columns
    ]
    rules = [block_on(column) for column in columns if column != "street_number"]
    rules += [block_on(f"substr({one}, 1, 3)", f"substr({other}, 1, 3)") for one, other in combinations(columns[:3], 2)]
    settings = SettingsCreator(
        link_type="link_only" if right is not None else "dedupe_only",
        unique_id_column_name="key",
        comparisons=comparisons,
        blocking_rules_to_generate_predictions=rules,
    )
    api = DuckDBAPI()
    frames = [frame.rename_axis("key").reset_index() for frame in (left, right) if frame is not None]
    tables = [api.register(frame) for frame in frames]
    linker = Linker(tables if right is not None else tables[0], settings)
    linker.training.estimate_probability_two_random_records_match([block_on("given_name", "surname")], recall=0.5)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for column in ("given_name", "surname", *(["date_of_birth"] if "date_of_birth" in columns else [])):
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(column))
    found = linker.inference.predict(threshold_match_probability=0.0).as_pandas_dataframe()
    for one, other, weight in found[["key_l", "key_r", "match_weight"]].itertuples(index=False):
        yield one, other, float(weight)


def dedupe(left: Any, right: Any, columns: list[str], pairs: list[list[str]]) -> Scored:
    """dedupe: learns from some labelled pairs which are of one person, and as many which are not."""
    import dedupe as library

    ours, theirs = _rows(left, columns), _rows(right, columns)
    linker = library.RecordLink([library.variables.String(column, has_missing=True) for column in columns], num_cores=1)
    linker.prepare_training(ours, theirs, sample_size=3000)
    draw = random.Random(1)
    same = draw.sample(pairs, DEDUPE_LABELS // 2)
    keys, others = sorted(ours), sorted(theirs)
    distinct = [(draw.choice(keys), draw.choice(others)) for _ in range(DEDUPE_LABELS // 2)]
    linker.mark_pairs(
        {
            "match": [(ours[one], theirs[other]) for one, other in same],
            "distinct": [(ours[one], theirs[other]) for one, other in distinct],
        }
    )
    linker.train(index_predicates=False)
    scores = linker.score(linker.pairs(ours, theirs))
    for pair, chance in zip(scores["pairs"], scores["score"], strict=True):
        yield str(pair[0]), str(pair[1]), float(chance)


MATCHERS: dict[str, Callable[[Any, Any, list[str], list[list[str]]], Scored]] = {
    "recordlinkage": ecm, "splink": splink, "dedupe": dedupe,
}  # fmt: skip


def main(matcher: str, data: str, name: str, fields: str, out: str) -> None:
    """`out` holds the ranked answers for every record that is asked for."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    one = json.loads(Path(data).read_text())[name]
    columns = [column for field in fields.split(",") for column in COLUMNS[field]]
    asked = set(one["asked"])
    pairs = [sorted(pair, key=lambda key: key not in asked) for pair in one["pairs"]]
    left, right = _frames(one, columns)
    if matcher == "dedupe":
        pairs = pairs[:DEDUPE_RECORDS]
        left, right = left.loc[[a for a, _ in pairs]], right.loc[[b for _, b in pairs]]
    found: defaultdict[str, list[tuple[float, str]]] = defaultdict(list)
    for key, other, score in MATCHERS[matcher](left, right, columns, pairs):
        found[key].append((-score, other))
        found[other].append((-score, key))
    answered = [*left.index] if right is not None else one["asked"]
    Path(out).write_text(json.dumps({key: [other for _, other in sorted(found[key])[:5]] for key in answered}))


def _frames(one: dict[str, Any], columns: list[str]) -> tuple[Any, Any]:
    frame = pd.DataFrame.from_dict(one["records"], orient="index")[columns].replace("", None)
    asked = set(one["asked"])
    if all(not asked.issuperset(pair) for pair in one["pairs"]):
        return frame.loc[[key in asked for key in frame.index]], frame.loc[[key not in asked for key in frame.index]]
    return frame, None


def _rows(frame: Any, columns: list[str]) -> dict[str, dict[str, str | None]]:
    return {
        str(key): {column: row[column] or None for column in columns} for key, row in frame.to_dict("index").items()
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
