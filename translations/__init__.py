"""Every sentence that people read, as gettext catalogues: English in `NAME.pot`, the others in `LANGUAGE/NAME.po`.

`make translations` brings the languages in line with the English sentences after a change of those.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

FOLDER: Final = Path(__file__).resolve().parent
SOURCE: Final = "en"
"""The language of the `.pot` files."""
LANGUAGES: Final = (SOURCE, "de", "es")
"""All have two forms of a number: one, and any other."""
CATALOGUES: Final = ("administration", "cards", "chat", "manifest", "pane")


def path(name: str, language: str) -> Path:
    """Where the catalogue `name` of `language` stands."""
    return FOLDER / f"{name}.pot" if language == SOURCE else FOLDER / language / f"{name}.po"


def read(name: str, language: str) -> Catalog:
    """The catalogue as it stands in its file. Raises OSError."""
    with path(name, language).open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


@cache
def sentences(name: str, language: str) -> Mapping[str, str]:
    """Key → sentence, in the order of the catalogue; what is counted has the keys `KEY.one` and `KEY.other`.

    What is not translated, or not since the English changed, is English.
    """
    found: dict[str, str] = {}
    for message in read(name, language):
        if message.id:
            found.update(_forms(message))
    return found


def _forms(message: Message) -> dict[str, str]:
    """The keys and sentences of one entry; its key is the context."""
    key, said = message.context or "", message.string
    if isinstance(message.id, str):
        is_usable = isinstance(said, str) and said and not message.fuzzy
        return {key: str(said) if is_usable else message.id}
    forms = message.id if message.fuzzy or not said or not all(said) else said
    return {f"{key}.one": forms[0], f"{key}.other": forms[1]}
