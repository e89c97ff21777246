"""`$filter` and `$orderby` of OData 4.0, as far as Dataverse understands them, compiled to Python functions.

Text is compared as Dataverse's database does: without regard to case, and `contains`, `startswith` and `endswith` are
LIKE, so that `%`, `_` and `[…]` in the value are wildcards.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from simulators.dataverse.errors import DataverseError, bad_request

Row = Mapping[str, Any]
Value = Callable[[Row], Any]
Predicate = Callable[[Row], bool]
Check = Callable[[str], str]
"""Takes a property name from the query, gives the key of the row; raises DataverseError for a name the table lacks."""

_GUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_TOKEN = re.compile(
    rf"""\s*(?:
        (?P<guid>{_GUID})(?![\w-])
      | (?P<date>\d{{4}}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?)
      | (?P<number>-?\d+(?:\.\d+)?)
      | (?P<string>'(?:[^']|'')*')
      | (?P<name>[A-Za-z_@][\w./]*)
      | (?P<mark>[(),])
    )""",
    re.VERBOSE,
)
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "gt": lambda a, b: a > b,
    "ge": lambda a, b: a >= b,
    "lt": lambda a, b: a < b,
    "le": lambda a, b: a <= b,
}
_LIKE = {"contains": ("%", "%"), "startswith": ("", "%"), "endswith": ("%", "")}


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a query: what it is, and how it was written."""

    kind: str
    text: str


def tokens(text: str) -> list[Token]:
    """The words of `text`. Raises DataverseError where it is no OData."""
    found: list[Token] = []
    position = 0
    text = text.rstrip()
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            raise bad_request(f"Syntax error at position {position} in '{text}'.")
        found.append(Token(match.lastgroup, match.group(match.lastgroup)))
        position = match.end()
    return found


def compile_filter(text: str, check: Check) -> Predicate:
    """A predicate over rows that holds where `$filter=text` does."""
    if re.search(r"/(any|all)\(", text):
        raise DataverseError(501, "", "This simulator does not know filters on related rows.")
    return _Parser(tokens(text), check, text).whole()


