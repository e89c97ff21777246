"""The command line: clear errors, exit codes, and what operators do beside the service."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from customers.events import AgentRef
from customers.ids import UserId
from desk import pushing
from jobs import queue
from service.cli import main
from storage import inbox, people
from storage.engine import Database

DEVELOPMENT = "[teams]\ndevelopment = true\n"
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


@pytest.mark.parametrize(
    ("tables", "code", "said"),
    [
        ("[database]\nurl = 'sqlite:///{folder}/file/x.db'\n", 1, "folder"),
        ("[database]\nurl = 'sqlite:///{folder}/file'\n", 1, "not a database"),
        ("[database]\nurl = 'somewhere'\n", 2, "database.url"),
        ("[database]\nurl = 'mysql://host/name'\n", 2, "database.url"),
        ("[database]\nurl = 'postgresql://nobody@127.0.0.1:1/none'\n", 1, "database"),
        ("[database]\nurl = 'sqlite:///{folder}/x.db'\n[http]\nca_file = '{folder}/none.pem'\n", 2, "http.ca_file"),
        ("[database]\nurl = 'sqlite:///{folder}/x.db'\n[http]\nca_file = '{folder}/file'\n", 2, "http.ca_file"),
    ],
)
def test_what_keeps_the_service_from_starting_is_one_line(tmp_path: Path, tables: str, code: int, said: str) -> None:
    (tmp_path / "file").write_text("This is neither a database nor a certificate. " * 20)
    config = tmp_path / "customer-card.toml"
    config.write_text(tables.format(folder=tmp_path) + "[service]\nport = 0\nmanagement_port = 0\n" + DEVELOPMENT)
    answer = CliRunner().invoke(main, ["serve", "--config", str(config)])
    assert (answer.exit_code, answer.output.count("\n")) == (code, 1), answer.output
    assert said in answer.output


def test_a_database_of_a_newer_version_is_left_alone(run: Commands, database: Database) -> None:
    with database.write() as tx:
        tx.execute(sa.text("update alembic_version set version_num = '9999'"))
    for words in (["db", "upgrade"], ["push", "list"]):
        answer = run(*words)
        assert (answer.exit_code, answer.output.count("\n")) == (2, 1), answer.output


def test_a_list_of_agents_that_is_no_text_is_named(run: Commands, tmp_path: Path) -> None:
    lines = tmp_path / "agents.csv"
    lines.write_bytes(b"intake,agent,user\nmain,\xff,x\n")
    answer = run("agents", "import", str(lines))
    assert answer.exit_code == 2
    assert "agents.csv" in answer.output


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


def test_p19_a_crm_is_stopped_and_goes_on(run: Commands, database: Database) -> None:
    assert run("push", "pause", "nobody").exit_code == 2
    crm = {"KIND": "salesforce", "URL": "https://acme.my.salesforce.com"}
    variables = {f"CUSTOMER_CARD_CRM__SALES__{name}": value for name, value in crm.items()}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        for command, reason in (("pause", "administrator"), ("resume", "")):
            assert run("push", command, "sales").exit_code == 0
            with database.write() as tx:
                assert queue.pause_reason(tx, pushing.lane("sales")) == reason


def test_doctor_says_what_to_do_and_fails(run: Commands) -> None:
    answer = run("doctor", "--json")
    assert answer.exit_code == 1
    findings = {one["check"]: one for one in json.loads(answer.output)}
    assert findings["database"]["result"] == "ok"
    assert "intake.NAME" in findings["intake"]["do"]


def test_an_upgrade_twice_does_nothing(run: Commands) -> None:
    assert run("db", "upgrade").exit_code == run("db", "upgrade").exit_code == 0
