"""Microsoft's own schemas of the manifest and of its translations, from the pinned npm package.

They call themselves draft-04, in which `const` means nothing and whatever stands beside a `$ref` counts for nothing:
the lengths of names and descriptions in a translation, among others. So each is read twice: as what it says it is, and
as draft 2019-09, which knows both. What one of the two refuses is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import orjson

from manifest.template import VERSION

NODE_MODULES = Path(__file__).resolve().parent.parent / "node_modules"
FOLDER = "@microsoft/app-manifest/build/json-schemas/teams"
MANIFEST = "MicrosoftTeams.schema.json"
TRANSLATION = "MicrosoftTeams.Localization.schema.json"


class MissingSchemaError(Exception):
    """The schemas are not there; the message says what to do."""


def violations(document: Any, schema: str) -> Iterator[tuple[str, str]]:
    """The path of each wrong value, and what is wrong with it. Raises MissingSchemaError."""
    seen = set()
    for validator in _validators(schema):
        for error in validator.iter_errors(document):
            found = (_path(error), _said(error))
            if found not in seen:
                seen.add(found)
                yield found


def versions() -> list[tuple[int, int]]:
    """Every manifest version that is generally available, in order, without previews. Raises MissingSchemaError."""
    folder = NODE_MODULES / FOLDER
    names = [one.name.removeprefix("v").split(".") for one in folder.iterdir()] if folder.is_dir() else []
    found = sorted((int(name[0]), int(name[1])) for name in names if len(name) == 2 and "".join(name).isdigit())
    if not found:
        raise MissingSchemaError(_missing(folder))
    return found


@cache
def _validators(schema: str) -> tuple[Any, ...]:
    path = NODE_MODULES / FOLDER / f"v{VERSION}" / schema
    try:
        told = orjson.loads(path.read_bytes())
    except (OSError, ValueError):
        raise MissingSchemaError(_missing(path)) from None
    as_it_says = jsonschema_rs.Draft4Validator(told, validate_formats=True)
    told.pop("$schema")
    return (as_it_says, jsonschema_rs.Draft201909Validator(told, validate_formats=True))


def _missing(path: Path) -> str:
    return f"{path} cannot be read: run `npm ci --ignore-scripts` in the project's folder"


def _path(error: Any) -> str:
    parts = [f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.instance_path]
    # A translation is flat: its names have dots and brackets in themselves.
    return "".join(parts).lstrip(".")


def _said(error: Any) -> str:
    kind = error.kind
    if kind.name == "maxLength":
        return f"is longer than {kind.limit} characters: shorten it"
    if kind.name == "required":
        return f"{kind.property} is missing"
    if kind.name == "additionalProperties":
        return f"the schema knows no {', '.join(sorted(kind.unexpected))}"
    return str(error.message)
