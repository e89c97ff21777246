"""Conditions of statements that are built once, when the program starts: building one costs more than running it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from storage.types import UtcTime

EPOCH = sa.literal(datetime(1970, 1, 1, tzinfo=UTC), UtcTime())
"""What comes after it is a time: an index finds that, where *is not null* makes SQLite look at every row."""


def same(*columns: sa.Column[Any]) -> sa.ColumnElement[bool]:
    """Each column holds what the parameter `the_<its name>` says."""
    return sa.and_(*(column == sa.bindparam(f"the_{column.name}", type_=column.type) for column in columns))


def one_of(column: sa.Column[Any], values: Iterable[str]) -> sa.ColumnElement[bool]:
    """The column holds one of these fixed values. Unlike `in_` of strings, it is not spelt out again at every run."""
    return column.in_([sa.literal(value) for value in values])
