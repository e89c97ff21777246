"""Pages of the administration: whatever stands in the rows, they are cards that Teams takes, and data stay data."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cards import texts
from cards.render import administration_json
from customers.administration import Doing, Page, Trouble
from customers.model import PushState
from push.policy import _RULES
from tests.cards import administration_views as views
from tests.cards.card_checks import check, has, of_type, verbs, words
from tests.cards.card_views import viewer
from tests.cards.eyes import IDS, spoilt
from tests.cards.test_cards_escape import HOSTILE

PAGES = [views.overview, views.pushes, views.crms, views.preview, views.agents, views.events, views.settings]


@pytest.mark.parametrize("make", PAGES)
@settings(max_examples=12, deadline=None)
@given(st.sampled_from([*HOSTILE, "", "A" * 3000, "😀" * 400]), st.sampled_from(["en", "de", "es"]))
def test_any_text_of_others_makes_a_card_that_teams_takes(make: Any, text: str, language: str) -> None:
    view = spoilt(make(), text, IDS)
    drawn = administration_json(view, viewer(language=language))
    card = orjson.loads(drawn.json)
    check(card)
    assert not any("](" in line.replace("\\]", "").replace("\\(", "") for line in words(card).splitlines())


@pytest.mark.parametrize("count", [1, 30, 400])
def test_long_lists_are_cut_and_the_rest_is_counted(count: int) -> None:
    many = tuple(replace(views.PUSHES[0], id=f"{number:032x}", detail="x" * 280) for number in range(count))
    card = views.drawn(views.pushes(pushes=many, pushes_total=count))
    check(card)
    shown = sum(one["id"].endswith(".retry") for one in of_type(card, "Action.Execute") if "id" in one)
    assert 0 < shown <= 30
    assert (f"and {count - shown} more" in words(card)) == (count > shown)


@pytest.mark.rule("P-14")
@pytest.mark.parametrize("language", ["en", "de", "es"])
def test_p14_every_reason_and_trouble_has_its_words_and_its_remedy(language: str) -> None:
    known = texts.of(language)
    reasons = {key.removeprefix("reason.") for key in known if key.startswith("reason.")} | set(_RULES)
    assert {f"admin.reason.{one}" for one in reasons} <= known.keys()
    assert {f"admin.do.{one}" for one in reasons} <= known.keys()
    assert {f"admin.issue.{one}" for one in Trouble} <= known.keys()
    assert {f"admin.{one}" for one in Page} <= known.keys()


@pytest.mark.rule("P-14")
def test_p14_no_text_of_the_administration_is_unused() -> None:
    """Said by a page as it stands in the examples, or made of a code that has its own test above."""
    said = "\n".join(orjson.dumps(make(), option=orjson.OPT_INDENT_2).decode() for make in views.STATES.values())
    for key, text in texts.of("en").items():
        if key.startswith("admin.") and not key.startswith(("admin.reason.", "admin.do.", "admin.issue.refused.do")):
            pieces = [piece for piece in _fixed(text) if len(piece) > 2]
            other = [_fixed(texts.of(language)[key]) for language in ("de", "es")]
            is_said = all(piece in said for piece in pieces) or any(
                all(piece in said for piece in of_language if len(piece) > 2) for of_language in other
            )
            assert is_said, key


def _fixed(text: str) -> list[str]:
    pieces = [""]
    depth = 0
    for letter in text:
        depth += letter == "{"
        if letter == "}":
            depth -= 1
            pieces.append("")
        elif not depth:
            pieces[-1] += letter
    return [piece.strip() for piece in pieces]


@pytest.mark.rule("P-09")
def test_p09_a_supervisor_has_the_list_of_failures_and_nothing_else() -> None:
    card = views.drawn(views.pushes(may_administrate=False))
    assert set(verbs(card)) == {"admin.pushes", "admin.retry", "customers.show"}
    assert not has(card, "admin.tabs")


def test_a_push_says_what_it_is_about_to_do_and_one_of_a_crm_that_is_gone_offers_no_retry() -> None:
    withdrawal = replace(views.PUSHES[0], does=Doing.WITHDRAW)
    card = views.drawn(views.pushes(pushes=(withdrawal, replace(withdrawal, id="f9" * 16, state=PushState.RETRYING))))
    assert "Not deleted: it does not accept the values." in words(card)
    assert "Not deleted yet:" in words(card)
    others = [replace(views.PUSHES[0], id=f"{one.value:f<32}"[:32], does=one) for one in (Doing.CREATE, Doing.UPDATE)]
    card = views.drawn(views.pushes(pushes=tuple(others)))
    assert "Not created: it does not accept the values." in words(card)
    assert "Edits of the profile not written: it does not accept the values." in words(card)
    gone = views.drawn(views.pushes())
    assert not has(gone, f"admin.push.{'f3' * 16}.retry")
    assert "old is no longer connected" in words(gone)


def test_a_page_says_what_brings_it_again_and_a_preview_stays() -> None:
    again = views.drawn(views.agents(matching="a2" * 16))["refresh"]["action"]
    assert again["data"] == {"verb": "admin.show", "page": "agents", "agent": "a2" * 16}
    assert views.drawn(views.pushes(crm="salesforce"))["refresh"]["action"]["data"]["crm"] == "salesforce"
    assert "refresh" not in views.drawn(views.preview())
