"""HTTP of the connectors: time-outs, one TLS context, no retries, no leaks, one renewal."""

from __future__ import annotations

import asyncio
import logging
import ssl
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
import requests
from aiohttp import web
from multidict import CIMultiDictProxy

from connectors.errors import CrmAuthFailed, CrmError, CrmProtocolError, CrmUnavailable
from connectors.http import HttpClient, HttpOptions, correlated, new_session, within
from connectors.tokens import Token, TokenCache
from simulators.kit.faults import Faults
from simulators.kit.server import running, simulator_app
from simulators.kit.tls import Authority

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(slots=True)
class Server:
    """Answers with what `handlers` say, and keeps the requests' headers."""

    url: str = ""
    seen: list[CIMultiDictProxy[str]] = field(default_factory=list)
    ports: set[int] = field(default_factory=set)
    answer: Handler | None = None

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.seen.append(request.headers)
        assert request.transport is not None
        self.ports.add(request.transport.get_extra_info("peername")[1])
        return await self.answer(request) if self.answer else web.json_response({"path": request.path})


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(Path(tmp_path_factory.mktemp("authority")))


@pytest.fixture
def server(authority: Authority) -> Iterator[Server]:
    made = Server()
    app = simulator_app("test", Faults(), dict)
    app.router.add_route("*", "/{path:.*}", made.handle)
    with running(app, tls=authority) as url:
        made.url = url
        yield made


@pytest.fixture
def options(authority: Authority) -> HttpOptions:
    return HttpOptions(connect_seconds=1, read_seconds=0.3, total_seconds=0.6, ca_file=authority.ca_file)


@pytest.fixture
def client(options: HttpOptions) -> Iterator[HttpClient]:
    made = HttpClient("acme", options)
    yield made
    made.close()


def test_silent_server_is_unavailable_in_time(server: Server, client: HttpClient) -> None:
    async def never(request: web.Request) -> web.StreamResponse:
        while request.transport is not None:  # noqa: ASYNC110 - aiohttp has no event for it
            await asyncio.sleep(0.02)
        return web.Response()

    server.answer = never
    with pytest.raises(CrmUnavailable) as caught:
        client.request("read", "GET", f"{server.url}/x")
    assert caught.value.code == "timeout"


