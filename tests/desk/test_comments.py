"""Comments: internal, added and never changed, on one activity each, hidden with the request that is cancelled."""

from __future__ import annotations

import orjson
import pytest
import sqlalchemy as sa

from customers.comments import CommentView
from customers.ids import CardId
from customers.ports import Action, Answer
from customers.views import CardView, Section, Surface, Viewer
from storage import cards, tables
from storage.engine import Database
from tests.cards.card_checks import nodes
from tests.desk.merging_world import ELINOR, MARIANNE
from tests.desk.requests_world import Requests, code


@pytest.fixture
def house(database: Database) -> Requests:
    return Requests(database)


def opened(house: Requests, card: CardId, viewer: Viewer = ELINOR) -> CardView:
    """The card with its comments open."""
    root = house.shop.root(card)
    with house.database.write() as tx:
        cards.update_view(tx, viewer.user_id, root, sections=[Section.COMMENTS.value, Section.REQUESTS.value])
    return house.shop.view(card, viewer)


def said(house: Requests, card: CardId, viewer: Viewer = ELINOR) -> list[CommentView]:
    return [*opened(house, card, viewer).comments.comments]


def comment(house: Requests, card: CardId, text: str, viewer: Viewer = ELINOR, **data: str) -> str:
    data = {"interaction": house.interaction(card).id} | data
    return code(house.press("comment.add", card, viewer, inputs={"comment.text": text}, **data))


@pytest.mark.rule("B-40", "C-03", "E-25", "E-26", "E-31")
def test_b40_a_comment_belongs_to_the_current_interaction_and_is_there_for_colleagues(house: Requests) -> None:
    card = house.caller()
    assert comment(house, card, "Friendly.\r\nCalls late. ") == ""
    assert comment(house, card, "Yes.", MARIANNE) == ""
    assert [(one.text, one.author, one.is_mine) for one in said(house, card)] == [
        ("Friendly.\nCalls late.", "Elinor Dashwood", True),
        ("Yes.", "Marianne Dashwood", False),
    ]
    assert house.interaction(card).comment_count == 2
    house.again(card)
    assert house.interaction(card).comment_count == 0, "each belongs to one activity"
    assert said(house, card) == []


@pytest.mark.rule("E-27", "E-28", "C-02")
def test_e27_e28_a_correction_is_a_further_comment_that_points_to_the_first(house: Requests) -> None:
    card = house.caller()
    comment(house, card, "He is called Edmund.")
    (first,) = said(house, card)
    house.press("comment.correct", card, comment=first.id)
    assert opened(house, card).comments.correcting is not None
    assert comment(house, card, "He is called Edward.", corrects=first.id) == ""
    before, after = said(house, card)
    assert (before.text, before.is_corrected) == ("He is called Edmund.", True)
    assert (after.text, after.corrects_at) == ("He is called Edward.", first.at)
    assert opened(house, card).comments.correcting is None
    assert comment(house, card, "No: Edmund.", corrects=after.id) == ""
    assert said(house, card)[-1].corrects_at == first.at, "all point to the first"
    assert comment(house, card, "Mine", MARIANNE, corrects=first.id) == "comment_not_yours"
    assert len(said(house, card)) == 3


@pytest.mark.rule("C-02", "E-29")
def test_e29_cancelling_the_request_hides_its_comments_and_leaves_tombstones(house: Requests) -> None:
    card = house.caller()
    comment(house, card, "One.")
    comment(house, card, "Two.", MARIANNE)
    ids = [one.id for one in said(house, card)]
    request = house.shown(card)
    house.save(card, request, verb="request.cancel")
    assert said(house, card) == []
    assert house.interaction(card).comment_count == 0
    tombstones = house.audited("comment.hide")
    assert sorted(row["subject"] for row in tombstones) == sorted(ids)
    assert {row["details"]["request"] for row in tombstones} == {request.id}
    with house.database.read() as connection:
        kept = connection.execute(sa.select(tables.comments.c.text).order_by(tables.comments.c.written_at)).scalars()
        assert [*kept] == ["One.", "Two."], "for the audit; nobody sees them"


