"""What a mapping may fill fields with: the names, and what they mean."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import overload


@dataclass(frozen=True, slots=True)
class Sources(Sequence[str]):
    """Names that a mapping may use: those that are listed, and `PREFIX.NAME` for fields that a company chose itself.

    Whether there is such a field, the settings know, not the CRM.
    """

    names: tuple[str, ...]
    prefixes: tuple[str, ...] = ()

    def __contains__(self, name: object) -> bool:
        return name in self.names or (isinstance(name, str) and own_field(name)[0] in self.prefixes)

    @overload
    def __getitem__(self, at: int) -> str: ...

    @overload
    def __getitem__(self, at: slice) -> tuple[str, ...]: ...

    def __getitem__(self, at: int | slice) -> str | tuple[str, ...]:
        return self.names[at]

    def __len__(self) -> int:
        return len(self.names)


_OWN_FIELD = re.compile(r"(fields|customer_fields)\.([a-z][a-z0-9_]{0,40})")


def own_field(source: str) -> tuple[str, str]:
    """`fields` or `customer_fields`, and the name; two empty texts where `source` is no field of the company's own."""
    found = _OWN_FIELD.fullmatch(source)
    return (found[1], found[2]) if found else ("", "")


FACT_WORDS: Mapping[str, str] = {
    "interaction_id": "the contact centre's id of the interaction",
    "channel": "`voice`, `email`, `chat`, `sms`, `social`, `video`, `work_item`, `other`",
    "direction": "`inbound`, `outbound`, `internal`, or nothing",
    "subject": "subject of a mail, topic of a chat, reason of a call",
    "customer_name": "the customer, as the card names them",
    "customer_company": "their company",
    "customer_address": "their number, e-mail address or social id in this interaction",
    "business_address": "the number or address that they reached",
    "queue": "queue, skill or campaign",
    "agent_name": "the agent",
    "agent_email": "their e-mail address",
    "started_at": "when the agent took it; in a template, UTC: `2026-11-21T09:00:00.000Z`",
    "ended_at": "when it ended; as `started_at`",
    "duration_seconds": "how long it lasted, in seconds",
    "duration_minutes": "the same in begun minutes: 61 seconds are 2",
    "local_date": "the day on which it began, in the agent's time zone: `2026-11-21`",
    "local_time": "the time at which it began, in the agent's time zone: `10:00`",
    "disposition": "the outcome in words; its code where it has none",
    "disposition_code": "the outcome's code, which stays when its words change: fit for value maps",
    "notes": "what the agent wrote in wrap-up",
    "tags": "the tags, joined by commas",
    "recording_url": "where the recording is; an address",
    "transcript_url": "where the transcript is; an address",
}
"""Names that a mapping may use, and what they mean."""
FACTS = Sources(tuple(FACT_WORDS), ("fields",))
RECORD_FACT_WORDS: Mapping[str, str] = {
    **FACT_WORDS,
    "customer_given_name": "their first name; where nobody wrote one, what stands before the last word of the name",
    "customer_family_name": "their last name; where nobody wrote one, the last word of the name",
    "customer_phone": "their number: that of this interaction, else the first one of the profile",
    "customer_mobile_phone": "the mobile number of the profile; `_home_phone` and `_work_phone` likewise",
    "customer_home_phone": "the number at home",
    "customer_work_phone": "the number at work",
    "customer_email": "their e-mail address: that of this interaction, else the first one of the profile",
    "customer_home_email": "the private e-mail address of the profile",
    "customer_work_email": "the e-mail address at work",
    "customer_gender": "`female`, `male`, `diverse`, or nothing",
    "customer_birth_date": "`1985-04-23`",
    "customer_street": "street and number",
    "customer_postcode": "the postcode",
    "customer_tags": "the customer's tags, joined by commas",
    "customer_notes": "what agents noted of the customer",
    "request_name": "the name of the request that the interaction is in",
    "request_description": "its description",
}
"""Names that a mapping may use for records, and what they mean: those of an interaction, and of its customer."""
RECORD_FACTS = Sources(tuple(RECORD_FACT_WORDS), ("fields", "customer_fields"))
_OF_INTERACTION = frozenset({"customer_address", "customer_phone", "customer_email"})
PROFILE_FACTS = Sources(
    tuple(name for name in RECORD_FACT_WORDS if name.startswith("customer_") and name not in _OF_INTERACTION),
    ("customer_fields",),
)
"""Those that agents edit in the profile, and that may be written back."""
