"""What the intake counts."""

from __future__ import annotations

from prometheus_client import Counter

EVENTS = Counter(
    "customer_card_intake_events",
    "Events by what became of them: stored (or known before), rejected",
    ["intake", "result"],
)
REQUESTS = Counter(
    "customer_card_intake_requests",
    "Requests by the answer's status",
    ["intake", "status"],
)
UNKNOWN_VERBS = Counter(
    "customer_card_intake_unknown_verbs",
    "Events stored although their verb is not known to this version",
    ["intake"],
)
