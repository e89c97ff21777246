"""Fields of a company's own in the settings (B-38, B-39), of activities and of customers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StringConstraints, model_validator
from pydantic import Field as Limits

from customers.fields import (
    HELP_LIMIT,
    LABEL_LIMIT,
    MOST_CHOICE_TEXT,
    MOST_CHOICES,
    MOST_FIELDS,
    MOST_TEXT,
    NAME,
    OTHER,
    SHORT_TEXT,
    Choice,
    Field,
    FieldType,
    Labels,
)
from customers.model import TEXT_LIMIT, Channel

_LINK_LENGTH = 500
_VALUE_LIMIT = 60
_CHANNELS = (*(channel.value for channel in Channel), OTHER)


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LabelSettings(_Table):
    """What people call something: a text, or `{ en = "Reason", de = "Grund", es = "Motivo" }`."""

    en: str = ""
    de: str = ""
    es: str = ""

    def labels(self, limit: int) -> Labels:
        """Raises ValueError for one that is too long."""
        labels = Labels(*(" ".join(text.split()) for text in (self.en, self.de, self.es)))
        if any(len(text) > limit for text in labels):
            raise ValueError(f"write at most {limit} characters")
        return labels


def _in_words(value: object) -> object:
    return {"en": value} if isinstance(value, str) else value


def _as_choice(value: object) -> object:
    return {"value": value} if isinstance(value, str) else value


Words = Annotated[LabelSettings, BeforeValidator(_in_words)]


class ChoiceSettings(_Table):
    """One choice: a text, or `{ value = "complaint", label = { en = "Complaint", de = "Beschwerde" } }`."""

    value: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=_VALUE_LIMIT)]
    label: Words = LabelSettings()

    def choice(self) -> Choice:
        """What agents see is the value where nothing else is said."""
        labels = self.label.labels(LABEL_LIMIT)
        return Choice(self.value, labels if any(labels) else Labels(en=self.value))


class FieldSettings(_Table):
    """`[[cards.activity_fields.CHANNEL]]`, `[[cards.customer_fields]]`"""

    name: Annotated[str, StringConstraints(pattern=rf"^{NAME.pattern}$")]
    """What mappings call it: small letters, digits and `_`. Values stay with their name: another name is another
    field."""
    type: FieldType = FieldType.TEXT
    """`text`, `number`, `date`, `choice`, or `link` (an address with https, mailto or tel)."""
    label: Words = LabelSettings()
    """What agents call it: a text, or one by language, `{ en = "Reason", de = "Grund", es = "Motivo" }`. Empty: its
    name."""
    help: Words = LabelSettings()
    """A line below the field, written the same way."""
    choices: tuple[Annotated[ChoiceSettings, BeforeValidator(_as_choice)], ...] = ()
    """Of a choice: texts, or `{ value = "complaint", label = { en = "Complaint", de = "Beschwerde" } }`. The value is
    what is kept and what mappings see."""
    required: bool = False
    """True: wrap-up is not finished, and a profile not saved, without it."""
    max_length: Annotated[int, Limits(ge=1, le=TEXT_LIMIT)] | None = None
    """Characters of a text (250 unless said; above that it has several lines) or link (500)."""
    min: Decimal | None = None
    """The least number."""
    max: Decimal | None = None
    """The greatest number."""

    @model_validator(mode="after")
    def _fits_its_type(self) -> FieldSettings:
        self._refuse_others()
        self.field()
        values = [one.value for one in self.choices]
        if len(set(values)) < len(values):
            raise ValueError("choices: each value stands there once")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError("min is greater than max")
        return self

    def _refuse_others(self) -> None:
        """What belongs to another type."""
        if (self.type is FieldType.CHOICE) != bool(self.choices):
            raise ValueError('choices belong to type = "choice", which cannot do without')
        if self.max_length is not None and self.type not in (FieldType.TEXT, FieldType.LINK):
            raise ValueError("max_length belongs to texts and links")
        if (self.min, self.max) != (None, None) and self.type is not FieldType.NUMBER:
            raise ValueError("min and max belong to numbers")

    def field(self) -> Field:
        """As the cards know it."""
        usual = _LINK_LENGTH if self.type is FieldType.LINK else SHORT_TEXT
        return Field(
            name=self.name,
            type=self.type,
            labels=self.label.labels(LABEL_LIMIT),
            help=self.help.labels(HELP_LIMIT),
            choices=tuple(one.choice() for one in self.choices),
            is_required=self.required,
            longest=self.max_length or usual,
            least=self.min,
            most=self.max,
        )


def _checked_set(fields: tuple[FieldSettings, ...]) -> tuple[FieldSettings, ...]:
    """What fits on a card, and can be told apart."""
    names = [one.name for one in fields]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"{twice[0]} stands there twice: give one of them another name")
    if len(fields) > MOST_FIELDS:
        raise ValueError(f"{len(fields)} fields are too many for a card: at most {MOST_FIELDS}")
    written = sum(one.field().longest for one in fields if one.type in (FieldType.TEXT, FieldType.LINK))
    if written > MOST_TEXT:
        raise ValueError(
            f"texts and links of {written} characters are too long for a card: at most {MOST_TEXT} together, give "
            "some a smaller max_length"
        )
    choices = [choice for one in fields for choice in one.field().choices]
    if len(choices) > MOST_CHOICES:
        raise ValueError(f"{len(choices)} choices are too many for a card: at most {MOST_CHOICES} together")
    if (said := sum(len(one.value) + max(map(len, one.labels)) for one in choices)) > MOST_CHOICE_TEXT:
        raise ValueError(
            f"choices of {said} characters, values and labels, are too long for a card: at most {MOST_CHOICE_TEXT} "
            "together"
        )
    return fields


FieldSet = Annotated[tuple[FieldSettings, ...], AfterValidator(_checked_set)]


def check_sets(sets: Mapping[str, tuple[FieldSettings, ...]]) -> None:
    """Raises ValueError for a channel that there is not, and for one name of two types."""
    types: dict[str, tuple[FieldType, str]] = {}
    for channel, fields in sets.items():
        if channel not in _CHANNELS:
            known = ", ".join(_CHANNELS)
            raise ValueError(f"cards.activity_fields.{channel}: there is no such channel; there are {known}")
        for one in fields:
            type_, where = types.setdefault(one.name, (one.type, channel))
            if type_ is not one.type:
                raise ValueError(
                    f"cards.activity_fields.{channel}: {one.name} is a {one.type} here and a {type_} in {where}: give "
                    "one of them another name"
                )


def check_customer_fields(fields: tuple[FieldSettings, ...], built_in: Collection[str]) -> None:
    """Raises ValueError for a name that a profile has already."""
    for number, one in enumerate(fields):
        if one.name in built_in:
            raise ValueError(
                f"cards.customer_fields.{number}: {one.name} is built in: name it in cards.profile_fields, or give "
                "this field another name"
            )


def check_names(key: str, names: Iterable[str], known: Collection[str]) -> None:
    """Raises ValueError, which says `key`, for a name that no field has."""
    for number, name in enumerate(names):
        if name not in known:
            there = ", ".join(known) or "none"
            raise ValueError(f"{key}.{number}: there is no field {name!r}; there are {there}")
