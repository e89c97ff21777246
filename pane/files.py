"""The page's files: a fixed list, read once, named by what they contain, compressed once."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path

import orjson

import translations

STATIC = Path(__file__).resolve().parent / "static"

OWN = (
    "administration.js",
    "api.js",
    "cards.css",
    "cards.js",
    "characters.js",
    "dialog.js",
    "drafts.js",
    "entra.js",
    "events.js",
    "hands.js",
    "host.js",
    "icon.svg",
    "inputs.js",
    "interactions.js",
    "lines.js",
    "list.js",
    "lists.css",
    "look.js",
    "marks.js",
    "merging.js",
    "moving.js",
    "naming.js",
    "notices.js",
    "open-list.js",
    "pane.css",
    "pane.js",
    "preview.js",
    "profile.js",
    "question.js",
    "screens.css",
    "sections.css",
    "sheet.css",
    "sign-in.js",
    "texts.js",
    "themes.css",
)
VENDOR = {
    "vendor/adaptivecards.js": "adaptivecards/dist/adaptivecards.min.js",
    "vendor/markdown-it.js": "markdown-it/dist/browser/markdown-it.umd.min.js",
    "vendor/msal.js": "@azure/msal-browser/lib/msal-browser.min.js",
    "vendor/teams.js": "@microsoft/teams-js/dist/umd/MicrosoftTeams.min.js",
}
"""Name in the page → file in node_modules."""
WORDS = "words.js"
"""Made of the catalogues, so that translators have one place and one kind of file."""
LICENCES = "vendor/licences.txt"
"""Goes along with the libraries, as their licences ask for."""
_LICENCE_FILES = (
    "adaptivecards/LICENSE",
    "swiper/LICENSE",
    "markdown-it/LICENSE",
    "linkify-it/LICENSE",
    "mdurl/LICENSE",
    "uc.micro/LICENSE.txt",
    "punycode.js/LICENSE-MIT.txt",
    "entities/LICENSE",
    "@microsoft/teams-js/LICENSE",
    "@azure/msal-browser/LICENSE",
    "@azure/msal-common/LICENSE",
    "base64-js/LICENSE",
    "debug/LICENSE",
    "ms/license.md",
)
_TYPES = {
    ".txt": "text/plain",
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".html": "text/html",
}


class MissingFileError(Exception):
    """A file of the page is not there; the message says what to do."""


@dataclass(frozen=True, slots=True)
class PageFile:
    """One file, ready to be sent."""

    body: bytes
    zipped: bytes
    content_type: str
    digest: str


@dataclass(frozen=True, slots=True)
class PageFiles:
    """The page and what it loads."""

    version: str
    """Changes with every byte of every file: part of their address, so that browsers may keep them for ever."""
    index: PageFile
    files: dict[str, PageFile]


def read_files(vendor: Path) -> PageFiles:
    """All files of the page. Raises `MissingFileError`."""
    sources = {name: STATIC / name for name in OWN} | {name: vendor / path for name, path in VENDOR.items()}
    files = {name: _page_file(path) for name, path in sorted(sources.items())}
    files[LICENCES] = _pack(b"\n\n".join(_licence(vendor, path) for path in _LICENCE_FILES), ".txt")
    files[WORDS] = _pack(_words(), ".js")
    index = _read(STATIC / "index.html")
    version = _digest(index + b"".join(name.encode() + file.body for name, file in files.items()))
    return PageFiles(version, _pack(index.replace(b"{version}", version.encode()), ".html"), files)


def _words() -> bytes:
    said = {language: translations.sentences("pane", language) for language in translations.LANGUAGES}
    return b"export const TEXTS = " + orjson.dumps(said, option=orjson.OPT_INDENT_2) + b";\n"


def _page_file(path: Path) -> PageFile:
    return _pack(_read(path), path.suffix)


def _licence(vendor: Path, path: str) -> bytes:
    return path.rpartition("/")[0].encode() + b"\n\n" + _read(vendor / path)


def _pack(body: bytes, suffix: str) -> PageFile:
    zipped = gzip.compress(body, compresslevel=9, mtime=0)
    return PageFile(body, zipped, f"{_TYPES[suffix]}; charset=utf-8", _digest(body))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise MissingFileError(
            f"The pane's file {path} cannot be read. Run `npm ci --ignore-scripts` in the project's folder."
        ) from error


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:16]
