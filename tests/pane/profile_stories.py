"""The customer form as an agent sees it, and what becomes of it when buttons are pressed."""

from __future__ import annotations

from dataclasses import replace

from customers.identities import phone
from customers.model import Channel
from customers.ports import Action, UnknownVerb
from customers.profile_form import Detail, KeptValue, ProfileView
from customers.views import CardView, Notice, Section
from tests.cards import profile_views
from tests.pane import stories

VERBS = frozenset({"profile.show", "profile.edit", "profile.save", "profile.cancel"})
KNOWN = ProfileView(
    profile_views.VALUES, kept=(KeptValue("notes", "Prefers mail.", Channel.EMAIL),), contacts=profile_views.CONTACTS,
    shown=profile_views.ALL_DETAILS, tags=("patient", "VIP"),
)  # fmt: skip


def reading() -> CardView:
    """What was written."""
    view = stories.ringing()
    return replace(view, profile=KNOWN, expanded=view.expanded | {Section.PROFILE})


def writing() -> CardView:
    """The form."""
    return replace(reading(), profile=replace(KNOWN, is_editing=True))


def verbose() -> CardView:
    """Words that are far too long, and no blanks to break them at."""
    long = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
    values = {one: long for one in Detail if one not in (Detail.GENDER, Detail.BIRTH_DATE)}
    contacts = tuple(replace(one, value=f"{long}@{long}.example") for one in KNOWN.contacts)
    return replace(reading(), profile=replace(KNOWN, values=values, contacts=contacts, tags=(long[:50], "VIP")))


def saved_elsewhere(view: CardView, detail: Detail, text: str) -> CardView:
    """Somebody else has written into the profile."""
    assert view.profile is not None
    return replace(view, profile=replace(view.profile, values={**view.profile.values, detail: text}))


def labelled(view: CardView, action: Action) -> CardView:
    """A label more, or one less."""
    known, tag = view.profile or KNOWN, action.data.get("tag", "")
    tags = tuple(one for one in known.tags if one != tag)
    tags += (action.inputs["profile.tag"],) if action.verb == "tag.add" else ()
    return replace(view, version=view.version + 1, profile=replace(known, tags=tags))


def after(view: CardView, action: Action) -> tuple[CardView, Notice | None]:
    """What the card shows once a button was pressed, as the desk would have it."""
    known = view.profile or KNOWN
    match action.verb:
        case "profile.show":
            expanded = view.expanded ^ {Section.PROFILE}
            return replace(view, expanded=expanded, profile=known if Section.PROFILE in expanded else None), None
        case "profile.edit" | "profile.cancel":
            return replace(view, profile=replace(known, is_editing=action.verb == "profile.edit")), None
        case "profile.save":
            if action.inputs.get("profile.phone.new") and not phone(action.inputs["profile.phone.new"], "GB"):
                return view, Notice("invalid_phone", "warning", (("field", "phone"),))
            values = {one: action.inputs.get(f"profile.{one}", known.values.get(one, "")) for one in Detail}
            return replace(view, profile=replace(known, values=values, is_editing=False)), Notice("saved", "success")
    raise UnknownVerb(action.verb)
