"""What the simulated environment does not do. docs/simulators.md lists it, a test asks for each."""

from __future__ import annotations

from simulators.kit.unsupported import Unsupported

UNSUPPORTED = (
    Unsupported("FetchXML", "GET", "/contacts?fetchXml=%3Cfetch/%3E"),
    Unsupported("Aggregation by `$apply`", "GET", "/contacts?$apply=aggregate($count as n)"),
    Unsupported("Saved and personal views", "GET", "/contacts?savedQuery=00000000-0000-0000-0000-000000000000"),
    Unsupported("SQL", "GET", "/contacts?sql=SELECT 1"),
    Unsupported("`$search`", "GET", "/contacts?$search=x"),
    Unsupported("Options other than `$select` within `$expand`", "GET", "/contacts?$expand=ownerid($filter=a eq 1)"),
    Unsupported("Filters on related rows (lambda operators)", "GET", "/contacts?$filter=contact_tasks/any(t:t/x eq 1)"),
    Unsupported("`$metadata` as XML", "GET", "/$metadata"),
    Unsupported("Merging", "POST", "/Merge", {}),
    Unsupported("Qualifying leads", "POST",
                "/leads(11111111-1111-1111-1111-111111111111)/Microsoft.Dynamics.CRM.QualifyLead", {}),
    Unsupported("Closing cases by `CloseIncident`", "POST", "/CloseIncident", {}),
    Unsupported("`CreateMultiple`, `UpdateMultiple`, `UpsertMultiple`", "POST",
                "/contacts/Microsoft.Dynamics.CRM.CreateMultiple", {"Targets": []}),
    Unsupported("Functions beside `WhoAmI`, `RetrieveVersion`, `RetrieveDuplicates`", "GET",
                "/RetrieveTotalRecordCount()"),
    Unsupported("Changing metadata through the API", "POST", "/EntityDefinitions", {}),
    Unsupported("Definitions of relationships", "GET", "/RelationshipDefinitions"),
    Unsupported("Files and images in columns", "PUT",
                "/contacts(11111111-1111-1111-1111-111111111111)/entityimage", "x"),
    Unsupported("Changes since a delta token", "GET", "/contacts/$delta"),
    Unsupported("The search API under `/api/search`", "POST", "//api/search/v1.0/query", {}),
)  # fmt: skip
