"""Who did what (P-16). Rows are added, never changed."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from storage.engine import Tx
from storage.tables import audit


def record(tx: Tx, user_id: str, action: str, subject: str, **details: Any) -> None:
    """`user_id` did `action` to `subject`, now."""
    tx.execute(sa.insert(audit).values(at=tx.now, user_id=user_id, action=action, subject=subject, details=details))
