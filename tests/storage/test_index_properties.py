"""Whatever happens to cards in whatever order, the index is as if it had been made from scratch."""

from __future__ import annotations

import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from index_world import World, email, external, held, phone, social, wanted

from customers.model import Channel
from storage.engine import Database
from storage.index_tables import metadata

IDENTITIES = st.sampled_from(
    [phone("+4915112345678", "Edward Ferrars"), phone("+442079460958"), email("e.ferrars@norland.example"),
     email("tmueller@web.de", "Thomas Müller"), social("telegram", "eferrars"), social("whatsapp", "4915112345678"),
     external("shop", "1"), external("shop", "2"), external("", "a=b|c:d")]
)  # fmt: skip
FACTS = st.dictionaries(
    st.sampled_from(["name", "company"]),
    st.sampled_from(["Edward Ferrars", "Ferrars, Edwrad", "Dr. Thomas Müller", "Classics, Inc.", "Unbekannt"]),
)
KNOWN = st.lists(IDENTITIES, max_size=3)
WHICH = st.integers(0, 5)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("card"), KNOWN, FACTS),
        st.tuples(st.just("learns"), WHICH, KNOWN, FACTS),
        st.tuples(st.just("link"), WHICH, st.sampled_from(["003A", "003B"])),
        st.tuples(st.just("unlink"), WHICH),
        st.tuples(st.just("drop"), WHICH),
        st.tuples(st.just("index"), st.integers(1, 3)),
    ),
    max_size=14,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_the_index_is_as_if_it_had_been_made_from_scratch(database: Database, steps: list[tuple]) -> None:  # type: ignore[type-arg]
    _empty(database)
    world = World(database)
    cards: list[str] = []
    ties: list[str] = []
    for step, *values in steps:
        _take(world, cards, ties, step, values)
    world.index(batch=2)
    assert held(database) == wanted(world.entries())


def _take(world: World, cards: list[str], ties: list[str], step: str, values: list) -> None:  # type: ignore[type-arg]
    if step == "card":
        cards.append(world.card(*values[0], channel=Channel.CHAT, indexed=False, **values[1]))
    elif step == "index":
        world.index_some(values[0])
    elif step == "unlink" and ties:
        world.unlinks(ties[values[0] % len(ties)])  # type: ignore[arg-type]
    elif step != "unlink" and cards:
        card = cards[values[0] % len(cards)]
        if step == "learns":
            world.learns(card, *values[1], channel=Channel.CHAT, **values[2])  # type: ignore[arg-type]
        elif step == "link":
            ties.append(world.links(world.call(card), values[1]))  # type: ignore[arg-type]
        elif step == "drop":
            world.drops(card)  # type: ignore[arg-type]
            cards[:] = [one for one in cards if one in world.entries()]


def _empty(database: Database) -> None:
    with database.write() as tx:
        for table in reversed(metadata.sorted_tables):
            tx.execute(sa.delete(table))
