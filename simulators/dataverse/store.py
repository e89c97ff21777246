"""The rows of the simulated environment, and what may become of them."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from simulators.dataverse.errors import (
    BAD_STATUS,
    DUPLICATE_ROW,
    KEY_IN_USE,
    NOT_FOUND_BY_KEY,
    PLUGIN,
    READ_ONLY,
    SECURED,
    UNEXPECTED,
    DataverseError,
    bad_request,
    not_found,
)
from simulators.dataverse.paths import parse_bind
from simulators.dataverse.schema import TABLES, Table, undeclared
from simulators.dataverse.values import Link, Row, checked, lookup_values, set_full_name


@dataclass(frozen=True, slots=True)
class Caller:
    """Who acts: the user whose name stands on the row, and the application behind them."""

    user_id: str
    behalf_id: str | None = None


def now() -> str:
    """The time as rows hold it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Store:
    """Tables in memory. Not thread-safe: the simulator's one event loop owns it."""

    def __init__(self, clock: Callable[[], str] = now) -> None:
        self.tables: dict[str, Table] = dict(TABLES)
        self._rows: dict[str, dict[str, Row]] = {name: {} for name in TABLES}
        self._versions = itertools.count(1000)
        self._before: dict[tuple[str, str], Row | None] | None = None
        self._clock = clock

    @property
    def sets(self) -> dict[str, Table]:
        """The tables by the name of their entity set."""
        return {table.set_name: table for table in self.tables.values()}

    def define(self, table: Table) -> None:
        """The table is like this from now on; its rows stay, with nothing in new columns."""
        self.tables[table.name] = table
        for row in self._rows.setdefault(table.name, {}).values():
            for name in table.by_property.keys() - row.keys():
                row[name] = None

    def rows(self, table: Table) -> list[Row]:
        """Every row of a table, in the order of creation."""
        return list(self._rows[table.name].values())

    def find(self, table: Table, row_id: str) -> Row | None:
        """The row with this primary key, or None."""
        return self._rows[table.name].get(row_id.lower())

    def get(self, table: Table, row_id: str) -> Row:
        """The row with this primary key. Raises 404."""
        row = self.find(table, row_id)
        if row is None:
            raise not_found(table.name, row_id)
        return row

    def find_by_key(self, table: Table, key: Mapping[str, Any]) -> Row | None:
        """The row that an active alternate key names, or None. Raises 400 where there is no such key."""
        if tuple(key) not in table.keys:
            raise bad_request("The specified key attributes are not a defined key for the entity.", NOT_FOUND_BY_KEY)
        return next((row for row in self.rows(table) if all(row.get(k) == v for k, v in key.items())), None)

    def create(self, table: Table, body: Mapping[str, Any], caller: Caller, *, row_id: str | None = None) -> Row:
        """A new row. Raises 412 when its primary key or an alternate key is taken, 400 for what cannot be."""
        values, parties = self._understand(table, body)
        key = str(values.get(table.primary_id) or row_id or uuid.uuid4()).lower()
        if self._is_taken(table, key):
            raise DataverseError(412, DUPLICATE_ROW, "A record with matching key values already exists.")
        for name in values:
            column = table.by_property.get(name)
            if column and not column.is_valid_for_create:
                raise bad_request(f"Attribute {column.name} is not valid for Create.", UNEXPECTED)
        self._check_secured(table, values)
        row: Row = dict.fromkeys(table.by_property)
        row |= self._defaults(table, caller) | values | {table.primary_id: key}
        set_full_name(table, row)
        self._check_required(table, row)
        self._check_rules(table, row)
        self._check_keys(table, row)
        self._save(table, row)
        self._save_parties(table, row, parties)
        return row

    def _is_taken(self, table: Table, key: str) -> bool:
        """Activities share one table underneath: an id serves one of them, whatever its type."""
        tables = [other for other in self.tables.values() if other.is_activity] if table.is_activity else [table]
        return any(key in self._rows[other.name] for other in tables)

    def update(self, table: Table, row: Row, body: Mapping[str, Any], caller: Caller) -> Row:
        """The row with the values of `body`. A completed activity takes none but the state that reopens it."""
        values, parties = self._understand(table, body)
        if parties and not table.is_activity:
            raise bad_request(f"{table.name} has no parties.")
        for name in values:
            if (column := table.by_property.get(name)) and not column.is_valid_for_update and values[name] != row[name]:
                raise bad_request(f"Attribute {column.name} is not valid for Update.", UNEXPECTED)
        self._check_secured(table, values)
        self._check_open(table, row, values)
        changed = row | values
        if values.keys() & {"firstname", "lastname"}:
            set_full_name(table, changed)
        self._check_rules(table, changed)
        if "statecode" in table.by_name:
            self._check_status(table, row, values, changed)
        self._check_keys(table, changed)
        self._note(table, row[table.primary_id])
        row.update(changed)
        row["modifiedon"], row["_modifiedby_value"] = self._clock(), caller.user_id
        self._save(table, row)
        if parties:
            self._drop_parties(row[table.primary_id])
            self._save_parties(table, row, parties)
        return row

    def delete(self, table: Table, row_id: str) -> None:
        """The row is gone. Raises 404."""
        self.get(table, row_id)
        self._note(table, row_id.lower())
        del self._rows[table.name][row_id.lower()]
        self._drop_parties(row_id)
        for note in [row for row in self.rows(TABLES["annotation"]) if row["_objectid_value"] == row_id.lower()]:
            self._note(TABLES["annotation"], note["annotationid"])
            del self._rows["annotation"][note["annotationid"]]

    def parties_of(self, activity_id: str) -> list[Row]:
        """The parties of an activity."""
        return [row for row in self.rows(TABLES["activityparty"]) if row["@activity"] == activity_id]

    def link(self, bind: object) -> Link:
        """What `@odata.bind` names: `/contacts(guid)`. Raises 400 or 404."""
        table, row_id = parse_bind(bind, self.sets)
        self.get(table, row_id)
        return Link(table.name, row_id)

    def load(self, table: Table, values: Mapping[str, Any]) -> Row:
        """A row as the seeds want it, without any of the checks; lookups are `Link`s under the column's name."""
        row: Row = dict.fromkeys(table.by_property)
        row |= {"statecode": 0, "statuscode": table.first_status(0)} if table.states else {}
        row |= {"createdon": self._clock(), "modifiedon": self._clock()} if "createdon" in table.by_name else {}
        for name, value in values.items():
            row |= lookup_values(table.by_name[name], value) if isinstance(value, Link) else {name: value}
        set_full_name(table, row)
        self._save(table, row)
        return row

    @contextmanager
    def all_or_nothing(self) -> Iterator[Callable[[], None]]:
        """Within the block, what is given takes back all changes since its beginning."""
        before: dict[tuple[str, str], Row | None] = {}
        self._before = before

        def take_back() -> None:
            for (table, key), row in before.items():
                self._rows[table].pop(key, None)
                if row is not None:
                    self._rows[table][key] = row

        try:
            yield take_back
        finally:
            self._before = None

    def _note(self, table: Table, key: str) -> None:
        """How a row was before it is changed, for whoever may take the change back."""
        if self._before is not None and (table.name, key) not in self._before:
            row = self._rows[table.name].get(key)
            self._before[table.name, key] = None if row is None else dict(row)

    def _save(self, table: Table, row: Row) -> None:
        self._note(table, row[table.primary_id])
        row["@version"] = next(self._versions)
        self._rows[table.name][row[table.primary_id]] = row

    def _defaults(self, table: Table, caller: Caller) -> Row:
        moment = self._clock()
        values: Row = {
            "createdon": moment,
            "modifiedon": moment,
            "activitytypecode": table.name,
            "statecode": 0,
            "directioncode": True,
            "merged": False,
        }
        row = {name: value for name, value in values.items() if name in table.by_property}
        if table.states:
            row["statuscode"] = table.first_status(0)
        for name, user in (
            ("createdby", caller.user_id),
            ("modifiedby", caller.user_id),
            ("ownerid", caller.user_id),
            ("createdonbehalfby", caller.behalf_id),
        ):
            if name in table.by_name and user:
                row |= lookup_values(table.by_name[name], Link("systemuser", user))
        return row

    def _understand(self, table: Table, body: Mapping[str, Any]) -> tuple[Row, list[Mapping[str, Any]] | None]:
        values: Row = {}
        parties = None
        for name, value in body.items():
            if name.endswith("@odata.bind"):
                values |= self._bound(table, name.removesuffix("@odata.bind"), value)
            elif table.is_activity and name == table.parties:
                parties = list(value)
            elif not name.startswith("@"):
                values[name] = checked(table.column_for_write(name), value)
        return values, parties

    def _bound(self, table: Table, navigation: str, value: object) -> Row:
        if navigation not in table.navigation:
            raise undeclared(table.name, navigation)
        column, target = table.navigation[navigation]
        if value is None:
            return lookup_values(column, None)
        link = self.link(value)
        if link.table != target:
            raise bad_request(f"The entity '{link.table}' does not match the expected type '{target}'.", UNEXPECTED)
        return lookup_values(column, link)

    def _check_secured(self, table: Table, values: Row) -> None:
        secured = [name for name in values if (column := table.by_property.get(name)) and column.is_secured]
        if secured:
            message = f"Caller does not have enough privilege to a secured column: {', '.join(secured)}."
            raise DataverseError(403, SECURED, message)

    def _check_rules(self, table: Table, row: Row) -> None:
        for rule in table.rules:
            if row.get(rule.requires) in (None, ""):
                raise bad_request(rule.message, PLUGIN)

    def _check_required(self, table: Table, row: Row) -> None:
        for column in table.columns:
            if column.is_required and row.get(column.name) in (None, ""):
                raise bad_request(f"{table.name}: {column.name} is required.", UNEXPECTED)

    def _check_keys(self, table: Table, row: Row) -> None:
        for key in table.keys:
            if any(row.get(name) is None for name in key):
                continue
            for other in self.rows(table):
                same = all(other.get(name) == row[name] for name in key)
                if same and other[table.primary_id] != row[table.primary_id]:
                    raise DataverseError(
                        412, KEY_IN_USE, f"A record that has the attribute values {key} already exists."
                    )

    def _check_open(self, table: Table, row: Row, values: Row) -> None:
        if not table.is_activity or row["statecode"] == 0:
            return
        fields = values.keys() - {"statecode", "statuscode"}
        if fields and values.get("statecode") != 0:
            raise bad_request("This activity is completed or cancelled and cannot be edited.", READ_ONLY)

    def _check_status(self, table: Table, row: Row, values: Row, changed: Row) -> None:
        if "statecode" in values and "statuscode" not in values and values["statecode"] != row["statecode"]:
            if values["statecode"] not in table.states:
                raise bad_request(f"{values['statecode']} is not a valid state code on {table.name}.", BAD_STATUS)
            changed["statuscode"] = table.first_status(values["statecode"])
        status = table.statuses.get(changed["statuscode"])
        if status is None or status[0] != changed["statecode"]:
            raise bad_request(
                f"{changed['statuscode']} is not a valid status code on {table.name} with"
                f" Id {changed[table.primary_id]} for state {changed['statecode']}.",
                BAD_STATUS,
            )

    def _save_parties(self, table: Table, row: Row, parties: list[Mapping[str, Any]] | None) -> None:
        party_table = TABLES["activityparty"]
        for party in parties or ():
            values, _ = self._understand(party_table, party)
            own = {"activitypartyid": str(uuid.uuid4()), "@activity": row[table.primary_id]}
            self._save(party_table, dict.fromkeys(party_table.by_property) | values | own)

    def _drop_parties(self, activity_id: str) -> None:
        for party in self.parties_of(activity_id):
            self._note(TABLES["activityparty"], party["activitypartyid"])
            del self._rows["activityparty"][party["activitypartyid"]]
