"""Dates, times, numbers and phone numbers as the viewer's locale and time zone write them (P-14).

Days and minutes of the day are few, so Babel writes each once and it is remembered; so is where a quarter of an hour
begins in local time. A time stamp then costs two look-ups instead of a pattern and a time zone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers
from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time, get_datetime_format
from babel.numbers import format_decimal
from babel.units import format_unit

from customers.views import Viewer

_LONGEST_NUMBER: Final = 15
"""Digits in E.164, country code included."""
_FULL_QUARTERS: Final = date(1973, 1, 1).toordinal() * 96
"""From here on, in quarters of an hour, every zone's offset is a whole number of quarters of an hour."""
_DAY: Final = len("2026-11-21")
_REMEMBERED: Final = 20_000
"""Days and quarters of an hour that a writer keeps."""


class Writer:
    """Writes values for one language, country and time zone."""

    __slots__ = ("_between", "_country", "_day_first", "_days", "_locale", "_quarters", "_starts", "_zone")

    def __init__(self, language: str, country: str, time_zone: str) -> None:
        self._locale = _locale(language, country)
        self._zone = _zone(time_zone)
        self._country = country.upper()
        self._days: dict[int, str] = {}
        self._starts: dict[int, Sequence[str]] = {}
        self._quarters: dict[int, tuple[str, Sequence[str]]] = {}
        glue = str(get_datetime_format("medium", locale=self._locale)).replace("'", "")
        self._day_first = glue.startswith("{1}")
        self._between = glue[3:-3]

    def moment(self, at: datetime) -> str:
        """Day and time: `Nov 21, 2026, 2:05 PM`."""
        minute = at.minute
        quarter = at.toordinal() * 96 + at.hour * 4 + minute // 15
        if at.tzinfo is UTC and quarter > _FULL_QUARTERS:
            day, minutes = self._quarters.get(quarter) or self._quarter(quarter, at)
            clock = minutes[minute % 15]
        else:
            local = at.astimezone(self._zone)
            day, clock = self._day(local), self._minute(local)
        return f"{day}{self._between}{clock}" if self._day_first else f"{clock}{self._between}{day}"

    def day(self, written: str) -> str:
        """A day in ISO 8601: `Dec 5, 1963`; as it stands there where it is none."""
        try:
            return format_date(date.fromisoformat(written), "medium", locale=self._locale)
        except ValueError:
            return written

    def dated(self, written: str) -> str:
        """A day, or the day of a moment where the viewer is, from ISO 8601; as it stands there where it is neither."""
        if len(written) <= _DAY:
            return self.day(written)
        try:
            at = datetime.fromisoformat(written)
            local = at.astimezone(self._zone) if at.tzinfo else None
        except (ValueError, OverflowError):  # some CRMs know the year 1
            return written
        return self._day(local) if local else self.day(written[:_DAY])

    def clock(self, at: datetime, today: datetime | None) -> str:
        """The time alone where it is of the same day as `today` where the viewer is; else day and time."""
        local = at.astimezone(self._zone)
        if today is None or local.date() != today.astimezone(self._zone).date():
            return self.moment(at)
        return self._minute(local)

    def today(self, at: datetime) -> str:
        """The day of `at` where the viewer is, in ISO 8601: what `clock` takes for the same day."""
        return at.astimezone(self._zone).date().isoformat()

    def date(self, digits: str) -> str:
        """The day YYYYMMDD as `Nov 21, 2026`; as it is where there is no such day."""
        try:
            day = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
        except ValueError:
            return digits
        return _unbroken(str(format_date(day, "medium", locale=self._locale)))

    def duration(self, lasted: timedelta) -> str:
        """`45 sec`, `12 min`, `1 hr 5 min`: no more exactly than anybody wants to know."""
        return _duration(self._locale, round(lasted.total_seconds()))

    def number(self, value: int) -> str:
        """`12,345` or `12.345`."""
        return str(value) if -1000 < value < 1000 else str(format_decimal(value, locale=self._locale))

    def decimal(self, written: str) -> str:
        """`1234.5` as `1,234.5` or `1.234,5`; as it stands there where it is no number."""
        try:
            return _unbroken(str(format_decimal(Decimal(written), locale=self._locale)))
        except InvalidOperation:
            return written

    def phone(self, number: str) -> str:
        """A number in E.164 as people of the viewer's country write it; anything else as it is."""
        return _phone(number, self._country)

    def _quarter(self, quarter: int, at: datetime) -> tuple[str, Sequence[str]]:
        """The local day, and the minutes of this quarter of an hour in local time."""
        if len(self._quarters) > _REMEMBERED:
            self._quarters.clear()
        local = at.replace(minute=at.minute // 15 * 15).astimezone(self._zone)
        return self._quarters.setdefault(quarter, (self._day(local), self._from(local.hour * 60 + local.minute)))

    def _day(self, local: datetime) -> str:
        written = self._days.get(local.toordinal())
        if written is None:
            if len(self._days) > _REMEMBERED:
                self._days.clear()
            written = _unbroken(str(format_date(local.date(), "medium", locale=self._locale)))
            self._days[local.toordinal()] = written
        return written

    def _minute(self, local: datetime) -> str:
        start = local.hour * 60 + local.minute // 15 * 15
        return self._from(start)[local.minute % 15]

    def _from(self, start: int) -> Sequence[str]:
        """The fifteen minutes from `start`, a minute of the day, as they are written; Babel writes each once."""
        if start not in self._starts:
            times = (time((start + more) // 60, (start + more) % 60) for more in range(15))
            written = (str(format_time(one, "short", locale=self._locale)) for one in times)
            self._starts[start] = tuple(map(_unbroken, written))
        return self._starts[start]


def writer_for(viewer: Viewer) -> Writer:
    """The writer for `viewer`, shared by all viewers with the same locale and time zone."""
    return _writer(viewer.language, viewer.country, viewer.time_zone)


@lru_cache(maxsize=256)
def _writer(language: str, country: str, time_zone: str) -> Writer:
    return Writer(language, country, time_zone)


def _unbroken(written: str) -> str:
    # CLDR puts narrow and non-breaking spaces before "PM"; fonts without them show boxes.
    return written.replace("\u202f", " ").replace("\xa0", " ")


def _locale(language: str, country: str) -> Locale:
    for name in (f"{language[:2]}_{country}", language[:2]):
        try:
            return Locale.parse(name)
        except (UnknownLocaleError, ValueError):
            continue
    return Locale("en")


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


@lru_cache(maxsize=4096)
def _duration(locale: Locale, seconds: int) -> str:
    if seconds < 60:
        return _unit(seconds, "second", locale)
    hours, minutes = divmod(round(seconds / 60), 60)
    said = [_unit(hours, "hour", locale)] if hours else []
    return " ".join([*said, _unit(minutes, "minute", locale)] if minutes or not hours else said)


def _unit(count: int, unit: str, locale: Locale) -> str:
    return _unbroken(str(format_unit(count, f"duration-{unit}", "short", locale=locale)))


@lru_cache(maxsize=16_384)
def _phone(number: str, country: str) -> str:
    parsed = _e164(number)
    if parsed is None:
        return number
    at_home = parsed.country_code == phonenumbers.country_code_for_region(country)
    style = phonenumbers.PhoneNumberFormat.NATIONAL if at_home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return str(phonenumbers.format_number(parsed, style))


def _e164(number: str) -> phonenumbers.PhoneNumber | None:
    """Read E.164 by its prefix: `phonenumbers.parse` accepts any spelling and costs several times as much."""
    digits = number[1:]
    if number[:1] != "+" or not digits.isascii() or not digits.isdecimal() or len(digits) > _LONGEST_NUMBER:
        return None
    for length in (1, 2, 3):
        code = int(digits[:length] or 0)
        if code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE:
            rest = digits[length:]
            zeros = len(rest) - len(rest.lstrip("0"))
            return phonenumbers.PhoneNumber(
                country_code=code,
                national_number=int(rest or 0),
                italian_leading_zero=True if zeros else None,
                number_of_leading_zeros=zeros if zeros > 1 else None,
            )
    return None
