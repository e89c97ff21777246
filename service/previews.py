"""Previews for administrators in the pane: the CRM is asked, and nothing is written anywhere."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping

from connectors.errors import CrmError
from connectors.interface import ActivityPreview, CrmConnector
from customers.administration import Preview, Previews
from customers.fields import FieldSets
from push.drafts import drafts, previews
from storage.engine import Database

AT_ONCE = 2
_MOST = 10


class Previewer:
    """Safe for many threads; asks for few previews at once, so that a slow CRM keeps no agent waiting."""

    def __init__(self, database: Database, crms: Mapping[str, CrmConnector], sets: FieldSets | None = None) -> None:
        """`sets`: the company's own fields of activities."""
        self._sets = sets or {}
        self._database = database
        self._crms = crms
        self._free = threading.BoundedSemaphore(AT_ONCE)

    def __call__(self, crm: str, interaction: str, ref: str) -> Previews:
        """What the CRM would be sent of the interaction, for each record linked to it."""
        connector = self._crms.get(crm)
        if connector is None:
            return Previews(crm, ref, reason="no_interaction")
        if not self._free.acquire(blocking=False):
            return Previews(connector.label, ref, reason="busy")
        try:
            return self._ask(connector, interaction, ref)
        except CrmError as error:
            return Previews(connector.label, ref, reason=error.reason)
        finally:
            self._free.release()

    def _ask(self, connector: CrmConnector, interaction: str, ref: str) -> Previews:
        with self._database.write() as tx:
            found = list(drafts(tx, self._sets, connector.name, ref, interaction_id=interaction))[:_MOST]
        if not found:
            return Previews(connector.label, ref, reason="no_interaction")
        shown = tuple(_shown(one) for one in previews(connector, found))
        return Previews(connector.label, str(found[0].facts.get("interaction_id") or ref), shown)


def _shown(one: ActivityPreview) -> Preview:
    fields = tuple((name, _text(value)) for name, value in one.body.items())
    return Preview(one.target, str(one.record), one.record_title, one.owner, fields, tuple(one.warnings))


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
