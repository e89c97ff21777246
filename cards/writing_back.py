"""What became of an edit of the profile in the CRM: where the CRM has other words, both sides stand there."""

from __future__ import annotations

from cards import elements as e
from cards.actions import Verb, button
from cards.drawing import Drawing, reason_text
from cards.elements import Element
from cards.escape import NOTHING, escape
from cards.sections import left_out
from customers.model import IdentityKind
from customers.profile_facts import CONTACTS, DETAILS, OWN
from customers.profile_form import ProfileView
from customers.writing_back import Difference, UpdateState, UpdateView

_COLORS = {UpdateState.SENT: "Good", UpdateState.SENDING: "Accent", UpdateState.RETRYING: "Warning"}


def update_items(d: Drawing, view: ProfileView) -> list[Element]:
    """A line for each record, or both sides where they differ."""
    shown = view.updates[: d.budget.merges]
    return [item for one in shown for item in _update(d, view, one)] + left_out(d, len(view.updates) - len(shown))


def _update(d: Drawing, view: ProfileView, one: UpdateView) -> list[Element]:
    crm = escape(one.crm_label, d.budget.text)
    names = {"crm": crm, "name": escape(one.title, d.budget.text) or NOTHING}
    names["reason"] = reason_text(d.words, one.reason, crm) if one.reason else ""
    said = d.words[f"update.{one.state}"].format_map(names)
    ids = {**d.ids, "update": one.id}
    if one.state is UpdateState.FAILED:
        lines = [e.coloured(said, "Attention")]
        if one.detail:
            lines.append(e.note(d.words["push.detail"].format(crm=crm, detail=escape(one.detail, d.budget.text))))
        return [
            *lines,
            *_buttons(d, [button(Verb.CONFLICT_KEEP, ids, d.words["button.retry"], f"update.{one.id}.keep")]),
        ]
    if one.state is not UpdateState.CONFLICT:
        return [{**e.coloured(said, _COLORS[one.state]), "id": f"update.{one.id}"}]
    keep = button(Verb.CONFLICT_KEEP, ids, d.words["update.keep"], f"update.{one.id}.keep")
    load = button(Verb.CONFLICT_LOAD, ids, d.words["update.load"], f"update.{one.id}.load")
    seen = [difference for difference in one.differences if _is_seen(view, difference.source)]
    rows = [_difference(d, view, difference, names) for difference in seen[: d.budget.merges]]
    rows += left_out(d, len(seen) - len(rows))
    return [e.box([e.strong(said), *rows, *_buttons(d, [keep, load])], "warning", f"update.{one.id}")]


def _buttons(d: Drawing, buttons: list[Element]) -> list[Element]:
    return [e.actions(buttons, f"{buttons[0]['id']}.actions")] if d.may_edit else []


def _difference(d: Drawing, view: ProfileView, one: Difference, names: dict[str, str]) -> Element:
    is_phone = one.source in CONTACTS and CONTACTS[one.source][0] is IdentityKind.PHONE
    sides = {"theirs": one.theirs, "mine": one.mine}
    written = {
        name: d.writer.phone(text) if is_phone and text.startswith("+") else text for name, text in sides.items()
    }
    values = {name: escape(text, d.budget.text) or "–" for name, text in written.items()}
    return e.text(d.words["update.difference"].format(part=_part(d, view, one.source), crm=names["crm"], **values))


def _is_seen(view: ProfileView, source: str) -> bool:
    """False for a part that is switched off (E-11)."""
    if source.startswith(OWN):
        return source.removeprefix(OWN) in {one.field.name for one in view.own}
    return CONTACTS[source][0] in view.kinds if source in CONTACTS else DETAILS.get(source) in view.shown


def _part(d: Drawing, view: ProfileView, source: str) -> str:
    """The part of the profile as its form calls it."""
    own = next((one for one in view.own if f"{OWN}{one.field.name}" == source), None)
    if own is not None:
        return escape(own.field.label(d.language))
    if source in CONTACTS:
        kind, label = CONTACTS[source]
        return f"{d.words[f'identity.{kind}']} ({d.words.get(f'label.{label}', NOTHING)})"
    return d.words[f"profile.{DETAILS[source]}"] if source in DETAILS else escape(source)
