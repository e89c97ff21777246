"""The customer form: opened by the name, written in after Edit, kept by Save (B-13, B-15, E-14, E-19…E-23)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from cards.dates import writer_for
from cards.fields import mark
from cards.labels import TAG_INPUT
from cards.profile import DRAWN_INPUT, NEW, OWN_INPUT, form_texts
from customers.fields import checked as own_checked
from customers.ids import CardId
from customers.model import IdentityKind
from customers.ports import Action
from customers.profile_form import (
    LABELS,
    ContactPoint,
    Detail,
    ProfileView,
    checked,
    checked_contact,
    with_name,
)
from customers.views import Notice, Section, Surface, Viewer
from customers.wrap_up import InvalidInput
from desk import labels, updating
from desk.actions import Outcome, Query, Refused, Request
from desk.changes import card_changed, list_changed
from desk.requests import handling, shown
from desk.work import Work
from storage import audit, cards, groups, profile_forms
from storage.request_views import Handling

_INPUT = "profile."
_LONGEST = 4000


def show(request: Request) -> Outcome:
    """The profile is open if it was closed, closed if it was open."""
    card_id = request.card_id
    row = cards.view_row(request.work.tx.connection, request.viewer.user_id, card_id)
    opened = set(row["sections"]) if row else {Section.CURRENT.value}
    opened ^= {Section.PROFILE.value}
    cards.update_view(request.work.tx, request.viewer.user_id, card_id, sections=sorted(opened))
    return shown(request, card_id)


def edit(request: Request) -> Outcome:
    """The form stands there to be written in; nobody else sees a difference. Refused while the profile is locked, and
    where the viewer may write nothing of it (E-21)."""
    card_id = request.card_id
    _refuse_locked(request, card_id)
    if not _profile(request, card_id).may_write:
        raise Refused(Notice("profile_read_only", "warning"), card_id)
    _look_at(request, card_id, is_editing=True)
    return shown(request, card_id)


def cancel(request: Request) -> Outcome:
    """The profile is as it was; what was typed is gone."""
    card_id = request.card_id
    _look_at(request, card_id, is_editing=False)
    return shown(request, card_id)


def save(request: Request) -> Outcome:
    """The profile is as it was typed (E-20). Refused, and nothing changed, where others changed the same (B-05)."""
    work, card_id = request.work, request.card_id
    groups.lock(work.tx, [card_id])
    if groups.root(work.tx.connection, card_id) != card_id:
        raise Refused(Notice("changed_elsewhere", "warning"), card_id)
    _refuse_locked(request, card_id)
    before, view = profile_forms.profile_view(work.tx.connection, card_id), _profile(request, card_id)
    typed = _typed(request, view)
    news = {one: text for one, text in _details(request, view, typed).items() if text != view.values.get(one, "")}
    changed, own = with_name(news, view.values), _own(request, view, typed)
    profile_forms.write(
        work.tx, card_id, {one.value: text for one, text in changed.items()} | own, request.viewer.user_id
    )
    has_tag = labels.add_typed(request, card_id, view)
    has_contacts = _save_contacts(request, card_id, view, typed)
    _look_at(request, card_id, is_editing=False)
    if changed or own or has_contacts or has_tag:
        names = sorted([*changed, *own, *has_contacts, *(["tags"] if has_tag else [])])
        audit.record(work.tx, request.viewer.user_id, "profile.save", card_id, fields=names)
        updating.note(work, card_id, before, request.viewer.user_id)
        card_changed(work, card_id)
        for user_id in cards.viewers(work.tx, [card_id]):
            list_changed(work, user_id)
    return shown(request, card_id, Notice("saved", "success"))


def _profile(request: Request, card_id: CardId) -> ProfileView:
    switches = request.viewer.switches
    view = profile_forms.profile_view(request.work.tx.connection, card_id)
    return view.seen(switches.profile_parts, switches.profile_read_only, request.work.settings.customer_fields)


def _refuse_locked(request: Request, card_id: CardId) -> None:
    if groups.has_locked_profile(request.work.tx.connection, [card_id]):
        raise Refused(Notice("profile_is_locked", "warning"), card_id)


def _look_at(request: Request, card_id: CardId, *, is_editing: bool) -> None:
    looked = replace(handling(request, card_id), is_editing=is_editing, typed={})
    cards.update_view(request.work.tx, request.viewer.user_id, card_id, handling=looked.to_json())
    cards.unfold(request.work.tx, request.viewer.user_id, card_id, Section.PROFILE)


# --- what was typed -----------------------------------------------------------------------------------------------


def _typed(request: Request, view: ProfileView) -> dict[str, str]:
    """The inputs that the agent changed, by their ids without `profile.`. Raises Refused where others changed them."""
    stored = form_texts(view, writer_for(request.viewer).phone)
    drawn = _fingerprints(request.action.inputs.get(DRAWN_INPUT, ""))
    found = {}
    for name in request.action.inputs:
        came, key = request.input(name) or "", name.removeprefix(_INPUT)
        if name == DRAWN_INPUT or not name.startswith(_INPUT) or came == stored.get(name):
            continue
        if key in drawn and mark(came) == drawn[key]:
            continue  # only shown, and somebody else wrote something else meanwhile: theirs stays
        if key in drawn and mark(stored.get(name, "")) != drawn[key]:
            raise Refused(Notice("changed_elsewhere", "warning"), CardId(request.need("card")))
        found[key] = came
    return found


def _fingerprints(drawn: str) -> dict[str, str]:
    return dict(one.rsplit(":", 1) for one in drawn.split(" ") if ":" in one)


def _details(request: Request, view: ProfileView, typed: Mapping[str, str]) -> dict[Detail, str]:
    today = request.work.tx.now.date()
    may = [one for one in view.shown if one.value not in view.read_only]
    return {one: checked(one, typed[one.value], today) for one in may if one.value in typed}


def _own(request: Request, view: ProfileView, typed: Mapping[str, str]) -> dict[str, str]:
    """The company's own fields that are to be written. Raises Refused, which says what is wrong with which."""
    news, problems = dict[str, str](), dict[str, str]()
    for one in view.own:
        name, text = one.field.name, typed.get(f"own.{one.field.name}")
        try:
            value = one.value if text is None or not one.may_write else own_checked(one.field, text)
        except InvalidInput as invalid:
            problems[name] = invalid.code
            continue
        has_input = f"{OWN_INPUT}{name}" in request.action.inputs  # the smallest of cards has none
        if has_input and one._replace(value=value).is_missing:
            problems[name] = "missing"
        elif value != one.value:
            news[name] = value
    if problems:
        labels = ", ".join(one.field.label(request.viewer.language) for one in view.own if one.field.name in problems)
        notice = Notice("fields_unfit", "warning", (("fields", labels),))
        raise Refused(notice, CardId(request.need("card")), problems)
    return news


