"""The mapping: what an administrator may write, and what becomes of the facts."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors import coerce
from connectors.mapped import changed_fields, fields_for
from connectors.mapping_file import MappingError, VendorKeys, load_mapping, load_mapping_file
from connectors.sources import FACTS

RECORDS = '[records.Contact]\nlevel = "person"\ntitle = ["Name"]\n'
ACTIVITY = '[activities.default]\ntarget = "Task"\n'
FIELDS = '[activities.default.fields]\nSubject = "subject"\n'
any_text = st.text(st.characters(codec=None), max_size=200)
facts = st.dictionaries(
    st.sampled_from(FACTS),
    st.one_of(any_text, st.integers(-(10**9), 10**9), st.datetimes(timezones=st.just(UTC)), st.none()),
)


def load(text: str) -> object:
    return load_mapping(text, VendorKeys(record=frozenset({"set"})))


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("x = 1", "x"),
        ("version = 2", "version"),
        ("[records", "mapping"),
        (ACTIVITY, "records"),
        (RECORDS, "activities"),
        (RECORDS + '[activities.voice]\ntarget = "Task"', "activities.default"),
        (RECORDS + "titel = []\n" + ACTIVITY, "records.Contact.titel"),
        (RECORDS + "set = 1\n" + ACTIVITY, "records.Contact.set"),
        ('[records.Contact]\nlevel = "boss"\ntitle = ["Name"]\n' + ACTIVITY, "records.Contact.level"),
        ('[records.Contact]\nlevel = "person"\n' + ACTIVITY, "records.Contact.title"),
        ('[records.Contact]\nlevel = "person"\ntitle = ["Name FROM User"]\n' + ACTIVITY, "records.Contact.title"),
        ('[records."Contact; DROP"]\nlevel = "person"\ntitle = ["Name"]\n' + ACTIVITY, "records.Contact; DROP"),
        (RECORDS + 'search = { fax = ["Fax"] }\n' + ACTIVITY, "records.Contact.search.fax"),
        (RECORDS + 'related = [{ type = "Case" }]\n' + ACTIVITY, "records.Contact.related[0]"),
        (
            RECORDS + 'related = [{ type = "Case", child = "ContactId" }]\n' + ACTIVITY,
            "records.Contact.related[0].type",
        ),
        (
            RECORDS + 'related = [{ type = "Contact", child = "X", order = "Name; x" }]\n' + ACTIVITY,
            "records.Contact.related[0].order",
        ),
        (RECORDS + 'related = [{ type = "Contact", through = "X" }]\n' + ACTIVITY, "records.Contact.related[0]"),
        (RECORDS + ACTIVITY + 'like = "voice"', "activities.default.like"),
        (RECORDS + ACTIVITY + 'like = "default"', "activities.default.like"),
        (RECORDS + ACTIVITY + 'amend = ["note"]', "activities.default.amend"),
        (RECORDS + ACTIVITY + FIELDS + 'Other = "note"', "activities.default.fields.Other.parts[0].source"),
        (RECORDS + ACTIVITY + FIELDS + "Other = {}", "activities.default.fields.Other"),
        (
            RECORDS + ACTIVITY + FIELDS + 'Other = { source = "notes", type = "txt" }',
            "activities.default.fields.Other.type",
        ),
        (
            RECORDS + ACTIVITY + FIELDS + 'Other = { source = "notes", max = 0 }',
            "activities.default.fields.Other.max",
        ),
        (
            RECORDS + ACTIVITY + FIELDS + 'Other = { source = "notes", type = "choice" }',
            "activities.default.fields.Other.choices",
        ),
        (
            RECORDS + ACTIVITY + FIELDS + 'Other = { parts = ["notes", "tags"], type = "int" }',
            "activities.default.fields.Other",
        ),
        (
            RECORDS + ACTIVITY + FIELDS + 'Other = { source = "notes", optional = "no" }',
            "activities.default.fields.Other.optional",
        ),
        (RECORDS + ACTIVITY + "[activities.default.values]\nX = [1]", "activities.default.values.X"),
    ],
)
@pytest.mark.rule("P-11")
def test_p11_what_does_not_fit_is_named(text: str, key: str) -> None:
    with pytest.raises(MappingError) as caught:
        load(text)
    assert caught.value.key == key
    assert str(caught.value).startswith(key)
    assert len(caught.value.problem) > 10, "says what to do"


def test_misspelt_key_is_answered_with_the_right_one() -> None:
    with pytest.raises(MappingError, match="did you mean 'title'"):
        load(RECORDS + "titel = []\n" + ACTIVITY)


def test_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match=r"nowhere\.toml"):
        load_mapping_file(tmp_path / "nowhere.toml")


@pytest.mark.parametrize("crm", ["salesforce"])
def test_default_mapping_serves_every_channel(crm: str) -> None:
    path = Path(__file__).parents[2] / "connectors" / crm / "default.toml"
    mapping = load_mapping_file(path)
    for channel in ("voice", "email", "chat", "sms", "social", "video", "work_item", "other"):
        assert mapping.activity(channel).fields
    assert {record.level for record in mapping.records.values()} == {"person", "company", "related"}


def test_channel_inherits_and_overrides() -> None:
    text = (
        RECORDS
        + ACTIVITY
        + '[activities.default.values]\nStatus = "Completed"\n'
        + FIELDS
        + 'Notes = "notes"\n'
        + '[activities.voice]\nlike = "default"\n[activities.voice.values]\nType = "Call"\n'
        + '[activities.voice.fields]\nNotes = false\nLength = { source = "duration_seconds", type = "minutes" }\n'
    )
    voice = load_mapping(text).activity("voice")
    written = fields_for(voice, {"subject": "S", "notes": "N", "duration_seconds": 61})
    assert written.values == {"Status": "Completed", "Type": "Call", "Subject": "S", "Length": 2}
    assert load_mapping(text).activity("chat").channel == "default"


def mapped(field: str, given: dict[str, object]) -> tuple[object, bool]:
    mapping = load_mapping(f"{RECORDS}{ACTIVITY}[activities.default.fields]\nF = {field}")
    result = fields_for(mapping.activity("voice"), given)  # type: ignore[arg-type]
    return result.values.get("F"), "F" in result.warnings


@pytest.mark.parametrize(
    ("field", "given", "expected"),
    [
        ('{ source = "local_date", type = "date" }', {"local_date": "2026-11-21"}, ("2026-11-21", False)),
        ('{ source = "local_date", type = "date" }', {"local_date": "21.11.2026"}, (None, True)),
        (
            '{ source = "started_at", type = "datetime" }',
            {"started_at": datetime(2026, 11, 21, 10, 0, tzinfo=timezone(timedelta(hours=1)))},
            ("2026-11-21T09:00:00.000Z", False),
        ),
        ('{ source = "duration_seconds", type = "seconds" }', {"duration_seconds": 0}, (0, False)),
        ('{ source = "duration_seconds", type = "minutes" }', {"duration_seconds": 60}, (1, False)),
        ('{ source = "duration_seconds", type = "minutes" }', {"duration_seconds": "x"}, (None, True)),
        (
            '{ source = "direction", type = "choice", choices = { inbound = true, outbound = false } }',
            {"direction": "outbound"},
            (False, False),
        ),
        (
            '{ source = "direction", type = "choice", choices = { inbound = "In" }, otherwise = "?" }',
            {"direction": "sideways"},
            ("?", True),
        ),
        ('{ source = "notes", otherwise = "none" }', {"notes": "  "}, ("none", False)),
        ('{ parts = ["notes", { source = "tags", label = "Tags: " }] }', {"notes": "N"}, ("N", False)),
        (
            '{ parts = ["notes", { source = "tags", label = "Tags: " }] }',
            {"notes": "N", "tags": "a, b"},
            ("N\nTags: a, b", False),
        ),
        ('{ source = "recording_url", max = 10 }', {"recording_url": "https://example.com/x"}, (None, True)),
    ],
)
def test_fact_becomes_what_the_field_takes(field: str, given: dict[str, object], expected: tuple[object, bool]) -> None:
    assert mapped(field, given) == expected


def test_time_without_a_zone_is_our_own_mistake() -> None:
    with pytest.raises(ValueError, match="zone"):
        mapped('{ source = "started_at", type = "datetime" }', {"started_at": datetime(2026, 11, 21)})  # noqa: DTZ001


@pytest.mark.rule("P-10")
def test_p10_only_changed_facts_that_may_be_amended_are_sent() -> None:
    text = (
        RECORDS
        + ACTIVITY
        + 'amend = ["notes", "tags"]\n[activities.default.values]\nStatus = "Completed"\n'
        + FIELDS
        + 'Body = { parts = ["notes", "tags"] }\nOther = "tags"\n'
    )
    activity = load_mapping(text).activity("voice")
    given = {"subject": "S", "notes": "N", "tags": "T"}
    assert changed_fields(activity, given, frozenset({"notes", "subject"})).values == {"Body": "N\nT"}
    assert changed_fields(activity, {**given, "tags": None}, frozenset({"tags"})).values == {"Body": "N", "Other": None}
    assert changed_fields(activity, given, frozenset({"subject"})).values == {}


@given(any_text, st.integers(1, 80))
def test_cut_text_fits_and_is_whole_characters(text: str, limit: int) -> None:
    clean = coerce.as_text(text)
    result = coerce.cut(clean, limit)
    assert len(result.encode("utf-16-le")) // 2 <= limit
    assert result == clean or result.endswith("…")
    assert clean.startswith(result.removesuffix("…"))


@given(any_text)
def test_text_can_always_be_sent(text: str) -> None:
    clean = coerce.as_text(text)
    assert json.loads(json.dumps(clean, ensure_ascii=False).encode("utf-8")) == clean
    assert coerce.as_text(clean) == clean
    assert coerce.utf16_length(clean) == len(clean.encode("utf-16-le")) // 2


@given(any_text, st.integers(40, 120))
def test_address_is_kept_whole(notes: str, limit: int) -> None:
    address = "https://recordings.example/1?x=y"
    parts = [(coerce.as_text(notes), False), (address, True), ("tail", False)]
    result = coerce.join_parts([part for part in parts if part[0]], "\n", limit)
    assert address in result
    assert coerce.utf16_length(result) <= limit


@given(facts, st.frozensets(st.sampled_from(FACTS)))
@pytest.mark.parametrize("channel", ["voice", "chat"])
def test_no_fact_breaks_the_default_mapping(
    channel: str, given_facts: dict[str, object], changed: frozenset[str]
) -> None:
    activity = _DEFAULT.activity(channel)
    written = fields_for(activity, given_facts)  # type: ignore[arg-type]
    amended = changed_fields(activity, given_facts, changed)  # type: ignore[arg-type]
    for entry in activity.fields:
        value = written.values.get(entry.field)
        if entry.max and isinstance(value, str):
            assert coerce.utf16_length(value) <= entry.max
    json.dumps([dict(written.values), dict(amended.values)]).encode("utf-8")
    assert not set(amended.values) & set(activity.values)


_DEFAULT = load_mapping_file(Path(__file__).parents[2] / "connectors" / "salesforce" / "default.toml")
