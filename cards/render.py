"""The way in: views of the domain in, Adaptive Cards and sentences out. Pure: no clock, no I/O, nothing remembered."""

from __future__ import annotations

from cards.customer_card import customer_card
from cards.customer_list import customer_list
from cards.notices import notice_text

__all__ = ["customer_card", "customer_list", "notice_text"]
