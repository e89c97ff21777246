"""`customer-card doctor`: is everything there that the service needs, and what to do where it is not."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from connectors.errors import CrmAuthFailed, CrmError
from connectors.interface import CrmConnector
from service.crms import connectors
from service.doctor_steps import intakes, package, steps
from service.doctor_teams import certificates, teams
from service.errors import ConfigError
from service.findings import Finding, bad, good
from service.settings import Settings
from service.wiring import open_database
from storage.errors import StorageUnavailable


def examine(settings: Settings, now: Callable[[], float] = time.time) -> list[Finding]:
    """Every check, in the order in which to mend. `now`: this machine's clock."""
    findings = [good("settings")]
    findings += certificates(settings, now())
    findings += asyncio.run(teams(settings, now))
    findings.append(package(settings))
    findings += _crms(settings)
    findings += intakes(settings)
    findings += _database(settings)
    return findings


def _database(settings: Settings) -> list[Finding]:
    """The database, and what it tells of the steps that only people can make."""
    try:
        database = open_database(settings)
    except (ConfigError, StorageUnavailable) as error:
        return [bad("database", str(error), "check database.url, then customer-card db upgrade")]
    try:
        database.ping()
        with database.read() as connection:
            return [good("database", database.dialect), *steps(settings, connection)]
    except StorageUnavailable as error:
        return [bad("database", str(error), "check that the database runs and can be reached from here")]
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
