"""Who is registered in the stand-in's one tenant."""

from __future__ import annotations

from dataclasses import dataclass

TENANT_ID = "5e7ec7ed-0000-4c0a-8000-00000000c0a7"
BOT_APP_ID = "b07b07b0-0000-4b07-8000-000000000b07"
BOT_APP_SECRET = "bot-secret-of-the-stand-in"
CRM_APP_ID = "c3a0c3a0-0000-4c3a-8000-000000000c3a"
CRM_APP_SECRET = "crm-secret-of-the-stand-in"


@dataclass(frozen=True, slots=True)
class Person:
    """A user of the tenant."""

    oid: str
    name: str
    email: str
    title: str = "Agent"
    locale: str = "en-US"
    time_zone: str = "Europe/London"


ELINOR = Person("e11e0000-0000-4a00-8000-00000000e110", "Elinor Dashwood", "elinor.dashwood@contoso.example")
MARIANNE = Person(
    "aa11a000-0000-4a00-8000-00000000aa11", "Marianne Dashwood", "marianne.dashwood@contoso.example", locale="de-DE"
)
WILLOUGHBY = Person(
    "10a11000-0000-4a00-8000-0000000010a1", "John Willoughby", "john.willoughby@contoso.example", title="Supervisor"
)
PEOPLE = (ELINOR, MARIANNE, WILLOUGHBY)


def person(name: str) -> Person | None:
    """The person with this oid, e-mail address or first name, in any case; None when there is nobody."""
    wanted = name.casefold()
    for one in PEOPLE:
        if wanted in (one.oid, one.email, one.name.casefold(), one.name.partition(" ")[0].casefold()):
            return one
    return None
