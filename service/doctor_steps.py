"""`doctor`: the app package, the contact centres, and the steps that only people can make."""

from __future__ import annotations

import sqlalchemy as sa

from service.errors import ConfigError
from service.findings import Finding, bad, good, left
from service.package import checked
from service.settings import Settings
from storage import inbox, people
from storage.tables import users


def package(settings: Settings) -> Finding:
    """Whether `customer-card manifest` would make a package that Teams takes."""
    if settings.teams.development and not settings.service.public_url:
        return good("package", "none is needed in development")
    try:
        made = checked(settings)
    except ConfigError as error:
        wrong = "; ".join(str(error).splitlines())
        return bad("package", wrong, "mend these settings, then customer-card manifest --out customer-card.zip")
    return good("package", f"version {made.version} can be made: customer-card manifest --out customer-card.zip")


def intakes(settings: Settings) -> list[Finding]:
    """Whether contact centres can send events."""
    if not settings.intake:
        return [bad("intake", "no contact centre is connected", "add [intake.NAME] with its secrets")]
    url = settings.service.public_url.rstrip("/")
    return [good(f"intake.{name}", f"events go to {url}/intake/v1/{name}") for name in settings.intake]


def steps(settings: Settings, connection: sa.Connection) -> list[Finding]:
    """What the database shows of installation: chats with agents, events, agents without a Teams user."""
    chats = connection.execute(
        sa.select(sa.func.count()).select_from(users).where(users.c.conversation_id.is_not(None))
    ).scalar_one()
    findings = [
        good("installed", f"{chats} users have the app")
        if chats
        else left(
            "installed",
            "nobody has installed the app",
            "upload the package in the Teams admin centre and let a setup policy install it (docs/install.md, step 5)",
        )
    ]
    if settings.intake and not inbox.counts(connection):
        to_do = "let the contact centre send its events here (docs/install.md, step 6)"
        findings.append(left("events", "none has come yet", to_do))
    unmatched = sum(row["user_id"] is None for row in people.listing(connection))
    if unmatched:
        to_do = "customer-card agents list shows them; customer-card agents match INTAKE AGENT USER"
        findings.append(left("agents", f"{unmatched} have no Teams user: what is theirs waits", to_do))
    return findings
