"""Which card an interaction stands on: one for each contact and channel."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customers.events import AgentRef, IdentityClaim, InteractionEvent
from customers.ids import CardId
from customers.model import Channel, IdentityKind, Verb
from customers.views import CardView
from desk import interactions
from desk.work import DeskSettings, Work
from storage import lists, people, tables
from storage.engine import Database
from storage.views import card_view
from tests.desk.merging_world import ELINOR, SETTINGS

SHARED = replace(SETTINGS, share_voice_and_sms=True)
NUMBER = IdentityClaim(IdentityKind.PHONE, "+442071838750")


@dataclass
class Centre:
    """Contacts come in, and Elinor takes them."""

    database: Database
    settings: DeskSettings = SETTINGS
    calls: int = 0
    source: str = field(default="urn:centre")

    def __post_init__(self) -> None:
        with self.database.write() as tx:
            people.remember_user(tx, ELINOR.user_id, {"tenant_id": "tenant", "name": ELINOR.name})

    def contact(self, channel: Channel, *claims: IdentityClaim, verb: Verb = Verb.ACCEPTED, name: str = "") -> CardId:
        """Somebody contacts us; their card."""
        self.calls += 1
        event = InteractionEvent(
            source=self.source,
            id=f"event-{self.calls}",
            verb=verb,
            at=datetime.now(UTC) - timedelta(minutes=5),
            interaction_ref=f"ref-{self.calls}",
            channel=channel,
            agent=AgentRef(id="elinor", entra_object_id=ELINOR.user_id),
            contact_name=name,
            identities=claims,
        )
        with self.database.write() as tx:
            interactions.apply(Work(tx, self.settings), "main", event)
            known = tables.interactions.c
            return CardId(
                tx.execute(
                    sa.select(known.card_id).where(known.source == self.source, known.ref == event.interaction_ref)
                ).scalar_one()
            )

    def view(self, card: CardId) -> CardView:
        """What Elinor sees of it."""
        with self.database.read() as connection:
            found = card_view(connection, ELINOR, card, self.settings.views)
        assert found is not None
        return found


@pytest.mark.rule("A-21")
@pytest.mark.rule("A-23")
@pytest.mark.parametrize("channel", Channel)
def test_a_new_contact_has_a_new_card_on_whatever_channel(database: Database, channel: Channel) -> None:
    centre = Centre(database)
    mail = IdentityClaim(IdentityKind.EMAIL, "edward@example.com")
    first, second = centre.contact(channel, NUMBER), centre.contact(channel, mail)
    assert first != second
    assert centre.view(first).channel is channel


@pytest.mark.rule("A-05")
def test_a_contact_has_a_card_for_each_channel_and_the_same_one_again(database: Database) -> None:
    centre = Centre(database)
    cards = {channel: centre.contact(channel, NUMBER) for channel in (Channel.VOICE, Channel.SMS, Channel.CHAT)}
    assert len(set(cards.values())) == 3
    assert {channel: centre.contact(channel, NUMBER) for channel in cards} == cards


@pytest.mark.rule("B-27")
def test_what_is_known_of_a_contact_is_shown_when_the_channel_tells_who_it_is(database: Database) -> None:
    centre = Centre(database)
    centre.contact(Channel.VOICE, NUMBER, name="Edward Ferrars")
    again = centre.view(centre.contact(Channel.VOICE, NUMBER))
    assert again.customer_name == "Edward Ferrars"
    assert [one.value for one in again.identities] == ["+442071838750"]
    assert again.journey.count == 1, "the call before this one"


@pytest.mark.rule("B-01")
def test_an_interaction_begins_for_an_agent_when_they_take_it(database: Database) -> None:
    centre = Centre(database)
    offered = centre.contact(Channel.VOICE, NUMBER, verb=Verb.OFFERED)
    taken = centre.contact(Channel.CHAT, NUMBER)
    with database.read() as connection:
        rows = lists.open_list(connection, ELINOR.user_id).rows
    assert [row.card_id for row in rows if row.state == "active"] == [taken]
    assert offered not in [row.card_id for row in rows if row.state == "active"]


@pytest.mark.rule("C-10")
@pytest.mark.parametrize("channels", [(Channel.VOICE, Channel.SMS), (Channel.SMS, Channel.VOICE)])
def test_calls_and_sms_of_a_number_share_a_card_where_the_settings_say_so(
    database: Database, channels: tuple[Channel, Channel]
) -> None:
    centre = Centre(database, SHARED)
    card = centre.contact(channels[0], NUMBER)
    assert centre.contact(channels[1], NUMBER) == card
    assert centre.contact(Channel.CHAT, NUMBER) != card
    identities = centre.view(card).identities
    assert sorted(one.channel or channels[0] for one in identities) == sorted(channels), "P-03: each stays with its own"


@pytest.mark.rule("C-10")
def test_they_share_by_number_alone_and_cards_that_are_there_stay(database: Database) -> None:
    apart, shared = Centre(database), Centre(database, SHARED, source="urn:later")
    social = IdentityClaim(IdentityKind.SOCIAL, "edward", "house")
    assert shared.contact(Channel.VOICE, social) != shared.contact(Channel.SMS, social)
    call, text = apart.contact(Channel.VOICE, NUMBER), apart.contact(Channel.SMS, NUMBER)
    assert (shared.contact(Channel.VOICE, NUMBER), shared.contact(Channel.SMS, NUMBER)) == (call, text)


@pytest.mark.rule("C-10")
@given(order=st.permutations([Channel.VOICE, Channel.SMS, Channel.SMS, Channel.VOICE]), digits=st.integers(0, 99_999))
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whichever_comes_first_there_is_one_card_for_both(
    database: Database, order: list[Channel], digits: int
) -> None:
    centre = Centre(database, SHARED, source=f"urn:{uuid.uuid4().hex}")
    number = IdentityClaim(IdentityKind.PHONE, f"+44207{digits:07d}")
    assert len({centre.contact(channel, number) for channel in order}) == 1
