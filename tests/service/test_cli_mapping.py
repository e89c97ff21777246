"""`customer-card mapping`: begin, check, preview, against both CRMs as the integration user sees them (P-11)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from click.testing import CliRunner, Result

from connectors.dynamics import VENDOR_KEYS
from connectors.mapping_file import load_mapping
from customers.events import AgentRef
from service.cli import main
from simulators.dataverse.app import Dataverse
from simulators.dataverse.seeds import seed_id
from simulators.entra.app import Entra
from simulators.entra.people import CRM_APP_ID, CRM_APP_SECRET, TENANT_ID
from simulators.kit.faults import Faults
from simulators.kit.server import JOURNAL, running
from simulators.kit.tls import Authority
from simulators.salesforce.app import create_app
from simulators.salesforce.org import Org
from simulators.salesforce.seed import seeded
from storage import people, schema
from storage.engine import Database
from tests.scenarios.world import CONTACT, Agent, Grounds, World, agent, built

CRMS = ("salesforce", "dynamics")
RECORDS = {"salesforce": "Contact:{edward}", "dynamics": f"contact:{seed_id('contact/edward')}"}
POLICY = {
    "salesforce": [
        {"object": "Policy__c", "label": "Policy", "activities": True,
         "fields": {"Contact__c": "reference to=Contact as=Contact__r", "Tier__c": "picklist:40 values=Gold,Silver"}},
        {"object": "Contact", "fields": {"Second_Phone__c": "phone"}},
    ],
    "dynamics": {"table": "new_policy", "set": "new_policies", "activities": True,
                 "columns": {"new_contact": "Lookup to=contact", "new_tier": "Picklist values=1:Gold,2:Silver"}},
}  # fmt: skip
SPOILT: dict[str, list[tuple[Any, str]]] = {
    "salesforce": [
        ({"object": "Task", "field": "Description", "access": "none"}, "Description: does not exist, or field-level"),
        ({"object": "Task", "field": "Description", "access": "read"}, "Description: may not be written"),
        ({"object": "Task", "fields": {"Description": "textarea:500"}}, "Description.max: the field takes 500"),
        ({"object": "Task", "fields": {"Description": "boolean"}}, "Description.type: is of type boolean"),
        ({"object": "Task", "fields": {"Region__c": "string:40 flags=cu"}}, "Region__c is required"),
        ({"object": "Task", "fields": {"CC_Interaction_Key__c": "string:64 flags=cux"}}, "key: CC_Interaction_Key__c"),
        ({"object": "Task", "access": "read"}, "may not create a Task"),
        ({"object": "Task", "remove": "WhoId"}, "link: field WhoId"),
        ({"object": "Contact", "field": "MobilePhone", "access": "none"}, "field MobilePhone does not exist"),
        ({"object": "Opportunity", "access": "none"}, "sees no object Opportunity"),
        ({"object": "Case", "remove": "ContactId"}, "field ContactId of Case"),
        ({"object": "Account", "field": "Name", "access": "none"}, "records.Contact: field Account.Name"),
    ],
    "dynamics": [
        ({"table": "phonecall", "remove": "phonenumber"}, "phonenumber: does not exist"),
        ({"table": "phonecall", "columns": {"description": "Memo:500"}}, "description.max: the column takes 500"),
        ({"table": "phonecall", "columns": {"phonenumber": "Integer"}}, "phonenumber.type: is of type Integer"),
        ({"table": "phonecall", "columns": {"new_region": "String:40 required"}}, "new_region is required"),
        ({"table": "phonecall", "columns": {"directioncode": "Picklist values=1:In,2:Out"}}, "takes whole numbers"),
        ({"table": "contact", "remove": "mobilephone"}, "contact has no column mobilephone"),
        ({"table": "incident", "remove": "customerid"}, "incident has no column customerid"),
    ],
}


FORMS: dict[str, list[tuple[Any, str]]] = {
    "salesforce": [
        ({"object": "Contact", "access": "read"}, "create: the integration user may not create a Contact"),
        ({"object": "Contact", "remove": "CC_Record_Key__c"}, "create.key: CC_Record_Key__c lacks externalId, unique"),
        (
            {"object": "Contact", "fields": {"CC_Record_Key__c": "string:20 flags=cunxqi"}},
            "create.key: CC_Record_Key__c",
        ),
        (
            {"object": "Contact", "field": "LastName", "access": "read"},
            "create.fields.LastName: does not exist",
        ),
        ({"object": "Lead", "fields": {"Budget__c": "string:40 flags=cu"}}, "create: field Budget__c is required"),
        ({"object": "Case", "fields": {"Priority": "string:40"}}, "create.fields.Priority.type: is of type string"),
        (
            {"object": "Case", "fields": {"Origin": "picklist:40 flags=cunr values=Web"}},
            "Origin.choices: 'Email' is",
        ),
        ({"object": "Case", "fields": {"AccountId": "reference to=Contact as=Account"}}, "AccountId.record: the field"),
        (
            [
                {"object": "Case", "fields": {"Origin": "picklist:40 flags=cunr values=Email,Phone,Web"}},
                {"object": "Case", "record_type": "Complaint", "picklists": {"Origin": ["Phone"]}, "default": True},
            ],
            "Origin.choices: 'Email' is",
        ),
    ],
    "dynamics": [
        ({"table": "lead", "remove": "companyname"}, "create.fields.companyname: lead has no such column"),
        ({"table": "lead", "columns": {"new_budget": "String:40 required"}}, "create: column new_budget is required"),
        ({"table": "lead", "columns": {"companyname": "Integer"}}, "companyname.type: is of type Integer"),
        ({"table": "lead", "column": "companyname", "access": "none"}, "create.fields.companyname: is secured"),
        (
            {"table": "contact", "columns": {"parentcustomerid": "Lookup to=lead"}},
            "parentcustomerid.record: the col",
        ),
    ],
}
"""What costs a form, and keeps nothing from being written."""


@dataclass
class House:
    """Both CRMs and the settings that connect them."""

    urls: dict[str, str]
    config: Path
    authority: Authority
    org: Org
    dataverse: Dataverse
    apps: dict[str, Any]

    def __call__(self, *words: str) -> Result:
        return CliRunner().invoke(main, ["mapping", *words, "--config", str(self.config)])

    def administrators(self, crm: str, change: object) -> None:
        """The CRM's administrators change something."""
        answer = requests.post(
            f"{self.urls[crm]}/_simulator/metadata", json=change, verify=str(self.authority.ca_file), timeout=5
        )
        assert answer.status_code == 204, answer.text

    def uses(self, crm: str, mapping: Path) -> None:
        """The settings name a mapping from now on."""
        text = self.config.read_text()
        self.config.write_text(text.replace(f"[crm.{crm}]\n", f'[crm.{crm}]\nmapping = "{mapping}"\n'))

    def writes(self, crm: str) -> list[str]:
        """Every call that may have changed something."""
        entries = self.apps[crm][JOURNAL]
        reads = ("/composite/batch", "/parameterizedSearch", "/oauth2/token")
        return [one["path"] for one in entries if one["method"] != "GET" and not one["path"].endswith(reads)]

    def record(self, crm: str) -> str:
        """Edward, as `--record` takes him."""
        contacts = self.org.records["Contact"].values()
        edward = next(row["Id"] for row in contacts if row["Name"] == "Edward Ferrars")
        return RECORDS[crm].format(edward=edward)


