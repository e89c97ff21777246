"""Templates of a mapping: what they can say, and that they can do nothing else (P-11)."""

from __future__ import annotations

import json
import re
from datetime import UTC
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from connectors import coerce, templates
from connectors.mapped import changed_fields, fields_for
from connectors.mapping import ADDRESSES, FieldMap
from connectors.mapping_file import MappingError, load_mapping
from connectors.sources import FACTS
from connectors.templates import TemplateError, parse, values_of

RECORDS = '[records.Contact]\nlevel = "person"\ntitle = ["Name"]\n'
FIELD = '[activities.default]\ntarget = "Task"\namend = ["notes", "transcript_url"]\n[activities.default.fields]\nF = '
MAPPING_PAGE = Path(__file__).parents[2] / "docs" / "mapping.md"
any_text = st.text(st.characters(codec=None), max_size=200)
facts = st.dictionaries(
    st.sampled_from(FACTS),
    st.one_of(any_text, st.integers(-(10**20), 10**20), st.datetimes(timezones=st.just(UTC)), st.none()),
)
_word = st.sampled_from([*FACTS, "'x'", "1", "0", "nil", "99999999999999999999", "1.5", "true", "blank"])
_filter = st.tuples(st.sampled_from(templates.FILTERS), st.lists(_word, max_size=2))
_output = st.tuples(_word, st.lists(_filter, max_size=3)).map(
    lambda parts: f"{{{{ {parts[0]}{''.join(_used(*one) for one in parts[1])} }}}}"
)
_condition = st.tuples(_word, _output, _output).map(lambda p: f"{{% if {p[0]} %}}{p[1]}{{% else %}}{p[2]}{{% endif %}}")
templated = st.lists(st.one_of(st.text("aé😀 \n…", max_size=20), _output, _condition), max_size=6).map("".join)


def _used(name: str, arguments: list[str]) -> str:
    return f" | {name}" + (f": {', '.join(arguments)}" if arguments else "")


def load(field: str) -> FieldMap:
    return load_mapping(RECORDS + FIELD + field).activity("voice").fields[0]


def mapped(field: str, given: dict[str, object]) -> tuple[object, bool]:
    activity = load_mapping(RECORDS + FIELD + field).activity("voice")
    result = fields_for(activity, given)  # type: ignore[arg-type]
    return result.values.get("F"), "F" in result.warnings


@pytest.mark.parametrize(
    ("template", "given", "expected"),
    [
        ("{{ customer_name | upcase }}", {"customer_name": "Ed"}, "ED"),
        ("{% if notes %}N: {{ notes }}{% endif %}", {"notes": ""}, None),
        ("{% unless tags %}none{% endunless %}", {}, "none"),
        ("{% case channel %}{% when 'voice' %}Call{% else %}{{ channel }}{% endcase %}", {"channel": "voice"}, "Call"),
        ("{{ duration_seconds | divided_by: 60 }} min", {"duration_seconds": 372}, "6 min"),
        ("{{ subject | default: 'no subject' }}", {"subject": None}, "no subject"),
        ("  {{ notes }}  ", {"notes": "{{ tags }}"}, "{{ tags }}"),
    ],
)
def test_template_says_what_the_facts_say(template: str, given: dict[str, object], expected: object) -> None:
    assert mapped(f'{{ template = "{template}" }}', given) == (expected, False)


@pytest.mark.parametrize(
    ("field", "given", "expected"),
    [
        ('{ template = "{{ duration_seconds | plus: 1 }}", type = "minutes" }', {"duration_seconds": 60}, (2, False)),
        ('{ template = "{{ started_at }}", type = "datetime" }', {"started_at": "yesterday"}, (None, True)),
        ('{ template = "{{ channel }}/{{ direction }}", type = "choice", choices = { "voice/inbound" = 7 } }',
         {"channel": "voice", "direction": "inbound"}, (7, False)),
        ('{ template = "{{ channel }}", type = "choice", choices = { chat = 7 }, otherwise = 9 }',
         {"channel": "voice"}, (9, True)),
        ('{ template = "{{ duration_seconds | divided_by: 0 }}", otherwise = "?" }',
         {"duration_seconds": 1}, ("?", True)),
    ],
)  # fmt: skip
def test_rendered_text_becomes_what_the_field_takes(
    field: str, given: dict[str, object], expected: tuple[object, bool]
) -> None:
    assert mapped(field, given) == expected


