"""Rows by column name, as the rest of the house sees them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import sqlalchemy as sa

Row = Mapping[str, Any]


def first(result: sa.CursorResult[Any]) -> Row | None:
    """The first row, or None."""
    row = result.first()
    return None if row is None else cast("Row", row._mapping)  # noqa: SLF001 - public, despite its name


def only(result: sa.CursorResult[Any]) -> Row:
    """The one row there is. Raises sqlalchemy.exc.NoResultFound or MultipleResultsFound."""
    return cast("Row", result.one()._mapping)  # noqa: SLF001


def every(result: sa.CursorResult[Any]) -> list[Row]:
    """All rows."""
    return [cast("Row", row._mapping) for row in result.all()]  # noqa: SLF001
