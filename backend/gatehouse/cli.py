"""The command ``gatehouse``: serve, init, code, migrate, demo, backup, restore, drill, doctor, rules."""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import sys
from collections.abc import Sequence

import uvicorn

from gatehouse import doctor, init, logs, recode, regulations
from gatehouse.app import KEY_FILE, app_from_environment, open_database
from gatehouse.backup import commands as backup_commands
from gatehouse.db.failures import StorageError
from gatehouse.demo.load import load_demo
from gatehouse.lan.certificates import DamagedError
from gatehouse.lan.install import install_app
from gatehouse.lan.serve import PortTakenError, Sockets, run
from gatehouse.lan.site import LanSite, UnreachableError
from gatehouse.lan.words import told
from gatehouse.settings import Settings, SettingsError, load
from gatehouse.web.sockets import TellingProtocol
from gatehouse.web.static import built_app, built_page

GRACE_S = 5


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; the exit code is 0 for success, 1 for a refusal, 2 for a mistake in the call or the settings."""
    parser = argparse.ArgumentParser(prog="gatehouse", description="Offline-first gate log with a sync API.")
    commands = parser.add_subparsers(dest="command", required=True)
    serve_parser = commands.add_parser("serve", help="migrate and serve the app and the API")
    serve_parser.add_argument("--demo", action="store_true", help="load the demo estate first when there is no org yet")
    serve_parser.add_argument(
        "--lan", action="store_true", help="also serve phones of this network, with HTTPS and a page that sets them up"
    )
    init.add_options(commands.add_parser("init", help="make an organisation with its first admin, site and post"))
    code_parser = commands.add_parser("code", help="make a one-time code for a person, to set a password with")
    code_parser.add_argument("--staff-no", required=True, metavar="TEXT", help="the person's staff number")
    commands.add_parser("migrate", help="bring the database up to this version's schema")
    commands.add_parser("demo", help="load the demo estate when there is no org yet, and exit")
    backup_commands.add(commands)
    regulations.add(commands)
    doctor_parser = commands.add_parser("doctor", help="check the installation and say how to mend what is wrong")
    doctor_parser.add_argument("--judge", action="store_true", help="have every month judged anew at the next start")
    given = parser.parse_args(arguments)
    if given.command == "rules":
        return regulations.main(given)
    logs.configure()
    try:
        settings = load()
        return _run(given, settings)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    except StorageError as error:
        print(error, file=sys.stderr)
        return 1


def _run(given: argparse.Namespace, settings: Settings) -> int:
    match given.command:
        case "migrate":
            asyncio.run(_migrate(settings))
        case "demo":
            _demo(settings)
        case "init":
            return init.main(settings, given)
        case "code":
            return recode.main(settings, given.staff_no)
        case command if command in backup_commands.COMMANDS:
            return backup_commands.run(given, settings, settings.data / KEY_FILE)
        case "doctor":
            return doctor.main(settings, judge=given.judge)
        case _:
            return _serve(settings, demo=given.demo, lan=given.lan)
    return 0


async def _migrate(settings: Settings) -> None:
    await (await open_database(settings)).close()


def _demo(settings: Settings) -> None:
    print(asyncio.run(load_demo(settings)))


def _serve(settings: Settings, *, demo: bool, lan: bool) -> int:
    if built_app() is None:
        print("The web app is not built, so only the API is served: run `make build` for both.", file=sys.stderr)
    if lan:
        return _serve_lan(settings, demo=demo)
    if demo:
        _demo(settings)
    print(f"Gatehouse serves http://{settings.host}:{settings.port}", flush=True)
    options = {"host": settings.host, "port": settings.port, **server_options(settings)}
    if settings.workers > 1:
        uvicorn.run("gatehouse.app:app_from_environment", factory=True, workers=settings.workers, **options)  # type: ignore[arg-type]  # one mapping for both calls
    else:
        uvicorn.run(app_from_environment(), **options)  # type: ignore[arg-type]  # as above
    return 0


def _serve_lan(settings: Settings, *, demo: bool) -> int:
    if settings.workers > 1:
        raise SettingsError("GATEHOUSE_WORKERS must be 1 with --lan: the certificate is renewed in one process.")
    page = built_page()
    if page is None:
        print("The install page is not built: run `make build`.", file=sys.stderr)
        return 1
    try:
        taken = Sockets(settings)
        site = LanSite(settings, dt.datetime.now(dt.UTC))
    except (PortTakenError, UnreachableError, DamagedError) as error:
        print(error, file=sys.stderr)
        return 1
    if demo:
        _demo(settings)
    print(told(settings, site, sys.stdout.encoding), flush=True)
    run(app_from_environment(site), install_app(site, page), site, taken, server_options(settings))
    return 0


def server_options(settings: Settings) -> dict[str, object]:
    """Uvicorn's options for the app, without an address."""
    return {
        "loop": "uvloop",
        "http": "httptools",
        "ws": TellingProtocol,
        "ws_per_message_deflate": False,
        "ws_max_size": 65_536,
        "ws_ping_interval": 20.0,
        "ws_ping_timeout": 20.0,
        "timeout_graceful_shutdown": GRACE_S,
        "access_log": False,
        "log_level": "warning",
        "server_header": False,
        "proxy_headers": bool(settings.trusted_proxies),
        "forwarded_allow_ips": [str(network) for network in settings.trusted_proxies],
        "log_config": None,
    }


if __name__ == "__main__":
    sys.exit(main())
