"""`customer-card mapping`: what a CRM administrator does about a mapping."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from connectors.interface import CrmConnector, RecordDraft
from customers.model import Channel
from service.cli_common import FAILED, config_option, guarded, json_option
from service.cli_output import table
from service.errors import UsageError
from service.settings import Settings
from service.settings_file import load

_channels = click.Choice([channel.value for channel in Channel])


@click.group()
def mapping() -> None:
    """What of an interaction a CRM is told: the mapping, see docs/mapping.md."""


@mapping.command("init", epilog="Example: customer-card mapping init salesforce --out mapping/salesforce.toml")
@click.argument("name")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="The file; without, it is printed.")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@config_option
@guarded
def init(*, name: str, out: Path | None, force: bool, config: Path | None) -> None:
    """Write a commented mapping for the CRM of [crm.NAME], from its own metadata. The CRM is only read."""
    if out is not None and out.exists() and not force:
        raise UsageError(f"{out} is there already: name another file, or say --force")
    with _connected(_without_mapping(load(config)), name) as crms:
        text = crms[name].starting_point()
    if out is None:
        click.echo(text, nl=False)
        return
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(text, "utf-8")
    except OSError as error:
        raise UsageError(f"{out}: {error.strerror}: name another file") from None
    click.echo(f'{out}: change it, write mapping = "{out}" into [crm.{name}], then customer-card mapping check {name}')


@mapping.command("check", epilog="Example: customer-card mapping check salesforce --json")
@click.argument("name", required=False)
@config_option
@json_option
@guarded
def check(*, name: str | None, config: Path | None, as_json: bool) -> None:
    """Compare mappings with the live CRMs as the integration user sees them; exit code 1 where pushes would wait.

    Agents of the contact centre who are no users of a CRM are named too.
    """
    from service.crms import empty_fields  # every connector and what it needs
    from service.mapping_agents import known_agents, strangers  # loads the storage

    rows, settings = [], load(config)
    with _connected(settings, name) as crms:
        agents = known_agents(settings)
        for crm in crms.values():
            rows += [
                {"crm": crm.name, "key": one.key, "problem": one.problem, "do": one.to_do, "pushes_wait": one.stops}
                for one in [*crm.check_mapping(), *empty_fields(settings, crm.name), *strangers(crm, agents)]
            ]
    if as_json:
        table(rows, as_json)
    for row in () if as_json else rows:
        click.echo(f"{row['crm']}: {row['key']}: {row['problem']}\n    → {row['do']}")
    stopping = sum(bool(row["pushes_wait"]) for row in rows)
    if stopping:
        click.echo(f"{stopping} of {len(rows)} keep the CRM from being written to: pushes wait", err=True)
        sys.exit(FAILED)
    if not as_json:
        click.echo("everything else fits" if rows else "the mapping fits")


@mapping.command("preview", epilog="Example: customer-card mapping preview salesforce --record Contact:003xx000004TmiQ")
@click.argument("name")
@click.argument("interaction", required=False)
@click.option("--record", help="TYPE:ID of a record; else those that are linked to INTERACTION.")
@click.option("--create", "kind", default="", help="TYPE of a record that an agent creates from the card.")
@click.option("--channel", type=_channels, default="voice", show_default=True, help="Of the made-up interaction.")
@click.option("--agent", default="", help="E-mail address of an agent; else the interaction's own.")
@config_option
@json_option
@guarded
def preview(
    *,
    name: str,
    interaction: str | None,
    record: str | None,
    kind: str,
    channel: str,
    agent: str,
    config: Path | None,
    as_json: bool,
) -> None:
    """Show what would be written into [crm.NAME], for which record and in whose name. Nothing is written.

    INTERACTION is the contact centre's id of one that is there; without it, one is made up.
    """
    from push.drafts import previews  # loads the storage
    from service.mapping_preview import (
        drafts_of,
        made_up,
        made_up_fields,
        made_up_record,
        record_of,
    )

    settings = load(config)
    own = made_up_fields(settings, channel)
    if kind and interaction is None:
        _preview_record(settings, name, made_up_record(kind, channel, agent, own), as_json=as_json)
        return
    if kind and interaction is not None:
        _preview_record(settings, name, record_of(settings, name, interaction, kind, agent), as_json=as_json)
        return
    with _connected(settings, name) as crms:
        if interaction is None:
            drafts = [made_up(name, record, channel, agent, own)]
        else:
            drafts = drafts_of(settings, name, interaction, record, agent)
        shown = previews(crms[name], list(drafts))
    rows = [
        {
            "crm": name,
            "activity": one.target,
            "record": str(one.record),
            "title": one.record_title,
            "owner": one.owner or None,
            "fields": dict(one.body),
            "cut": list(one.warnings),
        }
        for one in shown
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for row in rows:
        _show(row)


def _preview_record(settings: Settings, name: str, draft: RecordDraft, *, as_json: bool) -> None:
    with _connected(settings, name) as crms:
        shown = crms[name].preview_record(draft)
    row = {
        "crm": name,
        "type": shown.type,
        "owner": shown.owner or None,
        "fields": dict(shown.body),
        "missing": list(shown.missing),
    }
    if as_json:
        click.echo(json.dumps(row, ensure_ascii=False, indent=1))
        return
    click.echo(f"{name}: a new {shown.type}, {_owner(row)}")
    _show_fields(row)
    if row["missing"]:
        click.echo(f"  to be filled in: {', '.join(shown.missing)}")


def _owner(row: dict[str, Any]) -> str:
    return f"in the name of {row['owner']}" if row["owner"] else "in the name of the integration user"


def _show(row: dict[str, Any]) -> None:
    click.echo(f"{row['crm']}: one {row['activity']} for {row['title']} ({row['record']}), {_owner(row)}")
    _show_fields(row)
    if row["cut"]:
        click.echo(f"  cut, or without a value of use: {', '.join(row['cut'])}")


def _show_fields(row: dict[str, Any]) -> None:
    width = max(map(len, row["fields"]))
    for field, value in row["fields"].items():
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        first, *rest = text.split("\n")
        click.echo(f"  {field.ljust(width)}  {first}")
        for line in rest:
            click.echo(f"  {' ' * width}  {line}")


@contextmanager
def _connected(settings: Settings, name: str | None) -> Iterator[dict[str, CrmConnector]]:
    """The CRM `name`, or all; closed afterwards. Raises UsageError for one that there is not."""
    from service.crms import connectors  # every connector and what it needs

    known = ", ".join(settings.crm) or "none"
    if name is not None and name not in settings.crm:
        raise UsageError(f"there is no [crm.{name}] in the settings: there is {known}")
    if not settings.crm:
        raise UsageError("no CRM is connected: add [crm.NAME] to the settings")
    wanted = {name: settings.crm[name]} if name is not None else settings.crm
    made = connectors(settings.model_copy(update={"crm": wanted}))
    try:
        yield made
    finally:
        for crm in made.values():
            crm.close()


def _without_mapping(settings: Settings) -> Settings:
    """A mapping that cannot be read must not keep anybody from beginning anew."""
    bare = {name: crm.model_copy(update={"mapping": ""}) for name, crm in settings.crm.items()}
    return settings.model_copy(update={"crm": bare})
