"""msal and our own checks work with the Entra stand-in as with the real one."""

from __future__ import annotations

import datetime as dt
from argparse import Namespace
from collections.abc import Iterator
from typing import Any

import jwt
import msal
import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from simulators.entra.app import DEFAULT_CLIENTS, Entra, _factory
from simulators.entra.grants import Client
from simulators.entra.issuer import Issuer
from simulators.entra.people import BOT_APP_ID, BOT_APP_SECRET, CRM_APP_ID, CRM_APP_SECRET, ELINOR, TENANT_ID
from simulators.kit.server import JOURNAL, running
from simulators.kit.tls import Authority
from simulators.kit.tokens import TokenChecker, TokenError

BOT_SCOPE = "https://api.botframework.com/.default"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ca"))


@pytest.fixture(scope="module")
def issuer() -> Issuer:
    return Issuer()


@pytest.fixture
def entra(issuer: Issuer) -> Entra:
    return Entra(issuer=issuer)


@pytest.fixture
def url(entra: Entra, authority: Authority) -> Iterator[str]:
    with running(entra.app, tls=authority) as address:
        yield address


def _msal(url: str, authority: Authority, secret: Any = BOT_APP_SECRET, client: str = BOT_APP_ID) -> Any:
    session = requests.Session()
    session.trust_env = False  # REQUESTS_CA_BUNDLE would win over `verify`
    session.verify = str(authority.ca_file)
    return msal.ConfidentialClientApplication(
        client, authority=f"{url}/{TENANT_ID}", client_credential=secret, instance_discovery=False, http_client=session
    )


def _get(url: str, authority: Authority, **more: Any) -> requests.Response:
    return requests.get(url, verify=str(authority.ca_file), timeout=5, **more)


def _checker(url: str, authority: Authority, audience: str) -> TokenChecker:
    return TokenChecker(f"{url}/{TENANT_ID}/discovery/v2.0/keys", audience, ca_file=authority.ca_file)


async def test_msal_is_given_a_token_for_the_bot_connector_and_keeps_it(
    url: str, entra: Entra, authority: Authority
) -> None:
    application = _msal(url, authority)
    first = application.acquire_token_for_client([BOT_SCOPE])
    second = application.acquire_token_for_client([BOT_SCOPE])
    assert first["access_token"] == second["access_token"]
    assert sum(entry["method"] == "POST" for entry in entra.app[JOURNAL]) == 1
    headers = {"Authorization": f"Bearer {first['access_token']}"}
    claims = await _checker(url, authority, "https://api.botframework.com").claims(headers)
    assert (claims["appid"], claims["tid"]) == (BOT_APP_ID, TENANT_ID)


async def test_msal_is_given_a_token_for_dataverse(url: str, authority: Authority) -> None:
    answer = _msal(url, authority, CRM_APP_SECRET, CRM_APP_ID).acquire_token_for_client(
        ["https://org.example/.default"]
    )
    headers = {"Authorization": f"Bearer {answer['access_token']}"}
    assert (await _checker(url, authority, "https://org.example").claims(headers))["appid"] == CRM_APP_ID
    with pytest.raises(TokenError):
        await _checker(url, authority, "https://other.example").claims(headers)


@pytest.mark.parametrize(
    ("asked", "error", "number"),
    [
        ((BOT_APP_ID, "wrong", BOT_SCOPE), "invalid_client", 7000215),
        (("nobody", "wrong", BOT_SCOPE), "unauthorized_client", 700016),
        ((BOT_APP_ID, BOT_APP_SECRET, "User.Read"), "invalid_scope", 70011),
    ],
)
def test_errors_are_entras_own(
    url: str, authority: Authority, asked: tuple[str, str, str], error: str, number: int
) -> None:
    client, secret, scope = asked
    answer = _msal(url, authority, secret, client).acquire_token_for_client([scope])
    assert (answer["error"], answer["error_codes"]) == (error, [number])
    assert answer["error_description"].startswith(f"AADSTS{number}: ")


def test_an_unknown_tenant_is_named(url: str, authority: Authority) -> None:
    answer = _get(f"{url}/elsewhere/v2.0/.well-known/openid-configuration", authority)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_tenant")


