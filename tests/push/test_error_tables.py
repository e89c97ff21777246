"""Every row of both CRMs' error tables: caused by the simulator, it is answered as written (P-09)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from cards import texts
from connectors import errors
from connectors.dynamics import errors as dynamics_errors
from connectors.errors import CrmError
from connectors.salesforce import errors as salesforce_errors
from push.policy import decide
from simulators.entra.app import Entra
from simulators.kit.server import running
from simulators.kit.tls import Authority
from tests.connectors_dynamics.dynamics_rig import Rig, draft, rigged
from tests.connectors_salesforce.salesforce_rig import SalesforceWorld, connector_for, salesforce_world
from tests.contract.crm_connector import draft_for

AGAIN, SOME_TIMES, FAILS, CHECKED, REMEDIED = "again", "some times", "fails", "checked", "remedied"
SALESFORCE = {
    "INVALID_SESSION_ID": (401, "auth", AGAIN),
    "INVALID_AUTH_HEADER": (401, "auth", AGAIN),
    "INVALID_LOGIN": (400, "auth", AGAIN),
    "API_DISABLED_FOR_ORG": (403, "disabled", AGAIN),
    "API_CURRENTLY_DISABLED": (403, "disabled", AGAIN),
    "FUNCTIONALITY_NOT_ENABLED": (403, "disabled", AGAIN),
    "STORAGE_LIMIT_EXCEEDED": (400, "disabled", AGAIN),
    "REQUEST_LIMIT_EXCEEDED": (403, "rate_limited", AGAIN),
    "SERVER_UNAVAILABLE": (503, "unavailable", AGAIN),
    "QUERY_TIMEOUT": (400, "unavailable", AGAIN),
    "UNABLE_TO_LOCK_ROW": (400, "conflict", SOME_TIMES),
    "UNKNOWN_EXCEPTION": (500, "protocol", SOME_TIMES),
    "INSUFFICIENT_ACCESS": (403, "forbidden", CHECKED),
    "INSUFFICIENT_ACCESS_OR_READONLY": (403, "forbidden", CHECKED),
    "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY": (400, "forbidden", CHECKED),
    "ENTITY_IS_DELETED": (404, "not_found", FAILS),
    "INVALID_CROSS_REFERENCE_KEY": (400, "not_found", FAILS),
    "MALFORMED_ID": (400, "not_found", FAILS),
    "CANNOT_UPDATE_CONVERTED_LEAD": (400, "not_found", FAILS),
    "INVALID_FIELD": (400, "schema", CHECKED),
    "INVALID_FIELD_FOR_INSERT_UPDATE": (400, "schema", CHECKED),
    "INVALID_TYPE": (404, "schema", CHECKED),
    "REQUIRED_FIELD_MISSING": (400, "schema", CHECKED),
    "FIELD_INTEGRITY_EXCEPTION": (400, "schema", CHECKED),
    "JSON_PARSER_ERROR": (400, "schema", CHECKED),
    "UNSUPPORTED_API_VERSION": (410, "schema", CHECKED),
    "MALFORMED_QUERY": (400, "schema", CHECKED),
    "MALFORMED_SEARCH": (400, "schema", CHECKED),
    "INVALID_QUERY_FILTER_OPERATOR": (400, "schema", CHECKED),
    "MISSING_ARGUMENT": (400, "schema", CHECKED),
    "EXCEEDED_ID_LIMIT": (400, "schema", CHECKED),
    "STRING_TOO_LONG": (400, "schema", CHECKED),
    "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST": (400, "schema", CHECKED),
    "NUMBER_OUTSIDE_VALID_RANGE": (400, "schema", CHECKED),
    "FIELD_CUSTOM_VALIDATION_EXCEPTION": (400, "rejected", FAILS),
    "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY": (400, "rejected", FAILS),
    "DUPLICATE_VALUE": (400, "rejected", FAILS),
    "DUPLICATES_DETECTED": (400, "rejected", FAILS),
    "INVALID_EMAIL_ADDRESS": (400, "rejected", FAILS),
    "INACTIVE_OWNER_OR_USER": (400, "", REMEDIED),
    "OPERATION_WITH_INVALID_USER_TYPE_EXCEPTION": (400, "", REMEDIED),
}
DYNAMICS = {
    "0x80040217": (404, "not_found", FAILS),
    "0x80060891": (404, "not_found", FAILS),
    "0x80040237": (412, "conflict", SOME_TIMES),
    "0x80060882": (412, "conflict", SOME_TIMES),
    "0x80060883": (412, "conflict", SOME_TIMES),
    "0x80060893": (412, "conflict", SOME_TIMES),
    "0x80060892": (412, "rejected", FAILS),
    "0x80040333": (500, "rejected", FAILS),
    "0x80040265": (400, "rejected", FAILS),
    "0x80044331": (400, "schema", CHECKED),
    "0x8004f507": (403, "schema", CHECKED),
    "0x80060888": (400, "schema", CHECKED),
    "0x8006088a": (404, "schema", CHECKED),
    "0x80048d19": (400, "schema", CHECKED),
    "0x80040220": (403, "forbidden", CHECKED),
    "0x80048306": (403, "forbidden", CHECKED),
    "0x80042f09": (403, "forbidden", CHECKED),
    "0x80040225": (403, "", REMEDIED),
    "0x80072560": (403, "", REMEDIED),
    "0x80072321": (429, "rate_limited", AGAIN),
    "0x80072322": (429, "rate_limited", AGAIN),
    "0x80072326": (429, "rate_limited", AGAIN),
    "0x80044352": (503, "unavailable", AGAIN),
    "0x80044151": (500, "unavailable", AGAIN),
}
WORDS = "Words of the CRM."


@pytest.fixture(scope="module")
def table_authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tables-ca"))


@pytest.fixture
def salesforce(table_authority: Authority) -> Iterator[SalesforceWorld]:
    with salesforce_world(table_authority) as world:
        yield world


@pytest.fixture(scope="module")
def table_entra(table_authority: Authority) -> Iterator[tuple[Entra, str]]:
    entra = Entra()
    with running(entra.app, tls=table_authority) as url:
        yield entra, url


@pytest.fixture
def dynamics(table_authority: Authority, table_entra: tuple[Entra, str]) -> Iterator[Rig]:
    with rigged(table_authority, *table_entra) as rig:
        yield rig


def test_the_tables_are_whole() -> None:
    assert set(SALESFORCE) == set(salesforce_errors.BY_CODE)
    assert set(DYNAMICS) == set(dynamics_errors.BY_CODE)


def what_follows(error: CrmError) -> str:
    if error.reason in ("schema", "forbidden"):
        return CHECKED
    if decide(error.reason, 1, error.retry_after, 0.5).again_in_seconds is None:
        return FAILS
    for_ever = decide(error.reason, 1000, error.retry_after, 0.5)
    assert for_ever.again_in_seconds is None or for_ever.pauses_crm
    return SOME_TIMES if for_ever.again_in_seconds is None else AGAIN


def answered(error: CrmError, reason: str, follows: str, *, code: str) -> None:
    assert (error.reason, what_follows(error)) == (reason, follows)
    assert error.code.lower() == code.lower() or error.reason == "auth"
    assert WORDS not in str(error), "the CRM's words are for the card, not for the log"
    for language in ("en", "de", "es"):
        assert texts.of(language)[f"reason.{reason}"]


@pytest.mark.parametrize("code", SALESFORCE)
@pytest.mark.rule("P-09")
def test_p09_each_code_of_salesforce_is_answered_as_written(salesforce: SalesforceWorld, code: str) -> None:
    status, reason, follows = SALESFORCE[code]
    connector = connector_for(salesforce)
    connector.ping()
    times = 1 if follows == REMEDIED else -1
    fault: dict[str, Any] = {"fault": "validation", "path": "sobjects/Task", "method": "POST", "times": times}
    salesforce.faults.arm({**fault, "code": code, "status": status, "message": WORDS})
    wanted = draft_for(salesforce.known_person.ref, agent=salesforce.agent)
    if follows == REMEDIED:
        assert connector.log_activity(wanted).owner_is_integration
        return
    with pytest.raises(CrmError) as caught:
        connector.log_activity(wanted)
    answered(caught.value, reason, follows, code=code)
    assert salesforce.tasks() == []
    salesforce.faults.clear()
    connector.log_activity(wanted)
    assert len(salesforce.tasks()) == 1, "mended, it is written under the same key"
    connector.close()


@pytest.mark.parametrize("code", DYNAMICS)
@pytest.mark.rule("P-09")
def test_p09_each_code_of_dynamics_is_answered_as_written(dynamics: Rig, code: str) -> None:
    status, reason, follows = DYNAMICS[code]
    connector = dynamics.connector()
    connector.ping()
    times = 1 if follows == REMEDIED else -1
    fault: dict[str, Any] = {"fault": "validation", "path": "phonecalls", "method": "POST", "times": times}
    dynamics.dataverse.faults.arm({**fault, "code": code, "status": status, "message": WORDS})
    if follows == REMEDIED:
        assert connector.log_activity(draft()).owner_is_integration
        return
    with pytest.raises(CrmError) as caught:
        connector.log_activity(draft())
    answered(caught.value, reason, follows, code=code if code != "0x80040237" else "gone_meanwhile")
    assert not dynamics.tables("phonecalls")
    dynamics.dataverse.faults.clear()
    connector.log_activity(draft())
    assert len(dynamics.tables("phonecalls")) == 1, "mended, it is written under the same key"


def test_every_class_of_error_has_words_in_each_language() -> None:
    reasons = {kind.reason for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, CrmError)}
    for language in ("en", "de", "es"):
        assert {f"reason.{reason}" for reason in reasons} <= set(texts.of(language))
