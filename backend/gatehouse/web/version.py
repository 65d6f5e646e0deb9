"""Which app a build is, in the words of the devices that run it (PROTOCOL 8.10): the release, and its first script."""

import re
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

_SCRIPT: Final = re.compile(r'<script[^>]*\bsrc="/assets/([\w-]+\.js)"')


def app_of(directory: Path) -> str | None:
    """The app in a folder that the build made, as ``main.tsx`` names itself; None when that cannot be told."""
    index = directory / "index.html"
    found = _SCRIPT.search(index.read_text("utf-8")) if index.is_file() else None
    try:
        return f"{version('gatehouse')}+{found[1]}" if found is not None else None
    except PackageNotFoundError:
        return None
