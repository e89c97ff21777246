"""The sections Earlier interactions (B-03) and Identities (P-05)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from cards import elements as e
from cards import texts
from cards.drawing import IDENTITY_LENGTH, Drawing
from cards.elements import Element
from cards.escape import NOTHING, clip, escape
from cards.limits import EARLIER_UNITS
from cards.sections import and_more
from customers.model import Channel, Direction, IdentityKind
from customers.views import IdentityView


def earlier_summary(d: Drawing) -> Element:
    """How many there are."""
    count = len(d.view.earlier)
    if not count:
        return d.note("earlier.none")
    if d.view.has_more_earlier:
        return e.note(d.words["summary.earlier.many"].replace("{count}", d.writer.number(count)))
    return d.counted("summary.earlier", count)


def earlier(d: Drawing) -> list[Element]:
    """The newest first, each with when, how, who and what about."""
    rows = d.view.earlier
    if not rows:
        return [d.note("earlier.none")]
    lines: list[Element] = []
    ways = heads(d.language)
    moment, length, units = d.writer.moment, d.budget.text, 0
    for row in rows[: d.budget.earlier]:
        head = f"{moment(row.at)} · {ways[row.channel, row.direction]}"
        lines.append(e.strong(head))
        if below := " · ".join([part for part in (row.subject, row.disposition, row.agent_name, row.notes) if part]):
            below = escape(below, length) or NOTHING
            lines.append(e.note(below))
        units += EARLIER_UNITS + 2 * (len(head) + len(below))
    d.row_units += units
    drawn = [*d.hold(lines, "earlier.rows"), *and_more(d, len(rows) - d.budget.earlier)]
    return [*drawn, d.note("earlier.more")] if d.view.has_more_earlier else drawn


@cache
def heads(language: str) -> Mapping[tuple[Channel, Direction | None], str]:
    """How an interaction came about, for each channel and direction: `Call, inbound`."""
    words = texts.of(language)
    return {
        (channel, direction): words[f"channel.{channel}"]
        + (f", {words[f'direction.{direction}']}" if direction else "")
        for channel in Channel
        for direction in (None, *Direction)
    }


def identities_summary(d: Drawing) -> Element:
    """How many there are."""
    return d.counted("summary.identities", len(d.view.identities))


def identities(d: Drawing) -> list[Element]:
    """Every identifier in full, each with its kind and where it comes from."""
    known = d.view.identities
    if not known:
        return [d.note("identities.none")]
    lines = [e.text(_identity(d, identity)) for identity in known[: d.budget.identities]]
    return lines + and_more(d, len(known) - d.budget.identities)


def _identity(d: Drawing, identity: IdentityView) -> str:
    kind = d.words[f"identity.{identity.kind._value_}"]
    if identity.provider and identity.kind in (IdentityKind.SOCIAL, IdentityKind.EXTERNAL):
        kind = f"{kind} ({d.shown(identity.provider)})"
    line = f"{kind}: {escape(clip(d.identity(identity), IDENTITY_LENGTH))}"
    return f"{line} · {d.shown(identity.display_name)}" if identity.display_name else line
