"""Numbers, mailboxes and user names of made-up people."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random

from bench.people.setting import Setting
from bench.people.slips import plain, written_out
from bench.people.zipf import Weighted

FIRST, LAST = "first", "last"
"""The parts of a name that an address or a display name may tell. `last` is followed by which surname it was."""
_OPAQUE = ""
"""An id that a machine has made."""
_GERMAN = Weighted({
    "+{cc}{area}{rest}": 10.0, "+{cc} {area} {rest}": 1.0, "0{area} {rest}": 1.0, "0{area}/{rest}": 0.7,
    "0{area}-{rest}": 0.5, "00{cc}{area}{rest}": 0.4, "+{cc} (0) {area} {rest}": 0.4, "(0{area}) {rest}": 0.4,
})  # fmt: skip
_FOREIGN = Weighted({"+{cc}{area}{rest}": 7.0, "+{cc} {area} {rest}": 2.0, "00{cc} {area} {rest}": 1.0})
_MOBILE = {
    "de": ("49", ("151", "152", "157", "159", "160", "162", "163", "170", "171", "172", "173", "175", "176", "179")),
    "en": ("44", ("7400", "7508", "7700", "7712", "7811", "7890", "7911")),
    "es": ("34", ("612", "622", "634", "655", "678", "691")), "it": ("39", ("320", "328", "333", "339", "347", "388")),
    "pl": ("48", ("501", "512", "601", "692", "784", "888")), "tr": ("90", ("505", "532", "535", "542", "555")),
}  # fmt: skip
_LANDLINE = ("30", "40", "69", "89", "201", "211", "221", "231", "341", "351", "381", "421", "511", "611", "711", "911")
_FREE = Weighted({
    "gmail.com": 28.0, "gmx.de": 18.0, "web.de": 18.0, "t-online.de": 9.0, "outlook.com": 6.0, "hotmail.com": 5.0,
    "yahoo.com": 5.0, "icloud.com": 5.0, "freenet.de": 3.0, "posteo.de": 3.0,
})  # fmt: skip
_PATTERNS = Weighted({
    "{f}.{l}": 26.0, "{f}{l}": 10.0, "{i}{l}": 7.0, "{i}.{l}": 11.0, "{l}.{f}": 7.0, "{l}{i}": 3.0, "{f}_{l}": 5.0,
    "{f}.{l}{d}": 12.0, "{f}{d}": 5.0, "{l}{d}": 5.0, "{f}-{l}": 3.0, "{nick}": 11.0,
})  # fmt: skip
_OFFICE = Weighted({"{f}.{l}": 60.0, "{i}.{l}": 20.0, "{l}": 8.0, "{i}{l}": 12.0})
_HANDLES = Weighted({
    "{f}.{l}": 12.0, "{f}{l}": 16.0, "{f}_{l}": 14.0, "{f}{l}{d}": 10.0, "{i}{l}{d}": 8.0, "{f}{d}": 10.0,
    "{nick}": 14.0, _OPAQUE: 16.0,
})  # fmt: skip
_NICKS = (
    "sunny", "tiger", "maus", "bienchen", "rocker", "blumenfee", "adler", "drache", "sternchen", "speedy", "fuchs",
    "krabbe", "wolke", "pirat", "nordlicht", "bergfex", "kaffee", "luna", "phoenix", "shadow", "coco", "snoopy",
    "wanderer", "fussball", "katze", "muffin", "zorro", "mango", "pixel", "turbo",
)  # fmt: skip
PROVIDERS = ("facebook", "instagram", "telegram", "webchat", "x")


@dataclass(frozen=True, slots=True)
class Line:
    """A telephone number."""

    code: str
    area: str
    rest: str

    @property
    def e164(self) -> str:
        """With country code, digits alone."""
        return f"+{self.code}{self.area}{self.rest}"

    def typed(self, random: Random) -> str:
        """As a person or a platform writes it, in one of eight German or three foreign ways."""
        form = (_GERMAN if self.code == "49" else _FOREIGN).draw(random)
        return form.format(cc=self.code, area=self.area, rest=self.rest)


@dataclass(frozen=True, slots=True)
class Address:
    """A mailbox or a user name, and what it tells of its owner's name."""

    text: str
    tells: frozenset[str] = frozenset()
    nick: str = ""
    """The user name in it, where that is freely chosen."""