# --- numbers and addresses ----------------------------------------------------------------------------------------


def _save_contacts(request: Request, card_id: CardId, view: ProfileView, typed: Mapping[str, str]) -> set[str]:
    """The kinds of which something has changed."""
    changed = set()
    for kind in view.kinds:
        if kind.value not in view.read_only:
            before = view.of_kind(kind)
            edits = [_change(request, card_id, one, typed, before) for one in before]
            added = _add(request, card_id, kind, typed, before)
            chosen = typed.get(f"{kind}.primary", "")
            if primary := next((one for one in before if one.id == chosen), None):
                profile_forms.set_primary(request.work.tx, card_id, primary)
            if any(edits) or added or chosen:
                changed.add(kind.value)
    return changed


def _change(
    request: Request,
    card_id: CardId,
    point: ContactPoint,
    typed: Mapping[str, str],
    all_: tuple[ContactPoint, ...],
) -> bool:
    key, user = f"{point.kind}.{point.id}", request.viewer.user_id
    label = typed.get(f"{key}.label", point.label)
    if key not in typed and label == point.label:
        return False
    _refuse_label(point.kind, label)
    value = checked_contact(point.kind, typed[key], request.viewer.country) if key in typed else point.value
    if not value:
        profile_forms.remove_contact(request.work.tx, card_id, point, user)
        return True
    _refuse_twice(point.kind, value, [one for one in all_ if one.id != point.id])
    profile_forms.change_contact(request.work.tx, point, user, value=value, label=label)
    return True


def _add(
    request: Request, card_id: CardId, kind: IdentityKind, typed: Mapping[str, str], all_: tuple[ContactPoint, ...]
) -> str:
    value = checked_contact(kind, typed.get(f"{kind}.{NEW}", ""), request.viewer.country)
    if not value:
        return ""
    label = typed.get(f"{kind}.{NEW}.label", LABELS[kind][0])
    _refuse_label(kind, label)
    _refuse_twice(kind, value, all_)
    return profile_forms.add_contact(request.work.tx, card_id, kind, value, label=label, user=request.viewer.user_id)


def _refuse_label(kind: IdentityKind, label: str) -> None:
    if label not in LABELS[kind]:
        raise InvalidInput(f"profile.{kind}", "invalid_input")


def _refuse_twice(kind: IdentityKind, value: str, others: tuple[ContactPoint, ...] | list[ContactPoint]) -> None:
    if value.casefold() in {one.value.casefold() for one in others}:
        raise InvalidInput(f"profile.{kind}", "contact_exists")


# --- in a chat ----------------------------------------------------------------------------------------------------


def was_typed(action: Action) -> bool:
    """True where the card in the chat brings back a form that was typed into, or that is to be let go of; or the field
    for a label, which stands beside the form, too."""
    if action.surface is not Surface.CHAT or action.is_automatic:
        return False
    if DRAWN_INPUT not in action.inputs:
        return bool(action.inputs.get(TAG_INPUT, "").strip())
    if action.data.get("answer") == "discard":
        return True
    drawn = _fingerprints(action.inputs[DRAWN_INPUT])
    typed = {name.removeprefix(_INPUT): text for name, text in action.inputs.items()}
    has_label = bool(action.inputs.get(TAG_INPUT, "").strip())
    return has_label or any(mark(typed[key]) != known for key, known in drawn.items() if key in typed)


def keep_form(work: Work, viewer: Viewer, action: Action) -> None:
    """What was typed stays in the form, also where the answer draws it anew: nothing is written before Save (E-20)."""
    card_id = groups.hold(work.tx, CardId(Query(viewer, action).maybe("card")))
    if card_id is None:
        return
    is_gone = action.data.get("answer") == "discard"
    typed = {name: text[:_LONGEST] for name, text in action.inputs.items() if name.startswith(_INPUT)}
    row = cards.view_row(work.tx.connection, viewer.user_id, card_id)
    looked = replace(Handling.of(row["handling"] if row else None), typed={} if is_gone else typed)
    cards.update_view(work.tx, viewer.user_id, card_id, handling=looked.to_json())
