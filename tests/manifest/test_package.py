"""The app package: what is in it, the official schema, and versions that only rise (P-18)."""

from __future__ import annotations

import itertools
import json
import shutil
import subprocess
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.extension import COMMAND, PARAMETER
from manifest import schemas
from manifest.check import as_version, problems
from manifest.package import build, raised, update_problems
from manifest.png import read
from manifest.template import VERSION
from tests.manifest.sample_app import APP, app

ORDERS = [order for count in (1, 2, 3) for order in itertools.permutations(("en", "de", "es"), count)]
OFFICIAL = Path(__file__).with_name("official.mjs")


@pytest.mark.parametrize("languages", ORDERS, ids="-".join)
def test_p18_p14_a_package_for_every_language_is_in_order(languages: tuple[str, ...]) -> None:
    package, found = build(app(languages=languages))
    assert found == []
    told = package.manifest
    assert told["localizationInfo"]["defaultLanguageTag"] == languages[0]
    assert {one["languageTag"] for one in told["localizationInfo"]["additionalLanguages"]} == set(languages[1:])


def test_p18_the_manifest_is_of_the_newest_version_that_is_generally_available() -> None:
    newest = schemas.versions()[-1]
    assert ".".join(map(str, newest)) == VERSION


@pytest.mark.node
@pytest.mark.skipif(not shutil.which("node"), reason="node is not installed (apt install nodejs)")
@pytest.mark.parametrize("languages", [("en", "de", "es"), ("de", "es", "en"), ("es", "en", "de")], ids="-".join)
def test_p18_microsofts_own_validator_takes_the_package(languages: tuple[str, ...]) -> None:
    package, _ = build(app(languages=languages))
    for name, data in package.files.items():
        if name.endswith(".json"):
            assert _official(name, data) == [], name


@pytest.mark.node
@pytest.mark.skipif(not shutil.which("node"), reason="node is not installed (apt install nodejs)")
def test_microsofts_own_validator_refuses_what_it_should() -> None:
    told = build(APP)[0].manifest
    broken = told | {"accentColor": "blue", "surprise": 1}
    assert {error["keyword"] for error in _official("manifest.json", json.dumps(broken).encode())} == {
        "pattern",
        "additionalProperties",
    }


def _official(name: str, data: bytes) -> list[dict[str, Any]]:
    kind = schemas.MANIFEST if name == "manifest.json" else schemas.TRANSLATION
    schema = schemas.NODE_MODULES / schemas.FOLDER / f"v{VERSION}" / kind
    command = ["node", str(OFFICIAL), str(schemas.NODE_MODULES.resolve()), str(schema)]
    answer = subprocess.run(command, input=data, capture_output=True, check=True, timeout=60)
    errors: list[dict[str, Any]] = json.loads(answer.stdout)
    return errors


def test_p18_what_the_schema_ignores_beside_a_reference_is_refused_all_the_same() -> None:
    told = {"name.short": "x" * 31, "description.short": "short", "description.full": "full"}
    path = schemas.NODE_MODULES / schemas.FOLDER / f"v{VERSION}" / schemas.TRANSLATION
    assert jsonschema_rs.Draft4Validator(json.loads(path.read_bytes())).is_valid(told)
    assert [field for field, _ in schemas.violations(told, schemas.TRANSLATION)] == ["name.short"]


def test_p18_a_manifest_of_another_version_is_refused() -> None:
    package, _ = build(APP)
    told = package.manifest | {"manifestVersion": "1.29"}
    assert "manifestVersion" in {
        problem.field for problem in problems(package.files, told, _translations(package.files))
    }


def test_p18_translations_say_what_the_manifest_says_and_nothing_else() -> None:
    package, _ = build(APP)
    translations = _translations(package.files)
    del translations["de.json"]["staticTabs[0].name"]
    translations["es.json"]["bots[0].commandLists[0].commands[7].title"] = "Nada"
    found = {problem.field for problem in problems(package.files, package.manifest, translations)}
    assert found == {"de.json: staticTabs[0].name", "es.json: bots[0].commandLists[0].commands[7].title"}
    del translations["de.json"]
    fields = {problem.field for problem in problems(package.files, package.manifest, translations)}
    assert "localizationInfo.additionalLanguages" in fields


