"""Messages of both sides: kept as they come, read by thread, page and side; comments on one; blocked identities."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import orjson
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from customers.events import AgentRef, IdentityClaim, InteractionEvent, Message
from customers.ids import CardId
from customers.messages import Author, CaseThread, MessagesView, MessageView, Page, Side, words_of
from customers.model import Direction, IdentityKind, Verb
from customers.ports import Action, Answer
from customers.views import CardView, IdentityView, Section, Surface, Viewer
from desk import interactions
from desk.work import Work
from storage import cards, tables
from storage.engine import Database
from storage.threads import PAGE_ROWS, THREAD_ROWS
from tests.cards.card_checks import check, has, words
from tests.desk.merging_world import ELINOR, MARIANNE, SETTINGS
from tests.desk.requests_world import Requests, code
from tests.desk.test_statement_counts import counted

SUPERVISOR = replace(ELINOR, roles=frozenset({"supervisor"}))
IN, OUT = Direction.INBOUND, Direction.OUTBOUND


class Talk(Requests):
    """Customers who write, and agents who answer."""

    written = 0

    def say(self, card: CardId, text: str, direction: Direction = IN, **more: object) -> None:
        """Something is said in the newest interaction of the card."""
        self.written += 1
        calls, shop = tables.interactions, self.shop
        with self.database.write() as tx:
            query = sa.select(calls).where(calls.c.card_id == card).order_by(calls.c.created_at.desc()).limit(1)
            row = tx.execute(query).mappings().one()
            number = shop.cards.index(card)
            event = InteractionEvent(
                source=row["source"],
                id=f"m-{shop.run}-{self.written}",
                verb=Verb.MESSAGE,
                at=datetime.now(UTC) - timedelta(minutes=5) + timedelta(seconds=self.written),
                interaction_ref=row["ref"],
                channel=row["channel"],
                agent=AgentRef(id="Elinor Dashwood", name="Elinor Dashwood") if direction is not IN else None,
                identities=(IdentityClaim(IdentityKind.SOCIAL, f"{shop.run}-{number}", "house"),),
                message=Message(direction, text=text, **more),  # type: ignore[arg-type]
            )
            interactions.apply(Work(tx, SETTINGS), "main", event)

    def look(self, card: CardId, *sections: Section, viewer: Viewer = ELINOR) -> CardView:
        """The card with these sections open."""
        with self.database.write() as tx:
            opened = [one.value for one in sections]
            cards.update_view(tx, viewer.user_id, self.shop.root(card), sections=opened)
        return self.shop.view(card, viewer)

    def case(self, card: CardId) -> CaseThread:
        return self.look(card, Section.REQUESTS).case

    def threads(self, card: CardId) -> MessagesView:
        return self.look(card, Section.MESSAGES).messages

    def comment(self, card: CardId, message: MessageView, text: str, viewer: Viewer = ELINOR) -> Answer:
        inputs = {f"comment.message.{message.id}": text, "comment.text": "Half a sen"}
        return self.press("comment.add", card, viewer, message=message.id, inputs=inputs)


@pytest.fixture
def talk(database: Database) -> Talk:
    return Talk(database)


def texts(page: Page) -> list[str]:
    return [one.text for one in page.messages]


# --- both sides -------------------------------------------------------------------------------------------------


@pytest.mark.rule("C-01", "C-06", "E-15", "E-16", "E-24", "E-04")
def test_c01_a_case_shows_both_sides_and_can_be_filtered(talk: Talk) -> None:
    card = talk.caller()
    talk.say(card, "Where is my invoice?")
    talk.say(card, "It is on its way.", OUT)
    talk.say(card, "We have your number.", OUT, author="bot")
    shown = talk.case(card).page.messages
    assert [(one.author, one.name, one.text) for one in shown] == [
        (Author.CUSTOMER, "", "Where is my invoice?"),
        (Author.AGENT, "Elinor Dashwood", "It is on its way."),
        (Author.BOT, "", "We have your number."),
    ]
    talk.press("messages.filter", card, side="customer")
    assert (talk.case(card).side, texts(talk.case(card).page)) == (Side.CUSTOMER, ["Where is my invoice?"])
    assert texts(talk.threads(card).page) == ["Where is my invoice?"]
    talk.press("messages.filter", card, side="agent")
    assert texts(talk.case(card).page) == ["It is on its way.", "We have your number."]
    talk.press("messages.filter", card, side="all")
    assert len(talk.case(card).page.messages) == 3


@pytest.mark.rule("E-16", "C-06", "E-05")
def test_e16_messages_stand_in_threads_the_newest_first_and_one_of_them_is_open(talk: Talk) -> None:
    card = talk.caller()
    talk.say(card, "First.")
    talk.again(card)
    assert talk.threads(card).opened is not None, "the thread of an interaction that is over"
    talk.say(card, "Second.")
    view = talk.threads(card)
    assert len(view.threads) == 2
    assert (view.opened, texts(view.page)) == (view.threads[0].interaction_id, ["Second."])
    assert texts(talk.case(card).page) == ["Second."], "each case is the thread of one request"
    talk.press("messages.page", card, thread=view.threads[1].interaction_id, page="0")
    assert texts(talk.threads(card).page) == ["First."]


@pytest.mark.rule("E-16")
def test_e16_old_messages_are_read_page_by_page_in_as_many_statements(talk: Talk) -> None:
    card = talk.caller()
    talk.say(card, "0")
    talk.look(card, Section.REQUESTS, Section.MESSAGES)
    with counted(talk.database) as few:
        talk.shop.view(card)
    for number in range(1, 2 * PAGE_ROWS + 3):
        talk.say(card, str(number))
    with counted(talk.database) as many:
        page = talk.shop.view(card).case.page
    assert len(few) == len(many)
    seen = [int(text) for text in texts(page)]
    while page.has_older:
        talk.press("messages.page", card, page=str(page.number + 1))
        page = talk.case(card).page
        seen = [int(text) for text in texts(page)] + seen
    assert seen == list(range(2 * PAGE_ROWS + 3))
    talk.press("messages.filter", card, side="customer")
    assert talk.case(card).page.number == 0


def test_more_threads_than_stand_on_a_card_are_said_to_be_there(talk: Talk) -> None:
    card = talk.caller()
    for number in range(THREAD_ROWS + 1):
        talk.say(card, str(number))
        talk.again(card)
    view = talk.threads(card)
    assert (len(view.threads), view.has_more) == (THREAD_ROWS, True)


def test_a_message_that_comes_twice_stands_there_once(talk: Talk) -> None:
    card = talk.caller()
    talk.say(card, "Hello?", id="m-1")
    talk.say(card, "Hello?", id="m-1")
    assert texts(talk.case(card).page) == ["Hello?"]


@pytest.mark.rule("C-02")
def test_a_note_that_customers_never_saw_is_said_to_be_one_and_is_no_reply(talk: Talk) -> None:
    card = talk.caller()
    talk.say(card, "Be careful.", Direction.INTERNAL, author="agent")
    (noted,) = talk.case(card).page.messages
    assert (noted.is_internal, noted.author) == (True, Author.AGENT)
    assert talk.shown(card).may_cancel


@pytest.mark.rule("P-01", "C-06")
def test_p01_messages_of_merged_cards_stand_together_and_part_again(talk: Talk) -> None:
    one, other = talk.caller(), talk.caller("E. Ferrars")
    talk.say(one, "By phone.")
    talk.say(other, "By mail.")
    talk.shop.merge(one, other)
    view = talk.threads(one)
    assert len(view.threads) == 2
    found = set()
    for thread in view.threads:
        talk.press("messages.page", one, thread=thread.interaction_id, page="0")
        found |= set(texts(talk.threads(one).page))
    assert found == {"By phone.", "By mail."}
    talk.shop.undo(talk.shop.edges[0])
    assert texts(talk.threads(one).page) == ["By phone."]
    assert texts(talk.threads(other).page) == ["By mail."]


@given(st.text(max_size=60))
def test_no_text_in_html_breaks_what_is_read_from_it(text: str) -> None:
    assert isinstance(words_of(Message(IN, text=text, format="html")), str)


def test_of_html_the_words_are_kept() -> None:
    page = "<head><title>No</title></head><p>Dear&nbsp;Elinor,</p><div>where&#39;s <b>it</b>?<br>E.</div>"
    assert words_of(Message(IN, text=page, format="html")) == "Dear Elinor,\nwhere's it?\nE."


# --- on a card --------------------------------------------------------------------------------------------------


@pytest.mark.rule("E-16")
def test_e16_a_long_message_is_folded_until_it_is_asked_for(talk: Talk) -> None:
    card = talk.caller()
    talk.say(card, "word " * 200 + "END")
    message = talk.case(card).page.messages[0]

    def drawn() -> dict[str, object]:
        return orjson.loads(talk.press("card.refresh", card).card or b"")  # type: ignore[no-any-return]

    assert "END" not in words(drawn())
    talk.press("message.unfold", card, message=message.id)
    assert "END" in words(drawn())
    talk.press("message.unfold", card, message=message.id)
    assert "END" not in words(drawn())


@pytest.mark.rule("E-12", "E-13", "E-14", "E-15", "E-16", "E-17", "E-18")
@pytest.mark.parametrize(
    ("category", "opened"),
    [
        ("summary", {"current", "wrap_up", "comments", "journey"}), ("profile", {"profile"}), ("cases", {"requests"}),
        ("messages", {"messages"}), ("identities", {"identities"}), ("more", {"more"}),
    ],
)  # fmt: skip
def test_e12_each_icon_leads_to_its_part_of_the_card(talk: Talk, category: str, opened: set[str]) -> None:
    card = talk.caller()
    answer = talk.press("card.category", card, SUPERVISOR, category=category)
    assert {one.value for one in talk.shop.view(card, SUPERVISOR).expanded} == opened
    drawn = orjson.loads(answer.card or b"")
    check(drawn)
    chosen = [
        one
        for one in ("summary", "profile", "cases", "messages", "identities", "more")
        if has(drawn, f"category.{one}")
    ]
    assert chosen == ["summary", "profile", "cases", "messages", "identities", "more"]


# --- comments on a message --------------------------------------------------------------------------------------


@pytest.mark.rule("C-03", "E-25", "E-26", "E-31")
def test_c03_e31_a_comment_on_a_case_belongs_to_the_selected_message(talk: Talk) -> None:
    card = talk.caller()
    talk.say(card, "Where is my invoice?")
    talk.say(card, "Hello?")
    asked = talk.case(card).page.messages[0]
    talk.press("message.select", card, message=asked.id)
    assert talk.case(card).selected == asked.id
    assert talk.comment(card, asked, "He means the one of May.").notice is None
    after = talk.case(card)
    assert after.selected is None
    assert [[one.text for one in message.comments] for message in after.page.messages] == [
        ["He means the one of May."], [],
    ]  # fmt: skip
    (listed,) = talk.look(card, Section.COMMENTS).comments.comments
    assert listed.is_on_message
    assert code(talk.comment(card, replace(asked, id="0" * 32), "Whose?")) == "message_gone"  # type: ignore[arg-type]
    assert code(talk.comment(card, asked, "  ")) == "comment_empty"


@pytest.mark.rule("C-02", "E-29")
def test_c02_cancelling_the_case_hides_comments_on_its_messages_with_a_tombstone(talk: Talk) -> None:
    card = talk.caller()
    talk.say(card, "Where is my invoice?")
    asked = talk.case(card).page.messages[0]
    talk.comment(card, asked, "He means the one of May.")
    request = talk.shown(card)
    assert code(talk.save(card, request, verb="request.cancel")) == "request_cancelled"
    assert [one.comments for one in talk.case(card).page.messages] == [()]
    (tombstone,) = talk.audited("comment.hide")
    assert tombstone["details"] == {"request": request.id}
    talk.again(card)
    talk.say(card, "Once more.")
    talk.say(card, "Here it is.", OUT)
    assert code(talk.save(card, talk.shown(card), verb="request.cancel")) == "request_has_reply"


@pytest.mark.rule("E-28")
def test_e28_a_comment_on_a_message_is_corrected_beside_it(talk: Talk) -> None:
    card = talk.caller()
    talk.say(card, "Where is my invoice?")
    asked = talk.case(card).page.messages[0]
    talk.comment(card, asked, "He means May.")
    (first,) = talk.case(card).page.messages[0].comments
    talk.press(
        "comment.add", card, interaction=talk.interaction(card).id, corrects=first.id,
        inputs={"comment.text": "He means June."},
    )  # fmt: skip
    said = talk.case(card).page.messages[0].comments
    assert [(one.text, one.is_corrected) for one in said] == [("He means May.", True), ("He means June.", False)]


def test_a_comment_that_was_not_sent_stays_on_the_card_in_the_chat(talk: Talk) -> None:
    card = talk.caller()
    talk.say(card, "Where is my invoice?")
    asked = talk.case(card).page.messages[0]
    talk.press("message.select", card, message=asked.id)
    inputs = {f"comment.message.{asked.id}": "Half a sen"}
    data = {"card": card, "section": "journey"}
    answer = talk.shop.desk.act(ELINOR, Action("card.section", data, inputs, Surface.CHAT))
    assert answer.card is not None
    assert talk.case(card).draft == "Half a sen"


# --- blocked ----------------------------------------------------------------------------------------------------


def identity(talk: Talk, card: CardId) -> IdentityView:
    return talk.shop.view(card).identities[0]


@pytest.mark.rule("C-07", "E-18")
def test_c07_cards_of_a_blocked_identity_open_under_a_red_banner_with_its_messages_folded_away(talk: Talk) -> None:
    card = talk.caller()
    talk.say(card, "Rude words.")
    talk.look(card, Section.MESSAGES, Section.MORE)
    one = identity(talk, card)
    assert one.id
    assert code(talk.press("identity.block", card, ELINOR, identity=one.id)) == "supervisors_only"
    answer = talk.press("identity.block", card, SUPERVISOR, identity=one.id)
    assert code(answer) == "identity_blocked"
    drawn = orjson.loads(answer.card or b"")
    check(drawn)
    assert drawn["body"][0]["id"] == "banner.blocked"
    assert "Rude words" not in orjson.dumps(drawn).decode()
    message = talk.threads(card).page.messages[0]
    assert message.is_blocked
    talk.press("message.unfold", card, message=message.id)
    assert "Rude words" in words(orjson.loads(talk.press("card.refresh", card).card or b""))
    assert [noted["subject"] for noted in talk.audited("identity.block")] == [card]


@pytest.mark.rule("C-07")
def test_c07_a_block_is_undone_the_same_way(talk: Talk) -> None:
    card = talk.caller()
    one = identity(talk, card)
    assert one.id
    talk.press("identity.block", card, SUPERVISOR, identity=one.id)
    assert identity(talk, card).is_blocked
    assert code(talk.press("identity.unblock", card, SUPERVISOR, identity=one.id)) == "identity_unblocked"
    assert not identity(talk, card).is_blocked
    other = talk.caller("Lucy Steele")
    assert code(talk.press("identity.block", other, SUPERVISOR, identity=one.id)) == "identity_gone"


@pytest.mark.rule("C-07")
def test_c07_a_blocked_identity_folds_away_its_own_messages_alone(talk: Talk) -> None:
    one, other = talk.caller(), talk.caller("E. Ferrars")
    talk.say(one, "Rude words.")
    talk.say(other, "Kind words.")
    blocked = identity(talk, one)
    assert blocked.id
    talk.press("identity.block", one, SUPERVISOR, identity=blocked.id)
    talk.shop.merge(other, one)
    assert [known.is_blocked for known in talk.shop.view(other).identities] == [False, True]
    found = {}
    for thread in talk.threads(other).threads:
        talk.press("messages.page", other, MARIANNE, thread=thread.interaction_id, page="0")
        (message,) = talk.look(other, Section.MESSAGES, viewer=MARIANNE).messages.page.messages
        found[message.text] = message.is_blocked
    assert found == {"Rude words.": True, "Kind words.": False}
