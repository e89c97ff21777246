"""What happened the day before: customers on several channels, two of whom are the one who calls today."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulators.contact_centre.scripts import MARIANNE
from simulators.demo.client import Client

MAIL = "edward.ferrars@example.com"


def _by_mail(name: str, address: str) -> dict[str, Any]:
    return {"name": name, "identities": [{"kind": "email", "value": address, "displayName": name}]}


def _by_phone(name: str, number: str) -> dict[str, Any]:
    return {"name": name, "identities": [{"kind": "phone", "value": number}]}


_CONTACTS: tuple[tuple[str, float, Mapping[str, Any], str], ...] = (
    ("email", 25, _by_mail("E. Ferrars", MAIL), "Invoice 4711"),
    ("voice", 24, _by_phone("Robert Ferrars", "+4915112345987"), ""),
    ("email", 23, _by_mail("Lucy Steele", "lucy.steele@example.org"), "An engagement"),
    ("chat", 22, {"identities": [{"kind": "social", "provider": "webchat", "value": "eddie.ferrars"}]}, ""),
    ("voice", 21, _by_phone("Fanny Dashwood", "+442071838750"), ""),
)


async def yesterday(client: Client, contact_centre: str) -> None:
    """All of them have been taken care of by Marianne Dashwood."""
    for channel, hours_ago, contact, subject in _CONTACTS:
        order = {"channel": channel, "hours_ago": hours_ago, "contact": contact, "agent": dict(MARIANNE)}
        answer = await client.post(
            f"{contact_centre}/_simulator/call", {**order, "interaction": {"subject": subject} if subject else {}}
        )
        over = {"interaction": answer["interaction"], "wrapup": False}
        await client.post(f"{contact_centre}/_simulator/hang-up", over)
