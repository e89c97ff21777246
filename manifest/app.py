"""What an app package is made of: the settings of one company, without knowing where they stand."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode, urlsplit

_NAMESPACE = uuid.UUID("1d3c5f0e-6c55-4f0b-9f1e-9b0c2f8a7c31")
"""Of app ids that are made from the bot's."""
TAB = "customer-card"
"""The id of the tab that shows the pane."""


@dataclass(frozen=True, slots=True)
class Command:
    """Something that the bot answers when it is written to."""

    title: str
    description: str


@dataclass(frozen=True, slots=True)
class App:
    """One company's app."""

    app_id: str
    """Entra application (client) id of the bot and of the pane."""
    public_url: str
    """How Teams reaches the service, without a slash at the end."""
    languages: Sequence[str]
    """The first is the manifest's own."""
    commands: dict[str, Sequence[Command]]
    """What the bot answers, by language."""
    version: str
    name: str
    full_name: str
    developer: str
    website: str
    privacy: str
    terms: str
    accent_color: str
    id: str = ""
    """Of the app in Teams; empty: made from `app_id`."""
    color_icon: bytes = b""
    """PNG; empty: ours."""
    outline_icon: bytes = b""
    """PNG; empty: ours."""
    crm_domains: Sequence[str] = ()
    """Whose links are shown as short cards, beside our own: each CRM's."""

    @property
    def host(self) -> str:
        """The domain of the service; empty where the address has none."""
        return _host(self.public_url)

    @property
    def teams_id(self) -> str:
        """The app's id in Teams."""
        return teams_id(self.app_id, self.id)

    @property
    def resource(self) -> str:
        """The application id URI that the pane's tokens are asked for."""
        return resource(self.public_url, self.app_id)


def teams_id(app_id: str, own_id: str = "") -> str:
    """The app's id in Teams: the same for the same bot, and never the bot's own."""
    return own_id.lower() or str(uuid.uuid5(_NAMESPACE, app_id.strip().lower()))


def card_link(app_id_in_teams: str, public_url: str, card_id: str) -> str:
    """Opens a card on the app's tab in Teams; in a browser where there is no Teams."""
    asked = {"context": json.dumps({"subEntityId": card_id}, separators=(",", ":"))}
    if public_url:
        asked["webUrl"] = f"{public_url}/pane/?card={card_id}"
    return f"https://teams.microsoft.com/l/entity/{app_id_in_teams}/{TAB}?{urlencode(asked, quote_via=quote)}"


def app_link(app_id_in_teams: str) -> str:
    """Opens the app in Teams; for those who do not have it yet, what it is, and how to add it."""
    return f"https://teams.microsoft.com/l/app/{app_id_in_teams}"


def resource(public_url: str, app_id: str) -> str:
    """The application id URI of an app with a bot whose pages stand at `public_url`."""
    return f"api://{_host(public_url)}/botid-{app_id}"


def _host(url: str) -> str:
    try:
        return urlsplit(url).netloc
    except ValueError:
        return ""
