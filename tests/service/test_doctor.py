"""`doctor` against the stand-in for Entra: each thing that is wrong, with what to do about it."""

from __future__ import annotations

import json
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import trustme
from aiohttp import web
from click.testing import CliRunner

from customers.events import AgentRef
from customers.ids import UserId
from service.cli import main
from service.doctor import examine
from service.settings_file import load
from simulators.entra.app import Entra
from simulators.entra.grants import Client
from simulators.entra.people import BOT_APP_ID, BOT_APP_SECRET, TENANT_ID
from simulators.kit.app import Address
from simulators.kit.server import ADDRESS, running
from simulators.kit.tls import Authority
from storage import inbox, people
from storage.engine import Database

SETTINGS = """\
[service]
port = 0
management_port = 0
public_url = "{public_url}"
[database]
url = "{database}"
[teams]
app_id = "{app_id}"
tenant_id = "{tenant}"
authority = "{entra}"
bot_metadata = "{entra}/botframework/.well-known/openidconfiguration"
{credential}
[http]
ca_file = "{ca_file}"
[intake.main]
secrets = ["file:{folder}/intake"]
[package]
developer = "Contoso"
website = "https://contoso.example"
privacy = "https://contoso.example/privacy"
terms = "https://contoso.example/terms"
"""


@dataclass
class Clinic:
    """Settings in which everything is right but the public address, and the stand-in that they name."""

    entra: Entra
    values: dict[str, str]
    folder: Path

    def config(self, **changes: str) -> Path:
        path = self.folder / "customer-card.toml"
        path.write_text(SETTINGS.format(**{**self.values, **changes}))
        return path

    def findings(self, ahead: float = 0.0, **changes: str) -> dict[str, dict[str, Any]]:
        """What `doctor` finds, by check; this machine's clock is `ahead` of Entra's by so many seconds."""
        found = examine(load(self.config(**changes)), now=lambda: time.time() + ahead)
        return {finding.what: finding.row() for finding in found}


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="module")
def entra(authority: Authority) -> Iterator[tuple[Entra, str]]:
    simulator = Entra()
    with running(simulator.app, tls=authority) as url:
        yield simulator, url


@pytest.fixture
def clinic(entra: tuple[Entra, str], authority: Authority, tmp_path: Path) -> Iterator[Clinic]:
    simulator, url = entra
    (tmp_path / "secret").write_text(BOT_APP_SECRET)
    (tmp_path / "intake").write_text("whsec_" + "c2VjcmV0" * 4)
    values = {
        "public_url": "https://cards.contoso.example",
        "database": f"sqlite:///{tmp_path}/cards.db",
        "app_id": BOT_APP_ID,
        "tenant": TENANT_ID,
        "entra": url,
        "credential": f'client_secret = "file:{tmp_path}/secret"',
        "ca_file": str(authority.ca_file),
        "folder": str(tmp_path),
    }
    yield Clinic(simulator, values, tmp_path)
    simulator.faults.clear()


def test_what_is_right_is_ok_and_what_is_left_is_named(clinic: Clinic) -> None:
    found = clinic.findings()
    right = (
        "settings",
        "http.ca_file",
        "clock",
        "entra",
        "bot.credentials",
        "bot.keys",
        "package",
        "intake.main",
        "database",
    )
    assert {name: found[name]["result"] for name in right} == dict.fromkeys(right, "ok")
    assert {name for name, row in found.items() if row["result"] == "left"} == {"public_url", "installed", "events"}
    assert all(row["do"] for row in found.values() if row["result"] != "ok")


CREDENTIALS = {
    "a wrong secret": ({"credential": 'client_secret = "file:{folder}/wrong"'}, "7000215", "new client secret"),
    "an unknown application": ({"app_id": "00000000-1111-4000-8000-000000000000"}, "700016", "teams.app_id"),
    "no certificate": ({"credential": 'certificate = "{folder}/none.pem"'}, "No such file", "teams.certificate"),
}


@pytest.mark.parametrize("case", CREDENTIALS)
def test_wrong_credentials_of_the_bot_are_named_with_what_to_do(clinic: Clinic, case: str) -> None:
    (clinic.folder / "wrong").write_text("wrong")
    changes, said, to_do = CREDENTIALS[case]
    row = clinic.findings(**{name: value.format(folder=clinic.folder) for name, value in changes.items()})[
        "bot.credentials"
    ]
    assert (row["result"], said in row["detail"], to_do in row["do"]) == ("FAILED", True, True), row


