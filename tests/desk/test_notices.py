"""Every sentence that a use case says exists in every language."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from cards import texts

ROOT = Path(__file__).resolve().parents[2]


def _codes() -> Iterator[str]:
    for folder in ("desk", "service"):
        for file in sorted((ROOT / folder).glob("*.py")):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Notice":
                    yield from (text.value for text in _texts(node.args[0]) if isinstance(text.value, str))


def _texts(node: ast.AST) -> Iterator[ast.Constant]:
    return (one for one in ast.walk(node) if isinstance(one, ast.Constant))


@pytest.mark.parametrize("language", ["en", "de", "es"])
@pytest.mark.parametrize("code", sorted({*_codes(), "linked", "unlinked", "unlinked_after_push", "tag_too_long"}))
def test_p14_every_notice_is_said_in_every_language(code: str, language: str) -> None:
    assert f"notice.{code}" in texts.of(language)
