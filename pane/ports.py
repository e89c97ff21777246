"""What the pane needs from the house, besides `customers.ports.Desk`."""

from __future__ import annotations

from typing import Protocol

from customers.views import Viewer


class Directory(Protocol):
    """Who may look at customer cards, and with which roles."""

    async def viewer(
        self,
        *,
        oid: str,
        tenant: str,
        name: str,
        email: str,
        language: str,
        time_zone: str,
        memberships: frozenset[str],
    ) -> Viewer | None:
        """The viewer behind a Teams sign-in; None where no administrator enabled the card for them (A-01).

        `oid` is the Entra object id in lower case, `tenant` the tenant id in lower case, `language` one of
        the languages offered, `time_zone` an IANA name that exists. `name`, `email` and `memberships` (groups and
        app roles) are what Entra says.
        """
        ...
