"""HTTP routes of one-time codes and of what an admin asks the server."""

from __future__ import annotations

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from gatehouse.devices.tokens import TokenMint
from gatehouse.estate.codes import make_code, set_password
from gatehouse.estate.held import held_acts
from gatehouse.estate.office import Planned, effects, residents
from gatehouse.replication.core import Replication
from gatehouse.replication.frame import decode
from gatehouse.replication.routes import SMALL, AnyRequest, body_of, created, ok, session_of, source_of
from gatehouse_sync.protocol import PasswordRequest


def code_routes(core: Replication, mint: TokenMint) -> list[HTTPRouteHandler]:
    """The handlers of PROTOCOL 4.7 and 4.8."""

    @post("/api/auth/password", status_code=200, include_in_schema=False)
    async def password(request: AnyRequest) -> Response[bytes]:
        frame = decode(await body_of(request, SMALL), PasswordRequest)
        return ok(await set_password(core, frame, source_of(request)))

    @post("/api/people/{person:str}/code", status_code=201, include_in_schema=False)
    async def code(request: AnyRequest, person: FromPath[str]) -> Response[bytes]:
        claim = mint.read(request.headers.get("x-gatehouse-device"), core.now())
        return created(await make_code(core, person, claim, session_of(request)))

    return [password, code]


def office_routes(core: Replication, mint: TokenMint) -> list[HTTPRouteHandler]:
    """The handlers of PROTOCOL §13: for admins, over the network only."""

    @get("/api/units/{unit:str}/residents", include_in_schema=False)
    async def of_unit(request: AnyRequest, unit: FromPath[str]) -> Response[bytes]:
        claim = mint.read(request.headers.get("x-gatehouse-device"), core.now())
        return ok(await residents(core, unit, claim, session_of(request)))

    @post("/api/estate/effects", status_code=200, include_in_schema=False)
    async def planned(request: AnyRequest) -> Response[bytes]:
        claim = mint.read(request.headers.get("x-gatehouse-device"), core.now())
        frame = decode(await body_of(request, SMALL), Planned)
        return ok(await effects(core, frame, claim, session_of(request)))

    @get("/api/estate/held", include_in_schema=False)
    async def held(request: AnyRequest) -> Response[bytes]:
        claim = mint.read(request.headers.get("x-gatehouse-device"), core.now())
        return ok(await held_acts(core, claim, session_of(request)))

    return [of_unit, planned, held]
