"""One process, three listeners: the app with TLS for the network, without for this machine, and the install page."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import socket
from collections.abc import Generator, Mapping
from typing import Any

import structlog
import uvicorn

from gatehouse.lan.certificates import DamagedError
from gatehouse.lan.site import LanSite
from gatehouse.settings import Settings

EVERY_S = 60.0
"""How soon a changed address is in the certificate."""
_ANYWHERE = "0.0.0.0"  # noqa: S104 - the phones of the network are meant to reach it
_log = structlog.get_logger()


class PortTakenError(Exception):
    """A sentence: something else listens where this server was told to."""


class _Beside(uvicorn.Server):
    """A listener that the first one ends; signals go to the first alone."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


class _First(uvicorn.Server):
    """The listener that runs the application's start and stop: the others end while the database is still open."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.others: dict[_Beside, asyncio.Task[None]] = {}
        self.up = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for other in self.others:
            other.should_exit = True
        await asyncio.wait(self.others.values())
        await super().shutdown(sockets)


class Sockets:
    """The three ports, taken before anything else is done: a second server on one machine stops here."""

    def __init__(self, settings: Settings) -> None:
        """Take them all or none.

        Raises:
            PortTakenError: one of them is not free.
        """
        wanted = (
            ("GATEHOUSE_LAN_PORT", _ANYWHERE, settings.lan_port),
            ("GATEHOUSE_PORT", settings.host, settings.port),
            ("GATEHOUSE_INSTALL_PORT", _ANYWHERE, settings.install_port),
        )
        with contextlib.ExitStack() as taken:
            found = [taken.enter_context(_listening(*one)) for one in wanted]
            self.tls, self.plain, self.install = found
            taken.pop_all()


def _listening(setting: str, host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise PortTakenError(
            f"Port {port} at {host} cannot be used ({error.strerror}): stop what listens there, or set {setting}."
        ) from None


def run(app: Any, install: Any, site: LanSite, taken: Sockets, options: Mapping[str, Any]) -> None:  # noqa: ANN401 - ASGI
    """Serve two ASGI applications until a signal; ``options`` are uvicorn's for the app, without an address."""
    first = _First(uvicorn.Config(app, lifespan="on", ssl_context_factory=lambda *_: site.context, **options))
    plain = _Beside(uvicorn.Config(app, lifespan="off", **options))
    page = _Beside(
        uvicorn.Config(install, lifespan="off", **{**options, "proxy_headers": False}, limit_concurrency=256)
    )
    # Raised once more after the orderly end, as `uvicorn.run` does.
    with contextlib.suppress(KeyboardInterrupt), asyncio.Runner(loop_factory=first.config.get_loop_factory()) as runner:
        runner.run(_serve(first, plain, page, site, taken))


async def _serve(first: _First, plain: _Beside, page: _Beside, site: LanSite, taken: Sockets) -> None:
    first.others[plain] = asyncio.create_task(_follow(first, plain, taken.plain))
    first.others[page] = asyncio.create_task(page.serve(sockets=[taken.install]))
    renewing = asyncio.create_task(_renew_forever(site))
    try:
        await first.serve(sockets=[taken.tls])
    finally:
        for task in (renewing, *first.others.values()):
            task.cancel()


async def _follow(first: _First, other: _Beside, taken: socket.socket) -> None:
    """Serve once the first has opened the database; who connects before that waits."""
    await first.up.wait()
    await other.serve(sockets=[taken])


async def _renew_forever(site: LanSite) -> None:
    while True:
        await asyncio.sleep(EVERY_S)
        try:
            found = await asyncio.to_thread(site.look, dt.datetime.now(dt.UTC))
        except (OSError, DamagedError) as error:  # a full disk must not end the service: there are weeks left
            _log.warning("lan_certificate_not_renewed", error=type(error).__name__)
            continue
        if site.take(found):
            _log.warning("lan_address_changed", app=site.facts("").app, install=site.facts("").install)
