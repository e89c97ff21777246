"""When a failed push is tried again: every class of error, every number of attempts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors import errors
from push.policy import decide

REASONS = sorted(
    {kind.reason for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.CrmError)}
)
PASSING = {"unavailable", "rate_limited", "auth", "disabled"}
FINAL = {"rejected", "forbidden", "not_found", "schema"}


@pytest.mark.parametrize("reason", REASONS)
@given(attempts=st.integers(1, 10_000), jitter=st.floats(0, 1), asked=st.none() | st.floats(0, 1e6))
def test_p08_what_passes_is_tried_for_ever_and_what_a_person_must_mend_never(
    reason: str, attempts: int, jitter: float, asked: float | None
) -> None:
    decision = decide(reason, attempts, asked, jitter)
    assert (decision.again_in_seconds is None) == (
        reason in FINAL or (reason == "protocol" and attempts >= 3) or (reason == "conflict" and attempts >= 20)
    )
    if decision.again_in_seconds is not None:
        assert 0 < decision.again_in_seconds <= 3600
        assert decision.pauses_crm == (reason in PASSING)


@given(jitter=st.floats(0, 1), asked=st.floats(0, 3600))
def test_a_crm_that_asks_for_time_gets_it(jitter: float, asked: float) -> None:
    decision = decide("rate_limited", 1, asked, jitter)
    assert decision.again_in_seconds is not None
    assert decision.again_in_seconds >= asked


def test_attempts_come_ever_more_slowly_up_to_a_cap() -> None:
    waits = [decide("unavailable", attempts, None, 1.0).again_in_seconds for attempts in range(1, 12)]
    assert waits == sorted(waits, key=lambda wait: wait or 0)
    assert waits[0] == 1
    assert waits[-1] == 60
