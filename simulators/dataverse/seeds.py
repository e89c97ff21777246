"""What the environment holds at the start: the people of the demo, and rows that mislead a careless client."""

from __future__ import annotations

import uuid

from simulators.dataverse.schema import TABLES
from simulators.dataverse.store import Store
from simulators.dataverse.values import Link, Row
from simulators.entra.people import CRM_APP_ID, PEOPLE

DISABLED_OBJECT_ID = "fa22e000-0000-4a00-8000-00000000fa22"
"""An agent who has left: the user is there, and disabled."""


def seed_id(name: str) -> str:
    """The id of the seeded row `name`: `contact/edward`, `systemuser/elinor`. The same at every start."""
    return str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{name}.dataverse.example"))


def link(name: str) -> Link:
    """A lookup to the seeded row `name`."""
    return Link(name.partition("/")[0], seed_id(name))


def plant(store: Store) -> None:
    """All seeds are in `store`."""
    _users(store)
    _ferrars(store)
    _traps(store)
    _row(store, "appmodule/hub", name="Customer Service Hub", uniquename="msdynce_CustomerServiceHub")


def _row(store: Store, name: str, /, **values: object) -> Row:
    table = TABLES[name.partition("/")[0]]
    owner = {"ownerid": link("systemuser/integration")} if "ownerid" in table.by_name else {}
    return store.load(table, {table.primary_id: seed_id(name), **owner, **values})


def _users(store: Store) -> None:
    _row(store, "systemuser/integration", fullname="# customer-card", applicationid=CRM_APP_ID, isdisabled=False)
    for person in PEOPLE:
        first, _, last = person.name.partition(" ")
        _row(
            store,
            f"systemuser/{first.lower()}",
            firstname=first,
            lastname=last,
            azureactivedirectoryobjectid=person.oid,
            internalemailaddress=person.email,
            domainname=person.email,
            isdisabled=False,
        )
    _row(
        store, "systemuser/fanny", firstname="Fanny", lastname="Dashwood", isdisabled=True,
        azureactivedirectoryobjectid=DISABLED_OBJECT_ID, internalemailaddress="fanny.dashwood@contoso.example",
    )  # fmt: skip


def _ferrars(store: Store) -> None:
    """Edward, his company, his case, and what became of an older lead and an older record of him."""
    _row(
        store, "account/ferrars", name="Ferrars & Co", accountnumber="FC-1811", telephone1="+49 30 901820-0",
        telephone2="(0151) 1234-5678", emailaddress1="office@ferrars.example.com", address1_city="Berlin",
        primarycontactid=link("contact/edward"),
    )  # fmt: skip
    _row(
        store, "contact/edward", firstname="Edward", lastname="Ferrars", mobilephone="0151 12345678",
        emailaddress1="edward.ferrars@example.com", jobtitle="Partner",
        parentcustomerid=link("account/ferrars"),
    )  # fmt: skip
    _row(
        store, "contact/edward-old", firstname="E.", lastname="Ferrars", mobilephone="+49 151 12345678",
        emailaddress1="e.ferrars@example.com", statecode=1, statuscode=2, merged=True,
        masterid=link("contact/edward"),
    )  # fmt: skip
    _row(
        store, "lead/edward", firstname="Edward", lastname="Ferrars", telephone1="+49151/12345678",
        companyname="Ferrars & Co", statecode=1, statuscode=3, parentcontactid=link("contact/edward"),
        parentaccountid=link("account/ferrars"),
    )  # fmt: skip
    _row(
        store, "incident/parcel", title="Parcel has not arrived", ticketnumber="CAS-01001-N7K3",
        customerid=link("contact/edward"), primarycontactid=link("contact/edward"),
    )  # fmt: skip
    _row(
        store, "incident/solved", title="Invoice sent twice", ticketnumber="CAS-00944-B2Q1", statecode=1,
        statuscode=5, customerid=link("account/ferrars"),
    )  # fmt: skip
    _row(
        store, "opportunity/library", name="Library for Delaford", estimatedvalue=18000,
        customerid=link("account/ferrars"), parentcontactid=link("contact/edward"),
        parentaccountid=link("account/ferrars"),
    )  # fmt: skip


def _traps(store: Store) -> None:
    """Two people on one number, an open lead, names that are syntax elsewhere, somebody who is no customer any more."""
    _row(store, "contact/lucy", firstname="Lucy", lastname="Steele", telephone1="+49 (30) 765 4321",
         emailaddress1="lucy.steele@example.com")  # fmt: skip
    _row(store, "contact/robert", firstname="Robert", lastname="Ferrars", telephone2="030/7654321",
         emailaddress1="robert.ferrars@example.com", parentcustomerid=link("account/ferrars"))  # fmt: skip
    _row(store, "lead/brandon", firstname="Christopher", lastname="Brandon", mobilephone="0044 7700 900123",
         emailaddress1="colonel.brandon@example.com", companyname="Delaford Estates")  # fmt: skip
    _row(store, "contact/obrien", firstname="Niamh 50%_[x]", lastname="O'Brien", telephone1="tel:+353-1-555-0199",
         emailaddress1="niamh.o'brien+post@example.com")  # fmt: skip
    _row(store, "contact/left", firstname="John", lastname="Middleton", telephone1="+49 30 7777777",
         emailaddress1="john.middleton@example.com", statecode=1, statuscode=2)  # fmt: skip
