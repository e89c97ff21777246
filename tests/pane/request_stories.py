"""Edward's requests as an agent sees them, and what becomes of them when buttons are pressed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from customers.ids import CardId, RequestId
from customers.ports import Action, UnknownVerb
from customers.requests import MoveTarget, MoveView, RequestState, RequestsView, RequestView
from customers.views import CardView, Notice, Section
from tests.cards import request_views
from tests.pane import stories

LUCY = CardId("7" * 32)


def handling(**changes: object) -> CardView:
    """The section is open: an invoice is written in, a ladder is another one, a delivery is closed."""
    view = stories.ringing()
    assert view.interaction is not None
    invoice = request_views.request()
    return replace(
        view,
        interaction=replace(view.interaction, request_id=invoice.id, request_name=invoice.name),
        open_requests=2,
        requests=RequestsView(invoice, request_views.others(), **changes),  # type: ignore[arg-type]
        expanded=frozenset({Section.CURRENT, Section.REQUESTS}),
    )


def moving() -> CardView:
    """The mail is about to be moved; a search has found a customer."""
    target = MoveTarget(LUCY, "Lucy Steele", "lucy.steele@norland.example")
    return handling(move=MoveView(request_views.MAIL, request_views.INVOICE, "lucy", (target,)))


def verbose() -> CardView:
    """Words that are far too long, and no blanks to break them at."""
    view, long = moving(), "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
    shown = replace(request_views.request(), name=long * 3, description=long * 9)
    others = tuple(replace(one, name=long, created_by=long) for one in view.requests.others)
    return replace(view, requests=replace(view.requests, shown=shown, others=others))


def saved_elsewhere(view: CardView, **texts: str) -> CardView:
    """Somebody else has written into the request."""
    shown = view.requests.shown
    assert shown is not None
    changed = replace(shown, version=shown.version + 1, **texts)  # type: ignore[arg-type]
    return replace(view, requests=replace(view.requests, shown=changed))


def after(view: CardView, action: Action) -> tuple[CardView, Notice | None]:
    """What the card shows once a button was pressed, as the desk would have it."""
    requests = view.requests
    assert requests.shown is not None
    match action.verb:
        case "request.save":
            texts = _typed(requests.shown, action.inputs)
            if any(len(text) > 2000 for text in texts.values()):
                return view, Notice("text_too_long", "warning")
            return saved_elsewhere(view, **texts), Notice("saved", "success")
        case "request.close" | "request.reopen":
            state = RequestState.CLOSED if action.verb == "request.close" else RequestState.OPEN
            shown = replace(
                requests.shown, state=state, closed_at=stories.NOON, **_typed(requests.shown, action.inputs)
            )
            notice = Notice("request_closed" if state is RequestState.CLOSED else "request_reopened", "success")
            return replace(view, requests=replace(requests, shown=shown)), notice
        case "request.show":
            chosen = next(one for one in requests.all if one.id == action.data["request"])
            others = tuple(one for one in requests.all if one.id != chosen.id)
            return replace(view, requests=RequestsView(chosen, others)), None
        case "activity.move":
            return _moved(view, action)
    raise UnknownVerb(action.verb)


def _typed(shown: RequestView, inputs: Mapping[str, str]) -> dict[str, str]:
    return {name: inputs.get(f"request.{name}.{shown.id}", getattr(shown, name)) for name in ("name", "description")}


def _moved(view: CardView, action: Action) -> tuple[CardView, Notice | None]:
    requests = view.requests
    assert requests.shown is not None
    if not {"request", "to", "back", "cancel"} & action.data.keys():
        activity = next(one for one in requests.shown.activities if one.interaction_id == action.data["interaction"])
        move = MoveView(activity, requests.shown.id)
        return replace(view, requests=replace(requests, move=move)), None
    view = replace(view, requests=replace(requests, move=None))
    if "cancel" in action.data:
        return view, None
    rest = tuple(one for one in requests.shown.activities if one.interaction_id != action.data["interaction"])
    shown = replace(requests.shown, activities=rest)
    wanted = RequestId(action.data.get("request", ""))
    others = tuple(replace(one, state=RequestState.OPEN) if one.id == wanted else one for one in requests.others)
    return replace(view, requests=RequestsView(shown, others)), Notice("activity_moved", "success")


VERBS = frozenset({"request.save", "request.close", "request.reopen", "request.show", "activity.move"})
