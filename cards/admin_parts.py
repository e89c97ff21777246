"""What the pages of the administration share while they are drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Self

from cards import elements as e
from cards import texts
from cards.dates import Writer, writer_for
from cards.drawing import spoken
from cards.elements import Element
from cards.escape import NOTHING, escape
from customers.administration import AdministrationView
from customers.views import Viewer

_LENGTH: Final = 300


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page being drawn for one viewer."""

    view: AdministrationView
    words: Mapping[str, str]
    writer: Writer
    rows: int
    """Of each list, at most."""

    @classmethod
    def of(cls, view: AdministrationView, viewer: Viewer, rows: int) -> Self:
        """Ready to draw `view` for `viewer`."""
        return cls(view, texts.of(viewer.language), writer_for(viewer), rows)

    def say(self, key: str, **values: str) -> str:
        """The text `key`; `values` are data, and are made harmless."""
        return self.words[key].format_map({name: self.shown(value) for name, value in values.items()})

    def told(self, key: str, **values: str) -> str:
        """The text `key` for the title of a button: plain text."""
        return self.words[key].format_map({name: spoken(value) for name, value in values.items()})

    def shown(self, value: str) -> str:
        """Data in a TextBlock, where something has to stand."""
        return escape(value, _LENGTH) or NOTHING

    def number(self, count: int) -> str:
        """As the viewer's locale writes it."""
        return self.writer.number(count)

    def when(self, at: datetime) -> str:
        """The time of today, else day and time."""
        return self.writer.clock(at, self.view.at)

    def why(self, reason: str) -> str:
        """A code of `PushView.reason` in words."""
        return self.words.get(f"admin.reason.{reason}") or self.words["admin.reason.unknown"]

    def remedy(self, reason: str) -> str:
        """What to do about it."""
        return self.words.get(f"admin.do.{reason}") or self.words["admin.do.unknown"]

    def label(self, crm: str) -> str:
        """The CRM as its vendor writes it, with its name in the settings where another is of the same vendor."""
        labels = {one.name: one.label for one in self.view.crms}
        label = labels.get(crm, crm)
        return f"{label} ({crm})" if list(labels.values()).count(label) > 1 else label

    def more(self, hidden: int) -> list[Element]:
        """The line that counts what is left out."""
        return [e.note(texts.counted(self.words, "more", hidden, self.number(hidden)))] if hidden > 0 else []
