"""Why two cards may be of one person, or not: codes and values; cards/ has the words."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class ReasonCode(StrEnum):
    """What two cards have in common, or contradict each other in."""

    NAME_SAME = "name_same"
    NAME_TYPO = "name_typo"
    NAME_SOUND = "name_sound"
    NAME_NICKNAME = "name_nickname"
    NAME_CUT = "name_cut"
    NAME_TOGETHER = "name_together"
    NAME_INITIAL = "name_initial"
    NAME_EXTRA = "name_extra"
    """One name has words that the other lacks."""
    NAME_DIFFERS = "name_differs"
    NAME_IN_ADDRESS = "name_in_address"
    """The name of one card is in the e-mail address or user name of the other."""
    SAME_PERSON_ID = "same_person_id"
    SAME_MOBILE = "same_mobile"
    SAME_PHONE = "same_phone"
    PHONE_SLIP = "phone_slip"
    OTHER_MOBILE = "other_mobile"
    """Each has a mobile number, and they are not the same."""
    SAME_EMAIL = "same_email"
    OTHER_MAILBOX = "other_mailbox"
    """Each has a mailbox of free mail, and they are not the same."""
    SAME_HANDLE = "same_handle"
    SAME_USER_NAME = "same_user_name"
    SAME_COMPANY = "same_company"
    SAME_BIRTH_DATE = "same_birth_date"
    BIRTH_DATE_SLIP = "birth_date_slip"
    BIRTH_DATE_DIFFERS = "birth_date_differs"
    SAME_POSTCODE = "same_postcode"
    POSTCODE_SLIP = "postcode_slip"
    SAME_ADDRESS = "same_address"
    SIMILAR_ADDRESS = "similar_address"
    SAME_STREET = "same_street"
    SAME_HOUSE_NUMBER = "same_house_number"
    OTHER_PERSON_ID = "other_person_id"
    """Two different ids of one system: this forbids the suggestion."""


class Reason(NamedTuple):
    """One contribution to a score."""

    code: ReasonCode
    bits: float
    """Added to the score; negative for a contradiction."""
    values: tuple[str, ...] = ()
    """In normal form: the one's, then the other's where it differs; of contacts also how many cards share it."""
