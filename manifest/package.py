"""The app package: a ZIP of manifest, translations and icons, the same bytes for the same app."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import orjson

from manifest import icons
from manifest.app import App
from manifest.check import Problem, as_version, problems, strings
from manifest.template import COLOR, OUTLINE, file_of, manifest, translation

_EPOCH = (1980, 1, 1, 0, 0, 0)
_LONGEST = 4_000_000


class NoPackageError(Exception):
    """A file is not an app package; the message says which."""


@dataclass(frozen=True, slots=True)
class Package:
    """What is in a package, by file name."""

    files: Mapping[str, bytes]

    @property
    def manifest(self) -> dict[str, Any]:
        """`manifest.json`."""
        told: dict[str, Any] = orjson.loads(self.files["manifest.json"])
        return told

    @property
    def version(self) -> str:
        """Of the app, as Teams compares it."""
        return strings(self.manifest.get("version"))

    def is_like(self, other: Package) -> bool:
        """True where nothing but the version differs."""
        mine, others = dict(self.manifest, version=""), dict(other.manifest, version="")
        rest = {name: data for name, data in self.files.items() if name != "manifest.json"}
        return mine == others and rest == {k: v for k, v in other.files.items() if k != "manifest.json"}

    def zipped(self) -> bytes:
        """The file that is uploaded to Teams."""
        into = io.BytesIO()
        with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in sorted(self.files, key=lambda one: (one != "manifest.json", one)):
                archive.writestr(zipfile.ZipInfo(name, _EPOCH), self.files[name], zipfile.ZIP_DEFLATED, 9)
        return into.getvalue()


def build(app: App) -> tuple[Package, list[Problem]]:
    """The package, and why Teams would not take it: nothing where it would. Raises MissingSchemaError."""
    told = manifest(app)
    translations = {file_of(language): translation(app, language) for language in app.languages[1:]}
    files = {
        "manifest.json": _json(told),
        **{name: _json(words) for name, words in translations.items()},
        COLOR: app.color_icon or icons.color(app.accent_color if as_colour(app.accent_color) else icons.ACCENT),
        OUTLINE: app.outline_icon or icons.outline(),
    }
    return Package(files), problems(files, told, translations)


def raised(app: App, previous: Package) -> App:
    """`app` with a version that Teams takes as an update of `previous`: the same where nothing has changed."""
    before = as_version(previous.version)
    if not before or as_version(app.version) > before:
        return app
    same = replace(app, version=previous.version)
    if build(same)[0].is_like(previous):
        return same
    return replace(app, version=".".join(map(str, (*before[:2], before[2] + 1))))


def update_problems(package: Package, previous: Package) -> list[Problem]:
    """Why Teams would not take `package` in the place of `previous`."""
    if package.manifest.get("id") != previous.manifest.get("id"):
        return [Problem("id", "is not that of the package before: Teams would show a second app. Keep the first id")]
    before = as_version(previous.version)
    is_higher = as_version(package.version) > before
    if is_higher or (package.version == previous.version and package.is_like(previous)):
        return []
    if not before:
        return []
    higher = ".".join(map(str, (*before[:2], before[2] + 1)))
    said = f"must be higher than {previous.version}, the package before, whose content was another: write {higher}"
    return [Problem("version", said)]


def opened(file: Path) -> Package:
    """The package in `file`. Raises NoPackageError."""
    try:
        with zipfile.ZipFile(file) as archive:
            if sum(one.file_size for one in archive.infolist()) > _LONGEST:
                raise NoPackageError(f"{file}: too big for an app package")
            package = Package({one: archive.read(one) for one in archive.namelist()})
        if not isinstance(package.manifest, dict):
            raise NoPackageError(f"{file}: there is no manifest in it")
    except OSError as error:
        raise NoPackageError(f"{file}: {error.strerror}") from None
    except (zipfile.BadZipFile, KeyError, ValueError):
        raise NoPackageError(f"{file}: not an app package") from None
    return package


def as_colour(text: str) -> bool:
    """True for `#RRGGBB`."""
    return len(text) == 7 and text.startswith("#") and all(one in "0123456789abcdefABCDEF" for one in text[1:])


def _json(told: Any) -> bytes:
    return orjson.dumps(told, option=orjson.OPT_INDENT_2) + b"\n"
