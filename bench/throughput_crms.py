"""The CRMs of `throughput`, each a process that answers over TLS after a while, and how others write to them."""

from __future__ import annotations

import os
import signal
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msal
import requests
from simple_salesforce.api import Salesforce

from bench.processes import Process, process
from connectors.dynamics import DynamicsConnector, DynamicsSettings
from connectors.http import HttpOptions, new_session
from connectors.interface import CrmConnector, RecordRef
from connectors.salesforce.auth import SalesforceAuth
from connectors.salesforce.connector import SalesforceConnector, SalesforceSettings
from simulators.dataverse.seeds import seed_id
from simulators.entra.people import CRM_APP_ID, CRM_APP_SECRET, TENANT_ID
from simulators.kit.tls import Authority
from simulators.salesforce.org import Org

Writer = Callable[[int], object]
_NOTES = "Wants a copy of the invoice. " * 10


@dataclass
class Crm:
    """One CRM at work."""

    name: str
    peer: str
    url: str
    ca_file: Path
    latency: float
    entra_url: str = ""
    records: Sequence[RecordRef] = ()
    _session: requests.Session = field(default_factory=requests.Session)

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """The simulator's own answer."""
        answer = self._session.request(method, self.url + path, json=body, verify=str(self.ca_file), timeout=60)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def calls(self) -> int:
        """Calls of the API that it was asked so far."""
        return int(self.ask("GET", "/_simulator/count")["requests"])

    @contextmanager
    def connector(self, at_once: int) -> Iterator[CrmConnector]:
        """The product's own, with as many connections as calls at once."""
        options = HttpOptions(ca_file=self.ca_file, pool_size=at_once, read_seconds=60, total_seconds=120)
        made = self._connector(options)
        yield made
        made.close()

    def _connector(self, options: HttpOptions) -> CrmConnector:
        if self.name == "salesforce":
            auth = SalesforceAuth(Org().client_id, Org().client_secret)
            return SalesforceConnector(SalesforceSettings("salesforce", self.url, auth), None, options)
        return DynamicsConnector(_dynamics(self, options))

    def peer_writer(self, at_once: int) -> AbstractContextManager[Writer]:
        """Writes one activity, as a user of the library would."""
        return (_simple_salesforce if self.name == "salesforce" else _dataverse_client)(self, at_once)


def _dynamics(crm: Crm, options: HttpOptions) -> DynamicsSettings:
    return DynamicsSettings(
        name="dynamics",
        url=crm.url,
        tenant_id=TENANT_ID,
        client_id=CRM_APP_ID,
        client_credential=CRM_APP_SECRET,
        authority=f"{crm.entra_url}/{TENANT_ID}",
        http=options,
    )


@contextmanager
def salesforce(latency: float) -> Iterator[Crm]:
    """An org."""
    with _simulators() as (start, ca_file):
        crm = Crm("salesforce", "simple-salesforce", start("simulators.salesforce"), ca_file, latency)
        rows = crm.ask("GET", "/_simulator/state")["records"]
        contact = next(row["Id"] for row in rows["Contact"] if row["LastName"] == "Ferrars")
        account = next(row["Id"] for row in rows["Account"] if row["Name"] == "Ferrars & Co")
        case = rows["Case"][0]["Id"]
        crm.records = [
            RecordRef("salesforce", *one) for one in (("Contact", contact), ("Account", account), ("Case", case))
        ]
        crm.ask("POST", "/_simulator/faults", {"fault": "slow", "seconds": latency, "times": -1})
        yield crm


@contextmanager
def dynamics(latency: float) -> Iterator[Crm]:
    """An environment."""
    with _simulators() as (start, ca_file):
        entra = start("simulators.entra")
        url = start("simulators.dataverse", "--entra", entra)
        crm = Crm("dynamics", "PowerPlatform-Dataverse-Client", url, ca_file, latency, entra)
        names = ("contact/edward", "account/ferrars", "incident/parcel")
        crm.records = [RecordRef("dynamics", name.partition("/")[0], seed_id(name)) for name in names]
        crm.ask("POST", "/_simulator/faults", {"fault": "slow", "seconds": latency, "times": -1})
        yield crm


CRMS: Sequence[Callable[[float], AbstractContextManager[Crm]]] = (salesforce, dynamics)


@contextmanager
def _simulators() -> Iterator[tuple[Callable[..., str], Path]]:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, ExitStack() as stack:
        authority = Authority(Path(folder))
        environment = {"SSL_CERT_FILE": str(authority.ca_file), "REQUESTS_CA_BUNDLE": str(authority.ca_file)}

        def start(module: str, *args: str) -> str:
            log = Path(folder) / f"{module}.log"
            running = stack.enter_context(process(module, "--tls", folder, *args, log=log, env=environment))
            stack.callback(_end, running)
            return str(running.ready["url"])

        yield start, Path(authority.ca_file)


def _end(running: Process) -> None:
    os.kill(running.pid, signal.SIGTERM)


@contextmanager
def _simple_salesforce(crm: Crm, at_once: int) -> Iterator[Writer]:
    session = new_session(HttpOptions(ca_file=crm.ca_file, pool_size=at_once, read_seconds=60))
    form = {"grant_type": "client_credentials", "client_id": Org().client_id, "client_secret": Org().client_secret}
    token = session.post(f"{crm.url}/services/oauth2/token", data=form).json()["access_token"]
    client = Salesforce(session_id=token, instance_url=crm.url, session=session, version="66.0")
    contact = crm.records[0].id

    def write(number: int) -> object:
        body = {"Subject": f"Call {number}", "Status": "Completed", "WhoId": contact, "Description": _NOTES}
        tasks: Any = client.Task
        return tasks.create(body | {"TaskSubtype": "Call", "CallDurationInSeconds": 360})

    yield write
    session.close()


class _Credential:
    """An azure-core TokenCredential that asks the simulated Entra once."""

    def __init__(self, crm: Crm) -> None:
        application = msal.ConfidentialClientApplication(
            CRM_APP_ID,
            authority=f"{crm.entra_url}/{TENANT_ID}",
            client_credential=CRM_APP_SECRET,
            instance_discovery=False,
            http_client=new_session(HttpOptions(ca_file=crm.ca_file)),
        )
        self._answer = application.acquire_token_for_client([f"{crm.url}/.default"])

    def get_token(self, *_scopes: str, **_: Any) -> Any:
        """The same for all."""
        from azure.core.credentials import AccessToken

        return AccessToken(self._answer["access_token"], int(time.time()) + 3600)


@contextmanager
def _dataverse_client(crm: Crm, _at_once: int) -> Iterator[Writer]:
    from PowerPlatform.Dataverse.client import DataverseClient
    from PowerPlatform.Dataverse.core.config import DataverseConfig

    kept = os.environ.get("REQUESTS_CA_BUNDLE")
    os.environ["REQUESTS_CA_BUNDLE"] = str(crm.ca_file)
    contact = crm.records[0].id
    try:
        with DataverseClient(crm.url, _Credential(crm), DataverseConfig(http_retries=1)) as client:

            def write(number: int) -> None:
                body = {"subject": f"Call {number}", "description": _NOTES, "directioncode": False}
                bind = {"regardingobjectid_contact_phonecall@odata.bind": f"/contacts({contact})"}
                made = client.records.create("phonecall", body | bind)
                client.records.update("phonecall", made, {"statecode": 1, "statuscode": 4})

            yield write
    finally:
        os.environ.pop("REQUESTS_CA_BUNDLE")
        if kept is not None:
            os.environ["REQUESTS_CA_BUNDLE"] = kept
