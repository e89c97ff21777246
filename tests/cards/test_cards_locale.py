"""P-14: three languages; dates, numbers and phone numbers as the viewer's locale writes them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import phonenumbers
import pytest
from babel.dates import format_date, format_time
from hypothesis import given
from hypothesis import strategies as st

from cards import texts
from cards.dates import Writer, writer_for
from cards.render import customer_list, notice_text
from customers.model import Channel
from customers.views import CustomerListView, CustomerRow, Notice
from tests.cards.card_checks import words
from tests.cards.card_views import CARD, NOW, viewer

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe")


@pytest.mark.rule("P-14")
def test_languages_differ_in_nearly_everything() -> None:
    same = {"SMS", "Chat", "E-Mail", "Tags", "Agent: {name}"}
    for language in ("de", "es"):
        pairs = zip(texts.of("en").values(), texts.of(language).values(), strict=True)
        alike = [one for one, other in pairs if one == other and one not in same]
        assert len(alike) <= 4, alike


def test_texts_are_our_own_and_hold_no_markup() -> None:
    for language in texts.LANGUAGES:
        assert not [text for text in texts.of(language).values() if set(text) & set("*_`<>[]|\\")]


@pytest.mark.rule("P-14")
@pytest.mark.parametrize(
    ("language", "country", "zone", "written"),
    [
        ("en", "US", "America/New_York", "Nov 20, 2026, 9:05 AM"),
        ("en", "GB", "Europe/London", "20 Nov 2026, 14:05"),
        ("de", "DE", "Europe/Berlin", "20.11.2026, 15:05"),
        ("de-AT", "AT", "Europe/Vienna", "20.11.2026, 15:05"),
        ("es", "ES", "Europe/Madrid", "20 nov 2026, 15:05"),
        ("xx", "ZZ", "No/Where", "Nov 20, 2026, 2:05 PM"),
    ],
)
def test_moment_is_written_as_the_locale_does(language: str, country: str, zone: str, written: str) -> None:
    writer = writer_for(viewer(language=language, country=country, time_zone=zone))
    assert writer.moment(NOW) == written


@given(
    st.datetimes(min_value=datetime(1950, 1, 1), max_value=datetime(2090, 1, 1)),  # noqa: DTZ001
    st.sampled_from(ZONES),
    st.sampled_from(["en", "de", "es"]),
    st.sampled_from([UTC, timezone(timedelta(hours=-3, minutes=-30))]),
)
def test_remembered_pieces_give_what_babel_gives(at: datetime, zone: str, language: str, given_in: timezone) -> None:
    aware = at.replace(tzinfo=given_in)
    local = aware.astimezone(ZoneInfo(zone))
    date = format_date(local.date(), "medium", locale=language)
    time = format_time(local.time(), "short", locale=language)
    expected = f"{date}, {time}".replace("\u202f", " ").replace("\xa0", " ")
    assert Writer(language, "", zone).moment(aware) == expected


@pytest.mark.rule("P-14")
@pytest.mark.parametrize(
    ("number", "country", "written"),
    [
        ("+442071838750", "GB", "020 7183 8750"),
        ("+442071838750", "DE", "+44 20 7183 8750"),
        ("+14155550123", "US", "(415) 555-0123"),
        ("+390612345678", "US", "+39 06 1234 5678"),
        ("+4915112345678", "DE", "01511 2345678"),
        ("+999123", "US", "+999123"),
        ("anonymous", "US", "anonymous"),
        ("+", "US", "+"),
        ("+44١٢٣", "US", "+44١٢٣"),
    ],
)
def test_phone_number_is_written_as_the_country_does(number: str, country: str, written: str) -> None:
    assert Writer("en", country, "UTC").phone(number) == written


@given(st.sampled_from(sorted(phonenumbers.SUPPORTED_REGIONS)), st.sampled_from(["US", "DE", "IT"]))
def test_phone_numbers_are_read_as_the_library_reads_them(region: str, country: str) -> None:
    sample = phonenumbers.example_number(region)
    written = Writer("en", country, "UTC").phone(phonenumbers.format_number(sample, 0))
    styles = (phonenumbers.PhoneNumberFormat.NATIONAL, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    assert written in {phonenumbers.format_number(sample, style) for style in styles}


def test_numbers_are_grouped_as_the_locale_does() -> None:
    assert [Writer(one, "", "UTC").number(12345) for one in ("en", "de")] == ["12,345", "12.345"]
    assert Writer("en", "", "UTC").number(999) == "999"


@pytest.mark.rule("P-14")
@pytest.mark.parametrize("language", ["en", "de", "es"])
def test_every_notice_can_be_said(language: str) -> None:
    for key in texts.of("en"):
        if key.startswith("notice."):
            values = (("name", "Ed"), ("reason", "timeout"), ("crm", "Salesforce"), ("field", "wrapup.notes"))
            said = notice_text(Notice(key.removeprefix("notice."), values=values), language)
            assert said.strip()
            assert "{" not in said


def test_notice_spells_out_codes() -> None:
    values = (("reason", "timeout"), ("crm", "Salesforce"))
    said = notice_text(Notice("crm_unavailable", "error", values), "en")
    assert said == "Salesforce takes too long to answer. Please try again in a moment."
    assert notice_text(Notice("crm_unavailable", "error"), "en").startswith("The CRM reports an error.")
    said = notice_text(Notice("invalid_input", "error", (("field", "wrapup.disposition"),)), "de")
    assert said == "Bitte prüfen Sie diese Eingabe: Ergebnis."


def test_unknown_notice_and_missing_value_still_say_something() -> None:
    assert notice_text(Notice("no such code"), "en").startswith("Something went wrong.")
    assert notice_text(Notice("linked"), "en") == "… is linked."


def test_value_of_a_notice_is_never_a_format_string() -> None:
    said = notice_text(Notice("linked", values=(("name", "{reason} {0.__class__}"),)), "en")
    assert said == "{reason} {0.__class__} is linked."


def test_text_fills_blanks_and_refuses_unknown_keys() -> None:
    assert texts.text("de-CH", "record.link") == "Verknüpfen"
    assert texts.text("en", "interaction.queue", queue="Billing") == "Queue: Billing"
    with pytest.raises(KeyError):
        texts.text("en", "no.such.key")
    with pytest.raises(KeyError):
        texts.text("en", "interaction.queue", other="x")


@pytest.mark.rule("P-14")
@pytest.mark.parametrize(
    ("zone", "written"),
    [("Europe/Berlin", "15:05"), ("UTC", "14:05"), ("Asia/Kathmandu", "20 Nov 2026, 19:50")],
)
def test_a_time_of_the_viewers_day_stands_without_the_day(zone: str, written: str) -> None:
    at, looked_at = datetime(2026, 11, 20, 14, 5, tzinfo=UTC), datetime(2026, 11, 20, 22, 30, tzinfo=UTC)
    assert Writer("en", "GB", zone).clock(at, looked_at) == written
    assert Writer("en", "GB", zone).clock(at, None) == Writer("en", "GB", zone).moment(at)


@pytest.mark.rule("P-14")
def test_the_list_shows_todays_times_without_the_day() -> None:
    row = CustomerRow(CARD, "Edward Ferrars", "", Channel.VOICE, since=NOW)
    for at, written in ((NOW, "Call · 15:05"), (NOW + timedelta(days=1), "Call · 20 Nov 2026, 15:05")):
        assert written in words(customer_list(CustomerListView("open", (row,), at=at), viewer()))
