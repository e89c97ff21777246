"""From an app to the manifest and its translations."""

from __future__ import annotations

from typing import Any, Final

from manifest.app import App
from manifest.texts import TEXTS

VERSION: Final = "1.30"
"""The newest that is generally available; a test fails when the pinned schemas know a newer one."""
SCHEMAS: Final = f"https://developer.microsoft.com/json-schemas/teams/v{VERSION}"
COLOR, OUTLINE = "color.png", "outline.png"

Json = dict[str, Any]


def manifest(app: App) -> Json:
    """`manifest.json`, in the first of the app's languages."""
    language = app.languages[0]
    texts = TEXTS[language]
    pane = f"{app.public_url}/pane/"
    return {
        "$schema": f"{SCHEMAS}/MicrosoftTeams.schema.json",
        "manifestVersion": VERSION,
        "version": app.version,
        "id": app.teams_id,
        "developer": {
            "name": app.developer,
            "websiteUrl": app.website,
            "privacyUrl": app.privacy,
            "termsOfUseUrl": app.terms,
        },
        "name": {"short": app.name, "full": app.full_name},
        "description": {"short": texts["short"], "full": texts["full"]},
        "icons": {"color": COLOR, "outline": OUTLINE},
        "accentColor": app.accent_color,
        "localizationInfo": {
            "defaultLanguageTag": language,
            "additionalLanguages": [{"languageTag": other, "file": file_of(other)} for other in app.languages[1:]],
        },
        "defaultInstallScope": "personal",
        "staticTabs": [
            {
                "entityId": "customer-card",
                "name": texts["tab"],
                "contentUrl": pane,
                "websiteUrl": pane,
                "scopes": ["personal", "groupChat"],
                # The tab beside the chats of an agent, and the panel at the side of a chat, a meeting and its call.
                "context": [
                    "personalTab",
                    "privateChatTab",
                    "meetingChatTab",
                    "meetingDetailsTab",
                    "meetingSidePanel",
                ],
            },
            {"entityId": "conversations", "scopes": ["personal"]},
            {"entityId": "about", "scopes": ["personal"]},
        ],
        "bots": [
            {
                "botId": app.app_id,
                "scopes": ["personal"],
                "isNotificationOnly": False,
                "supportsFiles": False,
                "commandLists": [{"scopes": ["personal"], "commands": _commands(app, language)}],
            }
        ],
        "permissions": ["identity"],
        "validDomains": [app.host],
        "webApplicationInfo": {"id": app.app_id, "resource": app.resource},
    }


def translation(app: App, language: str) -> Json:
    """What stands in the manifest in words, in another language: its file."""
    texts = TEXTS[language]
    told = {
        "$schema": f"{SCHEMAS}/MicrosoftTeams.Localization.schema.json",
        "name.short": app.name,
        "name.full": app.full_name,
        "description.short": texts["short"],
        "description.full": texts["full"],
        "staticTabs[0].name": texts["tab"],
    }
    for number, command in enumerate(_commands(app, language)):
        for part, text in command.items():
            told[f"bots[0].commandLists[0].commands[{number}].{part}"] = text
    return told


def file_of(language: str) -> str:
    """The file of a translation."""
    return f"{language}.json"


def _commands(app: App, language: str) -> list[Json]:
    return [{"title": one.title, "description": one.description} for one in app.commands[language]]
