"""The object types of the simulated org and their describe answers; lengths and flags as the vendor describes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `flags`: c createable, u updateable, n nillable, d defaulted on create, r restricted picklist,
    x external id, q unique, i idLookup, f not filterable.
    """

    name: str
    type: str
    length: int = 0
    flags: str = "cun"
    refers: tuple[str, ...] = ()
    relation: str = ""
    values: tuple[str, ...] = ()

    def has(self, flag: str) -> bool:
        """True where `flag` is set."""
        return flag in self.flags

    @property
    def is_required(self) -> bool:
        """True where an insert without it is refused."""
        return self.has("c") and not self.has("n") and not self.has("d") and self.type != "boolean"


@dataclass(frozen=True, slots=True)
class SObject:
    """One object type."""

    name: str
    prefix: str
    label: str
    plural: str
    fields: Mapping[str, Field]
    name_field: str = "Name"
    children: tuple[tuple[str, str, str], ...] = ()
    """(relationship name, child type, field)."""
    is_searchable: bool = True

    def find(self, name: str) -> Field | None:
        """The field, whatever the case of `name`."""
        return self.fields.get(name) or next((f for key, f in self.fields.items() if key.lower() == name.lower()), None)

    def relation(self, name: str) -> Field | None:
        """The reference field whose relationship is called `name`."""
        return next((f for f in self.fields.values() if f.relation.lower() == name.lower() and f.relation), None)


def parse_field(text: str) -> Field:
    """`Name type:length flags=… to=… as=… values=…`. Raises ValueError."""
    name, kind, *rest = text.split()
    named = dict(part.split("=", 1) for part in rest)
    return Field(
        name=name,
        type=kind.split(":")[0],
        length=int(kind.split(":")[1]) if ":" in kind else _LENGTHS.get(kind, 0),
        flags=named.get("flags", "cun"),
        refers=tuple(filter(None, named.get("to", "").split(","))),
        relation=named.get("as", ""),
        values=tuple(value.replace("_", " ") for value in filter(None, named.get("values", "").split(","))),
    )


_LENGTHS = {"phone": 40, "email": 80, "id": 18, "reference": 18, "url": 255}
SYSTEM = """
Id id flags=di
IsDeleted boolean flags=d
CreatedDate datetime flags=d
CreatedById reference flags=d to=User as=CreatedBy
LastModifiedDate datetime flags=d
LastModifiedById reference flags=d to=User as=LastModifiedBy
SystemModstamp datetime flags=d
"""
OWNER = "OwnerId reference flags=cud to=User as=Owner"
_PERSON = """
Salutation picklist:40 values=Mr.,Ms.,Mrs.,Dr.
FirstName string:40
LastName string:80 flags=cu
Name string:121 flags=d
Title string:128
Phone phone
MobilePhone phone
Email email flags=cuni
"""

