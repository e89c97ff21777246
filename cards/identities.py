"""The section Identities: every identifier (P-05), and what was merged (P-01)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from cards import elements as e
from cards import memory, texts
from cards.drawing import IDENTITY_LENGTH, Drawing
from cards.escape import markdown
from cards.past_merges import kept, past_merges
from cards.sections import and_more
from cards.shapes import Json, Shape, slot
from cards.summaries import WITH_PROVIDER, stays_with
from customers.model import Channel, IdentityKind
from customers.views import IdentityView


def summary(d: Drawing) -> Json:
    """How many there are."""
    return d.counted("summary.identities", len(d.view.identities))


def content(d: Drawing) -> list[Json]:
    """Every identifier in full, values that are kept beside others, and merges."""
    return [*_identities(d), *kept(d), *past_merges(d)]


def _identities(d: Drawing) -> list[Json]:
    known = d.view.identities
    if not known:
        return [d.note("identities.none")]
    lines = _lines(d, known[: d.budget.identities])
    return [*lines, *and_more(d, len(known) - d.budget.identities)]


def _lines(d: Drawing, known: Sequence[IdentityView]) -> Sequence[Json]:
    drawn = memory.recall(d.kept, "identities", known)
    return drawn or memory.keep(d.kept, "identities", known, [_line(d, identity) for identity in known])


def _line(d: Drawing, identity: IdentityView) -> Json:
    has_provider = identity.provider != "" and identity.kind in WITH_PROVIDER
    has = (has_provider, identity.display_name != "", identity.is_blocked)
    return _shape(d.language, identity.kind, has, identity.channel).fill(
        markdown(d.identity(identity), IDENTITY_LENGTH), d.shown(identity.provider), d.shown(identity.display_name)
    )


@cache
def _shape(language: str, kind: IdentityKind, has: tuple[bool, bool, bool], channel: Channel | None) -> Shape:
    """Its kind and where it comes from, who it is there, and the channel that it stays with (P-03)."""
    words, (has_provider, has_name, is_blocked) = texts.of(language), has
    line = caption = words[f"identity.{kind}"]
    if has_provider:
        line += f" ({slot('provider')})"
    line += f": {slot('value')}"
    if has_name:
        line += f" · {slot('name')}"
    if is_blocked:
        line += f" · {words['identity.blocked']}"
    return Shape("value provider name", e.text(line + stays_with(words, caption, channel)))
