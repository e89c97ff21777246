from __future__ import annotations

from tests.scenarios.conftest import grounds

__all__ = ["grounds"]
