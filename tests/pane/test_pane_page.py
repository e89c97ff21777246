"""The page, its files and their headers."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import aiohttp
import orjson
import pytest

from pane.files import LICENCES, OWN, STATIC, VENDOR, WORDS, MissingFileError, read_files
from pane.settings import NODE_MODULES, BrowserSignIn, PaneSettings
from simulators.entra.people import BOT_APP_ID
from tests.pane.house import House
from translations import LANGUAGES

ROOT = Path(__file__).resolve().parents[2]


async def index(client: aiohttp.ClientSession) -> tuple[str, aiohttp.ClientResponse]:
    async with client.get("/pane/") as answer:
        assert answer.status == 200
        return await answer.text(), answer


def directives(policy: str) -> dict[str, list[str]]:
    return {words[0]: words[1:] for words in (part.split() for part in policy.split(";"))}


async def test_the_page_is_public_and_all_that_it_names_is_there(client: aiohttp.ClientSession) -> None:
    page, answer = await index(client)
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    addresses = re.findall(r'(?:src|href)="(static/[^"]+)"', page)
    assert len(addresses) == 11
    for address in addresses:
        async with client.get(f"/pane/{address}") as file:
            assert file.status == 200
            assert file.headers["Cache-Control"] == "public, max-age=31536000, immutable"


async def test_nothing_is_written_in_the_page_that_the_policy_would_stop(client: aiohttp.ClientSession) -> None:
    page, answer = await index(client)
    policy = directives(answer.headers["Content-Security-Policy"])
    assert policy["default-src"] == ["'none'"]
    assert policy["script-src"] == policy["style-src"] == ["'self'"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\son\w+=", page)


async def test_only_teams_and_its_relatives_may_frame_the_page(client: aiohttp.ClientSession) -> None:
    _, answer = await index(client)
    ancestors = directives(answer.headers["Content-Security-Policy"])["frame-ancestors"]
    assert {"https://teams.microsoft.com", "https://*.teams.microsoft.com", "https://*.cloud.microsoft"} <= set(
        ancestors
    )
    assert all(source == "'self'" or source.startswith("https://") for source in ancestors)
    assert "*" not in ancestors


async def test_the_page_talks_to_the_development_sign_in_only_where_there_is_one(house: House) -> None:
    desk, directory = house.desk, house.directory
    async with aiohttp.ClientSession(house.url) as client:
        _, answer = await index(client)
    assert house.entra_url in directives(answer.headers["Content-Security-Policy"])["connect-src"]
    await house.stop()
    sign_in = BrowserSignIn("https://login.microsoftonline.com/a-tenant", f"{BOT_APP_ID}/access_as_user")
    house.settings = PaneSettings(client_id=BOT_APP_ID, browser_sign_in=sign_in)
    await house.start()
    async with aiohttp.ClientSession(house.url) as client:
        _, answer = await index(client)
        async with client.get("/pane/config") as config:
            told = await config.json()
    assert told["developmentSignIn"] is None
    assert told["signIn"] == {"authority": sign_in.authority, "scope": sign_in.scope}
    connect = directives(answer.headers["Content-Security-Policy"])["connect-src"]
    assert "https://login.microsoftonline.com" in connect
    assert "127.0.0.1" not in answer.headers["Content-Security-Policy"]
    assert (desk, directory) == (house.desk, house.directory)


async def test_headers_that_keep_secrets_and_types(client: aiohttp.ClientSession) -> None:
    _, answer = await index(client)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-cache"


async def test_files_are_sent_compressed_and_once(client: aiohttp.ClientSession) -> None:
    page, _ = await index(client)
    address = re.search(r'src="(static/[^"]+adaptivecards.js)"', page)
    assert address
    path = f"/pane/{address[1]}"
    async with aiohttp.ClientSession(client._base_url, auto_decompress=False) as raw:
        async with raw.get(path, headers={"Accept-Encoding": "gzip"}) as zipped:
            body = await zipped.read()
            assert zipped.headers["Content-Encoding"] == "gzip"
            assert zipped.headers["Vary"] == "Accept-Encoding"
        async with raw.get(path, headers={"Accept-Encoding": "identity"}) as plain:
            assert gzip.decompress(body) == await plain.read()
        async with raw.get(path, headers={"If-None-Match": zipped.headers["ETag"]}) as again:
            assert again.status == 304
    assert len(body) < 120_000


async def test_another_version_of_the_page_gets_files_that_nobody_keeps(client: aiohttp.ClientSession) -> None:
    async with client.get("/pane/static/0123456789abcdef/pane.js") as answer:
        assert (answer.status, answer.headers["Cache-Control"]) == (200, "no-store")


@pytest.mark.parametrize(
    "name", ["package.json", "vendor/swiper.js", "../http.py", "%2e%2e/http.py", "index.html", "PANE.JS"]
)
async def test_nothing_else_is_served(client: aiohttp.ClientSession, name: str) -> None:
    async with client.get(f"/pane/static/0/{name}") as answer:
        assert answer.status == 404


async def test_the_address_without_slash_leads_to_the_page(client: aiohttp.ClientSession) -> None:
    async with client.get("/pane?card=abc", allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (308, "/pane/?card=abc")


async def test_config_tells_the_page_what_it_needs_and_no_secret(house: House, client: aiohttp.ClientSession) -> None:
    async with client.get("/pane/config") as answer:
        assert await answer.json() == {
            "clientId": BOT_APP_ID,
            "languages": ["en", "de", "es"],
            "signIn": None,
            "developmentSignIn": house.settings.development_sign_in,
        }


def test_the_version_changes_with_every_file() -> None:
    files = read_files(NODE_MODULES)
    assert set(files.files) == {*OWN, *VENDOR, LICENCES, WORDS}
    assert {path.name for path in STATIC.iterdir()} == {*OWN, "index.html"}
    assert files.version in files.index.body.decode()


def test_the_licences_of_all_that_is_served_go_along() -> None:
    text = read_files(NODE_MODULES).files[LICENCES].body.decode()
    for name in ("adaptivecards", "swiper", "markdown-it", "linkify-it", "entities", "@microsoft/teams-js"):
        assert f"{name}\n\n" in text


def test_a_missing_library_is_named_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match="npm ci --ignore-scripts"):
        read_files(tmp_path)


def test_the_lock_file_holds_exact_versions_and_no_addresses() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text())
    wanted = json.loads((ROOT / "package.json").read_text())
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted["dependencies"].values())
    for name, package in lock["packages"].items():
        assert "resolved" not in package
        assert name == "" or package["integrity"].startswith("sha512-")
        # What is not shipped may ask for its own files' changes to be published: nobody changes them.
        allowed = {"MIT", "BSD-2-Clause", "BSD-3-Clause", "PSF-2.0", *(["MPL-2.0"] if package.get("dev") else [])}
        assert name == "" or package["license"] in allowed


@pytest.mark.rule("P-14")
def test_p14_every_word_of_the_page_is_there_in_each_language() -> None:
    served = read_files(NODE_MODULES).files[WORDS].body.decode()
    assert served.startswith("export const TEXTS = {")
    known = orjson.loads(served.removeprefix("export const TEXTS = ").removesuffix(";\n"))
    assert set(known) == set(LANGUAGES)
    used = "".join(path.read_text() for path in (*STATIC.glob("*.js"), *STATIC.glob("*.html")))
    for key in known["en"]:
        assert key.startswith("error_") or re.search(rf"\b{key}\b", used), key
