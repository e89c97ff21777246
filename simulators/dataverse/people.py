"""Who calls: the application user behind the token, and the agent in whose name it acts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulators.dataverse.errors import NOT_A_MEMBER, USER_DISABLED, DataverseError
from simulators.dataverse.schema import TABLES
from simulators.dataverse.store import Caller, Store
from simulators.dataverse.values import Row

USERS = TABLES["systemuser"]


def unauthorized(base: str, authority: str) -> DataverseError:
    """401 as Dataverse puts it: where to sign in, and for which resource."""
    challenge = f"Bearer authorization_uri={authority}/oauth2/authorize, resource_id={base}/"
    return DataverseError(401, "", "Unauthorized.", {"WWW-Authenticate": challenge})


def application_user(store: Store, claims: Mapping[str, Any]) -> Row:
    """The user of the application that the token names. Raises 403 where the environment has none."""
    application = str(claims.get("appid") or claims.get("azp") or "").lower()
    user = next((row for row in store.rows(USERS) if row["applicationid"] == application), None)
    if user is None:
        raise DataverseError(403, NOT_A_MEMBER, "The user is not a member of the organization.")
    return user


def caller(store: Store, application: Row, headers: Mapping[str, str]) -> Caller:
    """Who acts. Raises 403 where the user to be impersonated is unknown or disabled."""
    key, wanted = "azureactivedirectoryobjectid", headers.get("callerobjectid")
    if wanted is None:
        key, wanted = "systemuserid", headers.get("mscrmcallerid")
    if wanted is None:
        return Caller(application["systemuserid"])
    user = next((row for row in store.rows(USERS) if row[key] == wanted.lower()), None)
    if user is None or user["isdisabled"]:
        raise DataverseError(403, USER_DISABLED, "The specified user is either disabled or not a member of any role.")
    return Caller(user["systemuserid"], application["systemuserid"])
