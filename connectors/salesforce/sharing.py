"""Several contacts on one Task: the first is its Who, the others are related to it by TaskRelation.

There is TaskRelation only in orgs that let users relate several contacts to a task. Salesforce says nothing of what it
answers to a relation that is there already, so it is looked for before one is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from connectors.errors import CrmError, CrmRecordNotFound
from connectors.interface import RecordRef
from connectors.salesforce import queries
from connectors.salesforce.errors import GONE, error_from, error_of
from connectors.salesforce.records import Records
from connectors.salesforce.rest import Rest

TARGETS = frozenset({"Task"})
TYPES = frozenset({"Contact"})
"""Who may stand beside others: a lead's Task takes nobody else."""
RELATION = "TaskRelation"
_JOIN = "log_activity"
LEAVE = "withdraw_activity"


@dataclass(slots=True)
class _Standing:
    """Who stands on a Task."""

    who: str = ""
    relations: dict[str, str] = field(default_factory=dict)
    """Person → id of the relation."""

    @property
    def people(self) -> list[str]:
        return list(dict.fromkeys([*([self.who] if self.who else []), *self.relations]))


class Sharing:
    """Relates people to Tasks of one org. Safe for many threads."""

    def __init__(self, rest: Rest, records: Records) -> None:
        self._rest = rest
        self._records = records

    def join(self, task_id: str, person_id: str) -> None:
        """The contact stands on the Task. Raises `CrmError`."""
        (refused,) = self.join_many([(task_id, person_id)], {})
        if refused is not None:
            raise refused

    def join_many(
        self, wanted: Sequence[tuple[str, str]], known: Mapping[str, str], *, may_follow: bool = True
    ) -> list[CrmError | None]:
        """Each contact stands on their Task, or why not. `known`: by Tasks that are new, their only contact."""
        standing = self._standing(_JOIN, {task for task, _ in wanted if task not in known})
        there = {task: {found[:15] for found in one.people} for task, one in standing.items()}
        there |= {task: {who[:15]} for task, who in known.items()}
        missing = [place for place, (task, who) in enumerate(wanted) if who[:15] not in there.get(task, ())]
        rows = [(RELATION, {"TaskId": wanted[place][0], "RelationId": wanted[place][1]}) for place in missing]
        results: list[CrmError | None] = [None] * len(wanted)
        for place, answer in zip(missing, self._rest.create_many(_JOIN, rows), strict=True):
            if isinstance(answer, str) or answer.code == "DUPLICATE_VALUE":
                continue
            if answer.code in GONE and may_follow:
                results[place] = self._follow(*wanted[place])
            else:
                results[place] = error_from(self._rest.crm, _JOIN, 400, answer)
        return results

    def _follow(self, task_id: str, person_id: str) -> CrmError | None:
        """The contact was merged: the one that they are now stands on the Task."""
        try:
            master = self._records.master_of(RecordRef(self._rest.crm, "Contact", person_id))
            (refused,) = self.join_many([(task_id, master)], {}, may_follow=False)
        except CrmError as error:
            return error
        return refused

    def leave(self, activity: RecordRef, record: RecordRef) -> bool:
        """The contact no longer stands on the Task. True where nobody is left on it."""
        standing = self._standing(LEAVE, [activity.id]).get(activity.id)
        if standing is None:
            return False  # it is gone, and they with it
        person = self._among(standing, record)
        if not person:
            return not standing.people
        others = [one for one in standing.people if one != person]
        if not others:
            return True
        if standing.who == person:
            self._succeed(activity, others[0])
            standing = self._standing(LEAVE, [activity.id]).get(activity.id) or standing
        if relation := standing.relations.get(person, ""):
            self._remove(relation)
        return False

    def _among(self, standing: _Standing, record: RecordRef) -> str:
        """The person of `record` among those who stand there, also after they were merged; empty where they do not."""
        short = {one[:15]: one for one in standing.people}
        if record.id[:15] in short:
            return short[record.id[:15]]
        try:
            return short.get(self._records.master_of(record)[:15], "")
        except CrmRecordNotFound:
            return ""

    def _succeed(self, activity: RecordRef, person: str) -> None:
        path = f"sobjects/{activity.type}/{activity.id}"
        answer = self._rest.call(LEAVE, "PATCH", path, json_body={"WhoId": person})
        if not answer.is_ok:
            raise error_of(self._rest.crm, LEAVE, answer)

    def _remove(self, relation: str) -> None:
        answer = self._rest.call(LEAVE, "DELETE", f"sobjects/{RELATION}/{relation}")
        error = None if answer.is_ok else error_of(self._rest.crm, LEAVE, answer)
        if error is not None and not isinstance(error, CrmRecordNotFound):
            raise error

    def _standing(self, operation: str, tasks: Iterable[str]) -> dict[str, _Standing]:
        """Who stands on each of the Tasks that there are; both questions in one call."""
        ids = sorted(tasks)
        if not ids:
            return {}
        by_short = {task[:15]: task for task in ids}
        rows, relations = self._rest.queries(
            operation, [queries.by_ids("Task", ids, ("Id", "WhoId")), queries.relations_of(ids)]
        )
        found = {by_short[str(row["Id"])[:15]]: _Standing(str(row.get("WhoId") or "")) for row in rows}
        for row in relations:
            task = found.get(by_short.get(str(row["TaskId"])[:15], ""))
            if task is not None:
                task.relations[str(row["RelationId"])] = str(row["Id"])
        return found
