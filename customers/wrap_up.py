"""What an agent leaves behind after an interaction (A-32): what the platform sent, and what was written on the card."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from customers import characters
from customers.model import TAG_LIMIT, TEXT_LIMIT


class InvalidInput(Exception):
    """A field holds what it must not; nothing was changed. `field` names it, `code` says why."""

    def __init__(self, field: str, code: str) -> None:
        self.field = field
        self.code = code
        super().__init__(f"{field}: {code}")


@dataclass(frozen=True, slots=True)
class WrapUp:
    """Notes, outcome and tags of one leg."""

    notes: str = ""
    disposition: str = ""
    disposition_label: str = ""
    tags: tuple[str, ...] = ()

    @classmethod
    def combine(cls, platform: Mapping[str, Any], edits: Mapping[str, Any]) -> WrapUp:
        """What the agent wrote on the card wins field by field; tags of the platform are kept unless removed here."""
        removed = {tag.casefold() for tag in edits.get("removed_tags", ())}
        tags = [tag for tag in platform.get("tags", ()) if tag.casefold() not in removed]
        chosen = edits if "disposition" in edits else platform
        return cls(
            notes=str(edits.get("notes", platform.get("notes", ""))),
            disposition=str(chosen.get("disposition", "")),
            disposition_label=str(chosen.get("disposition_label", "")),
            tags=unique_tags([*tags, *edits.get("tags", ())]),
        )


def unique_tags(tags: Sequence[str]) -> tuple[str, ...]:
    """`tags` without repetition, case aside (B-12); the first spelling stays."""
    kept: dict[str, str] = {}
    for tag in tags:
        kept.setdefault(tag.casefold(), tag)
    return tuple(kept.values())


def checked_text(field: str, text: str) -> str:
    """`text` without surrounding white space, at most 2,000 characters (B-07). Raises InvalidInput."""
    text = text.strip()
    if not characters.fits(text, TEXT_LIMIT):
        raise InvalidInput(field, "text_too_long")
    return text


def checked_tag(tag: str, existing: Sequence[str]) -> str:
    """`tag` on one line, at most 50 characters (B-11), new (B-12). Raises InvalidInput."""
    tag = " ".join(tag.split())
    if not tag:
        raise InvalidInput("tag", "invalid_input")
    if not characters.fits(tag, TAG_LIMIT):
        raise InvalidInput("tag", "tag_too_long")
    if tag.casefold() in {known.casefold() for known in existing}:
        raise InvalidInput("tag", "tag_exists")
    return tag


def fingerprint(text: str) -> str:
    """The same for texts that differ in nothing but their ends of lines and the white space around them."""
    same = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    return hashlib.blake2b(same.encode("utf-8", "replace"), digest_size=8).hexdigest()


@dataclass(frozen=True, slots=True)
class DrawnField:
    """One field of a drawn card, as fingerprints."""

    shown: str = "-"
    """Of what stood in it: what comes back when nobody types."""
    stored: str = "-"
    """Of what was stored, which a field may show in other words, or cut."""

    @classmethod
    def of(cls, shown: str, stored: str) -> DrawnField:
        """The field that shows `shown` for `stored`."""
        return cls(fingerprint(shown), fingerprint(stored))

    def is_shown(self, text: str) -> bool:
        """True where nobody has typed: `text` is what stood there."""
        return fingerprint(text) == self.shown

    def is_stored(self, text: str) -> bool:
        """True where nobody has stored anything else meanwhile."""
        return fingerprint(text) == self.stored


@dataclass(frozen=True, slots=True)
class DrawnFields:
    """What the fields of wrap-up were drawn from; the card brings it back with every press."""

    leg_id: str
    notes: DrawnField = DrawnField()
    disposition: DrawnField = DrawnField()

    def __str__(self) -> str:
        fields = (self.notes.shown, self.notes.stored, self.disposition.shown, self.disposition.stored)
        return " ".join((self.leg_id, *fields))

    @classmethod
    def read(cls, written: str) -> DrawnFields | None:
        """What `str` made; None where it is something else."""
        parts = written.split(" ")
        if len(parts) != 5 or len(written) > 200 or "\0" in written:
            return None
        return cls(parts[0], DrawnField(*parts[1:3]), DrawnField(*parts[3:]))

    def field(self, name: str) -> DrawnField:
        """`notes` or `disposition`."""
        return self.notes if name == "notes" else self.disposition
