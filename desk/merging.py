"""Merging cards and parting them again (A-24…A-30, P-01…P-04)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from customers.ids import CardId, LegId, MergeId
from customers.merging import PICKED
from customers.ports import BadAction
from customers.views import Notice, Surface
from desk.actions import Outcome, Refused, Request, card_of
from desk.changes import CARD_TOPIC, card_changed, list_changed
from desk.work import Work
from storage import audit, cards, duplicates, groups, interactions, merges, profile_edits
from storage.merge_views import Preparation
from storage.merges import Picks
from storage.summaries import summaries

MOST = 10
"""So many cards are merged at once at most."""
_PICK = "merge.pick."


# --- preparing --------------------------------------------------------------------------------------------------


def toggle(request: Request) -> Outcome:
    """The part of the card where a merge is prepared is open if it was closed, closed if it was open (A-26)."""
    card_id = request.card_id
    return _keep(request, card_id, None if _preparation(request, card_id) else Preparation())


def search(request: Request) -> Outcome:
    """The cards that match what the agent typed stand there (A-27); for nothing typed the suggestions."""
    card_id = request.card_id
    typed = (request.input("merge.query") or "").strip()[:200]
    prepared = _preparation(request, card_id) or Preparation()
    return _keep(request, card_id, replace(prepared, query=typed, is_previewed=False))


def preview(request: Request) -> Outcome:
    """What would come together is shown (P-02), with `survivor` the other way round.

    With `more` another card is looked for first, and the chosen ones are kept; without `others` none is chosen.
    """
    card_id = request.card_id
    prepared = _preparation(request, card_id) or Preparation()
    chosen = _roots(request, card_id, _others(request))
    news = replace(
        prepared,
        chosen=tuple(chosen),
        survivor=CardId(request.maybe("survivor")) or None,
        picks={**prepared.picks, **_picks(request, [card_id, *chosen])},
        is_previewed=bool(chosen) and not request.maybe("more"),
    )
    return _keep(request, card_id, news)


def _preparation(request: Request, card_id: CardId) -> Preparation | None:
    row = cards.view_row(request.work.tx.connection, request.viewer.user_id, card_id)
    return Preparation.of(row["merging"]) if row and row["merging"] else None


def _keep(request: Request, card_id: CardId, prepared: Preparation | None, notice: Notice | None = None) -> Outcome:
    """Only this agent sees it: nobody else is told."""
    stored = prepared.to_json() if prepared else None
    cards.update_view(request.work.tx, request.viewer.user_id, card_id, merging=stored)
    return _shown(request, card_id, notice)


def _shown(request: Request, card_id: CardId, notice: Notice | None) -> Outcome:
    leg = request.maybe("leg")
    return Outcome(card_id, LegId(leg) if leg else None, notice=notice)


def _others(request: Request) -> list[CardId]:
    found = [CardId(one) for one in request.maybe_long("others").split(",") if one]
    if len(found) > MOST:
        raise Refused(Notice("merge_too_many", "warning", (("count", str(MOST)),)), CardId(request.need("card")))
    return found


def _roots(request: Request, card_id: CardId, others: Iterable[CardId]) -> list[CardId]:
    """The roots of `others`, each once. Raises Refused where one is gone or is part of `card_id` itself."""
    roots = [groups.root(request.work.tx.connection, other) for other in others]
    if None in roots:
        raise Refused(Notice("merge_gone", "warning"), card_id)
    if card_id in roots:
        raise Refused(Notice("merge_with_itself", "warning"), card_id)
    return [*dict.fromkeys(root for root in roots if root)]


def _picks(request: Request, among: Sequence[CardId]) -> Picks:
    """What the agent picked by hand, of the cards that are to be merged."""
    connection = request.work.tx.connection
    allowed = {member for card in among for member in groups.members(connection, card)}
    picked = {
        name.removeprefix(_PICK): CardId(request.input(name) or "")
        for name in request.action.inputs
        if name.startswith(_PICK)
    }
    fields = PICKED | {one.name for one in request.work.settings.customer_fields}
    return {field: card for field, card in picked.items() if field in fields and card in allowed}


# --- merging ----------------------------------------------------------------------------------------------------


def confirm(request: Request) -> Outcome:
    """The cards are one (A-28, A-30). Refused, and nothing changed, where any of them is not as it was shown (P-13)."""
    tx, shown = request.work.tx, CardId(request.need("card"))
    others = _others(request)
    if not others:
        raise BadAction("others is missing")
    roots = _locked(request, shown, others)
    _refuse_changed(request, roots)
    survivor = next((root for root in roots if root == request.maybe("survivor")), roots[0])
    absorbed = [root for root in roots if root != survivor]
    notice = Notice("merged", "success", (("name", _names(request, absorbed)),))
    _join(request, survivor, absorbed, _picks(request, roots))
    cards.update_view(tx, request.viewer.user_id, survivor, merging=None)
    return _told(request, survivor, absorbed, notice)


def _names(request: Request, card_ids: Sequence[CardId]) -> str:
    """What to call the cards: by name, else by number or address."""
    known = summaries(request.work.tx.connection, card_ids)
    contacts = {card: next((one.value for one in known[card].contacts), "…") for card in card_ids}
    return ", ".join(known[card].customer_name or contacts[card] for card in card_ids)


def _locked(request: Request, shown: CardId, others: Sequence[CardId]) -> list[CardId]:
    """The cards, held until the end of the transaction; each must still stand for itself and not be locked."""
    tx = request.work.tx
    root = groups.root(tx.connection, shown)
    if root is None:
        raise Refused(Notice("not_found", "error"), shown)
    roots = [root, *others]
    if len(set(roots)) < len(roots):
        # Somebody else has made one card of them meanwhile, or the button is not one of ours.
        raise Refused(Notice("merge_with_itself" if root == shown else "merge_gone", "warning"), root)
    groups.lock(tx, roots)
    if [groups.root(tx.connection, card) for card in roots] != roots:
        raise Refused(Notice("merge_gone", "warning"), root)
    if groups.has_locked_profile(tx.connection, roots):
        raise Refused(Notice("merge_locked", "warning"), root)
    return roots


def _refuse_changed(request: Request, roots: Iterable[CardId]) -> None:
    drawn = dict(one.split(":", 1) for one in request.maybe_long("versions").split(",") if ":" in one)
    for root in roots:
        if drawn.get(root) != str(cards.version(request.work.tx, root)):
            raise Refused(Notice("merge_changed", "warning"), CardId(request.need("card")))


def _join(request: Request, survivor: CardId, absorbed: Sequence[CardId], picks: Picks) -> None:
    """One merge for each; it keeps the picks that came in with it, the last one those of the survivor's own cards."""
    work, user = request.work, request.viewer.user_id
    left = dict(picks)
    for card in absorbed:
        members = set(groups.members(work.tx.connection, card))
        own = {field: one for field, one in left.items() if one in members or card == absorbed[-1]}
        left = {field: one for field, one in left.items() if field not in own}
        merge_id = merges.merge(work.tx, survivor, card, user, picks=own, reasons=_why(work, survivor, card))
        audit.record(work.tx, user, "merge.confirm", survivor, merge=merge_id, absorbed=card, picks=merges.as_json(own))


