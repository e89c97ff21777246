"""Names as they are mistyped, misheard and respelt."""

from __future__ import annotations

import unicodedata
from random import Random

_ROWS = ("qwertzuiop", "asdfghjkl", "yxcvbnm")
_NEIGHBOURS = {
    letter: row[max(at - 1, 0) : at] + row[at + 1 : at + 2] for row in _ROWS for at, letter in enumerate(row)
}
_CONFUSED = """
    ei=ai ai=ei ey=ei ei=ey ay=ai ph=f f=ph f=v v=f tz=z z=tz ck=k k=ck dt=t tt=t t=tt th=t mm=m
    m=mm nn=n n=nn ll=l l=ll ss=s s=ss ff=f c=k k=c y=i i=y ie=i i=ie eh=e ah=a oh=o b=p p=b d=t g=k
    w=v sch=sh ks=x x=chs qu=kw m=n n=m au=ow ä=e
"""
_HEARD = tuple(tuple(pair.split("=")) for pair in _CONFUSED.split())
"""What is said and what is written instead."""
_WRITTEN_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"})
_LONG_ENOUGH = 4
"""Shorter words are spelt right."""


def mistyped(text: str, random: Random) -> str:
    """One slip of the fingers: a key beside the right one, two letters exchanged, one missing, one twice."""
    places = [at for at in range(1, len(text)) if text[at].isalpha()]
    if len(text) < _LONG_ENOUGH or not places:
        return text
    at = random.choice(places)
    before, letter, after = text[:at], text[at], text[at + 1 :]
    match random.randrange(4):
        case 0:
            return before + random.choice(_NEIGHBOURS.get(letter, "") or letter) + after
        case 1:
            return before + after[:1] + letter + after[1:]
        case 2:
            return before + after
        case _:
            return before + letter * 2 + after


def misheard(text: str, random: Random) -> str:
    """As somebody who only hears the name might write it: Meier is Maier, Stefan is Stephan."""
    possible = [(one, other) for one, other in _HEARD if one in text[1:]]
    if len(text) < _LONG_ENOUGH or not possible:
        return text
    one, other = random.choice(possible)
    return text[0] + text[1:].replace(one, other, 1)


def written_out(text: str) -> str:
    """ä is ae, ß is ss; other accents stay."""
    return text.translate(_WRITTEN_OUT)


def plain(text: str) -> str:
    """Letters without accents: ü is u, ł is l."""
    bare = text.replace("ß", "ss").replace("ł", "l").replace("Ł", "L").replace("ı", "i")
    return "".join(letter for letter in unicodedata.normalize("NFD", bare) if not unicodedata.combining(letter))
