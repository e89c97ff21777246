"""OData as text: literals, conditions, and what a row has to be asked for. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from connectors import phones
from connectors.interface import PersonKeys
from connectors.mapping import RecordType

_WILDCARDS = str.maketrans({"[": "[[]", "%": "[%]", "_": "[_]"})
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
NARROWING_DIGITS = 7
"""How many digits at the end of a number the CRM is asked for; the whole number is compared here."""
LONGEST_TERM = 100
FEWEST_DIGITS = 4


def literal(text: str) -> str:
    """`text` as an OData string."""
    return "'" + _CONTROL.sub("", text).replace("'", "''") + "'"


def like(text: str) -> str:
    """`text` for `contains`, which is LIKE in the database: its wildcards stand for themselves."""
    return literal(text.translate(_WILDCARDS))


def digits_in_order(digits: str) -> str:
    """For `contains`: these digits, whatever stands between them."""
    return literal("%".join(digits))


def any_of(conditions: Iterable[str]) -> str:
    """One of `conditions` holds; empty where there are none."""
    return " or ".join(dict.fromkeys(conditions))


def all_of(*conditions: str) -> str:
    """All of `conditions` hold; empty ones are left out."""
    given = [condition for condition in conditions if condition]
    return given[0] if len(given) == 1 else " and ".join(f"({condition})" for condition in given)


def person_filter(record: RecordType, keys: PersonKeys) -> str:
    """Rows that may be one of these people; empty where the type has none of the fields."""
    conditions = [
        *(condition for phone in keys.phones for condition in _phones(record, phone)),
        *(f"{name} eq {literal(email)}" for email in keys.emails for name in record.email if email),
        *(f"{name} eq {literal(text)}" for text in keys.names for name in record.name if text),
    ]
    return any_of(conditions)


def _phones(record: RecordType, e164: str) -> list[str]:
    return phone_conditions(record.phone, e164, is_exact=record.options.get("phone_match") == "exact")


def phone_conditions(fields: Sequence[str], e164: str, *, is_exact: bool = False) -> list[str]:
    """Every row with this number, however it is written, and some others.

    The usual spellings are asked for as they are, which an index can answer; the last digits with anything between
    them find the rest, unless `is_exact`.
    """
    ending = phones.digits(e164)[-NARROWING_DIGITS:]
    if len(ending) < FEWEST_DIGITS:
        return []
    conditions = [f"{name} eq {literal(text)}" for name in fields for text in phones.spellings(e164)]
    if is_exact:
        return conditions
    return conditions + [f"contains({name},{digits_in_order(ending)})" for name in fields]


def text_filter(record: RecordType, text: str) -> str:
    """Rows whose name, e-mail or, where `text` may be one, phone number holds `text`."""
    term = like(text[:LONGEST_TERM])
    conditions = [f"contains({name},{term})" for name in (*record.name, *record.email)]
    number = phones.digits(text)
    if len(number) >= FEWEST_DIGITS and not re.search(r"[^\d\s()+./-]", text):
        ending = digits_in_order(number.lstrip("0")[-9:])
        conditions += [f"contains({name},{ending})" for name in record.phone]
    return any_of(conditions)
