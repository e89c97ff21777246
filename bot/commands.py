"""What the bot answers when it is written to: the commands that Teams offers above the box, and their words."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from cards.actions import Verb
from customers.ports import Action
from customers.views import Surface

_TAGS = re.compile(r"<at>.*?</at>", re.DOTALL)
_LONGEST = 200


class Words(NamedTuple):
    """How a command is called, and what it does."""

    title: str
    description: str


COMMANDS: Final[dict[str, dict[str, Words]]] = {
    "en": {
        "open": Words("Open", "The customers whom you are working on"),
        "recent": Words("Recent", "The customers whom you closed last"),
        "interactions": Words("Interactions", "Your open interactions, and what is unread in them"),
        "search": Words("Search", "Find a customer: write a name, number or e-mail address after it"),
        "help": Words("Help", "What this app does"),
    },
    "de": {
        "open": Words("Offen", "Die Kundinnen und Kunden, an denen Sie arbeiten"),
        "recent": Words("Zuletzt", "Die Kundinnen und Kunden, die Sie zuletzt geschlossen haben"),
        "interactions": Words("Interaktionen", "Ihre offenen Interaktionen, und was darin ungelesen ist"),
        "search": Words("Suchen", "Kundin oder Kunden finden: Name, Nummer oder E-Mail-Adresse dahinter schreiben"),
        "help": Words("Hilfe", "Was diese App tut"),
    },
    "es": {
        "open": Words("Abiertos", "Los clientes con los que está trabajando"),
        "recent": Words("Recientes", "Los clientes que ha cerrado últimamente"),
        "interactions": Words("Interacciones", "Sus interacciones abiertas y lo que hay sin leer"),
        "search": Words("Buscar", "Encontrar un cliente: escriba después un nombre, número o correo"),
        "help": Words("Ayuda", "Qué hace esta aplicación"),
    },
}
"""By language, in the order in which Teams shows them."""
_VERBS: Final = {
    "open": Verb.CUSTOMERS_OPEN,
    "recent": Verb.CUSTOMERS_RECENT,
    "interactions": Verb.INTERACTIONS_OPEN,
    "search": Verb.CUSTOMERS_SEARCH,
}
_NAMES: Final = {words.title.casefold(): name for commands in COMMANDS.values() for name, words in commands.items()}


def asked(text: object) -> Action | None:
    """The action behind what somebody wrote, in any of the languages; None for help and for what is no command."""
    if not isinstance(text, str):
        return None
    first, _, rest = " ".join(_TAGS.sub(" ", text).split()).partition(" ")
    name = _NAMES.get(first.casefold())
    if name not in _VERBS or (rest and name != "search"):
        return None
    data = {"query": rest[:_LONGEST]} if name == "search" else {}
    return Action(_VERBS[name].value, data, {}, Surface.CHAT)