def _why(work: Work, survivor: CardId, card: CardId) -> list[dict[str, Any]]:
    """What speaks for and against their being one person, as it stands now: kept with the merge."""
    found = duplicates.pair(work.tx.connection, survivor, card, work.settings.matching)
    reasons = found.reasons if found else ()
    return [{"code": one.code, "bits": round(one.bits, 1), "values": one.values} for one in reasons]


def _told(request: Request, card_id: CardId, others: Iterable[CardId], notice: Notice) -> Outcome:
    """Every open view of each of the cards is drawn anew at once, and the lists of everybody who has one open."""
    work = request.work
    for other in others:
        work.tx.signal(CARD_TOPIC, f"{other}:{cards.version(work.tx, other)}")
    leg = _in_chat(request)
    card_changed(work, card_id, [LegId(leg["id"])] if leg else ())
    for user_id in cards.viewers(work.tx, [card_id, *others]):
        list_changed(work, user_id)
    # A message in a chat shows the card of its leg, which may have been parted from the one that it showed.
    return _shown(request, card_of(leg) if leg else card_id, notice)


def _in_chat(request: Request) -> Mapping[str, Any] | None:
    """The leg whose message in a chat the button stands in."""
    leg_id = request.maybe("leg")
    if not leg_id or request.action.surface is not Surface.CHAT:
        return None
    return interactions.leg(request.work.tx, LegId(leg_id))


