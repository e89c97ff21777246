"""Numbers, mailboxes, ids and user names that two cards share, and companies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rapidfuzz.distance import OSA

from customers.matching import frequencies, naming
from customers.matching.addresses import user_of, user_words
from customers.matching.frequencies import Frequencies, rarity
from customers.matching.normal import NormalForm
from customers.matching.reasons import Reason, ReasonCode
from customers.matching.weights import WEIGHTS


def reasons(left: NormalForm, right: NormalForm, known: Frequencies) -> list[Reason]:
    """At most one reason of each kind: a second shared number says little that the first did not."""
    found: list[Reason] = []
    if left.phones and right.phones:
        found += _phones(left, right, known)
    if left.emails and right.emails:
        mails = {*left.emails}.intersection(right.emails)
        found += _best(_contact(ReasonCode.SAME_EMAIL, one, frequencies.mail(one), known) for one in mails)
        if left.mailboxes and right.mailboxes and mails.isdisjoint(left.mailboxes):
            other = (left.mailboxes[0], right.mailboxes[0])
            found.append(Reason(ReasonCode.OTHER_MAILBOX, WEIGHTS.other_mailbox, other))
    if left.handles and right.handles:
        ids = {*left.handles}.intersection(right.handles)
        found += _best(_contact(ReasonCode.SAME_HANDLE, one, frequencies.handle(one), known) for one in ids)
    if left.person_ids and right.person_ids:
        persons = {*left.person_ids}.intersection(right.person_ids)
        found += _best(Reason(ReasonCode.SAME_PERSON_ID, WEIGHTS.contact_limit, pair) for pair in persons)
    if users := left.user_names & right.user_names:
        found += _best(_user_names(users, left, right, known))
    if employers := left.employers & right.employers:
        found += _best(_company(one, known) for one in employers)
    return found


def _best(found: Iterable[Reason]) -> list[Reason]:
    """The strongest alone; which of equal ones does not depend on the order."""
    return sorted(found, key=lambda one: (-one.bits, one.values))[:1]


def _phones(left: NormalForm, right: NormalForm, known: Frequencies) -> list[Reason]:
    """A number of both, a mobile one first, or one that is nearly the same; and whether their mobile numbers differ."""
    same, mobiles = {*left.phones}.intersection(right.phones), {*left.mobiles, *right.mobiles}
    if shared := same & mobiles:
        return _best(_contact(ReasonCode.SAME_MOBILE, one, frequencies.phone(one), known) for one in shared)
    landlines = _best(_contact(ReasonCode.SAME_PHONE, one, frequencies.phone(one), known) for one in same)
    if not left.mobiles or not right.mobiles:
        return landlines or _phone_slips(left.phones, right.phones)
    slips = _phone_slips(left.mobiles, right.mobiles) or ([] if same else _phone_slips(left.phones, right.phones))
    return landlines + (slips or [_other_mobile(left, right)])


def _contact(code: ReasonCode, shown: str, token: str, known: Frequencies) -> Reason:
    cards = known.count(token)
    bits = min(rarity(known, token) + WEIGHTS.contact_bonus, WEIGHTS.contact_limit)
    many = WEIGHTS.contact_many if cards > WEIGHTS.contact_many_cards else 0.0
    return Reason(code, bits + many, (shown, str(cards)))


def _other_mobile(left: NormalForm, right: NormalForm) -> Reason:
    return Reason(ReasonCode.OTHER_MOBILE, WEIGHTS.other_mobile, (left.mobiles[0], right.mobiles[0]))


def _phone_slips(left: Iterable[str], right: Sequence[str]) -> list[Reason]:
    """One digit wrong, one missing or two exchanged; or the same number in another country."""
    return _best(
        Reason(ReasonCode.PHONE_SLIP, WEIGHTS.phone_slip, (one, other))
        for one in left
        for other in right
        if one[-8:] == other[-8:] or OSA.distance(one, other, score_cutoff=1) == 1
    )


def _user_names(users: Iterable[str], left: NormalForm, right: NormalForm, known: Frequencies) -> Iterator[Reason]:
    """The same user name at two providers, unless it is made from the name: then it is the name that they share."""
    for shared in users:
        if {*left.emails, *left.handles} & {*right.emails, *right.handles} & _sources(left, shared):
            continue
        if not any(_is_made_from(shared, name) for form in (left, right) for name in form.words):
            bits = min(rarity(known, frequencies.user(shared)) + WEIGHTS.contact_bonus, WEIGHTS.user_name_limit)
            yield Reason(ReasonCode.SAME_USER_NAME, bits, (shared,))


def _sources(form: NormalForm, user: str) -> set[str]:
    return {one for one in (*form.emails, *form.handles) if user_of(one) == user}


def _is_made_from(user: str, name: Sequence[str]) -> bool:
    found = user_words(user)
    rare = dict.fromkeys((*found, *name), WEIGHTS.name_word_limit)
    return bool(found) and naming.in_address(found, name, rare) > 0


def _company(name: str, known: Frequencies) -> Reason:
    return Reason(
        ReasonCode.SAME_COMPANY, min(rarity(known, frequencies.company(name)), WEIGHTS.company_limit), (name,)
    )
