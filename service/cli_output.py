"""What commands print."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

import click


def fail(message: str, code: int) -> NoReturn:
    """One line to standard error, and the end."""
    click.echo(f"customer-card: {message}", err=True)
    sys.exit(code)


def table(rows: Sequence[Mapping[str, Any]], as_json: bool) -> None:
    """`rows` as JSON, or as columns for people."""
    if as_json:
        click.echo(json.dumps([dict(row) for row in rows], default=str, ensure_ascii=False, indent=1))
        return
    if not rows:
        click.echo("nothing")
        return
    names = list(rows[0])
    lines = [names, *([_cell(row[name]) for name in names] for row in rows)]
    widths = [max(len(line[at]) for line in lines) for at in range(len(names))]
    for line in lines:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def report(rows: Sequence[Mapping[str, Any]], as_json: bool) -> None:
    """Findings as JSON, or for people: what each found, and below it, in full, what to do."""
    if as_json:
        return table(rows, as_json)
    width = max(len(str(row["check"])) for row in rows)
    for row in rows:
        click.echo(f"{row['result']:<6}  {row['check']:<{width}}  {row['detail']}".rstrip())
        if row["do"]:
            click.echo(f"{'':<6}  {'':<{width}}  → {row['do']}")
    return None


def _cell(value: Any) -> str:
    if value is None or value == "":
        return "-"
    text = value.isoformat(" ", "seconds") if hasattr(value, "isoformat") else str(value)
    return " ".join(text.split())[:60]
