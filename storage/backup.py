"""A copy of a SQLite database that is in use: whole, of one moment, and on the disk when it is said to be there."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from storage.engine import Database
from storage.errors import StorageUnavailable


def backup(database: Database, file: Path) -> int:
    """`file` holds everything that was committed before the call; its bytes. Writers do not wait for it.

    Raises FileExistsError, OSError, and StorageUnavailable for what could not be copied or does not read back whole;
    then `file` is not there.
    """
    if file.exists():
        raise FileExistsError(file)
    unfinished = file.with_name(f"{file.name}.part")
    unfinished.unlink(missing_ok=True)
    try:
        unfinished.touch(mode=0o600)  # SQLite takes an empty file
        with database.read() as connection:
            source = connection.engine.url.database
        # One read transaction, a snapshot: unlike SQLite's backup interface it never begins anew for a busy writer.
        with closing(sqlite3.connect(f"file:{source}?mode=rw", uri=True, timeout=30)) as own:
            own.execute("vacuum into ?", (str(unfinished),))
        _check(unfinished)
        _sync(unfinished)
        unfinished.rename(file)
        _sync(file.parent)
    except sqlite3.Error as error:
        raise StorageUnavailable(f"the copy could not be made: {error}") from None
    finally:
        unfinished.unlink(missing_ok=True)
    return file.stat().st_size


def _check(file: Path) -> None:
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        (found,) = connection.execute("pragma integrity_check(1)").fetchone()
    if found != "ok":
        raise StorageUnavailable(f"the copy does not read back whole: {found}")


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
