"""The settings: one TOML file, every key also as an environment variable, nothing unknown, nothing guessed.

`customer-card.toml`, and `CUSTOMER_CARD_<TABLE>__<KEY>` for each key, which wins. Secrets stand in files
(`file:PATH`) or in the environment, never in the TOML file itself.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from customers.fields import FieldSets
from customers.profile_form import ALWAYS, Detail
from customers.views import Section
from intake.settings import IntakeSettings
from service.errors import ConfigError
from service.field_settings import FieldSet, check_customer_fields, check_names, check_sets

PREFIX = "CUSTOMER_CARD_"
_GUID = re.compile(r"[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _country(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


Country = Annotated[str, BeforeValidator(_country), Field(pattern=r"^[A-Z]{2}$")]


def _member(value: object) -> object:
    if isinstance(value, str):
        told = value.strip()
        is_known = told == "*" or "@" in told[1:-1] or _GUID.fullmatch(told) or re.fullmatch(r"(?i)role:\S+", told)
        if not is_known:
            raise ValueError("write an object id, an address, role:NAME or *")
        return told.lower()
    return value


Member = Annotated[str, BeforeValidator(_member)]
Port = Annotated[int, Field(ge=0, le=65535)]


class ServiceSettings(_Table):
    """`[service]`"""

    host: str = "127.0.0.1"
    """Address that the service listens on."""
    port: Port = 3978
    """Port of `/api/messages`, `/intake/…` and `/pane/`; 0 takes a free one."""
    management_port: Port = 9978
    """Port of `/healthz`, `/readyz` and `/metrics`; keep it inside."""
    public_url: str = ""
    """How Teams reaches the service from outside, `https://…`; empty in development."""
    languages: Annotated[tuple[Literal["en", "de", "es"], ...], Field(min_length=1)] = ("en", "de", "es")
    """Offered to agents; the first is what everybody else sees."""
    country: Country = "US"
    """ISO 3166; where phone numbers without a country code are from, unless an intake says otherwise."""
    one_processor: bool = True
    """Keep the process on the least busy processor (Linux): it answers faster there than spread over several."""


class DatabaseSettings(_Table):
    """`[database]`"""

    url: str = "sqlite:///var/customer-card.db"
    """`sqlite:///FILE` or `postgresql://USER@HOST/NAME`."""


class TeamsSettings(_Table):
    """`[teams]`"""

    app_id: str = ""
    """Entra application (client) id of the bot and of the pane."""
    tenant_id: str = ""
    """Entra tenant of the application."""
    app_type: Literal["SingleTenant"] = "SingleTenant"
    """The kind of bot registration; new bots can only be of this one."""
    client_secret: SecretStr | None = None
    """The application's secret."""
    certificate: str = ""
    """Or a PEM file with its certificate and private key."""
    allowed_tenants: tuple[str, ...] = ()
    """Tenants whose agents may sign in; empty: `tenant_id` alone."""
    service_hosts: tuple[str, ...] = ("smba.trafficmanager.net", "smba.infra.gov.teams.microsoft.us")
    """Hosts that the bot's token may be sent to."""
    authority: str = "https://login.microsoftonline.com"
    """Where tokens come from."""
    bot_metadata: str = "https://login.botframework.com/v1/.well-known/openidconfiguration"
    """Where the keys of the Bot Framework stand."""
    development: bool = False
    """For one machine: no app id is needed, and only the loopback address is served."""
    development_sign_in: str = ""
    """Development: where the pane, opened outside Teams, gets its token."""


class TeamSettings(_Table):
    """`[access.teams.NAME]`"""

    members: Annotated[tuple[Member, ...], Field(min_length=1)]
    """Whose team it is, written as `access.agents`. Somebody in several teams sees and writes what any of them does."""
    enabled: bool | None = None
    """False: the team has no card (B-24); true: it has one, also where `cards.enabled` is false. Not set, here and
    below: as `[cards]` says."""
    edit_requests: bool | None = None
    """As `cards.edit_requests` (B-25)."""
    sections: tuple[Section, ...] | None = None
    """As `cards.sections` (E-11)."""
    profile_fields: tuple[str, ...] | None = None
    """As `cards.profile_fields` (E-21)."""
    profile_read_only: tuple[str, ...] | None = None
    """As `cards.profile_read_only` (E-21)."""
    activity_hidden: tuple[str, ...] | None = None
    """As `cards.activity_hidden` (E-21)."""
    activity_read_only: tuple[str, ...] | None = None
    """As `cards.activity_read_only` (E-21)."""


