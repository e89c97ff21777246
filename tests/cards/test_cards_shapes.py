"""A shape puts each value where it belongs, and nothing in a value is ever taken for a slot."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from dataclasses import replace
from types import FunctionType, ModuleType

import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cards import memory
from cards.escape import BLOCK_STARTS, escape, markdown, unchanged
from cards.render import customer_card, customer_card_json, customer_list, customer_list_json
from cards.shapes import Frame, Shape, fixed, joined, members, part, slot, stamped, text, written
from customers.model import PushState
from customers.views import CardView, CustomerListView, Notice, Surface
from tests.cards.card_views import busy_view, card_view, contact, interaction, journey, pushed, viewer, wrap_up
from tests.cards.golden_cards import everything, people
from tests.cards.test_cards_escape import anything

MARKS = (
    "\x00",
    "\x01",
    "\x02",
    slot("first"),
    part("second"),
    "%b",
    "%(first)b",
    "%%",
    '","',
    '"first"',
    "\ue000",
    "\ue003",
)
values = st.one_of(anything, st.lists(st.sampled_from([*MARKS, "x"])).map("".join))


def read(drawn: bytes) -> object:
    """What stands there, as any reader of JSON sees it."""
    return orjson.loads(b"[%b]" % drawn)


@given(values, values, values)
@example('"', "\\", "\n")
def test_every_value_arrives_where_it_belongs_and_as_it_is(first: str, second: str, third: str) -> None:
    element = {
        "a": slot("first"),
        "b": [slot("second"), f"50 % of {slot('first')}.{slot('third')}"],
        "c": slot("third"),
    }
    drawn = Shape("first second third", element).fill(text(first), text(second), text(third))
    assert read(drawn) == [{"a": first, "b": [second, f"50 % of {first}.{third}"], "c": third}]


@given(values, values)
def test_parts_arrive_whole_beside_others(first: str, second: str) -> None:
    shape = Shape("first second", {"items": [part("first"), {"type": "x"}], **members("second"), "last": True})
    drawn = shape.fill(written({"text": first}, second), b'"more":%b' % written({"n": second}))
    whole = {"items": [{"text": first}, second, {"type": "x"}], "more": {"n": second}, "last": True}
    assert read(drawn) == [whole]


@given(st.lists(values, min_size=1, max_size=4))
def test_frame_holds_its_elements_in_order(texts: list[str]) -> None:
    frame = Frame({"id": "rows", "items": [part("part")], "n": 1})
    rows = [written({"text": one}) for one in texts]
    assert read(joined([*frame.around(rows), written("after")])) == [
        {"id": "rows", "items": [{"text": one} for one in texts], "n": 1},
        "after",
    ]


@given(values, values)
def test_ids_take_the_place_of_marks_and_of_nothing_else(card: str, value: str) -> None:
    element = {"data": {"card": slot("card"), **members("on_leg")}, "text": slot("text")}
    drawn = stamped(Shape("text", element).fill(text(value)), on_leg=b'"leg":"1"', card=text(card))
    assert read(drawn) == [{"data": {"card": card, "leg": "1"}, "text": value}]


def test_slot_without_a_name_is_found_when_the_shape_is_made() -> None:
    with pytest.raises(ValueError, match="second"):
        Shape("first", {"text": slot("second")})
    with pytest.raises(ValueError, match="second"):
        fixed({"text": slot("second")})


def test_slot_without_a_value_is_an_error() -> None:
    shape = Shape("first second", {"a": slot("first"), "b": slot("second")})
    with pytest.raises(TypeError):
        shape.fill(b"1")


@given(values, st.integers(2, 60))
@example("  *a*  b ", 60)
@example(" - x", 60)
@example("0 ", 60)
@example("a\xa0b", 60)
@example("\x80", 60)
def test_markdown_is_escape_as_json(value: str, length: int) -> None:
    assert orjson.loads(b'"%b"' % markdown(value, length)) == escape(value, length)
    assert markdown(value, length) == text(escape(value, length))


@given(values)
@example("a¦b")
def test_unchanged_text_is_the_same_in_markdown_and_in_json(value: str) -> None:
    same = unchanged(value)
    if same is not None:
        assert same == text(value)
        assert value[:1] in BLOCK_STARTS or escape(value) == value


@pytest.mark.parametrize("mark", MARKS)
def test_customer_named_like_a_slot_is_shown_so(mark: str) -> None:
    named = f"Edward {mark} Ferrars"
    body = customer_card(card_view(customer_name=named), viewer(), Surface.PANE)["body"]
    assert body[0]["columns"][0]["items"][0]["text"] == escape(named)


@pytest.mark.parametrize("mark", MARKS)
def test_record_with_the_characters_of_a_slot_keeps_them(mark: str) -> None:
    record = contact(record=f"salesforce:Contact:{mark}", title=f"Edward {mark}", subtitle=mark)
    drawn = customer_card(card_view(current_records=(record,)), viewer(), Surface.PANE)
    (row,) = next(one["items"] for one in drawn["body"] if one.get("id") == "current.records")
    title, control = row["columns"]
    assert title["items"][0]["text"] == escape(f"Edward {mark}")
    assert control["id"] == f"record.salesforce:Contact:{mark}.link"
    assert control["selectAction"]["data"]["record"] == f"salesforce:Contact:{mark}"


@pytest.mark.parametrize("view", [everything(), busy_view(1), card_view(interaction=None)])
def test_json_is_what_orjson_writes_of_the_card(view: CardView) -> None:
    drawn = customer_card_json(view, viewer(), Surface.PANE)
    card = orjson.loads(drawn.json)
    assert orjson.dumps(card) == drawn.json, "a digest of the card must not depend on who wrote it"
    assert card["speak"] == drawn.speak


@pytest.mark.parametrize("view", [people("open"), people("search", "x"), CustomerListView("recent", ())])
def test_list_as_json_is_the_list(view: CustomerListView) -> None:
    drawn = customer_list_json(view, viewer())
    assert orjson.loads(drawn.json) == customer_list(view, viewer())
    assert drawn.speak == customer_list(view, viewer())["speak"]


def kept() -> Iterator[str | bytes]:
    """Every text that something in `cards` holds on to."""
    seen: set[int] = set()
    waiting: list[object] = [vars(module) for name, module in sys.modules.items() if name.split(".")[0] == "cards"]
    while waiting:
        one = waiting.pop()
        if id(one) in seen or isinstance(one, ModuleType | type):
            continue
        seen.add(id(one))
        if isinstance(one, str | bytes):
            yield one
        elif isinstance(one, FunctionType):
            waiting.extend(one.__closure__ or ())
        else:
            waiting.extend(gc.get_referents(one))


@pytest.mark.rule("P-16")
def test_nothing_of_a_customer_is_kept_once_what_was_drawn_is_forgotten() -> None:
    secret = "Beeblebrox-4711"
    record = contact(record=f"crm:Contact:{secret}", title=secret, subtitle=secret, is_expanded=True, url="")
    failed = pushed(PushState.FAILED, reason="rejected", detail=secret)
    up = wrap_up(notes=secret, tags=(secret,), disposition=secret, disposition_label=secret)
    view = replace(
        everything(),
        customer_name=secret,
        company=secret,
        current_records=(record._replace(is_linked=True, push=failed),),
        related_records=(record,),
        search_text=secret,
        interaction=interaction(subject=secret, queue=secret, wrap_up=up),
        journey=journey(everything().journey.rows[0]._replace(subject=secret, agents=(secret,))),
    )
    assert (
        secret.encode()
        in customer_card_json(view, viewer(), Surface.CHAT, Notice("linked", values=(("name", secret),))).json
    )
    memory.forget()
    texts = list(kept())
    assert any(b"AdaptiveCard" in one for one in texts if isinstance(one, bytes)), "shapes are kept"
    assert not any(secret in (one if isinstance(one, str) else one.decode(errors="replace")) for one in texts)
