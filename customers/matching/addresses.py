"""E-mail addresses and user names: which are one mailbox, and what they say of their owner's name."""

from __future__ import annotations

import re
from functools import lru_cache

from customers import identities
from customers.matching.folding import fold, listed

_GMAIL = frozenset({"gmail.com", "googlemail.com"})
_FREE = listed("""
    gmail googlemail outlook hotmail live msn yahoo ymail aol icloud me mac gmx web freenet t-online arcor posteo
    mailbox proton protonmail mail email orange wanadoo laposte free libero virgilio tiscali terra telefonica
    movistar bluewin hispeed aon chello btinternet sky virginmedia comcast verizon att zoho fastmail yandex qq 163
    example
""")
_SECOND_LEVEL = frozenset({"co", "com", "org", "net", "ac", "gov", "edu"})
_ROLES = listed("""
    info office kontakt contact mail email post service support hello hallo admin sales vertrieb verkauf ventas
    buchhaltung accounting team empfang reception noreply bewerbung jobs rechnung invoice webmaster privat private
    home buro
""")
_MOST_WORDS = 4
_LETTERS = re.compile(r"[a-z]+")
ID = "="
"""In front of a handle's provider: the value is an id that a system gave, not a user name that somebody chose."""


def mailbox(address: str) -> str:
    """The mailbox of `address`, in lower case: no +tag, no dots at Gmail. Empty where it is no address."""
    local, domain = _parts(address)
    return undotted(local) if domain in _GMAIL else f"{local}@{domain}" if local else ""


def dotted(address: str) -> str:
    """The local part of `address` where its mailbox is written without the dots that are in it; else empty, also where
    so many dots are in it that they part no words."""
    local, domain = _parts(address)
    is_parted = 0 < local.count(".") < _MOST_WORDS and undotted(local) != f"{local}@gmail.com"
    return local if domain in _GMAIL and is_parted else ""


def undotted(local: str) -> str:
    """The mailbox at Gmail, which delivers `e.ferrars` and `eferrars` to one person."""
    return f"{local.replace('.', '') or local}@gmail.com"


def _parts(address: str) -> tuple[str, str]:
    """What stands before the @, without a +tag, and behind it; empty where that is no address."""
    local, _, domain = identities.email(address).casefold().rpartition("@")
    return (local.partition("+")[0] or local, domain) if local else ("", "")


@lru_cache(maxsize=65536)
def company_domain(address: str) -> str:
    """The folded name of the domain's owner, `classics` in `e@mail.classics.co.uk`; empty for free mail."""
    return "" if is_free(address) else fold(_owner(address)).replace("-", "")


def is_free(address: str) -> bool:
    """True where anybody may have a mailbox at the domain of `address`."""
    return _owner(address) in _FREE


def _owner(address: str) -> str:
    labels = address.rpartition("@")[2].split(".")[:-1]
    if len(labels) > 1 and labels[-1] in _SECOND_LEVEL:
        labels.pop()
    return labels[-1] if labels else ""


@lru_cache(maxsize=65536)
def user_words(user: str) -> tuple[str, ...]:
    """The words of a mailbox's local part or of a user name, sorted: `t.mueller84` is `muller`, `t`.

    Empty where they name a task and not a person (`info@`).
    """
    found = dict.fromkeys(_LETTERS.findall(fold(user)))
    return () if any(word in _ROLES for word in found) else tuple(sorted(found))


def user_name(text: str) -> str:
    """A user name as it is compared between providers, without the @; empty for a bare number or a short one."""
    bare = text.strip().lstrip("@").casefold()
    is_telling = len(bare) >= 4 and any(letter.isalpha() for letter in bare) and not _is_opaque(bare)
    return bare if is_telling and bare not in _ROLES else ""


@lru_cache(maxsize=65536)
def user_of(source: str) -> str:
    """The user name in a mailbox or a `provider:value`; empty where it has none."""
    return user_name(user_part(source))


def user_part(source: str) -> str:
    """The value of a `provider:value`, in which there may be an `@` too, else the local part of a mailbox.

    Empty for an id (`ID`), which nobody has made from a name.
    """
    provider, colon, value = source.partition(":")
    if provider.startswith(ID):
        return ""
    return value if colon else source.rpartition("@")[0]


def _is_opaque(text: str) -> bool:
    """An id made by a machine: long, and many digits in it."""
    return len(text) > 20 or (len(text) >= 12 and sum(letter.isdecimal() for letter in text) * 3 > len(text))
