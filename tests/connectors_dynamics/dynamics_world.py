"""The simulated Dataverse as the contract of all connectors sees it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from connectors.interface import CrmAgent, RecordRef
from simulators.dataverse.changes import change_all
from simulators.dataverse.schema import TABLES
from simulators.dataverse.store import Caller
from tests.connectors_dynamics.dynamics_rig import ELINOR_AGENT, Rig, ref
from tests.contract.crm_connector import KnownPerson

WRITES = r"/(phonecalls|tasks)"
CREATES = r"/contacts$"
_BREAKS: dict[str, dict[str, Any]] = {
    "unavailable": {"fault": "outage"},
    "html": {"fault": "outage", "html": True},
    "refused": {"fault": "refused"},
    "timeout": {"fault": "timeout"},
    "rate_limited": {"fault": "limit_concurrent"},
    "forbidden": {"fault": "privilege", "path": WRITES},
    "rejected": {"fault": "validation", "path": WRITES},
    "conflict": {"fault": "stale_version", "path": WRITES},
    "expired": {"fault": "session_expired"},
    "endless_401": {"fault": "session_never_valid"},
    "answer_lost": {"fault": "answer_lost", "path": WRITES, "method": "POST"},
    "deletion_lost": {"fault": "answer_lost", "path": WRITES, "method": "DELETE"},
    "note_lost": {"fault": "answer_lost", "path": WRITES, "method": "PATCH"},
    "join_lost": {"fault": "answer_lost", "path": WRITES, "method": "PATCH"},
    "sign_in_refused": {"fault": "session_never_valid"},
    "create_lost": {"fault": "answer_lost", "path": CREATES, "method": "POST"},
    "create_rejected": {"fault": "validation", "path": CREATES, "method": "POST"},
}


class DynamicsWorld:
    """See `tests.contract.crm_connector.CrmWorld`."""

    def __init__(self, rig: Rig) -> None:
        self._rig = rig
        self.known_person = KnownPerson(
            ref=ref("contact/edward"),
            name="Edward Ferrars",
            phone="+4915112345678",
            email="edward.ferrars@example.com",
            other_phones=[
                ("+49309018200", ref("account/ferrars")),
                ("+447700900123", ref("lead/brandon")),
                ("+35315550199", ref("contact/obrien")),
            ],
            shared_phone="+49307654321",
            shared_refs=frozenset({ref("contact/lucy"), ref("contact/robert")}),
            company=ref("account/ferrars"),
            case=ref("incident/parcel"),
        )
        self.missing = ref("contact/nobody")
        self.agent: CrmAgent = ELINOR_AGENT

    def break_with(self, kind: str, *, times: int = 1) -> None:
        """The next calls go wrong."""
        self._rig.dataverse.faults.clear()
        self._rig.entra.faults.clear()
        if kind == "sign_in_refused":
            self._rig.entra.faults.arm({"fault": "invalid_client", "times": -1})
        self._rig.dataverse.faults.arm({**_BREAKS[kind], "times": times})

    def session_ends_under(self, calls: int) -> None:
        """The next calls are refused, all at one time."""
        self._rig.dataverse.faults.clear()
        self._rig.dataverse.faults.arm(
            {"fault": "together", "times": calls}, {"fault": "session_expired", "times": calls}
        )

    def activities(self) -> Sequence[dict[str, Any]]:
        """What stands in the CRM."""
        rows = [row for name in ("phonecalls", "tasks", "emails") for row in self._rig.tables(name)]
        return [self._activity(row) for row in rows]

    def _activity(self, row: dict[str, Any]) -> dict[str, Any]:
        users = {user["systemuserid"]: user for user in self._rig.tables("systemusers")}
        owner = users[row["_ownerid_value"]]
        return {
            "id": row["activityid"],
            "key": row["activityid"],
            "text": "\n".join(str(row.get(name, "")) for name in ("subject", "description", "category")),
            "record": RecordRef("dynamics", row["@regardingobjectid"], row["_regardingobjectid_value"]),
            "people": {
                RecordRef("dynamics", party["@partyid"], party["_partyid_value"])
                for party in self._rig.dataverse.store.parties_of(row["activityid"])
                if party.get("_partyid_value") and party["@partyid"] in ("contact", "lead")
            },
            "is_completed": row["statecode"] == 1,
            "owner": owner.get("internalemailaddress", ""),
        }

    def notes(self) -> Sequence[tuple[str, str]]:
        """Annotations, and what they hang on."""
        return [(row["_objectid_value"], row["notetext"]) for row in self._rig.tables("annotations")]

    def person(self, first: str, last: str, email: str) -> dict[str, str]:
        """As the form has them."""
        return {"firstname": first, "lastname": last, "emailaddress1": email}

    def created(self, key: uuid.UUID) -> Sequence[dict[str, Any]]:
        """Contacts with this id."""
        users = {user["systemuserid"]: user for user in self._rig.tables("systemusers")}
        return [
            {
                "id": row["contactid"],
                "last": row["lastname"],
                "email": row.get("emailaddress1"),
                "company": row.get("_parentcustomerid_value"),
                "owner": users[row["_ownerid_value"]].get("internalemailaddress", ""),
            }
            for row in self._rig.tables("contacts")
            if row["contactid"] == str(key)
        ]

    def someone_renames(self, first: str) -> None:
        """As a user would."""
        store = self._rig.dataverse.store
        row = store.get(TABLES["contact"], self.known_person.ref.id)
        store.update(TABLES["contact"], row, {"firstname": first}, Caller(row["_ownerid_value"]))

    def detect_duplicates(self, *, may_save: bool = True) -> None:
        """A rule is published. Whoever may create may always suppress it."""
        change_all(self._rig.dataverse.store, {"table": "contact", "duplicates": ["emailaddress1"]})

    def delete_activity(self, activity_id: str) -> None:
        """A user of the CRM deletes it."""
        self._rig.dataverse.store.delete(TABLES["phonecall"], activity_id)

    def sign_ins(self) -> int:
        """How often a token was given out."""
        return self._rig.sign_ins()


def noted(mapping: str) -> str:
    """The mapping, with notes for descriptions that do not fit."""
    return mapping.replace("max = 2000\n", 'max = 2000\noverflow = "note"\n')
