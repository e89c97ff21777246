"""A bare client of the simulated Dataverse, with nothing of our product in it."""

from __future__ import annotations

from typing import Any

import requests


class Client:
    """Requests to one environment; without Entra any bearer token counts."""

    def __init__(self, url: str) -> None:
        self.base = f"{url}/api/data/v9.2/"
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers.update({"Authorization": "Bearer any", "Accept": "application/json"})

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> requests.Response:
        """The answer; underscores in names of headers stand for hyphens."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._session.request(method, self.base + path, json=body, headers=named, timeout=10)

    def rows(self, path: str, **headers: str) -> list[dict[str, Any]]:
        """The rows that a query finds."""
        answer = self.send("GET", path, **headers)
        assert answer.status_code == 200, answer.text
        rows: list[dict[str, Any]] = answer.json()["value"]
        return rows

    def close(self) -> None:
        """Connections are given back."""
        self._session.close()


def error_code(answer: requests.Response) -> tuple[int, str]:
    """Status and the body's code."""
    return answer.status_code, answer.json()["error"]["code"]
