"""A Salesforce connector beside its simulator, over TLS."""

from __future__ import annotations

import html
import uuid
from base64 import b64decode
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from connectors.http import HttpOptions
from connectors.interface import CrmAgent, RecordRef
from connectors.mapping import CrmMapping
from connectors.salesforce.auth import SalesforceAuth
from connectors.salesforce.connector import DEFAULT_MAPPING, SalesforceConnector, SalesforceSettings
from simulators.kit.faults import Faults
from simulators.kit.server import JOURNAL, running
from simulators.kit.tls import Authority
from simulators.salesforce.app import create_app
from simulators.salesforce.org import Org
from simulators.salesforce.seed import seeded
from tests.contract.crm_connector import KnownPerson

WRITES = r"/sobjects/Task"
CREATES = r"/sobjects/Contact$"
_BREAKS: dict[str, dict[str, Any]] = {
    "unavailable": {"fault": "outage"},
    "html": {"fault": "html", "path": "/services/data"},
    "refused": {"fault": "refused"},
    "timeout": {"fault": "timeout"},
    "rate_limited": {"fault": "concurrent_limit"},
    "forbidden": {"fault": "forbidden", "path": WRITES},
    "rejected": {"fault": "validation", "path": WRITES},
    "conflict": {"fault": "lock", "path": WRITES},
    "expired": {"fault": "session_expired"},
    "endless_401": {"fault": "session_never_valid"},
    "answer_lost": {"fault": "answer_lost", "path": WRITES, "method": "POST"},
    "deletion_lost": {"fault": "answer_lost", "path": WRITES, "method": "DELETE"},
    "note_lost": {"fault": "answer_lost", "path": "/composite$", "method": "POST"},
    "join_lost": {"fault": "answer_lost", "path": "/composite/sobjects", "method": "POST"},
    "sign_in_refused": {"fault": "sign_in_refused"},
    "create_lost": {"fault": "answer_lost", "path": CREATES, "method": "POST"},
    "create_rejected": {"fault": "validation", "path": CREATES, "method": "POST"},
}


