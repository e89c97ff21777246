"""What Dataverse's refusals mean, and how the connector signs in."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from connectors.dynamics import DynamicsConnector
from connectors.dynamics.errors import error_of, is_about_the_caller, is_already_there, retry_after
from connectors.errors import (
    CrmAuthFailed,
    CrmConflict,
    CrmError,
    CrmForbidden,
    CrmProtocolError,
    CrmRateLimited,
    CrmRecordNotFound,
    CrmRejected,
    CrmSchemaDrift,
    CrmUnavailable,
)
from connectors.http import Answer
from simulators.entra.people import BOT_APP_ID, BOT_APP_SECRET, TENANT_ID
from tests.connectors_dynamics.dynamics_rig import Rig, ref


def answer(status: int, code: str = "", message: str = "", **headers: str) -> Answer:
    body = json.dumps({"error": {"code": code, "message": message}}).encode()
    return Answer(status, {name.replace("_", "-"): value for name, value in headers.items()}, body)


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (404, "0x80040217", CrmRecordNotFound),
        (404, "0x80060891", CrmRecordNotFound),
        (412, "0x80060882", CrmConflict),
        (412, "0x80040237", CrmConflict),
        (412, "0x80060892", CrmRejected),
        (412, "0x80040333", CrmRejected),
        (500, "0x80040333", CrmRejected),
        (500, "0X80040333", CrmUnavailable),
        (400, "0x80040265", CrmRejected),
        (400, "0x80044331", CrmSchemaDrift),
        (403, "0x80040220", CrmForbidden),
        (403, "0x80072560", CrmForbidden),
        (400, "0x8004F507", CrmSchemaDrift),
        (400, "0x80060888", CrmSchemaDrift),
        (400, "0x80048d19", CrmSchemaDrift),
        (429, "0x80072321", CrmRateLimited),
        (503, "0x80044352", CrmUnavailable),
        (500, "0x80044151", CrmUnavailable),
        (400, "", CrmRejected),
        (401, "", CrmAuthFailed),
        (403, "", CrmForbidden),
        (404, "", CrmRecordNotFound),
        (409, "", CrmConflict),
        (412, "", CrmConflict),
        (418, "", CrmProtocolError),
        (429, "", CrmRateLimited),
        (302, "", CrmProtocolError),
        (502, "", CrmUnavailable),
    ],
)
def test_the_code_decides_and_then_the_status(status: int, code: str, kind: type[CrmError]) -> None:
    assert type(error_of("crm", "op", answer(status, code))) is kind


def test_a_property_that_is_not_there_is_drift_also_without_a_code() -> None:
    message = "Could not find a property named 'new_x' on type 'Microsoft.Dynamics.CRM.contact'."
    assert isinstance(error_of("crm", "op", answer(400, "", message)), CrmSchemaDrift)


def test_a_page_of_html_is_classed_by_its_status() -> None:
    assert isinstance(error_of("crm", "op", Answer(503, {}, b"<html>busy</html>")), CrmUnavailable)
    assert isinstance(error_of("crm", "op", Answer(403, {}, b'{"error": "text"}')), CrmForbidden)


def test_only_412_for_our_id_counts_as_already_there() -> None:
    assert is_already_there(answer(412, "0x80040237"))
    assert is_already_there(answer(412, ""))
    assert not is_already_there(answer(412, "0x80060892"))
    assert not is_already_there(answer(412, "0x80040333"))
    assert not is_already_there(answer(500, "0x80040237"))


def test_only_refusals_of_the_caller_lead_to_another_author() -> None:
    privilege = answer(403, "0x80040220", "Principal is missing prvActOnBehalfOfAnotherUser privilege")
    assert is_about_the_caller(error_of("crm", "op", privilege))
    assert is_about_the_caller(error_of("crm", "op", answer(403, "0x80040225")))
    assert not is_about_the_caller(error_of("crm", "op", answer(403, "0x80040220", "missing prvCreateActivity")))
    assert not is_about_the_caller(error_of("crm", "op", answer(400, "0x80044331")))


def test_how_long_to_wait_is_read_in_seconds_or_as_a_time() -> None:
    in_a_minute = format_datetime(datetime.now(UTC) + timedelta(minutes=1), usegmt=True)
    seconds = retry_after(in_a_minute)
    assert seconds is not None
    assert 50 < seconds <= 60
    assert [retry_after(text) for text in ("17", "2.5", None, "", "soon", "Sat, 21 Nov 2020 09:00:00 -0000")] == [
        17.0, 2.5, None, None, None, 0.0,
    ]  # fmt: skip


@pytest.mark.parametrize(("fault", "seconds"), [("limit_requests", 17), ("limit_time", 240), ("limit_concurrent", 5)])
def test_a_limit_says_when_to_come_back(connector: DynamicsConnector, rig: Rig, fault: str, seconds: float) -> None:
    rig.dataverse.faults.arm({"fault": fault})
    with pytest.raises(CrmRateLimited) as limited:
        connector.ping()
    assert limited.value.retry_after == seconds
    assert limited.value.request_id


def test_a_page_in_place_of_json_is_a_protocol_error(connector: DynamicsConnector, rig: Rig) -> None:
    rig.dataverse.faults.arm({"fault": "unreadable"})
    with pytest.raises(CrmProtocolError):
        connector.get_record(ref("contact/edward"))


# --- signing in ---------------------------------------------------------------------------------------------------


def test_a_token_is_fetched_once_for_many_threads_and_calls(connector: DynamicsConnector, rig: Rig) -> None:
    start = threading.Barrier(8)
    failures: list[BaseException] = []

    def ping() -> None:
        start.wait()
        try:
            connector.ping()
        except CrmError as error:
            failures.append(error)

    threads = [threading.Thread(target=ping) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    connector.ping()
    assert not failures
    assert rig.sign_ins() == 1


def test_an_expired_session_is_renewed_once_unseen_with_the_same_headers(
    connector: DynamicsConnector, rig: Rig
) -> None:
    connector.ping()
    rig.dataverse.faults.arm({"fault": "session_expired"})
    connector.ping()
    assert rig.sign_ins() == 2
    assert [call["status"] for call in rig.calls()] == [200, 401, 200]


def test_a_session_that_never_becomes_valid_ends_after_one_new_token(connector: DynamicsConnector, rig: Rig) -> None:
    rig.dataverse.faults.arm({"fault": "session_never_valid", "times": -1})
    for _ in range(3):
        with pytest.raises(CrmAuthFailed):
            connector.ping()
    assert rig.sign_ins() <= 2
    assert len(rig.calls()) <= 4


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"client_credential": "wrong"}, "AADSTS7000215"),
        ({"client_id": "nobody"}, "AADSTS700016"),
        ({"authority": "elsewhere"}, "authority"),
    ],
)
def test_a_sign_in_that_entra_refuses_is_named_without_the_secret(rig: Rig, changes: dict[str, str], code: str) -> None:
    if "authority" in changes:
        changes = {"authority": f"{rig.entra_url}/elsewhere"}
    with pytest.raises(CrmAuthFailed) as refused:
        rig.connector(**changes).ping()
    assert (refused.value.code, rig.calls()) == (code, [])
    assert "wrong" not in str(refused.value)


def test_entra_that_is_down_or_throttles_is_no_refusal(rig: Rig) -> None:
    with pytest.raises(CrmUnavailable):
        rig.connector(authority=f"https://127.0.0.1:9/{TENANT_ID}").ping()
    rig.entra.faults.arm({"fault": "outage", "path": "token", "method": "POST"})
    with pytest.raises(CrmUnavailable):
        rig.connector().ping()
    rig.entra.faults.arm({"fault": "throttled"})
    with pytest.raises(CrmRateLimited):
        rig.connector().ping()


def test_an_application_that_the_crm_does_not_know_is_forbidden(rig: Rig) -> None:
    connector = rig.connector(client_id=BOT_APP_ID, client_credential=BOT_APP_SECRET)
    with pytest.raises(CrmForbidden) as refused:
        connector.ping()
    assert refused.value.code == "0x80072560"


def test_a_server_without_a_trusted_certificate_is_not_spoken_to(rig: Rig) -> None:
    connector = rig.connector(http=replace(rig.settings.http, ca_file=None))
    with pytest.raises(CrmUnavailable):
        connector.ping()
    assert not rig.calls()


def test_the_secret_stands_in_no_representation(rig: Rig) -> None:
    assert str(rig.settings.client_credential) not in repr(rig.settings)


def test_a_next_page_on_another_host_is_not_followed(connector: DynamicsConnector, rig: Rig) -> None:
    reader = connector._web
    with pytest.raises(CrmProtocolError):
        reader._check_own("op", "https://evil.example/api/data/v9.2/contacts?$skiptoken=1")


def test_closing_twice_is_fine(rig: Rig) -> None:
    connector = rig.connector()
    connector.ping()
    connector.close()
    connector.close()
