"""The section More: what supervisors do with a customer (E-18): lock the profile, block an identity (C-07)."""

from __future__ import annotations

from functools import cache

from cards import elements as e
from cards import texts
from cards.actions import ON_CARD, Verb, button
from cards.drawing import IDENTITY_LENGTH, Drawing, spoken
from cards.elements import Element
from cards.escape import NOTHING, escape
from cards.sections import left_out
from cards.shapes import Json, fixed, written
from customers.views import IdentityView


def summary(_d: Drawing) -> Json:
    """It says nothing of the customer."""
    return b""


def content(d: Drawing) -> list[Json]:
    """The buttons."""
    drawn = []
    if d.may_lock:
        drawn.append(_lock(d.language, d.view.is_locked))
    known = [one for one in d.view.identities if one.id]
    if d.may_block and known and d.budget.requests:
        rows = [_identity(d, one) for one in known[: d.budget.identities]]
        rows += left_out(d, len(known) - len(rows))
        drawn.append(
            written(e.group([e.strong(d.words["block.title"]), e.note(d.words["block.what"]), *rows], "blocks"))
        )
    return drawn


@cache
def _lock(language: str, is_locked: bool) -> Json:
    words = texts.of(language)
    if is_locked:
        change = button(Verb.PROFILE_UNLOCK, ON_CARD, words["profile.unlock"], "profile.unlock")
    else:
        change = button(Verb.PROFILE_LOCK, ON_CARD, words["profile.lock"], "profile.lock")
    return fixed(e.actions([change], "profile.actions"))


def _identity(d: Drawing, identity: IdentityView) -> Element:
    value = d.identity(identity)
    line = f"{d.words[f'identity.{identity.kind}']}: {escape(value, IDENTITY_LENGTH) or NOTHING}"
    verb, key = (Verb.IDENTITY_UNBLOCK, "block.undo") if identity.is_blocked else (Verb.IDENTITY_BLOCK, "block.do")
    element_id = f"block.{identity.id}"
    tooltip = f"{d.words[key]}: {spoken(value)}"
    press = button(verb, {**d.ids, "identity": identity.id}, d.words[key], f"{element_id}.press", tooltip=tooltip)
    return e.item([e.text(line), e.actions([press], f"{element_id}.actions")], element_id)


def banner(d: Drawing) -> list[Json]:
    """Red, at the top: an identity of this customer is blocked (C-07)."""
    blocked = [d.identity(one) for one in d.view.identities if one.is_blocked]
    if not blocked:
        return []
    named = ", ".join(escape(value, d.budget.text) or NOTHING for value in blocked[: max(1, d.budget.identities)])
    lines = [e.strong(d.words["block.banner"].format(identities=named)), e.text(d.words["block.banner.what"])]
    return [written(e.box(lines, "attention", "banner.blocked"))]