_TEXTS: dict[str, tuple[str, str, str, str, str]] = {
    "Account": (
        "001",
        "Account",
        "Accounts",
        "Name",
        f"""{SYSTEM}
MasterRecordId reference flags=n to=Account as=MasterRecord
Name string:255 flags=cu
Type picklist:255 values=Customer,Partner,Prospect
Phone phone
Website url
Industry picklist:255 values=Consulting,Retail,Shipping
BillingCity string:40
{OWNER}
IsPersonAccount boolean flags=d
PersonContactId reference flags=n to=Contact as=PersonContact
FirstName string:40
LastName string:80
PersonEmail email
CC_Record_Key__c string:64 flags=cunxqi
PersonMobilePhone phone
""",
    ),
    "Contact": (
        "003",
        "Contact",
        "Contacts",
        "Name",
        f"""{SYSTEM}
MasterRecordId reference flags=n to=Contact as=MasterRecord
AccountId reference to=Account as=Account
{_PERSON}
HomePhone phone
OtherPhone phone
CC_Record_Key__c string:64 flags=cunxqi
Description textarea:32000 flags=cunf
{OWNER}
IsPersonAccount boolean flags=d
""",
    ),
    "Lead": (
        "00Q",
        "Lead",
        "Leads",
        "Name",
        f"""{SYSTEM}
MasterRecordId reference flags=n to=Lead as=MasterRecord
{_PERSON}
Company string:255 flags=cu
Status picklist:255 flags=cud values=Open,Working,Closed
{OWNER}
IsConverted boolean flags=d
CC_Record_Key__c string:64 flags=cunxqi
ConvertedDate date flags=n
ConvertedAccountId reference flags=n to=Account as=ConvertedAccount
ConvertedContactId reference flags=n to=Contact as=ConvertedContact
ConvertedOpportunityId reference flags=n to=Opportunity as=ConvertedOpportunity
""",
    ),
    "Case": (
        "500",
        "Case",
        "Cases",
        "CaseNumber",
        f"""{SYSTEM}
MasterRecordId reference flags=n to=Case as=MasterRecord
CaseNumber string:30 flags=di
ContactId reference to=Contact as=Contact
AccountId reference to=Account as=Account
Subject string:255
Description textarea:32000 flags=cunf
Status picklist:255 flags=cud values=New,Working,Escalated,Closed
Priority picklist:255 values=High,Medium,Low
Origin picklist:255 values=Phone,Email,Web
IsClosed boolean flags=d
CC_Record_Key__c string:64 flags=cunxqi
ClosedDate datetime flags=n
{OWNER}
""",
    ),
    "Opportunity": (
        "006",
        "Opportunity",
        "Opportunities",
        "Name",
        f"""{SYSTEM}
AccountId reference to=Account as=Account
Name string:120 flags=cu
StageName picklist:255 flags=cu values=Prospecting,Proposal,Negotiation,Closed_Won,Closed_Lost
Amount currency
CloseDate date flags=cu
IsClosed boolean flags=d
{OWNER}
""",
    ),
    "OpportunityContactRole": (
        "00K",
        "Opportunity Contact Role",
        "Opportunity Contact Roles",
        "",
        f"""{SYSTEM}
OpportunityId reference flags=c to=Opportunity as=Opportunity
ContactId reference flags=cu to=Contact as=Contact
Role picklist:255 values=Decision_Maker,Evaluator
IsPrimary boolean flags=cud
""",
    ),
    "Task": (
        "00T",
        "Task",
        "Tasks",
        "Subject",
        f"""{SYSTEM}
WhoId reference to=Contact,Lead as=Who
WhatId reference to=Account,Opportunity,Case as=What
Subject combobox:255 values=Call,Email,Send_Letter,Other
ActivityDate date
Status picklist:255 flags=cud values=Not_Started,In_Progress,Completed,Waiting_on_someone_else,Deferred
Priority picklist:20 flags=cud values=High,Normal,Low
{OWNER}
Description textarea:32000 flags=cunf
AccountId reference flags=n to=Account as=Account
IsClosed boolean flags=d
IsHighPriority boolean flags=d
IsArchived boolean flags=d
CallDurationInSeconds int
CallType picklist:40 flags=cunr values=Internal,Inbound,Outbound
CallDisposition string:255
CallObject string:255
IsReminderSet boolean flags=cud
ReminderDateTime datetime
TaskSubtype picklist:40 flags=cnr values=Task,Email,ListEmail,Cadence,Call,LinkedIn
CompletedDateTime datetime flags=n
CC_Interaction_Key__c string:64 flags=cunxqi
CC_Start__c datetime
""",
    ),
    "ContentNote": (
        "069",
        "Note",
        "Notes",
        "Title",
        f"""{SYSTEM}
Title string:255 flags=cu
Content base64
FileType string:20 flags=d
{OWNER}
""",
    ),
    "ContentDocumentLink": (
        "06A",
        "Content Document Link",
        "Content Document Links",
        "",
        f"""{SYSTEM}
ContentDocumentId reference flags=c to=ContentNote as=ContentDocument
LinkedEntityId reference flags=c to=Task,Event,Contact,Lead,Account,Opportunity,Case as=LinkedEntity
ShareType picklist:40 flags=cur values=V,C,I
""",
    ),
    "TaskRelation": (
        "0RT",
        "Task Relation",
        "Task Relations",
        "",
        f"""{SYSTEM}
TaskId reference flags=c to=Task as=Task
RelationId reference flags=c to=Contact,Lead,Account,Opportunity,Case as=Relation
IsWhat boolean flags=cd
""",
    ),
    "Event": (
        "00U",
        "Event",
        "Events",
        "Subject",
        f"""{SYSTEM}
WhoId reference to=Contact,Lead as=Who
WhatId reference to=Account,Opportunity,Case as=What
Subject combobox:255 values=Call,Email,Meeting,Other
Location string:255
IsAllDayEvent boolean flags=cud
StartDateTime datetime
EndDateTime datetime
DurationInMinutes int
{OWNER}
Description textarea:32000 flags=cunf
AccountId reference flags=n to=Account as=Account
ShowAs picklist:40 flags=cudr values=Busy,OutOfOffice,Free
EventSubtype picklist:40 flags=cnr values=Event
IsReminderSet boolean flags=cud
CC_Interaction_Key__c string:64 flags=cunxqi
""",
    ),
    "User": (
        "005",
        "User",
        "Users",
        "Name",
        f"""{SYSTEM}
Username string:80 flags=cu
FirstName string:40
LastName string:80 flags=cu
Name string:121 flags=d
Email email flags=cu
FederationIdentifier string:512
IsActive boolean flags=cud
UserType picklist:40 flags=d values=Standard,CsnOnly,PowerPartner
TimeZoneSidKey picklist:40 flags=cud
LanguageLocaleKey picklist:40 flags=cud
""",
    ),
    "TaskStatus": (
        "01T",
        "Task Status Value",
        "Task Status Value",
        "MasterLabel",
        """
Id id flags=di
ApiName string:255 flags=n
MasterLabel string:255 flags=n
IsClosed boolean flags=d
IsDefault boolean flags=d
SortOrder int flags=n
SystemModstamp datetime flags=d
""",
    ),
}
_CHILDREN = {
    "Account": (
        ("Contacts", "Contact", "AccountId"),
        ("Cases", "Case", "AccountId"),
        ("Opportunities", "Opportunity", "AccountId"),
        ("Tasks", "Task", "WhatId"),
    ),
    "Contact": (
        ("Cases", "Case", "ContactId"),
        ("OpportunityContactRoles", "OpportunityContactRole", "ContactId"),
        ("Tasks", "Task", "WhoId"),
    ),
    "Lead": (("Tasks", "Task", "WhoId"),),
    "Case": (("Tasks", "Task", "WhatId"),),
    "Opportunity": (
        ("OpportunityContactRoles", "OpportunityContactRole", "OpportunityId"),
        ("Tasks", "Task", "WhatId"),
    ),
}


