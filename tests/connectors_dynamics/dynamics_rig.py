"""A connector for Dynamics and the simulated environment it talks to, over TLS, signed in by the simulated Entra."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from connectors.dynamics import VENDOR_KEYS, DynamicsConnector, DynamicsSettings
from connectors.http import HttpOptions
from connectors.interface import ActivityDraft, CrmAgent, RecordRef
from connectors.mapping_file import load_mapping
from simulators.dataverse.app import Dataverse
from simulators.dataverse.seeds import seed_id
from simulators.entra.app import Entra
from simulators.entra.people import CRM_APP_ID, CRM_APP_SECRET, ELINOR, TENANT_ID
from simulators.kit.server import JOURNAL, running
from simulators.kit.tls import Authority

KEY = uuid.UUID("913f87d2-155c-57c5-ad03-28b17f90943f")
ELINOR_AGENT = CrmAgent(ELINOR.name, ELINOR.email, ELINOR.oid)


@dataclass
class Rig:
    """What a test needs."""

    authority: Authority
    entra: Entra
    entra_url: str
    dataverse: Dataverse
    url: str
    settings: DynamicsSettings
    earlier_sign_ins: int = 0
    made: list[DynamicsConnector] = field(default_factory=list)

    def connector(self, mapping: str = "", **changes: Any) -> DynamicsConnector:
        """A connector with other settings or another mapping."""
        made = DynamicsConnector(
            replace(self.settings, **changes), load_mapping(mapping, VENDOR_KEYS) if mapping else None
        )
        self.made.append(made)
        return made

    def tables(self, set_name: str) -> list[dict[str, Any]]:
        """The rows that the environment holds."""
        rows: list[dict[str, Any]] = self.dataverse.state()["tables"][set_name]
        return rows

    def calls(self, method: str = "", path: str = "") -> list[dict[str, Any]]:
        """What Dataverse was asked, from the first call on."""
        entries = self.dataverse.app[JOURNAL]
        return [entry for entry in entries if method in ("", entry["method"]) and path in entry["path"]]

    def sign_ins(self) -> int:
        """How often a token was asked for since the rig was made."""
        return _sign_ins(self.entra) - self.earlier_sign_ins


def _sign_ins(entra: Entra) -> int:
    return sum(entry["method"] == "POST" for entry in entra.app[JOURNAL])


@contextmanager
def rigged(authority: Authority, entra: Entra, entra_url: str, **http: Any) -> Iterator[Rig]:
    """A rig, with an environment of its own, that lasts as long as the block."""
    dataverse = Dataverse(entra=entra_url, ca_file=authority.ca_file)
    with running(dataverse.app, tls=authority) as url:
        settings = DynamicsSettings(
            name="dynamics",
            url=url,
            tenant_id=TENANT_ID,
            client_id=CRM_APP_ID,
            client_credential=CRM_APP_SECRET,
            authority=f"{entra_url}/{TENANT_ID}",
            http=HttpOptions(ca_file=authority.ca_file, **{"read_seconds": 1.0, "total_seconds": 5.0, **http}),
        )
        rig = Rig(authority, entra, entra_url, dataverse, url, settings, _sign_ins(entra))
        try:
            yield rig
        finally:
            entra.faults.clear()
            for connector in rig.made:
                connector.close()


def ref(name: str, crm: str = "dynamics") -> RecordRef:
    """The ref of a seeded row: `contact/edward`."""
    return RecordRef(crm, name.partition("/")[0], seed_id(name))


def draft(record: str = "contact/edward", **changes: Any) -> ActivityDraft:
    """A finished call; `changes` replace fields, `facts` are laid over these."""
    facts = {
        "interaction_id": "INT-1",
        "channel": "voice",
        "direction": "inbound",
        "subject": "Parcel",
        "customer_name": "Edward Ferrars",
        "customer_address": "+4915112345678",
        "agent_name": ELINOR.name,
        "started_at": datetime(2026, 11, 21, 9, 0, tzinfo=UTC),
        "ended_at": datetime(2026, 11, 21, 9, 6, 12, tzinfo=UTC),
        "duration_seconds": 372,
        "disposition": "Resolved",
        "notes": "Sent again.",
        **changes.pop("facts", {}),
    }
    given = {"key": KEY, "channel": "voice", "direction": "inbound", "agent": ELINOR_AGENT, **changes}
    return ActivityDraft(record=ref(record), facts=facts, **given)
