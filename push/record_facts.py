"""What a new record can be filled in with: the facts of the interaction, and what is known of its customer."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from connectors.interface import CrmAgent
from customers.fields import with_labels
from customers.ids import CardId, UserId
from customers.model import IdentityKind
from customers.profile_facts import OWN, facts_of_profile
from customers.profile_form import Detail, ProfileView
from desk.work import DeskSettings
from push.facts import Facts, facts_of
from storage import groups, people, profile_forms
from storage.engine import Tx
from storage.interactions import ActivitySource
from storage.tables import identities, requests

_IDENTITIES = (
    sa.select(identities.c.kind, identities.c.value)
    .where(groups.in_group(identities.c.card_id, sa.bindparam("root", type_=sa.String)))
    .order_by(identities.c.created_at, identities.c.id)
)


def agent_of(source: ActivitySource) -> CrmAgent:
    """In whose name is written."""
    agent = source.agent
    return CrmAgent(agent["name"], agent["email"], agent["user_id"] or agent["entra_object_id"])


def record_facts(tx: Tx, source: ActivitySource, card_id: CardId, settings: DeskSettings) -> Facts:
    """Everything that is known now, by the names in `connectors.sources.RECORD_FACTS`."""
    user_id = source.agent["user_id"]
    user = people.user(tx.connection, UserId(user_id)) if user_id else None
    facts = facts_of(source, user["time_zone"] if user else "UTC", settings.activity_fields)
    profile = profile_forms.profile_view(tx.connection, card_id)
    own = with_labels(settings.customer_fields, profile.own_values)
    return {
        **facts_of_profile(profile),
        **{f"{OWN}{name}": value for name, value in own.items()},
        **facts,
        **_names(profile),
        **_contacts(tx, card_id, profile, source),
        **_request(tx, source),
    }


def _names(profile: ProfileView) -> Facts:
    """First and last name; of a name alone, the last word is taken for the last one."""
    given, family = profile.values.get(Detail.GIVEN_NAME, ""), profile.values.get(Detail.FAMILY_NAME, "")
    if not (given or family):
        given, _, family = profile.values.get(Detail.NAME, "").rpartition(" ")
    return {"customer_given_name": given.strip(), "customer_family_name": family}


def _contacts(tx: Tx, card_id: CardId, profile: ProfileView, source: ActivitySource) -> Facts:
    """Of the interaction first, then what agents wrote down, then what any of the customer's channels brought."""
    reached = str(source.interaction["customer_address"] or "")
    known = tx.execute(_IDENTITIES, {"root": card_id}).all()
    phones = [one.value for one in profile.of_kind(IdentityKind.PHONE)]
    phones += [value for kind, value in known if kind == IdentityKind.PHONE]
    emails = [one.value for one in profile.of_kind(IdentityKind.EMAIL)]
    emails += [value for kind, value in known if kind == IdentityKind.EMAIL]
    phone = reached if reached.startswith("+") else next(iter(phones), "")
    email = reached if "@" in reached else next(iter(emails), "")
    return {"customer_phone": phone, "customer_email": email}


def _request(tx: Tx, source: ActivitySource) -> Facts:
    request_id = source.interaction["request_id"]
    query = sa.select(requests.c.name, requests.c.description).where(requests.c.id == request_id)
    row: Mapping[str, str] | None = tx.execute(query).mappings().first() if request_id else None  # type: ignore[assignment]
    return {"request_name": row["name"] if row else "", "request_description": row["description"] if row else ""}
