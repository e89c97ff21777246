"""Every number of the score, in bits (powers of two of the odds), the same for all data. docs/matching.md says why.

A test fails when that page and this table differ.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Weights:
    """Bits; cards where the name ends in `_cards`. What is rare tells more: limits cut log2(cards / cards with it)."""

    name_word_limit: float = 14.0
    name_word_least: float = 0.5
    second_word: float = -2.5
    one_typo: float = -3.0
    two_typos: float = -5.0
    sounds_alike: float = -3.6
    nickname: float = -3.6
    cut_short: float = -4.0
    written_together: float = -1.5
    initial: float = 2.4
    name_extra: float = -0.5
    name_conflict: float = -5.5
    name_resembles: float = 2.0
    further_conflict: float = -3.5
    contact_bonus: float = 2.0
    contact_limit: float = 21.0
    contact_many: float = -3.0
    contact_many_cards: float = 20.0
    further_contact: float = 1.0
    family_word: float = 0.0
    phone_slip: float = 8.0
    other_mobile: float = -2.0
    other_mailbox: float = -1.0
    user_name_limit: float = 16.0
    company_limit: float = 8.0
    birth_date: float = 12.0
    birth_date_slip: float = 6.5
    birth_date_conflict: float = -5.0
    postcode_limit: float = 9.0
    postcode_slip: float = 3.0
    street_and_number: float = 11.0
    street_typo_and_number: float = 8.0
    street: float = 5.0
    house_number: float = 2.0
    prior: float = -1.0


WEIGHTS = Weights()
