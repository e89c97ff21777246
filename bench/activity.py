"""The invoke that Teams sends when a button on a card is pressed, about 1.2 KB of it."""

from __future__ import annotations

from typing import Any

from bench.scene import Scene


def invoke(scene: Scene, verb: str = "card.refresh", data: dict[str, str] | None = None) -> dict[str, Any]:
    """An `adaptiveCard/action` activity for `verb`, from the scene's user in the scene's chat."""
    return {
        "name": "adaptiveCard/action",
        "type": "invoke",
        "timestamp": "2025-11-21T09:30:00.123Z",
        "localTimestamp": "2025-11-21T10:30:00.123+01:00",
        "localTimezone": "Europe/Berlin",
        "id": "f:6d2d9a8e-6a0b-4a1b-9f8c-0d5a3f6b7c8d",
        "channelId": "msteams",
        "serviceUrl": scene.service_url,
        "from": {"id": f"29:{scene.user_id}", "name": "Elinor Dashwood", "aadObjectId": scene.user_id},
        "conversation": {
            "conversationType": "personal",
            "tenantId": scene.tenant_id,
            "id": scene.conversation_id,
        },
        "recipient": {"id": f"28:{scene.app_id}", "name": "Customer Card"},
        "replyToId": scene.activity_id,
        "locale": "en-GB",
        "entities": [
            {
                "locale": "en-GB",
                "country": "GB",
                "platform": "Windows",
                "timezone": "Europe/Berlin",
                "type": "clientInfo",
            }
        ],
        "channelData": {
            "tenant": {"id": scene.tenant_id},
            "source": {"name": "message"},
            "legacy": {"replyToId": "1:x"},
        },
        "value": {
            "action": {"type": "Action.Execute", "id": "section.related", "verb": verb, "data": data or _data()},
            "trigger": "manual",
        },
    }


def _data() -> dict[str, str]:
    return {"card": "c0" * 16, "section": "related", "interaction": "1f" * 16, "version": "7"}
