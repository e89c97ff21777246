"""Log lines: structured, and without personal data."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from service import log


@pytest.fixture
def _restored() -> Iterator[None]:
    """Other tests log as they did."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


@pytest.mark.usefixtures("_restored")
@pytest.mark.parametrize("as_json", [True, False])
def test_an_exception_is_logged_without_its_words(capsys: pytest.CaptureFixture[str], *, as_json: bool) -> None:
    log.configure(as_json=as_json)
    notes = "Edward Ferrars"
    try:
        try:
            raise ValueError(f"Key (name)=({notes}) already exists")
        except ValueError as error:
            raise RuntimeError(notes) from error
    except RuntimeError as error:
        structlog.get_logger("pane").exception("pane.failed")
        logging.getLogger("aiohttp.server").exception("Error handling request")
        logging.getLogger("asyncio").error("Task exception was never retrieved\nfuture: %r", error)
    said = capsys.readouterr().err
    assert "Ferrars" not in said
    assert said.count("RuntimeError < ValueError") == 2
    assert said.count("test_log.py") >= 2


@pytest.mark.usefixtures("_restored")
def test_a_line_is_one_json_object_with_its_correlation_id(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure(as_json=True)
    with structlog.contextvars.bound_contextvars(correlation_id="c-1"):
        structlog.get_logger("desk").warning("desk.something", card="f00")
    line = json.loads(capsys.readouterr().err)
    assert (line["event"], line["card"], line["correlation_id"], line["level"]) == (
        "desk.something", "f00", "c-1", "warning",
    )  # fmt: skip
