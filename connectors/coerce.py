"""Facts of an interaction become values that a CRM's field takes. Pure.

Lengths are counted in UTF-16 units, as both CRMs do.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

Fact = str | int | float | datetime | None
Value = str | int | float | bool | None

ELLIPSIS = "…"
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")


def utf16_length(text: str) -> int:
    """How long a CRM thinks `text` is."""
    return len(text) + sum(1 for character in text if ord(character) > 0xFFFF)


def cut(text: str, limit: int | None) -> str:
    """`text`, or its beginning with an ellipsis, in at most `limit` UTF-16 units; no character is torn apart."""
    if limit is None or utf16_length(text) <= limit:
        return text
    room = limit - utf16_length(ELLIPSIS)
    if room < 0:
        return ""
    end = units = 0
    for character in text:
        units += 2 if ord(character) > 0xFFFF else 1
        if units > room:
            break
        end += 1
    return text[:end].rstrip() + ELLIPSIS


def join_parts(parts: Sequence[tuple[str, bool]], separator: str, limit: int | None) -> str:
    """Texts and addresses as one text. A part is (text, is_address).

    Where it does not fit, the texts are cut and the addresses stand whole at the end; an address that does not fit is
    left out, because half of it opens nothing.
    """
    whole = separator.join(text for text, _ in parts)
    if limit is None or utf16_length(whole) <= limit:
        return whole
    tail, room = "", limit
    for text, is_address in parts:
        longer = separator.join(filter(None, [tail, text]))
        if is_address and utf16_length(longer) <= limit:
            tail, room = longer, limit - utf16_length(longer) - utf16_length(separator)
    head = separator.join(text for text, is_address in parts if not is_address)
    return separator.join(filter(None, [cut(head, max(room, 0)), tail]))


def as_text(fact: Fact) -> str:
    """The fact as text that every JSON and XML reader takes: no control characters, no half characters."""
    if fact is None:
        return ""
    if isinstance(fact, datetime):
        return as_datetime(fact) or ""
    return _SURROGATE.sub("\ufffd", _CONTROL.sub("", str(fact).replace("\r\n", "\n"))).strip()


def as_datetime(fact: Fact) -> str | None:
    """UTC, ISO 8601 with milliseconds and Z; None for a text that is no such time with a zone.

    Raises ValueError for a time without a zone: that is a mistake of ours, not of the mapping.
    """
    if isinstance(fact, str):
        fact = _time_of(fact)
    if isinstance(fact, datetime):
        if fact.tzinfo is None:
            raise ValueError("a time without a zone")
        return fact.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{fact.microsecond // 1000:03d}Z"
    return None


def _time_of(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text.strip())
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def as_date(fact: Fact) -> str | None:
    """YYYY-MM-DD; of a time, its day in UTC. The agent's day is the fact `local_date`."""
    if isinstance(fact, datetime):
        return fact.astimezone(UTC).date().isoformat()
    try:
        return date.fromisoformat(str(fact)).isoformat()
    except ValueError:
        return None


def as_int(fact: Fact) -> int | None:
    """A whole number, or None where it is none."""
    if isinstance(fact, int):
        return fact
    text = as_text(fact)
    return int(text) if re.fullmatch(r"[+-]?[0-9]{1,15}", text) else None


def as_bool(fact: Fact) -> bool | None:
    """True or false, or None where it is neither."""
    return {"true": True, "false": False}.get(as_text(fact).lower())


def as_number(fact: Fact) -> int | float | None:
    """A number with or without decimal places, or None where it is none."""
    whole = as_int(fact)
    text = as_text(fact)
    return float(text) if whole is None and re.fullmatch(r"[+-]?[0-9]{1,15}\.[0-9]{1,6}", text) else whole


def as_minutes(fact: Fact) -> int | None:
    """Seconds as begun minutes: 61 seconds are 2."""
    seconds = as_int(fact)
    return None if seconds is None else math.ceil(seconds / 60)


def as_choice(fact: Fact, choices: Mapping[str, str | int | bool], otherwise: Value) -> Value:
    """What the CRM calls this value; `otherwise` for one that the mapping does not know."""
    return choices.get(as_text(fact), otherwise)
