"""What storage tells its callers when it cannot do its work."""

from __future__ import annotations


class StorageError(Exception):
    """Something is wrong with the storage itself, not with what was asked of it."""


class StorageUnavailable(StorageError):
    """The database cannot be reached, is locked, restarting, or its disk is full. Trying again later can help.

    The transaction changed nothing, with one exception: a connection that breaks during the commit itself may have
    committed. Whoever repeats must therefore be safe to repeat.
    """


class Deadlock(StorageUnavailable):
    """Two transactions waited for each other; this one was given up. It changed nothing and may begin anew."""


class SchemaOutdated(StorageError):
    """The tables are not those of this version of the program."""
