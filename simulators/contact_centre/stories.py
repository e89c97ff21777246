"""Stories with a known course: the demonstration and the tests play them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from simulators.contact_centre.scripts import EDWARD_BY_MAIL, MARIANNE, Script, Step

Story = Callable[[str], list[Step]]

WRAPUP = {"dispositions": [{"id": "d-3", "name": "Resolved"}], "tags": ["invoice"], "notes": "Sent the invoice again."}


def edward_calls(run: str) -> list[Step]:
    """Edward Ferrars calls, Elinor answers, they talk, she wraps up."""
    call = Script(run, "call", interaction={"queue": {"id": "q-1", "name": "Support DE"}})
    call(0, "offered", "Edward Ferrars calls; it rings at Elinor's desk")
    call(2, "accepted", "Elinor answers")
    call(6, "held", "Elinor puts him on hold")
    call(8, "resumed", "and is back")
    end = {"by": "contact", "reason": "hangup"}
    call(14, "ended", "Edward hangs up", end=end, wrapup={"expected": True}, recordingUrl="https://rec.example.com/1")
    call(14.5, "wrapup_started", "wrap-up begins")
    call(20, "wrapup_completed", "wrap-up is completed", wrapup={**WRAPUP, "durationSeconds": 6})
    return call.steps


def edward_rings(run: str) -> list[Step]:
    """Edward Ferrars calls and Elinor answers; the rest is left to whoever watches."""
    return edward_calls(run)[:2]


def edward_writes(run: str) -> list[Step]:
    """Edward Ferrars writes an e-mail; Elinor opens it, answers, and hands the case to Marianne, who ends it."""
    mail = Script(run, "mail", "email", contact=EDWARD_BY_MAIL, interaction={"subject": "Invoice 4711"})
    mail(0, "accepted", "Elinor opens the e-mail")
    text = {"id": f"m-{run}", "direction": "inbound", "author": "contact", "text": "Where is my invoice?"}
    mail(0.5, "message", "it asks for an invoice", agent=None, message=text)
    mail(8, "transferred", "Elinor hands it to Marianne", transfer={"kind": "agent", "toAgent": dict(MARIANNE)})
    mail(9, "accepted", "Marianne takes it", agent=MARIANNE)
    mail(15, "ended", "and ends it", agent=MARIANNE, end={"by": "agent"})
    return mail.steps


def edward_chats(run: str) -> list[Step]:
    """Edward writes on WhatsApp; Elinor takes it and gives it back."""
    identity = {"kind": "social", "provider": "whatsapp", "value": "4915112345678", "displayName": "Eddie"}
    chat = Script(run, "chat", "social", contact={"identities": [identity]}, interaction={"provider": "whatsapp"})
    chat(0, "accepted", "Elinor takes Eddie's message")
    chat(10, "unassigned", "and gives it back")
    return chat.steps


def nobody_answers(run: str) -> list[Step]:
    """A call that Elinor misses and Marianne takes; its platform knows no wrap-up."""
    call = Script(run, "missed")
    call(0, "offered", "it rings at Elinor's desk")
    call(5, "missed", "nobody answers")
    call(6, "offered", "it rings at Marianne's", agent=MARIANNE)
    call(8, "accepted", "she answers", agent=MARIANNE)
    call(16, "ended", "the call is over, without wrap-up", agent=None, wrapup={"expected": False})
    return call.steps


STORIES: Mapping[str, Story] = {
    story.__name__: story for story in (edward_calls, edward_rings, edward_writes, edward_chats, nobody_answers)
}
