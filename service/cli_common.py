"""What every command has: the settings file, JSON on demand, and errors of one line."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from connectors.errors import CrmAuthFailed, CrmError, CrmForbidden, CrmRecordNotFound, CrmUnavailable
from service.cli_output import fail
from service.errors import ConfigError, UsageError
from storage.errors import StorageUnavailable

WRONG_USE = 2
FAILED = 1

config_option = click.option(
    "--config",
    type=click.Path(path_type=Path),
    help="Settings file; default: customer-card.toml, where there is one.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def guarded(command: Callable[..., Any]) -> Callable[..., Any]:
    """Errors are one line with the cause and the next step: exit code 2 for wrong use, 1 for failure."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except (ConfigError, UsageError) as error:
            fail(str(error), WRONG_USE)
        except StorageUnavailable as error:
            fail(f"the database does not answer: {error}", FAILED)
        except CrmError as error:
            fail(f"{error}: {_next_step(error)}", FAILED)

    return run


def _next_step(error: CrmError) -> str:
    said = f" ({' '.join(error.detail.split())})" if error.detail else ""
    steps: tuple[tuple[type[CrmError], str], ...] = (
        (CrmUnavailable, "check the url and the network, then try again"),
        (CrmAuthFailed, f"check [crm.{error.crm}.auth] and the integration user{said}"),
        (CrmForbidden, f"give the integration user this right{said}"),
        (CrmRecordNotFound, f"name a record that is there{said}"),
    )
    return next((step for kind, step in steps if isinstance(error, kind)), f"try again, or mend what it says{said}")
