"""What every process of a benchmark run must agree on. Standard library only: the peers' environment loads it too."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

ENVIRONMENT = "BENCH_SCENE"
"""Names the variable that holds the scene file's path."""
CARD_TYPE = "application/vnd.microsoft.card.adaptive"


@dataclass(frozen=True, slots=True)
class Scene:
    """A bot, a conversation, a card, and where the stand-ins for Microsoft's hosts listen."""

    folder: str
    cloud_port: int
    card: dict[str, Any]
    app_id: str = "0f5a9c1e-3b57-4d55-9a53-1c5cf2f0a001"
    tenant_id: str = "7a1d2c3b-9d5e-4f60-8a7b-1c2d3e4f5a6b"
    secret: str = "not-a-secret"
    service_url: str = "https://smba.trafficmanager.net/emea/7a1d2c3b-9d5e-4f60-8a7b-1c2d3e4f5a6b/"
    user_id: str = "5b0c7d1e-2a3f-4c4d-8e9f-a0b1c2d3e4f5"
    conversation_id: str = "a:1bench-conversation-of-elinor-dashwood"
    activity_id: str = "1763712000000"

    @property
    def ca_file(self) -> Path:
        """The certificates that every client of the run trusts: the public ones and the run's own."""
        return Path(self.folder) / "trusted.pem"

    @property
    def keys_file(self) -> Path:
        """The signing keys that the stand-ins publish, as a JWK set."""
        return Path(self.folder) / "keys.json"

    def save(self) -> Path:
        """Write the scene into its folder, where `load` finds it."""
        path = Path(self.folder) / "scene.json"
        path.write_text(json.dumps(asdict(self)))
        return path


def load() -> Scene:
    """The scene that the environment names."""
    return Scene(**json.loads(Path(os.environ[ENVIRONMENT]).read_text()))


def invoke_answer(card: Any) -> dict[str, Any]:
    """The body that answers an `adaptiveCard/action` invoke with `card`, or with what a serialiser takes for one."""
    return {"statusCode": 200, "type": CARD_TYPE, "value": card}


def card_update(card: dict[str, Any], activity_id: str) -> dict[str, Any]:
    """The activity that replaces message `activity_id` with `card`."""
    return {"type": "message", "id": activity_id, "attachments": [{"contentType": CARD_TYPE, "content": card}]}
