"""What an agent typed and did not save: no press in the chat loses it, and none overwrites what others wrote."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customers.ports import Action
from customers.views import Surface
from desk.act import ActionDesk
from storage.engine import Database
from storage.tables import legs
from tests.cards.card_checks import nodes
from tests.desk.chat import NOTES, OUTCOME, VIEWER, Chat
from tests.desk.test_desk_races import RECORD, SETTINGS, _call

PRESSES: list[tuple[str, dict[str, str]]] = [
    ("link.add", {}),
    ("link.remove", {}),
    ("link.search", {"query": "Ferrars"}),
    ("related.refresh", {}),
    ("related.expand", {}),
    ("card.section", {"section": "related"}),
    ("card.section", {"section": "journey"}),
    ("card.refresh", {}),
    ("push.retry", {}),
    ("tag.add", {"tag": "invoice"}),
    ("tag.remove", {"tag": "invoice"}),
    ("customers.show", {}),
    ("wrapup.save", {}),
    ("card.close", {"answer": "save"}),
]
REFUSED: list[tuple[str, dict[str, str]]] = [
    ("link.add", {"record": "salesforce:Contact:gone"}),
    ("link.search", {"query": "x"}),
    ("tag.add", {"tag": "x" * 51}),
    ("wrapup.finish", {}),
]
ON_CARD = {"link.search", "related.refresh", "card.section", "card.refresh", "customers.show"}
"""Verbs whose buttons do not say which leg they stand on."""


@pytest.fixture
def chat(database: Database) -> Chat:
    """A call that Elinor has ended."""
    return Chat(database, _call(database))


def _elsewhere(chat: Chat, text: str) -> None:
    """She saves something else in the pane."""
    with chat.database.read() as connection:
        version = connection.execute(sa.select(legs.c.version)).scalar_one()
    data = chat.data | {"version": str(version)}
    answer = ActionDesk(chat.database, SETTINGS).act(VIEWER, Action("wrapup.save", data, {NOTES: text}))
    assert answer.notice is not None
    assert answer.notice.code == "saved"


@pytest.mark.rule("B-17")
@pytest.mark.parametrize(("verb", "data"), [*PRESSES, *REFUSED])
def test_b17_a_press_in_the_chat_keeps_what_was_typed(chat: Chat, verb: str, data: dict[str, str]) -> None:
    chat.types("Wants a copy.")
    chat.types("Resolved", OUTCOME)
    chat.presses(verb, **data)
    if verb != "card.close":  # a closed card has no fields
        assert (chat.fields[NOTES], chat.fields[OUTCOME]) == ("Wants a copy.", "Resolved")
    assert chat.stored()["notes"] == "Wants a copy."
    assert chat.stored()["disposition"] == "Resolved"


@pytest.mark.rule("B-17")
def test_b17_the_chat_offers_to_save_or_to_discard_what_was_typed_and_discard_keeps_none_of_it(chat: Chat) -> None:
    chat.types("Saved by a press.")
    chat.presses("tag.add", tag="invoice")
    presses = [node for node in nodes(chat.card) if node.get("verb") == "card.close"]
    answers = [press["data"]["answer"] for press in presses]
    assert answers == ["save", "discard"]
    chat.types("Half a sentence, not to be kept.")
    chat.types("Resolved", OUTCOME)
    chat.presses("card.close", answer="discard")
    assert chat.stored()["notes"] == "Saved by a press."
    assert "disposition" not in chat.stored()


@pytest.mark.parametrize(("verb", "data"), PRESSES)
def test_a_client_that_brings_back_no_hidden_field_keeps_it_too(chat: Chat, verb: str, data: dict[str, str]) -> None:
    if verb in ON_CARD:
        del chat.data["leg"]
    action = Action(verb, chat.data | data, {NOTES: "Wants a copy."}, Surface.CHAT)
    ActionDesk(chat.database, SETTINGS).act(VIEWER, action)
    chat.data |= _ids(chat.database)
    assert chat.stored()["notes"] == "Wants a copy."


def _ids(database: Database) -> dict[str, str]:
    with database.read() as connection:
        return {"leg": connection.execute(sa.select(legs.c.id)).scalar_one()}


@pytest.mark.parametrize(
    ("verb", "data"), [press for press in PRESSES if press[0] not in ("wrapup.save", "card.close")]
)
def test_in_the_pane_which_keeps_it_by_itself_nothing_is_saved(chat: Chat, verb: str, data: dict[str, str]) -> None:
    ActionDesk(chat.database, SETTINGS).act(VIEWER, Action(verb, chat.data | data, {NOTES: "Not yet."}, Surface.PANE))
    assert "notes" not in chat.stored()


def test_an_automatic_refresh_changes_nothing(chat: Chat) -> None:
    action = Action("card.refresh", chat.data, {NOTES: "Nobody typed this."}, Surface.CHAT, is_automatic=True)
    ActionDesk(chat.database, SETTINGS).act(VIEWER, action)
    assert "notes" not in chat.stored()


@pytest.mark.parametrize(("verb", "data"), [*PRESSES, *REFUSED])
@pytest.mark.rule("B-05")
def test_b05_what_was_saved_elsewhere_is_not_overwritten_and_nothing_typed_is_lost(
    chat: Chat, verb: str, data: dict[str, str]
) -> None:
    chat.types("Typed in the chat.")
    _elsewhere(chat, "Saved in the pane.")
    for _ in range(2):  # pressing again changes nothing: it is as unseen as before
        answer = chat.presses(verb, **data)
        assert chat.stored()["notes"] == "Saved in the pane."
        assert chat.fields[NOTES] == "Typed in the chat."
        assert answer.notice is not None
        assert answer.notice.kind == "warning"
    chat.presses("card.refresh", answer="discard")  # Load
    assert chat.fields[NOTES] == "Saved in the pane."
    chat.types("Both.")
    chat.presses("wrapup.save")
    assert chat.stored()["notes"] == "Both."


def test_fields_that_only_one_of_two_changed_are_combined(chat: Chat) -> None:
    chat.types("Resolved", OUTCOME)
    _elsewhere(chat, "Saved in the pane.")
    assert chat.presses("related.refresh").notice is None
    assert chat.stored() == {"notes": "Saved in the pane.", "disposition": "Resolved", "disposition_label": "Resolved"}


@pytest.mark.parametrize("verb", ["related.refresh", "wrapup.save"])
def test_what_was_only_shown_is_not_saved_over_what_is_newer(chat: Chat, verb: str) -> None:
    _elsewhere(chat, "First.")
    chat.delivered(always=True)
    _elsewhere(chat, "Second.")
    answer = chat.presses(verb)
    assert answer.notice is None or answer.notice.code == "saved"
    assert chat.fields[NOTES] == "Second."


def test_who_types_on_while_the_answer_is_lost_conflicts_with_nobody(chat: Chat) -> None:
    chat.types("Wants")
    before = dict(chat.fields)
    chat.presses("related.refresh")
    chat.fields = before
    chat.types("Wants a copy.")
    chat.presses("related.refresh")
    assert chat.stored()["notes"] == "Wants a copy."


@pytest.mark.parametrize(("verb", "data"), [*PRESSES, *REFUSED])
@pytest.mark.rule("B-07")
def test_b07_too_long_a_text_stays_on_the_card_and_the_action_happens(
    chat: Chat, verb: str, data: dict[str, str]
) -> None:
    chat.types("x" * 2001)
    answer = chat.presses(verb, **data)
    assert chat.fields[NOTES] == "x" * 2001
    assert "notes" not in chat.stored()
    assert answer.notice is not None
    assert answer.notice.kind == "warning"
    if verb == "link.add" and not data:
        chat.fields[NOTES] = ""
        chat.presses("card.refresh")
        assert "link.remove" in str(chat.card)


def test_a_closed_section_has_no_place_for_what_cannot_be_stored(chat: Chat) -> None:
    chat.types("Typed in the chat.")
    _elsewhere(chat, "Saved in the pane.")
    answer = chat.presses("card.section", section="wrap_up")
    assert answer.card is None
    assert chat.fields[NOTES] == "Typed in the chat."


@pytest.mark.parametrize("verb", ["related.refresh", "link.add"])
def test_a_leg_that_has_become_one_with_another_loses_nothing(chat: Chat, verb: str) -> None:
    """Their agent turned out to be one: the card in the chat still names the leg that is gone."""
    chat.fields["wrapup.drawn"] = chat.fields["wrapup.drawn"].replace(chat.data["leg"], "gone")
    chat.types("Wants a copy.")
    chat.presses(verb, leg="gone")
    assert chat.stored()["notes"] == "Wants a copy."
    assert chat.fields[NOTES] == "Wants a copy."
    chat.fields["wrapup.drawn"] = chat.fields["wrapup.drawn"].replace(chat.data["leg"], "gone")
    chat.presses("related.refresh")
    assert chat.fields[NOTES] == "Wants a copy."


def test_another_ones_leg_is_not_written_to(chat: Chat) -> None:
    other = VIEWER.__class__("e11e0000-0000-4a00-8000-00000000e112", "tenant", "Marianne")  # type: ignore[arg-type]
    action = Action("link.add", chat.data, {**chat.fields, NOTES: "Not hers."}, Surface.CHAT)
    answer = ActionDesk(chat.database, SETTINGS).act(other, action)
    assert answer.notice is not None
    assert answer.notice.code == "not_yours"
    assert "notes" not in chat.stored()


_TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Cs", "Zl", "Zp")), max_size=12)
_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("type"), _TEXTS),
        st.tuples(st.just("elsewhere"), _TEXTS),
        st.tuples(st.just("press"), st.sampled_from([*PRESSES, *REFUSED])),
    ),
    max_size=12,
)


@pytest.mark.parametrize("conflicts", [False, True])
@given(steps=_STEPS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_pressed_nothing_typed_last_is_lost(chat: Chat, conflicts: bool, steps: list[Any]) -> None:
    with chat.database.write() as tx:
        tx.execute(sa.update(legs).values(edits={}))
    chat.presses("customers.show", answer="discard")
    typed = last = chat.fields[NOTES]
    saved = [typed]
    for kind, what in steps:
        if kind == "type":
            typed = last = what
            chat.types(what)
        elif kind == "elsewhere" and conflicts:
            _elsewhere(chat, what)
            saved.append(what.strip())
        elif kind == "press" and (NOTES in chat.fields or what[0] == "customers.show"):
            chat.presses(what[0], **what[1])
            if NOTES not in chat.fields:  # closed
                assert chat.stored().get("notes", "") in {last.strip(), *saved}
                chat.presses("customers.show")
            # Nothing typed since the card was drawn: then it shows what others wrote.
            allowed = {last.strip()} if typed.strip() != saved[0] else {last.strip(), *saved}
            assert chat.fields[NOTES].strip() in allowed
            assert conflicts or chat.stored().get("notes", "") == last.strip()
            assert chat.stored().get("notes", "") in {last.strip(), *saved}
            typed = last = chat.fields[NOTES]
            saved = [typed.strip(), chat.stored().get("notes", "")]


def test_the_record_is_linked_all_the_same(chat: Chat) -> None:
    chat.types("Typed in the chat.")
    _elsewhere(chat, "Saved in the pane.")
    chat.presses("link.add")
    assert f"record.{RECORD}.link" in str(chat.card)
    assert "link.remove" in str(chat.card)
