"""The Teams app package from the settings: `customer-card manifest`, and what `doctor` says of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from bot.commands import COMMANDS
from manifest.app import App, Command
from manifest.check import DOMAINS, Problem
from manifest.package import NoPackageError, Package, build, opened, raised, update_problems
from manifest.schemas import MissingSchemaError
from service.crms import link_domains
from service.errors import ConfigError, UsageError
from service.settings import Settings

SETTINGS = {
    "version": "package.version",
    "id": "package.id",
    "name.short": "package.name",
    "name.full": "package.full_name",
    "developer.name": "package.developer",
    "developer.websiteUrl": "package.website",
    "developer.privacyUrl": "package.privacy",
    "developer.termsOfUseUrl": "package.terms",
    "accentColor": "package.accent_color",
    "icons.color": "package.color_icon",
    "icons.outline": "package.outline_icon",
    "localizationInfo": "service.languages",
    "localizationInfo.additionalLanguages": "service.languages",
    "staticTabs[0].contentUrl": "service.public_url",
    "staticTabs[0].websiteUrl": "service.public_url",
    "validDomains[0]": "service.public_url",
    "webApplicationInfo.resource": "service.public_url",
    "bots[0].botId": "teams.app_id",
    "composeExtensions[0].botId": "teams.app_id",
    f"{DOMAINS}[0]": "service.public_url",
    "webApplicationInfo.id": "teams.app_id",
}
"""Field of the manifest → the setting that it comes from; the other domains are CRMs'. All other fields are ours."""
_DOMAIN = re.compile(re.escape(DOMAINS) + r"\[(\d+)\]")


def app_of(settings: Settings) -> App:
    """What the settings say of the app. Raises ConfigError for an icon that cannot be read."""
    package = settings.package
    return App(
        app_id=settings.teams.app_id.strip().lower(),
        public_url=settings.service.public_url.rstrip("/"),
        languages=settings.service.languages,
        commands={language: [Command(*words) for words in told.values()] for language, told in COMMANDS.items()},
        version=package.version or version("customer-card"),
        name=package.name,
        full_name=package.full_name,
        developer=package.developer,
        website=package.website,
        privacy=package.privacy,
        terms=package.terms,
        accent_color=package.accent_color,
        id=package.id.lower(),
        color_icon=_icon("color_icon", package.color_icon),
        outline_icon=_icon("outline_icon", package.outline_icon),
        crm_domains=tuple(link_domains(settings)),
    )


def complaints(settings: Settings, problems: Sequence[Problem]) -> list[str]:
    """Each problem with the name of the setting that mends it, each setting once."""
    said: dict[str, str] = {}
    for problem in problems:
        setting = setting_of(problem.field, settings)
        told = f"{setting}: {problem.text}" if setting else f"{problem.field}: {problem.text}: please report this"
        said.setdefault(setting or problem.field, told)
    return list(said.values())


def setting_of(field: str, settings: Settings) -> str:
    """The setting behind a field of the manifest or of a translation; empty where it is ours."""
    name = field.rpartition(".json: ")[2]
    domain = _DOMAIN.fullmatch(name)
    if domain is None or domain[1] == "0":
        return SETTINGS.get(name, "")
    app = app_of(settings)
    of_crms = [one for one in app.crm_domains if one != app.host]
    return f"crm.{link_domains(settings)[of_crms[int(domain[1]) - 1]]}.url"


def checked(settings: Settings) -> Package:
    """The package as the settings make it, in order. Raises ConfigError, one line a wrong setting."""
    try:
        package, problems = build(app_of(settings))
    except MissingSchemaError as error:
        raise ConfigError(str(error)) from None
    if problems:
        raise ConfigError("\n".join(complaints(settings, problems)))
    return package


def make(settings: Settings, out: Path, previous: Path | None = None) -> Package:
    """`out` is the package, in order, and an update of `previous` (None: of `out` where it is there).

    Raises ConfigError, and UsageError for files that cannot be read or written; then nothing is written.
    """
    before = previous or (out if out.exists() else None)
    package = checked(settings)
    if before is not None:
        package = _update(settings, _opened(before))
    fresh = out.with_name(out.name + ".new")
    try:
        fresh.write_bytes(package.zipped())
        fresh.replace(out)
    except OSError as error:
        raise UsageError(f"{out}: {error.strerror}: name another file with --out") from None
    return package


def _update(settings: Settings, previous: Package) -> Package:
    app = app_of(settings)
    if not settings.package.version:
        app = raised(app, previous)
    package, _ = build(app)
    problems = update_problems(package, previous)
    if problems:
        raise ConfigError("\n".join(complaints(settings, problems)))
    return package


def _opened(file: Path) -> Package:
    try:
        return opened(file)
    except NoPackageError as error:
        raise UsageError(f"{error}: name the package that Teams has now, or a new file") from None


def _icon(key: str, file: str) -> bytes:
    if not file:
        return b""
    try:
        return Path(file).read_bytes() or b"-"
    except OSError as error:
        raise ConfigError(f"package.{key}: {file}: {error.strerror}") from None
