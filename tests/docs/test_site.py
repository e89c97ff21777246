"""The site: made of the pages as they are, whole, without a look outside, in the words that stand on the screen."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import translations
from cards import texts
from scripts import site_pages
from service.cli import main

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / page for page in site_pages.pages()]
_OUTSIDE = re.compile(r"""<(?:script|link|img|iframe)[^>]+(?:src|href)=["'](?:https?:)?//([^"'/]+)""")

NOT_PRESSED = {"Name", "name", "nombre", "Merge", "Zusammenführen", "Combinar"}
"""What else stands out in an agents' page: parts of a caption, or of a sentence."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    assert site_pages.build(folder) == 0, "a warning of Sphinx is an error: it is above"
    return folder


def test_every_page_is_in_the_site_and_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    for page in site_pages.pages():
        assert (site / page.with_suffix(".html")).exists(), page
    made = [*site.rglob("*.html"), *site.rglob("*.css")]
    found = {name for file in made for name in _OUTSIDE.findall(file.read_text("utf-8"))}
    assert found == set()
    assert not any("@import" in file.read_text("utf-8") for file in site.rglob("*.css"))


@pytest.mark.parametrize("language", ["en", "de", "es"])
def test_an_agents_page_shows_its_pictures_in_its_language(site: Path, language: str) -> None:
    page = (site / "docs" / f"agents.{language}.html").read_text("utf-8")
    pictures = re.findall(r'<img[^>]+src="([^"]+agents-(\w\w)-[^"]+)"', page)
    assert len(pictures) >= 4
    for source, spoken in pictures:
        assert spoken == language
        assert (site / "docs" / source).resolve().is_file()


@pytest.mark.rule("P-14")
@pytest.mark.parametrize("language", ["en", "de", "es"])
def test_p14_an_agents_page_uses_the_words_that_stand_on_the_screen(language: str) -> None:
    page = (ROOT / "docs" / f"agents.{language}.md").read_text("utf-8")
    known = {*texts.of(language).values(), *translations.sentences("pane", language).values()}
    pressed = set(re.findall(r"\*\*([^*]+)\*\*", page)) - NOT_PRESSED
    assert pressed <= known, pressed - known


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_of_ours_that_a_page_names_exists(page: Path) -> None:
    for words in re.findall(r"customer-card ((?:[a-z]+ ?){1,2})", page.read_text("utf-8")):
        name, *rest = words.split()
        if name not in main.commands:
            continue  # a sentence, not a command
        below = getattr(main.commands[name], "commands", {})
        assert not below or not rest or rest[0] in below or rest[0] in ("and", "shows", "then", "again"), words
    for target in re.findall(r"\bmake ([a-z-]+)`", page.read_text("utf-8")):
        assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE), target
