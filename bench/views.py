"""Many different cards to draw: random, but the same ones in every run."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from customers.ids import CardId, InteractionId, LegId, UserId
from customers.journey import JourneyRow, JourneyView
from customers.model import Channel, Direction, IdentityKind, LegState, Level, PushState
from customers.views import (
    CardView,
    CrmStatus,
    IdentityView,
    InteractionView,
    PushView,
    RecordView,
    Section,
    Viewer,
    WrapUpView,
)

T = TypeVar("T")
_NOW = datetime(2026, 11, 20, 14, 5, tzinfo=UTC)
_FIRST = ("Edward", "Elinor", "Marianne", "Łukasz", "Jürgen", "Zoë", "José", "Anne-Sophie", "O'Brien", "Ngọc")
_LAST = ("Ferrars", "Dashwood", "García", "Müller-Lüdenscheidt", "Brandon", "Kowalski", "Smith", "Nguyễn")
_WORDS = (
    *(
        "invoice",
        "contract",
        "delivery",
        "Rückgabe",
        "renewal",
        "password",
        "envío",
        "quote",
        "wants",
        "the",
        "of",
        "May",
    ),
    *("May", "again", "tomorrow", "*late*", "[reset]", "#42", "e-mail"),
)
_STATES = (LegState.ACTIVE, LegState.HELD, LegState.WRAP_UP, LegState.DONE)
_LANGUAGES = (("en", "GB", "Europe/London"), ("de", "DE", "Europe/Berlin"), ("es", "ES", "Europe/Madrid"))


def views(count: int, seed: int = 7) -> list[tuple[CardView, Viewer]]:
    """`count` cards, no two alike, from an unknown caller to a long history, each with somebody to look at it."""
    made = [_Maker(random.Random(seed * 100_003 + number), number) for number in range(count)]
    return [(maker.card(), maker.viewer()) for maker in made]


class _Maker:
    """Makes one card."""

    def __init__(self, chance: random.Random, number: int) -> None:
        self._chance = chance
        self._number = number

    def viewer(self) -> Viewer:
        language, country, zone = self._chance.choice(_LANGUAGES)
        return Viewer(
            UserId("aad-elinor"), "tenant", "Elinor Dashwood", language=language, country=country, time_zone=zone
        )

    def card(self) -> CardView:
        people = self._some(self._person, 4)
        return CardView(
            card_id=CardId(self._id()),
            version=self._chance.randrange(1, 500),
            channel=Channel.VOICE,
            customer_name=self._chance.choice(("", self._name())),
            company=self._chance.choice(("", "Classics, Inc.")),
            identities=self._some(self._identity, 4),
            interaction=self._interaction(),
            current_records=people[:2],
            related_records=people + self._some(self._case, 10),
            crms=(CrmStatus("salesforce", "Salesforce", fetched_at=_NOW), CrmStatus("dynamics", "Dynamics 365")),
            journey=self._journey(self._some(self._earlier, 8)),
            expanded=frozenset(section for section in Section if self._coin()),
        )

    def _interaction(self) -> InteractionView:
        begun = self._ago(60)
        return InteractionView(
            id=InteractionId(self._id()),
            leg_id=LegId(self._id()),
            channel=Channel.VOICE,
            state=self._chance.choice(_STATES),
            direction=Direction.INBOUND,
            subject=self._text(4),
            queue="Billing",
            business_address="+442079460000",
            agent_name="Elinor Dashwood",
            started_at=begun,
            accepted_at=begun + timedelta(seconds=20),
            wrap_up=WrapUpView(
                notes=self._text(30),
                dispositions=(("resolved", "Resolved"), ("callback", "Call back"), ("escalated", "Escalated")),
                tags=tuple(dict.fromkeys(self._some(lambda: self._chance.choice(_WORDS), 4))),
                version=3,
            ),
        )

    def _person(self) -> RecordView:
        record = f"salesforce:Contact:003{self._chance.randrange(10**15):015d}"
        is_linked = self._coin()
        return RecordView(
            record=record,
            crm_name="salesforce",
            crm_label="Salesforce",
            type="Contact",
            type_label="Contact",
            level=Level.PERSON,
            title=self._name(),
            subtitle=self._chance.choice(("Classics, Inc.", "Delaford Living", "")),
            url=f"https://acme.my.salesforce.com/lightning/r/Contact/{record[-18:]}/view",
            is_linked=is_linked,
            is_suggested=True,
            match="phone",
            push=PushView(self._chance.choice(list(PushState)), attempts=1) if is_linked else None,
        )

    def _case(self) -> RecordView:
        record = f"dynamics:incident:{self._id()}"
        return RecordView(
            record=record,
            crm_name="dynamics",
            crm_label="Dynamics 365",
            type="incident",
            type_label="Case",
            level=Level.RELATED,
            title=f"CAS-{self._chance.randrange(10**6):06d}: {self._text(3)}",
            url=f"https://acme.crm4.dynamics.com/main.aspx?etn=incident&id={record[-32:]}",
            has_children=False,
        )

    def _journey(self, rows: tuple[JourneyRow, ...]) -> JourneyView:
        return JourneyView(len(rows), self._coin(), rows, rows[-1].cursor if rows and self._coin() else None)

    def _earlier(self) -> JourneyRow:
        return JourneyRow(
            id=InteractionId(self._id()),
            channel=self._chance.choice(list(Channel)),
            at=self._ago(60 * 24 * 90),
            agents=(self._name(),),
            subject=self._text(5),
            disposition="Call back",
            notes=self._text(25),
            direction=Direction.INBOUND,
        )

    def _identity(self) -> IdentityView:
        if self._coin():
            return IdentityView(IdentityKind.PHONE, f"+44207183{self._chance.randrange(10_000):04d}")
        return IdentityView(IdentityKind.EMAIL, f"person{self._chance.randrange(10_000)}@example.com")

    def _some(self, make: Callable[[], T], most: int) -> tuple[T, ...]:
        return tuple(make() for _ in range(self._chance.randrange(most + 1)))

    def _text(self, most: int) -> str:
        return " ".join(self._chance.choice(_WORDS) for _ in range(self._chance.randrange(most + 1)))

    def _name(self) -> str:
        return f"{self._chance.choice(_FIRST)} {self._chance.choice(_LAST)} {self._number}"

    def _ago(self, minutes: int) -> datetime:
        return _NOW - timedelta(minutes=self._chance.randrange(1, minutes + 1))

    def _id(self) -> str:
        return f"{self._chance.getrandbits(128):032x}"

    def _coin(self) -> bool:
        return self._chance.random() < 0.5
