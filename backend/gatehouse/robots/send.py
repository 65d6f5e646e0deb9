"""Sending one message: to allowed places only, no redirect followed, everything bounded in time and size."""

from __future__ import annotations

import asyncio
import logging
import re
import ssl
from typing import Final
from urllib.parse import parse_qsl, urlsplit

import httpx
import msgspec

from gatehouse.robots.platforms import Answer, acceptable, message, read

CONNECT_S: Final = 5.0
WHOLE_S: Final = 8.0
"""Below what the app waits for an answer, so that a test says what was slow."""
MOST_ANSWER: Final = 16 * 1024
MOST_SAID: Final = 200
SHORTEST_SECRET: Final = 6
"""Shorter parts of an address are words like ``send``."""
# At its INFO level the client writes whole addresses, which are secrets here.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)


class Address(msgspec.Struct, frozen=True):
    """Where a robot lives, and what its signatures are made with ("" without): both are secrets."""

    url: str
    secret: str


class Sent(msgspec.Struct, frozen=True):
    """How it went: the answer, and for how many ms the platform asked to be left alone."""

    answer: Answer
    wait_ms: int = 0


class Sender:
    """The way out of one process."""

    def __init__(self, gateways: frozenset[str] = frozenset()) -> None:
        """Allow the platforms' own hosts and these origins."""
        self.gateways = gateways
        self._tls: ssl.SSLContext | None = None

    async def send(self, platform: str, address: Address, text: str, now: int) -> Sent:
        """Post a text; every way it can go is an answer, nothing is raised."""
        if not acceptable(platform, address.url, self.gateways):  # a gateway that is allowed no more
            return Sent(Answer("address"))
        url, body = message(platform, address.url, address.secret, text, now)
        try:
            async with asyncio.timeout(WHOLE_S):
                sent = await self._post(platform, url, body)
        except (TimeoutError, httpx.TimeoutException):
            return Sent(Answer("too_slow"))
        except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError, OSError):
            return Sent(Answer("unreachable"))
        return msgspec.structs.replace(sent, answer=Answer(sent.answer.code, _clean(sent.answer.said, address)))

    async def _post(self, platform: str, url: str, body: bytes) -> Sent:
        self._tls = self._tls or httpx.create_ssl_context()
        limits = httpx.Timeout(WHOLE_S, connect=CONNECT_S)
        headers = {"content-type": "application/json; charset=utf-8", "accept-encoding": "identity"}
        async with (
            httpx.AsyncClient(verify=self._tls, timeout=limits, follow_redirects=False) as client,
            client.stream("POST", url, content=body, headers=headers) as response,
        ):
            if response.is_redirect:
                return Sent(Answer("redirected"))
            if response.status_code == httpx.codes.TOO_MANY_REQUESTS:
                return Sent(Answer("too_fast"), _wait_ms(response))
            if response.status_code != httpx.codes.OK:
                return Sent(Answer("http_status", str(response.status_code)), _wait_ms(response))
            raw = b""
            async for chunk in response.aiter_raw():
                raw += chunk
                if len(raw) > MOST_ANSWER:
                    return Sent(Answer("not_understood"))
        return Sent(read(platform, raw))


def _wait_ms(response: httpx.Response) -> int:
    after = response.headers.get("retry-after", "")
    return int(after) * 1000 if re.fullmatch(r"\d{1,6}", after) else 0


def _clean(said: str, address: Address) -> str:
    """A platform's words without what is secret in them, without control characters, at most ``MOST_SAID`` long."""
    parts = urlsplit(address.url)
    secrets = [parts.path.rpartition("/")[2], *(value for _, value in parse_qsl(parts.query)), address.secret]
    for secret in secrets:
        if len(secret) >= SHORTEST_SECRET:
            said = said.replace(secret, "…")
    return "".join(sign if sign.isprintable() else " " for sign in said)[:MOST_SAID]
