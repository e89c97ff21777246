"""What an administrator decides about one CRM: which records are shown, and what an activity says. Pure.

Read from TOML by `connectors.mapping_file`; `connectors/*/default.toml` are the examples.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from connectors.coerce import Value
from connectors.interface import CHANNELS
from connectors.sources import own_field
from connectors.templates import Template

LEVELS = ("person", "company", "related")
TYPES = ("text", "date", "datetime", "int", "number", "seconds", "minutes", "choice")
ADDRESSES = frozenset({"recording_url", "transcript_url"})


@dataclass(frozen=True, slots=True)
class RelatedList:
    """Where more records are found from one (A-18). Exactly one of `parent`, `child`, `through` is set."""

    type: str
    """The type of the records found; mapped too."""
    parent: str = ""
    """This record's field that holds the other's id."""
    child: str = ""
    """The other's field that holds this record's id."""
    through: str = ""
    """A table between the two, whose field `near` holds this record's id and `far` the other's."""
    near: str = ""
    far: str = ""
    order: str = ""
    """Field of the records found, optionally followed by ASC or DESC."""
    options: Mapping[str, str] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RecordType:
    """One type of records that agents see."""

    type: str
    """The CRM's own name: `Contact`, `contact`, `new_policy`."""
    level: str
    title: tuple[str, ...]
    """Fields whose values make the title, joined by a space."""
    subtitle: tuple[str, ...] = ()
    """Fields that tell it from its neighbours, joined by ' · '."""
    date: str = ""
    """A field with a day or a moment, written as the agent's locale writes it."""
    label: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """By language; the connector knows the CRM's own label where this is empty."""
    phone: tuple[str, ...] = ()
    email: tuple[str, ...] = ()
    name: tuple[str, ...] = ()
    """Fields searched for a name, and by an agent's text."""
    display: tuple[tuple[str, str], ...] = ()
    """(label, field)."""
    related: tuple[RelatedList, ...] = ()
    options: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """What only this vendor needs, by the names its connector allows."""
    create: CreateMap | None = None
    """How agents create records of this type (A-19); None: they don't."""
    update: tuple[FieldMap, ...] = ()
    """Fields that follow an edit of the profile, each from one source."""

    @property
    def fields(self) -> tuple[str, ...]:
        """Every field that is read, each once, in the order of the mapping."""
        dated = (self.date,) if self.date else ()
        shown = (*self.title, *self.subtitle, *dated, *(name for _, name in self.display))
        return tuple(dict.fromkeys((*shown, *self.phone, *self.email, *self.name)))


@dataclass(frozen=True, slots=True)
class Part:
    """One fact in a text, with words of the administrator before it."""

    source: str
    label: str = ""
    choices: Mapping[str, str | int | bool] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FieldMap:
    """One field of the activity and where its value comes from: `template`, or else `parts`."""

    field: str
    parts: tuple[Part, ...] = ()
    template: Template | None = None
    type: str = "text"
    max: int | None = None
    """UTF-16 units."""
    link: str = ""
    """The fact whose address stands at the end of a text that had to be cut; empty: none."""
    note: str = ""
    """The words at the end of a text that had to be cut, and stands whole in a note of the CRM; empty: in none does."""
    join: str = "\n"
    choices: Mapping[str, str | int | bool] = dataclasses.field(default_factory=dict)
    otherwise: Value = None
    """For an empty fact or an unknown choice."""
    optional: bool = False
    """Left out, with a warning, where the CRM refuses the field; else the activity waits (P-11)."""

    @property
    def sources(self) -> frozenset[str]:
        """The facts that this field depends on."""
        named = self.template.sources if self.template else frozenset(part.source for part in self.parts)
        return named | ({self.link} if self.link else frozenset())


@dataclass(frozen=True, slots=True)
class FormEntry:
    """One field of a new record: typed into a form, or written unseen."""

    map: FieldMap
    """Where its first value comes from; its `type` is never `datetime`, `seconds`, `minutes`."""
    label: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """By language."""
    is_required: bool = False
    is_long: bool = False
    """Several lines."""
    is_hidden: bool = False
    """Written as it was filled in; no agent sees it."""
    records: tuple[str, ...] = ()
    """Not typed: the id of the first linked record of one of these types."""
    lookups: tuple[str, ...] = ()
    """The agent searches for a record of one of these types."""

    @property
    def name(self) -> str:
        """The CRM's name of the field."""
        return self.map.field

    @property
    def is_typed(self) -> bool:
        """True where the form has an input for a value."""
        return not (self.is_hidden or self.records or self.lookups)


