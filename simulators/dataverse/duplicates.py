"""Duplicate detection: off unless a call asks for it, and known by a code of its own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from simulators.dataverse.errors import DUPLICATE, UNEXPECTED, DataverseError, bad_request
from simulators.dataverse.schema import Table
from simulators.dataverse.store import Store
from simulators.dataverse.values import Row

HEADER = "mscrm.suppressduplicatedetection"


def check(store: Store, table: Table, body: Mapping[str, Any], headers: Mapping[str, str]) -> None:
    """Raises what the service answers where a rule is published, the call asks for it, and a row is the same.

    Before the primary key is looked at: the rules may find what an earlier attempt of the same caller has created.
    """
    if headers.get(HEADER, "true").lower() == "false" and found(store, table, body):
        raise DataverseError(412, DUPLICATE, "A record was not created or updated because a duplicate exists.")


def found(store: Store, table: Table, body: Mapping[str, Any]) -> list[Row]:
    """Active rows that have a value of the rules' columns in common with `body`."""
    given = {name: str(body[name]).strip().casefold() for name in table.duplicates if body.get(name)}
    return [
        row
        for row in store.rows(table)
        if not row.get("statecode")
        and any(str(row.get(name) or "").strip().casefold() == value for name, value in given.items())
    ]


def retrieve(store: Store, options: Mapping[str, str]) -> list[Row]:
    """`RetrieveDuplicates(BusinessEntity=@entity,MatchingEntityName=@type,…)`, its parameters among `options`."""
    try:
        entity = json.loads(options["@entity"])
        table = store.tables[options["@type"].strip("'")]
    except (KeyError, ValueError):
        raise bad_request("RetrieveDuplicates needs BusinessEntity and MatchingEntityName.", UNEXPECTED) from None
    return found(store, table, entity)
