"""What `doctor` finds: one check each, with what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Finding:
    """One check."""

    what: str
    is_good: bool
    detail: str = ""
    to_do: str = ""
    is_step: bool = False
    """Nothing is wrong: a step of the installation is left."""

    def row(self) -> dict[str, Any]:
        """As a line of the report."""
        return {
            "check": self.what,
            "result": "ok" if self.is_good else "left" if self.is_step else "FAILED",
            "detail": self.detail,
            "do": self.to_do,
        }


def good(what: str, detail: str = "") -> Finding:
    """Nothing to do."""
    return Finding(what, is_good=True, detail=detail)


def bad(what: str, detail: str, to_do: str) -> Finding:
    """Something to mend."""
    return Finding(what, is_good=False, detail=detail, to_do=to_do)


def left(what: str, detail: str, to_do: str) -> Finding:
    """A step of the installation that nobody has made yet."""
    return Finding(what, is_good=False, detail=detail, to_do=to_do, is_step=True)
