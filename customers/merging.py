"""What an agent sees of merges: who may be the same person, what would come together, what was merged before.

Everything here is data from outside until `cards` has escaped it. Times are aware UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from customers.fields import Field
from customers.ids import CardId, MergeId
from customers.matching.reasons import Reason
from customers.matching.suggest import Likelihood
from customers.model import Channel, IdentityKind
from customers.profile_form import KINDS, TAGS, Detail

ProfileField = Detail
"""A field of the profile that two cards may fill differently."""
PICKED: frozenset[str] = frozenset((*ProfileField, *KINDS))
"""What is picked in a merge: fields, and which number and which address comes first."""
OFFERED: frozenset[str] = frozenset((*ProfileField, *KINDS, TAGS))
"""What is offered to the other side after an undo: fields, and what there are several of."""


@dataclass(frozen=True, slots=True)
class Contact:
    """One phone number, address or id in full, and the channel that it stays with (P-03, P-05)."""

    kind: IdentityKind
    value: str
    channel: Channel
    provider: str = ""


@dataclass(frozen=True, slots=True)
class CardSummary:
    """What tells one card from another (P-05)."""

    card_id: CardId
    version: int
    channels: tuple[Channel, ...]
    """The card's own first, then those of the cards that it stands for."""
    customer_name: str = ""
    """Empty where nobody knows it."""
    company: str = ""
    contacts: tuple[Contact, ...] = ()
    last_at: datetime | None = None
    """When the last interaction began; None where there was none."""
    last_channel: Channel | None = None
    open_requests: int = 0
    is_locked: bool = False
    """True where a supervisor has locked the profile: it cannot be merged (C-07)."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A card that may be of the same person, or that a search has found."""

    card: CardSummary
    likelihood: Likelihood | None = None
    """None where nothing is known to speak for it: a search found it."""
    reasons: tuple[Reason, ...] = ()
    """The strongest first; contradictions last."""
    is_proposed: bool = False
    """True where the contact centre has made one contact of the two."""
    marks: tuple[str, ...] = ()
    """Parts of what is shown that match what was searched for."""
    forbidden: str = ""
    """Not empty: they cannot be merged; the code of a notice that says why."""


@dataclass(frozen=True, slots=True)
class FieldValue:
    """One card's value of a field."""

    card_id: CardId
    channel: Channel
    value: str


@dataclass(frozen=True, slots=True)
class FieldChoice:
    """A field that has several values: one will be shown, the others are kept beside it (C-16)."""

    field: str
    """By its name: of `ProfileField`, of the company's own, or a kind of which the first number or address is meant."""
    values: tuple[FieldValue, ...]
    """The survivor's first; each value once."""
    chosen: CardId
    """Whose value is shown."""
    own: Field | None = None
    """Not None: it is one of the company's own (B-39)."""


@dataclass(frozen=True, slots=True)
class MergePreview:
    """What will come together (P-02): the agent sees it before it happens."""

    survivor: CardSummary
    absorbed: tuple[CardSummary, ...]
    fields: tuple[FieldChoice, ...] = ()
    """Only fields with different values; an empty one of the survivor is filled without a question."""
    customer_name: str = ""
    """As it will be, unless another value is picked."""
    company: str = ""
    problem: str = ""
    """Not empty: it cannot be merged as things stand; the code of a notice that says why."""


@dataclass(frozen=True, slots=True)
class MergeView:
    """The part of a card where its merge is prepared (A-26…A-28)."""

    query: str = ""
    """What was searched for; empty: the candidates are suggestions."""
    candidates: tuple[Candidate, ...] = ()
    chosen: tuple[CardId, ...] = ()
    """Cards that are to be merged, in the order in which they were chosen."""
    preview: MergePreview | None = None
    """None while the agent is still choosing."""
    dismissed: tuple[CardSummary, ...] = ()
    """Cards of which an agent said that they are not the same person; it can be taken back."""


@dataclass(frozen=True, slots=True)
class PastMerge:
    """A merge that this card comes from, or that was taken back."""

    id: MergeId
    customer_name: str
    """Of the absorbed card, by itself; empty where nobody knows it."""
    contact: str
    """Its first number, address or id; empty where it has none."""
    channel: Channel
    merged_at: datetime
    merged_by: str = ""
    """Name of the agent."""
    undone_at: datetime | None = None
    """None while it stands."""


@dataclass(frozen=True, slots=True)
class FieldOffer:
    """A value that was written while this card was one with another; now that they are two, it can be taken over."""

    field: str
    """By its name: of `OFFERED`."""
    value: str
    """Of what there are several of, one on each line; before a number or address stands its label."""
    origin_id: CardId
    own: Field | None = None
    """As in `FieldChoice`."""
