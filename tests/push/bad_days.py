"""Days that pass in a moment: real connectors, both simulated CRMs over HTTP, and a clock that the test turns."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa

from connectors.interface import CrmConnector, RecordRef
from customers.events import AgentRef, IdentityClaim, InteractionEvent
from customers.ids import CardId
from customers.model import Channel, IdentityKind, Verb
from customers.ports import Action
from customers.views import Viewer
from desk import interactions
from desk.act import ActionDesk
from desk.work import DeskSettings, IntakeRules, Work
from jobs import attempt
from jobs.lane import Lane, groups
from jobs.queue import lease, next_due
from push.fitness import Fitness
from push.worker import PushWorker
from service.operations import Operations
from simulators.entra.app import Entra
from simulators.kit.server import running
from simulators.kit.tls import Authority
from storage import people, records
from storage.engine import Database
from storage.tables import interactions as interaction_table
from storage.tables import legs, pushes
from tests.connectors_dynamics.dynamics_rig import Rig, ref, rigged
from tests.connectors_salesforce.salesforce_rig import SalesforceWorld, connector_for, salesforce_world
from tests.databases import Clock
from tests.desk.test_desk_races import CONTACT, ELINOR

VIEWER = Viewer(ELINOR, "tenant", "Elinor Dashwood")
SETTINGS = DeskSettings({"main": IntakeRules()}, {"salesforce": "Salesforce", "dynamics": "Dynamics 365"})
LANES = ("push:salesforce", "push:dynamics")
AT_ONCE = 6
"""Pushes to one CRM."""
TOGETHER = 3
"""In one call."""


@dataclass
class Days:
    """A contact centre, one agent, two CRMs."""

    database: Database
    clock: Clock
    salesforce: SalesforceWorld
    dynamics: Rig
    connectors: Mapping[str, CrmConnector]
    calls: list[dict[str, str]] = field(default_factory=list)
    """Of each call: card, leg and interaction."""
    settings: DeskSettings = SETTINGS
    lanes: Mapping[str, Lane] = field(init=False)

    def __post_init__(self) -> None:
        fitness = Fitness(self.database, self.connectors, self.settings, least_seconds=0.0)
        worker = PushWorker(self.database, self.connectors, self.settings, random.Random(1), fitness)
        lane = partial(Lane, handle_many=worker.handle_many, together=TOGETHER, on_dead=worker.give_up)
        self.lanes = {name: lane(name, worker.handle) for name in LANES}
        with self.database.write() as tx:
            people.remember_user(tx, ELINOR, {"email": "elinor.dashwood@contoso.example"})

    def call(self, linked: Sequence[RecordRef] = (), known: Sequence[RecordRef] = ()) -> None:
        """A call is taken, linked to `linked` (else to a contact in both CRMs), ended and wrapped up.

        `known`: whom the CRMs tell of.
        """
        number = len(self.calls)
        for second, verb in enumerate((Verb.ACCEPTED, Verb.ENDED, Verb.WRAPUP_STARTED)):
            self._happens(number, verb, second)
        wanted = linked or (self.salesforce.known_person.ref, ref("contact/edward"))
        data = self._told(number, known or wanted)
        for record in wanted:
            self._press("link.add", data | {"record": str(record)})
        self._happens(number, Verb.WRAPUP_COMPLETED, 9, notes=f"Call {number}.")
        self.calls.append(data)

    def presses(self, verb: str, record: RecordRef, **data: str) -> None:
        """The agent presses a button beside a record of the last call."""
        self._press(verb, self.calls[-1] | {"record": str(record)} | data)

    def _press(self, verb: str, data: dict[str, str]) -> None:
        ActionDesk(self.database, self.settings).act(VIEWER, Action(verb, data))

    def _happens(self, number: int, verb: Verb, second: int, notes: str = "") -> None:
        event = InteractionEvent(
            source="/cc/main",
            id=f"{number}-{second}",
            verb=verb,
            at=self.clock.now + timedelta(seconds=second - 10),
            interaction_ref=f"i-{number}",
            channel=Channel.VOICE,
            agent=AgentRef(id="a-7", email="elinor.dashwood@contoso.example"),
            identities=(IdentityClaim(IdentityKind.PHONE, f"+4915112345{number:03}"),),
            notes=notes,
        )
        with self.database.write() as tx:
            interactions.apply(Work(tx, self.settings), "main", event)

    def _told(self, number: int, known: Sequence[RecordRef]) -> dict[str, str]:
        """The CRMs have told of their contacts."""
        query = sa.select(legs.c.id, legs.c.interaction_id, interaction_table.c.card_id).join_from(
            legs, interaction_table
        )
        with self.database.write() as tx:
            row = tx.execute(query.where(interaction_table.c.ref == f"i-{number}")).one()
            for crm in {record.crm for record in known}:
                those = [one for one in known if one.crm == crm]
                found = [CONTACT | {"type": one.type, "record_id": one.id} for one in those]
                records.replace(tx, CardId(row.card_id), crm, "", found)
        return {"leg": row.id, "interaction": row.interaction_id, "card": row.card_id}

    # --- time ---------------------------------------------------------------------------------------------------

    def passes(self, *, hours: float, steps: int = 1) -> None:
        """So much time, in which workers look at the queue `steps` times and whenever something is due by then."""
        for _ in range(steps):
            self.clock.advance(hours * 3600 / steps)
            while self._work():
                pass

    def settles(self, *, within_hours: float = 2.0) -> None:
        """Workers do whatever becomes due within this time, when it does."""
        end = self.clock.now + timedelta(hours=within_hours)
        while True:
            while self._work():
                pass
            due = next_due(self.database, LANES)
            if due is None or due > end:
                return
            self.clock.now = max(due, self.clock.now + timedelta(milliseconds=1))

    def _work(self) -> int:
        leased = lease(self.database, dict.fromkeys(LANES, AT_ONCE), 3600)
        found = [group for name in LANES for group in groups([one for one in leased if one.lane == name], TOGETHER)]
        with ThreadPoolExecutor(2 * AT_ONCE) as threads:
            list(threads.map(lambda group: attempt.run_many(self.database, self.lanes[group[0].lane], group), found))
        return len(leased)

    # --- what can be seen ---------------------------------------------------------------------------------------

    def listed(self) -> list[dict[str, Any]]:
        """As `customer-card push list` says it."""
        return Operations(self.database).pushes(["sending", "retrying", "failed"], 1000)

    def retries(self) -> int:
        """`customer-card push retry --all`."""
        return Operations(self.database).retry([], None)

    def card(self, number: int) -> str:
        """The card of a call."""
        action = Action("card.refresh", {name: self.calls[number][name] for name in ("card", "leg")})
        return str(ActionDesk(self.database, self.settings).act(VIEWER, action).card)

    def states(self) -> list[str]:
        """Of all pushes, each once."""
        with self.database.read() as connection:
            return sorted(connection.execute(sa.select(pushes.c.state).distinct()).scalars())

    def written(self) -> dict[str, list[str]]:
        """The first line of each activity, by CRM."""
        tasks = [str(task["Description"]).split("\n")[0] for task in self.salesforce.tasks()]
        calls = [str(row["description"]).split("\n")[0] for row in self.dynamics.tables("phonecalls")]
        return {"salesforce": sorted(tasks), "dynamics": sorted(calls)}

    def everything(self) -> dict[str, list[str]]:
        """What ought to be written."""
        said = sorted(f"Call {number}." for number in range(len(self.calls)))
        return {"salesforce": said, "dynamics": said}


@contextmanager
def days(database: Database, clock: Clock, authority: Authority, settings: DeskSettings = SETTINGS) -> Iterator[Days]:
    """A world for one test."""
    database.clock = clock
    entra = Entra()
    with (
        running(entra.app, tls=authority) as entra_url,
        salesforce_world(authority) as salesforce,
        rigged(authority, entra, entra_url) as dynamics,
    ):
        connectors = {"salesforce": connector_for(salesforce), "dynamics": dynamics.connector()}
        yield Days(database, clock, salesforce, dynamics, connectors, settings=settings)
        for connector in connectors.values():
            connector.close()
