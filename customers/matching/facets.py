"""What a normal form says between the lines: user names, companies, and names hidden in addresses."""

from __future__ import annotations

from customers.matching.addresses import company_domain, user_name, user_words
from customers.matching.normal import NormalForm


def user_names(form: NormalForm) -> frozenset[str]:
    """The user names of a card: of its handles, and the local parts of its addresses."""
    texts = [one.partition(":")[2] for one in form.handles] + [one.rpartition("@")[0] for one in form.emails]
    return frozenset(filter(None, map(user_name, texts)))


def companies(form: NormalForm) -> frozenset[str]:
    """The companies of a card: as written, and as the domains of its addresses say."""
    return frozenset([*form.companies, *filter(None, map(company_domain, form.emails))])


def aliases(form: NormalForm) -> dict[str, tuple[str, ...]]:
    """Addresses and handles whose user name may be made from a person's name, and its words."""
    if not form.emails and not form.handles:
        return {}
    texts = {address: address.rpartition("@")[0] for address in form.emails}
    texts |= {one: one.partition(":")[2] for one in form.handles if user_name(one.partition(":")[2])}
    return {source: found for source, text in texts.items() if (found := user_words(text))}
