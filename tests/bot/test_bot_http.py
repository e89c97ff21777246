"""What the bot answers to what it is sent: card actions, and everything that is none."""

from __future__ import annotations

import concurrent.futures
import gzip
import socket
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import orjson
import pytest
import requests
from bot_house import House, card
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customers.ports import Answer, BadAction
from customers.views import Notice, Surface
from simulators.entra.people import ELINOR, MARIANNE, TENANT_ID
from simulators.kit.server import JOURNAL

CARD = "application/vnd.microsoft.card.adaptive"


@pytest.fixture
def bot(shared_house: House) -> House:
    shared_house.desk.acted.clear()
    shared_house.desk.answer = None
    shared_house.directory.strangers.clear()
    return shared_house


def test_a_card_action_is_answered_with_the_card_that_takes_its_place(bot: House) -> None:
    answer = bot.post(bot.invoke())
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("application/json")
    assert answer.json() == {"statusCode": 200, "type": CARD, "value": card("link.add done", "2")}


def test_the_desk_is_told_who_acts_and_what_they_do(bot: House) -> None:
    activity = bot.invoke()
    data = {"verb": "link.add", "card": "c1", "version": 7, "wrapup.notes": "Déjà vu", "agree": True, "msteams": {}}
    activity["value"]["action"]["data"] = {**data, "nothing": None}
    bot.post(activity)
    ((viewer, action),) = bot.desk.acted
    assert (viewer.user_id, viewer.tenant_id, viewer.name) == (ELINOR.oid, TENANT_ID, ELINOR.name)
    assert (viewer.language, viewer.time_zone) == ("en", "Europe/London")
    assert (action.verb, action.surface, action.is_automatic) == ("link.add", Surface.CHAT, False)
    assert action.data == {"card": "c1", "version": "7", "wrapup.notes": "Déjà vu", "agree": "true"}
    assert action.inputs["wrapup.notes"] == "Déjà vu"


def test_a_refresh_that_nobody_pressed_says_so(bot: House) -> None:
    activity = bot.invoke("card.refresh")
    activity["value"]["trigger"] = "automatic"
    bot.post(activity)
    assert bot.desk.acted[0][1].is_automatic


@pytest.mark.rule("P-14")
@pytest.mark.parametrize(("locale", "language"), [("de-AT", "de"), ("ES-mx", "es"), ("fr-FR", "en"), (None, "en")])
def test_p14_the_language_is_the_teams_clients(bot: House, locale: str | None, language: str) -> None:
    bot.post(bot.invoke(locale=locale))
    assert bot.desk.acted[0][0].language == language


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../../etc/passwd", "", 3, None, "x" * 500])
def test_a_time_zone_that_does_not_exist_is_utc(bot: House, zone: object) -> None:
    assert bot.post(bot.invoke(localTimezone=zone, entities=[])).status_code == 200
    assert bot.desk.acted[0][0].time_zone == "UTC"


def test_a_card_as_json_stands_in_the_answer_as_it_is(bot: House) -> None:
    drawn = {"type": "AdaptiveCard", "version": "1.5", "body": [{"type": "TextBlock", "text": 'Łukasz "Luke" 😀'}]}
    bot.desk.answer = Answer(card=orjson.dumps(drawn))
    body = bot.post(bot.invoke()).json()
    assert body == {"statusCode": 200, "type": CARD, "value": drawn}


def test_an_answer_without_a_card_is_a_sentence(bot: House) -> None:
    bot.desk.answer = Answer(notice=Notice("linked", "success"), notice_text="Linked.")
    body = bot.post(bot.invoke()).json()
    assert body == {"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": "Linked."}


@pytest.mark.rule("A-01")
def test_a01_who_may_not_use_the_card_is_told_so_and_nothing_happens(bot: House) -> None:
    bot.directory.strangers.add(ELINOR.oid)
    body = bot.post(bot.invoke()).json()
    assert body["type"] == "application/vnd.microsoft.activity.message"
    assert "administrator" in body["value"]
    assert not bot.desk.acted


def _error(answer: requests.Response) -> tuple[int, int, str]:
    body = answer.json()
    return answer.status_code, body["statusCode"], body["type"]


