"""Whether Teams takes a package, as far as that shows without Teams: the official schemas, and what no schema says."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from manifest import schemas
from manifest.icons import COLOR_SIZE, OUTLINE_SIZE
from manifest.png import Image, PngError, read
from manifest.template import COLOR, OUTLINE, SCHEMAS, VERSION, Json

_GUID = re.compile(r"[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_NOBODY = "00000000-0000-0000-0000-000000000000"
_VERSION = re.compile(r"(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})")
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)", re.IGNORECASE)
_PUBLIC_LINKS = ("websiteUrl", "privacyUrl", "termsOfUseUrl")
_LONGEST_LINK = 2048
_IMAGE_LIMIT = 500_000
DOMAINS = "composeExtensions[0].messageHandlers[0].value.domains"


@dataclass(frozen=True, slots=True)
class Problem:
    """Why Teams would refuse the package, or show it wrongly."""

    field: str
    """Of the manifest, e.g. `developer.name`; of a translation after its file, `de.json: name.short`."""
    text: str
    """What is wrong, and what to do."""


def problems(files: Mapping[str, bytes], manifest: Json, translations: Mapping[str, Json]) -> list[Problem]:
    """Everything that is wrong with a package, each field once. Raises MissingSchemaError."""
    found = [
        *_rules(manifest),
        *_translated(manifest, translations),
        *_icons(files),
        *(Problem(field, text) for field, text in schemas.violations(manifest, schemas.MANIFEST)),
        *(
            Problem(f"{file}: {field}", text)
            for file, told in translations.items()
            for field, text in schemas.violations(told, schemas.TRANSLATION)
        ),
    ]
    # Ours come first and say what to do; the schema's word for the same field adds nothing.
    return list({problem.field: problem for problem in reversed(found)}.values())[::-1]


# --- what no schema says ------------------------------------------------------------------------------------------


def _rules(manifest: Json) -> Iterator[Problem]:
    yield from _ids(manifest)
    if not _VERSION.fullmatch(manifest["version"]):
        yield Problem("version", "must be three numbers with dots between them, such as 1.0.0")
    for name in ("short", "full"):
        if not manifest["name"][name].strip():
            yield Problem(f"name.{name}", "is empty: write what agents look for in Teams")
    developer = manifest["developer"]
    if not developer["name"].strip():
        yield Problem("developer.name", "is missing: write the name of your company")
    for name in _PUBLIC_LINKS:
        if (wrong := _not_a_link(developer[name])) is not None:
            yield Problem(f"developer.{name}", wrong)
    yield from _addresses(manifest)
    yield from _links(manifest)
    if manifest["$schema"] != f"{SCHEMAS}/MicrosoftTeams.schema.json" or manifest["manifestVersion"] != VERSION:
        yield Problem("manifestVersion", f"must be {VERSION}, in $schema too")
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", manifest["accentColor"]):
        yield Problem("accentColor", "must be a colour such as #5B5FC7")


def _ids(manifest: Json) -> Iterator[Problem]:
    bot = manifest["bots"][0]["botId"]
    extension = manifest["composeExtensions"][0]["botId"]
    told = {"bots[0].botId": bot, "composeExtensions[0].botId": extension}
    told["webApplicationInfo.id"] = manifest["webApplicationInfo"]["id"]
    for field, value in told.items():
        if not _is_guid(value):
            yield Problem(field, "must be the application (client) id of the app registration in Entra, a GUID")
    if not _is_guid(manifest["id"]):
        yield Problem("id", "must be a GUID: leave it out to get one, or keep that of the app that is in Teams already")


def _addresses(manifest: Json) -> Iterator[Problem]:
    page = manifest["staticTabs"][0]["contentUrl"]
    domain = manifest["validDomains"][0]
    if (wrong := _not_a_link(page)) is not None:
        yield Problem("staticTabs[0].contentUrl", wrong)
    elif domain != urlsplit(page).hostname:
        yield Problem("validDomains[0]", "must be a bare domain: leave out the port and any user name")
    elif not manifest["webApplicationInfo"]["resource"].startswith(f"api://{domain}/"):
        yield Problem("webApplicationInfo.resource", f"must begin with api://{domain}/, the domain of the page")


def _links(manifest: Json) -> Iterator[Problem]:
    """Domains whose links are shown as short cards: ours is judged with the page; the others are the CRMs'."""
    domains = manifest["composeExtensions"][0]["messageHandlers"][0]["value"]["domains"]
    for number, domain in enumerate(domains[1:], start=1):
        if not _is_domain(domain):
            said = f"must name a public domain without a port, not {domain}: Teams shows links to it as short cards"
            yield Problem(f"{DOMAINS}[{number}]", said)


