"""The bot with its neighbours."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from bot_house import House, open_house

from simulators.kit.tls import Authority


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def shared_house(authority: Authority) -> Iterator[House]:
    """One house for tests that leave nothing behind but what was recorded."""
    with open_house(authority) as house:
        yield house


@pytest.fixture
def house(authority: Authority) -> Iterator[House]:
    """A fresh house."""
    with open_house(authority) as house:
        yield house
