"""Which tables and columns the simulated environment has: the standard ones that an agent's day needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from simulators.dataverse.errors import UNDECLARED, bad_request


@dataclass(frozen=True, slots=True)
class Column:
    """One column, as EntityDefinitions describes it."""

    name: str
    kind: str = "String"
    """AttributeType of the metadata: String, Memo, Integer, Boolean, DateTime, Uniqueidentifier, State, Status, …"""
    max_length: int | None = None
    targets: Mapping[str, str] = field(default_factory=dict)
    """Lookups: table → navigation property."""
    is_valid_for_create: bool = True
    is_valid_for_update: bool = True
    is_required: bool = False
    is_secured: bool = False
    """The application user may neither read nor write it."""
    options: Mapping[int, str] = field(default_factory=dict)
    """Of a Picklist."""
    default: int = -1
    """Of a Picklist or a Boolean: what a form begins with; -1: nothing."""

    @property
    def is_lookup(self) -> bool:
        """True for columns that hold a reference to a row."""
        return bool(self.targets)

    @property
    def property_name(self) -> str:
        """The name in JSON and in queries: `_x_value` for lookups."""
        return f"_{self.name}_value" if self.is_lookup else self.name


NOTED = ("phonecall", "task", "email", "contact", "account", "incident")
"""Tables whose rows may have notes."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A plug-in that refuses rows without a value in `requires`."""

    name: str
    requires: str
    message: str


@dataclass(frozen=True)
class Table:
    """One table with its columns, states and keys."""

    name: str
    set_name: str
    primary_id: str
    primary_name: str
    columns: tuple[Column, ...]
    states: Mapping[int, str] = field(default_factory=lambda: {0: "Active", 1: "Inactive"})
    statuses: Mapping[int, tuple[int, str]] = field(default_factory=lambda: {1: (0, "Active"), 2: (1, "Inactive")})
    """statuscode → (statecode, label)."""
    keys: tuple[tuple[str, ...], ...] = ()
    """Alternate keys whose index is active."""
    is_activity: bool = False
    rules: tuple[Rule, ...] = ()
    duplicates: tuple[str, ...] = ()
    """Columns of the published duplicate detection rules: rows that have one of them in common are duplicates."""

    @property
    def has_notes(self) -> bool:
        """True where notes can hang on its rows."""
        return self.name in NOTED

    @cached_property
    def by_name(self) -> dict[str, Column]:
        """Columns by logical name."""
        return {column.name: column for column in self.columns}

    @cached_property
    def by_property(self) -> dict[str, Column]:
        """Columns by the name in JSON and queries."""
        return {column.property_name: column for column in self.columns}

    @cached_property
    def navigation(self) -> dict[str, tuple[Column, str]]:
        """Single-valued navigation property → (lookup column, target table). The case counts."""
        return {nav: (column, target) for column in self.columns for target, nav in column.targets.items()}

    @property
    def parties(self) -> str:
        """The collection that holds an activity's parties."""
        return f"{self.name}_activity_parties"

    def check(self, name: str) -> str:
        """`name` if a query may use it. Raises DataverseError as Dataverse does for an unknown property."""
        if name not in self.by_property and not name.startswith("@odata"):
            raise bad_request(f"Could not find a property named '{name}' on type 'Microsoft.Dynamics.CRM.{self.name}'.")
        return name

    def column_for_write(self, name: str) -> Column:
        """The column that a body's property names. Raises DataverseError for an undeclared one."""
        column = self.by_name.get(name)
        if column is None or column.is_lookup:
            raise undeclared(self.name, name)
        return column

    def first_status(self, state: int) -> int:
        """The status that a row takes when only its state is set."""
        return next(status for status, (of_state, _) in self.statuses.items() if of_state == state)


def undeclared(table: str, name: str) -> Exception:
    """400: the body names a property (or navigation property) that the type has not; the case counts."""
    return bad_request(
        f"An undeclared property '{name}' which only has property annotations in the payload but no property value was"
        f" found in the payload. Type: Microsoft.Dynamics.CRM.{table}",
        UNDECLARED,
    )


def _texts(max_length: int, *names: str) -> tuple[Column, ...]:
    return tuple(Column(name, "String", max_length) for name in names)


def _times(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, "DateTime") for name in names)


