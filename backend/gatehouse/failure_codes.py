"""Which code of the catalogue stands for which exception of a library or of the database."""

import sqlite3
from typing import Final

import asyncpg  # type: ignore[import-untyped]  # asyncpg ships no types
import msgspec
from litestar.exceptions import HTTPException

from gatehouse.db.failures import Busy, DatabaseAway, StorageBroken
from gatehouse.db.rerun import AWAY, worth_another_run

_BUSY_AGAIN_S: Final = 2
_AWAY_AGAIN_S: Final = 5
_PRIMARY_CODE: Final = 0xFF
_CLIENT_FAULT: Final = range(400, 500)

_BY_STATUS: Final = {
    400: "bad_request",
    401: "not_signed_in",
    403: "not_allowed",
    404: "not_found",
    405: "method_not_allowed",
    408: "too_slow",
    413: "too_large",
    415: "wrong_media_type",
    429: "too_many_requests",
    503: "busy",
}
_SQLITE: Final = {
    sqlite3.SQLITE_FULL: ("storage_full", _AWAY_AGAIN_S),
    sqlite3.SQLITE_IOERR: ("storage_failed", _AWAY_AGAIN_S),
    sqlite3.SQLITE_CORRUPT: ("storage_failed", _AWAY_AGAIN_S),
    sqlite3.SQLITE_CANTOPEN: ("storage_failed", _AWAY_AGAIN_S),
    sqlite3.SQLITE_READONLY: ("storage_failed", _AWAY_AGAIN_S),
}


def code_of(failure: BaseException) -> tuple[str, int | None]:
    """Code and, where trying again helps, the seconds to wait; `server_fault` for what is not known here."""
    if isinstance(failure, HTTPException):
        return _code_of_http(failure)
    return _code_of_input(failure) or _code_of_storage(failure) or ("server_fault", None)


def _code_of_http(failure: HTTPException) -> tuple[str, int | None]:
    if failure.status_code == 400:  # noqa: PLR2004 - bad request; the cause may say more
        cause = failure.__cause__ or failure.__context__
        while cause is not None:
            if (known := _code_of_input(cause)) is not None:
                return known
            cause = cause.__cause__ or cause.__context__
    code = _BY_STATUS.get(failure.status_code)
    if code is None:
        code = "bad_request" if failure.status_code in _CLIENT_FAULT else "server_fault"
    return code, _BUSY_AGAIN_S if code in {"busy", "too_many_requests"} else None


def _code_of_input(failure: BaseException) -> tuple[str, None] | None:
    if isinstance(failure, msgspec.ValidationError):
        return "bad_field", None
    if isinstance(failure, msgspec.DecodeError | UnicodeDecodeError):
        return "bad_json", None
    if isinstance(failure, RecursionError):
        return "too_deep", None
    if isinstance(failure, UnicodeEncodeError | asyncpg.DataError):
        # A lone surrogate; on PostgreSQL also a NUL in a text and a number out of range.
        return "bad_value", None
    return None


def _code_of_storage(failure: BaseException) -> tuple[str, int | None] | None:
    if isinstance(failure, Busy | TimeoutError) or worth_another_run(failure):
        return "busy", _BUSY_AGAIN_S
    if isinstance(failure, StorageBroken):
        return "storage_failed", _AWAY_AGAIN_S
    if isinstance(failure, asyncpg.DiskFullError):
        return "storage_full", _AWAY_AGAIN_S
    if isinstance(failure, (DatabaseAway, *AWAY)):
        return "storage_away", _AWAY_AGAIN_S
    if isinstance(failure, sqlite3.Error):
        return _SQLITE.get(getattr(failure, "sqlite_errorcode", 0) & _PRIMARY_CODE)
    return None
