"""The app's two icons, drawn here: a person beside a document, as in the pane (A-04)."""

from __future__ import annotations

import math
from functools import cache
from itertools import pairwise
from typing import Final

from manifest.png import Image, Pixel, write

COLOR_SIZE, OUTLINE_SIZE = 192, 32
ACCENT: Final = "#5B5FC7"
_GRID = 20.0
"""The glyph is drawn on a square of this size."""
_STROKE = 1.5
_WHITE = (255, 255, 255)
Point = tuple[float, float]
Line = tuple[Point, Point]


@cache
def color(accent: str = ACCENT) -> bytes:
    """192 × 192 PNG: the glyph in white on `accent` (#RRGGBB), within the middle that no client cuts off."""
    ground = (int(accent[1:3], 16), int(accent[3:5], 16), int(accent[5:7], 16))
    inside = _covered(COLOR_SIZE, margin=0.2)
    pixels: list[Pixel] = []
    for share in inside:
        red, green, blue = (round(below + (above - below) * share) for below, above in zip(ground, _WHITE, strict=True))
        pixels.append((red, green, blue, 255))
    return write(Image(COLOR_SIZE, COLOR_SIZE, pixels))


@cache
def outline() -> bytes:
    """32 × 32 PNG: the glyph in white, and nothing around it."""
    pixels: list[Pixel] = [(255, 255, 255, round(255 * share)) for share in _covered(OUTLINE_SIZE, margin=0.0)]
    return write(Image(OUTLINE_SIZE, OUTLINE_SIZE, pixels))


def _covered(size: int, margin: float) -> list[float]:
    """How much of each pixel the glyph covers, row by row. `margin`: the share of the side that stays free."""
    scale = _GRID / (size * (1 - 2 * margin))
    offset = -size * margin * scale
    lines = _glyph()
    shares = []
    for row in range(size):
        for column in range(size):
            x, y = (column + 0.5) * scale + offset, (row + 0.5) * scale + offset
            is_near = -1 < x < _GRID + 1 and -1 < y < _GRID + 1
            gap = min(_distance(x, y, line) for line in lines) - _STROKE / 2 if is_near else _GRID
            shares.append(min(1.0, max(0.0, 0.5 - gap / scale)))
    return shares


@cache
def _glyph() -> tuple[Line, ...]:
    turns = [number * math.pi / 12 for number in range(25)]
    head = [(6.5 + 2.7 * math.cos(turn), 6.5 + 2.7 * math.sin(turn)) for turn in turns]
    body = _curve((1.5, 15.5), (1.5, 12.5), (3.5, 10.9), (6.5, 10.9))
    shoulder = _curve((6.5, 10.9), (7.5, 10.9), (8.5, 11.1), (9.2, 11.5))
    sheet = [(11.5, 5.0), (18.5, 5.0), (18.5, 17.0), (11.5, 17.0)]
    rows = [[(13.5, 8.5), (16.5, 8.5)], [(13.5, 11.5), (16.5, 11.5)]]
    return tuple((begin, end) for points in (head, body, shoulder, sheet, *rows) for begin, end in pairwise(points))


def _curve(a: Point, b: Point, c: Point, d: Point, pieces: int = 10) -> list[Point]:
    """A cubic curve as points."""

    def at(share: float, axis: int) -> float:
        rest = 1 - share
        return rest**3 * a[axis] + 3 * rest**2 * share * b[axis] + 3 * rest * share**2 * c[axis] + share**3 * d[axis]

    return [(at(number / pieces, 0), at(number / pieces, 1)) for number in range(pieces + 1)]


def _distance(x: float, y: float, line: Line) -> float:
    (ax, ay), (bx, by) = line
    dx, dy = bx - ax, by - ay
    along = min(1.0, max(0.0, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy)))
    return math.hypot(x - ax - along * dx, y - ay - along * dy)
