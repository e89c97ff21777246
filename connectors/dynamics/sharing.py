"""Several people on one activity: each is a party of it, on the customer's side.

Parties have no rows of their own for the Web API: they are written with the activity, all of them at once. So the ones
that are there are read first, and written back with the change on condition that nobody has written meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.dynamics.batch import Request
from connectors.dynamics.records import LOOKUP
from connectors.dynamics.schema import Schema
from connectors.dynamics.web import WebApi
from connectors.errors import CrmRecordNotFound
from connectors.interface import RecordRef

TARGETS = frozenset({"phonecall", "email"})
TYPES = frozenset({"contact", "lead"})
OPEN, COMPLETED = 0, 1
FROM, TO, CC = 1, 2, 3
_OURS = frozenset({*range(1, 8), 10, 11})
"""What parties are to an activity; the CRM itself writes those whom it regards (8) and who owns it (9)."""
_ANY_VERSION = {"If-Match": "*"}

Row = Mapping[str, Any]
Party = dict[str, Any]


def customers_side(target: str, direction: str, *, is_first: bool) -> int:
    """What a customer is to an activity. A mail has one sender: who else wrote it stands among those copied in."""
    if direction != "inbound":
        return TO
    return FROM if is_first or target != "email" else CC


class Sharing:
    """Puts people on activities of one environment, and takes them off."""

    def __init__(self, web: WebApi, schema: Schema) -> None:
        self._web = web
        self._schema = schema

    def party(self, person: RecordRef, side: int) -> Party:
        """One person, as an activity is sent it."""
        return {f"partyid_{person.type}@odata.bind": self._bind(person), "participationtypemask": side}

    def join(self, path: str, target: str, person: RecordRef, direction: str, completed: Row) -> None:
        """The person is a party of the activity, which is completed. Raises `CrmConflict` where others write, too."""
        row = self._read("log_activity", path, target)
        people = _people(row, target)
        if person.id not in [one["_partyid_value"] for one in people]:
            side = customers_side(target, direction, is_first=not people)
            body = {f"{target}_activity_parties": [*self._kept(row, target, ""), self.party(person, side)]}
            self._change("log_activity", path, row, body, completed)

    def leave(self, path: str, target: str, person: RecordRef) -> bool:
        """The person is no party any more. True where nobody of the customer's side is left."""
        try:
            row = self._read("withdraw_activity", path, target)
        except CrmRecordNotFound:
            return False  # it is gone, and they with it
        others = [one for one in _people(row, target) if one["_partyid_value"] != person.id]
        if not others:
            return True
        if len(others) == len(_people(row, target)):
            return False
        body: Party = {f"{target}_activity_parties": self._kept(row, target, person.id)}
        if row.get("_regardingobjectid_value") == person.id:
            first = RecordRef(person.crm, others[0]["_partyid_value" + LOOKUP], others[0]["_partyid_value"])
            body[f"{self._schema.regarding(first.type, target)}@odata.bind"] = self._bind(first)
        again = {"statecode": row["statecode"], "statuscode": row["statuscode"]}
        self._change("withdraw_activity", path, row, body, again)
        return False

    def _read(self, operation: str, path: str, target: str) -> dict[str, Any]:
        parties = (
            f"{target}_activity_parties($select=_partyid_value,participationtypemask,unresolvedpartyname,addressused)"
        )
        select = "statecode,statuscode,_regardingobjectid_value"
        return self._web.read(operation, path, {"$select": select, "$expand": parties})

    def _kept(self, row: Row, target: str, without: str) -> list[Party]:
        """The parties as they are written again."""
        kept: list[Party] = []
        for one in row[f"{target}_activity_parties"]:
            if one["participationtypemask"] not in _OURS or (without and one.get("_partyid_value") == without):
                continue
            if one.get("_partyid_value"):
                kind = one["_partyid_value" + LOOKUP]
                kept.append(self.party(RecordRef("", kind, one["_partyid_value"]), one["participationtypemask"]))
            else:
                names = ("participationtypemask", "unresolvedpartyname", "addressused")
                kept.append({name: one[name] for name in names if one.get(name) is not None})
        return kept

    def _change(self, operation: str, path: str, row: Row, body: Row, completed: Row) -> None:
        """In one change set: reopened where it was completed, written, completed."""
        version = {"If-Match": row["@odata.etag"]}
        changes: list[Request] = []
        if row["statecode"] != OPEN:
            changes.append(self._web.request_for("PATCH", path, {"statecode": OPEN}, version))
            version = _ANY_VERSION
        changes += [
            self._web.request_for("PATCH", path, body, version),
            self._web.request_for("PATCH", path, completed, _ANY_VERSION),
        ]
        (answer,) = self._web.batch(operation, [changes])
        if not answer.is_ok:
            raise self._web.error(operation, answer)

    def _bind(self, ref: RecordRef) -> str:
        return f"/{self._schema.set_name(ref.type)}({ref.id})"


def _people(row: Row, target: str) -> Sequence[Row]:
    """Those parties who are customers."""
    parties = row[f"{target}_activity_parties"]
    return [one for one in parties if one.get("_partyid_value") and one["_partyid_value" + LOOKUP] in TYPES]
