"""The browser of the journeys: the machine's own Chromium or Chrome, else the one that Playwright keeps."""

from typing import Any

import pytest

from browser import system_browser


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    found = system_browser()
    own = {"executable_path": found} if found else {}
    # Chromium's sandbox cannot start as root, as in most containers; the pages are our own.
    return {**browser_type_launch_args, **own, "args": ["--no-sandbox"]}