def test_a_secret_that_has_ended_is_told(clinic: Clinic) -> None:
    clinic.entra.faults.arm({"fault": "invalid_client", "path": f"/{TENANT_ID}/oauth2/v2.0/token", "times": -1})
    row = clinic.findings()["bot.credentials"]
    assert "has ended" in row["do"]
    assert BOT_APP_SECRET not in json.dumps(row)


def test_a_certificate_in_place_of_the_secret_signs_in(clinic: Clinic) -> None:
    made = _certificate(clinic.folder, days=100)
    clinic.entra.clients["b0700000-0000-4000-8000-000000000b07"] = Client(
        "b0700000-0000-4000-8000-000000000b07", certificate=made.read_text()
    )
    credential = f'certificate = "{made}"'
    found = clinic.findings(credential=credential, app_id="b0700000-0000-4000-8000-000000000b07")
    assert (found["bot.credentials"]["result"], found["teams.certificate"]["result"]) == ("ok", "ok"), found


@pytest.mark.parametrize(("days", "said"), [(-1, "has ended"), (10, "ends in")])
def test_a_certificate_that_ends_is_to_be_renewed(clinic: Clinic, days: int, said: str) -> None:
    row = clinic.findings(credential=f'certificate = "{_certificate(clinic.folder, days)}"')["teams.certificate"]
    assert (row["result"], said in row["detail"]) == ("FAILED", True), row


def test_a_certificate_without_its_key_is_told(clinic: Clinic) -> None:
    row = clinic.findings(credential=f'certificate = "{clinic.values["ca_file"]}"')["teams.certificate"]
    assert (row["result"], "private key" in row["do"]) == ("FAILED", True)


@pytest.mark.parametrize(("ahead", "result"), [(0, "ok"), (20, "ok"), (300, "FAILED"), (-300, "FAILED")])
def test_a_clock_that_is_off_is_told(clinic: Clinic, ahead: float, result: str) -> None:
    row = clinic.findings(ahead)["clock"]
    assert row["result"] == result, row
    assert result == "ok" or "NTP" in row["do"]


def test_a_wrong_tenant_is_told(clinic: Clinic) -> None:
    found = clinic.findings(tenant="00000000-2222-4000-8000-000000000000")
    assert (found["entra"]["result"], "teams.tenant_id" in found["entra"]["do"]) == ("FAILED", True)


def test_an_entra_that_does_not_answer_is_told(clinic: Clinic) -> None:
    found = clinic.findings(entra="https://127.0.0.1:9")
    for name in ("entra", "bot.credentials", "bot.keys"):
        assert (found[name]["result"], bool(found[name]["do"])) == ("FAILED", True), name
    assert found["package"]["result"] == "ok"  # the rest is looked at all the same


def test_a_wrong_package_names_each_setting(clinic: Clinic) -> None:
    row = clinic.findings(public_url="http://cards.contoso.example")["package"]
    assert (row["result"], "service.public_url" in row["detail"]) == ("FAILED", True)


def test_without_a_contact_centre_nothing_can_come(clinic: Clinic) -> None:
    path = clinic.config()
    text = path.read_text()
    path.write_text(text[: text.index("[intake")] + text[text.index("[package") :])
    found = {finding.what: finding for finding in examine(load(path))}
    assert "[intake.NAME]" in found["intake"].to_do


def test_p17_steps_that_people_have_made_are_not_named_any_more(clinic: Clinic) -> None:
    database = Database(clinic.values["database"])
    clinic.findings()
    with database.write() as tx:
        people.remember_user(tx, UserId("e11e"), {"conversation_id": "19:x", "installed_at": tx.now})
        people.agent(tx, "main", AgentRef(id="a-7", name="Elinor"))
        row = {
            "source": "/cc", "event_id": "e-1", "type": "cc.x", "subject": "s", "intake": "main", "body": b"{}",
            "correlation_id": "c", "at": tx.now,
        }  # fmt: skip
        inbox.put(tx, [row])
    database.close()
    found = clinic.findings()
    assert found["installed"]["result"] == "ok"
    assert "events" not in found
    assert found["agents"]["result"] == "left"
    assert "agents match" in found["agents"]["do"]


# --- the public address -------------------------------------------------------------------------------------------


