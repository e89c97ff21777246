"""What is related to a row, list by list as the mapping says, the lists together in one call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.dynamics import queries, records
from connectors.dynamics.records import Row, lookup
from connectors.dynamics.schema import Schema
from connectors.dynamics.web import WebApi
from connectors.errors import CrmError
from connectors.mapping import CrmMapping, RecordType, RelatedList
from connectors.related import ListPage, Place, gathered

Read = tuple[str, Mapping[str, str]]
"""A path, or the rest of a link of Dataverse's own, with options."""


class Related:
    """Reads one environment. Safe for many threads."""

    def __init__(self, web: WebApi, schema: Schema, mapping: CrmMapping) -> None:
        self._web = web
        self._schema = schema
        self._mapping = mapping

    def page(
        self, record: RecordType, row_id: str, size: int, place: Place
    ) -> tuple[list[tuple[int, Row]], Place | None]:
        """Up to `size` rows from `place` on, each with the number of its list, and where the next page begins."""
        lists = record.related
        wanted = [(number, place.link if number == place.list else "") for number in range(place.list, len(lists))]
        known = dict(zip(range(place.list, len(lists)), self._pages(record, row_id, wanted, size), strict=True))
        return gathered(
            len(lists), place, size, known,
            lambda number, link: self._pages(record, row_id, [(number, link)], size)[0],
        )  # fmt: skip

    def _pages(self, record: RecordType, row_id: str, wanted: Sequence[tuple[int, str]], size: int) -> list[ListPage]:
        if not wanted:
            return []
        entries = [record.related[number] for number, _ in wanted]
        reads = [
            (link, {}) if link else self._read(record, row_id, entry)
            for entry, (_, link) in zip(entries, wanted, strict=True)
        ]
        answers = [_good(one) for one in self._web.read_many("related", reads, page=size)]
        return self._behind(entries, [self._list_page(one) for one in answers], size)

    def _list_page(self, answer: Mapping[str, Any]) -> ListPage:
        """A set, or the one row that a lookup points to; nothing where it points nowhere."""
        if "value" not in answer:
            return ListPage([answer] if answer else [])
        link = answer.get("@odata.nextLink")
        return ListPage(answer["value"], self._web.below("related", link) if link else "")

    def _read(self, record: RecordType, row_id: str, entry: RelatedList) -> Read:
        if entry.through:
            options = {"$select": lookup(entry.far), "$filter": f"{lookup(entry.near)} eq {row_id}"}
            return self._schema.set_name(entry.through), options
        select = self._select(entry)
        if entry.parent:
            column = entry.parent.removeprefix("_").removesuffix("_value")
            name = self._schema.navigation(record.type, column, entry.type)
            return f"{self._schema.set_name(record.type)}({row_id})/{name}", select
        return self._set(entry, select, f"{lookup(entry.child)} eq {row_id}")

    def _set(self, entry: RelatedList, select: Mapping[str, str], condition: str) -> Read:
        options = {**select, "$filter": queries.all_of(condition, entry.options.get("where", ""))}
        if entry.order:
            order = entry.order.replace("ASC", "asc").replace("DESC", "desc")
            options["$orderby"] = f"{order},{self._schema.primary_id(entry.type)}"  # nothing is left open between pages
        return self._schema.set_name(entry.type), options

    def _behind(self, entries: Sequence[RelatedList], pages: Sequence[ListPage], size: int) -> list[ListPage]:
        """In place of rows of a table between, those behind it; and a parent where it meets its condition."""
        reads: dict[int, Read] = {}
        for at, (entry, page) in enumerate(zip(entries, pages, strict=True)):
            key = self._schema.primary_id(entry.type)
            named = lookup(entry.far) if entry.through else key
            ids = queries.any_of(f"{key} eq {row[named]}" for row in page.rows if row.get(named))
            if ids and _is_first_step(entry):
                reads[at] = self._set(entry, self._select(entry), ids)
        found = self._web.read_many("related", list(reads.values()), page=size) if reads else []
        behind = {at: _good(answer)["value"] for at, answer in zip(reads, found, strict=True)}
        return [
            ListPage(behind.get(at, []), page.following) if _is_first_step(entry) else page
            for at, (entry, page) in enumerate(zip(entries, pages, strict=True))
        ]

    def _select(self, entry: RelatedList) -> Mapping[str, str]:
        return {"$select": records.columns(self._mapping.records[entry.type], self._schema.primary_id(entry.type))}


def _is_first_step(entry: RelatedList) -> bool:
    """True where what is read first says only which rows are to be read: a lookup itself takes no condition."""
    return bool(entry.through or (entry.parent and entry.options.get("where")))


def _good(answer: Mapping[str, Any] | CrmError) -> Mapping[str, Any]:
    if isinstance(answer, CrmError):
        raise answer
    return answer
