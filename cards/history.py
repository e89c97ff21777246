"""The section Earlier interactions (B-03)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from operator import attrgetter
from typing import Final

from cards import elements as e
from cards import memory, shared, texts
from cards.drawing import Drawing
from cards.escape import NOTHING
from cards.sections import and_more, grouped
from cards.shapes import Json, Shape, Text, slot, text
from customers.model import Channel, Direction
from customers.views import EarlierView

_ABOUT: Final = attrgetter("subject", "disposition", "agent_name", "notes")


def summary(d: Drawing) -> Json:
    """How many there are."""
    count = len(d.view.earlier)
    if not count:
        return d.note("earlier.none")
    if d.view.has_more_earlier:
        return shared.line(d.language, "summary.earlier.many", e.note, "count").fill(text(d.writer.number(count)))
    return d.counted("summary.earlier", count)


def content(d: Drawing) -> list[Json]:
    """The newest first, each with when, how, who and what about."""
    rows = d.view.earlier
    if not rows:
        return [d.note("earlier.none")]
    d.earlier_rows = _rows(d, rows[: d.budget.earlier])
    lines = grouped([*d.earlier_rows], "earlier.rows")
    lines += and_more(d, len(rows) - d.budget.earlier)
    return [*lines, d.note("earlier.more")] if d.view.has_more_earlier else lines


def _rows(d: Drawing, rows: Sequence[EarlierView]) -> Sequence[Json]:
    """A history is long and changes with the next interaction only: it is kept as a whole."""
    key = d.context, "earlier", rows
    return memory.recall(key) or memory.keep(key, [_earlier_row(d, row) for row in rows])


def _earlier_row(d: Drawing, row: EarlierView) -> Json:
    below = " · ".join(filter(None, _ABOUT(row)))
    shape = _earlier(d.language, row.channel, row.direction, below != "")
    return shape.fill(d.moment(row.at), d.shown(below) or text(NOTHING))


@cache
def _earlier(language: str, channel: Channel, direction: Direction | None, has_below: bool) -> Shape:
    head = e.strong(f"{slot('when')} · {_way(texts.of(language), channel, direction)}")
    return Shape("when below", *([head, e.note(slot("below"))] if has_below else [head]))


@cache
def ways(language: str) -> Mapping[tuple[Channel, Direction | None], Text]:
    """How an interaction came about, for each channel and direction: `Call, inbound`."""
    words = texts.of(language)
    return {
        (channel, direction): text(_way(words, channel, direction))
        for channel in Channel
        for direction in (None, *Direction)
    }


def _way(words: Mapping[str, str], channel: Channel, direction: Direction | None) -> str:
    how = words[f"channel.{channel}"]
    return f"{how}, {words[f'direction.{direction}']}" if direction else how