@pytest.fixture
def service(clinic: Clinic) -> Iterator[str]:
    """The service as a process of its own, as a proxy finds it."""
    command = [sys.executable, "-m", "service", "serve", "--config", str(clinic.config())]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        yield line.split("web ")[1].split(",")[0]
        process.terminate()


def proxy(to: str, *, drops_post: bool = False) -> web.Application:
    """What stands before the service and speaks TLS."""

    async def handle(request: web.Request) -> web.Response:
        if drops_post and request.method == "POST":
            return web.Response(status=404)
        async with (
            aiohttp.ClientSession() as session,
            session.request(request.method, f"{to}{request.path}", data=await request.read()) as answer,
        ):
            return web.Response(body=await answer.read(), status=answer.status, content_type=answer.content_type)

    app = web.Application()
    app[ADDRESS] = Address()
    app.router.add_route("*", "/{path:.*}", handle)
    return app


def test_the_public_address_is_tried_from_outside(clinic: Clinic, service: str, authority: Authority) -> None:
    with running(proxy(service), tls=authority) as url:
        row = clinic.findings(public_url=url)["public_url"]
    assert (row["result"], f"{url}/api/messages" in row["detail"]) == ("ok", True), row


class Ending(Authority):
    """Its servers' certificates are good for another week."""

    def server_context(self, *hosts: str) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        ends = datetime.now(UTC) + timedelta(days=7)
        self._ca.issue_cert(*hosts, not_after=ends).configure_cert(context)
        return context


def test_a_public_certificate_that_ends_soon_is_told(clinic: Clinic, service: str, authority: Authority) -> None:
    with running(proxy(service), tls=Ending(authority.folder)) as url:
        row = clinic.findings(public_url=url)["public_url"]
    assert (row["result"], "certificate ends on" in row["detail"], "renew" in row["do"]) == ("FAILED", True, True), row


def test_a_proxy_that_keeps_what_teams_sends_is_told(clinic: Clinic, service: str, authority: Authority) -> None:
    with running(proxy(service, drops_post=True), tls=authority) as url:
        row = clinic.findings(public_url=url)["public_url"]
    assert (row["result"], "404 instead of 401" in row["detail"]) == ("FAILED", True), row


def test_another_page_at_the_public_address_is_told(clinic: Clinic, authority: Authority) -> None:
    row = clinic.findings(public_url=clinic.values["entra"])["public_url"]
    assert (row["result"], "not this service" in row["detail"]) == ("FAILED", True), row


def test_a_certificate_that_nobody_trusts_is_told(clinic: Clinic, tmp_path: Path) -> None:
    with running(proxy("http://127.0.0.1:9"), tls=Authority(tmp_path / "stranger")) as url:
        row = clinic.findings(public_url=url)["public_url"]
    assert (row["result"], "public authority" in row["do"]) == ("FAILED", True), row


# --- the command --------------------------------------------------------------------------------------------------


def test_the_command_prints_what_to_do_in_full_and_fails(clinic: Clinic) -> None:
    config = clinic.config()
    answer = CliRunner().invoke(main, ["doctor", "--config", str(config)])
    assert answer.exit_code == 1
    told = clinic.findings()["installed"]["do"]
    assert f"→ {told}" in answer.output
    rows = json.loads(CliRunner().invoke(main, ["doctor", "--config", str(config), "--json"]).output)
    assert [row["check"] for row in rows][:2] == ["settings", "http.ca_file"]


def test_a_key_that_entra_does_not_take_is_told(clinic: Clinic) -> None:
    found = clinic.findings(credential=f'certificate = "{_certificate(clinic.folder, 100, trustme.KeyType.ECDSA)}"')
    assert "RSA" in found["teams.certificate"]["do"]
    assert found["bot.credentials"]["result"] == "FAILED"


def _certificate(folder: Path, days: int, kind: trustme.KeyType = trustme.KeyType.RSA) -> Path:
    """A certificate with its key that ends in so many days."""
    ends = datetime.now(UTC) + timedelta(days=days, hours=1)
    made = trustme.CA(key_type=kind).issue_cert("customer-card", not_after=ends, key_type=kind)
    path = folder / "bot.pem"
    path.write_bytes(made.private_key_pem.bytes() + b"".join(blob.bytes() for blob in made.cert_chain_pems[:1]))
    return path
