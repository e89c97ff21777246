"""What administrators see of the service itself: limits, the settings in force, who was refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from connectors.interface import CrmConnector
from customers.administration import Refusals, Switch
from desk.work import Surroundings
from intake.metrics import REQUESTS
from service.previews import Previewer
from service.settings import Settings
from storage.engine import Database

_SHOWN: Mapping[str, Sequence[str]] = {
    "access": ("agents", "supervisors", "admins", "membership_days"),
    "teams": ("allowed_tenants", "development"),
    "cards": ("request_close_days", "share_voice_and_sms", "profile_fields", "profile_read_only"),
    "service": ("public_url", "languages", "country"),
}
_OF_INTAKE = ("wrapup", "digital_push", "wrapup_timeout", "wrapup_grace", "country", "person_ids")
_REFUSED = 400
"""This status of an answer and those above it."""


def surroundings(settings: Settings, crms: Mapping[str, CrmConnector], database: Database) -> Surroundings:
    """For the desk. `crms`: those that are connected, also after a mapping was changed."""
    return Surroundings(
        limits={name: (crm.concurrency, crm.rate) for name, crm in settings.crm.items()},
        switches=tuple(_switches(settings)),
        refusals=lambda: tuple(_refusals(settings)),
        preview=Previewer(database, crms, settings.cards.sets),
    )


def _switches(settings: Settings) -> Iterator[Switch]:
    """Settings that decide who may do what, and what agents see. None of them is a secret."""
    for table, names in _SHOWN.items():
        for name in names:
            yield Switch(f"{table}.{name}", written(getattr(getattr(settings, table), name)))
    for name, intake in settings.intake.items():
        for key in _OF_INTAKE:
            yield Switch(f"intake.{name}.{key}", written(getattr(intake, key)))
    for name, crm in settings.crm.items():
        yield Switch(f"crm.{name}.url", crm.url)
        yield Switch(f"crm.{name}.mapping", crm.mapping)


def written(value: object) -> str:
    """A value as people read it; several with commas between them."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, timedelta):
        return f"{value.total_seconds():g} s"
    if isinstance(value, (tuple, list)):
        return ", ".join(str(one) for one in value)
    if isinstance(value, (frozenset, set)):
        return ", ".join(sorted(str(one) for one in value))
    return "" if value is None else str(value)


def _refusals(settings: Settings) -> Iterator[Refusals]:
    """Requests of contact centres that this process refused since it started."""
    for metric in REQUESTS.collect():
        for sample in metric.samples:
            status = int(sample.labels.get("status", 0))
            is_known = sample.labels.get("intake") in settings.intake
            if sample.name.endswith("_total") and is_known and status >= _REFUSED and sample.value:
                yield Refusals(sample.labels["intake"], status, int(sample.value))