# --- taking it back ---------------------------------------------------------------------------------------------


def undo(request: Request) -> Outcome:
    """The merge is taken back (P-01), or made again where it was: at any time, whatever was merged since."""
    row = merges.load(request.work.tx.connection, MergeId(request.need("merge")))
    if row is None:
        raise Refused(Notice("not_found", "error"), CardId(request.need("card")))
    return _again(request, row) if request.maybe("again") else _part(request, row)


def _part(request: Request, row: Mapping[str, Any]) -> Outcome:
    work, user = request.work, request.viewer.user_id
    root_id = _lock_root(request, CardId(row["absorbed_id"]))
    roots = merges.undo(work.tx, MergeId(row["id"]), root_id, user)
    if not roots:
        raise Refused(Notice("already_undone", "info"), root_id)
    profile_edits.offer(work.tx, row, roots)
    parted = sorted(roots - {root_id})
    for card in parted:
        card_changed(work, card)
    audit.record(work.tx, user, "merge.undo", root_id, merge=row["id"], parted=parted)
    return _told(request, root_id, parted, Notice("merge_undone", "success"))


def _again(request: Request, row: Mapping[str, Any]) -> Outcome:
    survivor, absorbed = CardId(row["survivor_id"]), CardId(row["absorbed_id"])
    # A survivor that has gone into another card does not stand for itself: nothing can be merged into it.
    if row["undone_at"] is None or _locked(request, survivor, [absorbed]) != [survivor, absorbed]:
        raise Refused(Notice("merge_gone", "warning"), CardId(request.need("card")))
    _join(request, survivor, [absorbed], {name: CardId(card) for name, card in row["picks"].items()})
    return _told(request, survivor, [absorbed], Notice("merged_again", "success"))


def _lock_root(request: Request, card_id: CardId) -> CardId:
    """The card's root, whose cards nobody else merges or parts until the transaction ends."""
    tx = request.work.tx
    root_id = groups.root(tx.connection, card_id)
    assert root_id is not None
    groups.lock(tx, [root_id])
    if groups.root(tx.connection, card_id) != root_id:
        raise Refused(Notice("merge_changed", "warning"), card_id)
    if groups.has_locked_profile(tx.connection, [root_id]):
        raise Refused(Notice("merge_locked", "warning"), root_id)
    return root_id


# --- not the same person ----------------------------------------------------------------------------------------


def dismiss(request: Request) -> Outcome:
    """*Not the same person* is remembered (P-04), or with `back` forgotten."""
    tx, user, card_id = request.work.tx, request.viewer.user_id, request.card_id
    roots = _roots(request, card_id, _others(request))
    is_back = bool(request.maybe("back"))
    for other in roots:
        if is_back:
            merges.forget_distinction(tx, card_id, other)
        else:
            merges.distinguish(tx, card_id, other, user)
        audit.record(tx, user, "merge.dismiss", card_id, other=other, back=is_back)
    prepared = _preparation(request, card_id) or Preparation()
    chosen = tuple(card for card in prepared.chosen if is_back or card not in roots)
    notice = Notice("not_same_taken_back" if is_back else "not_same", "info")
    return _keep(request, card_id, replace(prepared, chosen=chosen, is_previewed=False), notice)
