"""Serve the built app. Litestar's static router has no fallback for deep links, no 304 and compresses per request."""

from pathlib import Path
from typing import Any

from litestar import Request, route
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.response.base import ASGIResponse
from litestar.status_codes import HTTP_200_OK, HTTP_304_NOT_MODIFIED

from gatehouse.web.files import ENCODINGS, File, read_files
from gatehouse.web.headers import SECURITY_HEADERS

INDEX = "/index.html"
INSTALL = "install"


def built_app() -> Path | None:
    """The folder of the built app: inside an installed package, else in the work tree; None when it was never built."""
    here = Path(__file__).resolve().parent
    candidates = [here / "dist", here.parents[2] / "frontend" / "dist"]
    return next((folder for folder in candidates if (folder / "index.html").is_file()), None)


def built_page() -> Path | None:
    """The folder of the built install page, which a listener of its own serves; None when it was never built."""
    app = built_app()
    folder = app / INSTALL if app is not None else None
    return folder if folder is not None and (folder / "install.html").is_file() else None


def web_routes(directory: Path) -> list[HTTPRouteHandler]:
    """Handlers for `/` and everything below it that no other route claims; `directory` is read once, here.

    Raises FileNotFoundError when there is no built app in `directory`.
    """
    files = read_files(directory)
    if INDEX not in files:
        message = f"No built web app in {directory}: run `make build`."
        raise FileNotFoundError(message)

    @route(["/", "/{path:path}"], http_method=["GET", "HEAD"], include_in_schema=False, sync_to_thread=False)
    def web(request: Request[Any, Any, Any]) -> ASGIResponse:
        path = request.scope["path"]
        name = INDEX if path == "/" else path
        if name not in files and is_deep_link(path, request.headers.get("accept", "")):
            name = INDEX
        if name not in files:
            raise NotFoundException(detail="There is nothing at this address.", headers={"Cache-Control": "no-store"})
        return answer(files[name], request)

    return [web]


def is_deep_link(path: str, accept: str) -> bool:
    """Whether a browser asks for a screen of the app; a missing file stays missing, or a lost chunk becomes HTML."""
    return "text/html" in accept and "." not in path and path != "/api" and not path.startswith("/api/")


def answer(file: File, request: Request[Any, Any, Any]) -> ASGIResponse:
    encoding = best_encoding(request.headers.get("accept-encoding", ""), file)
    etag = f'"{file.digest}-{encoding}"'
    headers = {**SECURITY_HEADERS, "Cache-Control": file.cache_control, "ETag": etag, "Vary": "Accept-Encoding"}
    if matches(request.headers.get("if-none-match", ""), etag):
        return ASGIResponse(headers=headers, status_code=HTTP_304_NOT_MODIFIED)
    body = file.bodies[encoding]
    headers |= {"Content-Type": file.media_type, "Content-Length": str(len(body))}
    if encoding != "identity":
        headers["Content-Encoding"] = encoding
    head = request.method == "HEAD"
    return ASGIResponse(body=b"" if head else body, headers=headers, is_head_response=head, status_code=HTTP_200_OK)


def best_encoding(accepted: str, file: File) -> str:
    """The smallest stored form that the client accepts (RFC 9110 §12.5.3); a weight of zero is a refusal."""
    weights = {}
    for part in accepted.lower().split(","):
        name, _, parameter = part.partition(";")
        weights[name.strip()] = parameter.replace(" ", "").removeprefix("q=").rstrip("0.") != ""
        if not parameter:
            weights[name.strip()] = True
    usable = (name for name in ENCODINGS if name in file.bodies and weights.get(name, weights.get("*", False)))
    return next(usable, "identity")


def matches(if_none_match: str, etag: str) -> bool:
    """Weak comparison, as RFC 9110 §13.1.2 asks for If-None-Match."""
    tags = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return etag in tags or "*" in tags
