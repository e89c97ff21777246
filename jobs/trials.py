"""After a pause one job finds out for all whether it is over; until it has ended, its lane waits as before.

The pause's own row says so: it is moved to the end of the lease of the one that is tried, so that no other process
begins one too, and goes with its end. Where that was another failure for the same reason, a new pause follows.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from jobs import statements
from storage.engine import Tx

if TYPE_CHECKING:
    from jobs.queue import Leased


def due(tx: Tx, lane_names: Sequence[str]) -> set[str]:
    """Lanes whose pause is over, and of which one job is to be tried. Nobody else is told of them until `tx` ends."""
    return set(tx.execute(statements.PAST_PAUSES, {"now": tx.now, "names": lane_names}).scalars())


def begin(tx: Tx, many: Sequence[Leased], until: datetime) -> None:
    """Each is alone in its lane; where its holder dies, another one is tried at `until`."""
    if many:
        tx.execute(statements.ON_TRIAL, {"names": [leased.lane for leased in many], "until": until})
    for leased in many:
        leased.trial_until = until


def end(tx: Tx, leased: Leased) -> bool:
    """The lane runs as it did before its pause, unless it has been paused anew. False for a job that was no trial."""
    if leased.trial_until is None:
        return False
    tx.execute(statements.TRIAL_ENDED, {"the_lane": leased.lane, "trial": leased.trial_until})
    return True


def not_begun(tx: Tx, leased: Leased) -> None:
    """Nothing was found out: another one is tried."""
    if leased.trial_until is not None:
        trial = {"the_lane": leased.lane, "trial": leased.trial_until, "now": tx.now}
        tx.execute(statements.TRIAL_NOT_BEGUN, trial)
        leased.trial_until = None
