"""HTTP routes of swaps: who could take a shift, and the register of a team's month (PROTOCOL §16)."""

from __future__ import annotations

from typing import cast
from urllib.parse import quote

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler

from gatehouse.devices.tokens import TokenMint
from gatehouse.errors import language
from gatehouse.replication.core import Replication
from gatehouse.replication.frame import decode
from gatehouse.replication.routes import SMALL, AnyRequest, body_of, ok, packed, session_of
from gatehouse.sheets.queries import Language
from gatehouse.swaps.partners import PartnersRequest, find_partners
from gatehouse.swaps.register import register_file, register_of

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def swap_routes(core: Replication, mint: TokenMint) -> list[HTTPRouteHandler]:
    """The handlers of swaps that need the network."""

    @post("/api/swaps/partners", status_code=200, include_in_schema=False)
    async def partners(request: AnyRequest) -> Response[bytes]:
        claim = mint.read(request.headers.get("x-gatehouse-device"), core.now())
        asked = decode(await body_of(request, SMALL), PartnersRequest)
        return ok(await find_partners(core, claim, session_of(request), asked))

    @get("/api/swaps/register", include_in_schema=False)
    async def register(request: AnyRequest) -> Response[bytes]:
        claim = mint.read(request.headers.get("x-gatehouse-device"), core.now())
        return await packed(request, await register_of(core, claim, session_of(request), *_about(request)))

    @get("/api/swaps/register.xlsx", include_in_schema=False)
    async def file(request: AnyRequest) -> Response[bytes]:
        claim = mint.read(request.headers.get("x-gatehouse-device"), core.now())
        spoken = cast("Language", language(request.headers.get("accept-language", "")))
        title, made = await register_file(core, claim, session_of(request), _about(request), spoken)
        headers = {
            "cache-control": "no-store",
            "content-disposition": f"attachment; filename=\"swaps.xlsx\"; filename*=UTF-8''{quote(title)}.xlsx",
            "x-content-type-options": "nosniff",
        }
        return Response(made, media_type=_XLSX, headers=headers)

    return [partners, register, file]


def _about(request: AnyRequest) -> tuple[str, str]:
    return request.query_params.get("team", ""), request.query_params.get("month", "")
