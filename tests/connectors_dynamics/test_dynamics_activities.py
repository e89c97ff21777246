"""Writing activities to Dynamics: once, complete, in the agent's name, whatever happens on the way."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.dynamics import DynamicsConnector
from connectors.errors import (
    CrmConflict,
    CrmError,
    CrmForbidden,
    CrmRateLimited,
    CrmRecordNotFound,
    CrmRejected,
    CrmSchemaDrift,
    CrmUnavailable,
)
from connectors.interface import ActivityDraft, CrmAgent, LoggedActivity, RecordRef
from simulators.dataverse.schema import TABLES
from simulators.dataverse.seeds import DISABLED_OBJECT_ID, link, seed_id
from simulators.dataverse.store import Caller
from simulators.dataverse.values import Row
from tests.connectors_dynamics.dynamics_rig import ELINOR_AGENT, KEY, Rig, draft, ref

ELINOR_ID = seed_id("systemuser/elinor")
INTEGRATION_ID = seed_id("systemuser/integration")


def only(rig: Rig, set_name: str = "phonecalls") -> dict[str, Any]:
    rows = rig.tables(set_name)
    assert len(rows) == 1
    return rows[0]


def left_open(rig: Rig, target: str) -> None:
    """What an earlier version of this, which completed by a call of its own, left behind when it died in between."""
    store = rig.dataverse.store
    store.create(TABLES[target], {"activityid": str(KEY), "subject": "Parcel"}, Caller(ELINOR_ID))


def test_a_call_is_one_completed_phone_call_in_the_agents_name(connector: DynamicsConnector, rig: Rig) -> None:
    logged = connector.log_activity(draft())
    row = only(rig)
    assert (logged.ref, logged.created, logged.owner_is_integration) == (
        RecordRef("dynamics", "phonecall", str(KEY)), True, False,
    )  # fmt: skip
    assert logged.url.endswith(f"pagetype=entityrecord&etn=phonecall&id={KEY}")
    assert (row["statecode"], row["statuscode"], row["directioncode"]) == (1, 4, False)
    assert (row["_ownerid_value"], row["_createdby_value"]) == (ELINOR_ID, ELINOR_ID)
    assert row["_createdonbehalfby_value"] == INTEGRATION_ID
    assert (row["_regardingobjectid_value"], row["@regardingobjectid"]) == (seed_id("contact/edward"), "contact")
    assert row["subject"] == "Call · inbound · Edward Ferrars · Parcel"
    assert (row["phonenumber"], row["category"], row["actualdurationminutes"]) == ("+4915112345678", "Resolved", 7)
    assert (row["actualstart"], row["actualend"]) == ("2026-11-21T09:00:00Z", "2026-11-21T09:06:12Z")
    assert "Sent again.\nOutcome: Resolved" in row["description"]
    assert "Seconds: 372" in row["description"]


@pytest.mark.parametrize(
    ("direction", "masks", "status"), [("inbound", (1, 2), 4), ("outbound", (2, 1), 2), ("", (2, 1), 2)]
)
def test_an_inbound_call_is_from_the_customer_to_the_agent(
    connector: DynamicsConnector, rig: Rig, direction: str, masks: tuple[int, int], status: int
) -> None:
    connector.log_activity(draft(direction=direction, facts={"direction": direction}))
    row = only(rig)
    parties = {party["_partyid_value"]: party["participationtypemask"] for party in row["parties"]}
    assert parties == {seed_id("contact/edward"): masks[0], ELINOR_ID: masks[1]}
    assert row["statuscode"] == status


@pytest.mark.parametrize(
    ("record", "party"),
    [
        ("incident/parcel", "contact/edward"),
        ("opportunity/library", "contact/edward"),
        ("account/ferrars", "account/ferrars"),
        ("lead/brandon", "lead/brandon"),
        ("incident/solved", "account/ferrars"),
    ],
)
def test_the_activity_is_regarding_the_linked_record_and_its_person_is_the_customer(
    connector: DynamicsConnector, rig: Rig, record: str, party: str
) -> None:
    connector.log_activity(draft(record))
    row = only(rig)
    assert row["_regardingobjectid_value"] == seed_id(record)
    assert seed_id(party) in [entry["_partyid_value"] for entry in row["parties"]]


def test_a_case_without_a_person_has_no_customer_party(connector: DynamicsConnector, rig: Rig) -> None:
    values = {"incidentid": seed_id("incident/lone"), "title": "Lone"}
    rig.dataverse.store.load(TABLES["incident"], values)
    connector.log_activity(draft("incident/lone"))
    assert [entry["_partyid_value"] for entry in only(rig)["parties"]] == [ELINOR_ID]


@pytest.mark.parametrize("record", ["contact/edward-old", "lead/edward"])
def test_what_was_merged_or_qualified_receives_nothing_its_successor_does(
    connector: DynamicsConnector, rig: Rig, record: str
) -> None:
    connector.log_activity(draft(record))
    assert only(rig)["_regardingobjectid_value"] == seed_id("contact/edward")


@pytest.mark.parametrize(
    ("channel", "set_name", "status"),
    [("voice", "phonecalls", 4), ("video", "phonecalls", 4), ("sms", "phonecalls", 4), ("email", "tasks", 5),
     ("chat", "tasks", 5), ("social", "tasks", 5), ("work_item", "tasks", 5), ("other", "tasks", 5)],
)  # fmt: skip
def test_every_channel_has_its_activity(
    connector: DynamicsConnector, rig: Rig, channel: str, set_name: str, status: int
) -> None:
    connector.log_activity(draft(channel=channel, facts={"channel": channel}))
    row = only(rig, set_name)
    assert (row["statecode"], row["statuscode"]) == (1, status)
    assert sum(len(rig.tables(name)) for name in ("phonecalls", "tasks", "emails")) == 1


EMAIL_MAPPING = """
    [records.contact]
    level = "person"
    title = ["fullname"]
    [activities.default]
    target = "email"
    completed = "2"
    completed_inbound = "4"
    [activities.default.fields]
    subject = "subject"
    description = { source = "notes", max = 12 }
