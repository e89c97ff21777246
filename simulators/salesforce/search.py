"""SOSL and parameterizedSearch: a search index of words, as the real one works."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from simulators.salesforce.errors import SalesforceError
from simulators.salesforce.org import Record
from simulators.salesforce.query import Reader
from simulators.salesforce.schema import SObject
from simulators.salesforce.soql import Parser, Query, tokens_of

GROUPS = ("ALL", "NAME", "EMAIL", "PHONE", "SIDEBAR")
_RESERVED = set("?&|!{}[]()^~*:\\\"'+-")
_WORDS = re.compile(r"[^\W\d_]+|\d+")
_FIND = re.compile(
    r"\s*FIND\s*\{((?:[^{}\\]|\\.)*)\}\s*(?:IN\s+(\w+)\s+FIELDS)?\s*(?:RETURNING\s+(.*))?$", re.IGNORECASE | re.DOTALL
)

Matcher = Callable[[Sequence[Sequence[str]]], bool]


@dataclass(slots=True)
class Returning:
    """One type in RETURNING."""

    query: Query


@dataclass(slots=True)
class Search:
    """One search."""

    term: str
    group: str = "ALL"
    returning: list[Returning] = field(default_factory=list)
    limit: int = 2000


def parse_sosl(text: str) -> Search:
    """FIND {…} IN … FIELDS RETURNING …. Raises MALFORMED_SEARCH."""
    match = _FIND.match(text)
    if match is None:
        raise _malformed(f"unexpected token: {text[:40]}")
    group = (match[2] or "ALL").upper()
    if group not in GROUPS:
        raise _malformed(f"unexpected token: '{group}'")
    search = Search(match[1], group)
    if match[3]:
        _read_returning(search, match[3])
    return search


def _read_returning(search: Search, text: str) -> None:
    parser = Parser(tokens_of(text))
    while True:
        query = Query(["Id"], parser.name(), [])
        entry = Returning(query)
        if parser.accept("("):
            query.paths = [parser.name()]
            while parser.accept(","):
                query.paths.append(parser.name())
            parser.tail(query)
            parser.expect(")")
        search.returning.append(entry)
        if not parser.accept(","):
            break
    if parser.accept("LIMIT"):
        search.limit = parser.number()
    parser.end()


def run(reader: Reader, search: Search, visible: Callable[[Record], bool]) -> list[Record]:
    """The records found, type by type. `visible` is false for what the index has not taken up yet."""
    matches = matcher(search.term)
    found: list[Record] = []
    asked = search.returning or [
        Returning(Query(["Id"], kind.name, [])) for kind in reader.org.metadata.visible() if kind.is_searchable
    ]
    for entry in asked:
        kind = reader.sobject(entry.query.kind)
        rows = [
            row
            for row in reader.select(_without_limit(entry.query), kind)
            if visible(row) and matches(index(kind, row, search.group, reader.hidden(kind.name)))
        ]
        rows = rows[entry.query.offset :][: entry.query.limit]
        found += [reader.show(kind, row, entry.query.paths) for row in rows]
    return found[: search.limit]


def _without_limit(query: Query) -> Query:
    return Query(query.paths, query.kind, query.children, False, query.where, query.order, None, 0)


def index(kind: SObject, row: Record, group: str, hidden: Sequence[str]) -> list[list[str]]:
    """The words of each field of the group; a phone number also as one word of its digits."""
    words: list[list[str]] = []
    for entry in kind.fields.values():
        value = row.get(entry.name)
        if not isinstance(value, str) or entry.name in hidden or entry.type in ("id", "reference", "datetime", "date"):
            continue
        is_name = entry.name in ("Name", "FirstName", "LastName", "CaseNumber", "Subject", "Company")
        wanted = {"PHONE": entry.type == "phone", "EMAIL": entry.type == "email", "NAME": is_name}.get(group, True)
        if not wanted:
            continue
        words.append(words_of(value))
        if entry.type == "phone":
            words.append(["".join(character for character in value if character.isdigit())])
    return words


def words_of(text: str) -> list[str]:
    """`text` as the index has it: lower case, split at punctuation and between letters and digits."""
    return [word.lower() for word in _WORDS.findall(text)]


def matcher(term: str) -> Matcher:
    """What the FIND clause means. Raises MALFORMED_SEARCH for less than two characters or a stray operator."""
    alternatives = [_conjunction(part) for part in _split(term, "OR")]
    if not any(alternatives):
        raise _malformed("search term must be longer than one character")
    return lambda fields: any(all(_holds(fields, phrase) for phrase in phrases) for phrases in alternatives if phrases)


def _split(term: str, word: str) -> list[str]:
    """`term` at the operator `word`, but not within quotes."""
    parts, current, quoted = [], "", False
    for piece in re.split(r'(\\.|"|\s+)', term):
        if piece == '"':
            quoted = not quoted
        if piece == word and not quoted:
            parts.append(current)
            current = ""
        else:
            current += piece
    if quoted:
        raise _malformed("unbalanced quotes")
    return [*parts, current]


def _conjunction(text: str) -> list[list[str]]:
    phrases: list[list[str]] = []
    for quoted, bare in re.findall(r'"((?:[^"\\]|\\.)*)"|((?:[^\s"\\]|\\.)+)', text):
        if bare == "AND":
            continue
        plain = _plain(quoted or bare, wild=bool(bare))
        words = _wild_words(plain) if bare else words_of(plain)
        if bare:
            phrases += [[word] for word in words]
        elif words:
            phrases.append(words)
    return [phrase for phrase in phrases if phrase]


def _wild_words(text: str) -> list[str]:
    return [word.lower() for word in re.findall(r"[^\W\d_]+\*?|\d+\*?", text)]


def _plain(text: str, *, wild: bool) -> str:
    out, escaped = "", False
    for character in text:
        if escaped:
            out, escaped = out + (" " if character == "*" else character), False
        elif character == "\\":
            escaped = True
        elif character in _RESERVED and not (wild and character in "*?"):
            raise _malformed(f"unexpected token: '{character}'")
        else:
            out += character
    return out


def _holds(fields: Sequence[Sequence[str]], phrase: Sequence[str]) -> bool:
    """True where a field has the words of `phrase` one after the other."""
    size = len(phrase)
    for words in fields:
        for start in range(len(words) - size + 1):
            if all(_same(word, wanted) for word, wanted in zip(words[start : start + size], phrase, strict=True)):
                return True
    return False


def _same(word: str, wanted: str) -> bool:
    return word.startswith(wanted[:-1]) if wanted.endswith("*") else word == wanted


def parameterized(body: Any) -> Search:
    """The search that a parameterizedSearch body, or its query string as a mapping, describes."""
    if not isinstance(body, dict) or not isinstance(body.get("q"), str):
        raise SalesforceError("MISSING_ARGUMENT", "The q parameter is required")
    group = str(body.get("in", "ALL")).upper()
    if group not in GROUPS:
        raise SalesforceError("INVALID_SEARCH", f"invalid value for in: {group}")
    search = Search(_escaped(body["q"]), group, [], int(body.get("overallLimit", 2000)))
    common = body.get("fields") or ["Id"]
    for entry in body.get("sobjects") or []:
        query = Query(list(entry.get("fields") or common), entry["name"], [])
        query.limit = int(entry.get("limit", body.get("defaultLimit", 200)))
        if entry.get("where"):
            parser = Parser(tokens_of("WHERE " + entry["where"]))
            parser.tail(query)
        search.returning.append(Returning(query))
    return search


def _escaped(text: str) -> str:
    return "".join("\\" + character if character in _RESERVED - {"*", '"'} else character for character in text)


def _malformed(message: str) -> SalesforceError:
    return SalesforceError("MALFORMED_SEARCH", message)
