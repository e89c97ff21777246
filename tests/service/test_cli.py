"""The command line: clear errors, exit codes, and what operators do beside the service."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from customers.events import AgentRef
from customers.ids import UserId
from service.cli import main
from storage import inbox, people
from storage.engine import Database

SETTINGS = """\
[database]
url = "{url}"
[teams]
development = true
"""


class Commands:
    """Runs commands on one database."""

    def __init__(self, config: Path) -> None:
        self._config = config

    def __call__(self, *words: str) -> Result:
        return CliRunner().invoke(main, [*words, "--config", str(self._config)])


@pytest.fixture
def run(database_url: str, tmp_path: Path) -> Commands:
    config = tmp_path / "customer-card.toml"
    config.write_text(SETTINGS.format(url=database_url))
    return Commands(config)


def test_wrong_use_is_one_line_and_exit_code_2(run: Commands) -> None:
    for words in (["events", "replay"], ["push", "retry"], ["events", "replay", "17"]):
        answer = run(*words)
        assert answer.exit_code == 2, answer.output
        assert answer.output.count("\n") == 1
        assert answer.output.startswith("customer-card: ")


def test_a_config_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    answer = CliRunner().invoke(main, ["serve", "--config", str(tmp_path / "none.toml")])
    assert answer.exit_code == 2
    assert "none.toml" in answer.output


def test_a_failed_event_is_listed_and_replayed(run: Commands, database: Database) -> None:
    row = {
        "source": "/cc/acme", "event_id": "e-1", "type": "cc.interaction.accepted.v1", "subject": "call-1",
        "intake": "main", "body": b"{}", "correlation_id": "c-1", "at": database.clock(),
    }  # fmt: skip
    with database.write() as tx:
        ((number, _),) = inbox.put(tx, [row])
        inbox.mark(tx, number, "failed", "/data")
    listed = json.loads(run("events", "list", "--json").output)
    assert [(one["id"], one["state"], one["reason"]) for one in listed] == [(number, "failed", "/data")]
    assert "1 events" in run("events", "replay", str(number)).output
    with database.read() as connection:
        assert inbox.counts(connection) == {"new": 1}


def test_p17_an_unmatched_agent_is_listed_and_matched(run: Commands, database: Database, tmp_path: Path) -> None:
    with database.write() as tx:
        people.agent(tx, "main", AgentRef(id="a-7", name="Elinor"))
        people.remember_user(tx, UserId("e11e0000-0000-4a00-8000-00000000e110"), {"email": "elinor@contoso.example"})
    assert json.loads(run("agents", "list", "--json").output)[0]["user_id"] is None
    assert run("agents", "match", "main", "a-8", "elinor@contoso.example").exit_code == 2
    lines = tmp_path / "agents.csv"
    lines.write_text("intake,agent,user\nmain,a-7,Elinor@Contoso.example\nmain,a-9,elinor@contoso.example\n")
    assert run("agents", "import", str(lines)).exit_code == 2  # all of it or nothing
    assert json.loads(run("agents", "list", "--json").output)[0]["user_id"] is None
    assert run("agents", "match", "main", "a-7", "elinor@contoso.example").exit_code == 0
    assert json.loads(run("agents", "list", "--json").output)[0]["user_name"] is not None


def test_doctor_says_what_to_do_and_fails(run: Commands) -> None:
    answer = run("doctor", "--json")
    assert answer.exit_code == 1
    findings = {one["check"]: one for one in json.loads(answer.output)}
    assert findings["database"]["result"] == "ok"
    assert "intake.NAME" in findings["intake"]["do"]


def test_an_upgrade_twice_does_nothing(run: Commands) -> None:
    assert run("db", "upgrade").exit_code == run("db", "upgrade").exit_code == 0
