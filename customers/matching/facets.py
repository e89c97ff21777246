"""What a normal form says between the lines: user names, companies, and names hidden in addresses."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from customers.matching.addresses import company_domain, user_name, user_words
from customers.matching.normal import ID, NormalForm


@lru_cache(maxsize=4096)
def user_names(form: NormalForm) -> frozenset[str]:
    """The user names of a card: of its handles, and the local parts of its addresses."""
    return frozenset(filter(None, map(user_of, (*form.handles, *form.emails))))


@lru_cache(maxsize=65536)
def user_of(source: str) -> str:
    """The user name in a mailbox or a `provider:value`; empty where it has none."""
    return user_name(_user_part(source))


@lru_cache(maxsize=4096)
def companies(form: NormalForm) -> frozenset[str]:
    """The companies of a card: as written, and as the domains of its addresses say."""
    return frozenset([*form.companies, *filter(None, map(company_domain, form.emails))])


@lru_cache(maxsize=4096)
def aliases(form: NormalForm) -> Mapping[str, tuple[str, ...]]:
    """Addresses and handles whose user name may be made from a person's name, and its words."""
    if not form.emails and not form.handles:
        return {}
    sources = [*form.emails, *filter(user_of, form.handles)]
    return {source: found for source in sources if (found := user_words(_user_part(source)))}


def _user_part(source: str) -> str:
    """The value of a `provider:value`, in which there may be an `@` too, else the local part of a mailbox.

    Empty for an id (`normal.ID`), which nobody has made from a name.
    """
    provider, colon, value = source.partition(":")
    if provider.startswith(ID):
        return ""
    return value if colon else source.rpartition("@")[0]
