"""Everything around the service under test: both CRMs, Entra, Teams, and the people and records in them."""

from __future__ import annotations

import itertools
import random
import socket
import uuid
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web

from simulators.dataverse.app import Dataverse
from simulators.dataverse.schema import TABLES
from simulators.dataverse.values import Link
from simulators.entra.app import Entra
from simulators.entra.people import CRM_APP_ID, ELINOR, MARIANNE, PEOPLE, Person
from simulators.kit.faults import Faults
from simulators.kit.server import running
from simulators.kit.tls import Authority
from simulators.salesforce.app import create_app
from simulators.salesforce.org import Org
from simulators.salesforce.schema import SOBJECTS
from simulators.salesforce.seed import seeded
from simulators.teams.app import Teams
from tests.scenarios.world import SECRET, Grounds, _settings

ON_CARD, ON_PLATFORM = "main", "platform"
"""Two contact centres: in one wrap-up is led by the card, in the other by the platform."""
_LOWEST_PORT = 15_000


@dataclass(frozen=True)
class Customer:
    """Somebody who calls, and what the CRMs have on them: links' names of the records."""

    name: str
    phone: str
    email: str
    records: tuple[str, ...]


@dataclass
class House:
    """Where everything is, and its insides."""

    authority: Authority
    entra: Entra
    org: Org
    salesforce_app: web.Application
    salesforce_faults: Faults
    dataverse: Dataverse
    teams: Teams
    urls: Mapping[str, str]
    agents: tuple[Person, ...]
    customers: tuple[Customer, ...]
    port: int
    management_port: int

    @property
    def service(self) -> str:
        """The address of the service, the same after each start."""
        return f"http://127.0.0.1:{self.port}"

    def settings(self, database_url: str) -> dict[str, Any]:
        """Its settings."""
        made = _settings(Grounds(self.authority, self.entra, self.urls["entra"]), self.urls, database_url)
        made["service"] |= {"port": self.port, "management_port": self.management_port}
        made["intake"][ON_PLATFORM] = {"secrets": [SECRET], "wrapup_grace": "1s", "country": "DE"}
        made["access"] = {}
        return made


@contextmanager
def open_house(folder: Path, agents: int, customers: int) -> Iterator[House]:
    """Everything but the service runs."""
    people = tuple(_people(agents))
    with ExitStack() as stack:
        authority, entra = Authority(folder / "tls"), Entra()
        entra_url = stack.enter_context(running(entra.app, tls=authority))
        org, faults = seeded(), Faults()
        dataverse = Dataverse(entra=entra_url, ca_file=authority.ca_file)
        everybody = {one.oid: one for one in (*PEOPLE, *people)}.values()
        teams = Teams("", entra_url, ca_file=authority.ca_file, people=everybody)
        _employ(org, dataverse, people)
        known = tuple(_customer(org, dataverse, number) for number in range(customers))
        salesforce_app = create_app(org, faults)
        urls = {
            "entra": entra_url,
            "salesforce": stack.enter_context(running(salesforce_app, tls=authority)),
            "dataverse": stack.enter_context(running(dataverse.app, tls=authority)),
            "teams": stack.enter_context(running(teams.app, tls=authority)),
        }
        ports = _free_ports(2)
        teams.hands.bot_url = f"http://127.0.0.1:{ports[0]}/api/messages"
        yield House(
            authority, entra, org, salesforce_app, faults, dataverse, teams, urls, people, known, ports[0], ports[1]
        )


def _people(count: int) -> Iterator[Person]:
    """Elinor, Marianne, and as many others as it takes: Teams lets a bot write to one chat twice a second."""
    yield from (ELINOR, MARIANNE)
    for number in range(3, count + 1):
        oid = str(uuid.uuid5(uuid.NAMESPACE_OID, f"agent-{number}"))
        yield Person(oid, f"Agent Nr{number:02}", f"agent.{number:02}@contoso.example")


def _employ(org: Org, dataverse: Dataverse, people: tuple[Person, ...]) -> None:
    """Every other agent is a user of the CRMs; for the rest the integration user writes."""
    for one in people[2::2]:
        first, _, last = one.name.partition(" ")
        user = {"FirstName": first, "LastName": last, "Email": one.email, "Username": one.email}
        org.insert(SOBJECTS["User"], user)
        row = {"firstname": first, "lastname": last, "azureactivedirectoryobjectid": one.oid, "isdisabled": False}
        row |= {"internalemailaddress": one.email, "domainname": one.email}
        dataverse.store.load(TABLES["systemuser"], {"systemuserid": _row_id("user", one.oid), **row})


def _customer(org: Org, dataverse: Dataverse, number: int) -> Customer:
    name, phone, email = f"Nr{number:04}", f"+49151{20000000 + number}", f"customer{number}@example.com"
    firm = str(org.insert(SOBJECTS["Account"], {"Name": f"Firm {name}"})["Id"])
    person = {"FirstName": "Customer", "LastName": name, "AccountId": firm, "MobilePhone": phone, "Email": email}
    contact = str(org.insert(SOBJECTS["Contact"], person)["Id"])
    owner = {"ownerid": Link("systemuser", _integration(dataverse))}
    account_id, contact_id = _row_id("account", name), _row_id("contact", name)
    dataverse.store.load(TABLES["account"], {"accountid": account_id, "name": f"Firm {name}", **owner})
    row = {"firstname": "Customer", "lastname": name, "mobilephone": phone, "emailaddress1": email, **owner}
    parent = Link("account", account_id)
    dataverse.store.load(TABLES["contact"], {"contactid": contact_id, "parentcustomerid": parent, **row})
    records = (
        f"salesforce:Contact:{contact}",
        f"dynamics:contact:{contact_id}",
        f"salesforce:Account:{firm}",
        f"dynamics:account:{account_id}",
    )
    return Customer(f"Customer {name}", phone, email, records)


def _integration(dataverse: Dataverse) -> str:
    users = dataverse.store.rows(TABLES["systemuser"])
    return str(next(row["systemuserid"] for row in users if row["applicationid"] == CRM_APP_ID))


def _row_id(kind: str, name: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{name}.{kind}.example"))


def _free_ports(count: int) -> list[int]:
    """Ports that stay ours while nobody listens: below those that the kernel hands out to whoever connects."""
    lowest = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    wanted = random.sample(range(_LOWEST_PORT, lowest), 1000)
    return list(itertools.islice(filter(_is_free, wanted), count))


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0
