"""Icons as data links. Written by `scripts/draw_card_icons.py`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from customers.model import Channel

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

CIRCLE: Final = (
    "data:image/png;base64,"
    "iVBORw0KGgoAAAANSUhEUgAAABgAAAAYAgMAAACdGdVrAAAADFBMVEVWWmlWWmmqrLT///8VMgNkAAAAAXRSTlMAQObYZgAAAEhJ"
    "REFUeNpjYA0FggAGURAVwhAKBhhU/k8w9f8/iAr///8qkIp/Gv0VSOVPDfsJpOpDQ//ioqBKoBqg2qGGwYzGYi3USRAHAgBimz47"
    "xM1G4gAAAABJRU5ErkJggg=="
)
"""A ring: Summary (E-13)."""

PERSON: Final = (
    "data:image/png;base64,"
    "iVBORw0KGgoAAAANSUhEUgAAABgAAAAYAgMAAACdGdVrAAAADFBMVEVWWmlWWmmqrLT///8VMgNkAAAAAXRSTlMAQObYZgAAADhJ"
    "REFUeNpjYA0FggAGURAVwhAKBrio6KdgKv8nmKr/i8yL/4pbA1Tl/n9g6v9/ZAq3fVAnQRwIAO8QN1Zf4oKyAAAAAElFTkSuQmCC"
)
"""A person: Profile (E-14)."""

CALENDAR: Final = (
    "data:image/png;base64,"
    "iVBORw0KGgoAAAANSUhEUgAAABgAAAAYAgMAAACdGdVrAAAADFBMVEVWWmlWWmmqrLT///8VMgNkAAAAAXRSTlMAQObYZgAAADBJ"
    "REFUeNpjYA0FggAGURAVwhAKBgjqazwmFf///1ecFFARIQpFA5p9yBTUSRAHAgBCMz/pyA4WhQAAAABJRU5ErkJggg=="
)
"""A calendar: Cases (E-15)."""

FOLDER: Final = (
    "data:image/png;base64,"
    "iVBORw0KGgoAAAANSUhEUgAAABgAAAAYAgMAAACdGdVrAAAADFBMVEVWWmlWWmmqrLT///8VMgNkAAAAAXRSTlMAQObYZgAAADBJ"
    "REFUeNpjYA0FggAGURAVwhAKBjiorJVgqv4vCvX//19yqKxVq1aG4rUP6iSIAwGOeUL1fYYLcgAAAABJRU5ErkJggg=="
)
"""A folder: Messages (E-16)."""

PERSONS: Final = (
    "data:image/png;base64,"
    "iVBORw0KGgoAAAANSUhEUgAAABgAAAAYAgMAAACdGdVrAAAADFBMVEVWWmlWWmmqrLT///8VMgNkAAAAAXRSTlMAQObYZgAAAEZJ"
    "REFUeNpjYA0FggAGURAVwhAKBjio8J/RT4FU/N/8nxDqL4IX/TP+K4aGMKiGf2CV9f/3/wNT//8Dqf0QCo99UCdBHAgAPIg+sJ4J"
    "W0wAAAAASUVORK5CYII="
)
"""Two persons: Identities (E-17)."""

DOTS: Final = (
    "data:image/png;base64,"
    "iVBORw0KGgoAAAANSUhEUgAAABgAAAAYAgMAAACdGdVrAAAADFBMVEVWWmlWWmmqrLT///8VMgNkAAAAAXRSTlMAQObYZgAAACxJ"
    "REFUeNpjYA0FggAGURAVwhAKBmRQeWFTdwKp+tnP/iIoqCCZZkKdBHEgAN1pM3PBbYLHAAAAAElFTkSuQmCC"
)
"""Three dots: More (E-18)."""

UNREAD: Final = (
    "data:image/png;base64,"
    "iVBORw0KGgoAAAANSUhEUgAAABgAAAAYAgMAAACdGdVrAAAADFBMVEUPbL0PbL2Htt7///8l48m4AAAAAXRSTlMAQObYZgAAAC1J"
    "REFUeNpjYCAGsAaAqdBQEMkYGuoAEgsNDUBQoqGhIbgoVJVQ7VDDYEYTAgD1wQwdg32WeAAAAABJRU5ErkJggg=="
)
"""A dot: there is something new (E-08)."""

MERGE: Final = (
    "data:image/png;base64,"
    "iVBORw0KGgoAAAANSUhEUgAAABgAAAAYAgMAAACdGdVrAAAADFBMVEVPUrJPUrKnqNj////bHQR3AAAAAXRSTlMAQObYZgAAAEtJ"
    "REFUeNpjYA0FggAGURAVwhAKBujUVwj1D0Ltnxo2FUjlP41+CqSif4b/BKn8F/YPRNX//49EQQShSqAaoNr/oRiNzVqokyAOBABF"
    "cT3PrtEQgwAAAABJRU5ErkJggg=="
)
"""Two lines that become one: Merge (A-25)."""

CHANNELS: Final[Mapping[Channel, str]] = {
    Channel.VOICE: (
        "data:image/png;base64,"
        "iVBORw0KGgoAAAANSUhEUgAAABgAAAAYAgMAAACdGdVrAAAADFBMVEUOcA4OcA6GuIb///8oTMxyAAAAAXRSTlMAQObYZgAAAFBJ"
        "REFUeNpjYA0FggAGURAVwhAKBuhU2FQwFf8VTOX/BFP1ECr/K7Jc+F8I9R+i/f+1qSBq//+vICr//08QFQ6hQuvBgqHRU0OxWwt1"
        "EsSBAAMXOr3MiC08AAAAAElFTkSuQmCC"
    ),
    Channel.EMAIL: (
        "data:image/png;base64,"
        "iVBORw0KGgoAAAANSUhEUgAAABgAAAAYAgMAAACdGdVrAAAADFBMVEUPVIwPVIyHqsb///9Y+mk6AAAAAXRSTlMAQObYZgAAAEdJ"
        "REFUeNpjYA0FggAGURAVwhAKBvip+P//vwKpsP//pwKpyv3/coFUXf7PvUCq/vr1vyDqazyY+rcfTP3/j0kRtgjqJIgDAfwbQH9Y"
        "4sqUAAAAAElFTkSuQmCC"
    ),
    Channel.CHAT: (
        "data:image/png;base64,"
        "iVBORw0KGgoAAAANSUhEUgAAABgAAAAYAgMAAACdGdVrAAAADFBMVEVPUrJPUrKnqNj////bHQR3AAAAAXRSTlMAQObYZgAAAElJ"
        "REFUeNpjYA0FggAGURAVwhAKBuhU2KpVU4FU/v//P4FU/f//f4HU/v///xFHQTXE////FUiFPwWbGT4VYjQ2+yAU1EkQBwIAA2lH"
        "KwYtKYAAAAAASUVORK5CYII="
    ),
    Channel.SMS: (
        "data:image/png;base64,"
        "iVBORw0KGgoAAAANSUhEUgAAABgAAAAYAgMAAACdGdVrAAAADFBMVEVPUrJPUrKnqNj////bHQR3AAAAAXRSTlMAQObYZgAAAFNJ"
        "REFUeNpjYA0FggAGURAVwhAKBuhU2KpVU4FU/v//P4FU/f//f4HU/v///4GoqWH/kHhQKjQfiQfVEP///1cgFf4UbGb4VIjR2OyD"
        "UFAnQRwIADOnRN6oda17AAAAAElFTkSuQmCC"
    ),
    Channel.SOCIAL: (
        "data:image/png;base64,"
        "iVBORw0KGgoAAAANSUhEUgAAABgAAAAYAgMAAACdGdVrAAAADFBMVEWWMniWMnjKmLz///+EbFAQAAAAAXRSTlMAQObYZgAAAEVJ"
        "REFUeNpjYA0FggAGURAVwhAKBphU9FcwFf8TTOVDqP0gwbDoZ1OBVP4/sMr6r8gUVBCqBKoBrh1qGNRoTGuhToI4EADiHTmnjvZD"
        "BQAAAABJRU5ErkJggg=="
    ),
    Channel.VIDEO: (
        "data:image/png;base64,"
        "iVBORw0KGgoAAAANSUhEUgAAABgAAAAYAgMAAACdGdVrAAAADFBMVEUOcA4OcA6GuIb///8oTMxyAAAAAXRSTlMAQObYZgAAAC9J"
        "REFUeNpjYA0FggAGURAVwhAKBkRR9f+/RkKovWDq+1/cFFQJWAPRNkCdBHEgAEBaPcVpNZZAAAAAAElFTkSuQmCC"
    ),
    Channel.WORK_ITEM: (
        "data:image/png;base64,"
        "iVBORw0KGgoAAAANSUhEUgAAABgAAAAYAgMAAACdGdVrAAAADFBMVEVcXFxcXFyurq7////uhcdbAAAAAXRSTlMAQObYZgAAAC1J"
        "REFUeNpjYA0FggAGURAVwhAKBuhU+P//VzGpq+G4BfHJYTMMm7VQJ0EcCACfJkUR4ctQhAAAAABJRU5ErkJggg=="
    ),
    Channel.OTHER: (
        "data:image/png;base64,"
        "iVBORw0KGgoAAAANSUhEUgAAABgAAAAYAgMAAACdGdVrAAAADFBMVEVcXFxcXFyurq7////uhcdbAAAAAXRSTlMAQObYZgAAADRJ"
        "REFUeNpjYA0FggAGURAVwhAKBsRR0U/BVP1fMLX/H5j6/x+ZggpClUA1EGsD1EkQBwIAy1Y2Q6bEFLMAAAAASUVORK5CYII="
    ),
}
"""How the customer reached us, on a time line (B-03)."""
