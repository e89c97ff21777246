"""What the last look at each CRM's mapping found: written by whoever looks, read by administrators."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from storage.conditions import same
from storage.engine import Tx
from storage.rows import Row, every
from storage.tables import crm_checks
from storage.upsert import upsert

_ASK = upsert(crm_checks, ["crm"], ["asked_at"])
_FOUND = upsert(crm_checks, ["crm"], ["checked_at", "is_fit", "error", "findings"])
_FAILED = upsert(crm_checks, ["crm"], ["checked_at", "error"])
_TIMES = sa.select(crm_checks.c.asked_at, crm_checks.c.checked_at).where(same(crm_checks.c.crm))


def ask(tx: Tx, crm: str) -> None:
    """Somebody wants the mapping to be looked at now."""
    tx.execute(_ASK[tx.dialect], {"crm": crm, "asked_at": tx.now, "findings": []})


def found(tx: Tx, crm: str, findings: Sequence[dict[str, Any]], *, is_fit: bool) -> None:
    """The CRM was asked, and this does not fit."""
    values = {"crm": crm, "checked_at": tx.now, "is_fit": is_fit, "error": "", "findings": list(findings)}
    tx.execute(_FOUND[tx.dialect], values)


def failed(tx: Tx, crm: str, reason: str) -> None:
    """The CRM could not be asked."""
    tx.execute(_FAILED[tx.dialect], {"crm": crm, "checked_at": tx.now, "error": reason, "findings": []})


def is_asked(tx: Tx, crm: str) -> bool:
    """True while somebody waits for a look that has not been taken."""
    row = tx.execute(_TIMES, {"the_crm": crm}).first()
    return row is not None and row[0] is not None and (row[1] is None or row[1] < row[0])


def every_check(connection: sa.Connection) -> dict[str, Row]:
    """By CRM, what is known."""
    return {row["crm"]: row for row in every(connection.execute(sa.select(crm_checks)))}
