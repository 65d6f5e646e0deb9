"""``gatehouse init``: an org of one's own with its first admin, site and post, in a database that has none."""

from __future__ import annotations

import argparse
import asyncio
import sys
import unicodedata
import zoneinfo
from collections.abc import Callable

import msgspec

from gatehouse.app import KEY_FILE, make_core, open_database
from gatehouse.audit.keys import SigningKey
from gatehouse.db.failures import DatabaseInUse
from gatehouse.db.steps import Query, Steps
from gatehouse.estate.found import Founded, found_with
from gatehouse.identity import codes
from gatehouse.identity.sign_in import folded
from gatehouse.replication.server_acts import ServerAct, server_device
from gatehouse.settings import Settings
from gatehouse_sync import ops
from gatehouse_sync.entities import ENTITIES
from gatehouse_sync.fields import Field
from gatehouse_sync.ids import uuid7

ZONE = "Asia/Shanghai"
USAGE, REFUSED = 2, 1


class Wanted(msgspec.Struct, frozen=True):
    """What to found, as given: names, a staff number, an IANA time zone."""

    org: str
    admin: str
    staff_no: str
    site: str
    post: str
    zone: str = ZONE


class MistakeError(ValueError):
    """A sentence about what was given."""


class AlreadyFoundedError(Exception):
    """The database has an org."""


class _Option(msgspec.Struct, frozen=True):
    flag: str
    what: str
    asked: str
    field: Field


OPTIONS = {
    "org": _Option("--org", "the organisation's name", "Name of the organisation", ENTITIES["org"].fields["name"]),
    "admin": _Option("--admin", "the first admin's name", "Name of the first admin", ENTITIES["person"].fields["name"]),
    "staff_no": _Option(
        "--staff-no", "the admin's staff number", "Staff number to sign in with", ENTITIES["person"].fields["staff_no"]
    ),
    "site": _Option("--site", "the first site's name", "Name of the first site", ENTITIES["site"].fields["name"]),
    "post": _Option("--post", "its first post's name", "Name of its first post", ENTITIES["post"].fields["name"]),
}


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    for name, option in OPTIONS.items():
        parser.add_argument(option.flag, dest=name, metavar="TEXT", help=option.what)
    parser.add_argument("--zone", default=ZONE, metavar="ZONE", help=f"the site's time zone (default: {ZONE})")


def main(settings: Settings, given: argparse.Namespace, ask: Callable[[str], str] = input) -> int:
    """Found what was asked for and print the admin's code; 2 for a mistake in the call, 1 for a refusal."""
    try:
        wanted = _wanted(given, ask if sys.stdin is not None and sys.stdin.isatty() else None)
        code = asyncio.run(init(settings, wanted))
    except MistakeError as mistake:
        print(mistake, file=sys.stderr)
        return USAGE
    except (EOFError, KeyboardInterrupt):
        print("\nNothing was made.", file=sys.stderr)
        return USAGE
    except AlreadyFoundedError:
        print(
            "This database already has an organisation, so nothing was made. Name an empty one with GATEHOUSE_DATA or "
            "GATEHOUSE_DATABASE_URL.",
            file=sys.stderr,
        )
        return REFUSED
    except DatabaseInUse:
        print(
            "The server is running on this database. Stop it, run `gatehouse init` again, then start it.",
            file=sys.stderr,
        )
        return REFUSED
    except OSError as error:
        print(f"The folder {settings.data} cannot be used: {error.strerror}.", file=sys.stderr)
        return REFUSED
    print(_told(settings, wanted, code))
    return 0


async def init(settings: Settings, wanted: Wanted) -> str:
    """Found the org; gives the admin's one-time code.

    Raises:
        AlreadyFoundedError: nothing is changed.
        StorageError: the database cannot be used.
    """
    database = await open_database(settings)
    try:
        core = make_core(database, SigningKey.from_file(settings.data / KEY_FILE))
        key, code, now = core.signer.key.secret(codes.KEY), codes.new_code(core.random), core.now()
        site = uuid7(now, core.random(10))

        def beside(made: Founded) -> Steps[None]:
            # Two that start at once on PostgreSQL: the second waits here and then sees the first's org.
            yield Query("SELECT id FROM schema_migration ORDER BY id LIMIT 1", lock=True)
            if (yield Query("SELECT 1 FROM org_head LIMIT 1")):
                raise AlreadyFoundedError
            owner = codes.Owner(made.admin, made.org)
            yield codes.keep(key, owner, code, server_device(made.org), now)

        acts = [
            ServerAct("site.create", {"name": wanted.site, "zone": wanted.zone}, id=site),
            ServerAct("post.create", {"site": site, "name": wanted.post, "order": 1}),
        ]
        await found_with(core, wanted.org, wanted.admin, wanted.staff_no, beside, acts)
    finally:
        await database.close()
    return code


def _wanted(given: argparse.Namespace, ask: Callable[[str], str] | None) -> Wanted:
    """What was given, completed by asking where that can be done."""
    missing = [option.flag for name, option in OPTIONS.items() if getattr(given, name) is None]
    if missing and ask is None:
        raise MistakeError(f"Missing: {', '.join(missing)}. Give them, or start this at a terminal to be asked.")
    zone = _zone(given.zone)
    texts = {}
    for name, option in OPTIONS.items():
        text = getattr(given, name)
        texts[name] = _text(option, ask(f"{option.asked}: ") if text is None and ask is not None else text)
    return Wanted(**texts, zone=zone)


def _text(option: _Option, text: str) -> str:
    """The text as it is stored, or a sentence about what is wrong with it."""
    clean = unicodedata.normalize("NFC", text.strip())
    if not clean or (option.flag == "--staff-no" and not folded(clean)):
        raise MistakeError(f"{option.flag} is empty: it is {option.what}.")
    if len(clean) > option.field.max:
        raise MistakeError(f"{option.flag} is too long: {option.field.max} characters at most.")
    if not ops.valid(option.field, clean) or not _sayable(clean):
        raise MistakeError(f"{option.flag} holds a character that cannot be stored.")
    return clean


def _sayable(text: str) -> bool:
    """Whether the bytes of the command line were text in the terminal's encoding."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _zone(text: str) -> str:
    known = zoneinfo.available_timezones()
    if not known:
        raise MistakeError("This machine has no list of time zones: install the package tzdata.")
    if text not in known or len(text) > ENTITIES["site"].fields["zone"].max:
        raise MistakeError(f"--zone must be a time zone such as {ZONE} or Asia/Hong_Kong.")
    return text


def _told(settings: Settings, wanted: Wanted, code: str) -> str:
    return "\n".join(
        [
            f"{wanted.org} is ready, with {wanted.site} and its post {wanted.post}.",
            "",
            f"  Staff number      {wanted.staff_no}",
            f"  One-time code     {code}",
            "",
            "The code is good once, for 24 hours, and is not shown again. Start the server with `gatehouse serve`,",
            f"open http://{settings.host}:{settings.port}, choose 有一次性登录码 (I have a one-time code),",
            "and set a password.",
        ]
    )
