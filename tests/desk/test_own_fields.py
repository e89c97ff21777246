"""Fields of activities that a company chose itself, per channel (B-38, B-39): written in, checked, combined."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cards import render
from customers.fields import label_names
from customers.ids import CardId
from customers.model import Verb
from customers.ports import Action, Answer
from customers.views import Section, Surface, Switches, Viewer
from desk import interactions
from desk.act import ActionDesk
from desk.work import Work
from push.facts import differing, facts_of, to_json
from storage import cards, tables
from storage.engine import Database
from storage.interactions import activity_source
from storage.views import card_view
from tests.cards.card_checks import check, nodes
from tests.desk.chat import VIEWER, Chat
from tests.desk.own_fields import AMOUNT, CALLBACK, CONTRACT, REASON, SETTINGS, VOICE, Pane
from tests.desk.requests_world import code
from tests.desk.test_desk_races import _call, _happens, _link

GOOD = {
    "reason": "complaint",
    "callback": "2026-12-05",
    "amount": "1234.50",
    "contract": "K-17",
    "form": "https://acme.example.com/form",
}


@pytest.fixture
def pane(database: Database) -> Pane:
    """A call that Elinor has ended."""
    return Pane(database, _call(database))


def beside(answer: Answer, input_id: str) -> str:
    """What the drawn card says beside an input."""
    assert isinstance(answer.card, bytes)
    found = [node["text"] for node in nodes(orjson.loads(answer.card)) if node.get("id") == f"{input_id}.problem"]
    return found[0] if found else ""


@pytest.mark.rule("B-38", "B-39")
def test_b39_an_agent_writes_the_fields_that_the_administrator_chose(pane: Pane) -> None:
    kinds = {node["id"]: node["type"] for node in nodes(pane.card()) if node.get("type", "").startswith("Input.")}
    assert [kinds[pane.id_of(one.name)] for one in VOICE] == [
        "Input.ChoiceSet",
        "Input.Date",
        "Input.Number",
        "Input.Text",
        "Input.Text",
    ]
    assert code(pane.press("wrapup.save", **GOOD)) == "saved"
    assert pane.stored() == {**GOOD, "amount": "1234.5"}
    assert pane.inputs()[pane.id_of("amount")] == "1234.5"
    with pane.database.read() as connection:
        table = tables.audit
        rows = connection.execute(sa.select(table.c.details).where(table.c.action == "activity.fields")).scalars().all()
    assert rows == [{"fields": sorted(GOOD)}]


READINGS = {
    "en": ["Reason: Complaint", "Callback on: Dec 5, 2026", "Amount: 1,234.5"],
    "de": ["Grund: Beschwerde", "Rückruf am: 05.12.2026", "Amount: 1.234,5"],
    "es": ["Motivo: Queja", "Callback on: 5 dic 2026", "Amount: 1.234,5"],
}


@pytest.mark.rule("B-39", "P-14", "B-44")
def test_b39_who_may_not_write_reads_values_as_their_locale_writes_them(pane: Pane) -> None:
    pane.press("wrapup.save", **GOOD)
    names = frozenset(one.name for one in VOICE)
    for language, said in READINGS.items():
        reader = replace(VIEWER, language=language, country="", switches=Switches(activity_read_only=names))
        texts = pane.texts(reader).replace("\\", "")
        assert [line for line in said if line not in texts] == []
        assert "[https://acme.example.com/form](https://acme.example.com/form)" in texts


@pytest.mark.rule("B-39")
def test_b39_what_does_not_fit_is_said_beside_the_field_and_the_rest_is_kept(pane: Pane) -> None:
    wrong = {"amount": ("0.25", "from 0.5 to 10,000"), "form": ("http://acme.example.com", "begins with https")}
    typed = {**GOOD, **{name: text for name, (text, _) in wrong.items()}}
    answer = pane.press("wrapup.save", **typed)
    assert answer.notice is not None
    assert answer.notice.values == (("fields", "Amount, Form"),)
    for name, (_, why) in wrong.items():
        assert why in beside(answer, pane.id_of(name)).replace("\\", "")
        assert pane.inputs()[pane.id_of(name)] == "", "the pane holds what was typed; the card says what is stored"
    assert pane.stored() == {name: text for name, text in GOOD.items() if name not in wrong}


@pytest.mark.rule("B-39", "A-32")
def test_b39_wrap_up_is_not_finished_without_a_field_that_is_required(database: Database) -> None:
    required = replace(SETTINGS, activity_fields={"voice": (REASON._replace(is_required=True), CONTRACT)})
    pane = Pane(database, _call(database), required)
    answer = pane.press("wrapup.finish", contract="K-17")
    assert code(answer) == "fields_unfit"
    assert beside(answer, pane.id_of("reason")) == "Please fill this in."
    assert pane.stored() == {"contract": "K-17"}
    assert code(pane.press("wrapup.save", contract="K-18")) == "saved", "what is there so far can be kept"
    # It is the platform that ends this wrap-up: the field is no reason against it any more.
    assert code(pane.press("wrapup.finish", reason="praise")) == "not_in_wrap_up"
    assert pane.stored() == {"contract": "K-18", "reason": "praise"}


@pytest.mark.rule("P-13", "B-05")
def test_p13_two_who_write_different_fields_are_combined(pane: Pane) -> None:
    drawn = pane.inputs()
    assert code(pane.press("wrapup.save", drawn, reason="praise")) == "saved"
    assert code(pane.press("wrapup.save", drawn, contract="K-17")) == "saved"
    assert pane.stored() == {"reason": "praise", "contract": "K-17"}


@pytest.mark.rule("P-13", "B-05")
def test_p13_who_writes_over_what_another_wrote_meanwhile_is_asked(pane: Pane) -> None:
    drawn = pane.inputs()
    pane.press("wrapup.save", drawn, contract="theirs")
    assert code(pane.press("wrapup.save", drawn, contract="mine", reason="praise")) == "changed_elsewhere"
    assert pane.stored() == {"contract": "theirs", "reason": "praise"}
    assert code(pane.press("wrapup.save", drawn, contract="theirs")) == "saved", "both wrote the same"
    assert code(pane.press("wrapup.save", contract="mine")) == "saved", "Keep mine: over what the card shows now"
    assert pane.stored()["contract"] == "mine"


STEPS = st.lists(
    st.tuples(st.sampled_from([one.name for one in VOICE]), st.integers(0, 1), st.booleans()), min_size=1, max_size=5
)
VALUES = {
    "reason": ("complaint", "praise"),
    "callback": ("2026-12-05", "2026-12-06"),
    "amount": ("1", "2.5"),
    "contract": ("K-1", "K-2"),
    "form": ("tel:+4930123", "mailto:a@example.com"),
}


@pytest.mark.rule("P-13")
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_p13_no_field_is_overwritten_unseen(pane: Pane, steps: list[tuple[str, int, bool]]) -> None:
    """Presses from a card that was drawn at the beginning, or just now, against a plain model."""
    drawn = pane.inputs()
    model = {name: drawn[pane.id_of(name)] for name in VALUES}
    old = dict(model)
    for name, which, is_fresh in steps:
        value = VALUES[name][which]
        answer = pane.press("wrapup.save", None if is_fresh else drawn, **{name: value})
        is_typed = value != (model if is_fresh else old)[name]
        is_stale = not is_fresh and model[name] not in (old[name], value) and is_typed
        assert (code(answer) == "changed_elsewhere") == is_stale
        if is_typed and not is_stale:
            model[name] = value
        assert {one: pane.stored().get(one, "") for one in VALUES} == model


@pytest.mark.rule("B-38", "B-37")
def test_b38_the_activities_of_a_request_say_what_is_written_in_their_fields(pane: Pane) -> None:
    pane.press("wrapup.save", **GOOD)
    with pane.database.write() as tx:
        cards.update_view(tx, VIEWER.user_id, CardId(pane.data["card"]), sections=[Section.REQUESTS.value])
    with pane.database.read() as connection:
        view = card_view(connection, VIEWER, CardId(pane.data["card"]), SETTINGS.views)
    assert view is not None
    drawn = render.customer_card(view, VIEWER, Surface.CHAT)
    check(drawn)
    said = [str(node["text"]).replace("\\", "") for node in nodes(drawn) if "text" in node]
    assert any(line.startswith("Reason: Complaint · Callback on: Dec 5, 2026 · Amount: 1,234.5") for line in said)


@pytest.mark.rule("B-39")
def test_b39_what_is_taken_out_of_the_settings_stays_as_it_was_written(pane: Pane) -> None:
    pane.press("wrapup.save", **GOOD)
    fewer = REASON._replace(choices=REASON.choices[1:])
    later = replace(pane, settings=replace(SETTINGS, activity_fields={"voice": (fewer, AMOUNT)}))
    assert later.inputs()[pane.id_of("reason")] == "complaint"
    assert pane.id_of("contract") not in later.inputs()
    assert code(later.press("wrapup.save", amount="7")) == "saved"
    assert later.stored() == {**GOOD, "amount": "7"}


@pytest.mark.rule("B-39")
def test_b39_a_value_that_is_none_of_the_type_any_more_is_told(pane: Pane) -> None:
    pane.press("wrapup.save", contract="K-17")
    numbers = replace(SETTINGS, activity_fields={"voice": (AMOUNT._replace(name="contract"), CALLBACK)})
    later = replace(pane, settings=numbers)
    assert later.inputs()[pane.id_of("contract")] == ""
    assert "Written before: K-17" in later.texts().replace("\\", "")
    assert code(later.press("wrapup.save", callback="2026-12-05")) == "saved"
    assert later.stored()["contract"] == "K-17"
    assert code(later.press("wrapup.save", contract="17")) == "saved"
    assert later.stored()["contract"] == "17"


@pytest.mark.rule("E-11", "E-21", "B-39")
def test_e21_a_team_neither_sees_nor_writes_what_is_not_for_it(pane: Pane) -> None:
    pane.press("wrapup.save", **GOOD)
    switches = Switches(activity_hidden=frozenset({"amount"}), activity_read_only=frozenset({"contract"}))
    theirs = replace(pane, viewer=replace(VIEWER, switches=switches))
    inputs = theirs.inputs()
    assert not {pane.id_of("amount"), pane.id_of("contract")} & inputs.keys()
    assert "1,234.5" not in theirs.texts()
    assert "Contract: K-17" in theirs.texts().replace("\\", "")
    forged = {**inputs, "wrapup.fields": pane.inputs()["wrapup.fields"]}
    assert code(theirs.press("wrapup.save", forged, amount="1", contract="other")) == "saved"
    assert theirs.stored() == pane.stored() == {**GOOD, "amount": "1234.5"}


@pytest.mark.rule("B-17")
@pytest.mark.parametrize("verb", ["link.add", "wrapup.save"])
def test_b17_a_press_in_the_chat_keeps_what_fits_and_shows_what_does_not(database: Database, verb: str) -> None:
    data = _call(database)
    pane, chat = Pane(database, data), Chat(database, data, settings=SETTINGS)
    chat.types("praise", pane.id_of("reason"))
    chat.types("http://acme.example.com", pane.id_of("form"))
    chat.presses(verb)
    assert pane.stored() == {"reason": "praise"}
    assert chat.fields[pane.id_of("form")] == "http://acme.example.com"
    chat.presses("card.refresh")
    assert chat.fields[pane.id_of("form")] == "http://acme.example.com", "it stands there until it fits"
    chat.types("https://acme.example.com", pane.id_of("form"))
    chat.presses("card.refresh")
    assert pane.stored() == {"reason": "praise", "form": "https://acme.example.com"}


@pytest.mark.rule("B-05", "P-13")
def test_b05_load_in_the_chat_takes_what_the_other_wrote(database: Database) -> None:
    data = _call(database)
    pane, chat = Pane(database, data), Chat(database, data, settings=SETTINGS)
    chat.types("mine", pane.id_of("contract"))
    pane.press("wrapup.save", contract="theirs")
    answer = chat.presses("wrapup.save")
    assert code(answer) == "changed_elsewhere"
    assert "theirs" in beside(answer, pane.id_of("contract"))
    assert chat.fields[pane.id_of("contract")] == "mine"
    chat.presses("card.refresh", answer="discard")
    assert chat.fields[pane.id_of("contract")] == "theirs"
    assert pane.stored() == {"contract": "theirs"}


@pytest.mark.rule("A-08", "C-13")
def test_c13_the_crms_are_told_the_fields_and_what_changes_in_them_later(database: Database) -> None:
    pane = Pane(database, _call(database))
    _link(database, pane.data)
    with database.write() as tx:
        interactions.apply(Work(tx, SETTINGS), "main", _happens(Verb.WRAPUP_COMPLETED, 9))
    before = to_json(_facts(pane))
    pane.press("wrapup.save", **GOOD)
    now = _facts(pane)
    labels = {f"fields.{name}" for name in label_names(REASON)}
    assert {f"fields.{name}" for name in GOOD} | labels == differing(before, now)
    assert now["fields.reason"] == "complaint"
    jobs = tables.jobs
    with database.read() as connection:
        assert connection.execute(sa.select(sa.func.count()).where(jobs.c.lane == "push:salesforce")).scalar_one() == 1
    pane.press("wrapup.save", reason="")
    assert (now["fields.reason_label"], now["fields.reason_label_de"]) == ("Complaint", "Beschwerde")
    assert _facts(pane)["fields.reason"] == "", "emptied there, too"


def _facts(pane: Pane) -> dict[str, Any]:
    with pane.database.write() as tx:
        source = activity_source(tx, pane.data["leg"])  # type: ignore[arg-type]
    assert source is not None
    return facts_of(source, sets=SETTINGS.activity_fields)


@pytest.mark.rule("B-32", "B-38")
def test_b32_the_journey_says_them_and_is_searched_by_them(pane: Pane) -> None:
    pane.press("wrapup.save", **GOOD)
    desk = ActionDesk(pane.database, SETTINGS)

    def journey(viewer: Viewer = VIEWER, **inputs: str) -> str:
        with pane.database.write() as tx:
            cards.update_view(tx, viewer.user_id, CardId(pane.data["card"]), sections=[Section.JOURNEY.value])
        answer = desk.act(viewer, Action("journey.find", {"card": pane.data["card"], "asked": "yes"}, inputs))
        assert isinstance(answer.card, bytes)
        drawn = orjson.loads(answer.card)
        check(drawn)
        return "\n".join(str(node["text"]) for node in nodes(drawn) if "text" in node).replace("\\", "")

    assert "Reason: Complaint" in journey()
    assert "Contract: K-17" in journey(**{"journey.query": "k-17"})
    assert "Contract: K-17" in journey(**{"journey.query": "beschwerde"})
    assert "Contract: K-17" not in journey(**{"journey.query": "K-18"})
    without = replace(VIEWER, switches=Switches(activity_hidden=("contract",)))
    assert "K-17" not in journey(without, **{"journey.query": ""})
