"""Signing in by hand at the Entra stand-in: msal's own code flow works with it, and what Entra refuses is refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import msal
import pytest
import requests

from simulators.entra.app import Entra
from simulators.entra.issuer import Issuer
from simulators.entra.people import BOT_APP_ID, ELINOR, TENANT_ID
from simulators.kit.server import running
from simulators.kit.tls import Authority

pytestmark = pytest.mark.filterwarnings("ignore:response_mode='form_post' is recommended")  # pages have no server
PAGE = "http://localhost:3978/pane/"
SCOPE = f"{BOT_APP_ID}/access_as_user"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ca"))


@pytest.fixture(scope="module")
def issuer() -> Issuer:
    return Issuer()


@pytest.fixture
def browser(authority: Authority) -> Iterator[requests.Session]:
    """A page at `PAGE`, and the cookies of its browser."""
    with requests.Session() as session:
        session.trust_env = False
        session.verify = str(authority.ca_file)
        session.headers["Origin"] = "http://localhost:3978"
        yield session


@pytest.fixture
def entra(issuer: Issuer) -> Entra:
    return Entra(issuer=issuer)


@pytest.fixture
def url(entra: Entra, authority: Authority) -> Iterator[str]:
    with running(entra.app, tls=authority) as address:
        yield address


def library(url: str, browser: requests.Session) -> Any:
    place = f"{url}/{TENANT_ID}"
    return msal.PublicClientApplication(BOT_APP_ID, authority=place, instance_discovery=False, http_client=browser)


def came_back(browser: requests.Session, address: str, **more: str) -> dict[str, str]:
    """What the page is told by the address that the browser comes back to."""
    answer = browser.get(address + ("&" + urlencode(more) if more else ""), allow_redirects=False)
    assert answer.status_code == 302, answer.text
    back = urlsplit(answer.headers["Location"])
    return {name: values[0] for name, values in parse_qs(back.query or back.fragment).items()}


def test_msal_signs_in_and_renews_and_the_second_time_nobody_is_asked(url: str, browser: requests.Session) -> None:
    application = library(url, browser)
    flow = application.initiate_auth_code_flow([SCOPE], redirect_uri=PAGE)
    assert "Pick an account" in browser.get(flow["auth_uri"]).text
    answer = application.acquire_token_by_auth_code_flow(flow, came_back(browser, flow["auth_uri"], account=ELINOR.oid))
    assert answer["id_token_claims"]["oid"] == ELINOR.oid
    claims = jwt.decode(answer["access_token"], options={"verify_signature": False})
    assert (claims["aud"], claims["scp"], claims["oid"]) == (BOT_APP_ID, "access_as_user", ELINOR.oid)
    (account,) = application.get_accounts()
    assert "access_token" in application.acquire_token_silent([SCOPE], account, force_refresh=True)
    assert came_back(browser, flow["auth_uri"])["code"]
    assert "Pick an account" in browser.get(f"{flow['auth_uri']}&prompt=select_account").text
    browser.get(f"{url}/{TENANT_ID}/oauth2/v2.0/logout?{urlencode({'post_logout_redirect_uri': url})}")
    assert "Pick an account" in browser.get(flow["auth_uri"]).text


def test_who_declines_to_consent_is_sent_back_with_the_reason(
    entra: Entra, url: str, browser: requests.Session
) -> None:
    entra.interactive.needs_consent = True
    flow = library(url, browser).initiate_auth_code_flow([SCOPE], redirect_uri=PAGE)
    assert "Permissions requested" in browser.get(f"{flow['auth_uri']}&account={ELINOR.oid}").text
    told = came_back(browser, flow["auth_uri"], account=ELINOR.oid, consent="no")
    assert (told["error"], "AADSTS65004" in told["error_description"]) == ("access_denied", True)


@pytest.mark.parametrize(
    ("change", "number"),
    [
        ({"code_verifier": "another" * 8}, 501481),
        ({"redirect_uri": "http://localhost:3978/other"}, 54005),
        ({"code": "made-up"}, 54005),
        ({"client_id": "another"}, 700005),
    ],
)
def test_a_code_is_good_for_its_page_alone_and_once(
    url: str, browser: requests.Session, change: dict[str, str], number: int
) -> None:
    flow = library(url, browser).initiate_auth_code_flow([SCOPE], redirect_uri=PAGE)
    code = came_back(browser, flow["auth_uri"], account=ELINOR.oid)["code"]
    verifier = flow["code_verifier"]
    form = {"grant_type": "authorization_code", "client_id": BOT_APP_ID, "code": code, "redirect_uri": PAGE}
    form["code_verifier"] = verifier
    place = f"{url}/{TENANT_ID}/oauth2/v2.0/token"
    refused = browser.post(place, form | change)
    assert (refused.status_code, refused.json()["error_codes"]) == (400, [number])
    assert browser.post(place, form, headers={"Origin": None}).json()["error_codes"] == [9002327]


@pytest.mark.parametrize(
    ("change", "said"),
    [({"client_id": "another"}, "AADSTS700016"), ({"redirect_uri": "https://evil.example/"}, "AADSTS50011")],
)
def test_nobody_is_sent_to_an_address_that_is_not_registered(
    url: str, browser: requests.Session, change: dict[str, str], said: str
) -> None:
    asked = {"client_id": BOT_APP_ID, "redirect_uri": PAGE, "response_type": "code", "scope": SCOPE} | change
    address = f"{url}/{TENANT_ID}/oauth2/v2.0/authorize?{urlencode(asked)}"
    answer = browser.get(address, allow_redirects=False)
    assert (answer.status_code, said in answer.text) == (400, True)
