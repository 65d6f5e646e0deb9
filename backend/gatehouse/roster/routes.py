"""HTTP route of rosters: what a publication would meet, for whoever plans the team (PROTOCOL 10.10)."""

from __future__ import annotations

from litestar import Response, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from gatehouse.db.steps import Steps, read
from gatehouse.devices.tokens import TokenMint
from gatehouse.errors import Problem
from gatehouse.replication.core import Replication
from gatehouse.replication.frame import decode
from gatehouse.replication.routes import SMALL, AnyRequest, body_of, ok, session_of
from gatehouse.roster.check import Asked, Checked, check
from gatehouse.roster.queries import planner


def roster_routes(core: Replication, mint: TokenMint) -> list[HTTPRouteHandler]:
    """The handlers of this feature."""

    @post("/api/roster/{team:str}/check", status_code=200, include_in_schema=False)
    async def checked(request: AnyRequest, team: FromPath[str]) -> Response[bytes]:
        asked = decode(await body_of(request, SMALL), Asked)
        if asked.team != team:
            raise Problem("bad_frame")
        claim = mint.read(request.headers.get("x-gatehouse-device"), core.now())

        def steps() -> Steps[Checked]:
            by = yield from planner(claim, session_of(request), team, core.now())
            return (yield from check(asked, by, core.now()))

        return ok(await read(core.database, steps()))

    return [checked]
