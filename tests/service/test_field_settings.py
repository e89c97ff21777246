"""Fields of a company's own in the settings (B-39): what is wrong stops the start and names its key."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.mapping_file import load_mapping
from customers.fields import Choice, Field, FieldType, Labels, with_labels
from service.access import Access
from service.crms import connectors, empty_fields
from service.errors import ConfigError
from service.mapping_preview import made_up_fields
from service.settings import Settings
from service.settings_file import load
from service.wiring import desk_settings

BARE = "[teams]\ndevelopment = true\n"
FIELDS = """
[[cards.activity_fields.voice]]
name = "reason"
type = "choice"
label = { en = "Reason", de = "Grund" }
required = true
choices = ["other", { value = "complaint", label = { en = "Complaint", es = "Queja" } }]

[[cards.activity_fields.voice]]
name = "amount"
type = "number"
min = 0.5
max = 10

[[cards.activity_fields.default]]
name = "form"
type = "link"
label = "Form"

[[cards.customer_fields]]
name = "contract"
label = "Contract"
max_length = 20
"""
TEAMS = """
[access.teams.sales]
members = ["sales@contoso.example"]
activity_hidden = ["amount"]
activity_read_only = ["reason"]
profile_read_only = ["contract"]

[access.teams.service]
members = ["service@contoso.example", "sales@contoso.example"]
activity_hidden = ["amount", "form"]
"""
CRM = """
[crm.salesforce]
kind = "salesforce"
url = "https://acme.my.salesforce.com"
mapping = "{mapping}"
auth = {{ client_id = "x", client_secret = "file:{secret}" }}
"""
MAPPING = """
[records.Contact]
level = "person"
title = ["Name"]
update = {{ Contract__c = "{customer}" }}
[activities.default]
target = "Task"
amend = ["fields.reason"]
[activities.default.fields]
Subject = {{ template = "{{{{ fields.{name} | default: 'none' }}}} · {{{{ notes }}}}" }}
Amount__c = {{ source = "fields.amount", type = "number" }}
"""


def settings(tmp_path: Path, text: str) -> Settings:
    file = tmp_path / "customer-card.toml"
    file.write_text(BARE + text)
    return load(file, {})


@pytest.mark.rule("B-38", "B-39")
def test_b39_an_administrator_chooses_the_fields_of_each_channel(tmp_path: Path) -> None:
    known = desk_settings(settings(tmp_path, FIELDS), {})
    reason, amount = known.activity_fields["voice"]
    assert (reason.name, reason.type, reason.is_required) == ("reason", FieldType.CHOICE, True)
    assert reason.labels == Labels("Reason", "Grund", "")
    assert reason.choices[0] == Choice("other", Labels(en="other"))
    assert reason.choices[1].labels == Labels("Complaint", "", "Queja")
    assert [str(amount.least), str(amount.most)] == ["0.5", "10"]
    assert [one.longest for one in (*known.activity_fields["default"], *known.customer_fields)] == [500, 20]
    assert known.views.activity_fields == known.activity_fields


@pytest.mark.rule("E-11", "E-21", "B-39")
def test_e21_a_team_is_kept_from_fields_and_somebody_of_two_from_what_both_are(tmp_path: Path) -> None:
    access = Access((found := settings(tmp_path, FIELDS + TEAMS)).access, found.cards)
    nobody, sales, service = (
        access.standing("id", address, ()).switches
        for address in ("x@contoso.example", "sales@contoso.example", "service@contoso.example")
    )
    assert (nobody.activity_hidden, nobody.activity_read_only) == (frozenset(), frozenset())
    assert nobody.profile_parts[-1] == "contract", "shown unless cards.profile_fields says otherwise"
    assert (service.activity_hidden, service.activity_read_only) == ({"amount", "form"}, frozenset())
    assert (sales.activity_hidden, sales.activity_read_only) == ({"amount"}, frozenset())
    few = settings(tmp_path, "[cards]\nprofile_fields = ['contract', 'notes']\n" + FIELDS)
    assert Access(few.access, few.cards).standing("id", "", ()).switches.profile_parts == ("contract", "notes")


def _field(more: str, where: str = "cards.activity_fields.voice", name: str = "x") -> str:
    return f"[[{where}]]\nname = '{name}'\n{more}\n"


@pytest.mark.rule("B-39")
@pytest.mark.parametrize(
    ("text", "key"),
    [
        (_field("", "cards.activity_fields.fax"), "cards.activity_fields.fax: there is no such channel"),
        (_field("", name="Reason"), "cards.activity_fields.voice.0.name"),
        (_field("", name="a.b"), "cards.activity_fields.voice.0.name"),
        (_field("type = 'colour'"), "cards.activity_fields.voice.0.type"),
        (_field("type = 'choice'"), "cards.activity_fields.voice.0: choices belong"),
        (_field("choices = ['a']"), "cards.activity_fields.voice.0: choices belong"),
        (_field("type = 'choice'\nchoices = ['a', 'a']"), "cards.activity_fields.voice.0: choices: each value"),
        (_field("type = 'choice'\nchoices = ['']"), "cards.activity_fields.voice.0.choices.0.value"),
        (_field("max_length = 2001"), "cards.activity_fields.voice.0.max_length"),
        (_field("min = 1"), "cards.activity_fields.voice.0: min and max belong to numbers"),
        (_field("type = 'number'\nmin = 2\nmax = 1"), "cards.activity_fields.voice.0: min is greater than max"),
        (_field("type = 'date'\nmax_length = 5"), "cards.activity_fields.voice.0: max_length belongs"),
        (_field("label = { fr = 'Motif' }"), "cards.activity_fields.voice.0.label.fr: there is no such setting"),
        (_field(f"label = '{'x' * 61}'"), "cards.activity_fields.voice.0: write at most 60"),
        (_field("colour = 'red'"), "cards.activity_fields.voice.0.colour: there is no such setting"),
        (_field("") + _field(""), "cards.activity_fields.voice: x stands there twice"),
        ("".join(_field("", name=f"x{one}") for one in range(21)), "cards.activity_fields.voice: 21 fields"),
        ("".join(_field("max_length = 2000", name=f"x{one}") for one in range(5)), "texts and links of 10000"),
        (_field(f"type = 'choice'\nchoices = {[str(one) for one in range(101)]}"), "101 choices are too many"),
        (_field(f"type = 'choice'\nchoices = {[f'{one:060}' for one in range(50)]}"), "choices of 6000 characters"),
        (_field("") + _field("type = 'date'", "cards.activity_fields.email"), "x is a date here and a text in voice"),
        (_field("", "cards.customer_fields", "street"), "cards.customer_fields.0: street is built in"),
        ("[cards]\nactivity_hidden = ['q']", "cards.activity_hidden.0: there is no field 'q'"),
        (
            "[access.teams.a]\nmembers = ['*']\nactivity_read_only = ['q']\n" + _field(""),
            "access.teams.a.activity_read_only.0: there is no field 'q'; there are x",
        ),
    ],
)
def test_b39_a_wrong_field_stops_the_start_and_names_its_key(tmp_path: Path, text: str, key: str) -> None:
    with pytest.raises(ConfigError) as refused:
        settings(tmp_path, text)
    assert key in str(refused.value)


def crm(tmp_path: Path, **words: str) -> Settings:
    (tmp_path / "secret").write_text("hush")
    mapping = tmp_path / "mapping.toml"
    mapping.write_text(MAPPING.format(**{"name": "reason", "customer": "customer_fields.contract", **words}))
    return settings(tmp_path, FIELDS + CRM.format(mapping=mapping, secret=tmp_path / "secret"))


@pytest.mark.rule("P-11", "B-38")
def test_p11_a_field_of_another_channels_set_is_named_and_stops_nothing(tmp_path: Path) -> None:
    plain = crm(tmp_path)
    assert empty_fields(plain, "salesforce") == [], "activities of calls have them"
    more = "[activities.email]\nlike = 'default'\n[activities.email.fields]\nForm__c = 'fields.form'\n"
    (tmp_path / "mapping.toml").write_text((tmp_path / "mapping.toml").read_text() + more)
    found = empty_fields(plain, "salesforce")
    assert {one.key for one in found} == {
        "activities.email.fields.Subject",
        "activities.email.fields.Amount__c",
        "activities.email.amend",
    }
    assert not any(one.stops for one in found)
    for one in connectors(plain).values():
        one.close()


@pytest.mark.rule("P-19", "B-39")
def test_p19_what_a_choice_is_called_is_a_source_too(tmp_path: Path) -> None:
    for name in ("reason_label", "reason_label_de"):
        for one in connectors(crm(tmp_path, name=name)).values():
            one.close()
    with pytest.raises(ConfigError, match=r"uses 'fields\.amount_label'"):
        connectors(crm(tmp_path, name="amount_label"))
    assert made_up_fields(crm(tmp_path), "voice")["fields.reason_label"] == "other"
    level = Field("level", FieldType.CHOICE, choices=(Choice("gold", Labels("Gold", "Gold!")),))
    assert with_labels([level], {"level": "gold", "x": "1"}) == {
        "level": "gold",
        "x": "1",
        "level_label": "Gold",
        "level_label_en": "Gold",
        "level_label_de": "Gold!",
        "level_label_es": "Gold",
    }
    assert with_labels([level], {"level": ""})["level_label"] == "", "emptied there, too"
    assert with_labels([level], {}) == {}


@pytest.mark.rule("P-11", "B-39")
def test_p11_a_mapping_uses_the_fields_and_one_that_there_is_not_is_named(tmp_path: Path) -> None:
    made = connectors(crm(tmp_path))
    for one in made.values():
        one.close()
    with pytest.raises(ConfigError, match=r"activities\.default\.fields\.Subject: uses 'fields\.raeson'.*amount, "):
        connectors(crm(tmp_path, name="raeson"))
    with pytest.raises(ConfigError, match=r"update\.Contract__c: uses 'customer_fields\.x'.*customer_fields\.contract"):
        connectors(crm(tmp_path, customer="customer_fields.x"))
    with pytest.raises(ConfigError, match=r"records\.Contact\.update\.Contract__c\.source"):
        connectors(crm(tmp_path, customer="fields.reason"))


@pytest.mark.rule("P-11", "B-39")
def test_p11_a_preview_fills_every_field(tmp_path: Path) -> None:
    found = crm(tmp_path)
    assert made_up_fields(found, "voice") == {
        "fields.reason": "other",
        **dict.fromkeys((f"fields.reason_label{end}" for end in ("", "_en", "_de", "_es")), "other"),
        "fields.amount": "0.5",
        "customer_fields.contract": "An example",
    }
    assert made_up_fields(found, "email")["fields.form"] == "https://example.com/1"
    assert load_mapping((tmp_path / "mapping.toml").read_text()).own_fields is not None
