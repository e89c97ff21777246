"""SOQL, read into a tree. What Salesforce would refuse is `MALFORMED_QUERY`; what only we cannot read is 501."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from simulators.salesforce.errors import SalesforceError, UnknownFeatureError

_TOKEN = re.compile(
    r"""\s*(?:
    (?P<string>'(?:[^'\\]|\\.)*') | (?P<datetime>\d{4}-\d\d-\d\dT[0-9:.]+(?:Z|[+-]\d\d:?\d\d)) |
    (?P<date>\d{4}-\d\d-\d\d) | (?P<number>[+-]?\d+(?:\.\d+)?) |
    (?P<name>[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*) | (?P<op><=|>=|!=|<>|=|<|>|\(|\)|,|:))""",
    re.VERBOSE,
)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}
_UNKNOWN = ("GROUP", "HAVING", "WITH", "FOR", "USING", "UPDATE", "TYPEOF")


@dataclass(frozen=True, slots=True)
class Literal:
    """A value and how it was written: string, number, date, datetime, bool, null."""

    kind: str
    value: Any
    raw: str = ""
    """A string as it was written, for LIKE, which has escapes of its own."""


@dataclass(frozen=True, slots=True)
class Compare:
    """`path op value`; for `in` and `not in` the value is a list of literals or a `Query`."""

    path: str
    op: str
    value: Any


@dataclass(frozen=True, slots=True)
class Both:
    """`and` or `or` of conditions."""

    op: str
    parts: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """A condition turned round."""

    part: Any


@dataclass(slots=True)
class Query:
    """One SELECT."""

    paths: list[str]
    kind: str
    children: list[Query]
    is_count: bool = False
    where: Any = None
    order: list[tuple[str, bool, bool]] | None = None
    """(path, descending, nulls last)."""
    limit: int | None = None
    offset: int = 0


def malformed(message: str) -> SalesforceError:
    """400 MALFORMED_QUERY."""
    return SalesforceError("MALFORMED_QUERY", message)


def unescape(text: str) -> str:
    """A string literal's text."""
    return re.sub(r"\\(.)", lambda match: _ESCAPES.get(match[1], match[1]), text, flags=re.DOTALL)


def tokens_of(text: str) -> list[tuple[str, str]]:
    """(kind, text) of each token. Raises MALFORMED_QUERY at the first that is none."""
    found, position = [], 0
    text = text.rstrip()
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise malformed(f"line 1:{position} no viable alternative at character '{text[position]}'")
        found.append((match.lastgroup or "", match[match.lastgroup or 0]))
        position = match.end()
    return found


