"""What every use case is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from customers.administration import Previews, Refusals, Switch
from customers.fields import Field, FieldSets
from customers.legs import LifecycleSettings
from customers.model import WrapUpPlace
from storage.engine import Tx
from storage.match_inputs import MatchRules
from storage.view_settings import ViewSettings


@dataclass(frozen=True, slots=True)
class IntakeRules:
    """The part of `[intake.NAME]` that decides what happens to an interaction."""

    lifecycle: LifecycleSettings = field(default_factory=LifecycleSettings)
    country: str = ""
    """ISO 3166: of phone numbers without a country code, where the business number does not tell."""
    dispositions: tuple[tuple[str, str], ...] = ()
    person_ids: frozenset[str] = frozenset()
    """Providers whose ids stand for one person each (P-04)."""


def _no_refusals() -> Sequence[Refusals]:
    return ()


def _no_preview(crm: str, _interaction: str, _ref: str) -> Previews:
    return Previews(crm, "", reason="unknown")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What administrators see of the service around the desk."""

    limits: Mapping[str, tuple[int, float | None]] = field(default_factory=dict)
    """By CRM: calls at once, pushes a second."""
    switches: tuple[Switch, ...] = ()
    """Settings that decide who may do what, and what is shown."""
    refusals: Callable[[], Sequence[Refusals]] = _no_refusals
    preview: Callable[[str, str, str], Previews] = _no_preview
    """What would be written into a CRM of an interaction, by our id or the contact centre's. Asks the CRM: not within a
    transaction."""


@dataclass(frozen=True)
class DeskSettings:
    """What of the settings the use cases need; what mappings say changes when one of them is taken up anew."""

    intakes: Mapping[str, IntakeRules] = field(default_factory=dict)
    crm_labels: Mapping[str, str] = field(default_factory=dict)
    """CRM name → the vendor's own spelling, in the order of the settings."""

    type_labels: MutableMapping[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict)
    """What people call record types: by CRM name, type and language."""

    withdrawable: MutableMapping[str, frozenset[str]] = field(default_factory=dict)
    """Whose activities agents may have deleted again (C-12): by CRM name, the channels."""

    together: MutableMapping[str, Mapping[str, frozenset[str]]] = field(default_factory=dict)
    """By CRM name and channel: the types of people who stand on one activity together."""

    request_close_days: int = 5
    """After so many days without a change a request closes by itself (B-36)."""

    creatable: MutableMapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By CRM name: the types that agents create records of (A-19); CRMs without any are not in it."""

    updatable: MutableMapping[str, Mapping[str, frozenset[str]]] = field(default_factory=dict)
    """By CRM name and type of records: the parts of a profile that are written back; CRMs without any are not in it."""

    surroundings: Surroundings = field(default_factory=Surroundings)

    share_voice_and_sms: bool = False
    """Calls and SMS of one number stand on one card (C-10)."""

    activity_fields: FieldSets = field(default_factory=dict)
    """The company's own fields of activities, by channel (B-38, B-39)."""

    customer_fields: tuple[Field, ...] = ()
    """And of customers."""

    @cached_property
    def views(self) -> ViewSettings:
        """What of it a card shows."""
        places: dict[str, WrapUpPlace] = {name: rules.lifecycle.wrapup for name, rules in self.intakes.items()}
        dispositions = {name: rules.dispositions for name, rules in self.intakes.items()}
        return ViewSettings(
            self.crm_labels,
            places,
            dispositions,
            self.type_labels,
            self.withdrawable,
            self.matching,
            self.creatable,
            self.updatable,
            self.activity_fields,
            self.customer_fields,
        )

    @cached_property
    def matching(self) -> MatchRules:
        """What of it decides which cards may be of one person."""
        return MatchRules({name: rules.person_ids for name, rules in self.intakes.items() if rules.person_ids})


@dataclass(frozen=True, slots=True)
class Work:
    """One use case under way: its transaction, the settings, and the id that ties its log lines together."""

    tx: Tx
    settings: DeskSettings
    correlation_id: str = ""
