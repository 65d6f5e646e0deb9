"""The built app is served as an installable offline app needs it."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
from litestar import Litestar, get
from litestar.testing import TestClient

from gatehouse.web import SECURITY_HEADERS, web_routes

PAGE = b"<!doctype html><title>app</title>"
SCRIPT = b"console.log('gate');" * 50
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}

Client = TestClient[Litestar]


@get("/api/health", sync_to_thread=False)
def health() -> dict[str, str]:
    return {"state": "well"}


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    dist = tmp_path / "dist"
    (dist / "assets").mkdir(parents=True)
    (dist / "index.html").write_bytes(PAGE)
    (dist / "sw.js").write_bytes(b"self;")
    (dist / "manifest.webmanifest").write_bytes(b"{}")
    (dist / "assets" / "main-1a2b.js").write_bytes(SCRIPT)
    (dist / "assets" / "main-1a2b.js.br").write_bytes(b"stands for brotli")
    (dist / "assets" / "main-1a2b.js.gz").write_bytes(gzip.compress(SCRIPT))
    (dist / ".stamp").write_text("not for the world")
    (tmp_path / "secret.txt").write_text("outside")
    return dist


@pytest.fixture
def client(dist: Path) -> Iterator[Client]:
    with TestClient(Litestar([health, *web_routes(dist)])) as client:
        client.headers["Accept-Encoding"] = "identity"
        yield client


def test_the_root_is_the_index(client: Client) -> None:
    answer = client.get("/")
    assert (answer.status_code, answer.content) == (200, PAGE)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize("path", ["/", "/index.html", "/sw.js", "/manifest.webmanifest"])
def test_what_names_the_version_is_asked_for_again_each_time(client: Client, path: str) -> None:
    assert client.get(path).headers["cache-control"] == "no-cache"


def test_a_hashed_name_is_kept_for_good(client: Client) -> None:
    answer = client.get("/assets/main-1a2b.js")
    assert answer.content == SCRIPT
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"


def test_the_manifest_has_its_own_media_type(client: Client) -> None:
    assert client.get("/manifest.webmanifest").headers["content-type"] == "application/manifest+json"


@pytest.mark.parametrize(
    ("accepted", "sent"),
    [
        ("", None),
        ("identity", None),
        ("gzip", "gzip"),
        ("gzip, deflate, br, zstd", "br"),
        ("GZIP;q=0.5, br;q=0", "gzip"),
        ("br;q=0.000, gzip;q=0", None),
        ("br; q=1.0", "br"),
        ("br;q=0.01", "br"),
        ("*", "br"),
        ("*;q=0", None),
        ("br;q=0, *", "gzip"),
    ],
)
def test_the_smallest_accepted_form_is_sent(client: Client, accepted: str, sent: str | None) -> None:
    answer = client.head("/assets/main-1a2b.js", headers={"Accept-Encoding": accepted})
    assert answer.headers.get("content-encoding") == sent
    assert answer.headers["vary"] == "Accept-Encoding"


def test_a_compressed_copy_unpacks_to_the_file(client: Client) -> None:
    answer = client.get("/assets/main-1a2b.js", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.content == SCRIPT


def test_each_form_has_its_own_tag(client: Client) -> None:
    tags = {
        client.head("/assets/main-1a2b.js", headers={"Accept-Encoding": form}).headers["etag"]
        for form in ("identity", "gzip", "br")
    }
    assert len(tags) == 3


@pytest.mark.parametrize("shape", ["{}", "W/{}", '"other", {}', "*"])
def test_a_known_tag_gets_304_without_a_body(client: Client, shape: str) -> None:
    tag = client.get("/").headers["etag"]
    answer = client.get("/", headers={"If-None-Match": shape.format(tag)})
    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["etag"] == tag
    assert answer.headers["cache-control"] == "no-cache"


def test_another_tag_gets_the_file(client: Client) -> None:
    assert client.get("/", headers={"If-None-Match": '"other"'}).content == PAGE


def test_the_tag_follows_the_content(dist: Path) -> None:
    def tag() -> str:
        with TestClient(Litestar(web_routes(dist))) as client:
            return client.get("/").headers["etag"]

    before = tag()
    (dist / "index.html").write_bytes(PAGE + b" ")
    assert tag() != before


@pytest.mark.parametrize("path", ["/", "/assets/main-1a2b.js", "/visitors"])
def test_head_tells_what_get_would_send(client: Client, path: str) -> None:
    head, full = client.head(path, headers=BROWSER), client.get(path, headers=BROWSER)
    assert (head.status_code, head.content) == (200, b"")
    for name in ("content-length", "content-type", "etag", "cache-control"):
        assert head.headers[name] == full.headers[name]
    assert int(head.headers["content-length"]) == len(full.content)


@pytest.mark.parametrize("path", ["/visitors", "/swaps/2026", "/visitors/", "/apiary"])
def test_a_deep_link_of_a_browser_is_the_index(client: Client, path: str) -> None:
    answer = client.get(path, headers=BROWSER)
    assert (answer.status_code, answer.content) == (200, PAGE)
    assert answer.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "path",
    [
        "/assets/gone-9z.js",
        "/favicon.ico",
        "/visitors/a.b",
        "/api",
        "/api/",
        "/api/unknown",
        "/api/a/b",
        "/assets/x.br",
    ],
)
def test_a_missing_file_stays_missing(client: Client, path: str) -> None:
    answer = client.get(path, headers=BROWSER)
    assert answer.status_code == 404
    assert PAGE not in answer.content


def test_a_program_gets_no_page_for_an_unknown_address(client: Client) -> None:
    assert client.get("/visitors", headers={"Accept": "application/json"}).status_code == 404


def test_the_api_keeps_its_own_routes(client: Client) -> None:
    assert client.get("/api/health", headers=BROWSER).json() == {"state": "well"}


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_files_take_no_other_method(client: Client, method: str) -> None:
    assert client.request(method, "/visitors").status_code == 405


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/assets/..%2f..%2fsecret.txt",
        "/assets/../../secret.txt",
        "/..%5csecret.txt",
        "/x//secret.txt",
        "/.stamp",
        "/assets/main-1a2b.js.gz",
        "/assets/main-1a2b.js%00",
    ],
)
def test_nothing_outside_the_index_can_be_asked_for(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert b"outside" not in answer.content
    assert b"not for the world" not in answer.content


@pytest.mark.parametrize("path", ["/", "/assets/main-1a2b.js", "/visitors"])
def test_every_file_carries_the_security_headers(client: Client, path: str) -> None:
    answer = client.get(path, headers=BROWSER)
    assert {name: answer.headers[name] for name in SECURITY_HEADERS} == SECURITY_HEADERS


def test_the_policy_allows_nothing_inline_and_nobody_elses_code() -> None:
    policy = SECURITY_HEADERS["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "*" not in policy
    for rule in (
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
    ):
        assert rule in policy.split("; ")


def test_a_folder_without_a_build_is_named_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="make build"):
        web_routes(tmp_path)
