"""From a verified body to events that may be stored."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from intake.errors import EventRejected
from intake.ports import StoredEvent
from intake.sources.generic.read import UnknownVerb, parse_time, read_event
from intake.sources.generic.schema import check
from intake.strict_json import BadJson, check_values

EVENT_LIMIT = 64 * 1024
BATCH_LIMIT = 512 * 1024
BATCH_EVENTS = 50
NESTING = 12


@dataclass(frozen=True, slots=True)
class Parsed:
    """An event that fits the schema."""

    event: StoredEvent
    is_unknown: bool
    """True: the type is of our family, its verb is not known to this version."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """One event of a batch that does not fit."""

    index: int
    pointer: str


def parse_event(value: Any, received_at: datetime, correlation_id: str) -> Parsed:
    """The event in `value`, a JSON value. Raises EventRejected."""
    try:
        check_values(value, NESTING)
    except BadJson as error:
        raise EventRejected("", str(error)) from None
    if isinstance(value, dict):
        # CloudEvents: an attribute that is null is not set.
        value = {key: item for key, item in value.items() if item is not None}
    check(value)
    meaning = read_event(value, received_at)
    event = StoredEvent(
        source=value["source"],
        id=value["id"],
        type=value["type"],
        subject=value["subject"],
        time=parse_time(value["time"], "/time"),
        received_at=received_at,
        body=json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(),
        correlation_id=correlation_id,
    )
    if len(event.body) > EVENT_LIMIT:
        raise EventRejected("", f"an event holds at most {EVENT_LIMIT} bytes")
    return Parsed(event, isinstance(meaning, UnknownVerb))


def parse_batch(
    values: list[Any], received_at: datetime, correlation_id: Callable[[int], str]
) -> tuple[list[Parsed], list[Rejected]]:
    """The good events of a batch, and where the others fail."""
    good: list[Parsed] = []
    bad: list[Rejected] = []
    for index, value in enumerate(values):
        try:
            good.append(parse_event(value, received_at, correlation_id(index)))
        except EventRejected as error:
            bad.append(Rejected(index, error.pointer))
    return good, bad
