"""Settings: nothing unknown, nothing guessed, no secret in the file or in a message."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.errors import ConfigError
from service.settings_file import load

GOOD = """\
[teams]
app_id = "b07b07b0-0000-4b07-8000-000000000b07"
tenant_id = "5e7ec7ed-0000-4c0a-8000-00000000c0a7"
client_secret = "file:{secret}"
"""


@pytest.fixture
def good(tmp_path: Path) -> str:
    secret = tmp_path / "secret"
    secret.write_text("hush\n")
    return GOOD.format(secret=secret)


def _load(tmp_path: Path, text: str) -> object:
    file = tmp_path / "customer-card.toml"
    file.write_text(text)
    return load(file)


def test_a_secret_is_read_from_its_file_and_never_shown(tmp_path: Path, good: str) -> None:
    settings = load(_written(tmp_path, good))
    assert settings.teams.client_secret is not None
    assert settings.teams.client_secret.get_secret_value() == "hush"
    assert "hush" not in repr(settings)


def _written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "customer-card.toml"
    file.write_text(text)
    return file


@pytest.mark.parametrize(
    ("more", "named"),
    [
        ("[service]\nprot = 1\n", "service.prot"),
        ("[service]\nport = 'many'\n", "service.port"),
        ("[servise]\nport = 1\n", "servise"),
        ("[crm.acme]\nkind = 'salesforce'\n", "crm.acme.url"),
        ("[crm.acme]\nkind = 'siebel'\nurl = 'https://x.example'\n", "crm.acme.kind"),
        ("[crm.acme]\nkind = 'salesforce'\nurl = 'http://x.example'\n", "crm.acme"),
        ("[intake.main]\ncountry = 'DE'\n", "intake.main"),
        ("[intake.main]\nsecrets = ['whsec_abc']\n", "intake.main.secrets"),
        ("[service]\nlanguages = []\n", "service.languages"),
        ("[crm.a]\nkind='dynamics'\nurl='https://x.example'\n[crm.a.auth]\nclient_secret='x'\n", "client_secret"),
    ],
)
def test_a_wrong_setting_stops_the_start_and_names_the_key(tmp_path: Path, good: str, more: str, named: str) -> None:
    with pytest.raises(ConfigError, match=named.replace(".", r"\.")):
        _load(tmp_path, good + more)


def test_the_environment_wins_and_unknown_variables_are_refused(
    tmp_path: Path, good: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CUSTOMER_CARD_SERVICE__PORT", "4000")
    assert load(_written(tmp_path, good + "[service]\nport = 1\n")).service.port == 4000
    monkeypatch.setenv("CUSTOMER_CARD_SERVISE__PORT", "4000")
    with pytest.raises(ConfigError, match="CUSTOMER_CARD_SERVISE__PORT"):
        _load(tmp_path, good)


def test_without_an_app_id_only_development_starts_and_only_on_loopback(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"teams\.app_id"):
        _load(tmp_path, "[service]\nport = 0\n")
    with pytest.raises(ConfigError, match=r"service\.host"):
        _load(tmp_path, "[teams]\ndevelopment = true\n[service]\nhost = '0.0.0.0'\n")
    assert _load(tmp_path, "[teams]\ndevelopment = true\n")


def test_a_missing_secret_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"teams\.client_secret"):
        _load(tmp_path, "[teams]\napp_id = 'x'\ntenant_id = 'y'\n")


def test_a_missing_tenant_stops_the_start(tmp_path: Path, good: str) -> None:
    with pytest.raises(ConfigError, match=r"teams\.tenant_id"):
        _load(tmp_path, "\n".join(line for line in good.splitlines() if "tenant_id" not in line))


def test_a_secret_file_that_is_no_text_is_named(tmp_path: Path, good: str) -> None:
    (tmp_path / "secret").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match=r"teams\.client_secret: .*secret: not a file of UTF-8 text"):
        _load(tmp_path, good)


def test_a_variable_holds_the_secret_itself(tmp_path: Path, good: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUSTOMER_CARD_TEAMS__CLIENT_SECRET", "file:/run/secrets/teams")
    with pytest.raises(ConfigError, match="CUSTOMER_CARD_TEAMS__CLIENT_SECRET"):
        _load(tmp_path, good)


def test_a_message_never_holds_the_value(tmp_path: Path, good: str) -> None:
    with pytest.raises(ConfigError) as caught:
        _load(
            tmp_path, good + "[crm.a]\nkind='dynamics'\nurl='https://x.example'\n[crm.a.auth]\nclient_secret='geheim'\n"
        )
    assert "geheim" not in str(caught.value)
