"""What a database has to offer to `storage.engine`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

import orjson
import sqlalchemy as sa

from storage.signals import Signal


class Backend(Protocol):
    """One kind of database. Errors come as SQLAlchemy's; `is_unavailable` tells which of them pass by themselves."""

    dialect: str
    engine: sa.Engine

    def transaction(self) -> AbstractContextManager[sa.Connection]:
        """A transaction that writes: committed on normal exit, else rolled back."""
        ...

    def snapshot(self) -> AbstractContextManager[sa.Connection]:
        """A transaction that only reads and sees one state."""
        ...

    def is_unavailable(self, error: sa.exc.DBAPIError) -> bool:
        """True for a connection, a lock or a disk that failed."""
        ...

    def lock(self, connection: sa.Connection, names: Sequence[str]) -> bool:
        """Hold `names` until the transaction ends. False where this transaction was alone from its beginning."""
        ...

    def publish(self, signals: Collection[Signal]) -> None:
        """Tell other processes what has been committed; at once, and without a promise."""
        ...

    def listen(self) -> None:
        """Begin to hear other processes."""
        ...

    def close(self) -> None:
        """Close all connections."""
        ...


def json_text(value: object) -> str:
    """JSON as the database keeps it."""
    return orjson.dumps(value).decode()


json_value = orjson.loads