@dataclass(frozen=True, slots=True)
class CreateMap:
    """How a record of one type is created from the card."""

    fields: tuple[FormEntry, ...]
    key: str = ""
    """The unique field that holds the draft's key, where it is not the record's id."""
    values: Mapping[str, str | int | bool] = dataclasses.field(default_factory=dict)
    """Constants."""
    may_be_duplicate: bool = True
    """False: what the CRM takes for a duplicate is never created, also where the CRM would let agents."""
    is_agents: bool = True
    """The agent owns it; False: whom the CRM's own rules choose."""


@dataclass(frozen=True, slots=True)
class ActivityMap:
    """What is written for one channel."""

    channel: str
    target: str
    """`Task`, `phonecall`: the CRM's own name."""
    key: str = ""
    """The unique field that holds the draft's key, where it is not the record's id."""
    values: Mapping[str, str | int | bool] = dataclasses.field(default_factory=dict)
    """Constants, written at creation only."""
    fields: tuple[FieldMap, ...] = ()
    amend: frozenset[str] = frozenset()
    """Facts that may be written again after the activity was created (P-10)."""
    owner: str = ""
    """Id of the user who owns the activity where the agent is no user; empty: the integration user."""
    withdraw: bool = False
    """True: agents may have the activity deleted again once its record is unlinked (C-12)."""
    together: bool = False
    """True: the linked people of one leg stand on one activity, where the CRM has a way for it."""
    link: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """By type of records: the field that holds the linked record's id, where the CRM has no way of its own."""
    options: Mapping[str, str] = dataclasses.field(default_factory=dict)

    @property
    def noted(self) -> tuple[str, ...]:
        """Fields whose whole text stands in a note where it does not fit."""
        return tuple(entry.field for entry in self.fields if entry.note)

    def is_optional(self, name: str) -> bool:
        """True where the activity may go without field `name`."""
        return any(entry.field == name and entry.optional for entry in self.fields)


@dataclass(frozen=True, slots=True)
class CrmMapping:
    """The whole mapping of one CRM."""

    records: Mapping[str, RecordType]
    """In the order of the file, which is the order agents see."""
    activities: Mapping[str, ActivityMap]
    """By channel; `default` stands for the channels without one."""

    def activity(self, channel: str) -> ActivityMap:
        """What is written for `channel`."""
        return self.activities.get(channel) or self.activities["default"]

    @property
    def type_labels(self) -> Mapping[str, Mapping[str, str]]:
        """What people call the record types: by type, then by language."""
        return {record.type: record.label for record in self.records.values()}

    @property
    def withdrawable(self) -> frozenset[str]:
        """The channels whose activities agents may have deleted again."""
        return frozenset(channel for channel in CHANNELS if self.activity(channel).withdraw)

    def together(self, targets: Collection[str], types: Collection[str]) -> Mapping[str, frozenset[str]]:
        """By channel, the mapped people among `types` who stand together on an activity that is one of `targets`."""
        people = frozenset(record.type for record in self.level("person")) & frozenset(types)
        entries = {channel: self.activity(channel) for channel in CHANNELS}
        return {
            channel: people
            for channel, entry in entries.items()
            if entry.together and entry.target in targets and people
        }

    @property
    def own_fields(self) -> Iterator[tuple[str, str]]:
        """Where a field of the company's own is used: the key of the mapping, and the source."""
        for channel, activity in self.activities.items():
            for entry in activity.fields:
                yield from ((f"activities.{channel}.fields.{entry.field}", one) for one in own_fields(entry.sources))
            yield from ((f"activities.{channel}.amend", one) for one in own_fields(activity.amend))
        for kind, record in self.records.items():
            for entry in record.update:
                yield from ((f"records.{kind}.update.{entry.field}", one) for one in own_fields(entry.sources))
            for form in record.create.fields if record.create else ():
                at = f"records.{kind}.create.fields.{form.name}"
                yield from ((at, one) for one in own_fields(form.map.sources))

    @property
    def creatable(self) -> tuple[str, ...]:
        """The types that agents create records of."""
        return tuple(kind for kind, record in self.records.items() if record.create is not None)

    @property
    def updatable(self) -> Mapping[str, frozenset[str]]:
        """By type of records: the sources that are written back."""
        return {
            kind: frozenset(first_source(entry) for entry in record.update)
            for kind, record in self.records.items()
            if record.update
        }

    def level(self, level: str) -> tuple[RecordType, ...]:
        """The record types of one level."""
        return tuple(record for record in self.records.values() if record.level == level)


def own_fields(sources: Iterable[str]) -> list[str]:
    """Those of `sources` that a company chose itself."""
    return sorted(one for one in sources if own_field(one)[0])


def first_source(entry: FieldMap) -> str:
    """Where the field's value comes from; empty for a template."""
    return entry.parts[0].source if entry.parts else ""
