"""docs/install.md followed literally, from a fresh clone, as far as no tenant is needed; doctor names what is left."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from simulators.entra.app import Entra
from simulators.entra.people import BOT_APP_ID, BOT_APP_SECRET, TENANT_ID
from simulators.kit.server import running
from simulators.kit.tls import Authority

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"^```sh ?(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
KINDS = {"", "network", "yours", "tenant", "doctor", "background"}


@dataclass
class Admin:
    """Somebody who types what the page says, in the clone's folder."""

    clone: Path
    environment: dict[str, str]

    def types(self, block: str) -> subprocess.CompletedProcess[str]:
        """The block, in a shell that ends at the first command that fails."""
        command = ["bash", "-euo", "pipefail", "-c", block]
        return subprocess.run(
            command, cwd=self.clone, env=self.environment, capture_output=True, text=True, timeout=120, check=False
        )


def blocks(page: Path) -> list[tuple[str, str]]:
    return BLOCK.findall(page.read_text("utf-8"))


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What somebody gets who clones the project; its libraries are those of this one, instead of step 1."""
    folder = tmp_path_factory.mktemp("fresh") / "customer-card"
    if (ROOT / ".git").exists():
        subprocess.run(["git", "clone", "--quiet", f"file://{ROOT}", str(folder)], check=True)
    else:  # an archive of the project
        shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(".venv*", "node_modules", "var", "__pycache__"))
    for name in (".venv", "node_modules"):
        (folder / name).symlink_to((ROOT / name).resolve())
    return folder


@pytest.fixture(scope="module")
def admin(clone: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Admin]:
    authority = Authority(tmp_path_factory.mktemp("entra"))
    with running(Entra().app, tls=authority) as entra:
        environment = {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(clone.parent),
            "PYTHONPATH": str(clone),
            # What step 2 yields, and where the stand-in for Microsoft is.
            "DOMAIN": "cards.contoso.example",
            "TENANT_ID": TENANT_ID,
            "APP_ID": BOT_APP_ID,
            "COMPANY": "Contoso",
            "CUSTOMER_CARD_TEAMS__AUTHORITY": entra,
            "CUSTOMER_CARD_TEAMS__BOT_METADATA": f"{entra}/botframework/.well-known/openidconfiguration",
            "CUSTOMER_CARD_HTTP__CA_FILE": str(authority.ca_file),
            "CUSTOMER_CARD_SERVICE__PORT": "0",
            "CUSTOMER_CARD_SERVICE__MANAGEMENT_PORT": "0",
        }
        (clone / "secrets").mkdir()
        (clone / "secrets" / "teams").write_text(BOT_APP_SECRET)
        yield Admin(clone, environment)


def test_p18_the_page_followed_literally_ends_with_a_package_and_a_service_that_runs(admin: Admin) -> None:
    page = blocks(admin.clone / "docs" / "install.md")
    assert {kind for kind, _ in page} == KINDS
    for kind, block in page:
        if kind in ("network", "yours", "tenant"):
            continue
        if kind == "background":
            _starts(admin, block)
            continue
        done = admin.types(block)
        if kind == "doctor":
            assert done.returncode == 1, done.stderr
            assert "Traceback" not in done.stderr
        else:
            assert (done.returncode, done.stderr) == (0, ""), block
    assert (admin.clone / "customer-card.zip").exists()
    _doctor_names_what_is_left(admin)


def _starts(admin: Admin, block: str) -> None:
    """The service listens, and ends when it is told to."""
    program = ["bash", "-c", f"exec {block.strip()}"]
    with subprocess.Popen(
        program, cwd=admin.clone, env=admin.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert "customer-card: web http" in process.stdout.readline()
        process.terminate()
        said = process.stderr.read()
        assert process.wait(60) == 0, said


def _doctor_names_what_is_left(admin: Admin) -> None:
    answer = admin.types(".venv/bin/customer-card doctor --json")
    found = {row["check"]: row for row in json.loads(answer.stdout)}
    left = {name for name, row in found.items() if row["result"] != "ok"}
    assert left == {"public_url", "installed", "events"}
    assert all(row["do"] for name, row in found.items() if name in left)


def test_the_page_says_which_step_each_check_of_doctor_belongs_to(admin: Admin) -> None:
    text = (ROOT / "docs" / "install.md").read_text("utf-8")
    table = text[text.index("| check | step |") :]
    told = set(re.findall(r"`([a-z_.]+)(?:\.NAME)?(?:\.mapping)?`", table))
    sources = [ROOT / "service" / name for name in ("doctor.py", "doctor_steps.py", "doctor_teams.py")]
    named = set()
    for source in sources:
        named |= set(re.findall(r"(?:good|bad|left|Finding)\(\s*f?\"([a-z_.]+)", source.read_text("utf-8")))
    assert {name.rstrip(".") for name in named} - {"teams"} <= told


def test_ids_that_the_page_asks_to_enter_are_those_of_teams() -> None:
    text = (ROOT / "docs" / "install.md").read_text("utf-8")
    for client in ("5e3ce6c0-2b1f-4285-8d4b-75ee78787346", "1fec8e78-bce4-4aaf-ab1b-5451cc387264"):
        assert client in text
    assert "access_as_user" in text


@pytest.mark.soak
def test_step_1_installs_on_this_machine(tmp_path: Path) -> None:
    """The long form: everything is downloaded as on a new machine."""
    (block,) = [block for kind, block in blocks(ROOT / "docs" / "install.md") if kind == "network"]
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "REPOSITORY": str(ROOT)}
    for name in ("PIP_INDEX_URL", "PIP_CONFIG_FILE", "npm_config_registry", "SSL_CERT_FILE", "HTTPS_PROXY"):
        if name in os.environ:
            environment[name] = os.environ[name]
    subprocess.run(["bash", "-euo", "pipefail", "-c", block], cwd=tmp_path, env=environment, check=True, timeout=1200)
    assert (tmp_path / "customer-card" / ".venv" / "bin" / "customer-card").exists()