class AccessSettings(_Table):
    """`[access]`"""

    agents: tuple[Member, ...] = ("*",)
    """Who has the card (A-01): object ids of users or of Entra groups, addresses, `role:NAME` for an app role of the
    app registration, `*` for everybody of the allowed tenants."""
    supervisors: tuple[Member, ...] = ()
    """Who may act on others' interactions and lock profiles, written the same way. They have the card too."""
    admins: tuple[Member, ...] = ()
    """Who may do everything, written the same way. They have the card too."""
    membership_days: Annotated[int, Field(ge=1, le=90)] = 7
    """How long groups and app roles count that Entra told when the user last opened the pane; the chat tells none."""
    teams: dict[str, TeamSettings] = {}
    """What is switched on for single teams: the tables below."""


class PackageSettings(_Table):
    """`[package]`"""

    developer: str = ""
    """Your company's name, as Teams shows it below the app; at most 32 characters."""
    website: str = ""
    """`https://…` where agents find help with the app."""
    privacy: str = ""
    """`https://…` of your privacy statement."""
    terms: str = ""
    """`https://…` of your terms of use."""
    name: str = "Customer Card"
    """The app's name in Teams; at most 30 characters."""
    full_name: str = "Customer Card for Microsoft Teams"
    """The long form of it; at most 100 characters."""
    id: str = ""
    """The app's id in Teams, a GUID; empty: made from `teams.app_id`. Keep it: another id is another app."""
    version: str = ""
    """The package's version, such as `1.0.0`; empty: the product's, and one higher whenever the package has changed."""
    accent_color: str = "#5B5FC7"
    """Ground of the colour icon."""
    color_icon: str = ""
    """PNG file, 192 × 192, in place of ours."""
    outline_icon: str = ""
    """PNG file, 32 × 32, white on a transparent ground, in place of ours."""


class CrmAuthSettings(_Table):
    """`[crm.NAME.auth]`"""

    flow: Literal["client_credentials", "jwt_bearer"] = "client_credentials"
    """How the service signs in; `jwt_bearer` is Salesforce's."""
    client_id: str = ""
    """Consumer key (Salesforce) or application id (Dynamics)."""
    client_secret: SecretStr | None = None
    """Its secret."""
    username: str = ""
    """jwt_bearer: the integration user."""
    private_key: SecretStr | None = None
    """jwt_bearer: the PEM private key."""
    tenant_id: str = ""
    """Dynamics: the Entra tenant."""
    authority: str = "https://login.microsoftonline.com"
    """Dynamics: where tokens come from."""
    token_url: str = ""
    """Salesforce: where tokens come from; empty: the org itself."""


class CrmSettings(_Table):
    """`[crm.NAME]`"""

    kind: Literal["salesforce", "dynamics"]
    """Whose CRM it is."""
    url: str
    """`https://acme.my.salesforce.com` or `https://acme.crm4.dynamics.com`."""
    auth: CrmAuthSettings = CrmAuthSettings()
    """How to sign in."""
    mapping: str = ""
    """TOML file of record types and activities; empty: the one that comes with the product."""
    app_module_id: str = ""
    """Dynamics: the model-driven app that links open in."""
    concurrency: Annotated[int, Field(ge=1, le=128)] = 8
    """Calls at once, at most."""
    together: Annotated[int, Field(ge=1, le=100)] = 10
    """Pushes in one call, at most, where several are due at one time. 1: each has its own."""
    rate: Annotated[float, Field(gt=0)] | None = None
    """Pushes per second, at most."""
    timeout: Annotated[float, Field(gt=0, le=120)] = 30.0
    """Seconds until a call counts as failed."""

    @model_validator(mode="after")
    def _is_https(self) -> CrmSettings:
        if not self.url.startswith("https://"):
            raise ValueError("url must begin with https://")
        return self


class HttpSettings(_Table):
    """`[http]`"""

    ca_file: str = ""
    """PEM file of a certificate authority to trust besides the public ones."""

    def authorities(self) -> Path | None:
        """The file, which can be read and holds certificates; None where there is none. Raises ConfigError."""
        if not self.ca_file:
            return None
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(self.ca_file)
        except ssl.SSLError:
            raise ConfigError(f"http.ca_file: {self.ca_file}: there is no PEM certificate in it") from None
        except OSError as error:
            raise ConfigError(f"http.ca_file: {self.ca_file}: {error.strerror}") from None
        return Path(self.ca_file)


