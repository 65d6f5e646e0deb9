"""Uploaded files until they are applied: sealed to the session that brought them, gone within the hour."""

from __future__ import annotations

import zlib
from collections.abc import Mapping

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gatehouse.db.steps import Insert, Query, Steps, write
from gatehouse.errors import Problem
from gatehouse.replication.core import Replication
from gatehouse.replication.recurring import forever
from gatehouse.sheets.book import Book
from gatehouse.sheets.columns import What
from gatehouse_sync import canon
from gatehouse_sync.fields import DAY, HOUR

KEPT_MS = HOUR
REMEMBERED_MS = DAY
"""How long it is known that a file was applied."""
EVERY_S = 300.0
_NONCE = 12
_book = msgspec.msgpack.Decoder(Book)


class Upload(msgspec.Struct, frozen=True):
    """A file that was brought, as rows."""

    id: str
    what: What
    sha: str
    made: int
    sealed: bytes


class Seal:
    """Encrypts with a key that takes the server's secret and the token of the session: the database holds neither."""

    def __init__(self, core: Replication, token: str) -> None:
        key = canon.hmac_sha256(core.signer.key.secret("sheet-upload"), token.encode())
        self._cipher, self._random = AESGCM(key), core.random

    def seal(self, book: Book, id_: str) -> bytes:
        """The book, packed and encrypted under its id."""
        nonce = self._random(_NONCE)
        return nonce + self._cipher.encrypt(nonce, zlib.compress(msgspec.msgpack.encode(book), 1), id_.encode())

    def open(self, upload: Upload) -> Book:
        """The book again.

        Raises:
            Problem: ``not_found``: another session brought it.
        """
        sealed = upload.sealed
        try:
            packed = self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], upload.id.encode())
        except InvalidTag as error:
            raise Problem("not_found") from error
        return _book.decode(zlib.decompress(packed))


def keep(upload: Upload, org: str, person: str) -> Steps[None]:
    """Keep the upload in place of any that this person has not applied."""
    yield Query("DELETE FROM sheet_upload WHERE person = ? AND org = ? AND applied IS NULL", (person, org))
    yield Insert(
        "sheet_upload",
        ("id text", "org text", "person text", "what text", "sha text", "made bigint", "sealed bytea"),
        [(upload.id, org, person, upload.what, upload.sha, upload.made, upload.sealed)],
    )


def load(id_: str, org: str, now: int) -> Steps[Upload]:
    """An upload that is not applied.

    Raises:
        Problem: ``not_found``; ``gone`` when its hour is over; ``already_done`` when it was applied.
    """
    rows = yield Query("SELECT what, sha, made, applied, sealed FROM sheet_upload WHERE id = ? AND org = ?", (id_, org))
    if not rows:
        raise Problem("not_found")
    ((what, sha, made, applied, sealed),) = rows
    if applied is not None:
        raise Problem("already_done")
    if made + KEPT_MS <= now:
        raise Problem("gone")
    return Upload(id_, what, sha, made, bytes(sealed))


def spend(id_: str, now: int) -> Steps[None]:
    """Note that it is applied, in the transaction that does so; its rows are deleted.

    Raises:
        Problem: ``already_done`` when another was faster.
    """
    rows = yield Query(
        "UPDATE sheet_upload SET applied = ?, sealed = NULL WHERE id = ? AND applied IS NULL RETURNING id", (now, id_)
    )
    if not rows:
        raise Problem("already_done")


def forget(now: int) -> Steps[None]:
    """Delete what has had its time."""
    yield Query("DELETE FROM sheet_upload WHERE made <= ? AND applied IS NULL", (now - KEPT_MS,))
    yield Query("DELETE FROM sheet_upload WHERE made <= ?", (now - REMEMBERED_MS,))


async def forget_forever(core: Replication) -> None:
    """Forget at start and every five minutes."""
    await forever(core, EVERY_S, "sheet_uploads_kept", lambda: write(core.database, lambda: forget(core.now())))


# What headers mean here.


def remembered(org: str, what: What) -> Steps[dict[str, str]]:
    """Fields by folded header, as admins of the org chose."""
    rows = yield Query("SELECT header, field FROM sheet_heading WHERE org = ? AND what = ?", (org, what))
    return dict(rows)


def remember(org: str, what: What, fields: Mapping[str, str], person: str, now: int) -> Steps[None]:
    """Remember them for the next file."""
    yield Insert(
        "sheet_heading",
        ("org text", "what text", "header text", "field text", "by_person text", "at bigint"),
        [(org, what, header, field, person, now) for header, field in fields.items()],
        key=("org", "what", "header"),
    )