def compile_orderby(text: str, check: Check) -> Callable[[list[dict[str, Any]]], list[dict[str, Any]]]:
    """A function that puts rows in the order of `$orderby=text`; null comes first, as in SQL Server."""
    keys: list[tuple[str, bool]] = []
    for part in text.split(","):
        words = part.split()
        if len(words) not in (1, 2) or (len(words) == 2 and words[1] not in ("asc", "desc")):
            raise bad_request(f"Syntax error in $orderby '{text}'.")
        keys.append((check(words[0]), words[-1] == "desc" and len(words) == 2))

    def order(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        for name, descending in reversed(keys):
            rows = sorted(rows, key=lambda row: _sort_key(row.get(name)), reverse=descending)
        return rows

    return order


def like(pattern: str) -> re.Pattern[str]:
    """SQL's LIKE as a regular expression: % any text, _ any character, […] one of these."""
    out: list[str] = []
    position = 0
    while position < len(pattern):
        char = pattern[position]
        end = pattern.find("]", position + 2) if char == "[" else -1
        if char == "[" and end > 0:
            body = pattern[position + 1 : end]
            negated = body.startswith("^") and len(body) > 1
            inner = re.sub(r"([\\\[\]^&~|])", r"\\\1", body[1:] if negated else body)
            out.append(f"[{'^' if negated else ''}{inner}]")
            position = end
        else:
            out.append({"%": ".*", "_": "."}.get(char, re.escape(char)))
        position += 1
    return re.compile("".join(out), re.IGNORECASE | re.DOTALL)


def _fold(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value


def _sort_key(value: Any) -> tuple[int, Any]:
    return (0, 0) if value is None else (1, _fold(value))


class _Parser:
    """Recursive descent: or → and → not → comparison, function or parentheses."""

    def __init__(self, words: list[Token], check: Check, text: str) -> None:
        self._words = words
        self._at = 0
        self._check = check
        self._text = text

    def whole(self) -> Predicate:
        result = self._either()
        if self._at != len(self._words):
            raise self._bad()
        return result

    def _bad(self) -> DataverseError:
        return bad_request(f"Syntax error near word {self._at} in '{self._text}'.")

    def _peek(self) -> Token:
        return self._words[self._at] if self._at < len(self._words) else Token("end", "")

    def _next(self) -> Token:
        word = self._peek()
        self._at += 1
        return word

    def _take(self, text: str) -> bool:
        if self._peek().text == text and self._peek().kind != "string":
            self._at += 1
            return True
        return False

    def _need(self, text: str) -> None:
        if not self._take(text):
            raise self._bad()

    def _either(self) -> Predicate:
        parts = [self._both()]
        while self._take("or"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else lambda row: any(part(row) for part in parts)

    def _both(self) -> Predicate:
        parts = [self._one()]
        while self._take("and"):
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else lambda row: all(part(row) for part in parts)

    def _one(self) -> Predicate:
        if self._take("not"):
            inner = self._one()
            return lambda row: not inner(row)
        if self._take("("):
            inner = self._either()
            self._need(")")
            return inner
        word = self._peek()
        following = self._words[self._at + 1].text if self._at + 1 < len(self._words) else ""
        if word.kind == "name" and following == "(":
            return self._function()
        return self._comparison()

    def _function(self) -> Predicate:
        name = self._next().text
        if name not in _LIKE:
            raise DataverseError(501, "", f"This simulator does not know the function {name}.")
        self._need("(")
        value = self._operand()
        self._need(",")
        argument = self._next()
        if argument.kind != "string":
            raise self._bad()
        self._need(")")
        before, after = _LIKE[name]
        pattern = like(before + _literal(argument) + after)
        return lambda row: isinstance(value(row), str) and pattern.fullmatch(value(row)) is not None

    def _comparison(self) -> Predicate:
        left = self._operand()
        operator = self._next().text
        right = self._operand()
        if operator == "eq":
            return lambda row: bool(_fold(left(row)) == _fold(right(row)))
        if operator == "ne":
            return lambda row: bool(_fold(left(row)) != _fold(right(row)))
        compare = _COMPARISONS.get(operator)
        if compare is None:
            raise self._bad()
        return lambda row: _compared(compare, left(row), right(row))

    def _operand(self) -> Value:
        word = self._next()
        if word.kind == "name" and word.text not in ("true", "false", "null"):
            key = self._check(word.text)
            return lambda row: row.get(key)
        if word.kind in ("mark", "end"):
            raise self._bad()
        constant = _literal(word)
        return lambda row: constant


def _compared(compare: Callable[[Any, Any], bool], left: Any, right: Any) -> bool:
    if left is None or right is None:
        return False
    try:
        return compare(_fold(left), _fold(right))
    except TypeError:
        raise bad_request("A binary operator with incompatible types was detected.") from None


def _literal(word: Token) -> Any:
    if word.kind == "string":
        return word.text[1:-1].replace("''", "'")
    if word.kind == "guid":
        return word.text.lower()
    if word.kind == "number":
        return float(word.text) if "." in word.text else int(word.text)
    if word.kind == "date":
        return canonical_time(word.text)
    return {"true": True, "false": False, "null": None}[word.text]


def canonical_time(text: str) -> str:
    """A date or time as rows hold it: `2026-11-21T09:00:00Z`. Raises DataverseError."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise bad_request(f"Cannot convert the literal '{text}' to the expected type 'Edm.DateTimeOffset'.") from None
    if "T" not in text and " " not in text:
        return text
    if moment.tzinfo is None:
        raise bad_request(f"Cannot convert the literal '{text}' to the expected type 'Edm.DateTimeOffset'.")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
