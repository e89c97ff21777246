"""Who did what (P-16). Rows are added, never changed."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from storage.engine import Tx
from storage.tables import audit

_INSERT = sa.insert(audit).inline()
"""`inline`: nobody asks for the number that the row is given."""


def record(tx: Tx, user_id: str, action: str, subject: str, **details: Any) -> None:
    """`user_id` did `action` to `subject`, now."""
    row = {"at": tx.now, "user_id": user_id, "action": action, "subject": subject, "details": details}
    tx.execute(_INSERT, row)
