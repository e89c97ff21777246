"""Views of fields that a company chose itself, to draw."""

from __future__ import annotations

from decimal import Decimal

from customers.fields import (
    HELP_LIMIT,
    LABEL_LIMIT,
    MOST_CHOICE_TEXT,
    MOST_CHOICES,
    MOST_FIELDS,
    MOST_TEXT,
    Choice,
    Field,
    FieldType,
    FieldView,
    Labels,
)
from customers.views import CardView, Section
from tests.cards import profile_views
from tests.cards.card_views import card_view, interaction
from tests.cards.card_views import wrap_up as some_wrap_up

REASON = Field(
    "reason",
    FieldType.CHOICE,
    Labels("Reason", "Grund", "Motivo"),
    choices=(
        Choice("complaint", Labels("Complaint", "Beschwerde", "Queja")),
        Choice("question", Labels("Question", "Frage", "Pregunta")),
    ),
    is_required=True,
)
CALLBACK = Field(
    "callback",
    FieldType.DATE,
    Labels("Call back on", "Rückruf am", "Devolver la llamada el"),
    Labels("A working day.", "Ein Werktag.", "Un día laborable."),
)
AMOUNT = Field("amount", FieldType.NUMBER, Labels("Amount", "Betrag", "Importe"), least=Decimal(1), most=Decimal(5000))
CONTRACT = Field("contract", labels=Labels("Contract", "Vertrag", "Contrato"), longest=20)
FORM = Field("form", FieldType.LINK, Labels("Form", "Formular", "Formulario"), longest=200)
FILLED = (
    FieldView(REASON, "complaint"),
    FieldView(CALLBACK, "2026-12-05"),
    FieldView(AMOUNT, "1234.5"),
    FieldView(CONTRACT, "K-17 *new*"),
    FieldView(FORM, "https://acme.example.com/form"),
)


def wrapping_up(*fields: FieldView) -> CardView:
    """Wrap-up is open."""
    up = some_wrap_up(fields=fields or FILLED)
    return card_view(interaction=interaction(wrap_up=up), expanded=frozenset({Section.WRAP_UP}))


def unfit() -> CardView:
    """Some of it cannot be kept."""
    gone = FieldView(REASON, "weather", problem="missing")
    return wrapping_up(
        gone,
        FieldView(CALLBACK, "next week"),
        FieldView(AMOUNT, "7", typed="9000", problem="range"),
        FieldView(CONTRACT, "theirs", typed="mine", problem="changed"),
        FieldView(FORM, typed="http://acme.example.com", problem="link"),
        FieldView(CONTRACT._replace(name="old"), "K-1", may_write=False),
    )


def customer(**changes: object) -> CardView:
    """The profile, with such fields."""
    own = (FieldView(CONTRACT, "K-17"), FieldView(CALLBACK._replace(name="since"), "2020-02-01"))
    return profile_views.profile(own=own, own_kept=(("contract", "K-99"),), **changes)


def crowd(text: str, prefix: str, problem: str = "") -> tuple[FieldView, ...]:
    """As many as a set has, of each kind as long as it may be; each text `text`."""
    words, help_ = (text * 70)[:LABEL_LIMIT], (text * 200)[:HELP_LIMIT]
    common = {"labels": Labels(en=words), "help": Labels(en=help_), "is_required": True}
    half = MOST_CHOICE_TEXT // MOST_CHOICES // 2
    choices = tuple(Choice(f"{n}{words}"[:half], Labels(en=words[:half])) for n in range(MOST_CHOICES))
    fields = [Field(f"{prefix}0", FieldType.CHOICE, choices=choices, **common)]  # type: ignore[arg-type]
    fields += [Field(f"{prefix}{n}", longest=MOST_TEXT // 4, **common) for n in range(1, 5)]  # type: ignore[arg-type]
    fields += [Field(f"{prefix}{n}", FieldType.DATE, **common) for n in range(5, MOST_FIELDS)]  # type: ignore[arg-type]
    values = {FieldType.CHOICE: choices[0].value, FieldType.DATE: "2026-12-05"}
    return tuple(FieldView(one, values.get(one.type, (text * 2000)[: one.longest]), problem=problem) for one in fields)
