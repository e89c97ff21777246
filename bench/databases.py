"""Empty databases with the product's tables, as many as a benchmark wants, on either kind."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from bench.postgres import cluster
from storage import schema, tables
from storage.engine import Database

Maker = Callable[[], Database]


@contextmanager
def databases(dialect: str) -> Iterator[Maker]:
    """A maker of databases of one kind, `sqlite` or `postgresql`. Raises `PostgresMissing`."""
    if dialect == "postgresql":
        with cluster() as url:
            yield _PostgresMaker(url)
    else:
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            names = itertools.count()
            yield lambda: _with_tables(Database(f"sqlite:///{Path(folder) / f'{next(names)}.db'}"))


def job_count(db: Database) -> int:
    """Jobs in the queue, whatever their state."""
    with db.read() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(tables.jobs)).scalar_one()


class _PostgresMaker:
    """Makes a database of the cluster per call."""

    def __init__(self, url: str) -> None:
        self._url = sa.make_url(url)
        self._names = itertools.count()

    def __call__(self) -> Database:
        name = f"bench_{next(self._names)}"
        engine = sa.create_engine(self._url.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(sa.text(f"create database {name}"))
        engine.dispose()
        return _with_tables(Database(self._url.set(database=name).render_as_string(hide_password=False)))


def _with_tables(db: Database) -> Database:
    schema.upgrade(db)
    return db
