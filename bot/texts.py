"""The few sentences that the bot says outside cards, in three languages (P-14)."""

from __future__ import annotations

from typing import Final

import translations

TEXTS: Final = {language: translations.sentences("chat", language) for language in translations.LANGUAGES}


def text(language: str, key: str) -> str:
    """The sentence in `language`, in English where we do not speak it."""
    return TEXTS.get(language, TEXTS["en"])[key]
