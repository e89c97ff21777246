"""(d) Drawing: a view in, the card's JSON out, beside json.dumps of the finished card alone.

A card is drawn for each press and each answer of a CRM, and mostly one thing on it is new. So it is here: every round
draws each card with a record that was not there before, linked, from a view whose values are all read anew. What the
first drawing costs, when nothing was drawn before, stands beside it.
"""

from __future__ import annotations

import gc
import itertools
import json
import pickle
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias

import orjson

from bench.measure import Results, Sample, Variant, alternate, ratio
from bench.processes import PEERS_PYTHON, ProcessFailed, process
from bench.report import Figure, Goal, table
from bench.run import Run
from bench.views import views
from cards import memory
from cards.render import customer_card, customer_card_json
from customers.model import PushState
from customers.views import CardView, PushView, RecordView, Surface, Viewer

Subject: TypeAlias = tuple[CardView, Viewer]

_VIEWS = 200
_OURS, _FIRST, _FLOOR = "ours: draw after a change", "ours: draw for the first time", "floor: json.dumps alone"
_PEERS = {"microsoft-teams-cards 2.1.1": "teams", "adaptive-cards-py 0.4.3": "adaptive"}
_CANNOT = {"adaptive-cards-py 0.4.3": "built without `refresh`, whose action it cannot express"}
_COLUMNS = {"cpu_us": "µs CPU/card"}


def measure(run: Run) -> list[Figure]:
    """CPU per card over many different cards of ours; the peers build the same cards from their own classes."""
    subjects = views(_VIEWS)
    cards = [customer_card(view, viewer, Surface.PANE) for view, viewer in subjects]
    variants = [
        Variant(_OURS, _timed(_draw, partial(_changed, subjects, itertools.count()))),
        Variant(_FIRST, _timed(_draw, partial(_unknown, subjects))),
        Variant(_FLOOR, _timed(json.dumps, lambda: cards)),
    ]
    with ExitStack() as stack:
        peers, notes = _peers(stack, cards)
        stack.callback(gc.unfreeze)
        results = alternate([*variants, *peers], run.rounds, on_round=run.on_round)
    return [_figure(results, [_sizes(cards), *notes])]


def _changed(subjects: Sequence[Subject], rounds: Iterator[int]) -> Sequence[Subject]:
    """The same cards with other objects in them, as they are read, and one record of each as it never was before."""
    number = next(rounds)
    read: Sequence[Subject] = pickle.loads(pickle.dumps(subjects))
    return [(_linked(view, number), viewer) for view, viewer in read]


def _linked(view: CardView, number: int) -> CardView:
    if not view.current_records:
        return replace(view, version=view.version + number)
    ref, waiting = view.current_records[0].record, PushView(PushState.WAITING)

    def new(one: RecordView) -> RecordView:
        return one._replace(is_linked=True, push=waiting, subtitle=f"No. {number}")

    def records(known: Sequence[RecordView]) -> tuple[RecordView, ...]:
        return tuple(new(one) if one.record == ref else one for one in known)

    return replace(
        view,
        version=view.version + number,
        current_records=records(view.current_records),
        related_records=records(view.related_records),
    )


def _unknown(subjects: Sequence[Subject]) -> Sequence[Subject]:
    memory.forget()
    return subjects


def _draw(subject: Subject) -> bytes:
    view, viewer = subject
    return customer_card_json(view, viewer, Surface.PANE).json


def _figure(results: Results, notes: Sequence[str]) -> Figure:
    ours, floor = results[_OURS]["cpu_us"], results[_FLOOR]["cpu_us"]
    return Figure(
        name="render",
        unit="µs CPU",
        value=ours.median,
        floor=floor.median,
        ratio=ratio(ours, floor),
        goal=Goal(0.5),
        peers={peer: results[peer]["cpu_us"].median if peer in results else None for peer in _PEERS},
        notes=notes,
        table=table(results, _FLOOR, _COLUMNS, "cpu_us"),
    )


def _sizes(cards: Sequence[Any]) -> str:
    sizes = [len(orjson.dumps(card)) for card in cards]
    return f"{len(sizes)} cards of {min(sizes):,} to {max(sizes):,} bytes, {sum(sizes) // len(sizes):,} on average"


def _timed(draw: Callable[[Any], object], made: Callable[[], Sequence[Any]]) -> Callable[[], Sample]:
    def run() -> Sample:
        subjects = made()
        gc.freeze()  # the collector is on, but what was read, and the finished cards of the floor, are not its business
        begun = time.process_time()
        for subject in subjects:
            draw(subject)
        return {"cpu_us": (time.process_time() - begun) / len(subjects) * 1e6}

    run()
    return run


def _peers(stack: ExitStack, cards: list[dict[str, Any]]) -> tuple[list[Variant], list[str]]:
    """The peers that can build the cards, and why the others cannot."""
    if not PEERS_PYTHON.exists():
        return [], ["peers are not available: no .venv-bench"]
    folder = Path(stack.enter_context(TemporaryDirectory(prefix="bench-")))
    (folder / "cards.json").write_bytes(orjson.dumps(cards))
    variants, notes = [], []
    for name, library in _PEERS.items():
        arguments = (library, str(folder / "cards.json"))
        try:
            builder = stack.enter_context(
                process("bench.peers.cards_builder", *arguments, log=folder / f"{library}.log", python=PEERS_PYTHON)
            )
            variants.append(Variant(name, partial(builder.ask, "build")))
            notes += [f"{name}: {_CANNOT[name]}"] if name in _CANNOT else []
        except ProcessFailed as failure:
            notes.append(f"{name} is not available: {failure}")
    return variants, notes
