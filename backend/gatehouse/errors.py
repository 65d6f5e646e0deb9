"""The one translator of errors to HTTP: problem+json (RFC 9457) from the closed catalogue.

A body holds what we wrote and never what was sent: no message of a parser or a database reaches it.
"""

import logging
import re
import secrets
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

import msgspec
from litestar import Request, Response
from litestar.connection import ASGIConnection
from litestar.exceptions import HTTPException

from gatehouse.db.failures import StorageError
from gatehouse.failure_codes import code_of
from gatehouse.logs import where
from gatehouse.problem_catalogue import CATALOGUE

_log = logging.getLogger(__name__)
_PROBLEM_JSON: Final = "application/problem+json"
_SERVER_FAULT_FROM: Final = 500
_RESERVED: Final = frozenset({"type", "title", "status", "code", "detail", "request_id", "retry_after"})
# What Litestar may add to an answer of its own.
_PASSED_ON: Final = frozenset({"allow", "www-authenticate"})
# The path msgspec ends a message with, cut to names and numbers that come from our own types.
_PATH: Final = re.compile(r" - at `(\$(?:\.[A-Za-z_]\w{0,63}|\[\d{1,9}\]|\[\.\.\.\]){0,16})`\Z")


class Problem(Exception):
    """An answer that is not a success.

    `code` is one of the catalogue, `retry_after` is in whole seconds, `extra` is added to the body and must not
    repeat input. Raises KeyError for an unknown code and ValueError for an `extra` that would hide a member.
    """

    def __init__(self, code: str, *, retry_after: int | None = None, extra: Mapping[str, object] | None = None) -> None:
        self.code = code
        self.status = CATALOGUE[code].status
        self.retry_after = retry_after
        self.extra = MappingProxyType(dict(extra or {}))
        if hidden := _RESERVED & self.extra.keys():
            raise ValueError(f"A problem's extra fields cannot be called {', '.join(sorted(hidden))}.")
        super().__init__(code)


def request_id(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    """The id this request has in answers and logs; made by us, whatever the client sent."""
    state: dict[str, Any] = connection.scope["state"]
    known = state.get("request_id")
    if not isinstance(known, str):
        known = state["request_id"] = secrets.token_hex(8)
    return known


def language(accept: str) -> str:
    """`zh-CN`, `zh-TW` or `en`: the best that an Accept-Language header asks for, else zh-CN."""
    best, best_weight = "zh-CN", 0.0
    for part in accept.split(",")[:20]:
        name, _, rest = part.strip().lower().partition(";")
        weight = re.fullmatch(r"\s*q=([01](?:\.\d{1,3})?)\s*", rest)
        value = float(weight[1]) if weight else float(not rest)
        ours = _ours(name)
        if ours is not None and value > best_weight:
            best, best_weight = ours, value
    return best


def _ours(name: str) -> str | None:
    if re.match(r"zh-(tw|hk|mo|hant)\b", name):
        return "zh-TW"
    if re.match(r"zh\b", name) or name == "*":
        return "zh-CN"
    return "en" if re.match(r"en\b", name) else None


def as_problem(failure: BaseException) -> Problem:
    """The problem that stands for `failure`; `server_fault` for what nobody foresaw."""
    if isinstance(failure, Problem):
        return failure
    code, retry_after = code_of(failure)
    where = _where(failure) if code == "bad_field" else None
    return Problem(code, retry_after=retry_after, extra=None if where is None else {"where": where})


def answer(request: Request[Any, Any, Any], failure: Exception) -> Response[bytes]:
    """Answer `failure` as problem+json in the language the client asked for, and log what is our fault."""
    problem = as_problem(failure)
    identity = request_id(request)
    if problem.status >= _SERVER_FAULT_FROM and not (problem is failure and problem.code == "busy"):
        # Whom we turn away ourselves is counted: a storm's thousand traces would hide a real fault.
        _report(failure, problem, request, identity)
    entry = CATALOGUE[problem.code]
    tongue = language(request.headers.get("accept-language", ""))
    body: dict[str, object] = {
        "type": f"urn:gatehouse:problem:{problem.code}",
        "title": entry.title,
        "status": entry.status,
        "code": problem.code,
        "detail": {"zh-CN": entry.zh_cn, "zh-TW": entry.zh_tw}.get(tongue, entry.en),
        "request_id": identity,
    }
    headers = {
        "content-language": tongue,
        "vary": "accept-language",
        "cache-control": "no-store",
        "x-request-id": identity,
    }
    if isinstance(failure, HTTPException):
        headers |= {name: text for name, text in (failure.headers or {}).items() if name.lower() in _PASSED_ON}
    if problem.retry_after is not None:
        body["retry_after"] = problem.retry_after
        headers["retry-after"] = str(problem.retry_after)
    return Response(
        msgspec.json.encode(body | dict(problem.extra)),
        status_code=entry.status,
        media_type=_PROBLEM_JSON,
        headers=headers,
    )


# For `Litestar(exception_handlers=…)`: one entry, since every other class is below it.
EXCEPTION_HANDLERS: Final[dict[int | type[Exception], Callable[[Request[Any, Any, Any], Any], Response[Any]]]] = {
    Exception: answer
}


def _where(failure: BaseException | None) -> str | None:
    """The place in the body that msgspec complains about, as a path of our field names."""
    # Litestar decodes a handler's arguments as one object, in which the body is called `data`.
    root = "$.data" if isinstance(failure, HTTPException) else "$"
    while failure is not None:
        if isinstance(failure, msgspec.ValidationError):
            message = str(failure)
            # This message quotes the sender's field name, which could imitate a path.
            match = None if "unknown field" in message else _PATH.search(message)
            return "$" + match[1].removeprefix(root).removeprefix("$") if match else None
        failure = failure.__cause__ or failure.__context__
    return None


def _report(failure: Exception, problem: Problem, request: Request[Any, Any, Any], identity: str) -> None:
    """Log the fault with its trace but, unless it is ours, without its message."""
    quoted = str(failure) if isinstance(failure, StorageError) else ""
    _log.error(
        "%s %s %s %s: %s %s\n%s",
        problem.code,
        identity,
        request.method,
        request.scope.get("path_template", ""),
        type(failure).__name__,
        quoted,
        where(failure),
    )