@pytest.fixture(scope="module")
def entra_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Grounds]:
    authority = Authority(tmp_path_factory.mktemp("mapping-ca"))
    entra = Entra()
    with running(entra.app, tls=authority) as url:
        yield Grounds(authority, entra, url)


@pytest.fixture
def house(entra_house: Grounds, tmp_path: Path) -> Iterator[House]:
    authority, org = entra_house.authority, seeded()
    dataverse = Dataverse(entra=entra_house.entra_url, ca_file=authority.ca_file)
    apps = {"salesforce": create_app(org, Faults()), "dynamics": dataverse.app}
    for name, secret in (("salesforce", org.client_secret), ("dynamics", CRM_APP_SECRET)):
        (tmp_path / name).write_text(secret)
    with running(apps["salesforce"], tls=authority) as salesforce, running(apps["dynamics"], tls=authority) as dynamics:
        config = tmp_path / "customer-card.toml"
        config.write_text(f"""\
[database]
url = "sqlite:///{tmp_path}/x.db"
[teams]
development = true
[http]
ca_file = "{authority.ca_file}"
[crm.salesforce]
kind = "salesforce"
url = "{salesforce}"
auth = {{ client_id = "{org.client_id}", client_secret = "file:{tmp_path}/salesforce" }}
[crm.dynamics]
kind = "dynamics"
url = "{dynamics}"
auth.client_id = "{CRM_APP_ID}"
auth.client_secret = "file:{tmp_path}/dynamics"
auth.tenant_id = "{TENANT_ID}"
auth.authority = "{entra_house.entra_url}"
""")
        urls = {"salesforce": salesforce, "dynamics": dynamics}
        yield House(urls, config, authority, org, dataverse, apps)


