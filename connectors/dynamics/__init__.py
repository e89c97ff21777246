"""Microsoft Dynamics 365: a Dataverse environment, over its Web API. README.md is for who administers it."""

from connectors.dynamics.auth import DynamicsAuth
from connectors.dynamics.connector import DynamicsConnector
from connectors.dynamics.settings import VENDOR_KEYS, DynamicsSettings, default_mapping

__all__ = ["VENDOR_KEYS", "DynamicsAuth", "DynamicsConnector", "DynamicsSettings", "default_mapping"]
