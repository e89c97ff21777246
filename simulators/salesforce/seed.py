"""The people and records of the demonstration, and those that break naive clients."""

from __future__ import annotations

from typing import Any

from simulators.salesforce.org import Org
from simulators.salesforce.schema import SOBJECTS

INTEGRATION_USERNAME = "integration@contoso.example"


def seeded() -> Org:
    """A fresh org with the data below; the ids are the same every time."""
    org = Org()
    users = _users(org)
    org.integration_user = users["integration"]
    for record in org.records["User"].values():
        record["OwnerId"] = record["CreatedById"] = record["LastModifiedById"] = users["integration"]
        record.pop("OwnerId")
    _task_status(org)
    _ferrars(org)
    _shared_number(org)
    _leads(org)
    _person_account(org)
    _merged(org)
    return org


def _add(org: Org, kind: str, **values: Any) -> str:
    return str(org.insert(SOBJECTS[kind], values)["Id"])


def _users(org: Org) -> dict[str, str]:
    def user(first: str, last: str, email: str, **more: Any) -> str:
        return _add(org, "User", FirstName=first, LastName=last, Email=email, Username=email, **more)

    return {
        "integration": user("Customer", "Card", INTEGRATION_USERNAME),
        "elinor": user(
            "Elinor",
            "Dashwood",
            "elinor.dashwood@contoso.example",
            FederationIdentifier="elinor.dashwood@contoso.example",
        ),
        "marianne": user("Marianne", "Dashwood", "marianne.dashwood@contoso.example"),
        "willoughby": user("John", "Willoughby", "john.willoughby@contoso.example", IsActive=False),
    }


def _task_status(org: Org) -> None:
    for number, name in enumerate(SOBJECTS["Task"].fields["Status"].values):
        is_closed, is_default = name == "Completed", name == "Not Started"
        _add(
            org,
            "TaskStatus",
            ApiName=name,
            MasterLabel=name,
            IsClosed=is_closed,
            IsDefault=is_default,
            SortOrder=number + 1,
        )


def _ferrars(org: Org) -> None:
    company = _add(
        org, "Account", Name="Ferrars & Co", Phone="+49 30 901820", Industry="Consulting", BillingCity="Berlin"
    )
    edward = _add(
        org,
        "Contact",
        FirstName="Edward",
        LastName="Ferrars",
        Title="Partner",
        AccountId=company,
        MobilePhone="(0151) 123-456 78",
        Email="edward.ferrars@example.com",
    )
    _add(
        org, "Case", Subject="Invoice 4711 shows the wrong address", ContactId=edward, Status="Working", Priority="High"
    )
    deal = _add(
        org,
        "Opportunity",
        Name="Ferrars & Co: archive",
        AccountId=company,
        StageName="Proposal",
        CloseDate="2027-01-31",
        Amount=12000,
    )
    _add(org, "OpportunityContactRole", OpportunityId=deal, ContactId=edward, Role="Decision Maker", IsPrimary=True)


def _shared_number(org: Org) -> None:
    company = _add(org, "Account", Name="Steele Sisters", Phone="0151 / 999 888 77", BillingCity="Plymouth")
    _add(
        org,
        "Contact",
        FirstName="Lucy",
        LastName="Steele",
        AccountId=company,
        Phone="+49 (0)151 99988877",
        Email="lucy@example.com",
    )
    _add(
        org,
        "Contact",
        FirstName="Anne",
        LastName="Steele",
        AccountId=company,
        Phone="0049-151-99988877",
        Email="anne@example.com",
    )


def _leads(org: Org) -> None:
    _add(
        org,
        "Lead",
        FirstName="Robert",
        LastName="Ferrars",
        Company="Ferrars Carriages",
        Phone="+49 30 5550142",
        Email="robert.ferrars@example.com",
    )
    contact = _add(
        org, "Contact", FirstName="Fanny", LastName="Dashwood", Phone="+49 30 5550143", Email="fanny@example.com"
    )
    _add(
        org,
        "Lead",
        FirstName="Fanny",
        LastName="Dashwood",
        Company="Norland Park",
        Status="Closed",
        Phone="+49 30 5550143",
        Email="fanny@example.com",
        IsConverted=True,
        ConvertedDate="2026-10-01",
        ConvertedContactId=contact,
    )


def _person_account(org: Org) -> None:
    account = _add(
        org,
        "Account",
        FirstName="Charlotte",
        LastName="Palmer",
        IsPersonAccount=True,
        Phone="+44 117 496 0199",
        PersonMobilePhone="07700 900123",
        PersonEmail="charlotte.palmer@example.com",
    )
    shadow = _add(
        org,
        "Contact",
        FirstName="Charlotte",
        LastName="Palmer",
        AccountId=account,
        IsPersonAccount=True,
        Phone="+44 117 496 0199",
        MobilePhone="07700 900123",
        Email="charlotte.palmer@example.com",
    )
    org.records["Account"][account]["PersonContactId"] = shadow


def _merged(org: Org) -> None:
    winner = _add(
        org, "Contact", FirstName="Henry", LastName="Dashwood", Email="henry@example.com", Phone="+49 30 5550144"
    )
    middle = _add(org, "Contact", FirstName="H.", LastName="Dashwood")
    loser = _add(org, "Contact", FirstName="Harry", LastName="Dashwood")
    org.delete(org.records["Contact"][middle], master=winner)
    org.delete(org.records["Contact"][loser], master=middle)