@pytest.mark.parametrize(
    "template",
    [
        "{{ notes.__class__ }}", "{{ notes['__class__'] }}", "{{ notes[customer_name] }}", "{{ 'a'.__class__ }}",
        "{{ notes.size }}", "{{ notez }}", "{{ notes | default: tags.x }}", "{% if notes.x %}{% endif %}",
        "{% for i in (1..1000000000) %}x{% endfor %}", "{% assign a = notes %}", "{% capture a %}{% endcapture %}",
        "{% include 'x' %}", "{% render 'x' %}", "{% liquid\nassign a = 1 %}", "{{ notes | base64_decode }}",
        "{{ notes | replace: '', notes }}", "{{ notes | map: 'x' }}", "{{ notes", "{% if %}", "{% endif %}",
        "{% if notes %}" * 30 + "{% endif %}" * 30, "x" * (templates.LONGEST + 1),
    ],
)  # fmt: skip
@pytest.mark.rule("P-11")
def test_p11_template_reaches_nothing_but_facts(template: str) -> None:
    with pytest.raises(TemplateError):
        parse(template)


def test_wrong_template_is_refused_by_its_key() -> None:
    with pytest.raises(MappingError, match="sources are") as caught:
        load('{ template = "{{ note }}" }')
    assert caught.value.key == "activities.default.fields.F.template"


@pytest.mark.parametrize(
    ("field", "key"),
    [
        ('{ template = "x", source = "notes" }', ""),
        ('{ source = "notes", overflow = "link", max = 9 }', ".link"),
        ('{ source = "notes", link = "recording_url" }', ".link"),
        ('{ source = "notes", overflow = "link", link = "recording_url" }', ".max"),
        ('{ source = "notes", overflow = "link", link = "notes", max = 9 }', ".link"),
        ('{ source = "notes", overflow = "refuse" }', ".overflow"),
        ('{ source = "notes", note = "See the note." }', ".note"),
        ('{ source = "notes", overflow = "note", note = " ", max = 90 }', ".note"),
        ('{ source = "notes", overflow = "note" }', ".max"),
        ('{ source = "notes", overflow = "note", note = "See the note.", max = 14 }', ".max"),
        ('{ source = "started_at", type = "date", overflow = "note", max = 90 }', ".max"),
        ('{ source = "notes", max = 3, otherwise = "none" }', ".otherwise"),
    ],
)
def test_overflow_that_cannot_be_is_named(field: str, key: str) -> None:
    with pytest.raises(MappingError) as caught:
        load(field)
    assert caught.value.key == f"activities.default.fields.F{key}"


@pytest.mark.rule("P-11")
def test_p11_what_is_long_is_cut_and_what_stands_around_it_stays() -> None:
    given = {"notes": "word " * 100, "tags": "refund", "recording_url": "https://recordings.example/1?x=y"}
    field = '{ template = "{{ notes }}\\nTags: {{ tags }}\\nRecording: {{ recording_url }}", max = 120 }'
    text, is_cut = mapped(field, given)
    assert is_cut
    assert str(text).endswith("…\nTags: refund\nRecording: https://recordings.example/1?x=y")


@pytest.mark.parametrize("way", ['source = "notes"', 'template = "N: {{ notes }}"'])
@pytest.mark.rule("P-11")
def test_p11_link_leads_to_what_was_cut(way: str) -> None:
    field = f'{{ {way}, max = 80, overflow = "link", link = "transcript_url" }}'
    given = {"notes": "word " * 100, "transcript_url": "https://transcripts.example/1"}
    text, is_cut = mapped(field, given)
    assert is_cut
    assert str(text).endswith("…\nhttps://transcripts.example/1")
    assert "transcripts" not in str(mapped(field, {**given, "notes": "short"})[0])
    assert str(mapped(field, {"notes": "word " * 100})[0]).endswith("…")
    long_address = {**given, "transcript_url": "https://transcripts.example/" + "1" * 80}
    assert str(mapped(field, long_address)[0]).endswith("…")


@pytest.mark.parametrize("way", ['source = "notes"', 'template = "N: {{ notes }}"'])
@pytest.mark.rule("P-11")
def test_p11_the_note_says_all_of_what_was_cut_and_is_empty_where_nothing_was(way: str) -> None:
    field = f'{{ {way}, max = 80, overflow = "note", note = "Mehr in der Notiz." }}'
    activity = load_mapping(RECORDS + FIELD + field).activity("voice")
    story = " ".join(["word"] * 100)
    long, short = fields_for(activity, {"notes": story}), fields_for(activity, {"notes": "short"})
    assert str(long.values["F"]).endswith("…\nMehr in der Notiz.")
    assert coerce.utf16_length(str(long.values["F"])) <= 80
    assert story in long.notes["F"]
    assert short.notes == {}
    assert changed_fields(activity, {"notes": "short"}, frozenset({"notes"})).notes == {"F": ""}
    assert changed_fields(activity, {"notes": story}, frozenset({"tags"})).notes == {}