def test_an_unknown_verb_is_an_error_on_the_card(bot: House) -> None:
    assert _error(bot.post(bot.invoke("no.such.verb"))) == (200, 400, "application/vnd.microsoft.error")


def test_a_bad_action_is_an_error_on_the_card(bot: House) -> None:
    bot.desk.answer = BadAction("card")
    assert _error(bot.post(bot.invoke())) == (200, 400, "application/vnd.microsoft.error")


@pytest.mark.parametrize(
    "value",
    [None, 3, [], {}, {"action": 3}, {"action": {}}, {"action": {"verb": 3}}, {"action": {"verb": ""}},
     {"action": {"verb": "link.add", "data": []}}, {"action": {"verb": "link.add", "data": {"card": {"x": 1}}}}],
)  # fmt: skip
def test_an_action_that_no_card_of_ours_sends_is_an_error_and_reaches_nobody(bot: House, value: object) -> None:
    assert _error(bot.post(bot.invoke(value=value))) == (200, 400, "application/vnd.microsoft.error")
    assert not bot.desk.acted


def test_a_failure_inside_is_an_error_on_the_card_without_its_reason(bot: House) -> None:
    bot.desk.answer = RuntimeError("secret of the house")
    answer = bot.post(bot.invoke(locale="de-DE"))
    assert _error(answer) == (200, 500, "application/vnd.microsoft.error")
    assert "secret" not in answer.text
    assert "nichts geändert" in answer.text


@pytest.mark.parametrize("sender", [None, 3, {}, {"id": "29:1"}, {"aadObjectId": 3}, {"aadObjectId": ""}])
def test_an_action_of_nobody_is_400(bot: House, sender: object) -> None:
    assert bot.post({**bot.invoke(), "from": sender}).status_code == 400
    assert not bot.desk.acted


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"3", b"null", b"{}", b'{"type":3}', b"\xff\xfe", b"[" * 100_000])
def test_a_malformed_body_is_400(bot: House, body: bytes) -> None:
    assert bot.post(body).status_code == 400


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "multipart/form-data; boundary=x", "nonsense", ""])
def test_another_media_type_is_415(bot: House, kind: str) -> None:
    assert bot.post(bot.invoke(), **{"Content-Type": kind}).status_code == 415


def test_a_body_over_a_mebibyte_is_413_whether_announced_or_not(bot: House) -> None:
    big = b'{"type":"message","text":"' + b"x" * 1024 * 1024 + b'"}'
    assert bot.post(big).status_code == 413
    headers = {"Authorization": f"Bearer {bot.token()}", "Content-Type": "application/json"}
    chunks = (big[at : at + 65536] for at in range(0, len(big), 65536))
    assert requests.post(f"{bot.url}/api/messages", data=chunks, headers=headers, timeout=10).status_code == 413


def test_a_body_that_cannot_be_unpacked_is_400(bot: House) -> None:
    assert bot.post(b"not gzip", **{"Content-Encoding": "gzip"}).status_code == 400
    assert bot.post(gzip.compress(b"x" * 50_000_000), **{"Content-Encoding": "gzip"}).status_code in (400, 413)


def test_another_method_is_405(bot: House) -> None:
    assert requests.get(f"{bot.url}/api/messages", timeout=5).status_code == 405


def test_a_caller_who_leaves_in_the_middle_harms_nobody(bot: House) -> None:
    address = urlsplit(bot.url)
    head = f"POST /api/messages HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {bot.token()}\r\n"
    with socket.create_connection((address.hostname or "", address.port or 0)) as connection:
        connection.sendall(f"{head}Content-Type: application/json\r\nContent-Length: 99\r\n\r\n{{".encode())
    assert bot.post(bot.invoke()).status_code == 200


@pytest.mark.parametrize("name", ["task/fetch", "composeExtension/query", "signin/verifyState", "no/such", None])
def test_an_invoke_that_nobody_knows_is_400(bot: House, name: str | None) -> None:
    assert bot.post(bot.invoke(name=name)).status_code == 400


def _asks_for_dialog(bot: House, **data: object) -> requests.Response:
    return bot.post(bot.invoke(name="task/fetch", value={"data": data, "context": {"theme": "dark"}}))


