"""From an app to the manifest and its translations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import translations
from manifest.app import TAB, App

VERSION: Final = "1.30"
"""The newest that is generally available; a test fails when the pinned schemas know a newer one."""
SCHEMAS: Final = f"https://developer.microsoft.com/json-schemas/teams/v{VERSION}"
COLOR, OUTLINE = "color.png", "outline.png"
FIND_COMMAND, FIND_PARAMETER = "findCustomer", "query"
"""What the bot is told when somebody looks for a customer in the message extension."""
COMMAND = "composeExtensions[0].commands[0]"

Json = dict[str, Any]


def manifest(app: App) -> Json:
    """`manifest.json`, in the first of the app's languages."""
    language = app.languages[0]
    texts = translations.sentences("manifest", language)
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
                "entityId": TAB,
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
        "composeExtensions": [_extension(app, texts)],
        "permissions": ["identity"],
        "validDomains": [app.host],
        "webApplicationInfo": {"id": app.app_id, "resource": app.resource},
    }


def translation(app: App, language: str) -> Json:
    """What stands in the manifest in words, in another language: its file."""
    texts = translations.sentences("manifest", language)
    told = {
        "$schema": f"{SCHEMAS}/MicrosoftTeams.Localization.schema.json",
        "name.short": app.name,
        "name.full": app.full_name,
        "description.short": texts["short"],
        "description.full": texts["full"],
        "staticTabs[0].name": texts["tab"],
    }
    for part, text in _command(texts).items():
        told[f"{COMMAND}.{part}"] = text
    for part, text in _parameter(texts).items():
        told[f"{COMMAND}.parameters[0].{part}"] = text
    for number, command in enumerate(_commands(app, language)):
        for part, text in command.items():
            told[f"bots[0].commandLists[0].commands[{number}].{part}"] = text
    return told


def file_of(language: str) -> str:
    """The file of a translation."""
    return f"{language}.json"


def _extension(app: App, texts: Mapping[str, str]) -> Json:
    """Finding a customer, and links that become short cards."""
    command = {
        "id": FIND_COMMAND,
        "type": "query",
        "context": ["compose", "commandBox"],
        **_command(texts),
        "initialRun": True,
        "parameters": [{"name": FIND_PARAMETER, "inputType": "text", **_parameter(texts)}],
    }
    links = {"domains": list(dict.fromkeys((app.host, *app.crm_domains))), "supportsAnonymizedPayloads": True}
    return {
        "botId": app.app_id,
        "canUpdateConfiguration": False,
        "commands": [command],
        "messageHandlers": [{"type": "link", "value": links}],
    }


def _command(texts: Mapping[str, str]) -> Json:
    return {"title": texts["find"], "description": texts["find_what"]}


def _parameter(texts: Mapping[str, str]) -> Json:
    return {"title": texts["find_by"], "description": texts["find_by_what"]}


def _commands(app: App, language: str) -> list[Json]:
    return [{"title": one.title, "description": one.description} for one in app.commands[language]]
