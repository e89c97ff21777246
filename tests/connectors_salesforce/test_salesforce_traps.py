"""What breaks naive Salesforce clients does not break ours."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from connectors.errors import (
    CrmAuthFailed,
    CrmConflict,
    CrmDisabled,
    CrmError,
    CrmForbidden,
    CrmProtocolError,
    CrmRateLimited,
    CrmRecordNotFound,
    CrmRejected,
    CrmSchemaDrift,
    CrmUnavailable,
)
from connectors.http import Answer, correlated
from connectors.interface import CrmAgent, PersonKeys, RecordRef
from connectors.mapping_file import load_mapping
from connectors.salesforce import queries
from connectors.salesforce.auth import SalesforceAuth
from connectors.salesforce.connector import DEFAULT_MAPPING, SalesforceConnector
from connectors.salesforce.errors import error_of
from connectors.salesforce.links import record_of, record_url
from simulators.salesforce.schema import SOBJECTS
from tests.connectors_salesforce.salesforce_rig import SalesforceWorld, connector_for
from tests.contract.crm_connector import draft_for

WRITES = r"/sobjects/Task"


# -- who it is now ------------------------------------------------------------------------------------------------


def converted(world: SalesforceWorld) -> tuple[RecordRef, RecordRef]:
    lead = world.ref("Lead", IsConverted=True)
    contact = world.org.records["Lead"][lead.id]["ConvertedContactId"]
    return lead, RecordRef(world.crm, "Contact", contact)


def test_converted_lead_is_found_as_its_contact_once(connector: SalesforceConnector, world: SalesforceWorld) -> None:
    _, contact = converted(world)
    found = connector.find_people(PersonKeys(phones=["+49305550143"], emails=["fanny@example.com"]))
    assert [record.ref for record in found] == [contact]


def test_converted_lead_without_a_number_on_its_contact_is_found(
    connector: SalesforceConnector, world: SalesforceWorld
) -> None:
    lead, contact = converted(world)
    world.org.records["Contact"][contact.id]["Phone"] = None
    found = connector.find_people(PersonKeys(phones=["+49305550143"]))
    assert [(record.ref, record.match) for record in found] == [(contact, "phone")]
    assert connector.get_record(lead).ref == contact


def test_activity_for_a_converted_lead_goes_to_its_contact(
    connector: SalesforceConnector, world: SalesforceWorld
) -> None:
    lead, contact = converted(world)
    logged = connector.log_activity(draft_for(lead, agent=world.agent))
    assert logged.created
    assert [row["WhoId"] for row in world.tasks()] == [contact.id]


def test_merged_record_is_its_winner(connector: SalesforceConnector, world: SalesforceWorld) -> None:
    winner = world.ref("Contact", FirstName="Henry")
    loser = next(row for row in world.org.records["Contact"].values() if row["FirstName"] == "Harry")
    gone = RecordRef(world.crm, "Contact", loser["Id"])
    assert connector.get_record(gone).ref == winner
    connector.log_activity(draft_for(gone, agent=world.agent))
    assert [row["WhoId"] for row in world.tasks()] == [winner.id]


def test_deleted_record_is_not_found(connector: SalesforceConnector, world: SalesforceWorld) -> None:
    ref = world.known_person.ref
    world.org.delete(world.org.records["Contact"][ref.id])
    with pytest.raises(CrmRecordNotFound):
        connector.get_record(ref)
    with pytest.raises(CrmRecordNotFound):
        connector.log_activity(draft_for(ref))
    assert world.tasks() == []


def test_person_account_stands_once_and_is_written_as_a_person(
    connector: SalesforceConnector, world: SalesforceWorld
) -> None:
    keys = PersonKeys(["+447700900123"], ["charlotte.palmer@example.com"], ["Charlotte Palmer"])
    (found,) = connector.find_people(keys)
    assert (found.ref.type, found.level, found.title) == ("Account", "person", "Charlotte Palmer")
    connector.log_activity(draft_for(found.ref, agent=world.agent))
    (task,) = world.tasks()
    assert task["WhoId"] == world.org.records["Account"][found.ref.id]["PersonContactId"]
    assert task["WhatId"] is None
    assert found.ref not in [record.ref for record in connector.related(found.ref)]


def test_org_without_person_accounts_works(connector: SalesforceConnector, world: SalesforceWorld) -> None:
    for name in ("IsPersonAccount", "PersonContactId"):
        world.faults.arm({"fault": "field_hidden", "object": "Account", "field": name, "times": -1})
    world.faults.arm({"fault": "field_hidden", "object": "Contact", "field": "IsPersonAccount", "times": -1})
    assert connector.find_people(PersonKeys(["+4915112345678"]))[0].ref == world.known_person.ref
    company = world.known_person.company
    assert company
    connector.log_activity(draft_for(company, agent=world.agent))
    assert world.tasks()[0]["WhatId"] == company.id


def test_record_too_new_for_the_search_index_is_found(connector: SalesforceConnector, world: SalesforceWorld) -> None:
    made = world.org.insert(SOBJECTS["Contact"], {"LastName": "Brandon", "Phone": "(0151) 777 666 55"})
    world.org.insert(SOBJECTS["Contact"], {"LastName": "Smith", "Phone": "+4915177766644"})
    world.faults.arm({"fault": "search_delay", "seconds": 600, "times": -1})
    assert connector.find_people(PersonKeys(phones=["+4915177766655"])) == []  # a spelling of nobody else's
    found = connector.find_people(PersonKeys(phones=["+4915177766644"]))
    assert [record.title for record in found] == ["Smith"]
    world.faults.clear()
    assert connector.find_people(PersonKeys(phones=["+4915177766655"]))[0].ref.id == made["Id"]


def test_all_pages_are_read(connector: SalesforceConnector, world: SalesforceWorld) -> None:
    company = world.known_person.company
    assert company
    for number in range(9):
        world.org.insert(SOBJECTS["Case"], {"Subject": f"Case {number}", "AccountId": company.id})
    world.faults.arm({"fault": "page_size", "rows": 2, "times": -1})
    titles = {record.title for record in connector.related(company, limit=50)}
    assert {f"Case {number}" for number in range(9)} <= titles


def test_index_words_between_numbers_bring_no_stranger(connector: SalesforceConnector, world: SalesforceWorld) -> None:
    world.org.insert(SOBJECTS["Contact"], {"LastName": "Stranger", "Phone": "4915112345678901"})
    world.org.insert(SOBJECTS["Contact"], {"LastName": "Other", "Phone": "+43 151 12345678"})
    found = connector.find_people(PersonKeys(phones=["+4915112345678"]))
    assert [record.ref for record in found] == [world.known_person.ref]


# -- writing --------------------------------------------------------------------------------------------------------


@pytest.mark.rule("P-12")
def test_p12_inactive_agent_falls_back_and_says_so(connector: SalesforceConnector, world: SalesforceWorld) -> None:
    connector.log_activity(draft_for(world.known_person.ref, agent=world.agent))  # now the user is remembered
    elinor = next(row for row in world.org.records["User"].values() if row["FirstName"] == "Elinor")
    elinor["IsActive"] = False
    logged = connector.log_activity(draft_for(world.known_person.ref, agent=world.agent))
    assert logged.created
    assert logged.owner_is_integration
    elinor["IsActive"] = True
    assert not connector.log_activity(draft_for(world.known_person.ref, agent=world.agent)).owner_is_integration


def test_user_is_looked_up_once(connector: SalesforceConnector, world: SalesforceWorld) -> None:
    for _ in range(3):
        connector.log_activity(draft_for(world.known_person.ref, agent=world.agent))
    paths = [entry["path"] for entry in world.journal()]
    assert sum(path.endswith("/composite/batch") for path in paths) == 1
    assert sum(path.endswith("/sobjects/Task") for path in paths) == 3


def test_two_users_with_one_address_are_nobody(connector: SalesforceConnector, world: SalesforceWorld) -> None:
    for number in range(2):
        values = {"LastName": "Twin", "Email": "twin@contoso.example", "Username": f"twin{number}@contoso.example"}
        world.org.insert(SOBJECTS["User"], {**values, "IsActive": True})
    twin = CrmAgent("Twin", "twin@contoso.example")
    assert connector.log_activity(draft_for(world.known_person.ref, agent=twin)).owner_is_integration


@pytest.mark.parametrize("fault", ["field_hidden", "field_read_only"])
def test_optional_field_that_is_refused_is_dropped_and_named(
    connector: SalesforceConnector, world: SalesforceWorld, fault: str
) -> None:
    for name in ("CallDisposition", "TaskSubtype", "CallDurationInSeconds"):
        world.faults.arm({"fault": fault, "field": name, "times": -1})
    draft = draft_for(world.known_person.ref, agent=world.agent)
    logged = connector.log_activity(draft)
    assert set(logged.warnings) == {"CallDisposition", "TaskSubtype", "CallDurationInSeconds"}
    (task,) = world.tasks()
    assert (task["CallDisposition"], task["CC_Interaction_Key__c"]) == (None, str(draft.key))
    amended = connector.amend_activity(logged.ref, draft, frozenset({"notes", "duration_seconds"}))
    assert list(amended.warnings) == ["CallDurationInSeconds"]


@pytest.mark.parametrize("fault", ["field_hidden", "field_read_only"])
@pytest.mark.parametrize("field", ["CC_Interaction_Key__c", "Status", "Subject", "Description"])
def test_key_and_what_cannot_be_missing_are_never_dropped(
    connector: SalesforceConnector, world: SalesforceWorld, fault: str, field: str
) -> None:
    world.faults.arm({"fault": fault, "field": field, "times": -1})
    with pytest.raises(CrmSchemaDrift) as caught:
        connector.log_activity(draft_for(world.known_person.ref, agent=world.agent))
    assert field in caught.value.detail
    assert field not in str(caught.value)
    assert world.tasks() == []


def test_unknown_picklist_value_does_not_stop_the_push(world: SalesforceWorld) -> None:
    text = DEFAULT_MAPPING.read_text().replace('inbound = "Inbound"', 'inbound = "Hereinkommend"')
    connector = connector_for(world, mapping=load_mapping(text))
    logged = connector.log_activity(draft_for(world.known_person.ref))
    assert list(logged.warnings) == ["CallType"]
    connector.close()


def test_value_in_use_of_another_field_is_no_success(connector: SalesforceConnector, world: SalesforceWorld) -> None:
    duplicate = {"fault": "validation", "code": "DUPLICATE_VALUE", "path": WRITES, "method": "POST"}
    world.faults.arm(
        {**duplicate, "message": "duplicate value found: Other__c duplicates value on record with id: 00T"}
    )
    with pytest.raises(CrmRejected):
        connector.log_activity(draft_for(world.known_person.ref))
    assert world.tasks() == []


def test_lead_drops_what_the_mapping_relates_it_to(world: SalesforceWorld) -> None:
    company = world.known_person.company
    assert company
    text = DEFAULT_MAPPING.read_text().replace("IsReminderSet = false", f'WhatId = "{company.id}"')
    connector = connector_for(world, mapping=load_mapping(text))
    lead = world.ref("Lead", FirstName="Robert")
    logged = connector.log_activity(draft_for(lead))
    assert list(logged.warnings) == ["WhatId"]
    assert (world.tasks()[0]["WhoId"], world.tasks()[0]["WhatId"]) == (lead.id, None)
    connector.close()


@pytest.mark.rule("P-10")
def test_p10_amendment_sends_only_its_own_fields(connector: SalesforceConnector, world: SalesforceWorld) -> None:
    draft = draft_for(world.known_person.ref, agent=world.agent)
    logged = connector.log_activity(draft)
    task = world.org.records["Task"][logged.ref.id]
    task.update(Subject="Changed by a colleague", Priority="High", OwnerId=world.org.integration_user)
    connector.amend_activity(logged.ref, draft, frozenset({"notes", "disposition", "local_date"}))
    assert (task["Subject"], task["Priority"], task["OwnerId"]) == (
        "Changed by a colleague",
        "High",
        world.org.integration_user,
    )
    assert (task["TaskSubtype"], task["CallDisposition"]) == ("Call", "Resolved")


def test_mapping_without_a_key_writes_nothing(world: SalesforceWorld) -> None:
    text = DEFAULT_MAPPING.read_text().replace('key = "CC_Interaction_Key__c"\n', "")
    connector = connector_for(world, mapping=load_mapping(text))
    with pytest.raises(CrmSchemaDrift):
        connector.log_activity(draft_for(world.known_person.ref))
    connector.close()
    assert world.journal() == []


# -- failing --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "expected", "code"),
    [
        ("daily_limit", CrmRateLimited, "REQUEST_LIMIT_EXCEEDED"),
        ("concurrent_limit", CrmRateLimited, "REQUEST_LIMIT_EXCEEDED"),
        ("lock", CrmConflict, "UNABLE_TO_LOCK_ROW"),
        ("lock_in_trigger", CrmConflict, "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"),
        ("trigger", CrmRejected, "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"),
        ("validation", CrmRejected, "FIELD_CUSTOM_VALIDATION_EXCEPTION"),
        ("api_disabled", CrmDisabled, "API_DISABLED_FOR_ORG"),
        ("storage", CrmDisabled, "STORAGE_LIMIT_EXCEEDED"),
        ("forbidden_reference", CrmForbidden, "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY"),
        ("server_unavailable", CrmUnavailable, "SERVER_UNAVAILABLE"),
        ("unknown_exception", CrmProtocolError, "UNKNOWN_EXCEPTION"),
        ("empty", CrmUnavailable, ""),
        ("garbage", CrmProtocolError, "not_json"),
    ],
)
def test_code_of_the_body_decides(
    connector: SalesforceConnector, world: SalesforceWorld, fault: str, expected: type[CrmError], code: str
) -> None:
    world.faults.arm({"fault": fault, "path": WRITES})
    draft = draft_for(world.known_person.ref)
    with pytest.raises(CrmError) as caught:
        connector.log_activity(draft)
    assert (type(caught.value), caught.value.code) == (expected, code)
    assert connector.log_activity(draft).ref.id
    assert len(world.tasks()) == 1


def test_daily_limit_waits_longer_than_the_concurrent_one(
    connector: SalesforceConnector, world: SalesforceWorld
) -> None:
    waits = []
    for fault in ("daily_limit", "concurrent_limit"):
        world.faults.arm({"fault": fault})
        with pytest.raises(CrmRateLimited) as caught:
            connector.ping()
        waits.append(caught.value.retry_after)
    assert waits == [900.0, 5.0]


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (404, b"<html>nginx</html>", CrmProtocolError),
        (403, b"", CrmForbidden),
        (400, b"<html>", CrmProtocolError),
        (503, b"<html>", CrmUnavailable),
        (429, b"", CrmRateLimited),
        (300, b'["/a", "/b"]', CrmProtocolError),
        (400, b"[]", CrmProtocolError),
        (400, b'[{"errorCode": ["x"], "message": 7, "fields": 3}]', CrmProtocolError),
        (410, b'[{"errorCode": "UNSUPPORTED_API_VERSION", "message": "retired"}]', CrmSchemaDrift),
        (400, b'[{"errorCode": "Edward Ferrars, +4915112345678", "message": "x"}]', CrmProtocolError),
    ],
)
def test_odd_bodies_are_borne(status: int, body: bytes, expected: type[CrmError]) -> None:
    error = error_of("acme", "read", Answer(status, {}, body))
    assert type(error) is expected
    assert "4915112345678" not in str(error)


def test_last_calls_of_the_day_are_kept_for_writing(connector: SalesforceConnector, world: SalesforceWorld) -> None:
    world.org.requests_used = 14_900
    connector.ping()
    connector.find_people(PersonKeys(phones=["+4915112345678"]))  # the one look of this minute
    before = len(world.journal())
    with pytest.raises(CrmRateLimited) as caught:
        connector.search("Ferrars")
    assert caught.value.code == "reserve"
    assert len(world.journal()) == before
    assert connector.log_activity(draft_for(world.known_person.ref)).created


def test_calls_carry_the_correlation_id(connector: SalesforceConnector, world: SalesforceWorld) -> None:
    with correlated("interaction-7"):
        connector.ping()
    assert world.journal()[-1]["correlation_id"] == "interaction-7"


# -- signing in -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def jwt_auth(world: SalesforceWorld, key: rsa.RSAPrivateKey, **changes: Any) -> SalesforceAuth:
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    given = {"username": "integration@contoso.example", "private_key": pem, **changes}
    return SalesforceAuth(world.org.client_id, **given)


@pytest.fixture
def registered(world: SalesforceWorld, key: rsa.RSAPrivateKey) -> Iterator[SalesforceWorld]:
    world.org.jwt_public_key = (
        key.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )
    return world


def test_jwt_bearer_signs_in(registered: SalesforceWorld, key: rsa.RSAPrivateKey) -> None:
    connector = connector_for(registered, auth=jwt_auth(registered, key))
    connector.ping()
    assert registered.sign_ins() == 1
    connector.close()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"username": "stranger@contoso.example"}, "invalid_grant"),
        ({"username": "john.willoughby@contoso.example"}, "inactive_user"),
        ({"audience": "https://evil.example"}, "invalid_grant"),
        ({"private_key": "-----BEGIN NONSENSE-----"}, "private_key_unreadable"),
    ],
)
def test_refused_sign_in_is_for_an_administrator(
    registered: SalesforceWorld, key: rsa.RSAPrivateKey, changes: dict[str, str], code: str
) -> None:
    connector = connector_for(registered, auth=jwt_auth(registered, key, **changes))
    with pytest.raises(CrmAuthFailed) as caught:
        connector.ping()
    assert caught.value.code == code
    connector.close()


def test_foreign_key_is_refused(registered: SalesforceWorld) -> None:
    other = rsa.generate_private_key(65537, 2048)
    connector = connector_for(registered, auth=jwt_auth(registered, other))
    with pytest.raises(CrmAuthFailed):
        connector.ping()
    connector.close()


def test_wrong_secret_is_not_shown(world: SalesforceWorld) -> None:
    auth = SalesforceAuth(world.org.client_id, "s3cret-value")
    connector = connector_for(world, auth=auth)
    with pytest.raises(CrmAuthFailed) as caught:
        connector.ping()
    assert "s3cret-value" not in f"{caught.value} {caught.value!r} {auth!r}"
    connector.close()


# -- what is asked --------------------------------------------------------------------------------------------------


def test_values_are_escaped() -> None:
    contact = load_mapping(DEFAULT_MAPPING.read_text()).records["Contact"]
    soql = queries.by_values(contact, ["Email"], ["a' OR Name != '", "b\\"], ("Id",))
    assert soql.endswith("Email IN ('a\\' OR Name != \\'','b\\\\') LIMIT 50")
    assert queries.sosl_escape("O'Brien (ACME) +1-415") == "O\\'Brien \\(ACME\\) \\+1\\-415"
    assert queries.words("Tom OR jerry* {x} 'y") == 'Tom* "OR" jerry* "x" "y"'


@pytest.mark.parametrize(
    ("base", "lightning", "expected"),
    [
        ("https://acme.my.salesforce.com", "", "https://acme.lightning.force.com/lightning/r/Case/500/view"),
        (
            "https://acme--uat.sandbox.my.salesforce.com",
            "",
            "https://acme--uat.sandbox.lightning.force.com/lightning/r/Case/500/view",
        ),
        ("https://127.0.0.1:8443", "", "https://127.0.0.1:8443/lightning/r/Case/500/view"),
        ("https://acme.my.salesforce.com", "https://crm.acme.com", "https://crm.acme.com/lightning/r/Case/500/view"),
    ],
)
def test_record_opens_in_lightning(base: str, lightning: str, expected: str) -> None:
    assert record_url(base, lightning, RecordRef("sf", "Case", "500")) == expected


ORG = "https://acme.my.salesforce.com"
LIGHTNING = "https://acme.lightning.force.com"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (f"{LIGHTNING}/lightning/r/Contact/003000000000001AAA/view", ("Contact", "003000000000001AAA")),
        (f"{LIGHTNING}/lightning/r/Contact/003000000000001/edit?ws=1", ("Contact", "003000000000001")),
        (f"{LIGHTNING}/lightning/r/Asset__c/a00000000000001AAA/related/Notes/view", ("Asset__c", "a00000000000001AAA")),
        (f"{LIGHTNING}/lightning/r/00Q000000000001AAA/view", ("Lead", "00Q000000000001AAA")),
        (f"{LIGHTNING}/lightning/r/a00000000000001AAA/view", None),  # of which type, only the org knows
        (f"{LIGHTNING}/one/one.app#/sObject/500000000000001AAA/view", ("Case", "500000000000001AAA")),
        (f"{ORG}/lightning/r/Account/001000000000001AAA/view", ("Account", "001000000000001AAA")),
        (f"{ORG}/006000000000001AAA", ("Opportunity", "006000000000001AAA")),
        (f"{ORG}/00300000000001", None),
        (f"{ORG}/secur/frontdoor.jsp?sid=003000000000001AAA", None),
        (f"{LIGHTNING}/lightning/o/Contact/list", None),
        (f"{LIGHTNING}/lightning/r/Contact'/003000000000001AAA/view", None),
        ("https://other.lightning.force.com/lightning/r/Contact/003000000000001AAA/view", None),
        ("https://acme.lightning.force.com.evil.example/lightning/r/Contact/003000000000001AAA/view", None),
    ],
)
def test_a_link_that_people_copy_names_the_record(url: str, expected: tuple[str, str] | None) -> None:
    assert record_of(ORG, "", url) == expected


# -- the mapping against the org (P-11) -------------------------------------------------------------------------------


@pytest.mark.rule("P-11")
def test_p11_default_mapping_fits(connector: SalesforceConnector) -> None:
    assert list(connector.check_mapping()) == []


@pytest.mark.rule("P-11")
def test_p11_what_does_not_fit_is_said(world: SalesforceWorld) -> None:
    text = (
        DEFAULT_MAPPING.read_text()
        .replace("CC_Interaction_Key__c", "CallObject")
        .replace('"HomePhone"', '"Shoe__c"')
        .replace("max = 32000", "max = 64000")
        .replace('internal = "Internal"', 'internal = "Inside"')
        .replace(
            "[records.Opportunity]", '[records.Policy__c]\nlevel = "related"\ntitle = ["Name"]\n\n[records.Opportunity]'
        )
    )
    world.faults.arm({"fault": "field_hidden", "field": "CallDisposition", "times": -1})
    connector = connector_for(world, mapping=load_mapping(text))
    said = "\n".join(map(str, connector.check_mapping()))
    for words in ("Shoe__c", "write max = 32000", "'Inside'", "Policy__c", "lacks externalId", "CallDisposition"):
        assert words in said
    connector.close()


def test_settings_are_used(world: SalesforceWorld) -> None:
    connector = connector_for(world, change=lambda options: dataclasses.replace(options, correlation_header="X-Trace"))
    connector.ping()
    assert world.journal()[-1]["path"] == "/services/data/v66.0/"
    connector.close()


def test_a_push_costs_one_call_and_a_company_one_more(connector: SalesforceConnector, world: SalesforceWorld) -> None:
    """Whether an account is a person is asked of each: only then is its hidden contact the activity's Who."""
    person = world.known_person
    assert person.company
    assert person.case
    # Signs in, finds the agent's user, asks whether there are person accounts at all.
    connector.log_activity(draft_for(person.company, agent=world.agent))
    costs = {}
    for record in (person.ref, person.case, person.company):
        before = len(world.journal())
        logged = connector.log_activity(draft_for(record, agent=world.agent))
        costs[record.type] = len(world.journal()) - before
    assert costs == {"Contact": 1, "Case": 1, "Account": 2}
    before = len(world.journal())
    later = draft_for(person.company, facts={"notes": "More."}, agent=world.agent)
    connector.amend_activity(logged.ref, later, frozenset({"notes"}))
    connector.amend_activity(logged.ref, later, frozenset({"agent_name"}))  # nothing that may be amended: no call
    connector.withdraw_activity(logged.ref)
    assert len(world.journal()) - before == 2
