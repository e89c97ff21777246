"""Finding people and records in Dynamics."""

from __future__ import annotations

import pytest

from connectors.dynamics import DynamicsConnector, queries
from connectors.errors import CrmRecordNotFound, CrmSchemaDrift
from connectors.interface import PersonKeys, RecordRef
from simulators.dataverse.schema import TABLES
from simulators.dataverse.seeds import link, seed_id
from tests.connectors_dynamics.dynamics_rig import Rig, ref

EDWARD = "+4915112345678"


def test_ping_signs_in(connector: DynamicsConnector, rig: Rig) -> None:
    connector.ping()
    assert [call["path"] for call in rig.calls()] == ["/api/data/v9.2/WhoAmI"]


def test_people_are_found_by_phone_once_through_merged_and_converted_rows(
    connector: DynamicsConnector, rig: Rig
) -> None:
    found = connector.find_people(PersonKeys(phones=[EDWARD]))
    assert [call["path"].rpartition("/")[2] for call in rig.calls()] == ["contacts", "leads", "accounts"]
    assert [(record.ref, record.match) for record in found] == [
        (ref("contact/edward"), "phone"),
        (ref("account/ferrars"), "phone"),
    ]
    edward = found[0]
    assert (edward.title, edward.subtitle) == ("Edward Ferrars", "Ferrars & Co · Partner")
    assert (edward.level, edward.type_label) == ("person", "Contact")
    assert edward.fields == {"Mobile": "0151 12345678", "E-mail": "edward.ferrars@example.com"}


@pytest.mark.parametrize(
    "stored",
    [
        "0151 12345678", "+49 151 12345678", "+4915112345678", "004915112345678", "0151/123 45 678", "(0151) 1234-5678",
        "+49 (0)151 1234 5678", "0151.12.34.56.78", "tel:+49-151-1234-5678", "0151 12345678 ext. 12", "15112345678",
    ],
)  # fmt: skip
def test_a_number_is_found_however_it_is_stored(connector: DynamicsConnector, rig: Rig, stored: str) -> None:
    lucy = rig.dataverse.store.get(TABLES["contact"], seed_id("contact/lucy"))
    lucy["telephone3"] = stored
    found = connector.find_people(PersonKeys(phones=[EDWARD]))
    assert ref("contact/lucy") in [record.ref for record in found]


@pytest.mark.parametrize("stored", ["0152 12345678", "+43 151 12345678", "1 5 1 1 2 3 4 5 6 7 9", "0151 123456789"])
def test_a_number_that_only_resembles_it_is_not_found(connector: DynamicsConnector, rig: Rig, stored: str) -> None:
    lucy = rig.dataverse.store.get(TABLES["contact"], seed_id("contact/lucy"))
    lucy["telephone3"] = stored
    found = connector.find_people(PersonKeys(phones=[EDWARD]))
    assert ref("contact/lucy") not in [record.ref for record in found]


@pytest.mark.rule("P-06")
def test_one_number_two_people_are_both(connector: DynamicsConnector) -> None:
    found = connector.find_people(PersonKeys(phones=["+49307654321"]))
    assert {record.ref for record in found} == {ref("contact/lucy"), ref("contact/robert")}
    assert len(connector.find_people(PersonKeys(phones=["+49307654321"]), limit=1)) == 1


def test_phone_matches_come_before_email_and_name(connector: DynamicsConnector) -> None:
    keys = PersonKeys(phones=["+447700900123"], emails=["LUCY.STEELE@example.com"], names=["edward ferrars"])
    found = connector.find_people(keys)
    assert [(record.ref, record.match) for record in found] == [
        (ref("lead/brandon"), "phone"),
        (ref("contact/lucy"), "email"),
        (ref("contact/edward"), "name"),
    ]


def test_inactive_people_and_nothing_are_not_found(connector: DynamicsConnector, rig: Rig) -> None:
    assert not connector.find_people(PersonKeys(phones=["+49307777777"]))
    assert not connector.find_people(PersonKeys(phones=["+491520000000", "x"], emails=["none@example.com"]))
    asked = len(rig.calls())
    assert not connector.find_people(PersonKeys())
    assert len(rig.calls()) == asked


