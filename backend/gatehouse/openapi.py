"""``/api/openapi.json``: written from the frames themselves, so that it says exactly what the decoders accept."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from gatehouse.estate.office import Effects, Planned, Residents
from gatehouse.ical.addresses import CalendarMade, CalendarRequest, CalendarState
from gatehouse.replication.history import History
from gatehouse.robots.manage import Removed, Robot, RobotRequest, Robots, Tried
from gatehouse.sheets.bring_in import Applied, Apply, Asked, Preview
from gatehouse_sync import PROTOCOL_VERSION
from gatehouse_sync.protocol import (
    EnrolRequest,
    Need,
    NeedCerts,
    PasswordRequest,
    PasswordSet,
    PullReply,
    PullRequest,
    Push,
    PushReply,
    Rechain,
    Rechained,
    RechainRequest,
    ServerInfo,
    SignedIn,
    SignInCode,
    SignInRequest,
    Token,
    TokenRequest,
)


class Problem(msgspec.Struct):
    """Every answer that is not a success (RFC 9457)."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    request_id: str
    retry_after: int | None = None


class Health(msgspec.Struct):
    """The server answers and so does its database."""

    ok: bool


_DEVICE = {"name": "X-Gatehouse-Device", "in": "header", "required": True, "schema": {"type": "string"}}
_SESSION = {"name": "Authorization", "in": "header", "required": False, "schema": {"type": "string"}}
_SIGNED_IN = {**_SESSION, "required": True}
_ENTITY = {"name": "entity", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
_UNIT = {**_ENTITY, "name": "unit"}
_PERSON = {**_ENTITY, "name": "person"}
_ROBOT = {**_ENTITY, "name": "robot"}
_KINDS = ["people", "posts", "units", "vehicles"]
_WHAT = {"name": "what", "in": "query", "required": True, "schema": {"type": "string", "enum": _KINDS}}
_FILE = {
    "name": "file",
    "in": "path",
    "required": True,
    "schema": {"type": "string", "enum": [f"{kind}.{form}" for kind in _KINDS for form in ("xlsx", "csv")]},
}
_STRUCTS = (
    Push,
    PushReply,
    Need,
    Rechain,
    NeedCerts,
    PullRequest,
    PullReply,
    History,
    ServerInfo,
    EnrolRequest,
    SignInRequest,
    SignedIn,
    PasswordRequest,
    PasswordSet,
    SignInCode,
    TokenRequest,
    Token,
    RechainRequest,
    Rechained,
    Residents,
    Planned,
    Effects,
    Robot,
    RobotRequest,
    Robots,
    Tried,
    Removed,
    CalendarMade,
    CalendarRequest,
    CalendarState,
    Preview,
    Asked,
    Apply,
    Applied,
    Problem,
    Health,
)


class Route(msgspec.Struct, frozen=True):
    """One operation: its frames are Structs."""

    method: str
    summary: str
    replies: tuple[type[msgspec.Struct], ...]
    request: type[msgspec.Struct] | None = None
    status: str = "200"
    parameters: tuple[dict[str, Any], ...] = ()
    file: str | None = None
    """The media type of a file that is sent."""
    files: tuple[str, ...] = ()
    """Media types of the file that comes back."""


_ROUTES: dict[str, Route | tuple[Route, ...]] = {
    "/api/sync/server": Route("get", "Server key, limits, a time anchor", (ServerInfo,)),
    "/api/sync/push": Route("post", "Push acts (PROTOCOL 6)", (PushReply, Need, Rechain, NeedCerts), Push),
    "/api/sync/pull": Route(
        "post", "Pull pages (PROTOCOL 8)", (PullReply,), PullRequest, parameters=(_DEVICE, _SESSION)
    ),
    "/api/sync/history/{entity}": Route(
        "get", "All acts on a record (PROTOCOL 12)", (History,), parameters=(_ENTITY, _DEVICE, _SIGNED_IN)
    ),
    "/api/devices/enrol": Route("post", "Enrol a browser (PROTOCOL 4.1)", (SignedIn,), EnrolRequest, "201"),
    "/api/devices/token": Route("post", "A device token (PROTOCOL 4.4)", (Token,), TokenRequest),
    "/api/devices/chains": Route("post", "Begin a new chain (PROTOCOL 3.4)", (Rechained,), RechainRequest, "201"),
    "/api/auth/sign-in": Route(
        "post", "Sign a person in (PROTOCOL 4.2)", (SignedIn,), SignInRequest, parameters=(_DEVICE,)
    ),
    "/api/auth/password": Route(
        "post", "A new password for a one-time code (PROTOCOL 4.7)", (PasswordSet,), PasswordRequest
    ),
    "/api/people/{person}/code": Route(
        "post",
        "A one-time code for a person (PROTOCOL 4.8)",
        (SignInCode,),
        status="201",
        parameters=(_PERSON, _DEVICE, _SIGNED_IN),
    ),
    "/api/units/{unit}/residents": Route(
        "get", "Who lives in a unit (PROTOCOL 13)", (Residents,), parameters=(_UNIT, _DEVICE, _SIGNED_IN)
    ),
    "/api/estate/effects": Route(
        "post", "What a change would do (PROTOCOL 13)", (Effects,), Planned, parameters=(_DEVICE, _SIGNED_IN)
    ),
    "/api/robots": (
        Route("get", "Group robots of the org", (Robots,), parameters=(_DEVICE, _SIGNED_IN)),
        Route("post", "A new group robot", (Robot,), RobotRequest, "201", (_DEVICE, _SIGNED_IN)),
    ),
    "/api/robots/{robot}": Route(
        "post", "Change a group robot", (Robot,), RobotRequest, parameters=(_ROBOT, _DEVICE, _SIGNED_IN)
    ),
    "/api/robots/{robot}/test": Route(
        "post", "Send a test message", (Tried,), parameters=(_ROBOT, _DEVICE, _SIGNED_IN)
    ),
    "/api/robots/{robot}/remove": Route(
        "post", "Remove a group robot", (Removed,), parameters=(_ROBOT, _DEVICE, _SIGNED_IN)
    ),
    "/api/calendar": (
        Route("get", "Whether one has a calendar address", (CalendarState,), parameters=(_DEVICE, _SIGNED_IN)),
        Route("post", "A new calendar address", (CalendarMade,), CalendarRequest, "201", (_DEVICE, _SIGNED_IN)),
    ),
    "/api/calendar/end": Route(
        "post", "End one's calendar address", (CalendarState,), parameters=(_DEVICE, _SIGNED_IN)
    ),
    "/api/import/preview": Route(
        "post",
        "What a spreadsheet would do; the body is the file (PROTOCOL 15.1)",
        (Preview,),
        parameters=(_WHAT, _DEVICE, _SIGNED_IN),
        file="application/octet-stream",
    ),
    "/api/import/again": Route(
        "post", "The same with other columns (PROTOCOL 15.2)", (Preview,), Asked, parameters=(_DEVICE, _SIGNED_IN)
    ),
    "/api/import/apply": Route(
        "post", "Do what was shown (PROTOCOL 15.3)", (Applied,), Apply, parameters=(_DEVICE, _SIGNED_IN)
    ),
    "/api/export/{file}": Route(
        "get",
        "A spreadsheet of a kind, such as people.xlsx (PROTOCOL 15.4)",
        (),
        parameters=(_FILE, _DEVICE, _SIGNED_IN),
        files=("text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ),
    "/api/health": Route("get", "Whether the server answers", (Health,)),
}


def document() -> dict[str, Any]:
    """The OpenAPI 3.1 description of the API."""
    _, schemas = msgspec.json.schema_components(_STRUCTS, ref_template="#/components/schemas/{name}")
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Gatehouse",
            "version": str(PROTOCOL_VERSION),
            "license": {"name": "MIT", "identifier": "MIT"},
            "description": "The sync API. How its frames are made and signed is in sync/PROTOCOL.md.",
        },
        "paths": {path: _operations(path, given) for path, given in _ROUTES.items()},
        "components": {"schemas": schemas},
    }


_BRACES = str.maketrans("", "", "{}")


def _operations(path: str, given: Route | tuple[Route, ...]) -> dict[str, Any]:
    if isinstance(given, Route):
        return {given.method: _operation(path, given)}
    return {route.method: _operation(path, route, f"_{route.method}") for route in given}


def _operation(path: str, route: Route, suffix: str = "") -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": path.removeprefix("/api/").replace("/", "_").replace("-", "_").translate(_BRACES) + suffix,
        "summary": route.summary,
        "responses": {
            route.status: {"description": "Success", "content": _content(route)},
            "default": {
                "description": "A problem; `code` is stable",
                "content": {"application/problem+json": {"schema": _ref(Problem)}},
            },
        },
    }
    if route.parameters:
        operation["parameters"] = list(route.parameters)
    if route.request is not None:
        operation["requestBody"] = {"required": True, "content": _json(_ref(route.request))}
    if route.file is not None:
        operation["requestBody"] = {"required": True, "content": {route.file: {}}}
    return operation


def _content(route: Route) -> dict[str, Any]:
    refs = [_ref(reply) for reply in route.replies]
    return {media: {} for media in route.files} or _json(refs[0] if len(refs) == 1 else {"anyOf": refs})


def _ref(struct: type[msgspec.Struct]) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{struct.__name__}"}


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def openapi_route() -> HTTPRouteHandler:
    """The handler that serves the description."""
    text = msgspec.json.encode(document())

    @get("/api/openapi.json", include_in_schema=False)
    async def openapi() -> Response[bytes]:
        return Response(text, media_type="application/json", headers={"cache-control": "no-cache"})

    return openapi
