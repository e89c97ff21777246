"""What of the settings a card shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from customers.fields import Field, FieldSets, FieldView, fields_of, views
from customers.model import Channel, WrapUpPlace
from customers.views import Switches
from storage.match_inputs import MatchRules


@dataclass(frozen=True, slots=True)
class ViewSettings:
    """What of the settings a card shows."""

    crm_labels: Mapping[str, str] = field(default_factory=dict)
    """By CRM name, in the order of the settings; empty: no CRM is connected (A-11)."""
    wrap_up_places: Mapping[str, WrapUpPlace] = field(default_factory=dict)
    """By intake."""
    dispositions: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    """By intake: (id, label) to choose from."""
    type_labels: Mapping[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict)
    """What people call record types: by CRM name, type and language."""
    withdrawable: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Whose activities may be taken out of the CRM again: by CRM name, the channels (C-12)."""
    matching: MatchRules = field(default_factory=MatchRules)
    """Whose ids stand for one person each (P-04)."""
    creatable: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By CRM name: the types that agents create records of (A-19)."""
    updatable: Mapping[str, Mapping[str, frozenset[str]]] = field(default_factory=dict)
    """By CRM name and type: what of a profile is written back into the CRM; CRMs without any are not in it."""
    activity_fields: FieldSets = field(default_factory=dict)
    """The company's own fields of activities, by channel (B-38)."""
    customer_fields: tuple[Field, ...] = ()
    """And of customers."""

    def activity_views(self, row: Mapping[str, Any], switches: Switches) -> tuple[FieldView, ...]:
        """The company's own fields of an activity; `row` has its channel and its values."""
        if not self.activity_fields:
            return ()
        found = fields_of(self.activity_fields, Channel(row["channel"]))
        return views(found, row["field_values"], switches.activity_hidden, switches.activity_read_only)

    def type_label(self, crm: str, type_: str, language: str) -> str:
        """The type in `language`, else in English; empty where the mapping has no name for it."""
        labels = self.type_labels.get(crm, {}).get(type_, {})
        return labels.get(language[:2]) or labels.get("en", "")

    def choices(self, language: str) -> tuple[tuple[str, str, str, str], ...]:
        """What may be created: (CRM name, its label, type, its label)."""
        return tuple(
            (crm, label, type_, self.type_label(crm, type_, language) or type_)
            for crm, label in self.crm_labels.items()
            for type_ in self.creatable.get(crm, ())
        )
