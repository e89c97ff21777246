"""An agent whom the platform names now by its id, now by an address alone, is one agent with one leg."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customers.agents import one_name_each
from customers.events import CARD_SOURCE, AgentRef, IdentityClaim, InteractionEvent
from customers.ids import LegId, new_id
from customers.model import Channel, IdentityKind, Verb
from desk import interactions
from desk.work import Work
from storage import people
from storage.engine import Database, utc_now
from storage.interactions import update_leg
from storage.tables import agents, card_messages, legs, pushes
from tests.desk.test_desk_races import ELINOR, SETTINGS

MAIL = "elinor.dashwood@contoso.example"
BOTH, ID, ADDRESS = AgentRef(id="a-7", email=MAIL), AgentRef(id="a-7"), AgentRef(email=MAIL.title())
OTHER = AgentRef(id="a-8", email=MAIL)
VERBS = (Verb.OFFERED, Verb.ACCEPTED, Verb.HELD, Verb.RESUMED, Verb.ENDED, Verb.WRAPUP_STARTED)


def event(verb: Verb, agent: AgentRef, call: str = "i-1", at: datetime | None = None) -> InteractionEvent:
    """`verb` happens to `agent`'s call."""
    return InteractionEvent(
        source="/cc/main",
        id=new_id(),
        verb=verb,
        at=at or utc_now() - timedelta(seconds=20 - VERBS.index(verb)),
        interaction_ref=call,
        channel=Channel.VOICE,
        agent=agent,
        identities=(IdentityClaim(IdentityKind.PHONE, "+4915112345678"),),
    )


def happen(database: Database, *events: InteractionEvent) -> None:
    """They come in, one by one."""
    for one in events:
        with database.write() as tx:
            interactions.apply(Work(tx, SETTINGS), "main", one)


def rows(database: Database, table: sa.Table) -> list[dict[str, Any]]:
    """All that stands in `table`."""
    with database.read() as connection:
        return [dict(row._mapping) for row in connection.execute(sa.select(table))]


def edited(database: Database, agent_key: str, **columns: Any) -> LegId:
    """The leg of that agent is as `columns` say."""
    with database.write() as tx:
        query = sa.select(legs.c.id).join(agents).where(agents.c.key == agent_key)
        leg_id = LegId(tx.execute(query).scalar_one())
        update_leg(tx, leg_id, **columns)
        return leg_id


