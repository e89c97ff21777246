"""What the simulated org does not do. docs/simulators.md lists it, a test asks for each."""

from __future__ import annotations

from urllib.parse import quote

from simulators.kit.unsupported import Unsupported


def _soql(says: str, query: str) -> Unsupported:
    return Unsupported(says, "GET", f"/query?q={quote(query)}")


UNSUPPORTED = (
    Unsupported("Bulk API 2.0 and 1.0", "POST", "/jobs/ingest", {"object": "Contact", "operation": "insert"}),
    Unsupported("SOAP (also its sign-in by password)", "POST", "//services/Soap/u/66.0", {}),
    Unsupported("The sObject tree and graphs of `composite`", "POST", "/composite/tree/Contact", {"records": []}),
    Unsupported("The UI API, but for the pick lists of a record type", "GET", "/ui-api/object-info/Contact"),
    Unsupported("The Tooling and Metadata APIs", "GET", "/tooling/query?q=SELECT+Id+FROM+ApexClass"),
    Unsupported("Apex REST", "GET", "//services/apexrest/anything"),
    Unsupported("Change data capture, platform events and streaming", "GET", "//cometd/66.0"),
    Unsupported("Chatter, reports and dashboards", "GET", "/chatter/users/me"),
    Unsupported("Records deleted or changed within a time", "GET", "/sobjects/Contact/deleted/?start=x&end=y"),
    Unsupported("Records that were last looked at", "GET", "/recent"),
    Unsupported("Approval processes and quick actions", "GET", "/process/approvals"),
    Unsupported("Files and their contents", "POST", "/connect/files/users/me", {}),
    Unsupported("Merging records", "POST", "//services/apexrest/merge", {}),
    _soql("SOQL with groups and aggregates", "SELECT COUNT(Id), LastName FROM Contact GROUP BY LastName"),
    _soql("SOQL functions", "SELECT FORMAT(CreatedDate) FROM Contact"),
    _soql("SOQL date literals", "SELECT Id FROM Contact WHERE CreatedDate = TODAY"),
    _soql("SOQL with TYPEOF", "SELECT TYPEOF Who WHEN Contact THEN Name END FROM Task"),
    _soql("SOQL for multi-select pick lists", "SELECT Id FROM Contact WHERE Title INCLUDES ('a')"),
    _soql("SOQL with WITH, FOR, USING or UPDATE", "SELECT Id FROM Contact FOR VIEW"),
    _soql("Aliases in SOQL", "SELECT c.Id FROM Contact c"),
)