# --- init -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("crm", CRMS)
@pytest.mark.rule("P-11", "P-19")
def test_p19_a_beginning_from_the_crms_own_metadata_fits(house: House, crm: str, tmp_path: Path) -> None:
    house.administrators(crm, POLICY[crm])
    out = tmp_path / "mapping" / f"{crm}.toml"
    answer = house("init", crm, "--out", str(out))
    assert answer.exit_code == 0, answer.output
    text = out.read_text()
    made = load_mapping(text, VENDOR_KEYS if crm == "dynamics" else None)
    policy = next(record for name, record in made.records.items() if "olicy" in name)
    assert [entry.type.lower() for entry in policy.related] == ["contact"]
    assert ("Tier__c" if crm == "salesforce" else "new_tier") in [name for _, name in policy.display]
    if crm == "salesforce":
        assert "Second_Phone__c" in made.records["Contact"].phone
    house.uses(crm, out)
    checked = house("check", crm)
    assert (checked.exit_code, checked.output) == (0, "the mapping fits\n")
    assert house("preview", crm, "--record", house.record(crm)).exit_code == 0
    assert house.writes(crm) == []


@pytest.mark.parametrize("crm", CRMS)
def test_a_beginning_leaves_out_what_is_not_there_and_says_so(house: House, crm: str) -> None:
    gone = {
        "salesforce": [
            {"object": "Contact", "field": "HomePhone", "access": "none"},
            {"object": "Opportunity", "access": "none"},
            {"object": "Task", "field": "CallObject", "access": "read"},
            {"object": "Task", "fields": {"Description": "textarea:900", "Region__c": "string:40 flags=cu"}},
        ],
        "dynamics": [
            {"table": "contact", "remove": "telephone3"},
            {"table": "phonecall", "remove": "phonenumber"},
            {"table": "phonecall", "columns": {"description": "Memo:900", "new_region": "String:40 required"}},
        ],
    }
    house.administrators(crm, gone[crm])
    text = house("init", crm).output
    load_mapping(text, VENDOR_KEYS if crm == "dynamics" else None)
    said = [line for line in text.splitlines() if line.startswith("#")]
    dropped = ("HomePhone", "CallObject", "Opportunity") if crm == "salesforce" else ("telephone3", "phonenumber")
    for name in dropped:
        assert any(name in line and "left out" in line.lower() for line in said), name
    assert "max = 900" in text
    assert any("Required" in line and "egion" in line for line in said)


def test_a_file_that_is_there_is_not_written_over(house: House, tmp_path: Path) -> None:
    out = tmp_path / "mine.toml"
    out.write_text("mine")
    assert house("init", "salesforce", "--out", str(out)).exit_code == 2
    assert out.read_text() == "mine"
    assert house("init", "salesforce", "--out", str(out), "--force").exit_code == 0
    assert "[records.Contact]" in out.read_text()


def test_a_mapping_that_cannot_be_read_does_not_keep_from_beginning_anew(house: House, tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text("[records")
    house.uses("salesforce", broken)
    refused = house("check")
    assert (refused.exit_code, refused.output.count("\n")) == (2, 1)
    assert "broken.toml" in refused.output
    assert house("init", "salesforce").exit_code == 0


# --- check ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("crm", "change", "said"), [(crm, change, said) for crm in CRMS for change, said in SPOILT[crm]]
)
@pytest.mark.rule("P-11")
def test_p11_whatever_the_crm_takes_away_is_named_with_what_to_do(
    house: House, crm: str, change: object, said: str
) -> None:
    house.administrators(crm, change)
    answer = house("check", crm, "--json")
    assert answer.exit_code == 1, answer.output
    rows = json.loads(answer.stdout)
    assert any(said in f"{row['key']}: {row['problem']}" and row["do"] and row["pushes_wait"] for row in rows), rows
    assert said in house("check").output
    assert house.writes(crm) == []


