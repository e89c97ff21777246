"""Records that agents create: asks the CRM for the form, creates the record under its key, writes down what became of
it (A-19).

The CRM is called between two transactions, as for a push: a crash before the second one repeats the call, and the key
makes that harmless.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

import structlog

from connectors.errors import CrmDuplicates, CrmError
from connectors.http import correlated
from connectors.interface import CrmConnector, CrmRecord, FormField, RecordDraft, RecordRef
from customers.creating import CreationState, FormInput
from customers.ids import CardId, InteractionId, LegId
from desk import creating
from desk.changes import card_changed
from desk.work import DeskSettings, Work
from jobs.errors import Later
from jobs.queue import Leased, settle_or_raise
from push.lookups import described
from push.policy import decide
from push.record_facts import agent_of, record_facts
from storage import creations, interactions, links
from storage.engine import Database, Tx

_log = structlog.get_logger()
_WAITING = {
    "form": (CreationState.ASKING,),
    "find": (CreationState.OPEN, CreationState.DUPLICATES, CreationState.REFUSED),
    "create": (CreationState.SENDING, CreationState.RETRYING),
}
"""The states in which a job has something to do."""
_FORM_TRIES = 3
"""An agent waits for the form: after so many they are told, and may ask again."""
_MOST_FOUND = 20


@dataclass(frozen=True, slots=True)
class _Task:
    row: Mapping[str, Any]
    draft: RecordDraft
    titles: Mapping[str, str]
    """Of the records that the interaction is linked to, by their refs."""
    attempts: int
    payload: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CreateWorker:
    """Handles jobs of the lanes `create:<crm>`."""

    database: Database
    connectors: Mapping[str, CrmConnector]
    settings: DeskSettings
    jitter: random.Random = field(default_factory=random.SystemRandom)

    def handle(self, leased: Leased) -> None:
        """Afterwards the form is there, or the record; or the card says why not."""
        task = self._begin(leased)
        if task is None:
            return
        try:
            with correlated(leased.correlation_id):
                finish = _CALLS[leased.payload["what"]](self.connectors[task.row["crm"]], task)
        except CrmDuplicates as error:
            self._end(leased, task, self._duplicates(task, error))
        except CrmError as error:
            if leased.payload["what"] == "find":  # the agent waits, and may search again
                _log.warning("create.not_found", crm=task.row["crm"], error=str(error))
                self._end(leased, task, _found(leased.payload, None))
            else:
                self._failed(leased, task, error)
        else:
            self._end(leased, task, finish)

    def give_up(self, tx: Tx, leased: Leased, _reason: str) -> None:
        """The job is dead: the card says so, and the agent may try again under the same key."""
        row = creations.hold(tx, leased.payload["creation"])
        if row is None or CreationState(row["state"]) not in _WAITING[leased.payload["what"]]:
            return
        if leased.payload["what"] == "find":
            _found(leased.payload, None)(Work(tx, self.settings, leased.correlation_id), row)
        else:
            self._refuse(tx, leased, row, {"reason": "unknown"})

    def _begin(self, leased: Leased) -> _Task | None:
        with self.database.write() as tx:
            row = creations.load(tx.connection, leased.payload["creation"])
            source = interactions.activity_source(tx, LegId(row["leg_id"])) if row else None
            waits = row is not None and CreationState(row["state"]) in _WAITING[leased.payload["what"]]
            if row is None or source is None or not waits or row["crm"] not in self.connectors:
                settle_or_raise(tx, leased)
                return None
            attempts = max(1, row["attempts"] + (leased.takeovers == 0))
            if leased.payload["what"] != "find":
                creations.change(tx, row["id"], attempts=attempts)
            active = links.active(tx, InteractionId(row["interaction_id"]))
            linked = {RecordRef(one.crm, one.type, one.record_id): one.title for one in active if one.crm == row["crm"]}
            draft = RecordDraft(
                key=UUID(row["key"]),
                type=row["type"],
                values={one["name"]: one["value"] for one in row["form"]} | row["typed"],
                facts=record_facts(tx, source, CardId(row["card_id"]), self.settings),
                linked=tuple(linked),
                agent=agent_of(source),
                may_be_duplicate=bool(row["is_forced"]),
            )
            titles = {str(ref): title for ref, title in linked.items()}
            return _Task(row, draft, titles, attempts, leased.payload)

    def _end(self, leased: Leased, task: _Task, finish: Callable[[Work, Mapping[str, Any]], None]) -> None:
        with self.database.write() as tx:
            interactions.hold(tx, task.row)
            row = creations.hold(tx, task.row["id"])
            assert row is not None
            # A form that was given up meanwhile stays so; a record that is there is linked all the same.
            if row["state"] != CreationState.CANCELLED.value or leased.payload["what"] == "create":
                finish(Work(tx, self.settings, leased.correlation_id), row)
            settle_or_raise(tx, leased)

    def _duplicates(self, task: _Task, error: CrmDuplicates) -> Callable[[Work, Mapping[str, Any]], None]:
        found = [described(one) | {"crm": task.row["crm"]} for one in error.matches]

        def finish(work: Work, row: Mapping[str, Any]) -> None:
            news = {"found": found, "may_create": error.may_create, "reason": "duplicates", "detail": error.detail}
            creations.change(work.tx, row["id"], state=CreationState.DUPLICATES.value, **news)
            _changed(work, row)

        return finish

    def _failed(self, leased: Leased, task: _Task, error: CrmError) -> None:
        decision = decide(error.reason, task.attempts, error.retry_after, self.jitter.random())
        is_form = leased.payload["what"] == "form"
        again = None if is_form and task.attempts >= _FORM_TRIES else decision.again_in_seconds
        news: dict[str, Any] = {"reason": error.reason, "detail": error.detail[:500]}
        with self.database.write() as tx:
            interactions.hold(tx, task.row)
            row = creations.hold(tx, task.row["id"])
            assert row is not None
            if again is None:
                self._refuse(tx, leased, row, news | {"wrong": dict.fromkeys(error.fields, "refused")})
                settle_or_raise(tx, leased)
            elif not is_form:
                creations.change(tx, row["id"], state=CreationState.RETRYING.value, **news)
                _changed(Work(tx, self.settings, leased.correlation_id), row)
        _log.warning(
            "create.failed", crm=task.row["crm"], what=leased.payload["what"], error=str(error), again_in=again
        )
        if again is not None:
            raise Later(delay_seconds=again, reason=str(error))

    def _refuse(self, tx: Tx, leased: Leased, row: Mapping[str, Any], news: Mapping[str, Any]) -> None:
        """The form is open again, with what was typed and why it was not taken; or there is none."""
        is_form = leased.payload["what"] == "form"
        state = CreationState.UNAVAILABLE if is_form else CreationState.REFUSED
        creations.change(tx, row["id"], **{"found": [], "may_create": False} | dict(news) | {"state": state.value})
        _changed(Work(tx, self.settings, leased.correlation_id), row)


def _form(connector: CrmConnector, task: _Task) -> Callable[[Work, Mapping[str, Any]], None]:
    form = [_input(one, task.titles).to_json() for one in connector.record_form(task.draft)]

    def finish(work: Work, row: Mapping[str, Any]) -> None:
        creations.change(
            work.tx, row["id"], state=CreationState.OPEN.value, form=form, reason="", detail="", attempts=0
        )
        _changed(work, row)

    return finish


def _input(one: FormField, titles: Mapping[str, str]) -> FormInput:
    value = titles.get(one.value, one.value) if one.kind == "record" else one.value
    choices = tuple((chosen, titles.get(chosen, label)) for chosen, label in one.choices)
    return FormInput(one.name, one.label, one.kind, value, one.is_required, one.max, choices, tuple(one.types))


def _find(connector: CrmConnector, task: _Task) -> Callable[[Work, Mapping[str, Any]], None]:
    field = next(one for one in creations.inputs_of(task.row) if one.name == task.payload["field"])
    found = connector.search(task.payload["text"], limit=_MOST_FOUND, types=field.types)
    return _found(task.payload, [(str(one.ref), _told(one)) for one in found])


def _told(record: CrmRecord) -> str:
    return " · ".join(filter(None, (record.title, record.type_label, record.subtitle)))


def _found(
    asked: Mapping[str, str], choices: Sequence[tuple[str, str]] | None
) -> Callable[[Work, Mapping[str, Any]], None]:
    """What was found is there to be chosen, beside what is chosen already; None: the CRM has not answered."""

    def finish(work: Work, row: Mapping[str, Any]) -> None:
        field = next((one for one in creations.inputs_of(row) if one.name == asked["field"]), None)
        if field is None or field.searched != asked["text"]:
            return  # something else is searched for meanwhile
        if choices is None:
            news = replace(field, said="failed")
        elif not choices:
            news = replace(field, said="none")
        else:
            chosen = row["typed"].get(field.name, field.value)
            kept = [one for one in field.choices if one[0] == chosen]
            news = replace(field, said="found", choices=tuple({**dict(kept), **dict(choices)}.items()))
        creations.change(work.tx, row["id"], form=creations.form_with(row, news))
        _changed(work, row)

    return finish


def _create(connector: CrmConnector, task: _Task) -> Callable[[Work, Mapping[str, Any]], None]:
    made = connector.create_record(task.draft)
    _log.info("create.done", crm=task.row["crm"], type=task.row["type"], created=made.created)

    def finish(work: Work, row: Mapping[str, Any]) -> None:
        creating.done(work, row, described(made.record))

    return finish


def _changed(work: Work, row: Mapping[str, Any]) -> None:
    card_changed(work, CardId(row["card_id"]), [LegId(row["leg_id"])])


_CALLS: Mapping[str, Callable[[CrmConnector, _Task], Callable[[Work, Mapping[str, Any]], None]]] = {
    "form": _form,
    "find": _find,
    "create": _create,
}
