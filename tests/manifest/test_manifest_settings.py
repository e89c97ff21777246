"""`customer-card manifest`: every setting of the package, wrong in each way, is named with what to do (P-18)."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from manifest.package import build, opened
from manifest.png import Image, write
from service.cli import main
from service.package import SETTINGS, app_of
from service.settings_file import load

GOOD: dict[str, dict[str, Any]] = {
    "service": {"public_url": "https://cards.contoso.example"},
    "teams": {"app_id": "b07b07b0-0000-4b07-8000-000000000b07", "tenant_id": "5e7ec7ed-0000-4c0a-8000-00000000c0a7"},
    "package": {
        "developer": "Contoso",
        "website": "https://contoso.example/help",
        "privacy": "https://contoso.example/privacy",
        "terms": "https://contoso.example/terms",
    },
}
OTHER: dict[str, dict[str, Any]] = {
    "service": {"public_url": "https://teams.fabrikam.example/cards", "languages": ["de"]},
    "teams": {"app_id": "c07b07b0-0000-4b07-8000-000000000b07", "tenant_id": "5e7ec7ed-0000-4c0a-8000-00000000c0a7"},
    "package": {
        "developer": "Fabrikam",
        "website": "https://fabrikam.example/help",
        "privacy": "https://fabrikam.example/privacy",
        "terms": "https://fabrikam.example/terms",
        "name": "Karten",
        "full_name": "Karten bei Fabrikam",
        "version": "7.8.9",
        "accent_color": "#123456",
    },
}
LINKS = {
    "": "https://",
    "http://contoso.example": "https://",
    "contoso.example": "https://",
    "https://": "https://",
    "https://127.0.0.1/x": "public domain",
    "https://localhost/x": "public domain",
    "https://intranet/x": "public domain",
    "https://-contoso.example": "public domain",
    "https://[x": "https://",
    f"https://contoso.example/{'x' * 2048}": "shorten",
}
WRONG: list[tuple[str, str, str]] = [
    ("package.developer", "", "name of your company"),
    ("package.developer", "  ", "name of your company"),
    ("package.developer", "x" * 33, "shorten"),
    *((f"package.{key}", value, said) for key in ("website", "privacy", "terms") for value, said in LINKS.items()),
    *(("service.public_url", value, said) for value, said in LINKS.items()),
    ("service.public_url", "https://cards.contoso.example:8443", "port"),
    ("service.public_url", "https://me@cards.contoso.example", "user name"),
    ("service.public_url", "https://cards.contoso.example/?x=1", "?"),
    ("package.name", "", "empty"),
    ("package.name", "x" * 31, "shorten"),
    ("package.full_name", " ", "empty"),
    ("package.full_name", "x" * 101, "shorten"),
    ("package.id", "customer-card", "GUID"),
    ("package.id", "00000000-0000-0000-0000-000000000000", "GUID"),
    ("package.version", "1", "three numbers"),
    ("package.version", "1.0.0-beta", "three numbers"),
    ("package.version", "01.0.0", "three numbers"),
    ("package.accent_color", "blue", "#5B5FC7"),
    ("package.accent_color", "#12345", "#5B5FC7"),
    ("teams.app_id", "my-bot", "GUID"),
    ("teams.app_id", "00000000-0000-0000-0000-000000000000", "GUID"),
    ("service.languages", '["en", "en"]', "twice"),
    ("package.color_icon", "{folder}/none.png", "No such file"),
    ("package.color_icon", "{folder}/empty.png", "not a PNG"),
    ("package.color_icon", "{folder}/white-32.png", "192"),
    ("package.color_icon", "{folder}/clear-192.png", "without transparency"),
    ("package.outline_icon", "{folder}/none.png", "No such file"),
    ("package.outline_icon", "{folder}/text.png", "not a PNG"),
    ("package.outline_icon", "{folder}/clear-192.png", "32"),
    ("package.outline_icon", "{folder}/white-32.png", "transparent around"),
    ("package.outline_icon", "{folder}/red-32.png", "white on a transparent ground"),
    ("package.outline_icon", "{folder}/nothing-32.png", "shows nothing"),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "empty.png").write_bytes(b"")
    (tmp_path / "text.png").write_text("no picture")
    white, clear, red = (255, 255, 255, 255), (255, 255, 255, 0), (255, 0, 0, 255)
    for name, size, edge, middle in (
        ("white-32", 32, white, white), ("red-32", 32, clear, red), ("nothing-32", 32, clear, clear),
        ("clear-192", 192, clear, white), ("good-32", 32, clear, white), ("good-192", 192, red, red),
    ):  # fmt: skip
        pixels = [middle if 8 <= at % size < 24 and 8 <= at // size < 24 else edge for at in range(size * size)]
        (tmp_path / f"{name}.png").write_bytes(write(Image(size, size, pixels)))
    return tmp_path


def written(folder: Path, tables: dict[str, dict[str, Any]], **more: str) -> Path:
    """The settings as a file; `more` are `table.key` and what stands there."""
    told = {table: dict(values) for table, values in tables.items()}
    told["teams"]["client_secret"] = f"file:{folder}/secret"
    for key, value in more.items():
        table, _, name = key.partition(".")
        told.setdefault(table, {})[name] = json.loads(value) if value.startswith("[") else value.format(folder=folder)
    lines: list[str] = []
    for table, values in told.items():
        lines += [f"[{table}]", *(f"{name} = {json.dumps(value)}" for name, value in values.items())]
    path = folder / "customer-card.toml"
    path.write_text("\n".join(lines))
    return path


def run(config: Path, out: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["manifest", "--config", str(config), "--out", str(out), *words])


@pytest.mark.parametrize(("setting", "value", "said"), WRONG, ids=[f"{key}={value[:30]}" for key, value, _ in WRONG])
def test_p18_a_wrong_setting_is_named_with_what_to_do(folder: Path, setting: str, value: str, said: str) -> None:
    answer = run(written(folder, GOOD, **{setting: value}), folder / "out.zip")
    assert answer.exit_code == 2, answer.output
    (line,) = answer.output.splitlines()
    assert f"{setting}: " in line
    assert said in line
    assert not (folder / "out.zip").exists()


def test_p18_every_field_of_the_manifest_is_ours_or_has_a_setting_that_is_tried_out(folder: Path) -> None:
    one = app_of(load(written(folder, GOOD)))
    other = app_of(load(written(folder, OTHER, **{"package.color_icon": "{folder}/good-192.png"})))
    ours, theirs = (dict(_leaves(build(each)[0].manifest)) for each in (one, other))
    words = (
        "description.", "staticTabs[0].name", "bots[0].commandLists", "composeExtensions[0].commands",
        "localizationInfo.",
    )  # fmt: skip
    from_settings = {
        field for field, value in ours.items() if theirs.get(field) != value and not field.startswith(words)
    }
    assert from_settings <= SETTINGS.keys()
    assert {SETTINGS[field] for field in SETTINGS} == {setting for setting, _, _ in WRONG}


CRMS = {
    "sales": ("salesforce", "https://acme.my.salesforce.com"),
    "service": ("dynamics", "https://acme.crm4.dynamics.com"),
    "more": ("salesforce", "https://acme.my.salesforce.com/"),
}


def with_crms(folder: Path, **changed: str) -> Path:
    """Settings with three CRMs, some of them at another address."""
    config = written(folder, GOOD)
    tables = [f'[crm.{name}]\nkind = "{kind}"\nurl = "{changed.get(name, url)}"' for name, (kind, url) in CRMS.items()]
    config.write_text("\n".join([config.read_text(), *tables]))
    return config


def test_p18_links_to_the_crms_of_the_settings_are_the_apps_to_show(folder: Path) -> None:
    assert run(with_crms(folder), folder / "app.zip").exit_code == 0
    (extension,) = opened(folder / "app.zip").manifest["composeExtensions"]
    (handler,) = extension["messageHandlers"]
    assert handler["value"]["domains"] == [
        "cards.contoso.example", "acme.lightning.force.com", "acme.my.salesforce.com", "acme.crm4.dynamics.com",
    ]  # fmt: skip
    assert not any("*" in domain for domain in handler["value"]["domains"])


@pytest.mark.parametrize("url", ["https://acme:8443", "https://acme.crm4.dynamics.com:444", "https://127.0.0.1"])
@pytest.mark.parametrize("name", ["sales", "service"])
def test_p18_a_crm_whose_links_teams_cannot_tell_is_named(folder: Path, name: str, url: str) -> None:
    answer = run(with_crms(folder, **{name: url}), folder / "app.zip")
    assert answer.exit_code == 2, answer.output
    (line,) = answer.output.splitlines()
    assert f"crm.{name}.url: " in line
    assert "public domain" in line


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves(inner, f"{path}.{name}".lstrip("."))
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from _leaves(inner, f"{path}[{at}]")
    else:
        yield path, value


def test_p18_all_wrong_settings_are_named_at_once(folder: Path) -> None:
    answer = run(written(folder, {"service": {}, "teams": GOOD["teams"], "package": {}}), folder / "out.zip")
    named = [line.removeprefix("customer-card: ").partition(":")[0] for line in answer.output.splitlines()]
    assert sorted(named) == [
        "package.developer",
        "package.privacy",
        "package.terms",
        "package.website",
        "service.public_url",
    ]


def test_p18_the_package_is_made_again_with_a_higher_version_only_where_something_changed(folder: Path) -> None:
    out = folder / "app.zip"
    assert run(written(folder, GOOD), out).exit_code == 0
    first = opened(out).version
    assert run(written(folder, GOOD), out).exit_code == 0
    assert opened(out).version == first
    answer = run(written(folder, GOOD, **{"package.name": "Cards"}), out, "--json")
    (row,) = json.loads(answer.output)
    assert row["version"] == opened(out).version != first
    with zipfile.ZipFile(out) as archive:
        assert json.loads(archive.read("de.json"))["name.short"] == "Cards"


def test_p18_a_version_that_does_not_rise_is_refused_and_the_old_package_stays(folder: Path) -> None:
    out = folder / "app.zip"
    assert run(written(folder, GOOD, **{"package.version": "1.2.3"}), out).exit_code == 0
    before = out.read_bytes()
    answer = run(written(folder, GOOD, **{"package.version": "1.2.3", "package.name": "Cards"}), out)
    assert (answer.exit_code, "package.version: " in answer.output, "1.2.4" in answer.output) == (2, True, True)
    moved = run(written(folder, GOOD, **{"teams.app_id": "c07b07b0-0000-4b07-8000-000000000b07"}), out)
    assert (moved.exit_code, "package.id: " in moved.output) == (2, True)
    assert out.read_bytes() == before


def test_icons_of_the_company_are_taken(folder: Path) -> None:
    icons = {"package.color_icon": "{folder}/good-192.png", "package.outline_icon": "{folder}/good-32.png"}
    assert run(written(folder, GOOD, **icons), folder / "app.zip").exit_code == 0
    assert opened(folder / "app.zip").files["outline.png"] == (folder / "good-32.png").read_bytes()


@pytest.mark.parametrize("file", ["text.png", "nowhere/app.zip"])
def test_a_file_that_cannot_be_written_or_is_no_package_is_named(folder: Path, file: str) -> None:
    answer = run(written(folder, GOOD), folder / file)
    assert (answer.exit_code, answer.output.count("\n")) == (2, 1)
    assert Path(file).name in answer.output
