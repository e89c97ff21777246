"""The demonstration's house: service, both CRMs, Entra, Teams and a contact centre, all on 127.0.0.1."""

from __future__ import annotations

import base64
import secrets
import shutil
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from simulators.contact_centre.app import contact_centre
from simulators.contact_centre.sender import Sender
from simulators.dataverse.app import Dataverse
from simulators.demo.processes import DemoError, Processes, free_port, get_json
from simulators.entra.app import Entra
from simulators.entra.people import BOT_APP_ID, BOT_APP_SECRET, CRM_APP_ID, CRM_APP_SECRET, TENANT_ID
from simulators.kit.server import running
from simulators.kit.tls import Authority
from simulators.salesforce.app import create_app
from simulators.salesforce.org import Org
from simulators.teams.app import Teams

READY_SECONDS = 60.0
_SETTINGS = """\
# Made by the demonstration; secrets come by the environment.
[service]
port = {port}
management_port = {management_port}
country = "DE"

[database]
url = "sqlite:///{folder}/customer-card.db"

[teams]
app_id = "{app_id}"
tenant_id = "{tenant}"
authority = "{entra}"
bot_metadata = "{entra}/botframework/.well-known/openidconfiguration"
development = true
development_sign_in = "{sign_in}"

[access]
agents = ["*"]
supervisors = ["john.willoughby@contoso.example"]

[http]
ca_file = "{ca_file}"

[intake.main]
platform = "generic"
wrapup = "card"
country = "DE"

[crm.salesforce]
kind = "salesforce"
url = "{salesforce}"
[crm.salesforce.auth]
client_id = "{salesforce_id}"

[crm.dynamics]
kind = "dynamics"
url = "{dataverse}"
[crm.dynamics.auth]
client_id = "{crm_id}"
tenant_id = "{tenant}"
authority = "{entra}"
"""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where everything is."""

    pane: str
    service: str
    management: str
    salesforce: str
    dataverse: str
    teams: str
    contact_centre: str
    entra: str
    ca_file: Path


class House:
    """`open` starts it, `close` ends it. The simulators run in threads of this process: that starts faster."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._simulators = ExitStack()
        self.processes = Processes(folder / "logs")

    def open(self, sign_in: str) -> Addresses:
        """Everything runs, from an empty database. `sign_in`: where the page gets its token. Raises DemoError."""
        for old in self._folder.glob("customer-card.db*"):
            old.unlink()
        tls = Authority(self._folder / "tls")
        port, management_port = free_port(3978), free_port(9978)
        service = f"http://127.0.0.1:{port}"
        secret = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
        entra = self._run(Entra().app, tls)
        sender = Sender(f"{service}/intake/v1/main", secret)
        addresses = Addresses(
            pane=f"{service}/pane/?user=elinor",
            service=service,
            management=f"http://127.0.0.1:{management_port}",
            entra=entra,
            ca_file=tls.ca_file,
            salesforce=self._run(create_app(), tls),
            dataverse=self._run(Dataverse(entra=entra, ca_file=tls.ca_file).app, tls),
            teams=self._run(Teams(f"{service}/api/messages", entra, ca_file=tls.ca_file).app, tls),
            contact_centre=self._run(contact_centre(sender), None),
        )
        self._serve(addresses, sign_in, (port, management_port), secret)
        return addresses

    def close(self) -> None:
        """Nothing of it runs any more."""
        self.processes.end()
        self._simulators.close()

    def _run(self, app: web.Application, tls: Authority | None) -> str:
        return self._simulators.enter_context(running(app, tls=tls))

    def _serve(self, addresses: Addresses, sign_in: str, ports: tuple[int, int], secret: str) -> None:
        file = self._folder / "customer-card.toml"
        file.write_text(
            _SETTINGS.format(
                port=ports[0],
                management_port=ports[1],
                folder=self._folder,
                app_id=BOT_APP_ID,
                tenant=TENANT_ID,
                entra=addresses.entra,
                sign_in=sign_in,
                ca_file=addresses.ca_file,
                salesforce=addresses.salesforce,
                salesforce_id=Org().client_id,
                dataverse=addresses.dataverse,
                crm_id=CRM_APP_ID,
            )
        )
        environment = {
            "CUSTOMER_CARD_TEAMS__CLIENT_SECRET": BOT_APP_SECRET,
            "CUSTOMER_CARD_INTAKE__MAIN__SECRETS": f'["{secret}"]',
            "CUSTOMER_CARD_CRM__SALESFORCE__AUTH__CLIENT_SECRET": Org().client_secret,
            "CUSTOMER_CARD_CRM__DYNAMICS__AUTH__CLIENT_SECRET": CRM_APP_SECRET,
        }
        self.processes.start("service", ["service", "serve", "--config", str(file)], environment)
        until = time.monotonic() + READY_SECONDS
        while (get_json(f"{addresses.management}/readyz") or {}).get("status") != "ready":
            self.processes.check()
            if time.monotonic() > until:
                raise DemoError(f"the service is not ready: see {self._folder}/logs/service.log")
            time.sleep(0.05)


def fresh(folder: Path) -> Path:
    """`folder`, without what an earlier demonstration left there but for its certificates."""
    shutil.rmtree(folder / "logs", ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    return folder.resolve()
