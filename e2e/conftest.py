"""The browser of the journeys: the machine's own Chromium or Chrome, else the one that Playwright keeps.

Each journey has a server of its own, on a copy of a small demo estate, and phones with profiles of their own.
"""

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest
from e2e.phone import Phone, in_memory, on_disk
from e2e.server import Server
from playwright.sync_api import Browser, BrowserType, expect

from browser import system_browser
from gatehouse.demo.load import load_demo
from gatehouse.settings import load
from gatehouse.web import built_app

DAYS = 2
"""Enough for every planted situation of the demo; sixty days would only make each first pull longer."""

# A journey waits for what it expects, and the machine may have other things to do.
expect.set_options(timeout=15_000)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    found = system_browser()
    own = {"executable_path": found} if found else {}
    # Chromium's sandbox cannot start as root, as in most containers; the pages are our own.
    return {**browser_type_launch_args, **own, "args": ["--no-sandbox"]}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """Pages made without a device speak Chinese too."""
    return {**browser_context_args, "locale": "zh-CN"}


@pytest.fixture(scope="session")
def dist() -> Path:
    found = built_app()
    assert found, "run `make build` first"
    return found


@pytest.fixture(scope="session")
def estate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the demo in it, to be copied."""
    folder = tmp_path_factory.mktemp("estate") / "data"
    asyncio.run(load_demo(load({"GATEHOUSE_DATA": str(folder)}), days=DAYS))
    return folder


@pytest.fixture
def server(estate: Path, dist: Path, tmp_path: Path) -> Iterator[Server]:
    server = Server(Path(shutil.copytree(estate, tmp_path / "data")))
    server.start()
    yield server
    server.kill()


class Devices(Protocol):
    """Makes a device: `phone("east")`, `phone("east", disk=True)` for one whose storage must outlive its processes."""

    def __call__(self, name: str, *, disk: bool = False, profile: Path | None = None) -> Phone: ...


def _devices(
    browser: Browser,
    kind: BrowserType,
    launch: dict[str, Any],
    address: str,
    folder: Path,
    made: list[Phone],
    tablet: bool,
) -> Devices:
    def make(name: str, *, disk: bool = False, profile: Path | None = None) -> Phone:
        if disk or profile:
            device = on_disk(kind, launch, profile or folder / f"profile-{name}", address, tablet)
        else:
            device = in_memory(browser, address, tablet)
        made.append(device)
        return device

    return make


@pytest.fixture
def devices() -> Iterator[list[Phone]]:
    """Every device of the journey: none of them may have complained."""
    made: list[Phone] = []
    yield made
    for device in made:
        device.close()
    assert [complaint for device in made for complaint in device.complaints] == []


@pytest.fixture
def phone(
    server: Server,
    devices: list[Phone],
    browser: Browser,
    browser_type: BrowserType,
    browser_type_launch_args: dict[str, Any],
    tmp_path: Path,
) -> Devices:
    return _devices(browser, browser_type, browser_type_launch_args, server.address, tmp_path, devices, tablet=False)


@pytest.fixture
def tablet(
    server: Server,
    devices: list[Phone],
    browser: Browser,
    browser_type: BrowserType,
    browser_type_launch_args: dict[str, Any],
    tmp_path: Path,
) -> Devices:
    return _devices(browser, browser_type, browser_type_launch_args, server.address, tmp_path, devices, tablet=True)
