"""Robots on a test estate."""

from __future__ import annotations

from typing import Any

from tests.dump import ask
from tests.estate import Estate, Phone
from tests.platforms import Platform

from gatehouse.identity.sign_in import token_hash
from gatehouse.robots.digest import tell
from gatehouse.robots.manage import Asker, Robot, RobotRequest, make
from gatehouse.robots.send import Sender


def asker(phone: Phone) -> Asker:
    """Whoever is signed in on a phone."""
    return Asker(phone.claim(), token_hash(phone.session) if phone.session is not None else None)


def wanted(there: Platform, **changes: Any) -> RobotRequest:
    """A robot in the group of a platform."""
    given: dict[str, Any] = {
        "platform": there.kind,
        "name": "值班群",
        "tells": ["decisions", "windows", "devices"],
        "zone": "Asia/Shanghai",
        "language": "zh-CN",
        "url": there.url,
        "secret": there.secret,
        "link": "https://gate.example",
    }
    return RobotRequest(**{**given, **changes})


class Robots:
    """The program's way out to one platform, from an estate."""

    def __init__(self, estate: Estate, there: Platform) -> None:
        self.estate, self.there = estate, there
        self.sender = Sender(frozenset({there.origin}))

    async def add(self, **changes: Any) -> Robot:
        return await make(self.estate.core, self.sender, asker(self.estate.admin), wanted(self.there, **changes))

    async def tell(self) -> int:
        return await tell(self.estate.core, self.sender)

    async def row(self, robot: str) -> dict[str, Any]:
        """How a robot's last message went."""
        columns = ("last_at", "last_code", "last_said", "failing", "gave_up")
        found = await ask(self.estate.database, f"SELECT {', '.join(columns)} FROM robot WHERE id = ?", robot)
        return dict(zip(columns, found[0], strict=True))