def mobile(country: str, random: Random) -> Line:
    """A mobile number; most people who live in Germany have a German one, wherever they come from."""
    code, areas = _MOBILE["de" if country not in _MOBILE or random.random() < 0.7 else country]
    length = 6 if code == "44" else 8 if code == "49" else 7 if code in ("39", "90") else 6
    return Line(code, random.choice(areas), _digits(length, random))


def landline(random: Random) -> Line:
    """A German number of a house."""
    return Line(
        "49", random.choice(_LANDLINE), str(random.randrange(2, 10)) + _digits(random.choice((5, 6, 7)), random)
    )


def extension(switchboard: Line, random: Random) -> Line:
    """A number behind `switchboard`, of one desk."""
    return Line(switchboard.code, switchboard.area, switchboard.rest[:-1] + str(random.randrange(10, 100)))


@dataclass(frozen=True, slots=True)
class Bearer:
    """Whose address it is."""

    first: str
    last: str
    which: int
    """Which of the person's surnames that is."""
    nick: str


class World:
    """What all persons of a run share: chance, what people are called, the companies, and the mailboxes and user names
    that have an owner."""

    def __init__(self, seed: int, companies: int, setting: Setting) -> None:
        self.random = Random(seed)
        self.companies = companies
        self.setting = setting
        self._taken: set[str] = set()

    def free(self, wanted: Address, at: str) -> Address:
        """`wanted` at a provider, with digits behind it where somebody else was earlier; `at` begins with an @."""
        text = wanted.text
        while (bare := text.replace(".", "") + at) in self._taken:  # some providers leave dots out
            text = f"{wanted.text}{self.random.randrange(1, 1000)}"
        self._taken.add(bare)
        return replace(wanted, text=text)


def private_mailbox(bearer: Bearer, world: World) -> Address:
    """An address at a provider of free mail, after one of twelve patterns."""
    return _mailbox(_PATTERNS.draw(world.random), bearer, _FREE.draw(world.random), world)


def office_mailbox(bearer: Bearer, domain: str, world: World) -> Address:
    """An address at the domain of a company."""
    return _mailbox(_OFFICE.draw(world.random), bearer, domain, world)


def user_name(bearer: Bearer, provider: str, world: World) -> Address:
    """A user name, or an id that a machine has made and that tells nothing."""
    pattern = _HANDLES.draw(world.random)
    made = Address(_digits(16, world.random)) if pattern == _OPAQUE else _made(pattern, bearer, world.random)
    return world.free(made, f"@{provider}")


def nickname(random: Random) -> str:
    """A user name that has nothing to do with the name."""
    return random.choice(_NICKS) + random.choice(("", "_")) + str(random.randrange(10, 10_000))


def _ascii_word(text: str, random: Random) -> str:
    bare = written_out(text) if random.random() < 0.75 else text
    return "".join(letter for letter in plain(bare).lower() if letter.isascii() and letter.isalnum())


def _mailbox(pattern: str, bearer: Bearer, domain: str, world: World) -> Address:
    user = world.free(_made(pattern, bearer, world.random), f"@{domain}")
    return replace(user, text=f"{user.text}@{domain}")


def _made(pattern: str, bearer: Bearer, random: Random) -> Address:
    if pattern == "{nick}":
        return Address(bearer.nick, nick=bearer.nick)
    first, last = _ascii_word(bearer.first, random), _ascii_word(bearer.last, random)
    number = str(random.choice((random.randrange(1, 100), random.randrange(1950, 2010))))
    told = {FIRST} if "{f}" in pattern or "{i}" in pattern else set()
    told |= {f"{LAST}{bearer.which}"} if "{l}" in pattern else set()
    return Address(pattern.format(f=first, l=last, i=first[:1], d=number), frozenset(told))


def _digits(count: int, random: Random) -> str:
    return str(random.randrange(10**count)).zfill(count)
