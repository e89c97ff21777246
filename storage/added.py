"""What was added to a profile since cards became one, and the other side of an undo does not have (P-01).

Labels, numbers and addresses: there is one offer of each kind, with a line for each.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from customers.ids import CardId
from customers.profile_form import TAGS
from storage import labels
from storage.profiles import contacts_of

SEPARATOR: Final = "\n"
"""Between the lines of an offer: no label, number or address has it in it."""

Added = Mapping[tuple[CardId, str], list[str]]
"""By the card that it was added to, and the part of the profile; of a number or address its label comes first."""


def since(connection: sa.Connection, origin: CardId, other: CardId, times: Mapping[str, datetime]) -> Added:
    """What has been added to the cards of `origin` since the times that are given for them, unless `other` has it."""
    found: dict[tuple[CardId, str], list[str]] = {}
    known = {tag.casefold() for tag in labels.of_card(connection, other)}
    for row in labels.since(connection, origin, min(times.values())):
        if row["at"] >= times[row["card_id"]] and row["tag"].casefold() not in known:
            found.setdefault((CardId(row["card_id"]), TAGS), []).append(row["tag"])
    there = {(row["kind"], row["value"]) for row in contacts_of(connection, [other])}
    for row in contacts_of(connection, [origin]):
        if row["edited_at"] >= times[row["card_id"]] and (row["kind"], row["value"]) not in there:
            line = f"{row['label']} {row['value']}"
            found.setdefault((CardId(row["card_id"]), row["kind"]), []).append(line)
    return found
