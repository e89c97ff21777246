"""Templates of a mapping: Liquid, which evaluates nothing, cut down to conditions and some filters. Pure.

A template sees the facts as texts and whole numbers, by name, and nothing else: no object, no attribute, no file, no
loop. So its work and its result are bounded by its own length and that of the facts.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from liquid import BoundTemplate, Environment, StrictUndefined
from liquid.exceptions import LiquidError

from connectors.coerce import Fact, as_text
from connectors.sources import FACTS

LONGEST = 4000
TAGS = ("if", "unless", "case", "comment")
FILTERS = (
    "append", "capitalize", "default", "divided_by", "ceil", "downcase", "floor", "minus", "modulo", "plus", "prepend",
    "remove", "round", "slice", "squish", "strip", "strip_newlines", "times", "truncate", "truncatewords", "upcase",
)  # fmt: skip
"""`replace` and `join` are not among them: they let a text grow with every use."""
_INTERNAL = frozenset({"content", "output", "illegal"})
_LONGEST_OUTPUT = 1_000_000

Value = str | int | None


class TemplateError(Exception):
    """The text is no template that we take; the message says why."""


class _Environment(Environment):
    output_stream_limit = _LONGEST_OUTPUT
    context_depth_limit = 10
    block_nesting_limit = 10

    def setup_tags_and_filters(self, *, extra: bool = False) -> None:
        super().setup_tags_and_filters(extra=extra)
        self.tags = {name: tag for name, tag in self.tags.items() if name in TAGS or name in _INTERNAL}
        self.filters = {name: filter_ for name, filter_ in self.filters.items() if name in FILTERS}


@lru_cache(1)
def _environment() -> Environment:
    return _Environment(undefined=StrictUndefined)


@dataclass(frozen=True, slots=True)
class Template:
    """A text with facts in it."""

    text: str
    sources: frozenset[str]
    """The facts that it uses."""
    _bound: BoundTemplate = field(repr=False, compare=False)

    def render(self, facts: Mapping[str, Value]) -> str | None:
        """The text with `facts` in it, without white space around it; None where it cannot be worked out."""
        try:
            return self._bound.render(**self._given(facts)).strip()
        except (LiquidError, ArithmeticError, ValueError, TypeError):
            return None  # a division by 0, a number with too many digits: the fact is of no use here

    def _given(self, facts: Mapping[str, Value]) -> dict[str, Any]:
        """By name; `fields.reason` within `fields`."""
        given: dict[str, Any] = {}
        for name in self.sources:
            first, _, rest = name.partition(".")
            if rest:
                given.setdefault(first, {})[rest] = facts.get(name)
            else:
                given[first] = facts.get(first)
        return given


def parse(text: str, known: Collection[str] = FACTS) -> Template:
    """The template. Raises TemplateError for one that is wrong, or that uses anything but the `known` facts."""
    if len(text) > LONGEST:
        raise TemplateError(f"is longer than {LONGEST} characters")
    try:
        bound = _environment().from_string(text)
        paths = bound.global_variable_paths()
    except (LiquidError, RecursionError) as error:
        raise TemplateError(f"is no template that is understood here: {_first_line(error)}") from None
    for path in paths:
        if path not in known:
            raise TemplateError(f"uses {path!r}, which is no source")
    sources = frozenset(paths)
    for name in bound.filter_names():
        if name not in FILTERS:
            raise TemplateError(f"uses the filter {name!r}: there are {', '.join(FILTERS)}")
    return Template(text, sources, bound)


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


def values_of(facts: Mapping[str, Fact]) -> dict[str, Value]:
    """The facts as templates see them: what is empty is nil, times are ISO 8601 in UTC."""
    return {name: fact if isinstance(fact, int) else as_text(fact) or None for name, fact in facts.items()}
