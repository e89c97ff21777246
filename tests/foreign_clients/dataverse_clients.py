"""Microsoft's client for Python and dynamics-web-api, each doing everything once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pytest
from PowerPlatform.Dataverse.client import DataverseClient
from PowerPlatform.Dataverse.core.errors import HttpError
from PowerPlatform.Dataverse.models.upsert import UpsertItem

from simulators.dataverse.seeds import seed_id
from simulators.entra.people import CRM_APP_ID, CRM_APP_SECRET, TENANT_ID
from tests.connectors_dynamics.dynamics_rig import Rig
from tests.foreign_clients.operations import Row, Said, World
from tests.foreign_clients.salesforce_clients import said_by

TAKEN, UNKNOWN, DELETED = "an id that is taken", "an unknown column", "a deleted row"


def microsofts_client(rig: Rig, client: DataverseClient) -> Said:
    """PowerPlatform-Dataverse-Client."""
    records = client.records
    made = records.create("contact", {"lastname": "Brandon", "emailaddress1": "brandon@example.com"})
    records.update("contact", made, {"jobtitle": "Colonel"})
    gone = records.create("contact", {"lastname": "Gone"})
    for title in ("One", "Two"):
        item = UpsertItem({"governmentid": "key-1"}, {"lastname": "Keyed", "jobtitle": title})
        records.upsert("contact", [item])
    rows = [
        row["contactid"] for page in records.list_pages("contact", select=["lastname"], page_size=2) for row in page
    ]
    fields = [one["LogicalName"] for one in client.tables.list_columns("contact")]
    batch = client.batch.new()
    batch.records.create("contact", {"lastname": "Batch one"})
    batch.records.create("contact", {"lastname": "Batch two"})
    done = [one.is_success for one in batch.execute().responses]
    records.delete("contact", gone)
    read = records.retrieve("contact", made)
    assert read is not None
    errors = {
        TAKEN: _refusal(lambda: records.create("contact", {"contactid": made, "lastname": "Again"})),
        UNKNOWN: _refusal(lambda: records.create("contact", {"lastname": "X", "new_nothing": "x"})),
        DELETED: _refusal(lambda: records.update("contact", gone, {"jobtitle": "x"})),
    }
    return Said(read["_createdby_value"], made, gone, read["lastname"], (), rows, fields, done, errors)


def _refusal(work: Callable[[], object]) -> list[object]:
    with pytest.raises(HttpError) as refused:
        work()
    return [type(refused.value).__name__, refused.value.details["service_error_code"]]


def dynamics_web_api(rig: Rig) -> Said:
    """The library for JavaScript."""
    token_url = f"{rig.entra_url}/{TENANT_ID}/oauth2/v2.0/token"
    arguments = (rig.url, token_url, CRM_APP_ID, CRM_APP_SECRET)
    return said_by("dynamics_web_api_operations.mjs", "dynamics-web-api", rig.authority.ca_file, *arguments)


def after(rig: Rig, upserts: Sequence[object], errors: Mapping[str, Sequence[object]]) -> World:
    """What the environment holds once a client is done."""
    held = {row["contactid"]: Row(row["lastname"], row.get("jobtitle")) for row in rig.tables("contacts")}
    return World(
        integration_user=seed_id("systemuser/integration"),
        held=held,
        pages=len([one for one in rig.calls("GET", "/contacts") if "skiptoken" in one.get("query", "")]) + 1,
        rows=len(held) - 1,  # two more in the batch, one less by the deletion
        field="governmentid",
        upserts=upserts,
        batch=[True, True],
        errors=errors,
    )
