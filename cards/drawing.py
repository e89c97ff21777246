"""What every part of a card needs while it is drawn: the view, the viewer's words and locale, the room that is left."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, Protocol

from cards import memory, shared, texts
from cards.actions import Verb
from cards.dates import Writer, writer_for
from cards.escape import NOTHING, clip, markdown, plain
from cards.limits import Budget
from cards.rights import may
from cards.shapes import Json, Text
from customers.model import Channel, IdentityKind
from customers.profile_form import Detail
from customers.roles import acts_for_others
from customers.views import CardView, IdentityView, InteractionView, Section, Surface, Viewer

IDENTITY_LENGTH = 320
"""Characters of the longest e-mail address; identities are shown in full (P-05)."""
SPOKEN_LENGTH = 60
"""Characters of a name in the title of an action."""
_PREFERRED = {Channel.EMAIL: IdentityKind.EMAIL, Channel.SOCIAL: IdentityKind.SOCIAL, Channel.CHAT: IdentityKind.SOCIAL}


class Pen(Protocol):
    """What of a drawing the viewer writes with: enough for what stands on other cards, too."""

    @property
    def words(self) -> Mapping[str, str]: ...

    @property
    def language(self) -> str: ...

    @property
    def writer(self) -> Writer: ...

    @property
    def budget(self) -> Budget: ...


class Bare(NamedTuple):
    """A pen without a customer card."""

    words: Mapping[str, str]
    language: str
    writer: Writer
    budget: Budget


@dataclass(slots=True)
class Drawing:
    """One card being drawn for one viewer."""

    view: CardView
    budget: Budget
    words: Mapping[str, str]
    language: str
    """The language of `words`."""
    writer: Writer
    in_chat: bool
    """The pane has a place for notices, and keeps what is typed, by itself."""
    may_change: bool
    """True where the interaction is the viewer's own, or they act for others, and the card is open."""
    may_merge: bool
    """True where the card is open and its profile is not locked (C-07)."""
    may_lock: bool
    """True where the card is open and the viewer may lock its profile, and unlock it (C-07)."""
    may_block: bool
    """True where the card is open and the viewer may block identities (C-07)."""
    may_handle: bool
    """True where the card is open and the viewer may write requests, and move activities (B-25)."""
    may_comment: bool
    """True where the card is open: whoever looks at it may comment."""
    may_edit: bool
    """True where the card is open and its profile is not locked (C-07)."""
    sections: frozenset[Section]
    """Those that an administrator lets the viewer see (E-11)."""
    ids: dict[str, str]
    """What buttons of the card as a whole carry: the card, and the leg in whose light it is drawn."""
    kept: memory.Shelf = field(default_factory=dict)
    """Parts that were drawn before, of this card and in this context: all else that a part may depend on (`memory`)."""
    best_identity: str = ""
    """The identity of the card's channel, else the first; not escaped yet. Empty where there is none."""
    journey_rows: Sequence[Json] = ()
    """The rows of the journey, once they are drawn."""
    candidate_sizes: list[int] = field(default_factory=list)
    """Bytes in UTF-16 of each card that may be merged, once they are drawn."""
    customer: str = ""
    """What to call the customer; not escaped yet."""

    @property
    def has_more(self) -> bool:
        """True where there is something in the section More for this viewer."""
        return self.may_lock or self.may_block

    @property
    def has_room(self) -> bool:
        """False on the smallest of cards, where a form is written in: that takes what there is."""
        if self.budget.requests > 0:
            return True
        profile, creating = self.view.profile, self.view.creating
        is_profile = profile is not None and profile.is_editing and self.may_edit
        is_record = creating is not None and creating.creation is not None and self.may_change
        return not (is_profile or is_record)

    def shown(self, value: str) -> Text:
        """`value` for a TextBlock: cut to the room there is, escaped."""
        return markdown(value, self.budget.text)

    def moment(self, at: datetime) -> Text:
        """Day and time as the viewer writes them."""
        return self.writer.moment(at).encode()

    def note(self, key: str) -> Json:
        """The text `key`, which has no blanks, as a note."""
        return shared.note(self.language, key)

    def counted(self, key: str, count: int) -> Json:
        """`key` for `count` things, singular or plural, as a note."""
        return shared.counted(self.language, key, count, self.writer.number(count))

    def value(self, field: str, value: str) -> str:
        """The value of a field of the profile, in words; not escaped yet."""
        if field == Detail.GENDER:
            return self.words.get(f"gender.{value}", "")
        if field == IdentityKind.PHONE:
            return self.writer.phone(value)
        return self.writer.day(value) if field == Detail.BIRTH_DATE else value

    def identity(self, identity: IdentityView) -> str:
        """The identity in full, phone numbers as the viewer's country writes them; not escaped yet."""
        value = self.writer.phone(identity.value) if identity.kind is IdentityKind.PHONE else identity.value
        return clip(value, IDENTITY_LENGTH)