@pytest.mark.rule("E-10")
def test_e10_a_name_in_the_chat_opens_the_card_as_a_dialog(bot: House) -> None:
    answer = _asks_for_dialog(bot, verb="interactions.show", card="c" * 32, leg="l" * 32, place="dialog")
    assert answer.status_code == 200
    task = answer.json()["task"]
    assert task["type"] == "continue"
    assert task["value"]["url"] == f"https://card.example/pane/?card={'c' * 32}&leg={'l' * 32}"
    assert task["value"]["title"] == "Customer card"


@pytest.mark.rule("E-10", "A-01")
def test_e10_who_may_not_use_the_card_is_told_so_in_the_dialog(bot: House) -> None:
    bot.directory.strangers.add(ELINOR.oid)
    try:
        task = _asks_for_dialog(bot, card="c", leg="l").json()["task"]
    finally:
        bot.directory.strangers.clear()
    assert task["type"] == "message"
    assert "not switched on" in task["value"]


@pytest.mark.parametrize("data", [{}, {"card": "c"}, {"card": "c", "leg": ""}, {"card": ["c"], "leg": "l"}])
def test_a_dialog_that_names_no_card_is_400(bot: House, data: dict[str, object]) -> None:
    assert _asks_for_dialog(bot, **data).status_code == 400


def _until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.002)


def test_slow_metadata_does_not_hold_up_another_request(house: House) -> None:
    house.entra.faults.arm({"fault": "slow", "seconds": 1.0, "path": "openidconfiguration"})
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        first = pool.submit(house.post, house.invoke(), None)
        _until(lambda: bool(house.entra.app[JOURNAL]))
        began = time.monotonic()
        answers = [requests.get(f"{house.url}/api/messages", timeout=5).status_code for _ in range(5)]
        waited = time.monotonic() - began
        assert first.result().status_code == 200
    assert answers == [405] * 5
    assert waited < 0.9


def test_without_keys_it_is_503_and_nobody_gets_in(house: House) -> None:
    house.entra.faults.arm({"fault": "outage", "times": -1})
    assert house.post(house.invoke()).status_code == 503
    assert not house.desk.acted


def test_an_empty_tenant_and_a_capital_object_id_are_read_as_they_should(bot: House) -> None:
    activity = bot.invoke()
    activity["from"] = {"id": "29:x", "aadObjectId": MARIANNE.oid.upper(), "name": 3}
    activity["conversation"].pop("tenantId")
    bot.post(activity)
    viewer = bot.desk.acted[0][0]
    assert (viewer.user_id, viewer.tenant_id, viewer.name) == (MARIANNE.oid, TENANT_ID, "")


_JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
_MEMBERS = (
    "type", "name", "value", "from", "recipient", "conversation", "channelData", "entities", "locale", "timestamp",
    "localTimezone", "membersAdded", "membersRemoved", "replyToId", "text", "action", "attachments", "deliveryMode",
    "id", "reactionsAdded", "relatesTo", "channelId", "serviceUrl", "expiration", "textHighlights",
)  # fmt: skip
_TYPES = (
    "message", "invoke", "conversationUpdate", "installationUpdate", "event", "messageReaction", "messageUpdate",
    "messageDelete", "typing", "endOfConversation", "handoff", "trace", "invokeResponse", "",
)  # fmt: skip
_FUZZ = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@_FUZZ
@given(kind=st.sampled_from(_TYPES), odd=st.dictionaries(st.sampled_from(_MEMBERS), _JSON, max_size=5))
def test_no_activity_however_odd_leads_to_500(bot: House, kind: str, odd: dict[str, Any]) -> None:
    answer = bot.post({**bot.invoke(type=kind), **odd})
    assert answer.status_code in (200, 202, 400, 401, 403), (kind, odd)


@_FUZZ
@given(raw=st.binary(max_size=200))
def test_no_bytes_lead_to_500(bot: House, raw: bytes) -> None:
    assert bot.post(raw).status_code in (400, 401)


@_FUZZ
@given(value=_JSON)
def test_no_value_of_a_card_action_leads_to_500(bot: House, value: Any) -> None:
    assert bot.post(bot.invoke(value=value)).json()["statusCode"] in (200, 400)
