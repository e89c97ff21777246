"""What a simulator does not do, as calls that show it: each is answered 501 and named, never wrongly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Unsupported:
    """One thing that the vendor's service does and the simulator does not."""

    says: str
    method: str
    path: str
    """Behind the address of the API's version; an absolute one where it begins with `//`."""
    body: Any = None
