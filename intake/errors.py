"""Why an event is refused."""

from __future__ import annotations


class EventRejected(Exception):
    """The event does not fit the schema. `str()` is safe to log: it never holds what the event said."""

    def __init__(self, pointer: str, detail: str = "") -> None:
        super().__init__(f"event rejected at {pointer or '/'}")
        self.pointer = pointer
        """JSON pointer (RFC 6901) to what is wrong; empty for the event as a whole."""
        self.detail = detail
        """What is wrong, for the sender; may quote the event."""
