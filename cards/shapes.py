"""Parts of a card that are written as JSON once and filled in afterwards.

Most of a card is the same on every card: keys, colours, captions, icons. A shape is such a part with slots in it. It is
drawn by the same functions as everything else, serialised once and kept; to fill it is to put bytes together.

A shape is made of our own texts alone and holds nothing of a customer, so it may be kept for ever; there is one for
each language and each combination of what changes the structure. Slots are looked for when a shape is made, never in
what it is filled with: data cannot become a slot, whatever characters it has.

Ids that stand all over a card are marks instead: control characters, which JSON escapes in data, so that a bare one can
only be ours. A drawing is full of them until `stamped` replaces all of a kind at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any, Final, NamedTuple, TypeAlias

import orjson

Text: TypeAlias = bytes
"""What stands between the quotation marks of a JSON string. Made by `text` or `escape.markdown`."""
Json: TypeAlias = bytes
"""JSON values with commas between them, as they stand in an array; or members of an object. Made here only."""

_MARKS: Final = {"card": b"\x01", "on_leg": b"\x02"}
_CUT: Final = b"\x00"
# Characters for private use, which texts of ours do not have, around the name of a slot. What JSON writes around the
# name of a part goes with it.
_SLOT: Final = re.compile('"\ue000(\\w+)\ue001"(?::null)?|\ue002(\\w+)\ue003')


class DrawnCard(NamedTuple):
    """An Adaptive Card as JSON, and what stands in it as `speak`."""

    json: Json
    speak: str


def slot(name: str) -> str:
    """A place in a text of ours for a `Text`; `card` is a mark."""
    return f"\ue002{name}\ue003"


def part(name: str) -> Any:
    """A place for `Json`: a whole value, or in an array, where it must not be empty beside others."""
    return f"\ue000{name}\ue001"


def members(name: str) -> dict[str, Any]:
    """A place in an object for `Json` of further members; `on_leg` is a mark."""
    return {f"\ue000{name}\ue001": None}


class Shape:
    """One or more values of ours with slots in them, as JSON."""

    __slots__ = ("fill",)

    fill: Callable[..., Json]
    """The values with every slot filled. Raises TypeError where one has nothing to be filled with."""

    def __init__(self, slots: str, *values: Any) -> None:
        """`slots`: the names, in the order in which `fill` takes what goes there; `values` need not have all of them.

        Raises ValueError for a slot in `values` that has no such name.
        """
        names, places = slots.split(), list[int]()

        def place(found: re.Match[str]) -> str:
            name = found[1] or found[2]
            if name in _MARKS:
                return _MARKS[name].decode()
            places.append(names.index(name))
            return _CUT.decode()

        cut = _SLOT.sub(place, written(*values).decode()).encode().split(_CUT)
        self.fill = _filler(len(names), cut, places)


def _filler(count: int, cut: list[bytes], places: list[int]) -> Callable[..., Json]:
    """Puts the values at `places`, of `count`, between what was `cut` apart.

    Dozens of shapes are filled for a card. A function that is written for each, with its constants at hand, takes half
    the time of formatting by a pattern. Nothing but numbers goes into its text.
    """
    taken = ", ".join(f"v{number}" for number in range(count))
    put = ", ".join(f"c{number}, v{place}" for number, place in enumerate(places))
    constants = ", ".join(f"c{number}" for number in range(len(cut)))
    made = f"lambda join, {constants}: lambda {taken}: join(({put + ', ' if put else ''}c{len(places)},))"
    filler: Callable[..., Json] = eval(made)(b"".join, *cut)  # noqa: S307
    return filler


class Frame:
    """A value of ours with one part in it, for many elements that need not be copied into it."""

    __slots__ = ("_after", "_before")

    def __init__(self, value: Any) -> None:
        filled = Shape("part", value).fill(_CUT)
        self._before, self._after = filled.split(_CUT)

    def around(self, elements: list[Json]) -> list[Json]:
        """The value with `elements`, of which there is at least one; the list is changed, and is the result."""
        elements[0] = self._before + elements[0]
        elements[-1] += self._after
        return elements


def fixed(*values: Any) -> Json:
    """Values of ours without slots, marks excepted, as JSON."""
    return Shape("", *values).fill()


def written(*values: Any) -> Json:
    """Data as JSON, commas between the values; nothing in it is a slot."""
    return orjson.dumps(values)[1:-1]


def text(value: str) -> Text:
    """`value` for a slot, each of its characters data."""
    return orjson.dumps(value)[1:-1]


def joined(parts: Iterable[Json]) -> Json:
    """The parts, none of them empty, one after another."""
    return b",".join(parts)


def stamped(drawn: Json, **ids: Text | Json) -> Json:
    """`drawn` with the ids in place of their marks."""
    for name, value in ids.items():
        drawn = drawn.replace(_MARKS[name], value)
    return drawn
