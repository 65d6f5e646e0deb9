"""A local server that stands for a group robot's platform: it checks and answers as the platform does."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from unittest import mock
from urllib.parse import parse_qs, urlsplit

PATHS = {
    "wecom": "/cgi-bin/webhook/send?key=693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa",
    "dingtalk": "/robot/send?access_token=566cc69da782ec33e42541b09b08551f",
    "feishu": "/open-apis/bot/v2/hook/27b43f65-8aa1-4a5c-a7d4-0123456789ab",
}
KEYS = {platform: path.rpartition("=")[2].rpartition("/")[2] for platform, path in PATHS.items()}
HOUR_MS = 3_600_000
Failure = tuple[int, str]
FAILURES: dict[str, dict[str, Failure]] = {
    "wecom": {
        "address": (93000, "invalid webhook url, hint: [1609], from ip: 192.0.2.1"),
        "too_fast": (45009, "api freq out of limit"),
        "refused": (40008, "invalid message type"),
    },
    "dingtalk": {
        "address": (300005, "token is not exist"),
        "signature": (310000, "sign not match, more: [https://ding-doc.example]"),
        "keyword": (310000, "keywords not in content"),
        "source_ip": (310000, "ip 192.0.2.1 not in whitelist"),
        "too_fast": (130101, "send too fast, exceed 20 times per minute"),
        "refused": (400013, "the group was disbanded"),
    },
    "feishu": {
        "address": (19001, "param invalid: incoming webhook access token invalid"),
        "signature": (19021, "sign match fail or timestamp is not within one hour from current time"),
        "keyword": (19024, "Key Words Not Found"),
        "source_ip": (19022, "Ip Not Allowed"),
        "too_fast": (11232, "frequency limited psm[lark.oapi.app_platform_runtime]"),
        "refused": (9499, "Bad Request"),
    },
}


class Platform(ThreadingHTTPServer):
    """One robot of a platform. ``mode`` is how it answers: ``ok``, a key of ``FAILURES``, or a way to misbehave."""

    daemon_threads = True

    def __init__(self, kind: str, secret: str, now: Callable[[], int]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.kind, self.secret, self.now = kind, secret, now
        self.mode = "ok"
        self.seen: list[str] = []
        """Texts that reached the group."""
        self.asked = 0
        self.elsewhere = 0
        """Requests at the place a redirect leads to."""

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    @property
    def url(self) -> str:
        return self.origin + PATHS[self.kind]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up early is part of the tests."""

    def judge(self, path: str, media: str, body: bytes) -> Failure:
        """What the platform says of a request: (0, "ok") or why not."""
        failures = FAILURES[self.kind]
        if self.mode in failures:
            return failures[self.mode]
        if media != "application/json; charset=utf-8":
            return failures["refused"]
        parts, given = urlsplit(path), json.loads(body)
        if not path.startswith(PATHS[self.kind]):
            return failures["address"]
        if self.secret and not self.signed(parse_qs(parts.query), given):
            return failures["signature"]
        text = given["content"]["text"] if self.kind == "feishu" else given["text"]["content"]
        if given.get("msgtype" if self.kind != "feishu" else "msg_type") != "text" or len(text.encode()) > 2048:
            return failures["refused"]
        self.seen.append(text)
        return 0, "success" if self.kind == "feishu" else "ok"

    def signed(self, query: dict[str, list[str]], given: dict[str, Any]) -> bool:
        """As each platform's own page says, with another way to compute it than the program's."""
        if self.kind == "dingtalk":
            stamp, sign = query.get("timestamp", ["0"])[0], query.get("sign", [""])[0]
            key, said, at = self.secret, f"{stamp}\n{self.secret}", int(stamp)
        else:
            stamp, sign = given.get("timestamp", "0"), given.get("sign", "")
            key, said, at = f"{stamp}\n{self.secret}", "", int(stamp) * 1000
        made = hmac.new(key.encode(), said.encode(), hashlib.sha256)
        return abs(self.now() - at) < HOUR_MS and base64.b64encode(made.digest()).decode() == sign


class Handler(BaseHTTPRequestHandler):
    """HTTP around it."""

    server: Platform  # type: ignore[mutable-override]  # it is made by this server alone
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        platform = self.server
        if self.path == "/elsewhere":
            platform.elsewhere += 1
            return self.answer(200, b'{"errcode":0,"code":0}')
        platform.asked += 1
        fixed: dict[str, tuple[int, bytes, dict[str, str]]] = {
            "429": (429, b"{}", {"Retry-After": "1800"}),
            "502": (502, b"<html>bad gateway</html>", {}),
            "redirect": (307, b"", {"Location": f"{platform.origin}/elsewhere"}),
            "huge": (200, b'{"errcode":0,"code":0,"errmsg":"' + b"x" * 3_000_000 + b'"}', {}),
            "nonsense": (200, b"<html>welcome to the hotel</html>", {}),
            "silent": (200, b"{}", {}),
        }
        if platform.mode in fixed:
            status, raw, headers = fixed[platform.mode]
            return self.answer(status, raw, **headers)
        if platform.mode in {"drip", "hang_up"}:
            return self.misbehave()
        if platform.mode == "slow":
            time.sleep(1.5)
        verdict = platform.judge(self.path, self.headers["content-type"], body)
        if platform.mode == "tell":
            verdict = 7, f"\x07{KEYS[platform.kind]} {platform.secret}"
        return self.answer(200, json.dumps(self.said(verdict)).encode())

    def said(self, verdict: Failure) -> dict[str, Any]:
        number, words = verdict
        if self.server.kind != "feishu":
            return {"errcode": number, "errmsg": words}
        old = {"StatusCode": 0, "StatusMessage": "success"} if number == 0 else {}
        return {"code": number, "msg": words, "data": {}, **old}

    def misbehave(self) -> None:
        """Hang up, or send a byte now and then: no single read is slow."""
        if self.server.mode == "hang_up":
            self.close_connection = True
            self.connection.close()
            return
        self.send_response(200)
        body = b'{"errcode":0,"code":0}'.ljust(30)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        for byte in body:
            self.wfile.write(bytes([byte]))
            self.wfile.flush()
            time.sleep(0.1)

    def answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def platform(kind: str, secret: str, now: Callable[[], int]) -> Iterator[Platform]:
    """A running platform."""
    server = Platform(kind, secret, now)
    here = mock.patch.dict(os.environ, {"NO_PROXY": "127.0.0.1"})  # whatever way out the machine has
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        with here:
            yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
