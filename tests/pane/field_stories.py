"""Wrap-up with fields that a company chose itself, and what becomes of it when it is saved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from customers.fields import FieldView, checked
from customers.views import CardView, Notice, Section
from customers.wrap_up import InvalidInput
from tests.cards import field_views
from tests.pane import stories


def wrapping_up(*fields: FieldView) -> CardView:
    """The call is over."""
    view = stories.wrapping_up()
    return _with(replace(view, expanded=frozenset({Section.WRAP_UP})), fields or field_views.FILLED)


def unfit() -> CardView:
    """Something is wrong with nearly every one."""
    current = field_views.unfit().interaction
    assert current is not None
    return wrapping_up(*current.wrap_up.fields)


def input_of(view: CardView, name: str) -> str:
    """The input of a field."""
    assert view.interaction is not None
    return f"wrapup.field.{view.interaction.id}.{name}"


def saved_elsewhere(view: CardView, **values: str) -> CardView:
    """Somebody else has written into them."""
    return _with(view, tuple(one._replace(value=values.get(one.field.name, one.value)) for one in _fields(view)))


def after(view: CardView, inputs: Mapping[str, str]) -> tuple[CardView, Notice | None]:
    """What fits is kept; beside the rest stands why not, for this one answer."""
    kept, wrong = [], []
    for one in _fields(view):
        text = inputs.get(input_of(view, one.field.name), one.value)
        try:
            kept.append(one._replace(value=checked(one.field, text), problem=""))
        except InvalidInput as invalid:
            kept.append(one._replace(problem=invalid.code))
            wrong.append(one.field.label("en"))
    notice = Notice("fields_unfit", "warning", (("fields", ", ".join(wrong)),)) if wrong else None
    return _with(view, tuple(kept)), notice


def _fields(view: CardView) -> tuple[FieldView, ...]:
    return () if view.interaction is None else view.interaction.wrap_up.fields


def _with(view: CardView, fields: tuple[FieldView, ...]) -> CardView:
    assert view.interaction is not None
    up = view.interaction.wrap_up._replace(fields=fields)
    return replace(view, interaction=replace(view.interaction, wrap_up=up))
