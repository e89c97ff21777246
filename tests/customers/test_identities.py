"""Two ways of writing one number or address are one identity; what names nobody is none."""

from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.events import IdentityClaim
from customers.identities import Identity, country_of, email, normalise, normalise_all, phone, phone_hint
from customers.model import IdentityKind

NUMBER = "+4915112345678"


def identity(kind: str, value: str, provider: str = "", country: str = "") -> Identity | None:
    return normalise(IdentityClaim(IdentityKind(kind), value, provider), "/cc/acme", country)


@pytest.mark.parametrize(
    ("written", "country"),
    [
        ("+4915112345678", ""),
        ("+49 151 1234-5678", "US"),
        ("+49 (0) 151 12345678", ""),
        ("0151/12345678", "DE"),
        ("004915112345678", "DE"),
        ("01149 151 12345678", "US"),
        ("4915112345678", ""),
        ("tel:+49-151-12345678", ""),
        ("TEL:+4915112345678;ext=12", ""),
        ("sip:+4915112345678@sbc.example;user=phone", ""),
        (" +49\u00a0151\u00a012345678 ", ""),
        ("whatsapp:+4915112345678", ""),
    ],
)
def test_one_number_in_many_spellings_is_one_identity(written: str, country: str) -> None:
    found = identity("phone", written, country=country)
    assert found is not None
    assert (found.key, found.value) == (NUMBER, NUMBER)


@pytest.mark.parametrize(
    "written",
    ["anonymous", "Restricted", "Anonymous@anonymous.invalid", "sip:anonymous@anonymous.invalid", " ", "unknown",
     "4711", "123456", "+490", "sip:alice@pbx.example", "tel:", "not a number", "+1" * 30, "1800FLOWERS"],
)  # fmt: skip
def test_withheld_and_internal_numbers_name_nobody(written: str) -> None:
    assert identity("phone", written, country="DE") is None


@given(st.sampled_from(sorted(phonenumbers.SUPPORTED_REGIONS)))
def test_every_country_s_numbers_are_found_however_they_are_written(region: str) -> None:
    number = phonenumbers.example_number(region)
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    for form in (phonenumbers.PhoneNumberFormat.INTERNATIONAL, phonenumbers.PhoneNumberFormat.RFC3966):
        assert phone(phonenumbers.format_number(number, form)) == e164
    national = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
    assert phone(national, region) in (e164, "")
    assert phone(phone(e164), region) == e164


@given(st.text(), st.sampled_from(["", "DE", "US", "GB"]), st.sampled_from(IdentityKind))
def test_normal_forms_are_stable_and_nothing_raises(text: str, country: str, kind: IdentityKind) -> None:
    found = normalise(IdentityClaim(kind, text), "/cc", country)
    if found is not None:
        again = normalise(IdentityClaim(kind, found.value), "/cc", country)
        assert again is not None
        assert (again.key, again.value) == (found.key, found.value)


@given(st.from_regex(r"[a-zA-Z0-9.+_-]{1,20}@[a-zA-Z0-9]{1,10}\.(example|Example)", fullmatch=True))
def test_addresses_differ_not_by_case(address: str) -> None:
    one, other = identity("email", address), identity("email", address.swapcase())
    assert one is not None
    assert other is not None
    assert one.key == other.key
    assert one.value.partition("@")[0] == address.partition("@")[0]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("Edward.Ferrars@EXAMPLE.com", "Edward.Ferrars@example.com"),
        ("Edward <edward@example.com>", "edward@example.com"),
        ("mailto:edward@example.com", "edward@example.com"),
        ("e@m\u00fcller.example", "e@xn--mller-kva.example"),
    ],
)
def test_an_address_keeps_its_local_part(written: str, value: str) -> None:
    assert email(written) == value


@pytest.mark.parametrize("written", ["", "@", "a@", "@b", "a b@c.example", "nobody", "a\n@b.example"])
def test_what_is_no_address_names_nobody(written: str) -> None:
    assert identity("email", written) is None


def test_a_social_id_belongs_to_its_provider() -> None:
    keys = {found.key for provider in ("WhatsApp", "whatsapp", "x") if (found := identity("social", "7", provider))}
    assert keys == {"whatsapp:7", "x:7"}


@pytest.mark.parametrize("value", ["4915112345678", "+4915112345678", "whatsapp:+4915112345678", "4915112345678@c.us"])
def test_a_whatsapp_id_is_a_number_to_search_for_but_no_phone_identity(value: str) -> None:
    found = identity("social", value, "whatsapp")
    assert found is not None
    assert found.kind is IdentityKind.SOCIAL
    assert phone_hint(found) == NUMBER


def test_other_social_ids_are_no_numbers() -> None:
    for provider, value in (("instagram", "4915112345678"), ("whatsapp", "edward"), ("whatsapp", "1234567")):
        found = identity("social", value, provider)
        assert found is not None
        assert phone_hint(found) == ""


def test_external_ids_are_keys_of_their_source_alone() -> None:
    claim = IdentityClaim(IdentityKind.EXTERNAL, "42")
    one, other = normalise(claim, "/cc/a"), normalise(claim, "/cc/b")
    assert one is not None
    assert other is not None
    assert one.key != other.key


def test_all_identities_once_and_the_platform_s_contact_last() -> None:
    claims = [
        IdentityClaim(IdentityKind.PHONE, "0151 12345678"),
        IdentityClaim(IdentityKind.PHONE, NUMBER),
        IdentityClaim(IdentityKind.PHONE, "anonymous"),
        IdentityClaim(IdentityKind.EMAIL, "e@x.example"),
    ]
    found = normalise_all(claims, "/cc", "DE", contact_id="c-1")
    assert [(item.kind.value, item.value) for item in found] == [
        ("phone", NUMBER), ("email", "e@x.example"), ("external", "c-1"),
    ]  # fmt: skip


def test_the_business_number_shows_the_country() -> None:
    assert country_of("tel:+4930555010", "US") == "DE"
    assert country_of("support@classics.example", "US") == "US"
    assert country_of("030555010", "DE") == "DE"
    assert country_of("", "") == ""