def _translations(files: Any) -> dict[str, Any]:
    return {name: json.loads(files[name]) for name in files if name.endswith(".json") and name != "manifest.json"}


def test_the_zip_holds_the_files_at_its_top_and_is_the_same_every_time() -> None:
    package, _ = build(APP)
    assert package.zipped() == build(APP)[0].zipped()
    with zipfile.ZipFile(BytesIO(package.zipped())) as archive:
        assert archive.testzip() is None
        assert sorted(archive.namelist()) == ["color.png", "de.json", "es.json", "manifest.json", "outline.png"]


def test_p18_icons_have_the_sizes_and_the_transparency_that_teams_asks_for() -> None:
    package, _ = build(APP)
    color, outline = read(package.files["color.png"]), read(package.files["outline.png"])
    assert (color.width, color.height, color.has_transparency) == (192, 192, False)
    assert (outline.width, outline.height, outline.has_transparency) == (32, 32, True)
    assert {pixel[:3] for pixel in outline.pixels if pixel[3]} == {(255, 255, 255)}
    assert color.pixels[0][:3] == (0x5B, 0x5F, 0xC7)


@pytest.mark.rule("A-04")
def test_the_pane_stands_in_the_personal_app_and_at_the_side_of_chats_and_meetings() -> None:
    tab = build(APP)[0].manifest["staticTabs"][0]
    assert tab["contentUrl"] == "https://cards.contoso.example/pane/"
    assert {"personal", "groupChat"} == set(tab["scopes"])
    assert {"personalTab", "privateChatTab", "meetingSidePanel"} <= set(tab["context"])


def test_single_sign_on_is_asked_for_the_bots_own_application() -> None:
    told = build(APP)[0].manifest
    resource = f"api://cards.contoso.example/botid-{APP.app_id}"
    assert told["webApplicationInfo"] == {"id": APP.app_id, "resource": resource}
    assert told["validDomains"] == ["cards.contoso.example"]


def test_customers_are_found_and_links_are_shown_by_the_bot() -> None:
    (extension,) = build(APP)[0].manifest["composeExtensions"]
    (command,) = extension["commands"]
    assert (command["id"], command["parameters"][0]["name"]) == (COMMAND, PARAMETER)
    assert (command["type"], command["initialRun"], extension["botId"]) == ("query", True, APP.app_id)
    (handler,) = extension["messageHandlers"]
    assert handler["type"] == "link"
    assert handler["value"] == {"domains": ["cards.contoso.example"], "supportsAnonymizedPayloads": True}


CHANGES = st.lists(st.sampled_from(["name", "developer", "website", "nothing"]), max_size=6)


@given(changes=CHANGES, begin=st.tuples(*[st.integers(0, 40)] * 3))
@settings(max_examples=15, deadline=None)
def test_p18_the_version_rises_with_every_change_and_only_then(changes: list[str], begin: tuple[int, int, int]) -> None:
    one = app(version=".".join(map(str, begin)))
    package, _ = build(one)
    for number, change in enumerate(changes):
        if change != "nothing":
            one = app(
                version="0.1.0", **{change: f"https://n{number}.example" if change == "website" else f"N{number}"}
            )
        before, package = package, build(raised(one, package))[0]
        assert update_problems(package, before) == []
        has_changed = not package.is_like(before)
        assert (as_version(package.version) > as_version(before.version)) == has_changed
        assert has_changed == (change != "nothing")
        one = app(**{name: getattr(one, name) for name in ("name", "developer", "website")}, version=package.version)


def test_p18_the_same_version_with_another_content_is_refused() -> None:
    before, _ = build(APP)
    after, _ = build(app(name="Cards"))
    (problem,) = update_problems(after, before)
    assert (problem.field, "write 1.0.1" in problem.text) == ("version", True)
    (other,) = update_problems(build(app(app_id="b07b07b0-0000-4b07-8000-000000000b08", version="2.0.0"))[0], before)
    assert other.field == "id"
