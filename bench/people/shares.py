"""How often a channel shows what of a name, and in what form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Shares:
    """How often a channel shows what of a name; the rest are whole names."""

    nothing: float
    first_only: float
    last_only: float
    initial: float = 0.05
    """Of the whole names, like the next ones: `J. Lang`."""
    short: float = 0.07
    """Ted for Edward, where the first name has such forms."""
    middle: float = 0.03
    """With the initial of a second first name."""
    slip: float = 0.05
    """Of each word."""
    is_heard: bool = False


ByChannel = Mapping[str, Shares]
MADE: ByChannel = {
    "voice": Shares(nothing=0.22, first_only=0.01, last_only=0.07, slip=0.17, is_heard=True),
    "sms": Shares(nothing=0.22, first_only=0.05, last_only=0.02),
    "email": Shares(nothing=0.26, first_only=0.03, last_only=0.02),
    "chat": Shares(nothing=0.06, first_only=0.11, last_only=0.02, slip=0.08),
    "social": Shares(nothing=0.27, first_only=0.09, last_only=0.01),
}
"""With the made-up names of `countries`."""
OFTENER = 1.1
"""So much oftener are the names of `listed` written otherwise: set by the rules of `bench.people.rules` alone, so that
these come out within 0.03 of a prototype's (`bench.people.calibration`) among 100,000 cards and among a million, before
ours was measured on such cards."""


def _oftener(one: Shares, times: float) -> Shares:
    return replace(
        one, initial=one.initial * times, short=one.short * times, middle=one.middle * times, slip=one.slip * times
    )


CENSUS: ByChannel = {channel: _oftener(one, OFTENER) for channel, one in MADE.items()}
"""With the lists of names that packages ship."""
