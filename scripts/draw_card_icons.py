"""Draw the icons of the cards and write `cards/icons.py`: `python scripts/draw_card_icons.py`.

Teams shows PNG in every client and SVG in some, so they are small PNGs, given as data links: no server has to serve
them and no client has to fetch them. Shapes are distance functions sampled several times a pixel.
"""

from __future__ import annotations

import base64
import math
import struct
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

from customers.model import Channel

SIZE = 24
GRID = 32
"""The shapes are drawn on this grid, whatever the size."""
SAMPLES = 4
LEVELS = 3
GREY = (86, 90, 105)
Point = tuple[float, float]
Shape = Callable[[float, float], bool]


def segment(x: float, y: float, a: Point, b: Point) -> float:
    """The distance of (x, y) from the line between two points."""
    (ax, ay), (bx, by) = a, b
    along = ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / ((bx - ax) ** 2 + (by - ay) ** 2)
    along = min(1.0, max(0.0, along))
    return math.hypot(x - ax - along * (bx - ax), y - ay - along * (by - ay))


def chain(x: float, y: float) -> bool:
    """Two links of a chain, from the lower left to the upper right."""
    lower = segment(x, y, (9.5, 22.5), (14.0, 18.0))
    upper = segment(x, y, (18.0, 14.0), (22.5, 9.5))
    middle = segment(x, y, (13.0, 19.0), (19.0, 13.0))
    return 2.9 < lower < 5.4 or 2.9 < upper < 5.4 or middle < 1.3


def tick(x: float, y: float) -> bool:
    """A tick."""
    return min(segment(x, y, (8.0, 16.8), (13.6, 22.4)), segment(x, y, (13.6, 22.4), (24.0, 10.6))) < 2.0


def merge(x: float, y: float) -> bool:
    """Two lines that become one, from the left to the right."""
    arms = min(segment(x, y, (6.5, 8.0), (15.0, 16.0)), segment(x, y, (6.5, 24.0), (15.0, 16.0)))
    head = min(segment(x, y, (25.5, 16.0), (21.0, 11.5)), segment(x, y, (25.5, 16.0), (21.0, 20.5)))
    return min(arms, head, segment(x, y, (15.0, 16.0), (25.5, 16.0))) < 1.7


def handset(x: float, y: float) -> bool:
    """The receiver of a telephone."""
    ends = min(math.hypot(x - 10.5, y - 11.0), math.hypot(x - 21.0, y - 21.5)) < 3.6
    bow = 10.6 < math.hypot(x - 23.0, y - 9.0) < 15.4 and x - y < 8.0 and x + y > 20.0 and x < 23 and y > 9
    return ends or bow


def letter(x: float, y: float) -> bool:
    """An envelope with its flap."""
    inside = abs(x - 16) < 9.5 and abs(y - 16) < 6.8
    flap = min(segment(x, y, (6.5, 10.0), (16.0, 17.5)), segment(x, y, (25.5, 10.0), (16.0, 17.5)))
    return inside and flap > 0.9


def bubble(x: float, y: float) -> bool:
    """A speech bubble."""
    round_ = math.hypot(max(abs(x - 16) - 5.5, 0.0), max(abs(y - 14.5) - 2.5, 0.0)) < 4.6
    return round_ or (9.0 < x < 14.0 and 20.0 < y < 25.5 and (y - 20.0) < (14.0 - x) * 1.1 + 0.6)


def text_bubble(x: float, y: float) -> bool:
    """A speech bubble with lines of text in it."""
    text = min(segment(x, y, (11.5, 13.0), (20.5, 13.0)), segment(x, y, (11.5, 16.5), (17.5, 16.5)))
    return bubble(x, y) and text > 0.8


def people(x: float, y: float) -> bool:
    """Three points that are tied to each other."""
    points = ((10.0, 16.0), (21.5, 9.5), (21.5, 22.5))
    ties = min(segment(x, y, points[0], points[1]), segment(x, y, points[0], points[2]))
    return ties < 1.0 or min(math.hypot(x - px, y - py) for px, py in points) < 3.3


def camera(x: float, y: float) -> bool:
    """A video camera."""
    lens = 19.5 < x < 25.5 and abs(y - 16) < 1.6 + (x - 19.5) * 0.6
    return (abs(x - 12.5) < 6.0 and abs(y - 16) < 5.5) or lens


def listed(x: float, y: float) -> bool:
    """A sheet with lines."""
    sheet = abs(x - 16) < 6.8 and abs(y - 16) < 9.0
    written = min(segment(x, y, (12.5, row), (19.5, row)) for row in (11.5, 16.0, 20.5))
    return sheet and written > 0.9


def point(x: float, y: float) -> bool:
    """A point."""
    return math.hypot(x - 16, y - 16) < 5.0


def circle(x: float, y: float) -> bool:
    """A ring: the summary."""
    return 5.6 < math.hypot(x - 16, y - 16) < 9.2


def person(x: float, y: float) -> bool:
    """A head over shoulders."""
    return _figure(x, y, 16)


def persons(x: float, y: float) -> bool:
    """Two of them."""
    return _figure(x, y, 11.5) or _figure(x, y, 21.5)


def _figure(x: float, y: float, middle: float) -> bool:
    is_shoulder = y > 17.5 and y < 24 and math.hypot((x - middle) / 5.4, (y - 24) / 6.5) < 1
    return math.hypot(x - middle, y - 11.5) < 3.6 or is_shoulder


def calendar(x: float, y: float) -> bool:
    """A leaf of a calendar, with two rings."""
    is_leaf = 8 < x < 24 and 9.5 < y < 24
    is_empty = 10.2 < x < 21.8 and 14.5 < y < 21.8
    return (is_leaf and not is_empty) or min(
        segment(x, y, (12, 6.5), (12, 10)), segment(x, y, (20, 6.5), (20, 10))
    ) < 1.2


