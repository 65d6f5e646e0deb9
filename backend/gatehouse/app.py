"""The application on one page: what is made at start, which routes there are, what ends at stop."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

import msgspec
import structlog
from litestar import Litestar, Response, get
from litestar.handlers import HTTPRouteHandler
from prometheus_client import generate_latest

from gatehouse.attendance.anew import judge_anew, program
from gatehouse.attendance.routes import attendance_routes
from gatehouse.attendance.worker import recompute_forever
from gatehouse.audit.keys import SigningKey, earlier_keys
from gatehouse.audit.ledger import FILE as LEDGER_FILE
from gatehouse.audit.ledger import PURPOSE as LEDGER_PURPOSE
from gatehouse.audit.ledger import Ledger
from gatehouse.audit.signer import Signer
from gatehouse.backup.schedule import back_up_forever
from gatehouse.corrections.moot import settle_moot_forever
from gatehouse.db.engine import Database, bind, database_of
from gatehouse.db.migrate import migrate
from gatehouse.db.postgres import PostgresDatabase
from gatehouse.db.steps import write
from gatehouse.devices.enrol import Enrolment
from gatehouse.devices.tokens import TokenMint
from gatehouse.errors import EXCEPTION_HANDLERS
from gatehouse.estate.routes import code_routes, office_routes
from gatehouse.ical.routes import calendar_routes
from gatehouse.kinds import registry
from gatehouse.lan.install import facts_routes
from gatehouse.lan.site import LanSite
from gatehouse.leave.expire import expire_forever as expire_leave_forever
from gatehouse.openapi import openapi_route
from gatehouse.replication.admission import Admission
from gatehouse.replication.core import Replication
from gatehouse.replication.hub import Hub
from gatehouse.replication.hub_postgres import PostgresHub
from gatehouse.replication.live import live_route
from gatehouse.replication.metrics import Metrics
from gatehouse.replication.newer import keep_up_forever
from gatehouse.replication.prune import prune_forever
from gatehouse.replication.rescope import rescope
from gatehouse.replication.routes import history_route, sync_routes
from gatehouse.replication.withdrawn import agree
from gatehouse.robots.digest import tell_forever
from gatehouse.robots.routes import robot_routes
from gatehouse.robots.send import Sender
from gatehouse.roster.routes import roster_routes
from gatehouse.settings import Settings, load
from gatehouse.sheets.roster_routes import roster_sheet_routes
from gatehouse.sheets.routes import sheet_routes
from gatehouse.sheets.uploads import forget_forever
from gatehouse.swaps.expire import expire_forever
from gatehouse.swaps.routes import swap_routes
from gatehouse.web import app_of, built_app, web_routes
from gatehouse_sync.protocol import MAX_BYTES

KEY_FILE = "server-key.pem"
GOING_AWAY = 1012
COLLECT_AFTER = 10_000, 5, 5
"""A push of 100 acts makes thousands of objects that all go when it is answered; Python's own thresholds look through
them several times on the way, for about a tenth of the server's time. A closed socket is a cycle of some 200 objects
that has outlived the youngest generation: the two older ones are looked through every few minutes, or an hour of
sockets that come and go keeps a hundred megabytes of them."""
BROKEN_EVERY_S = 1.0
_log = structlog.get_logger()


def wall_clock() -> Callable[[], int]:
    """UTC milliseconds that never run backwards in one process (F14)."""
    last = 0

    def now() -> int:
        nonlocal last
        last = max(last, time.time_ns() // 1_000_000)
        return last

    return now


def make_core(
    database: Database,
    key: SigningKey,
    now: Callable[[], int] | None = None,
    random: Callable[[int], bytes] = os.urandom,
    *,
    ledger: Ledger | None = None,
    earlier: Sequence[SigningKey] = (),
) -> Replication:
    """Replication over an open database; a test or the demo brings its own clock and randomness."""
    metrics, signer = Metrics(), Signer(key, random, earlier)
    core = Replication(database, signer, registry(), Hub(metrics), metrics, now or wall_clock(), random)
    core.ledger = ledger
    return core


def core_of(settings: Settings, database: Database) -> Replication:
    """Replication with the key and the ledger that lie in the data folder."""
    path = settings.data / KEY_FILE
    key = SigningKey.from_file(path)
    ledger = Ledger(settings.data / LEDGER_FILE, key.secret(LEDGER_PURPOSE))
    return make_core(database, key, ledger=ledger, earlier=earlier_keys(path))


async def open_database(settings: Settings) -> Database:
    """The database, open and migrated."""
    database = prepare_database(settings)
    await start_database(database)
    return database


def prepare_database(settings: Settings) -> Database:
    """The database, known to Piccolo's tables but not open yet."""
    settings.data.mkdir(parents=True, exist_ok=True)
    database = database_of(settings.database_url)
    bind(database)
    return database