def test_trickling_answer_ends_at_the_total_time(server: Server, client: HttpClient) -> None:
    async def trickle(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while request.transport is not None:
            try:
                await response.write(b" ")
            except ConnectionError:
                break
            await asyncio.sleep(0.05)
        return response

    server.answer = trickle
    with pytest.raises(CrmUnavailable) as caught:
        client.request("read", "GET", f"{server.url}/x")
    assert caught.value.code == "timeout"


def test_a_call_in_a_hurry_ends_before_the_settings_would_end_it(server: Server, authority: Authority) -> None:
    async def never(request: web.Request) -> web.StreamResponse:
        while request.transport is not None:  # noqa: ASYNC110 - aiohttp has no event for it
            await asyncio.sleep(0.02)
        return web.Response()

    server.answer = never
    client = HttpClient("acme", HttpOptions(connect_seconds=60, read_seconds=60, ca_file=authority.ca_file))
    tokens = TokenCache("acme", lambda: Token("good"))
    began = time.monotonic()
    with within(0.2), pytest.raises(CrmUnavailable) as caught:
        client.request("read", "GET", f"{server.url}/x", tokens=tokens)
    assert (caught.value.code, time.monotonic() - began < 10) == ("timeout", True)
    server.answer = None
    assert client.request("read", "GET", f"{server.url}/x", tokens=tokens).is_ok
    with within(0), pytest.raises(CrmUnavailable):
        client.request("read", "GET", f"{server.url}/x", tokens=tokens)
    assert len(server.seen) == 2
    client.close()


def test_answer_too_long_is_not_read_to_its_end(server: Server, options: HttpOptions) -> None:
    async def long(_: web.Request) -> web.StreamResponse:
        return web.Response(body=b"x" * 300_000)

    server.answer = long
    client = HttpClient("acme", replace(options, max_bytes=100_000))
    with pytest.raises(CrmProtocolError):
        client.request("read", "GET", f"{server.url}/x")
    client.close()


def test_nothing_is_sent_twice(server: Server, client: HttpClient) -> None:
    async def drop(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    server.answer = drop
    for method in ("GET", "POST"):
        with pytest.raises(CrmUnavailable):
            client.request("write", method, f"{server.url}/x", json_body={})
    assert len(server.seen) == 2


def test_closed_port_is_unavailable(server: Server, client: HttpClient) -> None:
    with pytest.raises(CrmUnavailable) as caught:
        client.request("read", "GET", "https://127.0.0.1:1/x?phone=4915112345678")
    assert caught.value.code == "connection"
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None, "the library's message holds the query"


def test_unknown_authority_and_wrong_name_are_refused(server: Server, options: HttpOptions, tmp_path: Path) -> None:
    for changed, url in [
        (replace(options, ca_file=None), server.url),
        (replace(options, ca_file=Authority(tmp_path).ca_file), server.url),
    ]:
        client = HttpClient("acme", changed)
        with pytest.raises(CrmUnavailable) as caught:
            client.request("read", "GET", f"{url}/x")
        assert caught.value.code == "tls"
        client.close()
    assert server.seen == []


def test_session_cannot_be_talked_out_of_verifying(server: Server, options: HttpOptions, tmp_path: Path) -> None:
    session = new_session(replace(options, ca_file=Authority(tmp_path).ca_file))
    with pytest.raises(requests.exceptions.SSLError):
        session.get(f"{server.url}/x", verify=False)
    session.close()


def test_authorities_are_loaded_once(server: Server, options: HttpOptions, monkeypatch: pytest.MonkeyPatch) -> None:
    client = HttpClient("acme", replace(options, pool_size=16))
    loaded: list[object] = []
    real = ssl.SSLContext.load_verify_locations

    def counting(self: ssl.SSLContext, *args: object, **kwargs: object) -> None:
        loaded.append(args)
        real(self, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", counting)
    barrier = threading.Barrier(8)

    def call(_: int) -> int:
        barrier.wait(5)
        return client.request("read", "GET", f"{server.url}/x").status

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(call, range(8))) == {200}
    assert len(server.ports) > 1, "several connections"
    assert loaded == []
    client.close()


def test_pool_is_bounded_and_connections_are_used_again(server: Server, options: HttpOptions) -> None:
    client = HttpClient("acme", replace(options, pool_size=3))
    with ThreadPoolExecutor(12) as pool:
        list(pool.map(lambda _: client.request("read", "GET", f"{server.url}/x"), range(60)))
    assert len(server.seen) == 60
    assert len(server.ports) <= 3
    client.close()


def test_redirect_to_another_host_is_not_followed(server: Server, client: HttpClient) -> None:
    async def elsewhere(request: web.Request) -> web.StreamResponse:
        if request.path == "/here":
            raise web.HTTPFound("/there")
        if request.path == "/away":
            raise web.HTTPFound("https://localhost:1/stolen")
        return web.json_response({"path": request.path})

    server.answer = elsewhere
    assert client.request("read", "GET", f"{server.url}/here").json() == {"path": "/there"}
    assert client.request("read", "GET", f"{server.url}/away").status == 302
    assert client.request("write", "POST", f"{server.url}/here", json_body={}).status == 302


def test_environment_adds_no_proxy_and_no_credentials(
    server: Server, client: HttpClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login thief password thief\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    answer = client.request("read", "GET", f"{server.url}/x", headers={"Authorization": "Bearer mine"})
    assert answer.is_ok
    assert server.seen[0]["Authorization"] == "Bearer mine"


def test_calls_carry_user_agent_and_correlation_id(server: Server, client: HttpClient) -> None:
    with correlated("0123456789abcdef"):
        client.request("read", "GET", f"{server.url}/x")
    client.request("read", "GET", f"{server.url}/x")
    assert server.seen[0]["X-Correlation-Id"] == "0123456789abcdef"
    assert "X-Correlation-Id" not in server.seen[1]
    assert server.seen[0]["User-Agent"] == "customer-card"


def test_no_log_line_holds_a_query(server: Server, client: HttpClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        client.request("find", "GET", f"{server.url}/query", params={"q": "Phone = 4915112345678"})
    assert "/query" in caplog.text, "urllib3 logs its calls"
    assert "4915112345678" not in caplog.text


def test_answer_and_token_do_not_show_their_content(server: Server, client: HttpClient) -> None:
    answer = client.request("read", "GET", f"{server.url}/secret-path")
    assert "secret-path" not in repr(answer)
    assert "hush" not in repr(Token("hush"))


def test_html_and_empty_bodies_are_no_json(server: Server, client: HttpClient) -> None:
    for body in (b"", b"<html>", b'{"a": ', b"\xff\xfe"):

        async def odd(_: web.Request, body: bytes = body) -> web.StreamResponse:
            return web.Response(body=body)

        server.answer = odd
        assert client.request("read", "GET", f"{server.url}/x").json() is None


def test_new_token_goes_out_with_the_same_headers_and_body(server: Server, client: HttpClient) -> None:
    bodies: list[str] = []

    async def guarded(request: web.Request) -> web.StreamResponse:
        bodies.append(await request.text())
        return web.Response(status=200 if request.headers["Authorization"] == "Bearer t2" else 401)

    server.answer = guarded
    tokens = TokenCache("acme", iter([Token("t1"), Token("t2")]).__next__)
    headers = {"Sforce-Duplicate-Rule-Header": "allowSave=true"}
    sent = {"CC_Interaction_Key__c": "key"}
    answer = client.request("write", "POST", f"{server.url}/x", headers=headers, json_body=sent, tokens=tokens)
    assert answer.is_ok
    assert bodies[0] == bodies[1] == '{"CC_Interaction_Key__c": "key"}'
    assert [seen["Sforce-Duplicate-Rule-Header"] for seen in server.seen] == ["allowSave=true"] * 2


class TestTokenCache:
    """Sign-ins are few, whatever the CRM says."""

    def test_one_sign_in_for_many_threads(self) -> None:
        made: list[int] = []
        gate = threading.Barrier(32)

        def fetch() -> Token:
            made.append(1)
            return Token(str(len(made)))

        cache = TokenCache("acme", fetch)

        def get(_: int) -> Token:
            gate.wait(5)
            return cache.get()

        with ThreadPoolExecutor(32) as pool:
            tokens = set(pool.map(get, range(32)))
        assert len(made) == 1
        assert len(tokens) == 1
        old = tokens.pop()
        with ThreadPoolExecutor(32) as pool:
            renewed = set(pool.map(lambda _: cache.renew(old), range(32)))
        assert len(made) == 2
        assert len(renewed) == 1

    def test_token_never_accepted_is_renewed_once_then_waits(self) -> None:
        now = [0.0]
        made: list[Token] = []
        cache = TokenCache("acme", lambda: made.append(Token(str(len(made)))) or made[-1], clock=lambda: now[0])
        token = cache.get()
        token = cache.renew(token)
        for _ in range(100):
            with pytest.raises(CrmAuthFailed):
                cache.renew(token)
        assert len(made) == 2
        now[0] = 5.1
        assert cache.renew(token) is made[2]

    def test_accepted_token_may_be_renewed_at_once(self) -> None:
        made: list[Token] = []
        cache = TokenCache("acme", lambda: made.append(Token(str(len(made)))) or made[-1], clock=lambda: 0.0)
        token = cache.get()
        for _ in range(20):
            cache.accepted(token)
            token = cache.renew(token)
        assert len(made) == 21

    def test_refused_sign_in_is_not_tried_again_at_once(self) -> None:
        now, tries = [0.0], [0]

        def fetch() -> Token:
            tries[0] += 1
            raise CrmAuthFailed("acme", "sign_in", code="invalid_grant")

        cache = TokenCache("acme", fetch, clock=lambda: now[0])
        for _ in range(50):
            with pytest.raises(CrmAuthFailed) as caught:
                cache.get()
            assert caught.value.code == "invalid_grant"
        assert tries == [1]
        now[0] = 5.1
        with pytest.raises(CrmAuthFailed):
            cache.get()
        assert tries == [2]

    def test_outage_of_the_sign_in_passes_at_once(self) -> None:
        answers: Iterator[Token | CrmError] = iter([CrmUnavailable("acme", "sign_in"), Token("t")])

        def fetch() -> Token:
            answer = next(answers)
            if isinstance(answer, CrmError):
                raise answer
            return answer

        cache = TokenCache("acme", fetch, clock=lambda: 0.0)
        with pytest.raises(CrmUnavailable):
            cache.get()
        assert cache.get().value == "t"

    def test_token_that_is_over_is_replaced(self) -> None:
        now = [0.0]
        made: list[Token] = []
        cache = TokenCache(
            "acme", lambda: made.append(Token("t", expires_at=now[0] + 60)) or made[-1], clock=lambda: now[0]
        )
        assert cache.get() is cache.get()
        now[0] = 61
        assert cache.get() is made[1]
