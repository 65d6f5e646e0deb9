"""Draw the app's icons as PNG files with nothing but zlib: a gatehouse with its barrier down.

Run by hand when the drawing changes; the files in frontend/public/icons are committed.
"""

import struct
import zlib
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "frontend" / "public" / "icons"

Colour = tuple[int, int, int, int]
CLEAR: Colour = (0, 0, 0, 0)
NIGHT: Colour = (15, 61, 94, 255)
WALL: Colour = (255, 255, 255, 255)
LAMP: Colour = (255, 200, 87, 255)
RED: Colour = (214, 64, 69, 255)

SAMPLES = 3  # per pixel and axis: enough for smooth edges at 192 px


def drawing(x: float, y: float) -> Colour | None:
    """The picture on a unit square, y downwards; None where the background shows."""
    if 0.66 <= y <= 0.72 and 0.10 <= x <= 0.90:  # the barrier, striped
        return RED if int((x + y) / 0.08) % 2 else WALL
    if 0.60 <= y <= 0.80 and 0.12 <= x <= 0.17:  # its post
        return WALL
    if 0.24 <= y <= 0.34 and abs(x - 0.55) <= 0.16 + (y - 0.24) * 1.3:  # the roof
        return WALL
    if 0.37 <= y <= 0.80 and abs(x - 0.55) <= 0.20:  # the house
        return LAMP if 0.43 <= y <= 0.57 and abs(x - 0.55) <= 0.13 else WALL
    return None


def inside_rounded_square(x: float, y: float, radius: float) -> bool:
    dx = max(radius - x, x - (1 - radius), 0.0)
    dy = max(radius - y, y - (1 - radius), 0.0)
    return dx * dx + dy * dy <= radius * radius


def colour_at(x: float, y: float, *, full_bleed: bool) -> Colour:
    if full_bleed:  # a maskable icon keeps its picture inside the central 80 %
        x, y = (x - 0.5) * 1.25 + 0.5, (y - 0.5) * 1.25 + 0.5
    elif not inside_rounded_square(x, y, 0.2):
        return CLEAR
    return drawing(x, y) or NIGHT


def pixel(column: int, row: int, size: int, *, full_bleed: bool) -> bytes:
    steps = [(index + 0.5) / SAMPLES for index in range(SAMPLES)]
    samples = [
        colour_at((column + dx) / size, (row + dy) / size, full_bleed=full_bleed) for dx in steps for dy in steps
    ]
    alpha = sum(sample[3] for sample in samples)
    if not alpha:
        return bytes(CLEAR)
    mixed = [sum(sample[band] * sample[3] for sample in samples) // alpha for band in range(3)]
    return bytes([*mixed, alpha // len(samples)])


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(size: int, *, full_bleed: bool) -> bytes:
    rows = b"".join(
        b"\0" + b"".join(pixel(column, row, size, full_bleed=full_bleed) for column in range(size))
        for row in range(size)
    )
    header = struct.pack(">IIBBBBB", size, size, 8, 6, 0, 0, 0)
    return b"".join(
        [b"\x89PNG\r\n\x1a\n", chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(rows, 9)), chunk(b"IEND", b"")]
    )


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, size, full_bleed in [
        ("icon-192.png", 192, False),
        ("icon-512.png", 512, False),
        ("maskable-512.png", 512, True),
        ("apple-touch-180.png", 180, True),
    ]:
        (FOLDER / name).write_bytes(png(size, full_bleed=full_bleed))
        print(FOLDER / name)