def folder(x: float, y: float) -> bool:
    """A folder."""
    return (7 < x < 25 and 12 < y < 23.5) or (7 < x < 15 and 8.5 < y < 13)


def dots(x: float, y: float) -> bool:
    """Three dots."""
    return min(math.hypot(x - at, y - 16) for at in (9.0, 16.0, 23.0)) < 2.4


def dot(x: float, y: float) -> bool:
    """A large point, without a ground of its own."""
    return math.hypot(x - 16, y - 16) < 9.0


def ground(x: float, y: float) -> bool:
    """A square with round corners."""
    dx, dy = max(abs(x - 16) - 10, 0.0), max(abs(y - 16) - 10, 0.0)
    return math.hypot(dx, dy) < 6


def share(shape: Shape, column: int, row: int) -> float:
    """How much of a pixel `shape` covers."""
    points = [(i + 0.5) / SAMPLES for i in range(SAMPLES)]
    inside = (shape((column + x) * GRID / SIZE, (row + y) * GRID / SIZE) for x in points for y in points)
    return sum(inside) / SAMPLES**2


def nothing(_x: float, _y: float) -> bool:
    """No glyph: the ground alone."""
    return False


def png(glyph: Shape, colour: tuple[int, int, int], ground: Shape = ground) -> bytes:
    """`glyph` in white on `ground` in `colour`: one clear pixel value and three shades, two bits a pixel."""
    shades = [tuple(round(c + (255 - c) * level / (LEVELS - 1)) for c in colour) for level in range(LEVELS)]
    rows = bytearray()
    for row in range(SIZE):
        values = [
            0 if share(ground, column, row) < 0.5 else 1 + round(share(glyph, column, row) * (LEVELS - 1))
            for column in range(SIZE)
        ]
        rows.append(0)
        rows += bytes(sum(values[i + j] << (6 - 2 * j) for j in range(4)) for i in range(0, SIZE, 4))
    palette = bytes(colour) + b"".join(bytes(shade) for shade in shades)
    header = struct.pack(">IIBBBBB", SIZE, SIZE, 2, 3, 0, 0, 0)
    parts = [(b"IHDR", header), (b"PLTE", palette), (b"tRNS", b"\0"), (b"IDAT", zlib.compress(bytes(rows), 9))]
    return b"\x89PNG\r\n\x1a\n" + b"".join(map(chunk, [*parts, (b"IEND", b"")]))


def chunk(part: tuple[bytes, bytes]) -> bytes:
    """One chunk of a PNG."""
    kind, body = part
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def module() -> str:
    """The text of `cards/icons.py`."""
    icons = {
        "CHAIN": (chain, (15, 84, 140), "A chain on blue: Link (A-13)."),
        "TICK": (tick, (14, 112, 14), "A tick on green: Linked (A-14)."),
        "CIRCLE": (circle, GREY, "A ring: Summary (E-13)."),
        "PERSON": (person, GREY, "A person: Profile (E-14)."),
        "CALENDAR": (calendar, GREY, "A calendar: Cases (E-15)."),
        "FOLDER": (folder, GREY, "A folder: Messages (E-16)."),
        "PERSONS": (persons, GREY, "Two persons: Identities (E-17)."),
        "DOTS": (dots, GREY, "Three dots: More (E-18)."),
        "UNREAD": (nothing, (15, 108, 189), "A dot: there is something new (E-08)."),
        "MERGE": (merge, (79, 82, 178), "Two lines that become one: Merge (A-25)."),
    }
    channels: dict[Channel, tuple[Shape, tuple[int, int, int]]] = {
        Channel.VOICE: (handset, (14, 112, 14)),
        Channel.EMAIL: (letter, (15, 84, 140)),
        Channel.CHAT: (bubble, (79, 82, 178)),
        Channel.SMS: (text_bubble, (79, 82, 178)),
        Channel.SOCIAL: (people, (150, 50, 120)),
        Channel.VIDEO: (camera, (14, 112, 14)),
        Channel.WORK_ITEM: (listed, (92, 92, 92)),
        Channel.OTHER: (point, (92, 92, 92)),
    }
    lines = [
        '"""Icons as data links. Written by `scripts/draw_card_icons.py`."""',
        "",
        "from __future__ import annotations",
        "",
        "from collections.abc import Mapping",
        "from typing import Final",
        "",
        "from customers.model import Channel",
    ]
    for name, (glyph, colour, meaning) in icons.items():
        lines += [
            "",
            f"{name}: Final = (",
            '    "data:image/png;base64,"',
            *(f'    "{piece}"' for piece in pieces_of(glyph, colour)),
            ")",
            f'"""{meaning}"""',
        ]
    lines += ["", "CHANNELS: Final[Mapping[Channel, str]] = {"]
    for channel, (glyph, colour) in channels.items():
        lines += [f"    Channel.{channel.name}: (", '        "data:image/png;base64,"']
        lines += [*(f'        "{piece}"' for piece in pieces_of(glyph, colour)), "    ),"]
    lines += ["}", '"""How the customer reached us, on a time line (B-03)."""']
    return "\n".join(lines) + "\n"


def pieces_of(glyph: Shape, colour: tuple[int, int, int]) -> list[str]:
    """The icon, base64, in pieces that fit into a line. Without a glyph it is a dot."""
    data = base64.b64encode(png(glyph, colour, dot if glyph is nothing else ground)).decode()
    return [data[i : i + 100] for i in range(0, len(data), 100)]


if __name__ == "__main__":
    target = Path(__file__).parent.parent / "cards" / "icons.py"
    target.write_text(module(), encoding="utf-8")
    sys.stdout.write(f"{target}\n")
