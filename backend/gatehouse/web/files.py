"""The built app in memory: a request can only ask for a name that is in this index, so no path leads out of it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

# Our own table: the system's may call .js text/plain, and does not know .webmanifest.
MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
# Content-Encoding by the ending that the build gives the compressed copy, smallest first.
ENCODINGS = {"br": ".br", "gzip": ".gz"}

IMMUTABLE = "public, max-age=31536000, immutable"
REVALIDATE = "no-cache"


@dataclass(frozen=True, slots=True)
class File:
    """`bodies` holds the bytes by content encoding; "identity" is always among them."""

    media_type: str
    cache_control: str
    digest: str
    bodies: Mapping[str, bytes]


def read_files(directory: Path) -> dict[str, File]:
    """Every file below `directory` by its URL path, as "/assets/main-1a2b.js"; a name with a leading dot stays out."""
    found = {}
    for path in sorted(directory.rglob("*")):
        inside = path.relative_to(directory)
        hidden = any(part.startswith(".") for part in inside.parts)
        if path.is_file() and not hidden and path.suffix not in ENCODINGS.values():
            found[f"/{inside.as_posix()}"] = read_file(path, hashed="assets" in inside.parts[:-1])
    return found


def read_file(path: Path, *, hashed: bool) -> File:
    plain = path.read_bytes()
    copies = {encoding: path.with_name(path.name + ending) for encoding, ending in ENCODINGS.items()}
    return File(
        media_type=MEDIA_TYPES.get(path.suffix, "application/octet-stream"),
        cache_control=IMMUTABLE if hashed else REVALIDATE,
        digest=hashlib.sha256(plain).hexdigest()[:32],
        bodies={**{name: copy.read_bytes() for name, copy in copies.items() if copy.is_file()}, "identity": plain},
    )
