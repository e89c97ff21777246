"""(b) A real `link.add`: a button pressed in Teams, one transaction, the card drawn anew."""

from __future__ import annotations

import gc
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import orjson

from bench import border, contest
from bench.linkable import Call, Linking, link_count, prepare, take_down, viewer
from bench.measure import Results, Sample, Series, Variant, alternate, ratio
from bench.processes import Process, ProcessFailed, cpu_seconds
from bench.report import Figure, Goal, table
from bench.run import Run
from bench.scene import invoke_answer
from bench.stage import Stage
from cards.memory import forget
from cards.render import customer_card_json
from customers.views import Surface, Viewer
from storage import schema
from storage.engine import Database

_OURS, _DIRECT, _BORDER = "ours: link.add", "its statements and drawing, directly", "(a) our border, card ready"
_FLOOR = "floor: the two together"
_COLUMNS = {"cpu_us": "µs CPU", "per_s": "per second", "p50_ms": "p50 ms", "p99_ms": "p99 ms"}
_WARM = 10


def measure(run: Run) -> list[Figure]:
    """CPU per link.add through Teams' border, beside the same statements and drawing called directly, plus (a)."""
    stage = run.stage
    pieces = max(5, int(run.cpu_seconds * 150))
    calls = _databases(stage, _WARM + pieces * run.rounds)
    linkings = _take_down(stage, calls)
    server = stage.server("bench.ours_linking", _url(stage, "ours"))
    ready = stage.server(contest.OURS.module)
    variants = [
        Variant(_OURS, _pressed(stage, server, calls, pieces).__next__),
        Variant(_DIRECT, _direct(stage, linkings, pieces).__next__),
        Variant(_BORDER, border.variant(run, ready).run),
    ]
    gc.freeze()
    try:
        results = alternate(variants, run.rounds, higher_is_better=frozenset({"per_s"}), on_round=run.on_round)
    finally:
        gc.unfreeze()
    _check(stage, len(calls))
    return [_figure(results, linkings[0], viewer(stage.scene))]


def _figure(results: Results, one: Linking, who: Viewer) -> Figure:
    pairs = zip(results[_DIRECT]["cpu_us"].values, results[_BORDER]["cpu_us"].values, strict=True)
    floor = Series([direct + border_us for direct, border_us in pairs])
    results = {**results, _FLOOR: {"cpu_us": floor}}
    ours = results[_OURS]["cpu_us"]
    return Figure(
        name="link_add",
        unit="µs CPU",
        value=ours.median,
        floor=floor.median,
        ratio=ratio(ours, floor),
        goal=Goal(1.5),
        notes=[f"{len(one.statements)} statements; SQLite; a card of {_size(one, who):,} bytes"],
        table=table(results, _FLOOR, _COLUMNS, "cpu_us"),
    )


def _pressed(stage: Stage, server: Process, calls: list[Call], pieces: int) -> Iterator[Sample]:
    """A round each: `pieces` calls, none of them twice, are linked through the server, which has drawn their cards.

    So has the other way; and so it is in the field, where the agent sees the card.
    """
    looks = [call.look(stage.scene) for call in calls]
    activities = [call.activity(stage.scene) for call in calls]
    border.post(stage, server, activities[:_WARM], _WARM)
    for start in range(_WARM, len(calls), pieces):
        border.post(stage, server, looks[start : start + pieces], pieces)
        before = cpu_seconds(server.pid)
        seen = border.post(stage, server, activities[start : start + pieces], pieces)
        yield {"cpu_us": (cpu_seconds(server.pid) - before) / pieces * 1e6, **seen}


def _direct(stage: Stage, linkings: list[Linking], pieces: int) -> Iterator[Sample]:
    """A round each: the statements of `pieces` calls in a transaction each, and their cards as they are now."""
    database, who = Database(_url(stage, "direct")), viewer(stage.scene)
    for linking in linkings[:_WARM]:
        _again(database, linking, who)
    for start in range(_WARM, len(linkings), pieces):
        forget()  # taking the statements down has drawn the linked cards, too
        for linking in linkings[start : start + pieces]:
            customer_card_json(linking.before, who, Surface.CHAT, None)
        before = time.process_time()
        for linking in linkings[start : start + pieces]:
            _again(database, linking, who)
        yield {"cpu_us": (time.process_time() - before) / pieces * 1e6}
    database.close()


def _again(database: Database, linking: Linking, who: Viewer) -> bytes:
    with database.write() as tx:
        for statement, values in linking.statements:
            is_text = isinstance(statement, str)
            run = tx.connection.exec_driver_sql if is_text else tx.execute
            result = run(statement, values)
            if result.returns_rows:
                result.all()
    return _drawn(linking, who)


def _drawn(linking: Linking, who: Viewer) -> bytes:
    card = customer_card_json(linking.view, who, Surface.CHAT, linking.notice).json
    return orjson.dumps(invoke_answer(orjson.Fragment(card)))


def _databases(stage: Stage, count: int) -> list[Call]:
    """Three copies of one database with `count` open calls: for the server, for notes, for the direct way."""
    database = Database(_url(stage, "ours"))
    schema.upgrade(database)
    calls = prepare(database, stage.scene, count)
    database.close()
    for copy in ("notes", "direct"):
        shutil.copy(_file(stage, "ours"), _file(stage, copy))
    return calls


def _take_down(stage: Stage, calls: list[Call]) -> list[Linking]:
    database = Database(_url(stage, "notes"))
    linkings = [take_down(database, stage.scene, call) for call in calls]
    database.close()
    return linkings


def _check(stage: Stage, count: int) -> None:
    """Both ways linked the same number of records. Raises `ProcessFailed`."""
    for name in ("ours", "direct"):
        database = Database(_url(stage, name))
        found = link_count(database)
        database.close()
        if found != count:
            raise ProcessFailed(f"{name}: {found} records are linked, not {count}")


def _size(linking: Linking, who: Viewer) -> int:
    return len(_drawn(linking, who))


def _file(stage: Stage, name: str) -> Path:
    return stage.folder / f"linking-{name}.db"


def _url(stage: Stage, name: str) -> str:
    return f"sqlite:///{_file(stage, name)}"
