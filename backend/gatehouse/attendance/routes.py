"""HTTP routes of attendance: a team's month for who keeps it, and the same as a workbook (PROTOCOL §18)."""

from __future__ import annotations

from typing import cast
from urllib.parse import quote

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from gatehouse.attendance.matrix import Spell, matrix_file, matrix_of
from gatehouse.devices.tokens import TokenMint
from gatehouse.errors import language
from gatehouse.replication.core import Replication
from gatehouse.replication.routes import AnyRequest, packed, session_of
from gatehouse.sheets.queries import Language

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def attendance_routes(core: Replication, mint: TokenMint) -> list[HTTPRouteHandler]:
    """The handlers of attendance that need the network."""

    @get("/api/attendance/months", include_in_schema=False)
    async def months(request: AnyRequest) -> Response[bytes]:
        claim = mint.read(request.headers.get("x-gatehouse-device"), core.now())
        person = request.query_params.get("person", "")
        found = await matrix_of(core, claim, session_of(request), *_about(request), person=person)
        return await packed(request, found)

    @get("/api/attendance/months.xlsx", include_in_schema=False)
    async def file(request: AnyRequest) -> Response[bytes]:
        claim = mint.read(request.headers.get("x-gatehouse-device"), core.now())
        spoken = cast("Language", language(request.headers.get("accept-language", "")))
        title, made = await matrix_file(core, claim, session_of(request), _about(request), spoken)
        headers = {
            "cache-control": "no-store",
            "content-disposition": f"attachment; filename=\"attendance.xlsx\"; filename*=UTF-8''{quote(title)}.xlsx",
            "x-content-type-options": "nosniff",
        }
        return Response(made, media_type=_XLSX, headers=headers)

    return [months, file]


def _about(request: AnyRequest) -> tuple[str, str, Spell]:
    spell: Spell = "report" if request.query_params.get("spell") == "report" else "month"
    return request.query_params.get("team", ""), request.query_params.get("month", ""), spell