@pytest.mark.rule("P-11", "A-19")
@pytest.mark.parametrize(("crm", "change", "said"), [(crm, *one) for crm in CRMS for one in FORMS[crm]])
def test_p11_what_keeps_agents_from_creating_is_named_and_keeps_nothing_from_being_written(
    house: House, crm: str, change: Any, said: str
) -> None:
    house.administrators(crm, change)
    rows = json.loads(house("check", crm, "--json").stdout)
    row = next(row for row in rows if said in f"{row['key']}: {row['problem']}")
    assert row["do"]
    assert not row["pushes_wait"]
    assert row["key"].startswith("records.")


@pytest.mark.rule("P-11", "A-19")
@pytest.mark.parametrize("crm", CRMS)
def test_p11_preview_of_a_new_record_says_what_would_be_created_and_what_agents_must_fill_in(
    house: House, crm: str
) -> None:
    kind = {"salesforce": "Lead", "dynamics": "incident"}[crm]
    answer = house("preview", crm, "--create", kind, "--agent", "elinor.dashwood@contoso.example")
    assert answer.exit_code == 0, answer.output
    assert f"a new {kind}, in the name of elinor.dashwood" in answer.output
    assert {"salesforce": "Ferrars Ltd.", "dynamics": "second invoice"}[crm] in answer.output
    if crm == "dynamics":
        assert "to be filled in: customerid" in answer.output
    assert house.writes(crm) == []
    assert house("preview", crm, "--create", "Nothing").exit_code == 1


@pytest.mark.parametrize("crm", CRMS)
@pytest.mark.rule("P-11")
def test_p11_what_the_mapping_calls_optional_is_said_and_does_not_stop(house: House, crm: str) -> None:
    changes = {
        "salesforce": {"object": "Task", "field": "CallDisposition", "access": "none"},
        "dynamics": {"table": "phonecall", "column": "category", "access": "none"},
    }
    house.administrators(crm, changes[crm])
    answer = house("check", crm)
    assert answer.exit_code == 0
    assert ("CallDisposition" if crm == "salesforce" else "category") in answer.output


def test_pick_lists_links_and_owners_are_compared(house: House, tmp_path: Path) -> None:
    willoughby = next(row["Id"] for row in house.org.records["User"].values() if not row["IsActive"])
    mapping = tmp_path / "own.toml"
    mapping.write_text(f"""\
[records.Contact]
level = "person"
title = ["Name"]
search = {{ phone = ["AccountId"] }}
related = [{{ type = "Contact", parent = "OwnerId" }}]
[activities.default]
target = "Event"
key = "CC_Interaction_Key__c"
owner = "{willoughby}"
[activities.default.fields]
ShowAs = {{ source = "channel", type = "choice", choices = {{ voice = "Busy", chat = "Elsewhere" }} }}
EventSubtype = "channel"
[activities.chat]
target = "Case"
""")
    house.uses("salesforce", mapping)
    rows = json.loads(house("check", "salesforce", "--json").stdout)
    said = {f"{row['key']}: {row['problem']}" for row in rows}
    assert said >= {
        "records.Contact.search.phone: field AccountId is of type reference",
        "records.Contact.related[0].parent: field OwnerId of Contact does not point to Contact",
        f"activities.default.owner: user {willoughby} is unknown or inactive",
        "activities.default.fields.ShowAs.choices: 'Elsewhere' is no active value of the pick list",
        "activities.default.fields.EventSubtype.type: is a restricted pick list",
        "activities.default: an Event needs StartDateTime, and EndDateTime or DurationInMinutes",
        "activities.chat.link: Case has no link for Contact",
    }


def test_a_crm_that_cannot_be_asked_is_one_line_with_the_next_step(house: House, tmp_path: Path) -> None:
    (tmp_path / "salesforce").write_text("wrong")
    for words in (
        ["check", "salesforce"],
        ["init", "salesforce"],
        ["preview", "salesforce", "--record", house.record("salesforce")],
    ):
        answer = house(*words)
        assert (answer.exit_code, answer.output.count("\n")) == (1, 1), answer.output
        assert "[crm.salesforce.auth]" in answer.output
    for words in (
        ["check", "hubspot"],
        ["preview", "salesforce"],
        ["preview", "salesforce", "--record", "x"],
        ["preview", "salesforce", "--record", "dynamics:contact:1"],
        ["preview", "salesforce", "INT-9"],
    ):
        answer = house(*words)
        assert (answer.exit_code, answer.output.count("\n")) == (2, 1), answer.output


