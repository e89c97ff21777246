"""The keys of a mapping file and what they mean: the reader takes no others, and docs/mapping.md is made of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

FILE = {
    "version": "`1`",
    "records": "one table for each type of records that agents see; their order is the order on the card",
    "activities": "one table for each channel, and `default` for channels without one",
}
RECORD = {
    "level": "`person`, `company` or `related`: where on the card it stands, and whether a person's keys find it",
    "label": 'what people call the type, by language: `{ en = "Policy", de = "Vertrag", es = "Póliza" }`',
    "title": "fields that make the title, joined by a space",
    "subtitle": "fields that tell it from its neighbours, joined by ` · `",
    "date": "a field with a day or a moment, which stands behind the subtitle as each agent's locale and time zone "
    "write it",
    "search": "fields by which records are found, see below",
    "display": "further fields on the card: label = field",
    "related": "lists of related records, see below",
    "update": "fields that follow when agents edit the customer's profile, see below; without it none does",
    "create": "how agents create records of the type from the card, see below; without it they cannot",
}
SEARCH = {
    "phone": "fields with phone numbers, however they are written",
    "email": "fields with e-mail addresses",
    "name": "fields that an agent's text and a person's name are compared with",
}
RELATED = {
    "type": "the type of the records found; it has a table of its own in `records`",
    "parent": "this record's field that holds the other's id",
    "child": "or: the other's field that holds this record's id",
    "through": "or: a table between the two …",
    "near": "… whose field `near` holds this record's id",
    "far": "… and whose field `far` holds the other's",
    "order": "field of the records found, optionally followed by `ASC` or `DESC`",
}
CREATE = {
    "key": "Salesforce: a unique external-id field of the type that holds our key; Dataverse needs none",
    "duplicates": "what becomes of a record that the CRM's rules take for a duplicate: `ask` (default) offers the ones "
    "that are there, and to create it anyway where the CRM allows that; `block` only offers the ones that are there",
    "owner": "`agent` (default): the agent owns it; `crm`: whom the CRM's own rules choose",
    "values": "constants: field = value, e.g. `RecordTypeId`",
    "fields": "the fields of the form, in its order, see below",
}
UPDATE_FIELD = {
    "source": "one source of the profile",
    "type": "`text` (default), `date`, `choice`",
    "max": "the longest text that the field takes, in UTF-16 units",
    "choices": 'with `type = "choice"`: what the CRM calls a value',
}
CREATE_FIELD = {
    "source": "what stands in the field before anybody types: one source; without it the field is empty",
    "template": "or: a text with sources in it",
    "record": "or: a type of records, or a list of types; the id of the first linked one is written, nothing is typed",
    "lookup": "or: a type of records, or a list of types, among which the agent searches; the first linked one is "
    "chosen before anybody does",
    "label": "what people call the field, by language; default: the CRM's own label",
    "type": "`text` (default), `lines` (text of several lines), `date`, `int`, `bool` (yes or no), `choice` (a pick "
    "list, with the values that the CRM has)",
    "max": "the longest text, in UTF-16 units; default: what the CRM says",
    "required": "`true`: nothing is created without it; what the CRM requires is required anyway",
    "hidden": "`true`: written as it was filled in, without standing in the form",
    "choices": 'with `type = "choice"`: what the CRM calls a value of the source; with `bool`: `true` or `false`',
    "otherwise": "what stands there where the source is empty or `choices` does not know it; without it, in pick lists "
    "and with `bool`, what the CRM's own forms begin with",
}
ACTIVITY = {
    "like": "another activity of this file, whose keys count where this one has none of its own",
    "target": "what is written: `Task`, `Event`, `phonecall`, `email`, `task`, or a custom type",
    "key": "Salesforce: the unique external-id field that holds our key; Dataverse needs none",
    "link": "Salesforce, custom objects: the lookup field for each type of records, see below",
    "owner": "the CRM's id of the user (Salesforce: or queue) who owns the activity where the agent is no user; "
    "default: the integration user",
    "people": "`each` (default): every linked person has an activity of their own; `together`: the people of one CRM "
    "stand on one activity, see below",
    "withdraw": "`true`: once a record is unlinked, its agent may have the activity deleted from the CRM; "
    "default: what was written stays",
    "values": "constants, written at creation only: field = value",
    "fields": "field = where its value comes from, see below",
    "amend": "sources that may be written again when they change after the push; other fields are never touched again",
}  # fmt: skip
FIELD = {
    "source": "one source",
    "parts": "or: several sources, each on its own or as `{ source, label, choices }`, joined by `join`",
    "template": "or: a text with sources in it, see below",
    "type": "`text` (default), `date`, `datetime`, `int`, `number` (with decimal places), `seconds`, `minutes`, "
    "`choice`",
    "max": "the longest text that the field takes, in UTF-16 units, as both CRMs count",
    "overflow": "what becomes of a text that is too long: `cut` (default), `link`, `note`, see below",
    "link": 'with `overflow = "link"`: the source whose address leads to the whole text',
    "note": 'with `overflow = "note"`: the words at the end of a text whose whole is in a note; default: '
    "`(The whole text is in the note.)`",
    "join": "what stands between parts; default: a new line",
    "choices": "value map: what the CRM calls a value; with `type = \"choice\"` only these are written",
    "otherwise": "what is written for an empty source, or for a value that `choices` does not know",
    "optional": "`true`: where the CRM refuses the field, the activity is written without it and a warning is logged; "
    "default: it waits until the mapping or the CRM is mended",
}  # fmt: skip
PART = {
    "source": "the source",
    "label": "words before it; left out with it",
    "choices": "what a value is called",
}
OVERFLOWS = ("cut", "link", "note")
SEE_NOTE = "(The whole text is in the note.)"
PEOPLE = ("each", "together")


@dataclass(frozen=True, slots=True)
class VendorKeys:
    """Keys with a text value that one vendor's connector understands beside the common ones, and what they mean."""

    record: Collection[str] = field(default_factory=dict)
    related: Collection[str] = field(default_factory=dict)
    activity: Collection[str] = field(default_factory=dict)
