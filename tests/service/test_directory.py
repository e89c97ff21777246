"""Who is who: users whose address becomes known later."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from customers.ids import UserId
from customers.views import Viewer
from desk.work import DeskSettings
from service.access import Access
from service.crossing import Crossing
from service.directory import ServiceDirectory
from service.settings import AccessSettings
from storage import people
from storage.engine import Database

ELINOR = "e11e0000-0000-4a00-8000-00000000e110"


@pytest.fixture
def directory(database: Database) -> Iterator[ServiceDirectory]:
    crossing = Crossing(2)
    yield ServiceDirectory(
        database, crossing, DeskSettings(), Access(AccessSettings(agents=("elinor@contoso.example",)))
    )
    crossing.close()


async def _in_the_chat(directory: ServiceDirectory) -> Viewer | None:
    """Teams tells no address with an action."""
    return await directory.viewer(oid=ELINOR, tenant="t", name="Elinor", email="", language="en", time_zone="UTC")


@pytest.mark.rule("A-01")
async def test_a01_who_is_enabled_by_address_is_let_in_once_teams_has_told_it(
    directory: ServiceDirectory, database: Database
) -> None:
    assert await _in_the_chat(directory) is None
    with database.write() as tx:
        people.remember_user(tx, UserId(ELINOR), {"email": "elinor@contoso.example"})
    assert await _in_the_chat(directory) is not None
