"""When a failed push is tried again: a decision, from the error's class and the attempts so far. Pure.

What passes by itself is tried for ever, ever more slowly, so that a CRM that is gone for a day costs nobody a click.
What a person must mend fails at once, with the reason, and waits for Retry.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RetryDecision:
    """What to do with a push that failed."""

    again_in_seconds: float | None
    """None: not by itself; a person must act."""
    pauses_crm: bool = False
    """True: the whole CRM waits, because the next push would fail the same way."""


@dataclass(frozen=True, slots=True)
class _Rule:
    first: float
    """Seconds before the second attempt; doubled with each further one."""
    cap: float
    attempts: int | None
    """None: for ever."""
    pauses: bool = False


_RULES: Mapping[str, _Rule] = {
    "unavailable": _Rule(first=1, cap=60, attempts=None, pauses=True),
    "rate_limited": _Rule(first=5, cap=300, attempts=None, pauses=True),
    "auth": _Rule(first=30, cap=300, attempts=None, pauses=True),
    "disabled": _Rule(first=60, cap=600, attempts=None, pauses=True),
    "conflict": _Rule(first=0.5, cap=60, attempts=20),
    "protocol": _Rule(first=2, cap=30, attempts=3),
}
_NEVER = _Rule(first=0, cap=0, attempts=0)
"""`rejected`, `forbidden`, `not_found`, `schema`: the same call fails the same way until somebody mends it."""

_LONGEST_RETRY_AFTER = 3600.0


def decide(reason: str, attempts: int, retry_after: float | None, jitter: float) -> RetryDecision:
    """What follows from the `attempts`-th failure for `reason` (`CrmError.reason`).

    `retry_after`: seconds the CRM asked for; they win, up to an hour. `jitter`: 0…1, spreads the herd.
    """
    rule = _RULES.get(reason, _NEVER)
    if rule.attempts is not None and attempts >= rule.attempts:
        return RetryDecision(None)
    backoff = min(rule.cap, rule.first * 2 ** min(attempts - 1, 20))
    wait = backoff * (0.5 + jitter / 2)
    if retry_after is not None:
        wait = max(wait, min(retry_after, _LONGEST_RETRY_AFTER))
    return RetryDecision(wait, rule.pauses)