@pytest.mark.rule("E-30")
def test_e30_a_comment_notifies_nobody(house: Requests) -> None:
    card = house.caller()
    jobs = tables.jobs
    with house.database.write() as tx:
        tx.execute(sa.delete(jobs))
    answer = house.press("comment.add", card, interaction=house.interaction(card).id, inputs={"comment.text": "Hush."})
    assert answer.notice is None
    with house.database.read() as connection:
        kinds = set(connection.execute(sa.select(jobs.c.kind)).scalars())
    assert kinds <= {"card"}, "open cards are drawn anew in their place, without a new message"


@pytest.mark.rule("B-07")
@pytest.mark.parametrize(("text", "why"), [("  \n ", "comment_empty"), ("👍🏽" * 2001, "text_too_long")])
def test_what_is_no_comment_is_refused(house: Requests, text: str, why: str) -> None:
    card = house.caller()
    assert comment(house, card, text) == why
    assert said(house, card) == []


def test_a_press_that_was_sent_twice_is_one_comment(house: Requests) -> None:
    card = house.caller()
    for _ in range(2):
        assert comment(house, card, "Once.") == ""
    assert len(said(house, card)) == 1
    assert len(house.audited("comment.add")) == 1


def test_the_newest_are_shown_and_it_is_said_that_there_are_older_ones(house: Requests) -> None:
    card = house.caller()
    for number in range(12):
        comment(house, card, f"Number {number}.")
    view = opened(house, card).comments
    assert [one.text for one in view.comments] == [f"Number {number}." for number in range(2, 12)]
    assert view.has_older


def test_an_activity_of_another_customer_is_not_commented_on(house: Requests) -> None:
    edward, lucy = house.caller(), house.caller("Lucy Steele")
    assert comment(house, edward, "Hm.", interaction=house.interaction(lucy).id) == "activity_gone"
    assert said(house, lucy) == []


@pytest.mark.rule("P-01", "B-42")
def test_comments_go_where_their_activity_goes(house: Requests) -> None:
    edward, lucy = house.caller(), house.caller("Lucy Steele")
    comment(house, edward, "On Edward's call.")
    call = house.interaction(edward).id
    house.shop.merge(lucy, edward)
    house.shop.undo(house.shop.edges[0])
    assert [one.text for one in said(house, edward)] == ["On Edward's call."]
    house.press("activity.move", edward, interaction=call, request=house.shown(edward).id)
    house.press("activity.move", edward, interaction=call, to=lucy)
    with house.database.write() as tx:
        count = tx.execute(sa.select(sa.func.count()).select_from(tables.comments)).scalar()
    assert count == 1
    assert house.shop.view(lucy).interaction is not None


def test_in_a_chat_a_comment_that_was_not_sent_stays_in_the_field(house: Requests) -> None:
    card = house.caller()
    opened(house, card)
    answer = press_in_chat(house, card, "card.section", "Half a sen", section="identities")
    assert field_of(answer) == "Half a sen"
    answer = press_in_chat(house, card, "comment.add", "Half a sentence.", interaction=house.interaction(card).id)
    assert field_of(answer) == ""
    assert [one.text for one in said(house, card)] == ["Half a sentence."]


def press_in_chat(house: Requests, card: CardId, verb: str, typed: str, **data: str) -> Answer:
    return house.shop.desk.act(ELINOR, Action(verb, {"card": card, **data}, {"comment.text": typed}, Surface.CHAT))


def field_of(answer: Answer) -> str:
    assert isinstance(answer.card, bytes)
    (found,) = [node for node in nodes(orjson.loads(answer.card)) if node.get("id") == "comment.text"]
    return str(found["value"])
