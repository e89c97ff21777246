"""`customer-card doctor`: is everything there that the service needs, and what to do where it is not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from connectors.errors import CrmAuthFailed, CrmError
from connectors.interface import CrmConnector
from service.crms import connectors
from service.errors import ConfigError
from service.settings import Settings
from service.wiring import open_database
from storage.errors import StorageUnavailable


@dataclass(frozen=True, slots=True)
class Finding:
    """One check."""

    what: str
    is_good: bool
    detail: str = ""
    to_do: str = ""

    def row(self) -> dict[str, Any]:
        """As a line of the report."""
        return {
            "check": self.what,
            "result": "ok" if self.is_good else "FAILED",
            "detail": self.detail,
            "do": self.to_do,
        }


def examine(settings: Settings) -> list[Finding]:
    """Every check, in the order in which to mend."""
    findings = [Finding("settings", is_good=True), _database(settings)]
    findings += _crms(settings)
    if not settings.intake:
        findings.append(Finding("intake", is_good=False, to_do="add [intake.NAME] with its secrets"))
    return findings


def _database(settings: Settings) -> Finding:
    try:
        database = open_database(settings)
    except (ConfigError, StorageUnavailable) as error:
        return Finding(
            "database", is_good=False, detail=str(error), to_do="check database.url, then customer-card db upgrade"
        )
    try:
        database.ping()
        return Finding("database", is_good=True, detail=database.dialect)
    finally:
        database.close()


def _crms(settings: Settings) -> list[Finding]:
    try:
        made = connectors(settings)
    except ConfigError as error:
        return [Finding("crm", is_good=False, detail=str(error), to_do="mend this setting")]
    if not made:
        return [Finding("crm", is_good=True, detail="none is connected: cards show no records (A-11)")]
    findings = []
    for name, crm in made.items():
        findings += _crm(name, crm)
        crm.close()
    return findings


def _crm(name: str, crm: CrmConnector) -> list[Finding]:
    reached = _ping(f"crm.{name}", crm.ping)
    if not reached.is_good:
        return [reached]
    try:
        problems = crm.check_mapping()
    except CrmError as error:
        return [reached, Finding(f"crm.{name}.mapping", is_good=False, detail=str(error), to_do="try again")]
    wrong = [
        Finding(f"crm.{name}.mapping", is_good=not one.stops, detail=f"{one.key}: {one.problem}", to_do=one.to_do)
        for one in problems
    ]
    return [reached, *(wrong or [Finding(f"crm.{name}.mapping", is_good=True)])]


def _ping(what: str, ping: Callable[[], None]) -> Finding:
    try:
        ping()
    except CrmAuthFailed as error:
        return Finding(what, is_good=False, detail=str(error), to_do="check client id, secret and the integration user")
    except CrmError as error:
        return Finding(what, is_good=False, detail=str(error), to_do="check url and network, then the user's rights")
    return Finding(what, is_good=True)
