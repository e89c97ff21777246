"""Wrap-up on the card (A-32): notes, disposition and tags, saved at any time; Finish where it is ours to end it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from customers.events import CARD_SOURCE, AgentRef, Disposition, InteractionEvent
from customers.ids import LegId, new_id
from customers.model import Channel, LegState, Verb, WrapUpPlace
from customers.views import Notice
from customers.wrap_up import InvalidInput, WrapUp, checked_tag, checked_text
from desk import interactions as life
from desk import pushing
from desk.actions import Outcome, Refused, Request, card_of, interaction_of
from desk.changes import card_changed
from storage import audit, interactions


def save(request: Request) -> Outcome:
    """What the agent wrote is kept, and reaches the CRMs; after the push as an amendment (C-13)."""
    leg = request.leg()
    changed = _keep_inputs(request, leg)
    notice = Notice("saved", "success")
    return told(request, leg, notice) if changed else Outcome(card_of(leg), LegId(leg["id"]), notice=notice)


def finish(request: Request) -> Outcome:
    """Wrap-up is over: what was written is kept, and the linked records are written (A-09)."""
    leg = request.leg()
    if leg["wrapup_completed_at"] is not None:
        _keep_inputs(request, leg)
        return told(request, leg, Notice("already_finished", "info"))
    _refuse_unless_ours(request, leg)
    _keep_inputs(request, leg)
    row = interactions.load(request.work.tx, interaction_of(leg))
    assert row is not None
    life.record(request.work, row, _completed(request, leg))
    return told(request, leg, Notice("finished", "success"))


def _refuse_unless_ours(request: Request, leg: Mapping[str, Any]) -> None:
    rules = request.work.settings.intakes.get(leg["intake"])
    by_card = rules is not None and rules.lifecycle.wrapup is WrapUpPlace.CARD
    # Done without being completed: its time ran out while the agent was still writing (C-13).
    over = leg["state"] in (LegState.ENDED, LegState.WRAP_UP, LegState.DONE)
    if not by_card or not over:
        raise Refused(Notice("not_in_wrap_up", "warning"), card_of(leg))


def _completed(request: Request, leg: Mapping[str, Any]) -> InteractionEvent:
    """Wrap-up that our card leads ends by an event like any other: the fold needs no special case."""
    wrap_up = WrapUp.combine(leg["wrapup"], leg["edits"])
    chosen = (Disposition(wrap_up.disposition, wrap_up.disposition_label),) if wrap_up.disposition else ()
    return InteractionEvent(
        source=CARD_SOURCE,
        id=new_id(),
        verb=Verb.WRAPUP_COMPLETED,
        at=request.work.tx.now,
        interaction_ref=leg["ref"],
        channel=Channel(leg["channel"]),
        agent=AgentRef(id=leg["agent_key"]),
        dispositions=chosen,
    )


def add_tag(request: Request) -> Outcome:
    """One more tag (B-09…B-12)."""
    leg = request.leg()
    current = WrapUp.combine(leg["wrapup"], leg["edits"])
    tag = checked_tag(request.input("wrapup.tag") or request.maybe("tag"), current.tags)
    edits = dict(leg["edits"])
    edits["removed_tags"] = [old for old in edits.get("removed_tags", ()) if old.casefold() != tag.casefold()]
    edits["tags"] = [*edits.get("tags", ()), tag]
    write(request, leg, edits)
    return told(request, leg, None)


def remove_tag(request: Request) -> Outcome:
    """The tag is gone, also where the platform sent it."""
    leg, tag = request.leg(), request.need("tag").casefold()
    edits = dict(leg["edits"])
    edits["tags"] = [old for old in edits.get("tags", ()) if old.casefold() != tag]
    edits["removed_tags"] = sorted({*edits.get("removed_tags", ()), tag})
    write(request, leg, edits)
    return told(request, leg, None)


def _keep_inputs(request: Request, leg: Mapping[str, Any]) -> bool:
    """The fields that the card had and that the agent changed are kept; True where one differs."""
    edits = dict(leg["edits"])
    current = WrapUp.combine(leg["wrapup"], edits)
    notes, disposition = request.input("wrapup.notes"), request.input("wrapup.disposition")
    news: dict[str, Any] = {}
    if notes is not None and (notes := checked_text("notes", notes)) != current.notes:
        news["notes"] = notes
    if disposition is not None and (disposition := checked_text("disposition", disposition)) != current.disposition:
        news |= {"disposition": disposition, "disposition_label": label_of(request, leg, disposition)}
    tag = (request.input("wrapup.tag") or "").strip() if request.viewer.switches.may_handle else ""
    if tag and tag.casefold() not in {known.casefold() for known in current.tags}:
        news["tags"] = [*edits.get("tags", ()), checked_tag(tag, current.tags)]
    if not news:
        return False
    _refuse_if_stale(request, leg, news)
    write(request, leg, edits | news)
    return True


def _refuse_if_stale(request: Request, leg: Mapping[str, Any], news: Mapping[str, Any]) -> None:
    """Somebody else wrote meanwhile (B-05): nothing is overwritten unseen. Tags never conflict."""
    drawn = request.maybe("version")
    if set(news) <= {"tags"} or not drawn.isdigit():
        return
    if int(drawn) != leg["version"]:
        raise Refused(Notice("changed_elsewhere", "warning"), card_of(leg))


def label_of(request: Request, leg: Mapping[str, Any], disposition: str) -> str:
    """What the outcome is called: its own name, or how the settings call it."""
    rules = request.work.settings.intakes.get(leg["intake"])
    return dict(rules.dispositions).get(disposition, disposition) if rules else disposition


def write(request: Request, leg: Mapping[str, Any], edits: Mapping[str, Any]) -> None:
    """The leg has these edits; where it was pushed, the CRMs learn them (C-13)."""
    leg_id = LegId(leg["id"])
    interactions.update_leg(request.work.tx, leg_id, edits=dict(edits), version=leg["version"] + 1)
    if leg["pushed_at"] is not None:
        pushing.amend(request.work, leg_id)


def told(request: Request, leg: Mapping[str, Any], notice: Notice | None) -> Outcome:
    """Everybody who looks at the card sees what was done; it is written down who did it."""
    leg_id = LegId(leg["id"])
    audit.record(request.work.tx, request.viewer.user_id, request.action.verb, leg["interaction_id"])
    card_changed(request.work, card_of(leg), [leg_id])
    return Outcome(card_of(leg), leg_id, notice=notice)


__all__ = ["InvalidInput", "add_tag", "finish", "label_of", "remove_tag", "save", "told", "write"]
