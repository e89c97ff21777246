"""Views to draw: one ordinary call with everything on it, and what tests change about it."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

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
from tests.cards.eyes import seen_by

NOW = datetime(2026, 11, 20, 14, 5, tzinfo=UTC)
CARD = CardId("c0ffee00c0ffee00c0ffee00c0ffee00")
INTERACTION = InteractionId("1a" * 16)
LEG = LegId("1e" * 16)
EDWARD = "salesforce:Contact:003xx000004TmiQAAS"
CLASSICS = "dynamics:account:8d2c2a0e-6f4f-4d0e-9f4e-1f6f1c9f5a01"
INVOICE = "salesforce:Case:500xx000000bZQ1AAM"
DISPOSITIONS = (("resolved", "Resolved"), ("callback", "Call back"), ("escalated", "Escalated"))


def viewer(**changes: object) -> Viewer:
    """Elinor, in Berlin, in English."""
    elinor = Viewer(
        user_id=UserId("aad-elinor"),
        tenant_id="tenant",
        name="Elinor Dashwood",
        language="en",
        time_zone="Europe/Berlin",
        country="GB",
    )
    return replace(elinor, **{**changes, **seen_by()})  # type: ignore[arg-type]


def contact(**changes: object) -> RecordView:
    """Edward in Salesforce: suggested, not linked."""
    edward = RecordView(
        record=EDWARD,
        crm_name="salesforce",
        crm_label="Salesforce",
        type="Contact",
        type_label="Contact",
        level=Level.PERSON,
        title="Edward Ferrars",
        subtitle="Classics, Inc.",
        url="https://acme.my.salesforce.com/lightning/r/Contact/003xx000004TmiQAAS/view",
        is_suggested=True,
        match="phone",
    )
    return edward._replace(**changes)  # type: ignore[arg-type]


def account(**changes: object) -> RecordView:
    """His company in Dynamics."""
    classics = RecordView(
        record=CLASSICS,
        crm_name="dynamics",
        crm_label="Dynamics 365",
        type="account",
        type_label="Account",
        level=Level.COMPANY,
        title="Classics, Inc.",
        subtitle="London",
        url="https://acme.crm4.dynamics.com/main.aspx?etn=account&id=8d2c2a0e-6f4f-4d0e-9f4e-1f6f1c9f5a01",
    )
    return classics._replace(**changes)  # type: ignore[arg-type]


def case(**changes: object) -> RecordView:
    """A case of Edward's."""
    invoice = RecordView(
        record=INVOICE,
        crm_name="salesforce",
        crm_label="Salesforce",
        type="Case",
        type_label="Case",
        level=Level.RELATED,
        title="00001026: Invoice of May",
        subtitle="New",
        url="https://acme.my.salesforce.com/lightning/r/Case/500xx000000bZQ1AAM/view",
        has_children=False,
    )
    return invoice._replace(**changes)  # type: ignore[arg-type]


def wrap_up(**changes: object) -> WrapUpView:
    """Begun, not saved."""
    begun = WrapUpView(dispositions=DISPOSITIONS, tags=("invoice",), version=3)
    return begun._replace(**changes)  # type: ignore[arg-type]


def interaction(**changes: object) -> InteractionView:
    """The call, active."""
    call = InteractionView(
        id=INTERACTION,
        leg_id=LEG,
        channel=Channel.VOICE,
        state=LegState.ACTIVE,
        direction=Direction.INBOUND,
        queue="Billing",
        business_address="+442079460000",
        agent_name="Elinor Dashwood",
        started_at=NOW - timedelta(minutes=4),
        accepted_at=NOW - timedelta(minutes=3),
        wrap_up=wrap_up(),
    )
    return replace(call, **changes)  # type: ignore[arg-type]


def card_view(**changes: object) -> CardView:
    """Edward is on the phone; Salesforce knows him, Dynamics knows his company."""
    view = CardView(
        card_id=CARD,
        version=17,
        channel=Channel.VOICE,
        customer_name="Edward Ferrars",
        company="Classics, Inc.",
        identities=(
            IdentityView(IdentityKind.PHONE, "+442071838750"),
            IdentityView(IdentityKind.EMAIL, "edward.ferrars@example.com"),
        ),
        interaction=interaction(),
        current_records=(contact(),),
        related_records=(contact(), account()),
        crms=(CrmStatus("salesforce", "Salesforce", fetched_at=NOW), CrmStatus("dynamics", "Dynamics 365")),
        journey=journey(
            JourneyRow(
                id=InteractionId("2b" * 16),
                channel=Channel.EMAIL,
                at=NOW - timedelta(days=1),
                agents=("Elinor Dashwood",),
                duration=timedelta(minutes=12),
                subject="Invoice of May",
                disposition="Call back",
                notes="Wants a copy of the invoice.",
                direction=Direction.INBOUND,
            )
        ),
    )
    return replace(view, **changes)  # type: ignore[arg-type]


def journey(*rows: JourneyRow, **changes: object) -> JourneyView:
    """A page with these rows, and nothing else."""
    return replace(JourneyView(len(rows), rows=rows), **changes)  # type: ignore[arg-type]


def pushed(state: PushState, **changes: object) -> PushView:
    """A push in `state`, with what usually comes with it."""
    return PushView(state=state, attempts=1)._replace(**changes)  # type: ignore[arg-type]


def busy_view(seed: int) -> CardView:
    """A different customer for each seed: 2 current records, 10 related ones, 10 of the journey."""
    rng = random.Random(seed)

    def word() -> str:
        return "".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=rng.randint(4, 9))).title()

    records = tuple(
        (contact, account, case)[min(n // 3, 2)]()._replace(
            record=f"salesforce:Contact:003{rng.getrandbits(60):015d}",
            title=f"{word()} {word()}",
            subtitle=f"{word()}, {word()} Ltd",
            url=f"https://acme.my.salesforce.com/lightning/r/Contact/003{rng.getrandbits(60):015d}/view",
        )
        for n in range(10)
    )
    linked = records[0]._replace(is_linked=True, push=pushed(PushState.WAITING))
    earlier = tuple(
        JourneyRow(
            id=InteractionId(f"{n:032x}"),
            channel=rng.choice(list(Channel)),
            at=NOW - timedelta(days=n * 3, minutes=rng.randint(0, 1440)),
            agents=(f"{word()} {word()}",),
            subject=" ".join(word() for _ in range(5)),
            disposition=word(),
            direction=Direction.INBOUND,
        )
        for n in range(10)
    )
    return card_view(
        card_id=CardId(f"{rng.getrandbits(128):032x}"),
        version=rng.randint(1, 99),
        customer_name=f"{word()} {word()}",
        company=f"{word()} {word()} Ltd",
        identities=(IdentityView(IdentityKind.PHONE, f"+4420{rng.randint(70000000, 79999999)}"),),
        interaction=interaction(id=InteractionId(f"{rng.getrandbits(128):032x}"), queue=word(), subject=word()),
        current_records=(linked, records[1]),
        related_records=records,
        journey=journey(*earlier),
        expanded=frozenset({Section.CURRENT, Section.RELATED, Section.WRAP_UP, Section.JOURNEY}),
    )