def _not_a_link(url: str) -> str | None:
    """Why Teams could not open `url`; None where it can."""
    if not url.strip("/ "):
        return "is missing: write an address that begins with https://"
    if len(url) > _LONGEST_LINK:
        return f"is longer than {_LONGEST_LINK} characters: shorten it"
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        host = ""
    if not host or parts.scheme != "https":
        return "must begin with https://"
    if parts.query or parts.fragment:
        return "must end without ? and #"
    if not _is_domain(host):
        return f"must name a public domain, not {host}: Teams opens it from the agents' machines and from Microsoft's"
    return None


def _is_domain(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        labels = host.split(".")
        return len(labels) > 1 and all(_LABEL.fullmatch(one) for one in labels) and labels[-1] != "localhost"
    return False


def _is_guid(value: str) -> bool:
    return bool(_GUID.fullmatch(value)) and value != _NOBODY


# --- translations -------------------------------------------------------------------------------------------------


def _translated(manifest: Json, translations: Mapping[str, Json]) -> Iterator[Problem]:
    """Every file that is named is there, and says everything that the manifest says in words, nothing else."""
    info = manifest["localizationInfo"]
    tags = [info["defaultLanguageTag"], *(one["languageTag"] for one in info["additionalLanguages"])]
    if len({tag.lower() for tag in tags}) < len(tags):
        yield Problem("localizationInfo", "names a language twice: list each once")
    named = {one["file"] for one in info["additionalLanguages"]}
    if named != translations.keys():
        yield Problem("localizationInfo.additionalLanguages", "does not name the files that are in the package")
    expected = set(_words(manifest))
    for file, told in translations.items():
        if told.get("$schema") != f"{SCHEMAS}/MicrosoftTeams.Localization.schema.json":
            yield Problem(f"{file}: $schema", "must be of the manifest's version")
        for name in sorted(expected ^ (told.keys() - {"$schema"})):
            yield Problem(f"{file}: {name}", "stands only in the translation or only in the manifest")


def _words(manifest: Json) -> Iterator[str]:
    yield from ("name.short", "name.full", "description.short", "description.full")
    for number, tab in enumerate(manifest["staticTabs"]):
        if "name" in tab:
            yield f"staticTabs[{number}].name"
    for number, listed in enumerate(manifest["bots"][0]["commandLists"]):
        for at, _ in enumerate(listed["commands"]):
            yield f"bots[0].commandLists[{number}].commands[{at}].title"
            yield f"bots[0].commandLists[{number}].commands[{at}].description"
    for number, command in enumerate(manifest["composeExtensions"][0]["commands"]):
        name = f"composeExtensions[0].commands[{number}]"
        yield from (f"{name}.title", f"{name}.description")
        for at, _ in enumerate(command["parameters"]):
            yield from (f"{name}.parameters[{at}].title", f"{name}.parameters[{at}].description")


# --- icons --------------------------------------------------------------------------------------------------------


def _icons(files: Mapping[str, bytes]) -> Iterator[Problem]:
    for field, name, size in (("icons.color", COLOR, COLOR_SIZE), ("icons.outline", OUTLINE, OUTLINE_SIZE)):
        data = files.get(name, b"")
        if len(data) > _IMAGE_LIMIT:
            yield Problem(field, "is too big a file for an icon")
            continue
        try:
            image = read(data)
        except PngError as error:
            yield Problem(field, str(error))
            continue
        if (image.width, image.height) != (size, size):
            yield Problem(field, f"must be {size} × {size} pixels; it is {image.width} × {image.height}")
        elif (wrong := _colours(field, image)) is not None:
            yield Problem(field, wrong)


def _colours(field: str, image: Image) -> str | None:
    if field == "icons.color":
        return "must have a ground of one colour without transparency" if image.has_transparency else None
    corners = [image.pixels[0], image.pixels[image.width - 1], image.pixels[-image.width], image.pixels[-1]]
    if any(pixel[3] for pixel in corners):
        return "must be transparent around the drawing"
    if any(pixel[3] and pixel[:3] != (255, 255, 255) for pixel in image.pixels):
        return "must be white on a transparent ground, without another colour"
    if not any(pixel[3] == 255 for pixel in image.pixels):
        return "shows nothing: draw in white"
    return None


def as_version(text: str) -> tuple[int, ...]:
    """A version as numbers that can be compared; nothing for what is none."""
    return tuple(int(part) for part in text.split(".")) if _VERSION.fullmatch(text) else ()


def strings(value: Any) -> str:
    """A value of a manifest that has to be text: what is none counts as missing."""
    return value if isinstance(value, str) else ""
