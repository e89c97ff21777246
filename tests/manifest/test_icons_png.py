"""PNG in and out: what is written is read back, and what is none is told."""

from __future__ import annotations

import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manifest.png import SIGNATURE, Image, PngError, read, write

PIXEL = st.tuples(*[st.integers(0, 255)] * 4)


@given(st.data(), st.integers(1, 9), st.integers(1, 9))
def test_every_pixel_comes_back(data: st.DataObject, width: int, height: int) -> None:
    pixels = data.draw(st.lists(PIXEL, min_size=width * height, max_size=width * height))
    assert list(read(write(Image(width, height, pixels))).pixels) == pixels


@given(st.integers(0, 4), st.binary(min_size=24, max_size=24))
def test_every_filter_is_undone(kind: int, raw: bytes) -> None:
    """Filtered by hand, as drawing programs do."""
    width, height, step = 2, 3, 4
    rows = [raw[at : at + width * step] for at in range(0, 24, width * step)]
    packed = bytearray()
    above = bytes(width * step)
    for row in rows:
        packed.append(kind)
        for at, value in enumerate(row):
            left = row[at - step] if at >= step else 0
            corner = above[at - step] if at >= step else 0
            guess = left + above[at] - corner
            near = min((left, above[at], corner), key=lambda one: abs(guess - one))
            packed.append((value - (0, left, above[at], (left + above[at]) // 2, near)[kind]) & 255)
        above = row
    image = read(png(width, height, 6, bytes(packed)))
    assert b"".join(bytes(pixel) for pixel in image.pixels) == raw


@pytest.mark.parametrize(
    ("kind", "body", "extra", "expected"),
    [
        (0, b"\x07", b"", (7, 7, 7, 255)),
        (0, b"\x07", b"\0\x07", (7, 7, 7, 0)),
        (2, b"\1\2\3", b"", (1, 2, 3, 255)),
        (2, b"\1\2\3", b"\0\1\0\2\0\3", (1, 2, 3, 0)),
        (3, b"\0", b"\x20", (9, 8, 7, 32)),
        (4, b"\x05\x60", b"", (5, 5, 5, 96)),
    ],
)
def test_every_kind_of_colour_is_read(kind: int, body: bytes, extra: bytes, expected: tuple[int, ...]) -> None:
    more = [(b"PLTE", bytes([9, 8, 7]))] if kind == 3 else []
    more += [(b"tRNS", extra)] if extra else []
    assert read(png(1, 1, kind, b"\0" + body, more)).pixels == [expected]


@given(st.binary(max_size=200))
def test_what_is_no_png_is_told(data: bytes) -> None:
    for hostile in (data, SIGNATURE + data, png(4, 4, 6, data)[: len(data)]):
        with pytest.raises(PngError):
            read(hostile)


def test_a_file_that_claims_to_be_huge_is_not_unpacked() -> None:
    with pytest.raises(PngError, match="too many"):
        read(png(60_000, 60_000, 6, b"\0" * 1000))


def png(width: int, height: int, kind: int, raw: bytes, more: list[tuple[bytes, bytes]] | None = None) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0)
    parts = [(b"IHDR", header), *(more or []), (b"IDAT", zlib.compress(raw)), (b"IEND", b"")]
    return SIGNATURE + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in parts
    )
