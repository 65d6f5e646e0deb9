"""HTTP routes of group robots: for admins, with a device token and a session."""

from __future__ import annotations

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from gatehouse.devices.tokens import TokenMint
from gatehouse.replication.core import Replication
from gatehouse.replication.frame import decode
from gatehouse.replication.routes import SMALL, AnyRequest, body_of, created, ok, session_of
from gatehouse.robots.manage import Asker, RobotRequest, attempt, change, listed, make, remove
from gatehouse.robots.send import Sender


def robot_routes(core: Replication, mint: TokenMint, sender: Sender) -> list[HTTPRouteHandler]:
    """The handlers of ``/api/robots``."""

    def asker(request: AnyRequest) -> Asker:
        return Asker(mint.read(request.headers.get("x-gatehouse-device"), core.now()), session_of(request))

    async def wanted(request: AnyRequest) -> RobotRequest:
        return decode(await body_of(request, SMALL), RobotRequest)

    @get("/api/robots", include_in_schema=False)
    async def list_(request: AnyRequest) -> Response[bytes]:
        return ok(await listed(core, asker(request)))

    @post("/api/robots", status_code=201, include_in_schema=False)
    async def make_(request: AnyRequest) -> Response[bytes]:
        who = asker(request)
        return created(await make(core, sender, who, await wanted(request)))

    @post("/api/robots/{robot:str}", status_code=200, include_in_schema=False)
    async def change_(request: AnyRequest, robot: FromPath[str]) -> Response[bytes]:
        who = asker(request)
        return ok(await change(core, sender, who, robot, await wanted(request)))

    @post("/api/robots/{robot:str}/test", status_code=200, include_in_schema=False)
    async def try_(request: AnyRequest, robot: FromPath[str]) -> Response[bytes]:
        return ok(await attempt(core, sender, asker(request), robot))

    @post("/api/robots/{robot:str}/remove", status_code=200, include_in_schema=False)
    async def remove_(request: AnyRequest, robot: FromPath[str]) -> Response[bytes]:
        return ok(await remove(core, asker(request), robot))

    return [list_, make_, change_, try_, remove_]
