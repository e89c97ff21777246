"""Fields of the form of the profile that somebody else has written in, too, since it was drawn (P-13)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cards import fields
from cards.drawing import Drawing
from cards.escape import escape
from cards.fields import mark
from cards.profile import DRAWN_INPUT, INPUT, OWN_INPUT, form_texts
from customers.model import TEXT_LIMIT
from customers.profile_form import Detail, ProfileView


def names(d: Drawing, view: ProfileView) -> list[str]:
    """The inputs, by their ids, in the order of the form."""
    if not (view.is_editing and d.may_edit and DRAWN_INPUT in view.typed):
        return []
    drawn = drawn_marks(view)
    return [name for name, now in form_texts(view, d.writer.phone).items() if _has_two(view, drawn, name, now)]


def _has_two(view: ProfileView, drawn: dict[str, str], name: str, now: str) -> bool:
    mine, before = view.typed.get(name), drawn.get(name.removeprefix(f"{INPUT}."))
    if mine is None or before is None or mine == now:
        return False
    return before not in (mark(mine), mark(now))


def drawn_marks(view: ProfileView) -> dict[str, str]:
    """By input, without `profile.`: of what stood there when the form was drawn that the agent typed into."""
    return dict(one.rsplit(":", 1) for one in view.typed.get(DRAWN_INPUT, "").split(" ") if ":" in one)


def seen(d: Drawing, view: ProfileView, conflicts: Sequence[str]) -> str:
    """What the form would say that it was drawn from, had theirs stood in the fields of `conflicts`. The other fields
    show what they showed: what others wrote there is not to be seen yet."""
    stored = form_texts(view, d.writer.phone)
    news = {name.removeprefix(f"{INPUT}."): mark(stored[name]) for name in conflicts}
    return " ".join(f"{name}:{known}" for name, known in (drawn_marks(view) | news).items())


def theirs(d: Drawing, view: ProfileView, conflicts: Sequence[str]) -> Iterator[tuple[str, str]]:
    """What each of the fields is called, and what stands there now; both escaped."""
    stored, own = form_texts(view, d.writer.phone), {one.field.name: one for one in view.own}
    room = TEXT_LIMIT if d.budget.requests else d.budget.text
    for name in conflicts:
        if name.startswith(OWN_INPUT):
            of_company = own[name.removeprefix(OWN_INPUT)]
            yield escape(of_company.field.label(d.language), d.budget.text), fields.written(d, of_company)
        else:
            yield _caption(d, name), escape(_value(d, name, stored), room)


def _caption(d: Drawing, name: str) -> str:
    """`profile.company`; `profile.phone.ID`, and its `label`; `profile.phone.primary`."""
    parts = name.split(".")
    last = parts[-1] if parts[-1] in ("label", "primary") and len(parts) > 2 else ""
    return d.words[".".join((*parts[:2], last)).removesuffix(".")]


def _value(d: Drawing, name: str, stored: dict[str, str]) -> str:
    parts, now = name.split("."), stored[name]
    if parts[-1] == "label" and len(parts) > 2:
        return d.words[f"label.{now}"]
    if parts[-1] == "primary" and len(parts) > 2:
        return stored.get(f"{INPUT}.{parts[1]}.{now}", "")
    return d.value(parts[1], now) if parts[1] in set(Detail) else now