@dataclass(slots=True)
class SalesforceWorld:
    """The simulator's side; the org is read and changed in this process."""

    org: Org
    faults: Faults
    app: web.Application
    url: str
    authority: Authority
    crm: str = "salesforce"
    known_person: KnownPerson = field(init=False)
    missing: RecordRef = field(init=False)
    agent: CrmAgent = field(init=False)

    def __post_init__(self) -> None:
        self.known_person = self._person()
        self.missing = RecordRef(self.crm, "Contact", "0035g00000zzzzzAAA")
        self.agent = CrmAgent("Elinor Dashwood", "elinor.dashwood@contoso.example")

    def _person(self) -> KnownPerson:
        palmer = next(row for row in self.org.records["Account"].values() if row["IsPersonAccount"])
        steeles = [self.ref("Contact", FirstName=name) for name in ("Lucy", "Anne")]
        return KnownPerson(
            ref=self.ref("Contact", LastName="Ferrars"),
            name="Edward Ferrars",
            phone="+4915112345678",
            email="edward.ferrars@example.com",
            other_phones=[
                ("+4930901820", self.ref("Account", Name="Ferrars & Co")),
                ("+4915199988877", steeles[0]),
                ("+447700900123", RecordRef(self.crm, "Account", palmer["Id"])),
            ],
            shared_phone="+4915199988877",
            shared_refs=frozenset(steeles),
            company=self.ref("Account", Name="Ferrars & Co"),
            case=self.ref("Case", CaseNumber="00001001"),
        )

    def ref(self, kind: str, **values: Any) -> RecordRef:
        """The first live record with these values."""
        for row in self.org.records[kind].values():
            if not row.get("IsDeleted") and all(row[name] == value for name, value in values.items()):
                return RecordRef(self.crm, kind, row["Id"])
        raise LookupError(values)

    def break_with(self, kind: str, *, times: int = 1) -> None:
        self.faults.clear()
        if kind == "sign_in_refused":
            self.org.sessions.clear()
        self.faults.arm({**_BREAKS[kind], "times": times})

    def session_ends_under(self, calls: int) -> None:
        self.faults.clear()
        self.faults.arm({"fault": "together", "times": calls}, {"fault": "session_expired"})

    def tasks(self) -> list[dict[str, Any]]:
        """All live Tasks, as they are stored."""
        return [row for row in self.org.records["Task"].values() if not row["IsDeleted"]]

    def activities(self) -> Sequence[dict[str, Any]]:
        return [self._activity(row) for row in self.tasks()]

    def _activity(self, task: dict[str, Any]) -> dict[str, Any]:
        linked = task["WhoId"] or task["WhatId"]
        is_robot = task["OwnerId"] == self.org.integration_user
        texts = (task["Subject"], task["Description"], task["CallDisposition"])
        return {
            "id": task["Id"],
            "key": task["CC_Interaction_Key__c"],
            "text": "\n".join(filter(None, texts)),
            "record": RecordRef(self.crm, self.org.type_of(linked), linked),
            "people": self._people(task),
            "is_completed": task["IsClosed"],
            "owner": "" if is_robot else self.org.records["User"][task["OwnerId"]]["Email"],
        }

    def _people(self, task: dict[str, Any]) -> set[RecordRef]:
        rows = [row for row in self.org.records["TaskRelation"].values() if row["TaskId"] == task["Id"]]
        found = {row["RelationId"] for row in rows if not row["IsDeleted"]} | {task["WhoId"]} - {None}
        return {RecordRef(self.crm, self.org.type_of(one), one) for one in found}

    def person(self, first: str, last: str, email: str) -> dict[str, str]:
        return {"FirstName": first, "LastName": last, "Email": email}

    def created(self, key: uuid.UUID) -> Sequence[dict[str, Any]]:
        rows = [row for row in self.org.records["Contact"].values() if row["CC_Record_Key__c"] == str(key)]
        return [
            {
                "id": row["Id"],
                "last": row["LastName"],
                "email": row["Email"],
                "company": row["AccountId"],
                "owner": ""
                if row["OwnerId"] == self.org.integration_user
                else self.org.records["User"][row["OwnerId"]]["Email"],
            }
            for row in rows
        ]

    def someone_renames(self, first: str) -> None:
        row = self.org.records["Contact"][self.known_person.ref.id]
        self.org.change(self.org.metadata.sobjects["Contact"], row, {"FirstName": first})
        # The simulator's clock is the real one, and the header knows seconds: as if some had passed.
        later = datetime.fromisoformat(row["LastModifiedDate"]) + timedelta(seconds=5)
        row["LastModifiedDate"] = later.strftime("%Y-%m-%dT%H:%M:%S.000+0000")

    def detect_duplicates(self, *, may_save: bool = True) -> None:
        self.org.metadata.change({"object": "Contact", "duplicates": ["Email"], "may_save": may_save})

    def notes(self) -> Sequence[tuple[str, str]]:
        live = [row for row in self.org.records["ContentNote"].values() if not row["IsDeleted"]]
        links = self.org.records["ContentDocumentLink"].values()
        beside = {row["ContentDocumentId"]: row["LinkedEntityId"] for row in links if not row["IsDeleted"]}
        return [(beside.get(row["Id"], ""), html.unescape(b64decode(row["Content"]).decode())) for row in live]

    def delete_activity(self, activity_id: str) -> None:
        self.org.delete(self.org.records["Task"][activity_id])

    def sign_ins(self) -> int:
        return self.org.sign_ins

    def journal(self) -> list[dict[str, Any]]:
        """Every request so far."""
        return self.app[JOURNAL]


@contextmanager
def salesforce_world(authority: Authority, org: Org | None = None) -> Iterator[SalesforceWorld]:
    """A fresh org that answers within the block."""
    faults, org = Faults(), org or seeded()
    app = create_app(org, faults)
    with running(app, tls=authority) as url:
        yield SalesforceWorld(org, faults, app, url, authority)


def connector_for(
    world: SalesforceWorld,
    *,
    mapping: CrmMapping | None = None,
    auth: SalesforceAuth | None = None,
    change: Callable[[HttpOptions], HttpOptions] = lambda options: options,
) -> SalesforceConnector:
    """A connector that waits half a second for an answer."""
    signing_in = auth or SalesforceAuth(world.org.client_id, world.org.client_secret)
    options = HttpOptions(ca_file=world.authority.ca_file, connect_seconds=2, read_seconds=0.5, total_seconds=2)
    return SalesforceConnector(SalesforceSettings(world.crm, world.url, signing_in), mapping, change(options))


def noted() -> str:
    """The product's mapping, with notes for descriptions that do not fit."""
    return DEFAULT_MAPPING.read_text("utf-8").replace("max = 32000\n", 'max = 32000\noverflow = "note"\n')
