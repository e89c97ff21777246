"""The container: what its recipe copies is enough, it writes into its volume alone, its examples name real things."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from service.cli import main
from service.settings import PREFIX, Settings
from tests.operations.process import ROOT, served
from tests.scenarios.world import CONTACT, Grounds, agent, surrounded

DEPLOY = ROOT / "deploy"
RECIPE = (DEPLOY / "Containerfile").read_text("utf-8")
COPIED = re.findall(r"^COPY (?!--from)(.+) (/opt/customer-card\S*)$", RECIPE, re.MULTILINE)


def _can_unshare() -> bool:
    if os.geteuid() != 0 or not shutil.which("unshare"):
        return False
    return subprocess.run(["unshare", "-m", "true"], check=False, capture_output=True).returncode == 0


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files that the recipe copies, where it copies them to."""
    folder = tmp_path_factory.mktemp("image")
    for sources, target in COPIED:
        for source in sources.split():
            place = folder / target.removeprefix("/opt/customer-card").strip("/")
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, place, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(ROOT / source, place / source)
    (folder / "node_modules").symlink_to((ROOT / "node_modules").resolve())
    return folder


def test_the_recipe_copies_every_package_of_the_product_and_no_simulator(image: Path) -> None:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    packages = {name.rstrip("*") for name in told["tool"]["setuptools"]["packages"]["find"]["include"]}
    assert {one.name for one in image.iterdir() if one.is_dir()} - {"node_modules"} == packages - {"simulators"}


def test_the_image_runs_as_nobody_in_particular_and_holds_no_secret() -> None:
    assert re.findall(r"^USER (.+)$", RECIPE, re.MULTILINE) == ["10001:10001"]
    assert "STOPSIGNAL SIGTERM" in RECIPE
    for file in DEPLOY.iterdir():
        text = file.read_text("utf-8")
        assert not re.search(r"(?i)(password|client_secret|whsec_)\s*[:=]\s*['\"]?[a-z0-9+/]{8,}", text), file.name


async def test_p08_everything_works_on_a_read_only_file_system(grounds: Grounds, image: Path, tmp_path: Path) -> None:
    volume = tmp_path / "volume"
    volume.mkdir()
    tables = {"database": {"url": f"sqlite:///{volume}/customer-card.db"}}
    # Everything but the volume is read-only, /tmp too; seen by this process alone.
    modules, extra = [str(image)], []
    closed = 'mount --bind "$0" "$0"; mount -o remount,ro,bind /; if touch "$0.x" 2>&-; then exit 9; fi; exec "$@"'
    before = ["unshare", "-m", "sh", "-ec", closed, str(volume)]
    if not _can_unshare():  # in a container without the right to mount
        before, modules = [], [str(Path(__file__).with_name("closed")), *modules]
        extra = [f"ONLY_WRITABLE={volume}/"]
    async with surrounded(grounds, "", **tables) as world:
        before += ["env", "-u", "HOME", f"PYTHONPATH={':'.join(modules)}", "PYTHONDONTWRITEBYTECODE=1", *extra]
        async with served(world, tmp_path, before=before, cwd="/") as service:
            elinor = agent(world, "elinor")
            await elinor.act("customers.open")
            await world.happens("accepted")
            card = await elinor.first_card()
            await elinor.presses(card, "link.add", {"record": CONTACT})
            await world.happens("ended", wrapup={"expected": True})
            await world.happens("wrapup_started")
            await elinor.presses(card, "wrapup.finish", wrapup__notes="Sent it again.")
            await world.until(world.tasks, "the task")
            async with world.session.get(f"{world.service_url}/pane/") as answer:
                assert answer.status == 200
            service.terminate()
            assert await service.ended() == 0
        assert "Read-only" not in service.log.read_text()


def _settings_named(text: str) -> set[tuple[str, str]]:
    found = set(re.findall(rf"{PREFIX}([A-Z]+)(?:__([A-Z_]+))?", text))
    return {(table.lower(), key.lower()) for table, key in found}


@pytest.mark.parametrize("file", ["Containerfile", "compose.yaml", "azure-container-app.yaml"])
def test_the_examples_name_settings_that_exist(file: str) -> None:
    named = _settings_named((DEPLOY / file).read_text("utf-8"))
    assert named
    for table, key in named:
        field = Settings.model_fields[table]
        assert not key or key in field.annotation.model_fields, (table, key)  # type: ignore[union-attr]


def test_the_examples_use_commands_that_exist() -> None:
    compose = (DEPLOY / "compose.yaml").read_text("utf-8")
    for words in re.findall(r"command: \[(.+)\]", compose):
        name, *rest = [word.strip() for word in words.split(",")]
        command = main.commands[name]
        assert not rest or rest[0].startswith("--") or rest[0] in command.commands  # type: ignore[attr-defined]
    assert compose.count("<<: *service") == 3
    for line in ("read_only: true", 'user: "10001:10001"', "cap_drop: [ALL]", "stop_grace_period: 30s"):
        assert line in compose