def _lookup(name: str, **targets: str) -> Column:
    return Column(name, "Lookup", targets=targets)


def _fixed(name: str, kind: str) -> Column:
    return Column(name, kind, is_valid_for_create=False, is_valid_for_update=False)


def _fixed_user(name: str) -> Column:
    return Column(name, "Lookup", targets={"systemuser": name}, is_valid_for_create=False, is_valid_for_update=False)


def common_columns(primary_id: str) -> tuple[Column, ...]:
    """The columns that every table has."""
    return (
        Column(primary_id, "Uniqueidentifier", is_valid_for_update=False),
        Column("statecode", "State", is_valid_for_create=False),
        Column("statuscode", "Status"),
        _lookup("ownerid", systemuser="ownerid"),
        _fixed("createdon", "DateTime"),
        _fixed("modifiedon", "DateTime"),
        _fixed_user("createdby"),
        _fixed_user("createdonbehalfby"),
        _fixed_user("modifiedby"),
    )


def _merge(table: str) -> tuple[Column, ...]:
    return (
        Column("merged", "Boolean", is_valid_for_create=False),
        Column("masterid", "Lookup", targets={table: "masterid"}, is_valid_for_create=False),
    )


def activity_table(name: str, set_name: str, statuses: Mapping[int, tuple[int, str]], *columns: Column) -> Table:
    """A table of activities."""
    regarding = ("account", "contact", "lead", "incident", "opportunity")
    return Table(
        name,
        set_name,
        "activityid",
        "subject",
        (
            *common_columns("activityid"),
            Column("subject", "String", 200, is_required=True),
            Column("description", "Memo", 2000),
            *_texts(250, "category", "subcategory"),
            *_times("actualstart", "actualend", "scheduledstart", "scheduledend"),
            Column("actualdurationminutes", "Integer"),
            _fixed("activitytypecode", "EntityName"),
            _lookup("regardingobjectid", **{target: f"regardingobjectid_{target}_{name}" for target in regarding}),
            *columns,
        ),
        states={0: "Open", 1: "Completed", 2: "Canceled"},
        statuses=statuses,
        is_activity=True,
    )


