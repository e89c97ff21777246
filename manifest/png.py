"""PNG, as much of it as icons need: written, and read back to look at every pixel."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_PIXELS = 1024 * 1024
Pixel = tuple[int, int, int, int]
"""Red, green, blue, and how opaque."""


class PngError(Exception):
    """Not an image that can be read here; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Image:
    """All pixels, row by row."""

    width: int
    height: int
    pixels: Sequence[Pixel]

    @property
    def has_transparency(self) -> bool:
        """Whether some pixel lets something through."""
        return any(pixel[3] < 255 for pixel in self.pixels)


def write(image: Image) -> bytes:
    """`image` as a PNG; the same bytes for the same pixels."""
    rows = bytearray()
    for row in range(image.height):
        rows.append(0)
        for pixel in image.pixels[row * image.width : (row + 1) * image.width]:
            rows += bytes(pixel)
    header = struct.pack(">IIBBBBB", image.width, image.height, 8, 6, 0, 0, 0)
    parts = [(b"IHDR", header), (b"IDAT", zlib.compress(bytes(rows), 9)), (b"IEND", b"")]
    return SIGNATURE + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in parts
    )


def read(data: bytes) -> Image:
    """The pixels of a PNG of eight bits a channel. Raises PngError."""
    chunks = dict(_chunks(data))
    try:
        width, height, depth, kind, _, _, interlaced = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
        if depth != 8 or interlaced or kind not in _CHANNELS:
            raise PngError("save it as PNG with 8 bits a channel, not interlaced")
        if not 0 < width * height <= _PIXELS:
            raise PngError(f"{width} × {height} pixels are too many for an icon")
        stride = width * _CHANNELS[kind]
        # No more than these pixels fill is unpacked, whatever the file claims.
        raw = zlib.decompressobj().decompress(chunks[b"IDAT"], (stride + 1) * height)
        lines = list(_unfiltered(raw, stride, _CHANNELS[kind], height))
        return Image(width, height, [pixel for line in lines for pixel in _pixels(line, kind, chunks)])
    except (KeyError, IndexError, ValueError, struct.error, zlib.error) as error:
        raise PngError("it is not a whole PNG") from error


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Each kind of chunk with its content; pieces of one kind are joined."""
    if not data.startswith(SIGNATURE):
        raise PngError("it is not a PNG")
    found: dict[bytes, bytes] = {}
    at = len(SIGNATURE)
    while at + 8 <= len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        kind = data[at + 4 : at + 8]
        found[kind] = found.get(kind, b"") + data[at + 8 : at + 8 + length]
        at += length + 12
    yield from found.items()


def _unfiltered(raw: bytes, stride: int, step: int, height: int) -> Iterator[bytes]:
    above = bytes(stride)
    for row in range(height):
        begin = row * (stride + 1)
        line = bytearray(raw[begin + 1 : begin + 1 + stride])
        if len(line) < stride:
            raise ValueError("rows are missing")
        for at in range(stride):
            left = line[at - step] if at >= step else 0
            corner = above[at - step] if at >= step else 0
            line[at] = (line[at] + _predicted(raw[begin], left, above[at], corner)) & 255
        above = bytes(line)
        yield above


def _predicted(kind: int, left: int, up: int, corner: int) -> int:
    if kind == 4:
        guess = left + up - corner
        return min((left, up, corner), key=lambda one: abs(guess - one))
    return (0, left, up, (left + up) // 2)[kind]


def _pixels(line: bytes, kind: int, chunks: dict[bytes, bytes]) -> Iterator[Pixel]:
    palette, clear = chunks.get(b"PLTE", b""), chunks.get(b"tRNS", b"")
    step = _CHANNELS[kind]
    for at in range(0, len(line), step):
        values = line[at : at + step]
        if kind == 6:
            yield (values[0], values[1], values[2], values[3])
        elif kind == 2:
            yield (values[0], values[1], values[2], 0 if values == clear[1::2] else 255)
        elif kind == 3:
            red, green, blue = palette[values[0] * 3 : values[0] * 3 + 3]
            yield (red, green, blue, clear[values[0]] if values[0] < len(clear) else 255)
        else:
            is_clear = kind == 0 and values == clear[1::2]
            yield (values[0], values[0], values[0], values[1] if kind == 4 else 0 if is_clear else 255)
