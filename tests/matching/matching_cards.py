"""Cards for the tests of matching, and strategies that draw them."""

from __future__ import annotations

from hypothesis import strategies as st

from customers.matching.frequencies import Counted
from customers.matching.normal import MatchInput, NormalForm, normal_form

MOBILE = "+49 151 12345678"
LANDLINE = "+49 30 1234567"


def form(name: str = "", **facts: object) -> NormalForm:
    """The form of a card with one name."""
    return normal_form(MatchInput(names=[name] if name else [], **facts))  # type: ignore[arg-type]


CROWD = [
    form(f"{first} {last}", postcode=f"{at:05}") for at in range(40) for first, last in [(f"vor{at}", f"nach{at}")]
]
"""Forty cards of others, so that a fact that two cards share is rare."""


def among(*forms: NormalForm) -> Counted:
    """The frequencies of a house that has `forms` and the crowd."""
    return Counted([*forms, *CROWD])


WORDS = st.sampled_from(
    ["Edward", "Eddie", "Ted", "Ferrars", "Dashwood", "Müller", "Mueller", "Muller", "Strauß", "Straße",
     "François", "O'Brien", "von", "Dr", "J", "Jörg", "Anna-Lena", "李小平", "Иван", "josé", "Schmitt", "Li",
     "Maximilian", "de", "ferrars84"]
)  # fmt: skip
NAMES = st.lists(WORDS, min_size=1, max_size=5).map(" ".join) | st.text(max_size=20)
NUMBERS = st.sampled_from(
    [MOBILE, "0151 12345678", LANDLINE, "anonymous", "4711", "+44 20 7946 0958", "+4915112345679"]
)
MAILS = st.sampled_from(
    ["e.ferrars@norland.example", "E.Ferrars+shop@norland.example", "eddie@gmail.com", "ed.die@googlemail.com",
     "info@acme.test", "tmueller@web.de", '"a|b;c=d"@odd.test', "not an address"]
)  # fmt: skip
HANDLES = st.tuples(
    st.sampled_from(["whatsapp", "Telegram", "facebook"]),
    st.sampled_from(["@eferrars", "4915112345678", "a|b;c=1%", " "]),
)
PERSON_IDS = st.dictionaries(
    st.sampled_from(["sf", "dyn|=;"]), st.lists(st.sampled_from(["1", "2", "a=b;c|d"]), max_size=2), max_size=2
)
CARDS = st.builds(
    MatchInput,
    names=st.lists(NAMES, max_size=3),
    companies=st.lists(st.sampled_from(["Classics, Inc.", "classics", "GmbH", "Müller & Söhne KG"]), max_size=2),
    phones=st.lists(NUMBERS, max_size=3),
    emails=st.lists(MAILS, max_size=3),
    handles=st.lists(HANDLES, max_size=2),
    person_ids=PERSON_IDS,
    birth_date=st.sampled_from(["", "1963-12-05", "19631205", "5.12.1963", "1963-13-45", "soon", "1963-05-12"]),
    postcode=st.sampled_from(["", "10115", "SW1A 1AA", "10117"]),
    street=st.sampled_from(["", "Hauptstraße 5", "5 Haupt-Str.", "Hauptstr. 7a", "Rue de l'Église 12"])
    | st.text(max_size=12),
    country=st.sampled_from(["", "DE", "US"]),
)
FORMS = CARDS.map(normal_form)


def as_input(made: NormalForm) -> MatchInput:
    """A card that says what a normal form says."""
    ids: dict[str, list[str]] = {}
    for system, one in made.person_ids:
        ids.setdefault(system, []).append(one)
    handles = [(provider, value) for provider, _, value in (one.partition(":") for one in made.handles)]
    emails = [*made.emails, *(f"{local}@gmail.com" for local in made.dotted)]
    return MatchInput(
        made.names, made.companies, made.phones, emails, handles, ids, made.birth_date, made.postcode, made.street
    )
