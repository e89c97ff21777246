from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from simulators.entra.app import Entra
from simulators.kit.server import running
from simulators.kit.tls import Authority
from tests.scenarios.world import Agent, Grounds, World, agent, built


@pytest.fixture(scope="session")
def grounds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Grounds]:
    authority = Authority(tmp_path_factory.mktemp("scenario-ca"))
    entra = Entra()
    with running(entra.app, tls=authority) as url:
        yield Grounds(authority, entra, url)


@pytest.fixture
async def world(grounds: Grounds, database_url: str, tmp_path: Path) -> AsyncIterator[World]:
    """The whole product, on each database."""
    async with built(grounds, database_url, tmp_path) as made:
        yield made


@pytest.fixture
async def world_on_sqlite(grounds: Grounds, sqlite_url: str, tmp_path: Path) -> AsyncIterator[World]:
    """The same where the database cannot matter."""
    async with built(grounds, sqlite_url, tmp_path) as made:
        yield made


@pytest.fixture
def elinor(world: World) -> Agent:
    return agent(world, "elinor")