_PROFILE = (*(one.value for one in ALWAYS), "tags", "phone", "email")


class CardsSettings(_Table):
    """`[cards]`"""

    request_close_days: Annotated[int, Field(ge=1, le=3650)] = 5
    """A request closes by itself so many days after its last change, or that of one of its activities (B-36)."""
    share_voice_and_sms: bool = False
    """Calls and SMS of one number stand on one card (C-10); false: on a card each. Cards that are there stay as they
    are: they can be merged."""
    enabled: bool = True
    """The card is there (B-24). False: only for teams that say otherwise, e.g. those that try it out."""
    edit_requests: bool = True
    """Requests and activities can be written, moved and tagged (B-25); false: they can be read."""
    sections: tuple[Section, ...] = tuple(Section)
    """Sections that a card has (E-11). Buttons of the others are refused."""
    profile_fields: tuple[str, ...] = _PROFILE
    """What a profile shows, in this order (E-21); `birth_date`, `street`, `postcode` and the names of
    `customer_fields` may be added. Not set: these, and all of `customer_fields`. The name stands at the top of the
    card all the same."""
    profile_read_only: tuple[str, ...] = ()
    """What of it agents may read, and not write."""
    activity_fields: dict[str, FieldSet] = {}
    """Fields of your own that activities have (B-38, B-39): for each channel, and `default` for channels without a set
    of their own, as in the table below."""
    customer_fields: FieldSet = ()
    """Fields of your own that customers have, described the same way: `[[cards.customer_fields]]`."""
    activity_hidden: tuple[str, ...] = ()
    """Names of fields of activities that agents do not see."""
    activity_read_only: tuple[str, ...] = ()
    """Names of those that they may read, and not write."""

    @property
    def profile_parts(self) -> tuple[str, ...]:
        """What a profile shows."""
        own = () if self.profile_fields != _PROFILE else tuple(one.name for one in self.customer_fields)
        return (*self.profile_fields, *own)

    @property
    def sets(self) -> FieldSets:
        """The fields of activities as cards know them."""
        return {channel: tuple(one.field() for one in fields) for channel, fields in self.activity_fields.items()}

    def check_fields(self, teams: Mapping[str, TeamSettings]) -> None:
        """Raises ValueError, which names the key, where fields do not fit together."""
        check_sets(self.activity_fields)
        built_in = (*(one.value for one in Detail), "tags", "phone", "email")
        check_customer_fields(self.customer_fields, built_in)
        of_profile = (*built_in, *(one.name for one in self.customer_fields))
        of_activities = tuple(dict.fromkeys(one.name for fields in self.activity_fields.values() for one in fields))
        tables: dict[str, CardsSettings | TeamSettings] = {f"access.teams.{name}": team for name, team in teams.items()}
        for key, table in {"cards": self, **tables}.items():
            check_names(f"{key}.profile_fields", table.profile_fields or (), of_profile)
            check_names(f"{key}.profile_read_only", table.profile_read_only or (), of_profile)
            check_names(f"{key}.activity_hidden", table.activity_hidden or (), of_activities)
            check_names(f"{key}.activity_read_only", table.activity_read_only or (), of_activities)


class Settings(BaseSettings):
    """Everything that an administrator can set."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
        nested_model_default_partial_update=True,
    )

    service: ServiceSettings = ServiceSettings()
    database: DatabaseSettings = DatabaseSettings()
    teams: TeamsSettings = TeamsSettings()
    access: AccessSettings = AccessSettings()
    cards: CardsSettings = CardsSettings()
    package: PackageSettings = PackageSettings()
    http: HttpSettings = HttpSettings()
    intake: dict[str, IntakeSettings] = {}
    crm: dict[str, CrmSettings] = {}

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment wins over the file."""
        return env_settings, init_settings

    @model_validator(mode="after")
    def _has_such_fields(self) -> Settings:
        self.cards.check_fields(self.access.teams)
        return self

    @model_validator(mode="after")
    def _is_safe(self) -> Settings:
        if not self.teams.app_id and not self.teams.development:
            raise ValueError("teams.app_id is missing (only teams.development = true does without)")
        if self.teams.app_id and not self.teams.tenant_id:
            raise ValueError("teams.tenant_id is missing")
        if self.teams.development and self.service.host not in _LOOPBACK:
            raise ValueError("service.host must be a loopback address while teams.development = true")
        if not self.teams.development and not (self.teams.client_secret or self.teams.certificate):
            raise ValueError("teams.client_secret (or teams.certificate) is missing")
        return self