class Parser:
    """Recursive descent over the tokens of one query, or of a SOSL clause."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens = tokens
        self.at = 0

    def peek(self, *words: str) -> bool:
        """True where the next tokens are these words, whatever their case."""
        here = self.tokens[self.at : self.at + len(words)]
        return len(here) == len(words) and all(
            kind != "string" and text.upper() == word for (kind, text), word in zip(here, words, strict=True)
        )

    def accept(self, *words: str) -> bool:
        """The same, and goes past them."""
        if not self.peek(*words):
            return False
        self.at += len(words)
        return True

    def expect(self, word: str) -> None:
        """Goes past `word`, or refuses the query."""
        if not self.accept(word):
            raise malformed(f"unexpected token: '{self._here()}'")

    def name(self) -> str:
        """Goes past a name."""
        if self.at >= len(self.tokens) or self.tokens[self.at][0] != "name":
            raise malformed(f"unexpected token: '{self._here()}'")
        self.at += 1
        return self.tokens[self.at - 1][1]

    def number(self) -> int:
        """Goes past a whole number."""
        if self.at >= len(self.tokens) or not self.tokens[self.at][1].isdigit():
            raise malformed(f"unexpected token: '{self._here()}'")
        self.at += 1
        return int(self.tokens[self.at - 1][1])

    def end(self) -> None:
        """Refuses whatever is left."""
        if self.at < len(self.tokens):
            word = self.tokens[self.at][1]
            if word.upper() in _UNKNOWN:
                raise UnknownFeatureError(f"SOQL {word}")
            raise malformed(f"unexpected token: '{word}'")

    def _here(self) -> str:
        return self.tokens[self.at][1] if self.at < len(self.tokens) else "<EOF>"

    def query(self) -> Query:
        """SELECT … FROM … and what follows."""
        self.expect("SELECT")
        query = Query([], "", [])
        while True:
            self._item(query)
            if not self.accept(","):
                break
        self.expect("FROM")
        query.kind = self.name()
        if self.at < len(self.tokens) and self.tokens[self.at][0] == "name" and not self._is_clause():
            raise UnknownFeatureError("SOQL alias")
        self.tail(query)
        return query

    def _is_clause(self) -> bool:
        return self.tokens[self.at][1].upper() in ("WHERE", "ORDER", "LIMIT", "OFFSET", "ALL", *_UNKNOWN)

    def _item(self, query: Query) -> None:
        if self.accept("("):
            query.children.append(self.query())
            self.expect(")")
            return
        if self.peek("TYPEOF"):
            raise UnknownFeatureError("SOQL TYPEOF")
        name = self.name()
        if not self.accept("("):
            query.paths.append(name)
        elif name.upper() == "COUNT" and self.accept(")"):
            query.is_count = True
        else:
            raise UnknownFeatureError(f"SOQL function {name}")

    def tail(self, query: Query) -> None:
        """WHERE, ORDER BY, LIMIT, OFFSET, in this order."""
        if self.accept("WHERE"):
            query.where = self._or()
        if self.accept("ORDER", "BY"):
            query.order = [self._order()]
            while self.accept(","):
                query.order.append(self._order())
        if self.accept("LIMIT"):
            query.limit = self.number()
        if self.accept("OFFSET"):
            query.offset = self.number()
        self.accept("ALL", "ROWS")

    def _order(self) -> tuple[str, bool, bool]:
        path = self.name()
        descending = self.accept("DESC")
        if not descending:
            self.accept("ASC")
        nulls_last = self.accept("NULLS", "LAST")
        if not nulls_last:
            self.accept("NULLS", "FIRST")
        return path, descending, nulls_last

    def _or(self) -> Any:
        parts = [self._and()]
        while self.accept("OR"):
            parts.append(self._and())
        return parts[0] if len(parts) == 1 else Both("or", tuple(parts))

    def _and(self) -> Any:
        parts = [self._not()]
        while self.accept("AND"):
            parts.append(self._not())
        return parts[0] if len(parts) == 1 else Both("and", tuple(parts))

    def _not(self) -> Any:
        if self.accept("NOT"):
            return Not(self._not())
        if self.accept("("):
            inner = self._or()
            self.expect(")")
            return inner
        return self._compare()

    def _compare(self) -> Compare:
        path = self.name()
        if self.accept("NOT", "IN"):
            return Compare(path, "not in", self._list())
        if self.accept("IN"):
            return Compare(path, "in", self._list())
        if self.accept("LIKE"):
            return Compare(path, "like", self._literal())
        if self.peek("INCLUDES") or self.peek("EXCLUDES"):
            raise UnknownFeatureError("SOQL multi-select picklists")
        for op in ("=", "!=", "<>", "<=", ">=", "<", ">"):
            if self.accept(op):
                return Compare(path, "!=" if op == "<>" else op, self._literal())
        raise malformed(f"unexpected token: '{self._here()}'")

    def _list(self) -> Any:
        self.expect("(")
        if self.peek("SELECT"):
            inner: Any = self.query()
        else:
            inner = [self._literal()]
            while self.accept(","):
                inner.append(self._literal())
        self.expect(")")
        return inner

    def _literal(self) -> Literal:
        if self.at >= len(self.tokens):
            raise malformed("unexpected token: '<EOF>'")
        kind, text = self.tokens[self.at]
        self.at += 1
        if kind == "string":
            return Literal("string", unescape(text[1:-1]), text[1:-1])
        if kind in ("date", "datetime"):
            return Literal(kind, text)
        if kind == "number":
            return Literal("number", float(text) if "." in text else int(text))
        if text.lower() in ("true", "false"):
            return Literal("bool", text.lower() == "true")
        if text.lower() == "null":
            return Literal("null", None)
        if kind == "name" and re.fullmatch(r"(TODAY|YESTERDAY|THIS_|LAST_|NEXT_).*", text, re.IGNORECASE):
            raise UnknownFeatureError(f"SOQL date literal {text}")
        raise malformed(f"unexpected token: '{text}'")


def parse(text: str) -> Query:
    """The query that `text` is."""
    parser = Parser(tokens_of(text))
    query = parser.query()
    parser.end()
    return query
