"""The published schema of generic events, applied."""

from __future__ import annotations

import json
from collections.abc import Iterable
from importlib import resources
from typing import Any

import jsonschema_rs

from intake.errors import EventRejected

_DETAIL_LIMIT = 200


def _validator() -> jsonschema_rs.Draft202012Validator:
    text = resources.files(__package__ or "intake.sources.generic").joinpath("event-v1.schema.json").read_text("utf-8")
    return jsonschema_rs.Draft202012Validator(json.loads(text), validate_formats=True)


_VALIDATOR = _validator()


def check(event: Any) -> None:
    """Passes when `event` fits the schema. Raises EventRejected with the place of the first mismatch."""
    try:
        _VALIDATOR.validate(event)
    except jsonschema_rs.ValidationError as error:
        raise EventRejected(pointer(error.instance_path), error.message[:_DETAIL_LIMIT]) from None
    except ValueError as error:  # a value that has no counterpart in the validator's world
        raise EventRejected("", "not a value of the schema") from error


def pointer(path: Iterable[str | int]) -> str:
    """A JSON pointer to `path`."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)
