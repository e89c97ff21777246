"""The Teams stand-in: the Bot Connector's rules, and hands that only press buttons that are there."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from aiohttp import web

from simulators.entra.app import Entra
from simulators.entra.issuer import Issuer
from simulators.entra.people import BOT_APP_ID, CRM_APP_ID, ELINOR, TENANT_ID
from simulators.kit.app import Address
from simulators.kit.server import ADDRESS, running
from simulators.kit.tls import Authority
from simulators.teams.app import AUDIENCE, Teams, _factory
from simulators.teams.limits import WRITES, Limits

BUTTON = {"type": "Action.Execute", "verb": "link.add", "data": {"record": "a"}, "fallback": {"data": {"old": "1"}}}
CARD = {"type": "AdaptiveCard", "body": [{"type": "ActionSet", "actions": [BUTTON]}]}
MESSAGE = {
    "type": "message",
    "attachments": [{"contentType": "application/vnd.microsoft.card.adaptive", "content": CARD}],
}


class Bot:
    """Keeps what it is sent and answers with a card."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, dict[str, Any]]] = []
        self.app = web.Application()
        self.app[ADDRESS] = Address()
        self.app.router.add_post("/api/messages", self._post)

    async def _post(self, request: web.Request) -> web.Response:
        activity = await request.json()
        self.seen.append((request.headers.get("Authorization", ""), activity))
        shown = {**CARD, "body": [{"type": "ActionSet", "actions": [{**BUTTON, "verb": "link.remove"}]}]}
        kind = "application/vnd.microsoft.card.adaptive"
        return web.json_response({"statusCode": 200, "type": kind, "value": shown})


class Caller:
    """A client with the bot's own token."""

    def __init__(self, url: str, authority: Authority, token: str) -> None:
        self.url = url
        self.http = requests.Session()
        self.http.trust_env = False
        self.http.verify = str(authority.ca_file)
        self.http.headers["Authorization"] = f"Bearer {token}"

    def call(self, method: str, path: str, body: Any = None) -> requests.Response:
        return self.http.request(method, f"{self.url}{path}", json=body, timeout=5)

    def hand(self, name: str, **order: Any) -> requests.Response:
        return self.call("POST", f"/_simulator/{name}", {"user": "elinor", **order})

    def install(self) -> str:
        """The path of Elinor's chat, once she has the app."""
        return "/v3/conversations/" + str(self.hand("install").json()["conversation"])


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ca"))


@pytest.fixture(scope="module")
def issuer() -> Issuer:
    return Issuer()


@pytest.fixture
def bot() -> Bot:
    return Bot()


@pytest.fixture
def teams(issuer: Issuer, authority: Authority, bot: Bot) -> Iterator[Teams]:
    with running(Entra(issuer=issuer).app, tls=authority) as entra_url, running(bot.app) as bot_url:
        yield Teams(f"{bot_url}/api/messages", entra_url, ca_file=authority.ca_file)


@pytest.fixture
def caller(teams: Teams, issuer: Issuer, authority: Authority) -> Iterator[Caller]:
    with running(teams.app, tls=authority) as url:
        made = Caller(url, authority, issuer.app_token(BOT_APP_ID, AUDIENCE))
        yield made
        made.http.close()


