"""Typed ids. Every id of ours is a random UUID written as 32 hexadecimal digits."""

from __future__ import annotations

import uuid
from typing import NewType

CustomerId = NewType("CustomerId", str)
CardId = NewType("CardId", str)
IdentityId = NewType("IdentityId", str)
InteractionId = NewType("InteractionId", str)
LegId = NewType("LegId", str)
LinkId = NewType("LinkId", str)
PushId = NewType("PushId", str)
MergeId = NewType("MergeId", str)
RequestId = NewType("RequestId", str)
CommentId = NewType("CommentId", str)
MessageId = NewType("MessageId", str)
MoveId = NewType("MoveId", str)
AgentId = NewType("AgentId", str)
UserId = NewType("UserId", str)
"""A Teams user: the Entra object id, lower case."""


def new_id() -> str:
    """A fresh id that no other row has."""
    return uuid.uuid4().hex
