"""HTTP routes of spreadsheets: for admins, over the network only (PROTOCOL §15)."""

from __future__ import annotations

from typing import cast
from urllib.parse import quote

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from gatehouse.devices.tokens import TokenMint
from gatehouse.errors import Problem, language
from gatehouse.replication.core import Replication
from gatehouse.replication.frame import decode
from gatehouse.replication.routes import SMALL, AnyRequest, body_of, ok, packed, received, session_of
from gatehouse.sheets.book import MAX_BYTES
from gatehouse.sheets.bring_in import Apply, Asked, Caller, apply, preview, preview_again
from gatehouse.sheets.columns import LANGUAGES, SHEETS, TITLES, Language, What
from gatehouse.sheets.take_out import Form, export

UPLOAD_S = 120.0
_FILE = "application/octet-stream"
FORMS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


def sheet_routes(core: Replication, mint: TokenMint) -> list[HTTPRouteHandler]:
    """The handlers of PROTOCOL §15."""

    def caller(request: AnyRequest) -> Caller:
        claim = mint.read(request.headers.get("x-gatehouse-device"), core.now())
        token = request.headers.get("authorization", "").partition(" ")[2].strip()
        spoken = cast("Language", language(request.headers.get("accept-language", "")))
        return Caller(claim, session_of(request), token, spoken)

    @post("/api/import/preview", status_code=200, include_in_schema=False, request_max_body_size=MAX_BYTES)
    async def upload(request: AnyRequest) -> Response[bytes]:
        by, what = caller(request), _what(request.query_params.get("what", ""))
        if by.session is None:
            raise Problem("not_signed_in")  # before ten megabytes are taken from anybody
        return await packed(request, await preview(core, what, await file_of(request), by))

    @post("/api/import/again", status_code=200, include_in_schema=False)
    async def again(request: AnyRequest) -> Response[bytes]:
        by = caller(request)
        asked = decode(await body_of(request, SMALL), Asked)
        return await packed(request, await preview_again(core, asked, by))

    @post("/api/import/apply", status_code=200, include_in_schema=False)
    async def carry_out(request: AnyRequest) -> Response[bytes]:
        by = caller(request)
        return ok(await apply(core, decode(await body_of(request, SMALL), Apply), by))

    @get("/api/export/{file:str}", include_in_schema=False)
    async def out(request: AnyRequest, file: FromPath[str]) -> Response[bytes]:
        by = caller(request)
        name, _, form = file.rpartition(".")
        if form not in FORMS:
            raise Problem("not_found")
        what, empty = _what(name), request.query_params.get("empty") == "1"
        made = await export(core, what, cast("Form", form), by, empty=empty)
        title = quote(f"{TITLES[what][LANGUAGES.index(by.language)]}.{form}")
        headers = {
            "cache-control": "no-store",
            "content-disposition": f"attachment; filename=\"{what}.{form}\"; filename*=UTF-8''{title}",
            "x-content-type-options": "nosniff",
        }
        return Response(made, media_type=FORMS[form], headers=headers)

    return [upload, again, carry_out, out]


def _what(name: str) -> What:
    if name not in SHEETS:
        raise Problem("not_found")
    return name


async def file_of(request: AnyRequest) -> bytes:
    """The uploaded file.

    Raises:
        Problem: ``wrong_media_type``, ``empty_body``, ``sheet_too_large``, ``too_slow``.
    """
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media != _FILE or "content-encoding" in request.headers:
        raise Problem("wrong_media_type")
    raw = await received(request, MAX_BYTES, UPLOAD_S, "sheet_too_large")
    if not raw:
        raise Problem("empty_body")
    return raw
