"""P-14: every sentence in three languages, as gettext catalogues that any translator's tool opens."""

from __future__ import annotations

from io import BytesIO
from string import Formatter

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

import translations
from scripts.update_translations import save, updated

OTHERS = translations.LANGUAGES[1:]
CATALOGUES = [(name, language) for name in translations.CATALOGUES for language in OTHERS]
TERMS = {
    "de": ("Kundenkarte", "Nachbearbeitung", "Zusammenführen", "Anfrage", "Verlauf"),
    "es": ("Tarjeta del cliente", "Trabajo posterior", "Combinar", "Consulta", "Recorrido"),
}
"""The words of the field, and what people say who have not worked in it."""
NOT_OUR_TERMS = {"de": ("Nacharbeit", "verschmelz", "fusionier"), "es": ("ficha", "fusion", "historial")}


def blanks(sentence: str) -> set[str]:
    """The names of a sentence's blanks."""
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


@pytest.mark.rule("P-14")
@pytest.mark.parametrize(("name", "language"), CATALOGUES)
def test_p14_everything_is_translated_with_the_same_blanks(name: str, language: str) -> None:
    english, other = translations.sentences(name, "en"), translations.sentences(name, language)
    assert list(other) == list(english)
    assert {key: blanks(said) for key, said in other.items()} == {key: blanks(said) for key, said in english.items()}
    for message in translations.read(name, language):
        said = [message.string] if isinstance(message.string, str) else message.string
        assert not message.id or all(part.strip() for part in said), message.context
        assert not message.fuzzy, message.context


@pytest.mark.parametrize(("name", "language"), CATALOGUES)
def test_the_catalogues_are_as_make_translations_leaves_them(name: str, language: str) -> None:
    written = BytesIO()
    save(written, updated(name, language))
    assert written.getvalue() == translations.path(name, language).read_bytes()


@pytest.mark.rule("P-14")
@pytest.mark.parametrize("language", OTHERS)
def test_p14_the_terms_are_those_of_the_field(language: str) -> None:
    said = "\n".join("\n".join(translations.sentences(name, language).values()) for name in translations.CATALOGUES)
    for term in TERMS[language]:
        assert term in said
    for term in NOT_OUR_TERMS[language]:
        assert term.lower() not in said.lower()


@pytest.mark.rule("P-14")
def test_p14_a_sentence_whose_english_changed_is_english_until_somebody_has_looked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    english = Catalog(fuzzy=False)
    for key, said in (("a", "New words"), ("b", "Same"), ("c", "Fresh")):
        english.add(said, "", context=key)
    english.add(("{count} card", "{count} cards"), ("", ""), context="d")
    german = Catalog(locale="de", fuzzy=False)
    for key, said, translated in (("a", "Old words", "Alte Worte"), ("b", "Same", "Gleich"), ("gone", "Gone", "Weg")):
        german.add(said, translated, context=key)
    german.add(("{count} card", "{count} cards"), ("{count} Karte", "{count} Karten"), context="d")
    known = {"en": english, "de": german}
    monkeypatch.setattr("scripts.update_translations.read", lambda _, language: known[language])
    file = BytesIO()
    save(file, updated("any", "de"))
    monkeypatch.setattr(translations, "read", lambda *_: read_po(BytesIO(file.getvalue()), locale="de"))
    assert translations.sentences.__wrapped__("any", "de") == {
        "a": "New words",
        "b": "Gleich",
        "c": "Fresh",
        "d.one": "{count} Karte",
        "d.other": "{count} Karten",
    }
