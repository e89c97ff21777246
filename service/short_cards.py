"""Short cards for conversations: customers whom an agent finds, and what stands behind a link that somebody pastes."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qs, urlsplit

import structlog

from cards import rights
from cards.actions import Verb
from connectors.errors import CrmError
from connectors.http import within
from connectors.interface import CrmConnector, CrmRecord, RecordRef
from customers.ids import CardId
from customers.profile_form import Detail
from customers.shorts import CustomerShort, RecordShort, Short
from customers.views import Viewer
from manifest.app import app_link, card_link
from service.crossing import Crossing
from storage import shorts
from storage.engine import Database

_log = structlog.get_logger("short_cards")
CRM_SECONDS = 3.5
"""How long a CRM may take to say what a link opens. Teams waits 5 seconds, and tries again twice."""
_THREADS = 2
"""Of each CRM: links are few, and a CRM that hangs holds up no other one."""
_CARD_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class ServiceShortCards:
    """For the bot. What somebody may not see, and what is not there, is None to them alike."""

    database: Database
    crossing: Crossing
    crms: Mapping[str, CrmConnector]
    teams_id: str
    """The app's id in Teams."""
    public_url: str
    _threads: dict[str, Crossing] = field(default_factory=dict)

    @property
    def app_link(self) -> str:
        """Where the app is shown to somebody who has to add it, or to sign in, first."""
        return app_link(self.teams_id)

    async def find(self, viewer: Viewer, text: str, skip: int, count: int) -> Sequence[CustomerShort]:
        """Customers that answer `text`; those of late where it is empty."""
        verb = Verb.CUSTOMERS_SEARCH if text else Verb.CUSTOMERS_RECENT
        if not _may(viewer, verb):
            return ()
        found = await self.crossing.run(self._find, viewer, text, skip, count)
        return [self._seen(one, viewer) for one in found]

    async def of_card(self, viewer: Viewer, card_id: CardId) -> Short | None:
        """The customer of a card of ours."""
        if not _CARD_ID.fullmatch(card_id) or not _may(viewer, Verb.CUSTOMERS_SHOW):
            return None
        found = await self.crossing.run(self._of_card, card_id)
        return self._seen(found, viewer) if found is not None else None

    async def of_link(self, viewer: Viewer, url: str) -> Short | None:
        """What a link of ours or of a CRM opens."""
        card_id = self._own(url)
        if card_id is not None:
            return await self.of_card(viewer, card_id)
        if not _may(viewer, Verb.LINK_SEARCH):
            return None
        for name, crm in self.crms.items():
            ref = crm.record_of(url)
            if ref is not None:
                return await self._of_record(name, crm, ref, viewer)
        return None

    def close(self) -> None:
        """No CRM is asked any more. Those that are being asked answer, or time out."""
        for threads in self._threads.values():
            threads.close()

    def _find(self, viewer: Viewer, text: str, skip: int, count: int) -> list[CustomerShort]:
        with self.database.read() as connection:
            if text:
                return shorts.found(connection, viewer.user_id, text, skip, count)
            return shorts.recent(connection, viewer.user_id, skip, count)

    def _of_card(self, card_id: CardId) -> CustomerShort | None:
        with self.database.read() as connection:
            return shorts.of_card(connection, card_id)

    def _seen(self, short: CustomerShort, viewer: Viewer) -> CustomerShort:
        """With its link, and without what is switched off for the viewer (E-11)."""
        company = short.company if Detail.COMPANY in viewer.switches.profile_parts else ""
        return replace(short, company=company, url=card_link(self.teams_id, self.public_url, short.card_id))

    def _own(self, url: str) -> CardId | None:
        """The card that a link to our page names."""
        page = f"{self.public_url}/pane/"
        if not self.public_url or not url.startswith((f"{page}?", f"{page[:-1]}?")):
            return None
        try:
            return CardId(parse_qs(urlsplit(url).query, max_num_fields=50).get("card", [""])[0])
        except ValueError:
            return None

    async def _of_record(self, name: str, crm: CrmConnector, ref: RecordRef, viewer: Viewer) -> RecordShort | None:
        threads = self._threads.setdefault(name, Crossing(_THREADS))
        try:
            async with asyncio.timeout(CRM_SECONDS):
                record = await threads.run(_read, crm, ref)
        except (CrmError, TimeoutError) as error:
            _log.info("short_cards.no_record", crm=name, type=ref.type, error=str(error) or "timeout")
            return None
        labels = crm.type_labels.get(record.ref.type, {})
        label = labels.get(viewer.language) or labels.get("en") or record.type_label
        return RecordShort(record.title, label, crm.label, record.url)


def _may(viewer: Viewer, verb: Verb) -> bool:
    return rights.may(viewer.roles, verb) and rights.switched_off(viewer.switches, verb) is None


def _read(crm: CrmConnector, ref: RecordRef) -> CrmRecord:
    with within(CRM_SECONDS):
        return crm.get_record(ref)