_CONTACT = Table(
    "contact",
    "contacts",
    "contactid",
    "fullname",
    (
        *common_columns("contactid"),
        _fixed("fullname", "String"),
        *_texts(50, "firstname", "lastname", "mobilephone", "telephone1", "telephone2", "telephone3"),
        *_texts(100, "emailaddress1", "emailaddress2", "emailaddress3", "jobtitle", "governmentid"),
        Column("description", "Memo", 2000),
        _lookup("parentcustomerid", account="parentcustomerid_account", contact="parentcustomerid_contact"),
        *_merge("contact"),
    ),
    keys=(("governmentid",),),
)
_ACCOUNT = Table(
    "account",
    "accounts",
    "accountid",
    "name",
    (
        *common_columns("accountid"),
        Column("name", "String", 160, is_required=True),
        *_texts(50, "telephone1", "telephone2", "telephone3"),
        *_texts(100, "emailaddress1", "emailaddress2", "accountnumber", "address1_city"),
        _lookup("primarycontactid", contact="primarycontactid"),
        _lookup("parentaccountid", account="parentaccountid"),
        *_merge("account"),
    ),
    keys=(("accountnumber",),),
)
_LEAD = Table(
    "lead",
    "leads",
    "leadid",
    "fullname",
    (
        *common_columns("leadid"),
        _fixed("fullname", "String"),
        *_texts(50, "firstname", "lastname", "mobilephone", "telephone1", "telephone2"),
        *_texts(100, "emailaddress1", "emailaddress2", "companyname"),
        Column("subject", "String", 300),
        _lookup("parentcontactid", contact="parentcontactid"),
        _lookup("parentaccountid", account="parentaccountid"),
        _lookup("qualifyingopportunityid", opportunity="qualifyingopportunityid"),
        *_merge("lead"),
    ),
    states={0: "Open", 1: "Qualified", 2: "Disqualified"},
    statuses={1: (0, "New"), 2: (0, "Contacted"), 3: (1, "Qualified"), 4: (2, "Lost")},
)
_INCIDENT = Table(
    "incident",
    "incidents",
    "incidentid",
    "title",
    (
        *common_columns("incidentid"),
        Column("title", "String", 200, is_required=True),
        Column("ticketnumber", "String", 100),
        Column("description", "Memo", 2000),
        _lookup("customerid", account="customerid_account", contact="customerid_contact"),
        _lookup("primarycontactid", contact="primarycontactid"),
        *_merge("incident"),
    ),
    states={0: "Active", 1: "Resolved", 2: "Canceled"},
    statuses={
        1: (0, "In Progress"), 2: (0, "On Hold"), 3: (0, "Waiting for Details"),
        5: (1, "Problem Solved"), 6: (2, "Canceled"),
    },
)  # fmt: skip
_OPPORTUNITY = Table(
    "opportunity",
    "opportunities",
    "opportunityid",
    "name",
    (
        *common_columns("opportunityid"),
        Column("name", "String", 300, is_required=True),
        Column("estimatedvalue", "Money"),
        *_times("estimatedclosedate"),
        Column("description", "Memo", 2000),
        _lookup("customerid", account="customerid_account", contact="customerid_contact"),
        _lookup("parentcontactid", contact="parentcontactid"),
        _lookup("parentaccountid", account="parentaccountid"),
    ),
    states={0: "Open", 1: "Won", 2: "Lost"},
    statuses={1: (0, "In Progress"), 2: (0, "On Hold"), 3: (1, "Won"), 4: (2, "Canceled")},
)
_USER = Table(
    "systemuser",
    "systemusers",
    "systemuserid",
    "fullname",
    (
        Column("systemuserid", "Uniqueidentifier", is_valid_for_update=False),
        *_texts(100, "fullname", "firstname", "lastname", "internalemailaddress", "domainname"),
        Column("azureactivedirectoryobjectid", "Uniqueidentifier"),
        Column("applicationid", "Uniqueidentifier"),
        Column("isdisabled", "Boolean"),
        Column("businessunitid", "Uniqueidentifier"),
    ),
    states={},
    statuses={},
)
_APP = Table(
    "appmodule",
    "appmodules",
    "appmoduleid",
    "name",
    (Column("appmoduleid", "Uniqueidentifier"), *_texts(100, "name", "uniquename")),
    states={},
    statuses={},
)
_PARTY = Table(
    "activityparty",
    "activityparties",
    "activitypartyid",
    "addressused",
    (
        Column("activitypartyid", "Uniqueidentifier"),
        Column("participationtypemask", "Picklist"),
        *_texts(320, "addressused", "unresolvedpartyname"),
        _lookup(
            "partyid",
            **{name: f"partyid_{name}" for name in ("account", "contact", "lead", "systemuser")},
        ),
    ),
    states={},
    statuses={},
)
_NOTE = Table(
    "annotation",
    "annotations",
    "annotationid",
    "subject",
    (
        Column("annotationid", "Uniqueidentifier"),
        Column("subject", "String", 500),
        Column("notetext", "Memo", 100_000),
        _lookup(
            "objectid",
            **{name: f"objectid_{name}" for name in NOTED},
        ),
    ),
    states={},
    statuses={},
)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        _CONTACT,
        _ACCOUNT,
        _LEAD,
        _INCIDENT,
        _OPPORTUNITY,
        _USER,
        _APP,
        _PARTY,
        _NOTE,
        activity_table(
            "phonecall", "phonecalls", {1: (0, "Open"), 2: (1, "Made"), 4: (1, "Received"), 3: (2, "Canceled")},
            Column("phonenumber", "String", 200), Column("directioncode", "Boolean"),
            Column("leftvoicemail", "Boolean"), Column("new_interactionid", "String", 100),
        ),
        activity_table(
            "task", "tasks", {2: (0, "Not Started"), 3: (0, "In Progress"), 5: (1, "Completed"), 6: (2, "Canceled")},
            Column("percentcomplete", "Integer"), Column("new_interactionid", "String", 100),
        ),
        activity_table(
            "email", "emails",
            {1: (0, "Draft"), 2: (1, "Completed"), 3: (1, "Sent"), 4: (1, "Received"), 5: (2, "Canceled")},
            Column("directioncode", "Boolean"),
        ),
    )
}  # fmt: skip
SETS: dict[str, Table] = {table.set_name: table for table in TABLES.values()}
