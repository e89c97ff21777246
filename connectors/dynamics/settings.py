"""What a Dynamics connector is made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources
from urllib.parse import urlsplit

from connectors.http import HttpOptions
from connectors.mapping import CrmMapping
from connectors.mapping_file import VendorKeys, load_mapping

VENDOR_KEYS = VendorKeys(
    record={
        "set": "entity set of a custom table; left out, the metadata is asked",
        "id": "its primary column; left out, the metadata is asked",
        "customer": "column that names the person or company of a case, an opportunity, …: a party of the activity",
        "phone_match": "`exact`: ask for the usual spellings of a number only, which an index can answer",
    },
    related={"where": "a further `$filter`, e.g. `statecode eq 0`"},
    activity={
        "set": "entity set of a custom activity table",
        "completed": "`statuscode` to complete with, where the standard one is not wanted",
        "completed_inbound": "the same for inbound interactions",
    },
)
"""Keys of a mapping beside the common ones, and what they mean."""


@dataclass(frozen=True, slots=True)
class DynamicsSettings:
    """One environment and the application that signs in to it."""

    name: str
    """As in `[crm.NAME]`."""
    url: str
    """`https://org.crm4.dynamics.com`; what follows the host is ignored."""
    tenant_id: str
    client_id: str
    client_credential: str | Mapping[str, str] = field(repr=False)
    """A secret, or a certificate as msal takes it: `private_key` and `public_certificate` (PEM)."""
    authority: str = ""
    """Where to sign in, with the tenant; empty: Microsoft's public cloud."""
    app_id: str = ""
    """The model-driven app that deep links open; empty: the user chooses."""
    api_version: str = "v9.2"
    language: str = "en"
    """In which the types of records are named."""
    http: HttpOptions = field(default_factory=HttpOptions)

    @property
    def base_url(self) -> str:
        """Scheme and host, without a slash at the end."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def api_url(self) -> str:
        """Where the Web API is, with a slash at the end."""
        return f"{self.base_url}/api/data/{self.api_version}/"


def default_mapping() -> CrmMapping:
    """The mapping of `default.toml`."""
    text = resources.files("connectors.dynamics").joinpath("default.toml").read_text("utf-8")
    return load_mapping(text, VENDOR_KEYS)
