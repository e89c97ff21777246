"""`customer-card manifest`."""

from __future__ import annotations

from pathlib import Path

import click

from service.cli_common import guarded
from service.cli_output import table
from service.package import make
from service.settings_file import load


@click.command(epilog="Example: customer-card manifest --out customer-card.zip")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The ZIP file to write.")
@click.option(
    "--previous",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The package that Teams has now; default: the file named with --out, where it is there.",
)
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    help="Settings file; default: customer-card.toml, where there is one.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@guarded
def manifest(out: Path, previous: Path | None, config: Path | None, as_json: bool) -> None:
    """Make the app package for Teams from the settings, and check it against Microsoft's schema.

    Where something has changed since the package before, the version rises by itself, unless package.version says it.
    """
    package = make(load(config), out, previous)
    told = package.manifest
    row = {"file": str(out), "version": package.version, "id": told["id"], "name": told["name"]["short"]}
    table([row], as_json)
