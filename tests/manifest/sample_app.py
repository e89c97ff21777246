"""A company's app, for tests."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.commands import COMMANDS
from manifest.app import App, Command

APP = App(
    app_id="b07b07b0-0000-4b07-8000-000000000b07",
    public_url="https://cards.contoso.example",
    languages=("en", "de", "es"),
    commands={language: [Command(*words) for words in told.values()] for language, told in COMMANDS.items()},
    version="1.0.0",
    name="Customer Card",
    full_name="Customer Card for Microsoft Teams",
    developer="Contoso",
    website="https://contoso.example/help",
    privacy="https://contoso.example/privacy",
    terms="https://contoso.example/terms",
    accent_color="#5B5FC7",
)


def app(**changes: Any) -> App:
    """The app with these changes."""
    return replace(APP, **changes)
