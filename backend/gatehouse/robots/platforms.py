r"""The three forms of a group robot: where it lives, how a message is signed, what its answer means.

Facts as of 2026. WeCom: 20 messages a minute a robot, no signature, text of at most 2,048 bytes. DingTalk: 20 a minute,
then mute for 10 minutes; signature HMAC-SHA256 keyed with the secret over ``timestamp "\n" secret`` (ms, within 1 h),
in the address. Feishu and Lark: 100 a minute, 5 a second; HMAC-SHA256 keyed with ``timestamp "\n" secret`` over
nothing (s, within 1 h), in the body. All three say what went wrong in a body under HTTP 200.
"""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Callable
from typing import Any, Final, Literal
from urllib.parse import quote_plus, urlsplit

import msgspec

Platform = Literal["wecom", "dingtalk", "feishu"]
MOST_BYTES: Final = 2_000
"""Of a message's text in UTF-8: the tightest of the three takes 2,048."""

_TOKEN: Final = r"[A-Za-z0-9_-]{8,128}"  # noqa: S105 - a pattern of tokens
_PLACES: Final[dict[str, tuple[frozenset[str], re.Pattern[str]]]] = {
    "wecom": (frozenset({"qyapi.weixin.qq.com"}), re.compile(rf"/cgi-bin/webhook/send\?key={_TOKEN}")),
    "dingtalk": (frozenset({"oapi.dingtalk.com"}), re.compile(rf"/robot/send\?access_token={_TOKEN}")),
    "feishu": (
        frozenset({"open.feishu.cn", "open.larksuite.com"}),
        re.compile(rf"/open-apis/bot/v2/hook/{_TOKEN}"),
    ),
}
_CAUSES: Final[dict[str, dict[int, str]]] = {
    "wecom": {93000: "address", 45009: "too_fast", 45033: "too_fast"},
    "dingtalk": {300001: "address", 300005: "address", 130101: "too_fast", 410100: "too_fast"},
    "feishu": {19001: "address", 19021: "signature", 19022: "source_ip", 19024: "keyword", 11232: "too_fast"},
}
# What shares one number and differs in the words alone.
_WORDED: Final[dict[tuple[str, int], tuple[tuple[str, str], ...]]] = {
    ("dingtalk", 310000): (
        ("keyword", "keyword"),
        ("sign", "signature"),
        ("timestamp", "signature"),
        ("ip", "source_ip"),
    ),
    ("feishu", 9499): (("too many", "too_fast"),),
}


class Answer(msgspec.Struct, frozen=True):
    """What a platform made of a message: ``sent`` or why not, and its own words."""

    code: str
    said: str = ""


def acceptable(platform: str, url: str, gateways: frozenset[str]) -> bool:
    """Whether an address is one of the platform's robots, or lies on a gateway that the operator named.

    Args:
        platform: one of ``Platform``.
        url: as it was pasted, without white space around it.
        gateways: origins (``scheme://host[:port]``) that are allowed beside the platforms' own.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    if not re.fullmatch(r"[!-~]{1,400}", url) or parts.username is not None or parts.fragment or "\\" in url:
        return False
    if f"{parts.scheme}://{parts.netloc}" in gateways:
        return True
    hosts, path = _PLACES[platform]
    there = parts.scheme == "https" and parts.hostname in hosts and port in {None, 443}
    return there and path.fullmatch(f"{parts.path}?{parts.query}" if parts.query else parts.path) is not None


def message(platform: str, url: str, secret: str, text: str, now: int) -> tuple[str, bytes]:
    """The address to post to and the JSON body of a text message, signed when there is a secret.

    Args:
        platform: one of ``Platform``.
        url: the robot's address.
        secret: what its signatures are made with, or "".
        text: at most ``MOST_BYTES`` in UTF-8.
        now: UTC ms.
    """
    return _FORMS[platform](url, secret, text, now)


def _wecom(url: str, _secret: str, text: str, _now: int) -> tuple[str, bytes]:
    return url, msgspec.json.encode({"msgtype": "text", "text": {"content": text}})


def _dingtalk(url: str, secret: str, text: str, now: int) -> tuple[str, bytes]:
    body = msgspec.json.encode({"msgtype": "text", "text": {"content": text}})
    if not secret:
        return url, body
    sign = base64.b64encode(hmac.digest(secret.encode(), f"{now}\n{secret}".encode(), "sha256"))
    return f"{url}{'&' if '?' in url else '?'}timestamp={now}&sign={quote_plus(sign)}", body


def _feishu(url: str, secret: str, text: str, now: int) -> tuple[str, bytes]:
    body: dict[str, Any] = {"msg_type": "text", "content": {"text": text}}
    if secret:
        seconds = str(now // 1000)
        sign = base64.b64encode(hmac.digest(f"{seconds}\n{secret}".encode(), b"", "sha256"))
        body |= {"timestamp": seconds, "sign": sign.decode()}
    return url, msgspec.json.encode(body)


_FORMS: Final[dict[str, Callable[[str, str, str, int], tuple[str, bytes]]]] = {
    "wecom": _wecom,
    "dingtalk": _dingtalk,
    "feishu": _feishu,
}


class _Body(msgspec.Struct):
    """The answers of all three; Feishu has an older form beside its own."""

    errcode: int | None = None
    errmsg: str = ""
    code: int | None = None
    msg: str = ""
    old_code: int | None = msgspec.field(default=None, name="StatusCode")
    old_msg: str = msgspec.field(default="", name="StatusMessage")


def read(platform: str, raw: bytes) -> Answer:
    """What the body of an answer under HTTP 200 says."""
    try:
        body = msgspec.json.decode(raw, type=_Body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return Answer("not_understood")
    number, said = (body.code, body.msg) if platform == "feishu" else (body.errcode, body.errmsg)
    if platform == "feishu" and number is None:
        number, said = body.old_code, body.old_msg
    if number is None:
        return Answer("not_understood")
    if number == 0:
        return Answer("sent", said)
    worded = next((cause for word, cause in _WORDED.get((platform, number), ()) if word in said.lower()), "refused")
    return Answer(_CAUSES[platform].get(number, worded), f"{number} {said}".strip())
