"""Icons as data links. Written by `scripts/draw_card_icons.py`."""

from __future__ import annotations

from typing import Final

CHAIN: Final = (
    "data:image/png;base64,"
    "iVBORw0KGgoAAAANSUhEUgAAABgAAAAYAgMAAACdGdVrAAAADFBMVEUPVIwPVIyHqsb///9Y+mk6AAAAAXRSTlMAQObYZgAAAGxJ"
    "REFUeNotzrENwCAMBECajJC9UgRcUDACE0CmoM4kjMEIjEAkisixP7g56WX5bTYrc5hdOY3FKG6CwCD7okxqAnUQCsKYoq7wWwXi"
    "Zwjh5ibki/XYTFNw3Q2Bmm8gWoQVfTxALKtdWS/9D34EFECYHTdwigAAAABJRU5ErkJggg=="
)
"""A chain on blue: Link (A-13)."""

TICK: Final = (
    "data:image/png;base64,"
    "iVBORw0KGgoAAAANSUhEUgAAABgAAAAYAgMAAACdGdVrAAAADFBMVEUOcA4OcA6GuIb///8oTMxyAAAAAXRSTlMAQObYZgAAAE9J"
    "REFUeNpjYA0FggAGURAVwhAKBripTAi1D0yF/QNT0T/BVPxXIFUbWn8VSO0P/Q/SUH/9L4iK//8VRIX/fwo25f9UMFWH1yIgBXUS"
    "xIEAJdc3/VboL6AAAAAASUVORK5CYII="
)
"""A tick on green: Linked (A-14)."""

MERGE: Final = (
    "data:image/png;base64,"
    "iVBORw0KGgoAAAANSUhEUgAAABgAAAAYAgMAAACdGdVrAAAADFBMVEVPUrJPUrKnqNj////bHQR3AAAAAXRSTlMAQObYZgAAAEtJ"
    "REFUeNpjYA0FggAGURAVwhAKBujUVwj1D0Ltnxo2FUjlP41+CqSif4b/BKn8F/YPRNX//49EQQShSqAaoNr/oRiNzVqokyAOBABF"
    "cT3PrtEQgwAAAABJRU5ErkJggg=="
)
"""Two lines that become one: Merge (A-25)."""