def _sobject(name: str) -> SObject:
    prefix, label, plural, name_field, text = _TEXTS[name]
    fields = [parse_field(line) for line in text.splitlines() if line.strip()]
    unsearched = ("TaskRelation", "TaskStatus", "OpportunityContactRole", "ContentNote", "ContentDocumentLink")
    searchable = name not in ("Task", "Event", *unsearched)
    by_name = {field.name: field for field in fields}
    return SObject(name, prefix, label, plural, by_name, name_field, _CHILDREN.get(name, ()), searchable)


SOBJECTS: Mapping[str, SObject] = {name: _sobject(name) for name in _TEXTS}


def describe(
    kind: SObject,
    base: str,
    *,
    hidden: Sequence[str],
    read_only: Sequence[str],
    may_write: bool,
    record_types: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    """`/sobjects/X/describe` as the integration user sees it: without the `hidden` fields."""
    fields = [
        _describe_field(field, kind, may_write=may_write and field.name not in read_only)
        for field in kind.fields.values()
        if field.name not in hidden
    ]
    return {
        **summary(kind, base, may_write=may_write),
        "fields": fields,
        "childRelationships": [
            {"childSObject": child, "field": field, "relationshipName": name, "cascadeDelete": False}
            for name, child, field in kind.children
        ],
        "recordTypeInfos": record_types,
        "supportedScopes": [{"label": f"All {kind.plural.lower()}", "name": "everything"}],
    }


def summary(kind: SObject, base: str, *, may_write: bool = True) -> dict[str, Any]:
    """One entry of `/sobjects`."""
    path = f"{base}/sobjects/{kind.name}"
    is_writable = may_write and kind.name != "TaskStatus"
    return {
        "activateable": False,
        "createable": is_writable,
        "custom": kind.name.endswith("__c"),
        "customSetting": False,
        "deletable": is_writable,
        "feedEnabled": False,
        "keyPrefix": kind.prefix,
        "label": kind.label,
        "labelPlural": kind.plural,
        "layoutable": is_writable,
        "mergeable": kind.name in ("Account", "Contact", "Lead", "Case"),
        "name": kind.name,
        "queryable": True,
        "replicateable": True,
        "retrieveable": True,
        "searchable": kind.is_searchable,
        "triggerable": is_writable,
        "undeletable": is_writable,
        "updateable": is_writable,
        "urls": {"sobject": path, "describe": f"{path}/describe", "rowTemplate": path + "/{ID}"},
    }


def _describe_field(field: Field, kind: SObject, *, may_write: bool) -> dict[str, Any]:
    return {
        "name": field.name,
        "label": field.name.removesuffix("__c").replace("_", " "),
        "type": field.type,
        "length": field.length,
        "byteLength": field.length * 3,
        "precision": 18 if field.type == "currency" else 0,
        "scale": 2 if field.type == "currency" else 0,
        "digits": 8 if field.type == "int" else 0,
        "soapType": _SOAP.get(field.type, "xsd:string"),
        "createable": may_write and field.has("c"),
        "updateable": may_write and field.has("u"),
        "nillable": field.has("n"),
        "defaultedOnCreate": field.has("d"),
        "restrictedPicklist": field.has("r"),
        "externalId": field.has("x"),
        "unique": field.has("q"),
        "idLookup": field.has("i"),
        "filterable": not field.has("f"),
        "sortable": not field.has("f"),
        "groupable": field.type not in ("textarea", "currency", "datetime"),
        "calculated": False,
        "custom": field.name.endswith("__c"),
        "nameField": field.name == kind.name_field,
        "referenceTo": list(field.refers),
        "relationshipName": field.relation or None,
        "polymorphicForeignKey": len(field.refers) > 1,
        "picklistValues": [
            {"active": True, "defaultValue": False, "label": value, "validFor": None, "value": value}
            for value in field.values
        ],
        "inlineHelpText": None,
        "defaultValue": None,
    }


_SOAP = {
    "id": "tns:ID",
    "reference": "tns:ID",
    "boolean": "xsd:boolean",
    "int": "xsd:int",
    "currency": "xsd:double",
    "date": "xsd:date",
    "datetime": "xsd:dateTime",
}