async def start_database(database: Database) -> None:
    """Open and migrate; nothing stays open when that fails."""
    await database.open()
    try:
        await migrate(database)
    except BaseException:
        await database.close()
        raise


def app_from_environment(lan: LanSite | None = None) -> Litestar:
    """The application as the environment asks for it; what uvicorn's workers import."""
    gc.set_threshold(*COLLECT_AFTER)
    settings = load()
    database = prepare_database(settings)
    app = create_app(settings, database, core_of(settings, database), lan)
    # What stands now stands until the end: no collection looks through it again.
    gc.collect()
    gc.freeze()
    return app


def create_app(settings: Settings, database: Database, core: Replication, lan: LanSite | None = None) -> Litestar:
    """The ASGI application over a prepared database; it opens, migrates and closes the database itself."""
    mint = TokenMint(core.signer.key.secret("device-token"))
    enrolment = Enrolment(database, core.signer, core.chains, mint, core.now, core.random)
    sender = Sender(frozenset(settings.robot_gateways))
    web = built_app()

    @asynccontextmanager
    async def lifespan(_app: Litestar) -> AsyncIterator[None]:
        await start_database(database)
        if core.ledger is not None:
            for kind, count in (await agree(core, core.ledger)).items():
                _log.warning("ledger_replayed", kind=kind, count=count)
        await rescope(core)
        marked = await write(core.database, lambda: judge_anew(program()))
        if marked:
            _log.info("months_judged_anew", count=marked)
        listener = PostgresHub(database, core.hub) if isinstance(database, PostgresDatabase) else None
        try:
            if listener is not None:
                await listener.start()
            tasks = [
                asyncio.create_task(prune_forever(core)),
                asyncio.create_task(keep_up_forever(core, app_of(web) if web is not None else None)),
                asyncio.create_task(expire_forever(core)),
                asyncio.create_task(recompute_forever(core)),
                asyncio.create_task(expire_leave_forever(core)),
                asyncio.create_task(settle_moot_forever(core)),
                asyncio.create_task(tell_forever(core, sender)),
                asyncio.create_task(forget_forever(core)),
                asyncio.create_task(leave_when_broken(database)),
                asyncio.create_task(core.hub.drop_stalled_forever()),
                asyncio.create_task(core.hub.look_again_forever()),
            ]
            if settings.backup_hours:
                tasks.append(asyncio.create_task(back_up_forever(settings)))
            yield
        finally:
            for task in tasks:
                task.cancel()
            core.hub.close_all(GOING_AWAY)
            if listener is not None:
                await listener.stop()
            await database.close()

    return Litestar(
        route_handlers=[
            *sync_routes(core, mint, enrolment, Admission(settings.push_places, core.metrics)),
            history_route(core, mint),
            *code_routes(core, mint),
            *office_routes(core, mint),
            *robot_routes(core, mint, sender),
            *calendar_routes(core, mint),
            *roster_routes(core, mint),
            *sheet_routes(core, mint),
            *attendance_routes(core, mint),
            *roster_sheet_routes(core, mint),
            *swap_routes(core, mint),
            live_route(core, mint, frozenset(settings.allowed_origins)),
            health_route(database),
            metrics_route(core),
            openapi_route(),
            *facts_routes(lan),
            *(web_routes(web) if web is not None else []),
        ],
        lifespan=[lifespan],
        exception_handlers=EXCEPTION_HANDLERS,
        openapi_config=None,
        request_max_body_size=MAX_BYTES,
    )


async def leave_when_broken(database: Database) -> None:
    """End the process once the disk failed under a commit: only a restart can find out what is on it (F6)."""
    while not getattr(database, "broken", False):  # noqa: ASYNC110 - set on the writer's thread; no event can wait for it
        await asyncio.sleep(BROKEN_EVERY_S)
    _log.critical("disk_failed_under_a_commit")
    signal.raise_signal(signal.SIGTERM)


def health_route(database: Database) -> HTTPRouteHandler:
    """``/api/health``: whether the database answers."""

    @get("/api/health", include_in_schema=False)
    async def health() -> Response[bytes]:
        await database.run_ddl("SELECT 1")
        return Response(
            msgspec.json.encode({"ok": True}), media_type="application/json", headers={"cache-control": "no-store"}
        )

    return health


def metrics_route(core: Replication) -> HTTPRouteHandler:
    """``/api/metrics``: figures for Prometheus, no ids and no names."""

    @get("/api/metrics", include_in_schema=False)
    async def metrics() -> Response[bytes]:
        return Response(generate_latest(core.metrics.registry), media_type="text/plain; version=0.0.4; charset=utf-8")

    return metrics
