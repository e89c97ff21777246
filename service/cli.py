"""`customer-card`: the service, and what operators and administrators do beside it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any

import click
import structlog

from service import log
from service.cli_common import FAILED, config_option, guarded, json_option
from service.cli_mapping import mapping
from service.cli_output import report, table
from service.cli_package import manifest
from service.errors import UsageError
from service.operations import Operations
from service.processor import OneProcessor, settle
from service.settings import Settings
from service.settings_file import load
from service.wiring import Addresses, Roles, Service, named_database, open_database, upgraded

_config, _json = config_option, json_option


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="customer-card")
def main() -> None:
    """Customer Card for Microsoft Teams."""


main.add_command(mapping)


@main.command(epilog="Example: customer-card serve --config customer-card.toml")
@_config
@click.option("--role", type=click.Choice(["all", "web", "worker"]), default="all", show_default=True)
@guarded
def serve(config: Path | None, role: str) -> None:
    """Run the service: web and workers, or one of the two."""
    settings = load(config)
    log.configure()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(settings, Roles(web=role != "worker", worker=role != "web")))
    leave()


def leave() -> None:
    """Where a job's thread still waits, for a CRM that hangs, the process ends without it: Python would wait too.

    Nothing is lost: the job's lease runs out, and whoever takes it over repeats the call under its key.
    """
    waiting = [thread.name for thread in threading.enumerate() if thread.name.startswith("jobs-")]
    if waiting:
        structlog.get_logger("service").warning("service.left_behind", threads=waiting)
        sys.stdout.flush()
        logging.shutdown()
        os._exit(0)


async def _serve(settings: Settings, roles: Roles) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    async with Service(settings, roles) as addresses:
        settle()
        with OneProcessor(is_wanted=settings.service.one_processor):
            _announce(addresses)
            await stop.wait()


def _announce(addresses: Addresses) -> None:
    click.echo(f"customer-card: web {addresses.web or '-'}, management {addresses.management}")
    sys.stdout.flush()


@contextlib.contextmanager
def _operations(config: Path | None, crm: str = "") -> Any:
    """Raises UsageError where the settings have no `crm`."""
    settings = load(config)
    if crm and crm not in settings.crm:
        raise UsageError(f"there is no [crm.{crm}] in the settings: there is {', '.join(settings.crm) or 'none'}")
    database = open_database(settings)
    try:
        yield Operations(database)
    finally:
        database.close()


# --- database ---------------------------------------------------------------------------------------------------


@main.group()
def db() -> None:
    """The database."""


@db.command("upgrade", epilog="Example: customer-card db upgrade --config customer-card.toml")
@_config
@guarded
def db_upgrade(config: Path | None) -> None:
    """Bring the tables to this version. Nothing is lost; running it again does nothing."""
    database = named_database(load(config))
    try:
        upgraded(database)
        click.echo("the tables are those of this version")
    finally:
        database.close()


@db.command("backup", epilog="Example: customer-card db backup backups/customer-card.db")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@_config
@guarded
def db_backup(file: Path, config: Path | None) -> None:
    """Copy a SQLite database into FILE while the service runs. For PostgreSQL use pg_dump."""
    with _operations(config) as operations:
        click.echo(f"{file}: {operations.back_up(file):,} bytes, everything that was stored before this command")


# --- events -----------------------------------------------------------------------------------------------------


@main.group()
def events() -> None:
    """What the contact centre has sent."""


@events.command("list", epilog="Example: customer-card events list --state failed --json")
@click.option("--state", type=click.Choice(["new", "done", "unknown", "noted", "failed"]), multiple=True)
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True)
@_config
@_json
@guarded
def events_list(state: tuple[str, ...], limit: int, config: Path | None, as_json: bool) -> None:
    """Events that wait, failed or were not understood; the newest first."""
    with _operations(config) as operations:
        table(operations.events(state or ("new", "failed", "unknown"), limit), as_json)


@events.command("replay", epilog="Example: customer-card events replay 4711")
@click.argument("number", type=int, nargs=-1)
@click.option("--failed", is_flag=True, help="Every failed event.")
@_config
@guarded
def events_replay(number: tuple[int, ...], failed: bool, config: Path | None) -> None:
    """Understand events again, by the number that `events list` shows. Repeating does no harm."""
    if not number and not failed:
        raise UsageError("name events by number, or say --failed")
    with _operations(config) as operations:
        click.echo(f"{operations.replay(number, failed=failed)} events are understood again")


# --- pushes -----------------------------------------------------------------------------------------------------


@main.group()
def push() -> None:
    """What the CRMs must learn."""


@push.command("list", epilog="Example: customer-card push list --state failed --json")
@click.option("--state", type=click.Choice(["sending", "retrying", "failed", "sent"]), multiple=True)
@click.option("--limit", type=click.IntRange(1, 10_000), default=200, show_default=True)
@_config
@_json
@guarded
def push_list(state: tuple[str, ...], limit: int, config: Path | None, as_json: bool) -> None:
    """What waits or has failed, the oldest first, each with its reason.

    `does` is what was to be done: write or withdraw an activity, create a record that an agent has filled in, or
    update one that follows the profile.
    """
    with _operations(config) as operations:
        table(operations.pushes(state or ("sending", "retrying", "failed"), limit), as_json)


@push.command("retry", epilog="Example: customer-card push retry --crm salesforce")
@click.argument("push_id", nargs=-1)
@click.option("--crm", help="Everything of this CRM that failed or waits.")
@click.option("--all", "everything", is_flag=True, help="Everything that failed or waits.")
@_config
@guarded
def push_retry(push_id: tuple[str, ...], crm: str | None, everything: bool, config: Path | None) -> None:
    """Try what failed or waits again, now. Nothing is written twice."""
    if not push_id and not crm and not everything:
        raise UsageError("name them by id, or say --crm NAME or --all")
    with _operations(config) as operations:
        click.echo(f"{operations.retry(push_id, crm)} pushes are tried again")


@push.command("pause", epilog="Example: customer-card push pause salesforce")
@click.argument("crm")
@_config
@guarded
def push_pause(crm: str, config: Path | None) -> None:
    """Write nothing into [crm.CRM] until `push resume`. What is to be written waits; nothing is lost."""
    with _operations(config, crm) as operations:
        operations.pause(crm)
        click.echo(f"nothing is written into {crm} until customer-card push resume {crm}")


@push.command("resume", epilog="Example: customer-card push resume salesforce")
@click.argument("crm")
@_config
@guarded
def push_resume(crm: str, config: Path | None) -> None:
    """Write into [crm.CRM] again, what waits first."""
    with _operations(config, crm) as operations:
        operations.resume(crm)
        click.echo(f"{crm} is written to again")


# --- agents -----------------------------------------------------------------------------------------------------


@main.group()
def agents() -> None:
    """Agents of the contact centre and their Teams users."""


@agents.command("list", epilog="Example: customer-card agents list --json")
@_config
@_json
@guarded
def agents_list(config: Path | None, as_json: bool) -> None:
    """Every agent; those without a Teams user first: their events wait."""
    with _operations(config) as operations:
        table(operations.agents(), as_json)


@agents.command("match", epilog="Example: customer-card agents match main a-7 e11e0000-0000-4a00-8000-00000000e110")
@click.argument("intake")
@click.argument("agent")
@click.argument("user")
@_config
@guarded
def agents_match(intake: str, agent: str, user: str, config: Path | None) -> None:
    """AGENT of INTAKE is the Teams user USER (object id or address). What waited for them is delivered."""
    with _operations(config) as operations:
        operations.match(intake, agent, user)
        click.echo(f"{agent} is {user}")


@agents.command("import", epilog="Example: customer-card agents import agents.csv   (columns: intake,agent,user)")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@_config
@guarded
def agents_import(file: Path, config: Path | None) -> None:
    """Match agents as a CSV file says, columns intake, agent, user. All of it, or nothing."""
    with _operations(config) as operations:
        click.echo(f"{operations.import_agents(file)} agents are matched")


@main.command(epilog="Example: customer-card doctor --config customer-card.toml")
@_config
@_json
@guarded
def doctor(config: Path | None, as_json: bool) -> None:
    """Check everything that the service needs, and say what to do about each failure.

    Settings, certificates, clock, Entra and the bot's credentials, the public address, the app package, each CRM and
    its mapping, contact centres, the database, and which steps of the installation are left.
    """
    from service.doctor import examine  # the checks load every connector

    settings = load(config)
    log.configure("CRITICAL")  # what a check logs, it says in words too
    findings = examine(settings)
    report([finding.row() for finding in findings], as_json)
    if any(not finding.is_good for finding in findings):
        sys.exit(FAILED)


main.add_command(manifest)


if __name__ == "__main__":
    main()