def _code(answer: requests.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def test_installing_sends_signed_activities_and_opens_the_chat(caller: Caller, bot: Bot) -> None:
    path = caller.install()
    assert [activity["type"] for _, activity in bot.seen] == ["conversationUpdate", "installationUpdate"]
    header, activity = bot.seen[0]
    assert header.startswith("Bearer ey")
    assert (activity["channelId"], activity["serviceUrl"]) == ("msteams", f"{caller.url}/")
    assert activity["from"]["aadObjectId"] == ELINOR.oid
    assert activity["conversation"]["tenantId"] == TENANT_ID
    created = caller.call("POST", "/v3/conversations", {"members": [{"id": ELINOR.oid}]})
    assert (created.status_code, path) == (201, f"/v3/conversations/{created.json()['id']}")


def test_every_version_of_a_message_is_kept(caller: Caller) -> None:
    path = caller.install()
    message_id = caller.call("POST", f"{path}/activities", {"type": "message", "text": "one"}).json()["id"]
    assert caller.call("PUT", f"{path}/activities/{message_id}", {"type": "message", "text": "two"}).status_code == 200
    assert caller.call("DELETE", f"{path}/activities/{message_id}").status_code == 200
    gone = caller.call("PUT", f"{path}/activities/{message_id}", {"type": "message", "text": "three"})
    assert _code(gone) == (404, "ActivityNotFoundInConversation")
    state = caller.call("GET", "/_simulator/state").json()
    (message,) = next(chat for chat in state["conversations"] if chat["user"] == ELINOR.email)["messages"]
    assert [version["activity"]["text"] for version in message["versions"]] == ["one", "two"]
    assert message["is_deleted"]


def test_without_the_app_nothing_can_be_sent(caller: Caller) -> None:
    path = caller.install()
    caller.hand("uninstall")
    wanted = (403, "BotNotInConversationRoster")
    assert _code(caller.call("POST", f"{path}/activities", MESSAGE)) == wanted
    assert _code(caller.call("POST", "/v3/conversations", {"members": [{"id": ELINOR.oid}]})) == wanted
    assert _code(caller.call("GET", f"{path}/members")) == wanted


def test_a_member_has_the_names_that_teams_gives(caller: Caller) -> None:
    path = caller.install()
    (member,) = caller.call("GET", f"{path}/members").json()
    assert (member["email"], member["userPrincipalName"], member["aadObjectId"]) == (ELINOR.email,) * 2 + (ELINOR.oid,)
    assert caller.call("GET", f"{path}/members/{member['id']}").json() == member
    assert caller.call("GET", f"{path}/pagedmembers").json() == {"members": [member]}
    assert _code(caller.call("GET", f"{path}/members/29:nobody")) == (404, "MemberNotFoundInConversation")


@pytest.mark.parametrize("order", [{}, {"members": []}, {"members": [{}, {}]}, {"members": ["x"]}, []])
def test_a_conversation_has_exactly_one_member(caller: Caller, order: object) -> None:
    assert _code(caller.call("POST", "/v3/conversations", order)) == (400, "BadSyntax")


@pytest.mark.parametrize("app_id", ["", CRM_APP_ID])
def test_only_the_bots_own_token_counts(caller: Caller, issuer: Issuer, app_id: str) -> None:
    path = caller.install()
    token = issuer.app_token(app_id, AUDIENCE) if app_id else "x"
    caller.http.headers["Authorization"] = f"Bearer {token}"
    assert caller.call("POST", f"{path}/activities", MESSAGE).status_code == (403 if app_id else 401)


def test_a_token_for_something_else_does_not_count(caller: Caller, issuer: Issuer) -> None:
    caller.http.headers["Authorization"] = f"Bearer {issuer.app_token(BOT_APP_ID, 'https://org.example')}"
    assert _code(caller.call("POST", "/v3/conversations", {})) == (401, "AuthorizationError")


def test_a_message_over_the_limit_in_utf16_is_413(caller: Caller) -> None:
    path = caller.install()
    assert caller.call("POST", f"{path}/activities", {"type": "message", "text": "x" * 39_000}).status_code == 201
    large = caller.call("POST", f"{path}/activities", {"type": "message", "text": "x" * 40_000})
    assert _code(large) == (413, "MessageSizeTooBig")


def test_the_eighth_call_in_a_second_is_429_with_retry_after(caller: Caller, teams: Teams) -> None:
    path = caller.install()
    teams._writes = Limits(WRITES, clock=lambda: 5.0)
    answers = [caller.call("POST", f"{path}/activities", MESSAGE) for _ in range(8)]
    assert [answer.status_code for answer in answers] == [201] * 7 + [429]
    assert answers[7].headers["Retry-After"] == "1"


def test_limits_count_in_every_window() -> None:
    now = [0.0]
    limits = Limits(WRITES, clock=lambda: now[0])
    assert [limits.exceeded("a") for _ in range(8)] == [None] * 7 + [1]
    now[0] = 1.0
    assert [limits.exceeded("a"), limits.exceeded("a")] == [None, 1]
    assert limits.exceeded("b") is None


@pytest.mark.parametrize(
    ("fault", "status"),
    [("throttled", 429), ("precondition_failed", 412), ("bad_gateway", 502), ("gateway_timeout", 504),
     ("not_installed", 403), ("forbidden", 403), ("token_expired", 401), ("outage", 503)],
)  # fmt: skip
def test_armed_faults_fall_once(caller: Caller, fault: str, status: int) -> None:
    path = caller.install()
    caller.call("POST", "/_simulator/faults", [{"fault": fault, "method": "POST", "path": "activities"}])
    got = [caller.call("POST", f"{path}/activities", MESSAGE).status_code for _ in range(2)]
    assert got == [status, 201]


def test_a_button_is_looked_for_on_the_card_that_the_person_sees(caller: Caller, bot: Bot) -> None:
    path = caller.install()
    message_id = caller.call("POST", f"{path}/activities", MESSAGE).json()["id"]
    answer = caller.hand("press", verb="link.add", data={"record": "a"}, inputs={"notes": "n"}).json()
    assert (answer["status"], answer["body"]["statusCode"]) == (200, 200)
    sent = bot.seen[-1][1]
    assert (sent["name"], sent["replyToId"]) == ("adaptiveCard/action", message_id)
    action = {"type": "Action.Execute", "verb": "link.add", "data": {"record": "a", "notes": "n"}}
    assert sent["value"] == {"action": action, "trigger": "manual"}
    # The answer's card has taken its place for her, until the bot changes the message for everybody.
    assert caller.hand("press", verb="link.add").status_code == 400
    assert caller.hand("press", verb="link.remove").status_code == 200
    caller.call("PUT", f"{path}/activities/{message_id}", MESSAGE)
    assert caller.hand("press", verb="link.add").status_code == 200


def test_a_fallback_submit_is_a_message_with_the_fallbacks_data(caller: Caller, bot: Bot) -> None:
    path = caller.install()
    caller.call("POST", f"{path}/activities", MESSAGE)
    caller.hand("press", verb="link.add", how="submit", inputs={"notes": "n"})
    sent = bot.seen[-1][1]
    assert (sent["type"], sent["value"]) == ("message", {"old": "1", "notes": "n"})


def test_the_chat_as_the_person_sees_it(caller: Caller) -> None:
    path = caller.install()
    caller.call("POST", f"{path}/activities", {"type": "message", "text": "Hello"})
    caller.call("POST", f"{path}/activities", MESSAGE)
    shown = caller.call("GET", f"/_simulator/chat?user={ELINOR.email}").json()
    assert [(one["text"], one["card"] == CARD) for one in shown] == [("Hello", False), (None, True)]


@pytest.mark.parametrize("order", [{"user": "nobody"}, {"verb": "link.add"}, {"activity": "1"}])
def test_hands_that_have_nothing_to_press_say_so(caller: Caller, order: dict[str, Any]) -> None:
    assert caller.hand("press", **order).status_code == 400


def test_a_bot_that_does_not_answer_is_status_0(caller: Caller, teams: Teams) -> None:
    teams.hands.bot_url = "http://127.0.0.1:1/api/messages"
    assert caller.hand("say", text="x").json()["status"] == 0


def test_the_command_line_makes_one_without_tokens_for_development(bot: Bot) -> None:
    with running(bot.app) as bot_url:
        order = Namespace(bot=f"{bot_url}/api/messages", entra="", app_id=BOT_APP_ID, tls=None)
        with running(_factory(order)) as url:
            done = requests.post(f"{url}/_simulator/install", json={"user": "elinor"}, timeout=5).json()
            path = f"{url}/v3/conversations/{done['conversation']}/activities"
            assert requests.post(path, json=MESSAGE, timeout=5).status_code == 201
    assert [header for header, _ in bot.seen] == ["", ""]
