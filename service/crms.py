"""Connectors from the settings."""

from __future__ import annotations

from pathlib import Path

from connectors.dynamics.connector import DynamicsConnector
from connectors.dynamics.links import domains as dynamics_domains
from connectors.dynamics.settings import VENDOR_KEYS as DYNAMICS_KEYS
from connectors.dynamics.settings import DynamicsSettings
from connectors.http import HttpOptions
from connectors.interface import CrmConnector, MappingProblem
from connectors.mapping import CrmMapping
from connectors.mapping_file import MappingError, VendorKeys, load_mapping_file
from connectors.salesforce.auth import SalesforceAuth
from connectors.salesforce.connector import SalesforceConnector, SalesforceSettings
from connectors.salesforce.links import domains as salesforce_domains
from connectors.sources import own_field
from customers.fields import OTHER, Field, fields_of, label_names
from customers.model import Channel
from service.errors import ConfigError
from service.settings import CrmSettings, Settings

_NAME_LIMIT = 40


def connectors(settings: Settings) -> dict[str, CrmConnector]:
    """One for each `[crm.NAME]`; nothing is called yet. Raises ConfigError."""
    return {name: connector(settings, name) for name in settings.crm}


def connector(settings: Settings, name: str) -> CrmConnector:
    """The one for `[crm.NAME]`, with its mapping as the file is now. Raises ConfigError."""
    crm = settings.crm[name]
    if not name.replace("-", "").replace("_", "").isalnum() or len(name) > _NAME_LIMIT:
        raise ConfigError(f"crm.{name}: a name is letters, digits, - and _, at most {_NAME_LIMIT}")
    http = HttpOptions(
        read_seconds=crm.timeout,
        total_seconds=crm.timeout * 2,
        pool_size=crm.concurrency * 2,
        ca_file=settings.http.authorities(),
    )
    make = _salesforce if crm.kind == "salesforce" else _dynamics
    return make(settings, name, http)


def link_domains(settings: Settings) -> dict[str, str]:
    """Each domain that links to records of the CRMs lead to, and the CRM that it belongs to."""
    found: dict[str, str] = {}
    for name, crm in settings.crm.items():
        domains = salesforce_domains if crm.kind == "salesforce" else dynamics_domains
        for domain in domains(crm.url):
            found.setdefault(domain.lower(), name)
    return found


def mapping_text(settings: Settings, name: str) -> str | None:
    """The mapping file of `[crm.NAME]` as it is now; None where none is named, or it cannot be read."""
    path = settings.crm[name].mapping
    try:
        return Path(path).read_text("utf-8") if path else None
    except (OSError, UnicodeDecodeError):
        return None


def _mapping(settings: Settings, name: str, vendor: VendorKeys) -> CrmMapping | None:
    path = settings.crm[name].mapping
    if not path:
        return None
    try:
        mapping = load_mapping_file(Path(path), vendor)
        _check_own_fields(mapping, settings)
    except MappingError as error:
        raise ConfigError(f"crm.{name}.mapping: {path}: {error}") from None
    return mapping


def _check_own_fields(mapping: CrmMapping, settings: Settings) -> None:
    """Raises MappingError for a field of the company's own that the settings do not have."""
    known = {
        "fields": {name for fields in settings.cards.sets.values() for one in fields for name in _sources(one)},
        "customer_fields": {name for one in settings.cards.customer_fields for name in _sources(one.field())},
    }
    customers = {one.name for one in settings.cards.customer_fields}
    for key, source in mapping.own_fields:
        prefix, field = own_field(source)
        # What a choice is called is none of the profile's own words: nothing could be taken over from the CRM.
        is_words = ".update." in key and field not in customers
        if field not in known[prefix] or is_words:
            there = ", ".join(f"{prefix}.{one}" for one in sorted(known[prefix])) or "none"
            table = "cards.activity_fields" if prefix == "fields" else "cards.customer_fields"
            raise MappingError(key, f"uses {source!r}, which {table} of the settings has not; there are {there}")


def _sources(field: Field) -> tuple[str, ...]:
    return (field.name, *label_names(field))


def empty_fields(settings: Settings, name: str) -> list[MappingProblem]:
    """Where an activity of the mapping uses fields that its channel has not (B-38): they are there for other channels,
    and empty here. Raises ConfigError where the mapping cannot be read."""
    vendor = VendorKeys() if settings.crm[name].kind == "salesforce" else DYNAMICS_KEYS
    mapping = _mapping(settings, name, vendor)
    sets, found = settings.cards.sets, []
    for key, source in mapping.own_fields if mapping else ():
        table, channel, *_ = key.split(".")
        if table != "activities":
            continue
        served = [one for one in Channel if (one if mapping and one in mapping.activities else OTHER) == channel]
        own = {name for one in served for field in fields_of(sets, one) for name in _sources(field)}
        if own_field(source)[1] not in own:
            problem = f"uses {source!r}, which activities of {channel} do not have: it is always empty"
            to_do = "add it to that set of cards.activity_fields, or leave it out"
            found.append(MappingProblem(key, problem, to_do, stops=False))
    return found


def _secret(name: str, crm: CrmSettings) -> str:
    if crm.auth.client_secret is None:
        raise ConfigError(f"crm.{name}.auth.client_secret is missing")
    return crm.auth.client_secret.get_secret_value()


def _salesforce(settings: Settings, name: str, http: HttpOptions) -> CrmConnector:
    crm = settings.crm[name]
    auth = crm.auth
    key = auth.private_key.get_secret_value() if auth.private_key else ""
    if auth.flow == "jwt_bearer" and not (key and auth.username):
        raise ConfigError(f"crm.{name}.auth: jwt_bearer needs username and private_key")
    made = SalesforceSettings(
        name=name,
        url=crm.url,
        auth=SalesforceAuth(
            client_id=auth.client_id,
            client_secret="" if auth.flow == "jwt_bearer" else _secret(name, crm),
            username=auth.username,
            private_key=key,
            token_url=auth.token_url,
        ),
    )
    return SalesforceConnector(made, _mapping(settings, name, VendorKeys()), http)


def _dynamics(settings: Settings, name: str, http: HttpOptions) -> CrmConnector:
    crm = settings.crm[name]
    auth = crm.auth
    if not auth.tenant_id:
        raise ConfigError(f"crm.{name}.auth.tenant_id is missing")
    made = DynamicsSettings(
        name=name,
        url=crm.url,
        tenant_id=auth.tenant_id,
        client_id=auth.client_id,
        client_credential=_secret(name, crm),
        authority=f"{auth.authority.rstrip('/')}/{auth.tenant_id}",
        app_id=crm.app_module_id,
        http=http,
    )
    return DynamicsConnector(made, _mapping(settings, name, DYNAMICS_KEYS))