def drawing_of(view: CardView, viewer: Viewer, surface: Surface, budget: Budget) -> Drawing:
    """Ready to draw `view` for `viewer` on `surface` within `budget`."""
    interaction = view.interaction
    words = texts.of(viewer.language)
    d = Drawing(
        view=view,
        budget=budget,
        words=words,
        language=words["language"],
        writer=writer_for(viewer),
        in_chat=surface is Surface.CHAT,
        may_change=interaction is not None and not view.is_closed and _is_theirs(interaction, viewer),
        may_merge=not (view.is_closed or view.is_locked) and Section.IDENTITIES in viewer.switches.sections,
        may_handle=not view.is_closed and viewer.switches.may_handle,
        may_comment=not view.is_closed,
        may_edit=not (view.is_closed or view.is_locked),
        ids={"card": view.card_id, "leg": interaction.leg_id} if interaction else {"card": view.card_id},
        may_lock=not view.is_closed and may(viewer.roles, Verb.PROFILE_LOCK),
        may_block=not view.is_closed and may(viewer.roles, Verb.IDENTITY_BLOCK),
        sections=viewer.switches.sections,
    )
    d.kept = memory.shelf(_context(d), view.card_id)
    d.best_identity = _best_identity(d)
    d.customer = clip(view.customer_name or d.best_identity, budget.text) or words["customer.unknown"]
    return d


def _is_theirs(interaction: InteractionView, viewer: Viewer) -> bool:
    """Their own, or of others for whom they act."""
    return interaction.is_mine or acts_for_others(viewer.roles)


def _context(d: Drawing) -> Hashable:
    interaction, room = d.view.interaction, d.budget
    return (
        d.language,
        d.writer,
        interaction and interaction.channel,
        (d.in_chat, d.may_change, d.may_merge, d.may_lock, d.may_handle, d.may_comment, d.may_edit),
        d.sections,
        (room.text, room.tags, room.choices, room.children),
    )


def _best_identity(d: Drawing) -> str:
    identities = d.view.identities
    if not identities:
        return ""
    kind = _PREFERRED.get(d.view.channel, IdentityKind.PHONE)
    return d.identity(next((one for one in identities if one.kind is kind), identities[0]))


def spoken(name: str) -> str:
    """`name` for the title of an action: plain text, short."""
    if len(name) <= SPOKEN_LENGTH and name.isprintable():
        return name or NOTHING
    return plain(clip(name, SPOKEN_LENGTH)) or NOTHING


def reason_text(words: Mapping[str, str], reason: str, crm: str) -> str:
    """Why a CRM did not do what it was asked, in words. `crm` is escaped by the caller where that is needed."""
    return (words.get(f"reason.{reason}") or words["reason.unknown"]).format(crm=crm or words["crm.any"])


def capital(sentence: str) -> str:
    """`sentence` with a capital first letter; the rest stays."""
    return sentence[:1].upper() + sentence[1:]