def test_text_from_outside_is_data_in_a_query(connector: DynamicsConnector) -> None:
    niamh = ref("contact/obrien")
    for keys in (
        PersonKeys(emails=["niamh.o'brien+post@example.com"]),
        PersonKeys(names=["Niamh 50%_[x] O'Brien"]),
        PersonKeys(phones=["+35315550199"]),
    ):
        assert [record.ref for record in connector.find_people(keys)] == [niamh]
    for text in ("50%_[x]", "O'Brien", "o'brien+post@", "[x]"):
        assert [record.ref for record in connector.search(text)] == [niamh], text
    for text in ("%", "_", "' or 1 eq 1 or fullname eq '", "😀", "a\x00b"):
        assert all(record.ref == niamh for record in connector.search(text)), text


@pytest.mark.rule("P-07")
@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("ferr", {"contact/edward", "contact/robert", "account/ferrars"}),
        ("CAS-01001", {"incident/parcel"}),
        ("library", {"opportunity/library"}),
        ("0151 1234", {"contact/edward", "account/ferrars"}),
        ("brandon@example", {"lead/brandon"}),
        ("  ", set()),
    ],
)
def test_search_looks_at_names_numbers_phones_and_emails(
    connector: DynamicsConnector, text: str, wanted: set[str]
) -> None:
    assert {record.ref for record in connector.search(text)} == {ref(name) for name in wanted}


def test_a_search_with_many_hits_shows_some_of_each_type(connector: DynamicsConnector) -> None:
    assert [record.ref.type for record in connector.search("ferr", limit=2)] == ["contact", "account"]


def test_a_merged_record_is_its_master_and_a_qualified_lead_its_contact(connector: DynamicsConnector) -> None:
    for name in ("contact/edward", "contact/edward-old", "lead/edward"):
        assert connector.get_record(ref(name)).ref == ref("contact/edward")


def test_masters_that_point_at_each_other_end(connector: DynamicsConnector, rig: Rig) -> None:
    edward = rig.dataverse.store.get(TABLES["contact"], seed_id("contact/edward"))
    edward |= {"merged": True, "_masterid_value": seed_id("contact/edward-old"), "@masterid": "contact", "statecode": 1}
    assert connector.get_record(ref("contact/edward")).title == "E. Ferrars"
    assert ref("contact/edward") not in [r.ref for r in connector.find_people(PersonKeys(phones=[EDWARD]))]


@pytest.mark.parametrize("row_id", ["913f87d2-155c-57c5-ad03-28b17f90943f", "x') or (1 eq 1", ""])
def test_what_is_not_there_is_not_found(connector: DynamicsConnector, row_id: str) -> None:
    with pytest.raises(CrmRecordNotFound):
        connector.get_record(RecordRef("dynamics", "contact", row_id))


def test_a_type_that_is_not_mapped_is_drift(connector: DynamicsConnector) -> None:
    with pytest.raises(CrmSchemaDrift):
        connector.get_record(RecordRef("dynamics", "invoice", seed_id("x")))


@pytest.mark.rule("A-18")
@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("contact/edward", ["account/ferrars", "incident/parcel", "opportunity/library"]),
        ("account/ferrars", ["contact/edward", "contact/robert", "opportunity/library"]),
        ("incident/parcel", ["contact/edward"]),
        ("opportunity/library", ["account/ferrars", "contact/edward"]),
        ("lead/brandon", []),
    ],
)
def test_related_records_are_those_of_the_mapping(connector: DynamicsConnector, name: str, wanted: list[str]) -> None:
    assert [record.ref for record in connector.related(ref(name))] == [ref(other) for other in wanted]


def test_records_can_be_related_through_a_table_between_them(rig: Rig) -> None:
    mapping = """
        [records.account]
        level = "company"
        title = ["name"]
        related = [{ type = "lead", through = "opportunity", near = "customerid", far = "originatingleadid" },
                   { type = "incident", through = "opportunity", near = "customerid", far = "parentcontactid" }]
        [records.incident]
        level = "related"
        title = ["title"]
        id = "_customerid_value"
        [records.lead]
        level = "person"
        title = ["fullname"]
        [activities.default]
        target = "task"
    """
    with pytest.raises(CrmSchemaDrift):
        rig.connector(mapping).related(ref("account/ferrars"))
    other = rig.connector(mapping.replace("originatingleadid", "parentcontactid"))
    assert [record.title for record in other.related(ref("account/ferrars"))] == ["Parcel has not arrived"]


