"""What every client that we did not write does with its simulator, and where the page of the simulators says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

CLIENTS = (
    "simple-salesforce 1.12",
    "jsforce 3.10",
    "Salesforce CLI 2.150",
    "PowerPlatform-Dataverse-Client 1.1",
    "dynamics-web-api 2.5",
)
OPERATIONS = (
    "sign in",
    "create",
    "read",
    "update",
    "delete",
    "upsert by key twice",
    "query with paging",
    "describe",
    "batch",
    "three errors as its own exceptions",
)


@dataclass(frozen=True, slots=True)
class Row:
    """A contact as the simulator holds it, in words of neither vendor."""

    last_name: str
    title: str | None


@dataclass(frozen=True, slots=True)
class Said:
    """What one client was told."""

    user: str
    """As whom it was signed in."""
    created: str
    """The contact that it made, read and changed."""
    gone: str
    """The contact that it made and deleted."""
    read: str
    upserts: Sequence[object]
    rows: Sequence[str]
    """The contacts that a query in pages brought."""
    fields: Sequence[str]
    """The fields that a description names."""
    batch: Sequence[object]
    """What became of each call of a batch."""
    errors: Mapping[str, Sequence[object]]
    """Its own exception and the vendor's code, by what was wrong."""


@dataclass(frozen=True, slots=True)
class World:
    """What the simulator holds afterwards, and what there was to be told."""

    integration_user: str
    held: Mapping[str, Row]
    """The contacts by id, without deleted ones."""
    pages: int
    """How many pages of a query were fetched."""
    rows: int
    """How many contacts there were when the query ran."""
    field: str
    """A field of contacts."""
    upserts: Sequence[object]
    batch: Sequence[object]
    errors: Mapping[str, Sequence[object]]


def check(operation: str, said: Said, world: World) -> None:
    """Raises AssertionError where the client and its simulator did not agree on `operation`."""
    names = [row.last_name for row in world.held.values()]
    match operation:
        case "sign in":
            assert said.user == world.integration_user
        case "create":
            assert world.held[said.created].last_name == "Brandon"
        case "read":
            assert said.read == "Brandon"
        case "update":
            assert world.held[said.created].title == "Colonel"
        case "delete":
            assert said.gone
            assert said.gone not in world.held
        case "upsert by key twice":
            assert [row.title for row in world.held.values() if row.last_name == "Keyed"] == ["Two"]
            assert list(said.upserts) == list(world.upserts)
        case "query with paging":
            assert len(set(said.rows)) == len(said.rows) == world.rows
            assert world.pages >= 2
        case "describe":
            assert world.field in said.fields
        case "batch":
            assert list(said.batch) == list(world.batch)
            assert any(name.startswith("Batch") for name in names)
        case _:
            assert {name: list(one) for name, one in said.errors.items()} == dict(world.errors)
            assert len(said.errors) >= 3