"""


def test_a_mapping_may_ask_for_email_rows_and_other_statuses(rig: Rig) -> None:
    logged = rig.connector(EMAIL_MAPPING).log_activity(draft(channel="email", facts={"notes": "x" * 20}))
    row = only(rig, "emails")
    assert (row["statuscode"], row["description"], logged.warnings) == (4, "x" * 11 + "…", ("description",))
    assert len(row["parties"]) == 2


# --- exactly once -------------------------------------------------------------------------------------------------


@pytest.mark.rule("P-08")
def test_the_same_key_again_writes_nothing_and_leaves_what_is_there(connector: DynamicsConnector, rig: Rig) -> None:
    connector.log_activity(draft())
    before = only(rig)
    again = connector.log_activity(draft(facts={"notes": "Another text"}))
    assert (again.created, again.owner_is_integration) == (False, False)
    assert only(rig) == before


FAULTS: list[dict[str, Any]] = [
    {"fault": "refused"}, {"fault": "answer_lost"}, {"fault": "outage"}, {"fault": "outage", "html": True},
    {"fault": "busy"}, {"fault": "sql_error"}, {"fault": "limit_concurrent"}, {"fault": "timeout", "seconds": 1.5},
]  # fmt: skip


@pytest.mark.rule("P-08")
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: "-".join(map(str, fault.values())))
@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_a_call_that_fails_midway_is_whole_after_the_next_attempt(
    connector: DynamicsConnector, rig: Rig, method: str, fault: dict[str, Any]
) -> None:
    rig.dataverse.faults.arm({**fault, "method": method, "path": "phonecalls"})
    with pytest.raises((CrmUnavailable, CrmRateLimited)):
        connector.log_activity(draft())
    logged = connector.log_activity(draft())
    row = only(rig)
    assert (logged.ref.id, row["statecode"], row["statuscode"]) == (str(KEY), 1, 4)
    assert len(row["parties"]) == 2


def test_no_write_is_repeated_by_the_connector(connector: DynamicsConnector, rig: Rig) -> None:
    rig.dataverse.faults.arm({"fault": "outage", "method": "POST", "times": -1})
    with pytest.raises(CrmUnavailable):
        connector.log_activity(draft())
    assert len(rig.calls("POST")) == 1


def test_what_exists_but_is_still_open_is_completed(connector: DynamicsConnector, rig: Rig) -> None:
    left_open(rig, "phonecall")
    assert connector.log_activity(draft()).created is False
    assert only(rig)["statecode"] == 1


def test_a_key_that_a_mapping_of_before_used_for_another_type_is_done(connector: DynamicsConnector, rig: Rig) -> None:
    left_open(rig, "task")
    logged = connector.log_activity(draft(channel="voice"))
    assert (logged.created, logged.ref.type) == (False, "task")
    assert not rig.tables("phonecalls")
    assert (only(rig, "tasks")["statecode"], only(rig, "tasks")["statuscode"]) == (1, 5)


def test_412_without_a_code_on_our_own_key_means_it_is_there(connector: DynamicsConnector, rig: Rig) -> None:
    connector.log_activity(draft())
    rig.dataverse.faults.arm({"fault": "empty_code", "method": "POST"})
    assert connector.log_activity(draft()).created is False


def test_an_activity_that_we_may_not_read_is_there_all_the_same(connector: DynamicsConnector, rig: Rig) -> None:
    connector.log_activity(draft())
    rig.dataverse.faults.arm({"fault": "privilege", "method": "GET", "path": "phonecalls"})
    assert connector.log_activity(draft()).created is False


def test_an_activity_that_goes_between_two_calls_is_a_conflict(connector: DynamicsConnector, rig: Rig) -> None:
    connector.log_activity(draft())
    gone = {"fault": "privilege", "status": 404, "code": "0x80040217", "method": "GET", "path": "phonecalls|tasks"}
    rig.dataverse.faults.arm({**gone, "times": -1})
    with pytest.raises(CrmConflict):
        connector.log_activity(draft())


def test_an_activity_that_a_user_cancelled_stays_so(connector: DynamicsConnector, rig: Rig) -> None:
    connector.log_activity(draft())
    rig.dataverse.store.get(TABLES["phonecall"], str(KEY)).update(statecode=2, statuscode=3)
    assert connector.log_activity(draft()).created is False
    with pytest.raises(CrmRejected):
        connector.amend_activity(RecordRef("dynamics", "phonecall", str(KEY)), draft(), frozenset({"notes"}))
    assert only(rig)["statecode"] == 2


@pytest.mark.parametrize("fault", ["duplicate_as_500", "duplicate", "validation"])
def test_what_the_crms_rules_refuse_is_never_worth_a_repetition(
    connector: DynamicsConnector, rig: Rig, fault: str
) -> None:
    rig.dataverse.faults.arm({"fault": fault, "method": "POST"})
    with pytest.raises(CrmRejected) as refused:
        connector.log_activity(draft())
    assert refused.value.detail
    assert not rig.tables("phonecalls")


def test_a_record_that_is_gone_receives_nothing(connector: DynamicsConnector, rig: Rig) -> None:
    with pytest.raises(CrmRecordNotFound):
        connector.log_activity(draft("contact/nobody"))
    assert not rig.calls("POST")


# --- in whose name ------------------------------------------------------------------------------------------------


@pytest.mark.rule("P-12")
@pytest.mark.parametrize(
    "agent",
    [
        CrmAgent(),
        CrmAgent("Nobody", "nobody@contoso.example", str(uuid.uuid4())),
        CrmAgent("Fanny", "", DISABLED_OBJECT_ID),
    ],
)
def test_an_agent_who_is_no_user_of_the_crm_is_written_by_the_integration_user(
    connector: DynamicsConnector, rig: Rig, agent: CrmAgent
) -> None:
    logged = connector.log_activity(draft(agent=agent))
    row = only(rig)
    assert logged.owner_is_integration is True
    assert row["_ownerid_value"] == row["_createdby_value"] == INTEGRATION_ID
    assert [party["_partyid_value"] for party in row["parties"]] == [seed_id("contact/edward")]
    assert connector.log_activity(draft(agent=agent)).owner_is_integration is True


@pytest.mark.rule("P-12")
def test_an_agent_is_known_by_e_mail_where_the_entra_id_is_not(connector: DynamicsConnector, rig: Rig) -> None:
    logged = connector.log_activity(draft(agent=CrmAgent("Elinor", "Elinor.Dashwood@CONTOSO.example")))
    assert (logged.owner_is_integration, only(rig)["_createdby_value"]) == (False, ELINOR_ID)


@pytest.mark.rule("P-12")
def test_without_the_right_to_impersonate_the_agent_still_owns_the_activity(
    connector: DynamicsConnector, rig: Rig
) -> None:
    rig.dataverse.faults.arm({"fault": "impersonation_denied", "times": -1})
    logged = connector.log_activity(draft())
    row = only(rig)
    assert (row["_ownerid_value"], row["_createdby_value"]) == (ELINOR_ID, INTEGRATION_ID)
    assert (logged.created, logged.owner_is_integration, logged.warnings) == (True, False, ("createdby",))
    assert row["statecode"] == 1


@pytest.mark.rule("P-12")
def test_an_agent_disabled_meanwhile_leaves_the_activity_to_the_integration_user(
    connector: DynamicsConnector, rig: Rig
) -> None:
    connector.log_activity(draft(key=uuid.uuid4()))
    rig.dataverse.store.get(TABLES["systemuser"], ELINOR_ID)["isdisabled"] = True
    logged = connector.log_activity(draft())
    row = next(row for row in rig.tables("phonecalls") if row["activityid"] == str(KEY))
    assert (logged.created, logged.owner_is_integration) == (True, True)
    assert (row["_ownerid_value"], row["statecode"]) == (INTEGRATION_ID, 1)


@pytest.mark.rule("P-12")
def test_an_agent_who_may_own_nothing_leaves_the_activity_to_the_integration_user(
    connector: DynamicsConnector, rig: Rig
) -> None:
    rig.dataverse.faults.arm({"fault": "impersonation_denied"}, {"fault": "privilege", "method": "POST"})
    assert connector.log_activity(draft()).owner_is_integration is True
    assert only(rig)["_ownerid_value"] == INTEGRATION_ID


def test_a_missing_privilege_of_another_kind_is_forbidden_and_not_worked_around(
    connector: DynamicsConnector, rig: Rig
) -> None:
    rig.dataverse.faults.arm({"fault": "privilege", "method": "POST", "times": -1})
    with pytest.raises(CrmForbidden):
        connector.log_activity(draft())
    assert len(rig.calls("POST")) == 1


def test_users_that_we_may_not_read_do_not_stop_the_push(connector: DynamicsConnector, rig: Rig) -> None:
    rig.dataverse.faults.arm({"fault": "privilege", "path": "systemusers"})
    assert connector.log_activity(draft()).owner_is_integration is True


def test_two_users_with_one_address_are_nobody(connector: DynamicsConnector, rig: Rig) -> None:
    double = {"systemuserid": str(uuid.uuid4()), "internalemailaddress": ELINOR_AGENT.email, "isdisabled": False}
    rig.dataverse.store.load(TABLES["systemuser"], double)
    agent = CrmAgent("Elinor", ELINOR_AGENT.email)
    assert connector.log_activity(draft(agent=agent)).owner_is_integration is True


def test_an_agent_is_looked_up_once_for_many_activities(connector: DynamicsConnector, rig: Rig) -> None:
    for _ in range(3):
        connector.log_activity(draft(key=uuid.uuid4()))
    assert len(rig.calls(path="systemusers")) == 1


# --- fields -------------------------------------------------------------------------------------------------------


def with_field(name: str, options: str) -> str:
    return f"""
        [records.contact]
        level = "person"
        title = ["fullname"]
        [activities.default]
        target = "phonecall"
        amend = ["notes", "disposition"]
        [activities.default.fields]
        subject = {{ source = "subject", optional = false }}
        description = "notes"
        {name} = {{ source = "disposition", {options} }}
    """


def test_an_optional_field_that_the_crm_has_not_is_left_out_with_a_warning(rig: Rig) -> None:
    logged = rig.connector(with_field("new_gone", "optional = true")).log_activity(draft())
    assert (logged.created, logged.warnings) == (True, ("new_gone",))
    assert only(rig)["description"] == "Sent again."


def test_a_needed_field_that_the_crm_has_not_is_drift(rig: Rig) -> None:
    with pytest.raises(CrmSchemaDrift) as drift:
        rig.connector(with_field("new_gone", "optional = false")).log_activity(draft())
    assert "new_gone" in drift.value.detail
    assert not rig.tables("phonecalls")


def test_a_secured_column_is_drift(connector: DynamicsConnector, rig: Rig) -> None:
    rig.dataverse.faults.arm({"fault": "secured_column", "method": "POST"})
    with pytest.raises(CrmSchemaDrift):
        connector.log_activity(draft())


def test_long_text_is_cut_visibly_and_named(connector: DynamicsConnector, rig: Rig) -> None:
    logged = connector.log_activity(draft(facts={"notes": "😀" * 1500, "recording_url": "https://r.example/1"}))
    text = only(rig)["description"]
    assert logged.warnings == ("description",)
    assert len(text.encode("utf-16-le")) // 2 <= 2000
    assert text.endswith("https://r.example/1")
    assert "…" in text


# --- amending -----------------------------------------------------------------------------------------------------


def late(**facts: Any) -> Any:
    return draft(facts={"notes": "Late note", "disposition": "Callback", **facts})


@pytest.mark.rule("P-10")
def test_an_amendment_changes_our_fields_of_these_facts_and_no_other(connector: DynamicsConnector, rig: Rig) -> None:
    activity = connector.log_activity(draft()).ref
    row: Row = rig.dataverse.store.get(TABLES["phonecall"], str(KEY))
    row |= {"subject": "A user's own words", "subcategory": "Theirs", "phonenumber": "1"}
    amended = connector.amend_activity(activity, late(), frozenset({"disposition"}))
    after = only(rig)
    assert (after["category"], after["subject"], after["subcategory"]) == ("Callback", "A user's own words", "Theirs")
    assert (after["statecode"], after["statuscode"], after["phonenumber"]) == (1, 4, "1")
    assert (amended.created, amended.owner_is_integration, amended.ref) == (False, False, activity)
    sent = [call["status"] for call in rig.calls("PATCH")]
    assert sent == [204] * 3  # reopen, write, complete


def test_an_amendment_that_changes_nothing_writes_nothing(connector: DynamicsConnector, rig: Rig) -> None:
    activity = connector.log_activity(draft()).ref
    before = len(rig.calls("PATCH"))
    connector.amend_activity(activity, draft(), frozenset({"notes", "disposition"}))
    connector.amend_activity(activity, late(), frozenset({"customer_name"}))
    assert len(rig.calls("PATCH")) == before


@pytest.mark.rule("P-10")
@pytest.mark.parametrize("fault", ["outage", "answer_lost"])
@pytest.mark.parametrize("after", [0, 1, 2])
def test_an_amendment_that_stops_anywhere_is_whole_after_the_next_attempt(
    connector: DynamicsConnector, rig: Rig, after: int, fault: str
) -> None:
    activity = connector.log_activity(draft()).ref
    rig.dataverse.faults.arm({"fault": fault, "method": "PATCH", "after": after})
    with pytest.raises(CrmUnavailable):
        connector.amend_activity(activity, late(), frozenset({"notes", "disposition"}))
    connector.amend_activity(activity, late(), frozenset({"notes", "disposition"}))
    row = only(rig)
    assert (row["category"], row["statecode"], row["statuscode"]) == ("Callback", 1, 4)
    assert "Late note" in row["description"]


def test_an_emptied_fact_empties_its_field(connector: DynamicsConnector, rig: Rig) -> None:
    activity = connector.log_activity(draft()).ref
    connector.amend_activity(activity, late(disposition=None), frozenset({"disposition"}))
    assert "category" not in only(rig)


def test_an_amendment_of_what_is_gone_is_not_found_and_creates_nothing(connector: DynamicsConnector, rig: Rig) -> None:
    for row_id in (str(KEY), "no id"):
        with pytest.raises(CrmRecordNotFound):
            connector.amend_activity(RecordRef("dynamics", "phonecall", row_id), late(), frozenset({"notes"}))
    activity = connector.log_activity(draft()).ref
    rig.dataverse.store.delete(TABLES["phonecall"], str(KEY))
    with pytest.raises(CrmRecordNotFound):
        connector.amend_activity(activity, late(), frozenset({"notes"}))
    assert not rig.tables("phonecalls")


@pytest.mark.parametrize("after", [0, 1, 2])
def test_an_activity_deleted_while_it_is_amended_is_not_made_again(
    connector: DynamicsConnector, rig: Rig, after: int
) -> None:
    activity = connector.log_activity(draft()).ref
    rig.dataverse.faults.arm({"fault": "deleted_meanwhile", "method": "PATCH", "after": after})
    with pytest.raises(CrmRecordNotFound):
        connector.amend_activity(activity, late(), frozenset({"notes"}))
    assert not rig.tables("phonecalls")


def test_an_activity_deleted_before_it_is_completed_is_not_made_again(connector: DynamicsConnector, rig: Rig) -> None:
    left_open(rig, "phonecall")
    rig.dataverse.faults.arm({"fault": "deleted_meanwhile", "method": "PATCH"})
    with pytest.raises(CrmRecordNotFound):
        connector.log_activity(draft())
    assert not rig.tables("phonecalls")


def test_an_amendment_keeps_the_type_that_was_written(connector: DynamicsConnector, rig: Rig) -> None:
    activity = connector.log_activity(draft()).ref
    connector.amend_activity(
        activity, draft(channel="chat", facts={"disposition": "Moved"}), frozenset({"disposition"})
    )
    assert only(rig)["category"] == "Moved"
    with pytest.raises(CrmSchemaDrift):
        connector.amend_activity(RecordRef("dynamics", "letter", str(KEY)), late(), frozenset({"notes"}))


def test_an_optional_field_lost_since_is_left_out_of_an_amendment(rig: Rig) -> None:
    mapping = with_field("new_gone", "optional = true")
    connector = rig.connector(mapping)
    activity = connector.log_activity(draft()).ref
    amended = connector.amend_activity(activity, late(), frozenset({"notes", "disposition"}))
    assert amended.warnings == ("new_gone",)
    assert (only(rig)["description"], only(rig)["statecode"]) == ("Late note", 1)


@pytest.mark.rule("P-12")
def test_an_amendment_is_made_without_impersonation_where_it_is_denied(connector: DynamicsConnector, rig: Rig) -> None:
    activity = connector.log_activity(draft()).ref
    rig.dataverse.faults.arm({"fault": "impersonation_denied", "times": -1})
    connector.amend_activity(activity, late(), frozenset({"notes"}))
    row = only(rig)
    assert (row["_modifiedby_value"], row["_ownerid_value"]) == (INTEGRATION_ID, ELINOR_ID)


# --- tables of the administrator's own ----------------------------------------------------------------------------


def test_links_to_other_tables_are_read_from_the_metadata(rig: Rig) -> None:
    mapping = """
        [records.contact]
        level = "person"
        title = ["fullname"]
        [activities.default]
        target = "activityparty"
        [activities.default.fields]
        addressused = "notes"
    """
    with pytest.raises(CrmSchemaDrift) as drift:
        rig.connector(mapping).log_activity(draft())
    assert drift.value.code == "not_regarding"
    assert rig.calls(path="ManyToOneRelationships")


def test_times_go_out_in_utc(connector: DynamicsConnector, rig: Rig) -> None:
    connector.log_activity(draft(facts={"started_at": datetime(2026, 3, 29, 1, 59, 59, 999000, tzinfo=UTC)}))
    assert only(rig)["actualstart"] == "2026-03-29T01:59:59Z"


def test_errors_tell_nothing_of_the_customer(connector: DynamicsConnector, rig: Rig) -> None:
    rig.dataverse.faults.arm({"fault": "validation", "message": "Edward's number +4915112345678 is wrong"})
    with pytest.raises(CrmError) as refused:
        connector.get_record(ref("contact/edward"))
    assert "Edward" not in str(refused.value)
    assert refused.value.request_id in str(refused.value)
    assert link("contact/edward").id not in str(refused.value)


def test_a_push_costs_two_calls_an_amendment_four_and_a_withdrawal_one(connector: DynamicsConnector, rig: Rig) -> None:
    """The record (merged? converted?), and the completed activity; for an amendment it is read and reopened first."""
    connector.log_activity(draft(key=uuid.uuid4()))  # signs in, finds the agent and the names of relations
    costs = []

    def count(call: object) -> None:
        costs.append(len(rig.calls()) - sum(costs) - before)

    before = len(rig.calls())
    logged = connector.log_activity(draft())
    count(logged)
    count(connector.amend_activity(logged.ref, draft(facts={"notes": "More."}), frozenset({"notes"})))
    count(connector.withdraw_activity(logged.ref))
    assert costs == [2, 4, 1]


# --- many at once -------------------------------------------------------------------------------------------------


def many(count: int, **changes: Any) -> list[ActivityDraft]:
    return [draft(key=uuid.uuid4(), **changes) for _ in range(count)]


def test_many_cost_one_call_for_the_records_and_one_for_each_agent(connector: DynamicsConnector, rig: Rig) -> None:
    connector.log_activities(many(2))  # signs in, finds the agent
    before = len(rig.calls())
    records = ["contact/edward", "account/ferrars", "incident/parcel", "contact/edward-old"]
    drafts = [draft(record, key=uuid.uuid4()) for record in records] + many(1, agent=CrmAgent())
    logged = connector.log_activities(drafts)
    assert [one.ref.id for one in logged if isinstance(one, LoggedActivity)] == [str(one.key) for one in drafts]
    paths = [call["path"].rpartition("/")[2] for call in rig.calls()[before:]]
    successor = f"contacts({seed_id('contact/edward')})"  # what the merged contact leads to
    assert paths == ["$batch", successor, "$batch", "$batch"]
    rows = {row["activityid"]: row for row in rig.tables("phonecalls")}
    assert {rows[str(one.key)]["_createdby_value"] for one in drafts} == {ELINOR_ID, INTEGRATION_ID}
    assert {rows[str(one.key)]["statecode"] for one in drafts} == {1}


@pytest.mark.rule("P-08")
def test_of_many_each_has_its_own_end(connector: DynamicsConnector, rig: Rig) -> None:
    """One stands already, one is left open, one is refused, the record of one is gone; the others are written."""
    stands, opened, refused, gone, *fine = many(5)
    connector.log_activity(stands)
    opened = replace(opened, key=KEY)
    left_open(rig, "phonecall")
    drafts = [fine[0], stands, opened, refused, replace(gone, record=ref("contact/nobody"))]
    rig.dataverse.faults.arm({"fault": "validation", "method": "POST", "path": "phonecalls", "after": 3})
    logged = connector.log_activities(drafts)
    assert [one.created for one in logged[:3] if isinstance(one, LoggedActivity)] == [True, False, False]
    assert [type(one) for one in logged[3:]] == [CrmRejected, CrmRecordNotFound]
    rows = {row["activityid"]: row["statecode"] for row in rig.tables("phonecalls")}
    assert rows == {str(one.key): 1 for one in (fine[0], stands, opened)}


@pytest.mark.parametrize("fault", ["outage", "limit_requests", "busy", "answer_lost"])
def test_what_befalls_a_whole_batch_befalls_each_and_the_next_attempt_is_whole(
    connector: DynamicsConnector, rig: Rig, fault: str
) -> None:
    drafts = many(3)
    rig.dataverse.faults.arm({"fault": fault, "method": "PATCH", "path": "phonecalls"})
    try:
        first = list(connector.log_activities(drafts))
    except CrmError as error:
        first = [error] * 3
    assert {type(one) for one in first} <= {CrmUnavailable, CrmRateLimited}
    assert [one.ref.id for one in connector.log_activities(drafts) if isinstance(one, LoggedActivity)] == [
        str(one.key) for one in drafts
    ]
    assert len(rig.tables("phonecalls")) == 3