def test_amendment_knows_the_sources_of_a_template() -> None:
    field = '{ template = "{{ notes }}", max = 40, overflow = "link", link = "transcript_url" }'
    activity = load_mapping(RECORDS + FIELD + field).activity("voice")
    given = {"notes": "word " * 20, "transcript_url": "https://t.example/1"}
    for changed in ("notes", "transcript_url"):
        assert "F" in changed_fields(activity, given, frozenset({changed})).values
    assert not changed_fields(activity, given, frozenset({"tags"})).values


@given(templated, facts, st.integers(1, 80), st.sampled_from(["", *sorted(ADDRESSES)]))
@example("{{ notes | truncate: 5 }}", {"notes": "😀" * 40}, 3, "")
@pytest.mark.rule("P-11")
def test_p11_no_template_no_fact_and_no_length_breaks_a_field(
    template: str, given_facts: dict[str, object], limit: int, link: str
) -> None:
    try:
        parsed = parse(template)
    except TemplateError:
        return  # refused by name when the mapping is read
    whole = parsed.render(values_of(given_facts))  # type: ignore[arg-type]
    overflow = f', overflow = "link", link = "{link}"' if link else ""
    field = f"{{ template = {json.dumps(template, ensure_ascii=False)}, max = {limit}{overflow} }}"
    text, is_marked = mapped(field, given_facts)
    assert text is None or coerce.utf16_length(str(text)) <= limit
    if whole is None or coerce.utf16_length(coerce.as_text(whole)) > limit:
        assert is_marked, "never silently"
    else:
        assert text == (coerce.as_text(whole) or None)
    json.dumps(text).encode("utf-8")


@given(st.text(st.characters(codec="utf-8"), max_size=200))
def test_any_text_is_a_template_or_is_refused(text: str) -> None:
    try:
        template = parse(text)
    except TemplateError:
        return
    assert template.sources <= set(FACTS)
    assert template.render({}) is not None or "{{" in text


@given(
    st.lists(
        st.sampled_from(
            [
                "{{",
                "}}",
                "{%",
                "%}",
                "notes",
                "|",
                "if",
                "endif",
                ".",
                "[",
                "]",
                "'",
                "__class__",
                "append",
                ":",
                " ",
                "(",
                "1..9",
                ")",
                "for",
                "i",
                "in",
                "raw",
                "#",
                "-",
            ]
        ),
        max_size=14,
    )
)
def test_any_jumble_of_liquid_is_a_template_of_facts_or_is_refused(words: list[str]) -> None:  # fmt: skip
    try:
        template = parse(" ".join(words))
    except TemplateError:
        return
    template.render({"notes": "N"})
    assert template.sources <= set(FACTS)


def test_facts_keep_their_braces() -> None:
    assert parse("{{ notes }}").render({"notes": "{{ tags }}{% if %}"}) == "{{ tags }}{% if %}"


def test_example_of_the_page_is_a_mapping() -> None:
    form, update, own, example_, note = re.findall(r"```toml\n(.*?)```", MAPPING_PAGE.read_text("utf-8"), re.DOTALL)
    activity = load_mapping(example_).activity("voice")
    written = fields_for(activity, {"channel": "voice", "customer_name": "Ed", "disposition_code": "02"})
    assert (written.values["Subject"], written.values["CallDisposition"]) == ("Voice with Ed", "Call back")
    (noted,) = load_mapping(f'{RECORDS}[activities.default]\ntarget = "Task"\n{note}').activity("voice").fields
    assert noted.note == "(All of it is in the note.)"
    case = '[records.Case]\nlevel = "related"\ntitle = ["Subject"]\n'
    (created,) = load_mapping(f"{example_}\n{case}\n{form}").creatable
    assert created == "Case"
    followed = load_mapping(example_.replace("[activities.default]", f"{update}\n[activities.default]", 1)).updatable
    assert len(followed["Contact"]) == 4
    used = {source for _, source in load_mapping(f"{example_}\n{own}").own_fields}
    assert used == {"fields.reason", "fields.amount", "fields.callback", "customer_fields.contract"}
