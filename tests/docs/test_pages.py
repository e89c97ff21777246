"""The docs say what the code does."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest
from click.testing import CliRunner

from service.cli import main

ROOT = Path(__file__).resolve().parents[2]


def _generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_pages", ROOT / "scripts" / "docs.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["docs_pages"] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["settings.md", "rules.md", "access.md", "mapping.md", "errors.md", "connectors.md"])
def test_generated_pages_are_up_to_date(name: str) -> None:
    assert (ROOT / "docs" / name).read_text("utf-8") == _generator().PAGES[name](), "run make docs"


@pytest.mark.parametrize(
    "page", sorted(ROOT.glob("*.md")) + sorted((ROOT / "docs").rglob("*.md")), ids=lambda p: p.name
)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text("utf-8")):
        assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_every_command_is_described_with_an_example() -> None:
    page = (ROOT / "docs" / "interfaces.md").read_text("utf-8")
    for name, command in main.commands.items():
        assert f"customer-card {name}" in page, name
        for path in [[name, sub] for sub in getattr(command, "commands", {})] or [[name]]:
            shown = CliRunner().invoke(main, [*path, "--help"]).output
            assert "Example: customer-card" in shown, path
