"""The words of a name that tell people apart, in no order."""

from __future__ import annotations

import re

from customers.matching.folding import fold, listed

MAX_WORDS = 6
"""Of more words than this the longest count."""

_TITLES = listed("""
    herr hr frau fr fraulein mr mister mrs ms miss mx dr doktor doctor prof professor sir dame madam madame mme mlle
    monsieur signor signora sig senor senora senorita sr sra srta don dona dipl ing mag msc bsc mba phd md jr jun
    sen ii iii iv esq familie family fam eheleute firma
""")
_PARTICLES = listed("""
    von vom van der den de het ter ten zu zum zur und and del della dello di da das dos do du des la las los le
    les el al bin ibn ben bint abu af av ap
""")
_NOBODY = listed("""
    unknown unbekannt desconocido anonymous anonym anonimo caller anrufer llamante wireless private privat privado
    withheld guest gast invitado visitor besucher customer kunde cliente user nutzer usuario contact kontakt no name
    new test null none na
""")
_NAME_WORD = re.compile(r"[a-z]+")


def name_words(name: str) -> tuple[str, ...]:
    """The words of `name`, each once and sorted: titles, particles and digits are no part of it.

    Empty for a name that names nobody (`Wireless Caller`, a number). What would leave nothing is kept: `Mr Le` is `le`.
    """
    found = list(dict.fromkeys(_NAME_WORD.findall(fold(name))))
    if not found or all(word in _NOBODY for word in found):
        return ()
    found = [word for word in found if word not in _TITLES] or found
    found = [word for word in found if word not in _PARTICLES] or found
    return tuple(sorted(sorted(found, key=lambda word: (-len(word), word))[:MAX_WORDS]))