def test_a_result_of_several_pages_is_read_to_its_end(connector: DynamicsConnector, rig: Rig) -> None:
    contacts = TABLES["contact"]
    for number in range(130):
        row_id = seed_id(f"contact/many-{number}")
        values = {"contactid": row_id, "lastname": f"Many {number}", "telephone1": "+49 40 555 000 1"}
        rig.dataverse.store.load(contacts, values)
    found = connector.find_people(PersonKeys(phones=["+49405550001"]), limit=500)
    assert len(found) == 130
    assert len(rig.calls(path="/contacts")) == 2


def test_a_deep_link_names_type_id_and_app_and_asks_nobody(rig: Rig) -> None:
    edward = ref("contact/edward")
    plain = rig.connector().record_url(edward)
    assert plain == f"{rig.url}/main.aspx?pagetype=entityrecord&etn=contact&id={edward.id}"
    assert "?appid=a1&pagetype" in rig.connector(app_id="a1").record_url(edward)
    assert not rig.calls()


@pytest.mark.parametrize(
    ("link", "is_edward"),
    [
        ("/main.aspx?appid=a1&pagetype=entityrecord&etn=contact&id={id}", True),
        ("/main.aspx?etn=contact&pagetype=entityrecord&id=%7B{ID}%7D", True),
        ("/main.aspx?pagetype=entityrecord&etn=contact&id={{{ID}}}#123", True),
        ("/main.aspx?ETN=Contact&Id={id}", True),
        ("/main.aspx?pagetype=entitylist&etn=contact&id={id}", False),
        ("/main.aspx?etc=2&id={id}&pagetype=entityrecord", False),
        ("/main.aspx?etn=contact&id=edward&pagetype=entityrecord", False),
        ("/main.aspx?etn=contact&pagetype=entityrecord", False),
        ("/main.aspx?" + "a=1&" * 60 + "etn=contact&id={id}", False),
        ("/api/data/v9.2/contacts({id})", False),
    ],
)
def test_a_link_that_people_copy_names_the_record(rig: Rig, link: str, is_edward: bool) -> None:
    edward = ref("contact/edward")
    url = rig.url + link.format(id=edward.id, ID=edward.id.upper())
    assert rig.connector().record_of(url) == (edward if is_edward else None)
    assert not rig.calls()


def test_labels_follow_the_language_of_the_settings(rig: Rig) -> None:
    assert rig.connector(language="de").get_record(ref("account/ferrars")).type_label == "Firma"


def test_related_lists_stop_at_the_limit(connector: DynamicsConnector, rig: Rig) -> None:
    for number in range(5):
        values = {
            "incidentid": seed_id(f"incident/{number}"),
            "title": f"{number}",
            "customerid": link("contact/edward"),
        }
        rig.dataverse.store.load(TABLES["incident"], values)
    assert len(connector.related(ref("contact/edward"), limit=3)) == 3


def test_literals_double_quotes_and_like_escapes_wildcards() -> None:
    assert queries.literal("O'Brien") == "'O''Brien'"
    assert queries.like("50%_[x]'") == "'50[%][_][[]x]'''"
    assert queries.phone_conditions(["telephone1"], "+12") == []
    assert not any("contains" in text for text in queries.phone_conditions(["a"], EDWARD, is_exact=True))


def test_an_exact_phone_column_is_found_by_spelling_only(rig: Rig) -> None:
    mapping = """
        [records.contact]
        level = "person"
        title = ["fullname"]
        phone_match = "exact"
        search = { phone = ["mobilephone"] }
        [activities.default]
        target = "task"
    """
    connector = rig.connector(mapping)
    edward = rig.dataverse.store.get(TABLES["contact"], seed_id("contact/edward"))
    edward["mobilephone"] = "+4915112345678"
    assert [record.match for record in connector.find_people(PersonKeys(phones=[EDWARD]))] == ["phone"]
    edward["mobilephone"] = "0151-1234 5678"
    assert not connector.find_people(PersonKeys(phones=[EDWARD]))