@given(
    refs=st.lists(st.sampled_from([BOTH, ID, ADDRESS]), min_size=6, max_size=6).filter(lambda refs: BOTH in refs),
    order=st.permutations(range(6)),
    second=st.lists(st.sampled_from([ID, ADDRESS]), min_size=2, max_size=2),
    second_first=st.booleans(),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_in_any_order_it_is_one_agent_with_one_leg(
    database: Database, refs: list[AgentRef], order: list[int], second: list[AgentRef], second_first: bool
) -> None:
    """A second call never names both; what the first one tells ties its names together too."""
    with database.write() as tx:
        for table in (card_messages, pushes, legs, agents):
            tx.execute(sa.delete(table))
    call, other = new_id(), new_id()
    first = [event(verb, ref, call) for verb, ref in zip(VERBS, refs, strict=True)]
    arriving = [first[index] for index in order]
    others = [event(verb, ref, other) for verb, ref in zip((Verb.ACCEPTED, Verb.HELD), second, strict=True)]
    happen(database, *(others + arriving if second_first else arriving + others))
    [agent] = rows(database, agents)
    assert (agent["key"], agent["platform_id"], agent["email"]) == ("a-7", "a-7", MAIL)
    found = rows(database, legs)
    assert sorted(leg["state"] for leg in found) == ["held", "wrap_up"]
    assert {leg["agent_id"] for leg in found} == {agent["id"]}


def test_two_agents_with_one_address_stay_two(database: Database) -> None:
    happen(database, event(Verb.OFFERED, BOTH), event(Verb.ACCEPTED, OTHER), event(Verb.HELD, ADDRESS))
    assert sorted(agent["key"] for agent in rows(database, agents)) == ["a-7", "a-8", MAIL]


def test_who_gets_an_address_later_takes_no_legs_with_it(database: Database) -> None:
    happen(database, event(Verb.ACCEPTED, BOTH, "one"), event(Verb.ACCEPTED, ADDRESS, "two"))
    happen(database, event(Verb.ACCEPTED, OTHER, "three"), event(Verb.HELD, ADDRESS, "two"))
    assert len(rows(database, legs)) == 3
    assert sorted(agent["key"] for agent in rows(database, agents)) == ["a-7", "a-8"]


def test_names_of_another_intake_tie_nothing(database: Database) -> None:
    happen(database, event(Verb.ACCEPTED, ADDRESS))
    with database.write() as tx:
        interactions.apply(Work(tx, SETTINGS), "other", event(Verb.ACCEPTED, BOTH))
    assert sorted(agent["key"] for agent in rows(database, agents)) == ["a-7", MAIL]


def test_what_was_written_on_both_legs_is_kept(database: Database) -> None:
    happen(database, event(Verb.ACCEPTED, ID), event(Verb.HELD, ADDRESS))
    edited(database, "a-7", edits={"notes": "One.", "tags": ["a"]})
    edited(database, MAIL, edits={"notes": "Two.", "tags": ["A", "b"], "disposition": "Resolved"})
    happen(database, event(Verb.RESUMED, BOTH))
    [leg] = rows(database, legs)
    assert leg["edits"] == {"notes": "One.\nTwo.", "tags": ["a", "b"], "disposition": "Resolved"}


@pytest.mark.rule("P-08")
def test_p08_of_two_legs_the_one_that_was_pushed_stays(database: Database) -> None:
    happen(database, event(Verb.ACCEPTED, ID), event(Verb.HELD, ADDRESS))
    pushed = edited(database, MAIL, pushed_at=utc_now(), edits={"notes": "Sent."})
    happen(database, event(Verb.RESUMED, BOTH))
    [leg] = rows(database, legs)
    assert (leg["id"], leg["edits"]) == (pushed, {"notes": "Sent."})
    assert [agent["key"] for agent in rows(database, agents)] == ["a-7"]


@pytest.mark.rule("P-08")
def test_p08_two_legs_that_were_pushed_both_stay_two(database: Database) -> None:
    happen(database, event(Verb.ACCEPTED, ID), event(Verb.HELD, ADDRESS))
    both = {edited(database, key, pushed_at=utc_now()) for key in ("a-7", MAIL)}
    happen(database, event(Verb.RESUMED, BOTH), event(Verb.ENDED, ADDRESS))
    assert {leg["id"] for leg in rows(database, legs)} == both


def test_the_teams_user_and_the_chat_message_come_along(database: Database) -> None:
    with database.write() as tx:
        people.remember_user(tx, ELINOR, {"email": MAIL})
    happen(database, event(Verb.ACCEPTED, ID), event(Verb.HELD, ADDRESS))
    message = {"user_id": ELINOR, "conversation_id": "c", "activity_id": "m", "digest": "d", "updated_at": utc_now()}
    with database.write() as tx:
        old = tx.execute(sa.select(legs.c.id).join(agents).where(agents.c.key == MAIL)).scalar_one()
        tx.execute(sa.insert(card_messages).values(leg_id=old, **message))
        tx.execute(sa.update(agents).where(agents.c.key == MAIL).values(user_id=ELINOR))
    happen(database, event(Verb.RESUMED, BOTH))
    [leg], [agent] = rows(database, legs), rows(database, agents)
    assert agent["user_id"] == ELINOR
    assert [row["leg_id"] for row in rows(database, card_messages)] == [leg["id"]]


def test_what_happened_on_our_own_card_is_the_same_agents() -> None:
    finished = replace(event(Verb.WRAPUP_STARTED, AgentRef(id=MAIL)), source=CARD_SOURCE)
    named = one_name_each([event(Verb.ACCEPTED, ADDRESS), finished, event(Verb.HELD, BOTH)])
    assert {one.agent.id for one in named if one.agent} == {"a-7"}
