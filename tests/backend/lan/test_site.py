"""What phones are given, what the install listener serves, and a certificate that changes under open connections."""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import plistlib
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from litestar import Litestar
from litestar.testing import TestClient

from gatehouse.doctor import main as doctor
from gatehouse.lan import addresses, certificates
from gatehouse.lan.install import facts_routes, install_app
from gatehouse.lan.site import LanSite, UnreachableError
from gatehouse.lan.words import told
from gatehouse.settings import Settings

WORDS = "the network", "authority", "chmod"
NOW = dt.datetime.now(dt.UTC)
FIRST, SECOND = "192.168.1.20", "10.0.0.4"


@pytest.fixture(autouse=True)
def network(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses of this machine, to be changed."""
    own = [FIRST, SECOND]
    monkeypatch.setattr(addresses, "addresses", lambda: tuple(own))
    monkeypatch.setattr(addresses, "host_names", lambda: ("gate-pc", "gate-pc.local"))
    return own


def settings(folder: Path, **changes: Any) -> Settings:
    return Settings(database_url=f"sqlite:///{folder / 'g.db'}", data=folder, **changes)


@pytest.fixture
def site(tmp_path: Path) -> LanSite:
    return LanSite(settings(tmp_path), NOW)


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("10.0.0.4:8080", SECOND),  # a phone of the second network
        ("GATE-PC.local:8080", "gate-pc.local"),
        ("gate-pc", "gate-pc"),
        ("evil.example:8080", FIRST),
        ("", FIRST),
        ("\x00", FIRST),
        ("[::1", FIRST),
        ("a@10.0.0.4", FIRST),
        ("10.0.0.4/../x:1", FIRST),
    ],
)
def test_a_phone_is_given_the_host_it_came_by_when_that_is_ours(site: LanSite, asked: str, given: str) -> None:
    facts = site.facts(asked)
    assert (facts.app, facts.install) == (f"https://{given}:8443", f"http://{given}:8080")


def test_an_address_that_was_set_comes_first_and_is_in_the_certificate(tmp_path: Path) -> None:
    site = LanSite(settings(tmp_path, lan_address="gate.lan", lan_port=9443), NOW)
    assert site.facts("").app == "https://gate.lan:9443"
    pair = certificates.read(tmp_path / "lan" / "server.pem")
    assert pair is not None
    assert pair.hosts >= {"gate.lan", FIRST, SECOND, "gate-pc.local", "localhost", "127.0.0.1", "::1"}


def test_a_machine_on_no_network_is_told_so(tmp_path: Path, network: list[str]) -> None:
    network.clear()
    with pytest.raises(UnreachableError, match="GATEHOUSE_LAN_ADDRESS"):
        LanSite(settings(tmp_path), NOW)
    assert LanSite(settings(tmp_path, lan_address="10.9.9.9"), NOW).hosts[0] == "10.9.9.9"


async def seen(site: LanSite, port: int) -> x509.Certificate:
    """The certificate that a client which trusts the authority is shown."""
    trust = ssl.create_default_context(cadata=site.authority.der)
    _, writer = await asyncio.open_connection("127.0.0.1", port, ssl=trust, server_hostname="localhost")
    der = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    writer.close()
    await writer.wait_closed()
    return x509.load_der_x509_certificate(der)


async def test_a_changed_address_is_in_the_certificate_without_a_restart(site: LanSite, network: list[str]) -> None:
    async def bye(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    server = await asyncio.start_server(bye, "127.0.0.1", 0, ssl=site.context)
    async with server:
        port = server.sockets[0].getsockname()[1]
        before = await seen(site, port)
        assert site.take(site.look(NOW)) is False
        assert await seen(site, port) == before
        network[0] = "192.168.1.77"
        assert site.take(site.look(NOW)) is True
        after = await seen(site, port)
    assert certificates.Pair(after, site.authority.key).hosts >= {"192.168.1.77", SECOND}
    assert site.facts("").app == "https://192.168.1.77:8443"


def test_a_cable_pulled_for_a_minute_changes_nothing(site: LanSite, network: list[str]) -> None:
    network.clear()
    assert site.take(site.look(NOW)) is False
    assert site.facts("").app == f"https://{FIRST}:8443"


@pytest.mark.parametrize("encoding", ["utf-8", "gbk", "ascii", "latin-1"])
def test_no_terminal_is_too_old_to_be_told(tmp_path: Path, site: LanSite, encoding: str) -> None:
    text = told(settings(tmp_path), site, encoding)
    assert text.encode(encoding).decode(encoding) == text
    for line in (f"https://{FIRST}:8443", f"http://{FIRST}:8080", site.authority.fingerprint[:23]):
        assert line in text
    assert ("▀" in text) == (encoding == "utf-8")


# The install listener.


@pytest.fixture
def page(tmp_path: Path) -> Path:
    folder = tmp_path / "page"
    (folder / "assets").mkdir(parents=True)
    (folder / "install.html").write_text("<!doctype html><title>install</title>")
    (folder / "insecure.html").write_text("<!doctype html><title>insecure</title>")
    (folder / "assets" / "install-1a.js").write_text("0;")
    return folder


@pytest.fixture
def client(site: LanSite, page: Path) -> Iterator[TestClient[Litestar]]:
    with TestClient(install_app(site, page), base_url=f"http://{SECOND}:8080") as client:
        yield client


def test_the_page_may_try_the_apps_address_and_connect_nowhere_else(client: TestClient[Litestar]) -> None:
    answer = client.get("/")
    assert answer.status_code == 200
    rules = answer.headers["content-security-policy"].split("; ")
    assert f"connect-src 'self' https://{SECOND}:8443" in rules
    assert "script-src 'self'" in rules


def test_a_phone_can_take_the_authority(client: TestClient[Litestar], site: LanSite) -> None:
    answer = client.get("/gatehouse-ca.crt")
    assert answer.headers["content-type"] == "application/x-x509-ca-cert"
    assert 'filename="gatehouse-ca.crt"' in answer.headers["content-disposition"]
    told = client.get("/api/install").json()["fingerprint"]
    assert hashlib.sha256(answer.content).hexdigest().upper() == told.replace(":", "")
    profile = client.get("/gatehouse-ca.mobileconfig")
    assert profile.headers["content-type"] == "application/x-apple-aspen-config"
    [payload] = plistlib.loads(profile.content)["PayloadContent"]
    assert (payload["PayloadType"], payload["PayloadContent"]) == ("com.apple.security.root", site.authority.der)
    assert profile.content == client.get("/gatehouse-ca.mobileconfig").content  # the second replaces the first


def test_the_private_keys_are_nowhere(client: TestClient[Litestar]) -> None:
    for path in ("/lan/authority.pem", "/authority.pem", "/install/../lan/authority.pem", "/server-key.pem"):
        assert client.get(path).status_code == 404
    assert b"PRIVATE" not in client.get("/gatehouse-ca.crt").content + client.get("/gatehouse-ca.mobileconfig").content


@pytest.mark.parametrize(
    "path",
    [
        "/api/health",
        "/api/sync/server",
        "/api/sync/pull",
        "/index.html",
        "/install/insecure.html",
        "/sw.js",
        "/visitors",
    ],
)
def test_it_serves_nothing_else_and_redirects_nowhere(client: TestClient[Litestar], path: str) -> None:
    answer = client.get(path, headers={"Accept": "text/html"}, follow_redirects=False)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_it_takes_nothing(client: TestClient[Litestar]) -> None:
    assert client.post("/", content=b"x").status_code == 405
    assert client.post("/api/install", content=b"x").status_code == 405


def test_the_code_is_the_pages_address(client: TestClient[Litestar]) -> None:
    answer = client.get("/api/install/qr.svg")
    assert answer.headers["content-type"] == "image/svg+xml"
    assert answer.content.startswith(b"<?xml")
    assert answer.content != client.get("/api/install/qr.svg", headers={"host": FIRST}).content


def test_a_server_without_one_says_so() -> None:
    with TestClient(Litestar(facts_routes(None))) as client:
        assert client.get("/api/install").json() == {"app": None, "install": None, "fingerprint": None}
        assert client.get("/api/install/qr.svg").status_code == 404


# The doctor.


def said(folder: Path, capsys: pytest.CaptureFixture[str], **changes: Any) -> tuple[int, str]:
    code = doctor(settings(folder, **changes))
    return code, "\n".join(line for line in capsys.readouterr().out.splitlines() if any(word in line for word in WORDS))


def test_the_doctor_is_silent_where_lan_was_never_used(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(tmp_path, capsys) == (0, "")


def test_the_doctor_finds_it_well(tmp_path: Path, site: LanSite, capsys: pytest.CaptureFixture[str]) -> None:
    code, text = said(tmp_path, capsys)
    assert code == 0
    assert text.startswith("ok    the certificate for the network is good until ")


def test_the_doctor_names_an_address_that_is_missing(
    tmp_path: Path, site: LanSite, network: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    network[0] = "192.168.1.77"
    code, text = said(tmp_path, capsys)
    assert code == 0
    assert "warn  the certificate for the network is not for 192.168.1.77" in text
    assert "is not for 192.168.1.77, gate.lan" in said(tmp_path, capsys, lan_address="gate.lan")[1]


def test_the_doctor_tells_a_near_end(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    LanSite(settings(tmp_path), NOW - dt.timedelta(days=382))
    code, text = said(tmp_path, capsys)
    assert code == 0
    assert "warn  the certificate for the network ends on " in text


def test_the_doctor_tells_a_near_end_of_the_authority(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    past = NOW - certificates.AUTHORITY_LASTS + dt.timedelta(days=300)
    certificates.authority(tmp_path / "lan", "gate-pc", past)
    LanSite(settings(tmp_path), NOW)
    assert "warn  the authority that phones trust ends on " in said(tmp_path, capsys)[1]


def test_the_doctor_fails_on_an_authority_of_another_time(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    LanSite(settings(tmp_path), NOW + dt.timedelta(days=500))
    code, text = said(tmp_path, capsys)
    assert code == 1
    assert "FAIL  the authority that phones trust is not good today" in text


def test_the_doctor_fails_on_keys_that_others_can_read(
    tmp_path: Path, site: LanSite, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "lan" / "authority.pem").chmod(0o644)
    code, text = said(tmp_path, capsys)
    assert code == 1
    assert "chmod 600" in text


def test_the_doctor_fails_on_a_damaged_authority(
    tmp_path: Path, site: LanSite, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "lan" / "authority.pem").write_text("")
    assert said(tmp_path, capsys)[0] == 1
    (tmp_path / "lan" / "authority.pem").unlink()
    (tmp_path / "lan" / "server.pem").write_text("")


# What is found on a machine.


def test_addresses_are_reachable_ones() -> None:
    for text in addresses.addresses():
        assert not text.startswith(("127.", "169.254.", "0."))


@pytest.mark.parametrize(
    ("hostname", "names"),
    [
        ("Gate-PC", ("gate-pc", "gate-pc.local")),
        ("gate.local", ("gate", "gate.local")),
        ("gate.estate.example", ("gate.estate.example",)),
        ("localhost", ()),
        ("门岗电脑", ()),
        ("has space", ()),
        ("-x", ()),
        ("", ()),
    ],
)
def test_a_name_is_given_only_when_a_certificate_can_hold_it(
    monkeypatch: pytest.MonkeyPatch, hostname: str, names: tuple[str, ...]
) -> None:
    monkeypatch.undo()
    assert addresses.host_names(hostname) == names
