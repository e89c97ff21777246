"""Requests: opened with an interaction, added, written in, closed, opened again, cancelled."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customers.events import AgentRef, InteractionEvent, Message
from customers.ids import CardId
from customers.journey import Cursor
from customers.model import Channel, Direction, Verb
from customers.ports import Action, BadAction
from customers.requests import RequestState, RequestView
from customers.views import Surface
from desk import interactions
from desk.work import Work
from storage.engine import Database
from tests.desk.merging_world import ELINOR, MARIANNE, SETTINGS
from tests.desk.requests_world import Requests, code


@pytest.fixture
def house(database: Database) -> Requests:
    return Requests(database)


# --- opened by themselves ---------------------------------------------------------------------------------------


@pytest.mark.rule("B-26", "B-35")
def test_b26_an_interaction_that_an_agent_takes_is_in_a_request_of_its_own(house: Requests) -> None:
    card = house.caller()
    first = house.shown(card)
    assert first.is_current
    assert first.state is RequestState.OPEN
    assert [one.interaction_id for one in first.activities] == [house.interaction(card).id]
    house.again(card)
    second = house.shown(card)
    assert second.id != first.id
    assert [one.id for one in house.view(card).others] == [first.id]
    assert house.shop.view(card).open_requests == 2


def test_b26_an_interaction_that_nobody_takes_opens_none(house: Requests) -> None:
    card = house.caller(verb=Verb.OFFERED)
    assert house.view(card).all == ()
    assert house.interaction(card).request_id is None


def test_whatever_else_happens_to_the_interaction_it_stays_in_its_request(house: Requests) -> None:
    card = house.caller()
    before = house.shown(card)
    happens(house, card, Verb.HELD, Verb.RESUMED, Verb.ENDED, Verb.WRAPUP_STARTED, Verb.WRAPUP_COMPLETED)
    assert house.shown(card).id == before.id
    assert len(house.rows()) == 1


@pytest.mark.rule("B-37")
def test_b37_an_activity_says_its_media_type_and_its_tags(house: Requests) -> None:
    card = house.caller()
    leg = house.interaction(card).leg_id
    house.press("tag.add", card, leg=leg, inputs={"wrapup.tag": "Invoice"})
    (activity,) = house.shown(card).activities
    assert activity.channel is house.interaction(card).channel
    assert activity.tags == ("Invoice",)


def happens(house: Requests, card: CardId, *verbs: Verb, message: Message | None = None) -> None:
    """More happens to the newest interaction."""
    shop = house.shop
    for verb in verbs:
        event = InteractionEvent(
            source=f"urn:{shop.run}",
            id=f"{verb}-{next(_NUMBERS)}",
            verb=verb,
            at=datetime.now(UTC),
            interaction_ref=f"ref-{shop.calls}",
            channel=house.interaction(card).channel if card else Channel.VOICE,
            agent=AgentRef(id=ELINOR.name, entra_object_id=ELINOR.user_id),
            message=message,
        )
        with house.database.write() as tx:
            interactions.apply(Work(tx, SETTINGS), "main", event)


_NUMBERS = itertools.count()

# --- written in -------------------------------------------------------------------------------------------------


@pytest.mark.rule("B-04", "B-06", "B-08")
def test_b04_b06_name_and_description_are_kept_as_they_were_typed(house: Requests) -> None:
    card = house.caller()
    shown = house.shown(card)
    assert code(house.save(card, shown, name="Invoice of May", description="Wrong sum.\r\nWants a copy. ")) == "saved"
    after = house.shown(card)
    assert (after.name, after.description) == ("Invoice of May", "Wrong sum.\nWants a copy.")
    assert house.interaction(card).request_name == "Invoice of May"
    assert (after.state, after.created_at, after.closed_at) == (RequestState.OPEN, shown.created_at, None)


@pytest.mark.rule("B-07")
@pytest.mark.parametrize("field", ["name", "description"])
def test_b07_a_text_of_more_than_2000_characters_is_refused_and_nothing_is_changed(house: Requests, field: str) -> None:
    card = house.caller()
    shown = house.shown(card)
    answer = house.save(card, shown, **{field: "👍" * 2000})
    assert code(answer) == "saved"
    answer = house.save(
        card, house.shown(card), **{field: "👍" * 2001, "name" if field != "name" else "description": "x"}
    )
    assert code(answer) == "text_too_long"
    assert "2,000 characters" in answer.notice_text
    after = house.shown(card)
    assert (after.name, after.description).count("") == 1


@pytest.mark.rule("B-05", "P-13")
def test_p13_fields_that_only_one_of_two_changed_are_combined(house: Requests) -> None:
    card = house.caller()
    shown = house.shown(card)
    house.save(card, shown, MARIANNE, name="Invoice of May")
    assert code(house.save(card, shown, ELINOR, description="The sum is wrong.")) == "saved"
    after = house.shown(card)
    assert (after.name, after.description) == ("Invoice of May", "The sum is wrong.")


@pytest.mark.rule("B-05", "P-13")
def test_b05_what_another_agent_has_changed_meanwhile_is_not_overwritten_unseen(house: Requests) -> None:
    card = house.caller()
    shown = house.shown(card)
    house.save(card, shown, MARIANNE, name="Invoice of May")
    answer = house.save(card, shown, ELINOR, name="Ladder", description="Too short.")
    assert code(answer) == "changed_elsewhere"
    after = house.shown(card)
    assert (after.name, after.description) == ("Invoice of May", "")
    assert code(house.save(card, after, ELINOR, name="Ladder")) == "saved"  # seen, and kept all the same
    assert house.shown(card).name == "Ladder"


TEXTS = st.sampled_from(["", "A", "B", "C"])
STEP = st.tuples(st.sampled_from(["Elinor", "Marianne"]), st.booleans(), TEXTS, TEXTS)


@given(steps=st.lists(STEP, max_size=8))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.rule("P-13")
def test_p13_whoever_saves_in_whatever_order_nothing_is_overwritten_that_was_not_shown(
    house: Requests, steps: list[tuple[str, bool, str, str]]
) -> None:
    card = house.caller()
    people = {"Elinor": ELINOR, "Marianne": MARIANNE}
    seen = dict.fromkeys(people, house.shown(card))
    for who, looks, name, description in steps:
        stored = house.shown(card)
        if looks:
            seen[who] = stored
        typed = {"name": name, "description": description}
        answer = house.save(card, seen[who], people[who], **typed)
        after = house.shown(card)
        for field, text in typed.items():
            drawn, now, then = (getattr(one, field) for one in (seen[who], stored, after))
            if text == drawn:
                assert then == now, "a field that nobody typed into stays as it is"
            elif now not in (drawn, text):
                assert code(answer) == "changed_elsewhere"
                assert then == now
        if code(answer) == "saved":
            seen[who] = after


def test_in_a_chat_typed_text_is_kept_whatever_is_pressed(house: Requests) -> None:
    card = house.caller()
    shown = house.shown(card)
    drawn = {"request.drawn": f"{shown.id} {shown.version} - -", f"request.name.{shown.id}": "Invoice"}
    answer = house.shop.desk.act(ELINOR, _chat("card.section", {"card": card, "section": "identities"}, drawn))
    assert answer.card is not None
    assert house.shown(card).name == "Invoice"


def _chat(verb: str, data: dict[str, str], inputs: dict[str, str]) -> Action:
    return Action(verb, data, inputs, Surface.CHAT)


# --- added, closed, opened again, cancelled ---------------------------------------------------------------------


@pytest.mark.rule("B-41")
def test_b41_another_request_is_added_and_written_in(house: Requests) -> None:
    card = house.caller()
    first = house.shown(card)
    assert code(house.press("request.add", card)) == "request_added"
    added = house.shown(card)
    assert added.id != first.id
    assert (added.is_current, added.created_by, added.activities) == (False, "Elinor Dashwood", ())
    house.press("request.show", card, request=first.id)
    assert house.shown(card).id == first.id
    assert house.shown(card, MARIANNE).id == first.id, "what one agent looks at is theirs"


@pytest.mark.rule("B-08", "C-14")
def test_b08_a_closed_request_says_when_and_by_whom_and_can_be_opened_again(house: Requests) -> None:
    card = house.caller()
    house.press("card.close", card)
    assert house.shown(card).state is RequestState.OPEN, "closing the customer closes no request (C-14)"
    shown = house.shown(card)
    assert code(house.save(card, shown, verb="request.close", name="Invoice")) == "request_closed"
    closed = house.shown(card)
    assert (closed.state, closed.name, closed.closed_by) == (RequestState.CLOSED, "Invoice", "Elinor Dashwood")
    assert closed.closed_at is not None
    assert closed.closed_at >= closed.created_at
    assert code(house.save(card, closed, verb="request.close")) == "request_is_closed"
    assert code(house.save(card, closed, name="Invoice of May")) == "saved"  # B-21
    assert code(house.save(card, house.shown(card), verb="request.reopen")) == "request_reopened"
    assert house.shown(card).closed_at is None
    assert [row["user_id"] for row in house.audited("request.close")] == [ELINOR.user_id]


@pytest.mark.rule("C-02")
def test_c02_an_open_request_without_an_answer_can_be_cancelled_and_not_be_changed_again(house: Requests) -> None:
    card = house.caller()
    shown = house.shown(card)
    assert shown.may_cancel
    assert code(house.save(card, shown, verb="request.cancel")) == "request_cancelled"
    assert house.shop.view(card).open_requests == 0
    for verb in ("request.save", "request.reopen"):
        answer = house.save(card, house.shown(card), verb=verb, name="Again")
        assert code(answer) == "request_is_cancelled"
    assert house.shown(card).name == ""
    assert len(house.audited("request.cancel")) == 1


@pytest.mark.rule("C-02")
@pytest.mark.parametrize(("author", "is_reply"), [("agent", True), ("", True), ("bot", False), ("system", False)])
def test_c02_a_request_in_which_an_agent_has_answered_is_closed_not_cancelled(
    house: Requests, author: str, is_reply: bool
) -> None:
    card = house.caller()
    happens(house, card, Verb.MESSAGE, message=Message(Direction.INBOUND, "1", "contact", "Hello?"))
    assert house.shown(card).may_cancel
    happens(house, card, Verb.MESSAGE, Verb.MESSAGE, message=Message(Direction.OUTBOUND, "2", author, "Good day."))
    assert house.shown(card).may_cancel is not is_reply
    answer = house.save(card, house.shown(card), verb="request.cancel")
    assert code(answer) == ("request_has_reply" if is_reply else "request_cancelled")


def test_a_request_of_another_customer_is_not_touched(house: Requests) -> None:
    edward, lucy = house.caller(), house.caller("Lucy Steele")
    hers = house.shown(lucy)
    for verb in ("request.save", "request.close", "request.cancel", "request.reopen", "request.show"):
        assert code(house.save(edward, hers, verb=verb, name="Mine")) == "request_gone"
    assert house.shown(lucy) == replace(hers)


@pytest.mark.rule("E-03")
def test_requests_are_listed_open_ones_first_and_no_more_than_a_card_takes(house: Requests) -> None:
    card = house.caller()
    for _ in range(13):
        house.press("request.add", card)
    closed: RequestView = house.view(card).others[3]
    house.save(card, closed, verb="request.close")
    view = house.view(card)
    assert [one.state for one in view.others] == [RequestState.OPEN] * 10 + [RequestState.CLOSED]
    assert view.has_more
    assert house.shop.view(card).open_requests == 13


def _turned(house: Requests, card: CardId, **data: str) -> list[RequestView]:
    """What is listed after that press."""
    house.press("request.page", card, **data)
    return [*house.view(card).others]


@pytest.mark.rule("E-03", "B-08")
def test_e03_all_requests_are_listed_page_by_page_and_the_way_back(house: Requests) -> None:
    card, mail = house.caller(), house.caller("E. Ferrars")
    for number in range(21):
        house.press("request.add", (card, mail)[number % 2])
    for verb, one in zip(("request.close", "request.cancel"), house.view(card).others[-2:], strict=True):
        house.save(card, one, verb=verb)
    house.shop.merge(card, mail)
    card = house.shop.root(card)
    every = {str(one) for one in house.rows()}
    pages = [_turned(house, card, turn="all")]
    while house.view(card).has_more:
        last = pages[-1][-1]
        pages.append(_turned(house, card, turn="older", before=str(Cursor(last.created_at, last.id))))
    assert [len(one) for one in pages] == [10, 10, len(every) - 20]
    listed = [one for page in pages for one in page]
    assert sorted(one.id for one in listed) == sorted(every)
    assert [one.created_at for one in listed] == sorted((one.created_at for one in listed), reverse=True)
    assert {one.state for one in listed} == set(RequestState)
    assert _turned(house, card, turn="newer") == pages[1]
    assert house.view(card).turned == 2
    assert house.view(card, MARIANNE).turned == 0, "she looks at what she looked at"
    assert all(one.state is RequestState.OPEN for one in _turned(house, card, turn="close")[:10])
    assert house.view(card).turned == 0


@pytest.mark.parametrize("data", [{"turn": "older"}, {"turn": "older", "before": "yesterday"}, {"turn": "on"}, {}])
def test_a_page_that_there_is_not_is_refused_and_nothing_is_turned(house: Requests, data: dict[str, str]) -> None:
    card = house.caller()
    with pytest.raises(BadAction):
        house.press("request.page", card, **data)
    assert house.view(card).turned == 0


# --- merged and parted ------------------------------------------------------------------------------------------


@pytest.mark.rule("P-01", "P-05")
def test_p05_requests_of_both_cards_stand_together_and_an_undo_takes_them_apart(house: Requests) -> None:
    edward, mail = house.caller(), house.caller("E. Ferrars")
    his, its = house.shown(edward), house.shown(mail)
    house.press("merge.open", edward)
    house.press("merge.preview", edward, others=mail)
    merge = house.shop.view(edward).merge
    assert merge is not None
    assert merge.preview is not None
    assert [one.open_requests for one in (merge.preview.survivor, *merge.preview.absorbed)] == [1, 1]
    house.shop.merge(edward, mail)
    assert {one.id for one in house.view(edward).all} == {his.id, its.id}
    assert house.shop.view(edward).open_requests == 2
    house.save(edward, its, verb="request.close")
    house.shop.undo(house.shop.edges[0])
    assert [one.id for one in house.view(edward).all] == [his.id]
    assert [(one.id, one.state) for one in house.view(mail).all] == [(its.id, RequestState.CLOSED)]