# --- preview --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("crm", CRMS)
@pytest.mark.rule("P-11", "P-12")
def test_p11_preview_says_what_for_which_record_and_in_whose_name(house: House, crm: str) -> None:
    words = ["preview", crm, "--record", house.record(crm), "--agent", "elinor.dashwood@contoso.example"]
    (row,) = json.loads(house(*words, "--json").stdout)
    assert (row["title"], row["owner"]) == ("Edward Ferrars", "elinor.dashwood@contoso.example")
    assert any("The invoice was sent twice" in str(value) for value in row["fields"].values())
    shown = house(*words).output
    assert "for Edward Ferrars" in shown
    assert "The invoice was sent twice" in shown
    nobody = json.loads(house(*words[:-1], "nobody@contoso.example", "--json").stdout)
    assert nobody[0]["owner"] is None
    assert house.writes(crm) == []


@pytest.mark.parametrize("crm", CRMS)
def test_a_record_that_is_not_there_is_said(house: House, crm: str) -> None:
    record = "Contact:003000000000000" if crm == "salesforce" else f"contact:{seed_id('contact/nobody')}"
    answer = house("preview", crm, "--record", record)
    assert (answer.exit_code, answer.output.count("\n")) == (1, 1)
    assert "name a record that is there" in answer.output


@pytest.mark.rule("P-11")
async def test_p11_preview_of_an_interaction_is_what_is_written_afterwards(
    entra_house: Grounds, sqlite_url: str, tmp_path: Path
) -> None:
    async with built(entra_house, sqlite_url, tmp_path) as world:
        elinor = agent(world, "elinor")
        card = await _linked(world, elinor)
        config = _config(world, tmp_path)
        ref = world.script().ref
        words = ["mapping", "preview", "salesforce", ref, "--json", "--config", str(config)]
        (row,) = await _previewed(words)
        assert row["title"] == "Edward Ferrars"
        await world.happens("ended")
        await elinor.presses(card, "wrapup.finish", wrapup__notes="As agreed.")
        await world.until(world.tasks, "the task")
        (after,) = await _previewed(words)
        (task,) = world.tasks()
        assert "As agreed." in after["fields"]["Description"]
        assert {name: task[name] for name in after["fields"]} == after["fields"]
        assert row["fields"]["CC_Interaction_Key__c"] == task["CC_Interaction_Key__c"]


async def _previewed(words: list[str]) -> list[dict[str, Any]]:
    answer = await asyncio.to_thread(CliRunner().invoke, main, words)
    rows: list[dict[str, Any]] = json.loads(answer.stdout[answer.stdout.index("[\n") :])  # log lines stand before it
    return rows


async def _linked(world: World, elinor: Agent) -> str:
    await elinor.act("customers.open")
    await world.happens("accepted")
    card = await elinor.first_card()
    await elinor.presses(card, "link.add", {"record": CONTACT})
    return card


def _config(world: World, folder: Path) -> Path:
    (folder / "secret").write_text(Org().client_secret)
    config = folder / "cli.toml"
    config.write_text(f"""\
[database]
url = "{world.tables["database"]["url"]}"
[teams]
development = true
[http]
ca_file = "{world.grounds.authority.ca_file}"
[crm.salesforce]
kind = "salesforce"
url = "{world.urls["salesforce"]}"
auth = {{ client_id = "{Org().client_id}", client_secret = "file:{folder}/secret" }}
""")
    return config


@pytest.mark.rule("P-12")
@pytest.mark.parametrize("crm", CRMS)
def test_p12_agents_who_are_no_users_of_the_crm_are_named_and_stop_nothing(
    house: House, crm: str, tmp_path: Path
) -> None:
    database = Database(f"sqlite:///{tmp_path}/x.db")
    schema.upgrade(database)
    with database.write() as tx:
        people.agent(tx, "main", AgentRef(id="a-7", email="elinor.dashwood@contoso.example", name="Elinor"))
        people.agent(tx, "main", AgentRef(id="a-9", email="nobody@contoso.example", name="Nobody Knows"))
    database.close()
    answer = house("check", crm)
    assert answer.exit_code == 0, answer.output
    assert "Nobody Knows (nobody@contoso.example) is no active user" in answer.output
    assert "Elinor" not in answer.output