def _certificate() -> tuple[str, str, str]:
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "bot")])
    now = dt.datetime.now(dt.UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(7).not_valid_before(now).not_valid_after(now + dt.timedelta(days=1))
    certificate = builder.sign(key, hashes.SHA256())
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    thumbprint = certificate.fingerprint(hashes.SHA1()).hex()
    return private.decode(), certificate.public_bytes(serialization.Encoding.PEM).decode(), thumbprint


def test_a_certificate_proves_the_application_and_another_does_not(authority: Authority) -> None:
    private, certificate, thumbprint = _certificate()
    other, _, _ = _certificate()
    with running(Entra([Client(BOT_APP_ID, certificate=certificate)]).app, tls=authority) as url:
        right = _msal(url, authority, {"private_key": private, "thumbprint": thumbprint})
        wrong = _msal(url, authority, {"private_key": other, "thumbprint": thumbprint})
        assert "access_token" in right.acquire_token_for_client([BOT_SCOPE])
        assert wrong.acquire_token_for_client([BOT_SCOPE])["error_codes"] == [700027]


def test_an_sso_token_says_who_the_user_is_and_for_which_application(url: str, authority: Authority) -> None:
    token = _get(f"{url}/_simulator/sso-token?user=elinor", authority).json()["token"]
    keys = _get(f"{url}/{TENANT_ID}/discovery/v2.0/keys", authority).json()
    key = jwt.PyJWKSet.from_dict(keys)[jwt.get_unverified_header(token)["kid"]]
    claims = jwt.decode(token, key, audience=BOT_APP_ID, issuer=f"{url}/{TENANT_ID}/v2.0", algorithms=["RS256"])
    wanted = {"oid": ELINOR.oid, "tid": TENANT_ID, "scp": "access_as_user", "ver": "2.0", "name": "Elinor Dashwood"}
    assert {name: claims[name] for name in wanted} == wanted
    assert claims["preferred_username"] == "elinor.dashwood@contoso.example"


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [("http://127.0.0.1:8080", True), ("https://localhost:1", True), ("https://evil.example", False), ("null", False)],
)
def test_only_pages_from_loopback_may_read_an_sso_token(
    url: str, authority: Authority, origin: str, allowed: bool
) -> None:
    answer = _get(f"{url}/_simulator/sso-token?user={ELINOR.oid}", authority, headers={"Origin": origin})
    assert answer.headers.get("Access-Control-Allow-Origin") == (origin if allowed else None)


def test_bot_framework_keys_are_endorsed_for_teams_but_for_one(url: str, authority: Authority) -> None:
    metadata = _get(f"{url}/botframework/.well-known/openidconfiguration", authority).json()
    keys = _get(metadata["jwks_uri"], authority).json()["keys"]
    assert metadata["issuer"] == "https://api.botframework.com"
    assert ["msteams" in key["endorsements"] for key in keys] == [True, False]


async def test_after_a_key_rotation_new_tokens_count_and_old_ones_only_while_their_key_is_published(
    url: str, entra: Entra, authority: Authority
) -> None:
    checker = _checker(url, authority, "https://api.botframework.com")
    old = {"Authorization": "Bearer " + entra.issuer.app_token(BOT_APP_ID, "https://api.botframework.com")}
    entra.faults.arm({"fault": "key_rotation", "drop_old": True})
    answer = _msal(url, authority).acquire_token_for_client([BOT_SCOPE])
    assert (await checker.claims({"Authorization": f"Bearer {answer['access_token']}"}))["appid"] == BOT_APP_ID
    with pytest.raises(TokenError):
        await checker.claims(old)


def test_armed_errors_of_the_token_endpoint(url: str, entra: Entra, authority: Authority) -> None:
    entra.faults.arm({"fault": "invalid_client"}, {"fault": "throttled"})
    codes = [_msal(url, authority).acquire_token_for_client([BOT_SCOPE]).get("error_codes") for _ in range(3)]
    assert codes == [[7000222], [90055], None]


def test_applications_that_come_with_it_are_the_bots_and_the_crms() -> None:
    assert {client.id for client in DEFAULT_CLIENTS} == {BOT_APP_ID, CRM_APP_ID}


def test_the_command_line_starts_it_with_further_applications(authority: Authority) -> None:
    with running(_factory(Namespace(client=["another:its:secret"])), tls=authority) as url:
        assert "access_token" in _msal(url, authority, "its:secret", "another").acquire_token_for_client([BOT_SCOPE])
