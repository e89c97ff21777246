"""Views as agents see them in the story of Elinor Dashwood and Edward Ferrars."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from customers.ids import CardId, InteractionId, LegId
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
    WrapUpView,
)

NOON = datetime(2026, 11, 20, 12, 4, tzinfo=UTC)
EDWARD = CardId("0e0000000000000000000000000000e1")
LUCY = CardId("0e0000000000000000000000000000e2")
FANNY = CardId("0e0000000000000000000000000000e3")

CONTACT = RecordView(
    record="salesforce:Contact:0035g00000EdwardAAA",
    crm_name="salesforce",
    crm_label="Salesforce",
    type="Contact",
    type_label="Contact",
    level=Level.PERSON,
    title="Edward Ferrars",
    subtitle="Norland Holdings",
    url="https://classics.example/lightning/r/Contact/0035g00000EdwardAAA/view",
    is_suggested=True,
    match="phone",
)
ACCOUNT = RecordView(
    record="dynamics:account:6f8c2c1e-7b55-4f0e-9f43-5f2f3c0f7a10",
    crm_name="dynamics",
    crm_label="Dynamics 365",
    type="account",
    type_label="Account",
    level=Level.COMPANY,
    title="Norland Holdings",
    subtitle="Sussex",
    url="https://classics.crm4.dynamics.example/main.aspx?id=6f8c2c1e",
    is_suggested=True,
    match="name",
)
CASE = RecordView(
    record="salesforce:Case:5005g00000Case01AAA",
    crm_name="salesforce",
    crm_label="Salesforce",
    type="Case",
    type_label="Case",
    level=Level.RELATED,
    title="00001042 · Delivery of the library ladder",
    subtitle="In progress",
    url="https://classics.example/lightning/r/Case/5005g00000Case01AAA/view",
    has_children=False,
)
CRMS = (
    CrmStatus("salesforce", "Salesforce", fetched_at=NOON),
    CrmStatus("dynamics", "Dynamics 365", fetched_at=NOON),
)
WRAP_UP = WrapUpView(
    dispositions=(("resolved", "Resolved"), ("callback", "Call back"), ("complaint", "Complaint")),
    tags=("delivery",),
    version=3,
    may_finish=False,
)


def ringing() -> CardView:
    """The call has just been accepted; both CRMs have somebody with this number."""
    return CardView(
        card_id=EDWARD,
        version=7,
        channel=Channel.VOICE,
        customer_name="Edward Ferrars",
        company="Norland Holdings",
        identities=(
            IdentityView(IdentityKind.PHONE, "+442079460123"),
            IdentityView(IdentityKind.EMAIL, "edward.ferrars@norland.example"),
        ),
        interaction=InteractionView(
            id=InteractionId("1a" * 16),
            leg_id=LegId("2b" * 16),
            channel=Channel.VOICE,
            state=LegState.ACTIVE,
            direction=Direction.INBOUND,
            subject="Where is my order?",
            queue="Orders",
            business_address="+442079460001",
            agent_name="Elinor Dashwood",
            started_at=NOON,
            accepted_at=NOON,
            wrap_up=WRAP_UP,
        ),
        current_records=(CONTACT, ACCOUNT),
        related_records=(CONTACT._replace(is_expanded=True, children=(CASE,)), ACCOUNT),
        crms=CRMS,
        journey=JourneyView(
            count=5,
            has_more=True,
            rows=(
                JourneyRow(
                    InteractionId("3c" * 16),
                    Channel.EMAIL,
                    datetime(2026, 11, 19, 16, 30, tzinfo=UTC),
                    agents=("Marianne Dashwood",),
                    subject="Order 7731: delivery date",
                    disposition="Call back",
                    notes="Asked for a delivery before Michaelmas.",
                    direction=Direction.INBOUND,
                ),
            ),
        ),
        expanded=frozenset({Section.CURRENT, Section.WRAP_UP}),
    )


def everything_open() -> CardView:
    """Every section expanded."""
    return replace(ringing(), expanded=frozenset(Section))


def _in_state(view: CardView, state: LegState, **wrap_up: object) -> CardView:
    assert view.interaction is not None
    changed = view.interaction.wrap_up._replace(**wrap_up)
    return replace(view, interaction=replace(view.interaction, state=state, ended_at=NOON, wrap_up=changed))


def wrapping_up() -> CardView:
    """The call is over, nothing is linked yet (P-06)."""
    return _in_state(ringing(), LegState.WRAP_UP, notes="Ladder arrives on Friday.", may_finish=True)


def pushed() -> CardView:
    """Done: one record has its activity, the other one could not be written (P-09)."""
    view = _in_state(ringing(), LegState.DONE, notes="Ladder arrives on Friday.", disposition="resolved")
    sent = PushView(
        PushState.SENT, activity_url="https://classics.example/lightning/r/Task/00T5g/view", attempts=1, sent_at=NOON
    )
    failed = PushView(
        PushState.FAILED, reason="rejected", detail="Phone call owner is disabled (0x80041103).", attempts=1
    )
    records = (
        CONTACT._replace(is_linked=True, push=sent),
        ACCOUNT._replace(is_linked=True, push=failed),
    )
    return replace(view, current_records=records)


def stranger() -> CardView:
    """Nobody knows this number; one CRM does not answer."""
    view = ringing()
    return replace(
        view,
        card_id=LUCY,
        customer_name="",
        company="",
        identities=(IdentityView(IdentityKind.PHONE, "+4915123456789"),),
        current_records=(),
        related_records=(),
        journey=JourneyView(),
        crms=(CrmStatus("salesforce", "Salesforce", is_loading=True), replace(CRMS[1], reason="unavailable")),
    )


def verbose() -> CardView:
    """Names that are far too long, and no blanks to break them at."""
    view = everything_open()
    long = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
    assert view.interaction is not None
    return replace(
        view,
        card_id=FANNY,
        customer_name=f"Frances {long}",
        company=long,
        interaction=replace(view.interaction, subject=long * 2, queue=long),
        current_records=(CONTACT._replace(title=long, subtitle=long, is_linked=True), ACCOUNT),
    )
