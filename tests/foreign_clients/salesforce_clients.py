"""simple-salesforce, jsforce and Salesforce's own command line, each doing everything once."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from simple_salesforce import Salesforce
from simple_salesforce.exceptions import SalesforceError

from simulators.kit.server import JOURNAL
from tests.connectors_salesforce.salesforce_rig import SalesforceWorld
from tests.foreign_clients.operations import Row, Said, World

SCRIPTS = Path(__file__).parents[1] / "node_clients"
_KEYED = "CC_Record_Key__c"
_BATCH = [
    {"method": "POST", "url": "v66.0/sobjects/Contact", "richInput": {"LastName": "Batch"}},
    {"method": "POST", "url": "v66.0/sobjects/Contact", "richInput": {"FirstName": "Nobody"}},
]
UNKNOWN, DELETED, MISSING = "an unknown field", "a deleted record", "nothing in a required field"


def simple_salesforce(_: SalesforceWorld, client: Salesforce) -> Said:
    """The library for Python."""
    contacts = client.Contact
    made = contacts.create({"LastName": "Brandon", "Email": "brandon@example.com"})["id"]
    contacts.update(made, {"Title": "Colonel"})
    gone = contacts.create({"LastName": "Gone"})["id"]
    upserts = [contacts.upsert(f"{_KEYED}/key-1", {"LastName": "Keyed", "Title": one}) for one in ("One", "Two")]
    rows = [row["Id"] for row in client.query_all("SELECT Id FROM Contact")["records"]]
    fields = [field["name"] for field in contacts.describe()["fields"]]
    batch = client.restful("composite/batch", method="POST", json={"batchRequests": _BATCH})
    contacts.delete(gone)
    errors = {
        MISSING: _refusal(lambda: contacts.create({"FirstName": "Nobody"})),
        UNKNOWN: _refusal(lambda: client.query("SELECT Nothing FROM Contact")),
        DELETED: _refusal(lambda: contacts.get(gone)),
    }
    user = client.oauth2("userinfo")["user_id"]
    read = contacts.get(made)["LastName"]
    return Said(user, made, gone, read, upserts, rows, fields, [one["statusCode"] for one in batch["results"]], errors)


def _refusal(work: Callable[[], object]) -> list[object]:
    with pytest.raises(SalesforceError) as refused:
        work()
    return [type(refused.value).__name__, refused.value.content[0]["errorCode"]]


def jsforce(world: SalesforceWorld) -> Said:
    """The library for JavaScript."""
    arguments = (world.url, world.org.client_id, world.org.client_secret)
    return said_by("jsforce_operations.mjs", "jsforce", world.authority.ca_file, *arguments)


def said_by(script: str, package: str, ca_file: Path, *arguments: str) -> Said:
    """What a client for JavaScript prints."""
    node = shutil.which("node")
    if node is None or not (SCRIPTS / "node_modules" / package).is_dir():
        pytest.skip(f"{package} is not installed (npm ci --ignore-scripts in tests/node_clients)")
    command = [node, str(SCRIPTS / script), *arguments]
    environment = {**os.environ, "NODE_EXTRA_CA_CERTS": str(ca_file)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return Said(**json.loads(done.stdout))


class CommandLine:
    """`sf`, Salesforce's own, with a home of its own."""

    def __init__(self, program: str, world: SalesforceWorld, home: Path) -> None:
        self._program = program
        self._home = home
        self._environment = {
            **os.environ,
            "HOME": str(home),
            "NODE_EXTRA_CA_CERTS": str(world.authority.ca_file),
            "SF_DISABLE_TELEMETRY": "true",
            "SF_AUTOUPDATE_DISABLE": "true",
            "SF_SKIP_NEW_VERSION_CHECK": "true",
            "SF_USE_GENERIC_UNIX_KEYCHAIN": "true",
        }

    def run(self, *words: str) -> Any:
        """What it prints, read as JSON."""
        command = [self._program, *words]
        done = subprocess.run(
            command, env=self._environment, cwd=self._home, capture_output=True, text=True, timeout=120, check=False
        )
        assert done.stdout, done.stderr
        return json.loads(done.stdout)

    def data(self, verb: str, *words: str) -> Any:
        """A command about contacts."""
        return self.run("data", verb, "record", "--target-org", "crm", "--sobject", "Contact", *words, "--json")

    def rest(self, method: str, address: str, body: Mapping[str, Any]) -> Any:
        """A call of the API, which it has no command of its own for."""
        words = ("--target-org", "crm", "--method", method, "--body", json.dumps(body), "--include", "--json")
        return self.run("api", "request", "rest", f"/services/data/v66.0/{address}", *words)["result"]

    def refusal(self, answer: Mapping[str, Any]) -> list[object]:
        """The name of its error, and the code of Salesforce's that it names as the cause."""
        code = str(answer.get("cause", "")).partition(":")[0]
        return [answer["name"], code if code.isupper() else answer["name"]]


