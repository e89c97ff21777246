"""Every sentence that a card or a notice says, in three languages (P-14), from the gettext catalogues."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import translations

LANGUAGES: Final[dict[str, Mapping[str, str]]] = {
    language: {**translations.sentences("cards", language), **translations.sentences("administration", language)}
    for language in translations.LANGUAGES
}


def of(language: str) -> Mapping[str, str]:
    """The texts of `language` (`de`, `de-AT`, …); English where we do not speak it."""
    known = LANGUAGES.get(language)
    return known if known is not None else LANGUAGES.get(language[:2].lower(), LANGUAGES["en"])


def text(language: str, key: str, **values: str) -> str:
    """The sentence `key` with its blanks filled. Values are inserted as they are: escape them first.

    Raises KeyError for a key that no language has, or a blank without a value.
    """
    sentence = of(language)[key]
    return sentence.format_map(values) if values else sentence


def counted(words: Mapping[str, str], key: str, count: int, number: str, **values: str) -> str:
    """`key.one` or `key.other` by `count`; `number` is the count as the viewer's locale writes it."""
    return words[f"{key}.one" if count == 1 else f"{key}.other"].format(count=number, **values)
