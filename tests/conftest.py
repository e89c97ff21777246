"""Fixtures for every test: databases, a clock, a clean environment.

`database` and `database_url` run a test twice: on SQLite and on PostgreSQL.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
import structlog
from hypothesis import settings

from storage import schema
from storage.engine import Database
from tests.databases import Clock, Cluster, cluster, memory, server_programs

# The same examples in every run, however busy the machine; `make soak` looks for new ones.
settings.register_profile("steady", derandomize=True, deadline=None, database=None)
settings.register_profile("seeking", deadline=None, print_blob=True)


def pytest_configure(config: pytest.Config) -> None:
    """Property-based tests find new cases in the long form alone: a build is red for what it changed."""
    settings.load_profile("seeking" if config.getoption("--soak") else "steady")
    # A logger that was used once would keep the configuration of one test for all that follow in any order.
    structlog.configure = partial(_configure_loggers, structlog.configure)


def _configure_loggers(configure: Callable[..., None], **wanted: object) -> None:
    configure(**{**wanted, "cache_logger_on_first_use": False})


def pytest_sessionfinish(session: pytest.Session) -> None:
    """On a build machine everything is installed: what is skipped there was not tested."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", ()) if reporter else ()
    if skipped and os.environ.get("CI"):
        reporter.write_line(f"{len(skipped)} tests were skipped, and CI is set: that is a failure")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--soak`: the long forms too."""
    parser.addoption("--soak", action="store_true", help="run the tests marked soak as well")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without `--soak` the long forms are not chosen. They are not skipped either: a skip is a failure in CI."""
    if config.getoption("--soak"):
        return
    soak = [item for item in items if item.get_closest_marker("soak")]
    config.hook.pytest_deselected(items=soak)
    items[:] = [item for item in items if item not in soak]


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the developer's shell reaches a test."""
    for name in [name for name in os.environ if name.startswith("CUSTOMER_CARD_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def clock() -> Clock:
    """A clock that stands still until `advance`: `database.clock = clock`."""
    return Clock()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A PostgreSQL server for this test run."""
    programs = server_programs()
    if programs is None:
        pytest.skip("PostgreSQL's server programs are not installed (Debian: apt-get install postgresql)")
    with cluster(programs) as running:
        yield running


@pytest.fixture(scope="session")
def _migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("sqlite") / "migrated.db"
    database = Database(f"sqlite:///{file}")
    schema.upgrade(database)
    database.close()
    return file


@pytest.fixture
def sqlite_url(_migrated_file: Path) -> Iterator[str]:
    """A migrated SQLite database of this test alone, in memory where there is room: a commit then costs no disk."""
    with tempfile.TemporaryDirectory(prefix="customer-card-", dir=memory()) as folder:
        yield f"sqlite:///{shutil.copy(_migrated_file, Path(folder) / 'customer-card.db')}"


@pytest.fixture
def postgres_url(postgres: Cluster) -> Iterator[str]:
    """A migrated PostgreSQL database of this test alone."""
    url = postgres.migrated()
    yield url
    postgres.drop(url)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """A migrated database of this test alone, on each of the two."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """The same, opened; closed after the test. Its clock is the real one."""
    opened = Database(database_url)
    yield opened
    opened.close()