def command_line(world: SalesforceWorld, program: str, home: Path) -> Said:
    """Salesforce's own command line."""
    sf = CommandLine(program, world, home)
    user = sf.run(*_jwt(world, home))["result"]["username"]
    made = sf.data("create", "--values", "LastName=Brandon Email=brandon@example.com")["result"]["id"]
    read = sf.data("get", "--record-id", made)["result"]["LastName"]
    sf.data("update", "--record-id", made, "--values", "Title=Colonel")
    gone = sf.data("create", "--values", "LastName=Gone")["result"]["id"]
    keyed = f"sobjects/Contact/{_KEYED}/key-1"
    upserts = [sf.rest("PATCH", keyed, {"LastName": "Keyed", "Title": one})["statusCode"] for one in ("One", "Two")]
    found = sf.run("data", "query", "--target-org", "crm", "--query", "SELECT Id FROM Contact", "--json")
    described = sf.run("sobject", "describe", "--target-org", "crm", "--sobject", "Contact", "--json")
    batch = sf.rest("POST", "composite/batch", {"batchRequests": _BATCH})["body"]["results"]
    sf.data("delete", "--record-id", gone)
    errors = {
        MISSING: sf.refusal(sf.data("create", "--values", "FirstName=Nobody")),
        UNKNOWN: sf.refusal(sf.data("update", "--record-id", made, "--values", "Nothing=1")),
        DELETED: sf.refusal(sf.data("get", "--record-id", gone)),
    }
    return Said(
        user=next(one["Id"] for one in world.org.records["User"].values() if one["Username"] == user),
        created=made,
        gone=gone,
        read=read,
        upserts=upserts,
        rows=[row["Id"] for row in found["result"]["records"]],
        fields=[field["name"] for field in described["result"]["fields"]],
        batch=[one["statusCode"] for one in batch],
        errors=errors,
    )


def _jwt(world: SalesforceWorld, home: Path) -> Sequence[str]:
    key = rsa.generate_private_key(65537, 2048)
    text = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (home / "key.pem").write_bytes(text)
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    world.org.jwt_public_key = public.decode()
    user = world.org.records["User"][world.org.integration_user]["Username"]
    options = {
        "username": user,
        "jwt-key-file": str(home / "key.pem"),
        "client-id": world.org.client_id,
        "instance-url": world.url,
        "alias": "crm",
    }
    return (
        "org",
        "login",
        "jwt",
        *(word for name, value in options.items() for word in (f"--{name}", value)),
        "--json",
    )


def after(world: SalesforceWorld, upserts: Sequence[object], errors: Mapping[str, Sequence[object]]) -> World:
    """What the org holds once a client is done."""
    contacts = world.org.records["Contact"].values()
    held = {row["Id"]: Row(row["LastName"], row["Title"]) for row in contacts if not row["IsDeleted"]}
    pages = [one for one in world.app[JOURNAL] if "/query" in one["path"] and one["status"] == 200]
    return World(
        integration_user=world.org.integration_user,
        held=held,
        pages=len(pages),
        rows=len(held),  # one more in the batch, one less by the deletion
        field=_KEYED,
        upserts=upserts,
        batch=[201, 400],
        errors=errors,
    )
