"""What an administrator decides about the pane; `service` fills it from the settings file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from translations import LANGUAGES

NODE_MODULES = Path(__file__).resolve().parent.parent / "node_modules"


@dataclass(frozen=True, slots=True)
class BrowserSignIn:
    """Where agents sign in who open the page in a browser of its own, outside Teams."""

    authority: str
    """Entra's address, with the tenant."""
    scope: str
    """What the page asks a token for: `CLIENT_ID/access_as_user`."""


@dataclass(frozen=True, slots=True)
class PaneSettings:
    """How the page is offered."""

    client_id: str
    """Entra application (client) id of the Teams app; the page names it, tokens are made out to it."""
    languages: tuple[str, ...] = LANGUAGES
    """The first one is what an agent with another language sees."""
    browser_sign_in: BrowserSignIn | None = None
    """None: Teams alone signs in."""
    development_sign_in: str | None = None
    """Development only: address that hands out a token for `?user=<login hint>`, in place of `browser_sign_in`."""
    vendor: Path = NODE_MODULES
    """Folder into which `npm ci --ignore-scripts` put the page's three libraries."""
    heartbeat_seconds: float = 15.0
    """Longest silence on the event stream: shorter than what proxies cut, and how soon a closed page is noticed."""
    body_limit: int = 64 * 1024
    """Longest body of an action, in bytes."""
