"""The list of an agent's own interactions, what is unread in it, and the card of a chosen one (E-07 to E-10)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
import sqlalchemy as sa

from customers.model import Channel, LegState, Verb
from customers.own_interactions import Wanted
from customers.ports import Action, Answer
from customers.views import Section, Surface, Switches, Viewer
from desk.changes import LIST_TOPIC
from storage import cards, schema, tables
from storage.engine import Database
from storage.own_interactions import PAGE_ROWS, own_interactions
from tests.cards.card_checks import check, nodes
from tests.desk.inbox_world import START, Inbox
from tests.desk.merging_world import ELINOR, MARIANNE
from tests.desk.test_statement_counts import counted
from tests.storage.steps import steps


@pytest.fixture
def inbox(database: Database) -> Inbox:
    return Inbox(database)


# --- who is told --------------------------------------------------------------------------------------------------


@pytest.mark.rule("E-07", "E-08")
def test_e08_whoever_has_an_interaction_is_told_that_their_lists_have_changed(inbox: Inbox) -> None:
    told: list[str] = []
    stop = inbox.database.listen(LIST_TOPIC, told.append)
    try:
        assert heard(told, lambda: inbox.happens("Edward", Verb.OFFERED)) == {ELINOR.user_id}
        assert heard(told, lambda: inbox.happens("Lucy", Verb.ACCEPTED, MARIANNE)) == {MARIANNE.user_id}
        assert heard(told, lambda: inbox.happens("Edward", Verb.ACCEPTED)) == {ELINOR.user_id}
        assert heard(told, lambda: inbox.happens("Edward", Verb.WRAPUP_COMPLETED)) == {ELINOR.user_id}
        assert heard(told, lambda: inbox.writes("Lucy", "Hello?")) == set()  # it was unread before
        inbox.show("Lucy", MARIANNE)
        assert heard(told, lambda: inbox.writes("Lucy", "Hello??")) == {MARIANNE.user_id}
    finally:
        stop()


def heard(told: list[str], act: Callable[[], object]) -> set[str]:
    """Whose lists have changed by `act`. Who listens in this process is told before a write is over."""
    told.clear()
    act()
    return {*told} - {""}  # PostgreSQL's ear has just been opened


# --- what stands in it --------------------------------------------------------------------------------------------


@pytest.mark.rule("E-07")
def test_e07_the_list_has_the_agents_own_interactions_open_ones_first_the_newest_at_the_top(inbox: Inbox) -> None:
    inbox.happens("Edward")
    inbox.happens("Lucy", Verb.OFFERED)
    inbox.happens("Fanny", viewer=MARIANNE)
    inbox.happens("Robert")
    inbox.happens("Robert", Verb.ENDED)
    inbox.happens("John")
    inbox.writes("Edward", "Where is my ladder?")
    found = [(row.customer_name, row.state.is_open) for row in inbox.rows()]
    assert found[:3] == [("Edward", True), ("John", True), ("Lucy", True)]
    assert [name for name, is_open in found if not is_open] in (["Robert"], [])
    assert "Fanny" not in dict(found)
    assert inbox.rows()[0].message == "Where is my ladder?"
    assert [row.customer_name for row in inbox.rows(MARIANNE)] == ["Fanny"]


@pytest.mark.rule("E-07")
def test_e07_a_line_says_the_newest_message_else_the_request(inbox: Inbox) -> None:
    inbox.happens("Edward", subject="A ladder")
    assert (inbox.rows()[0].message, inbox.rows()[0].request) == ("", "A ladder")
    inbox.writes("Edward", "First")
    inbox.writes("Edward", "Second", by_agent=True)
    assert inbox.rows()[0].message == "Second"
    answer = inbox.shop.press("interactions.open")
    assert b"Answered: Second" in bytes(answer.card)  # type: ignore[arg-type]


@pytest.mark.rule("E-07", "E-11")
def test_e11_what_is_switched_off_is_not_in_the_lines(inbox: Inbox) -> None:
    inbox.happens("Edward", subject="A secret matter")
    inbox.writes("Edward", "A secret message")
    switches = Switches(sections=frozenset(Section) - {Section.MESSAGES, Section.REQUESTS})
    viewer = Viewer(ELINOR.user_id, "tenant", "Elinor", switches=switches)
    answer = inbox.shop.press("interactions.open", viewer)
    assert b"secret message" not in bytes(answer.card)  # type: ignore[arg-type]


@pytest.mark.rule("E-07")
def test_e07_long_lists_turn_page_by_page_without_loss(inbox: Inbox) -> None:
    names = [f"Customer {number:02}" for number in range(PAGE_ROWS + 5)]
    for name in names:
        inbox.happens(name)
    seen: list[str] = []
    data: dict[str, str] = {}
    for _ in range(4):
        answer = inbox.shop.press("interactions.open", **data)
        card = orjson.loads(bytes(answer.card))  # type: ignore[arg-type]
        check(card)
        seen += [
            row["items"][0]["columns"][1]["items"][0]["text"] for row in card["body"] if row["id"] != "own.turning"
        ]
        turns = {one["id"]: one for one in card["body"][-1].get("actions", ())}
        if "own.older" not in turns:
            break
        data = {"after": turns["own.older"]["data"]["after"]}
    assert seen == names[::-1]
    assert "own.newest" in turns


@pytest.mark.rule("E-07")
@pytest.mark.parametrize("is_planned", [False, True], ids=["planned blindly", "planned with figures"])
def test_e07_the_list_costs_the_same_however_much_the_agent_has_done(tmp_path: Path, is_planned: bool) -> None:
    database = Database(f"sqlite:///{tmp_path}/long.db")
    schema.upgrade(database)
    inbox = Inbox(database)
    inbox.happens("Edward")
    inbox.writes("Edward")

    def cost() -> int:
        return steps(database, lambda connection: own_interactions(connection, ELINOR.user_id, Wanted()))

    short = cost()
    _history(database, 400)
    if is_planned:
        with database.write() as tx:
            tx.connection.exec_driver_sql("ANALYZE")
    cost()  # connections read the schema again
    assert cost() <= 1.5 * short + 30
    with counted(database) as statements, database.read() as connection:
        own_interactions(connection, ELINOR.user_id, Wanted())
    assert len(statements) <= 2
    database.close()


def _history(database: Database, count: int) -> None:
    """So many interactions more that the agent had and has left, with a message each."""
    with database.write() as tx:
        rows = {
            table: dict(tx.execute(sa.select(table)).mappings().first() or {})
            for table in (tables.interactions, tables.legs, tables.messages)
        }
        for number in range(count):
            ids = {"id": f"i{number}"}, {"id": f"l{number}", "interaction_id": f"i{number}"}
            said = {"id": f"m{number}", "interaction_id": f"i{number}"}
            over = {"state": "done", "unread_at": None, "closed_at": START}
            tx.execute(sa.insert(tables.interactions).values(rows[tables.interactions] | ids[0] | {"ref": str(number)}))
            tx.execute(sa.insert(tables.legs).values(rows[tables.legs] | ids[1] | over))
            tx.execute(sa.insert(tables.messages).values(rows[tables.messages] | said))


# --- unread -------------------------------------------------------------------------------------------------------


@pytest.mark.rule("E-08")
def test_e08_an_assignment_is_unread_until_it_is_opened(inbox: Inbox) -> None:
    inbox.happens("Edward", Verb.OFFERED)
    assert inbox.unread() == ["Edward"]
    inbox.show("Edward")
    assert inbox.unread() == []
    inbox.happens("Edward", Verb.ACCEPTED)  # the agent's own doing
    assert inbox.unread() == []


@pytest.mark.rule("E-08")
def test_e08_a_message_of_the_customer_makes_it_unread_again_and_one_of_an_agent_does_not(inbox: Inbox) -> None:
    inbox.happens("Edward")
    inbox.show("Edward")
    inbox.writes("Edward", by_agent=True)
    assert inbox.unread() == []
    inbox.writes("Edward")
    assert inbox.unread() == ["Edward"]
    answer = inbox.shop.press("customers.open")
    assert answer.unread == (inbox.leg("Edward"),)
    inbox.shop.press("interactions.read", leg=inbox.leg("Edward"))
    assert inbox.unread() == []


@pytest.mark.rule("E-08")
def test_e08_opening_it_marks_it_read_on_all_of_the_agents_panes_at_once(inbox: Inbox) -> None:
    inbox.happens("Edward")
    leg, told = inbox.leg("Edward"), []
    unsubscribe = inbox.database.listen("list", told.append)
    inbox.shop.press("interactions.read", leg=leg)
    inbox.shop.press("interactions.read", leg=leg)  # nothing is new any more: nobody is told
    unsubscribe()
    assert [user for user in told if user] == [ELINOR.user_id]


@pytest.mark.rule("E-08")
def test_e08_what_others_have_now_is_theirs_to_read(inbox: Inbox) -> None:
    inbox.happens("Edward")
    inbox.happens("Edward", Verb.TRANSFERRED)
    inbox.happens("Edward", viewer=MARIANNE)
    inbox.writes("Edward")
    assert inbox.rows() == ()
    assert inbox.unread(MARIANNE) == ["Edward"]
    inbox.happens("Edward", Verb.UNASSIGNED, viewer=MARIANNE)
    assert inbox.rows(MARIANNE) == ()
    inbox.writes("Edward", "Is anybody there?")  # nobody has it: whoever had it last reads it
    row = inbox.rows(MARIANNE)[0]
    assert (row.state, row.is_unread) == (LegState.UNASSIGNED, True)
    assert inbox.rows() == ()
    inbox.show("Edward", MARIANNE)
    assert inbox.rows(MARIANNE) == ()
    assert inbox.rows(MARIANNE, shown=row.leg_id)[0].leg_id == row.leg_id


@pytest.mark.rule("E-08")
def test_e08_a_call_that_is_over_has_been_heard(inbox: Inbox) -> None:
    inbox.happens("Edward", channel=Channel.VOICE)
    assert inbox.unread() == ["Edward"]
    for verb in (Verb.ENDED, Verb.WRAPUP_STARTED, Verb.WRAPUP_COMPLETED):
        inbox.happens("Edward", verb, channel=Channel.VOICE)
    assert inbox.rows() == ()


@pytest.mark.rule("E-08")
def test_e08_nobody_reads_for_others(inbox: Inbox) -> None:
    inbox.happens("Edward")
    answer = inbox.shop.press("interactions.read", MARIANNE, leg=inbox.leg("Edward"))
    assert answer.notice is not None
    assert answer.notice.code == "not_yours"
    assert inbox.unread() == ["Edward"]


@pytest.mark.rule("E-08", "P-01")
def test_e08_merging_and_its_undo_keep_what_is_unread(inbox: Inbox) -> None:
    for name in ("Edward", "Lucy"):
        inbox.happens(name)
    inbox.show("Lucy")
    cards = {row.customer_name: row.card_id for row in inbox.rows()}
    inbox.shop.cards = list(cards.values())
    inbox.shop.merge(cards["Lucy"], cards["Edward"])
    merged = inbox.rows()
    assert {row.card_id for row in merged} == {cards["Lucy"]}
    assert {row.customer_name for row in merged} == {"Lucy"}
    assert [row.is_unread for row in merged].count(True) == 1
    inbox.shop.undo(inbox.shop.edges[-1])
    assert inbox.unread() == ["Edward"]


@pytest.mark.rule("E-08")
def test_e08_reading_changes_nothing_of_the_interaction(inbox: Inbox) -> None:
    inbox.happens("Edward")
    with inbox.database.read() as connection:
        before = connection.execute(sa.select(tables.legs.c.version, tables.legs.c.changed_at)).all()
        cards = connection.execute(sa.select(tables.cards.c.version)).all()
    inbox.show("Edward")
    with inbox.database.read() as connection:
        assert connection.execute(sa.select(tables.legs.c.version, tables.legs.c.changed_at)).all() == before
        assert connection.execute(sa.select(tables.cards.c.version)).all() == cards


# --- the chosen one -----------------------------------------------------------------------------------------------


def _current(answer: Answer) -> str | None:
    return answer.leg_id


@pytest.mark.rule("E-09")
def test_e09_the_chosen_one_of_two_interactions_is_the_current_one_and_stays_so(inbox: Inbox) -> None:
    inbox.happens("first", who="Edward", subject="The ladder")
    inbox.happens("second", who="Edward", subject="The books")
    newer, older = inbox.rows()
    assert (newer.request, older.request) == ("The books", "The ladder")
    answer = inbox.shop.press("interactions.show", leg=older.leg_id)
    assert (answer.card_id, answer.leg_id) == (older.card_id, older.leg_id)
    card, light = older.card_id, {"light": older.leg_id}
    for verb, data in (
        ("card.section", {"section": "requests"}),
        ("profile.show", {}),
        ("card.refresh", {}),
        ("card.category", {"category": "cases"}),
    ):
        assert inbox.shop.press(verb, card=card, **data, **light).leg_id == older.leg_id, verb
    assert inbox.shop.press("card.refresh", card=card).leg_id == newer.leg_id
    shown = inbox.shop.press("card.category", card=card, category="cases", **light)
    assert b"The ladder" in bytes(shown.card)  # type: ignore[arg-type]


@pytest.mark.rule("E-09")
def test_e09_in_the_chat_buttons_about_the_customer_answer_with_the_chosen_interaction(inbox: Inbox) -> None:
    inbox.happens("first", who="Edward", subject="The ladder")
    inbox.happens("second", who="Edward", subject="The books")
    newer, older = inbox.rows()
    with inbox.database.write() as tx:
        cards.update_view(tx, ELINOR.user_id, older.card_id, sections=sorted(one.value for one in Section))

    def presses(verb: str, **data: str) -> Answer:
        return inbox.shop.desk.act(ELINOR, Action(verb, data, data, Surface.CHAT))  # Teams has one mapping for both

    answer = presses("interactions.show", leg=older.leg_id)
    drawn = orjson.loads(bytes(answer.card))  # type: ignore[arg-type]
    inputs = {one["id"]: str(one.get("value", "")) for one in nodes(drawn) if one.get("type", "").startswith("Input.")}
    of_customer = {found["verb"]: found for found in _data(drawn) if "verb" in found and "leg" not in found}
    assert {"card.section", "card.refresh", "card.category", "profile.show", "tag.add"} <= of_customer.keys()
    for data in of_customer.values():
        answer = presses(**{**inputs, "profile.tag": "vip", **data})
        assert answer.leg_id in (older.leg_id, None), data
        assert newer.leg_id not in bytes(answer.card or b"").decode(), data  # type: ignore[arg-type]
    # What Teams does by itself has no inputs.
    assert presses(**drawn["refresh"]["action"]["data"]).leg_id == older.leg_id


@pytest.mark.rule("E-09")
def test_e09_comments_and_notes_go_to_the_chosen_one(inbox: Inbox) -> None:
    inbox.happens("first", who="Edward")
    inbox.happens("second", who="Edward")
    _, older = inbox.rows()
    answer = inbox.shop.press("interactions.show", leg=older.leg_id)
    card = orjson.loads(bytes(answer.card))  # type: ignore[arg-type]
    interactions_of_buttons = {
        found["interaction"] for found in _data(card) if "interaction" in found and "record" not in found
    }
    assert interactions_of_buttons <= {older.interaction_id}
    data = {"card": older.card_id, "interaction": older.interaction_id, "leg": older.leg_id}
    inbox.shop.press("comment.add", inputs={"comment.text": "To the first."}, **data)
    with inbox.database.read() as connection:
        comment = connection.execute(sa.select(tables.comments)).mappings().one()
    assert comment["interaction_id"] == older.interaction_id


def _data(node: Any) -> list[dict[str, str]]:
    if isinstance(node, list):
        return [found for one in node for found in _data(one)]
    if not isinstance(node, dict):
        return []
    own = [node["data"]] if isinstance(node.get("data"), dict) else []
    return own + [found for one in node.values() for found in _data(one)]


@pytest.mark.rule("E-09")
def test_e09_a_light_that_is_not_of_the_card_is_no_light(inbox: Inbox) -> None:
    inbox.happens("Edward")
    inbox.happens("Lucy")
    edward, lucy = inbox.rows()[1], inbox.rows()[0]
    assert inbox.shop.press("card.refresh", card=edward.card_id, light=lucy.leg_id).leg_id == edward.leg_id
