"""The small listener without TLS: the install page and the authority's certificate, and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
from litestar import Litestar, Request, get, route
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.response.base import ASGIResponse

from gatehouse.errors import EXCEPTION_HANDLERS
from gatehouse.lan.site import CERTIFICATE, PROFILE, Facts, LanSite, svg
from gatehouse.web.files import read_file, read_files
from gatehouse.web.headers import SECURITY_HEADERS
from gatehouse.web.static import INSTALL, answer

_FRESH = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


def install_app(site: LanSite, page: Path) -> Litestar:
    """What listens on the install port; ``page`` is the folder of the built install page, read once, here."""
    files = {f"/{INSTALL}{name}": file for name, file in read_files(page).items() if "/assets/" in name}
    whole = read_file(page / "install.html", hashed=False)

    @route("/{path:path}", http_method=["GET", "HEAD"], include_in_schema=False, sync_to_thread=False)
    def other(request: Request[Any, Any, Any]) -> ASGIResponse:
        path = request.scope["path"]
        if path not in files:
            raise NotFoundException(detail="There is nothing at this address.")
        return answer(files[path], request)

    @route("/", http_method=["GET", "HEAD"], include_in_schema=False, sync_to_thread=False)
    def first(request: Request[Any, Any, Any]) -> ASGIResponse:
        said = answer(whole, request)
        # It tries whether the app's address opens: the one thing it may connect to beside itself.
        policy = SECURITY_HEADERS["Content-Security-Policy"]
        wider = policy.replace("connect-src 'self'", f"connect-src 'self' {site.facts(_host(request)).app}")
        said.headers["content-security-policy"] = wider
        return said

    @get(CERTIFICATE, include_in_schema=False, sync_to_thread=False)
    def certificate() -> ASGIResponse:
        # As a file: Android takes an authority from its settings only, where it asks for one.
        name = CERTIFICATE.removeprefix("/")
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return _sent(site.authority.der, "application/x-x509-ca-cert", headers)

    @get(PROFILE, include_in_schema=False, sync_to_thread=False)
    def profile() -> ASGIResponse:
        return _sent(site.profile(), "application/x-apple-aspen-config")

    return Litestar(
        [first, other, *facts_routes(site), certificate, profile],
        exception_handlers=EXCEPTION_HANDLERS,
        openapi_config=None,
        request_max_body_size=1024,
    )


def facts_routes(site: LanSite | None) -> list[HTTPRouteHandler]:
    """``/api/install`` of both listeners: where phones begin, or nulls when this server has no install page."""

    @get("/api/install", include_in_schema=False, sync_to_thread=False)
    def facts(request: Request[Any, Any, Any]) -> ASGIResponse:
        known = Facts() if site is None else site.facts(_host(request))
        return _sent(msgspec.json.encode(known), "application/json")

    @get("/api/install/qr.svg", include_in_schema=False, sync_to_thread=False)
    def code(request: Request[Any, Any, Any]) -> ASGIResponse:
        if site is None:
            raise NotFoundException(detail="This server has no install page.")
        return _sent(svg(f"{site.facts(_host(request)).install}/"), "image/svg+xml")

    return [facts, code]


def _host(request: Request[Any, Any, Any]) -> str:
    return request.headers.get("host", "")


def _sent(body: bytes, media_type: str, headers: dict[str, str] | None = None) -> ASGIResponse:
    return ASGIResponse(
        body=body,
        headers={**SECURITY_HEADERS, **_FRESH, **(headers or {}), "Content-Type": media_type},
    )
