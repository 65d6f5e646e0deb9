"""A server on a network of its own: `gatehouse serve --lan` under a name that is no localhost, and browsers.

The name leads to this machine inside the browser only, so nothing depends on a network or a resolver.
"""

import base64
import hashlib
import os
import re
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import ProxyHandler, build_opener

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from e2e.server import Server
from playwright.sync_api import Browser, BrowserType

NAME = "gate.test"
"""Reserved for tests (RFC 2606)."""
CERTUTIL = shutil.which("certutil")


class LanServer(Server):
    """With `--lan`; `secure`, `install` and `insecure` are its three origins as phones know them."""

    def __init__(self, data: Path) -> None:
        super().__init__(data)
        tls, install = (_free() for _ in range(2))
        self.settings = {
            "GATEHOUSE_HOST": "0.0.0.0",
            "GATEHOUSE_LAN_ADDRESS": NAME,
            "GATEHOUSE_LAN_PORT": str(tls),
            "GATEHOUSE_INSTALL_PORT": str(install),
        }
        self.secure = f"https://{NAME}:{tls}"
        self.install = f"http://{NAME}:{install}"
        self.insecure = f"http://{NAME}:{self.port}"
        self.install_port = install

    def authority(self) -> bytes:
        """The certificate as the install listener hands it out, DER."""
        opener = build_opener(ProxyHandler({}))  # the machine's own proxy is not asked
        with opener.open(f"http://127.0.0.1:{self.install_port}/gatehouse-ca.crt", timeout=10) as answer:
            return bytes(answer.read())

    def verified(self) -> bytes:
        """The server's certificate, DER, once Python's own TLS has found it good under the authority."""
        trust = ssl.create_default_context(cadata=self.authority())
        with (
            socket.create_connection(("127.0.0.1", int(self.secure.rpartition(":")[2])), timeout=10) as raw,
            trust.wrap_socket(raw, server_hostname=NAME) as tls,
        ):
            certificate = tls.getpeercert(binary_form=True)
        assert certificate is not None
        return certificate

    def printed_fingerprint(self) -> str:
        """What the command printed, as colon-separated pairs."""
        return ":".join(re.findall(r"^  ((?:[0-9A-F]{2}:){7}[0-9A-F]{2})$", self.said(), re.MULTILINE))


def _free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def browser_home(folder: Path, authority: bytes | None) -> Path:
    """A home folder whose certificate store trusts the authority, as a person does by hand on a phone."""
    store = folder / ".pki" / "nssdb"
    store.mkdir(parents=True)
    if CERTUTIL is not None:
        subprocess.run([CERTUTIL, "-d", f"sql:{store}", "-N", "--empty-password"], check=True)
        if authority is not None:
            file = folder / "ca.crt"
            file.write_bytes(authority)
            add = ["-A", "-t", "C,,", "-n", "gatehouse", "-i", str(file)]
            subprocess.run([CERTUTIL, "-d", f"sql:{store}", *add], check=True)
    return folder


def key_pin(certificate: bytes) -> str:
    """The SHA-256 of a certificate's public key, base64: what Chromium's own switch for tests takes."""
    key = x509.load_der_x509_certificate(certificate).public_key()
    der = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(der).digest()).decode()


def open_browser(kind: BrowserType, launch: dict[str, Any], folder: Path, trusted: LanServer | None) -> Browser:
    """A browser that finds the name on this machine, and trusts the server's authority if one is given.

    By the certificate store where `certutil` is installed (Debian: libnss3-tools), else by Chromium's switch for the
    one certificate, which Python has verified.
    """
    switches = [f"--host-resolver-rules=MAP {NAME} 127.0.0.1", "--no-proxy-server"]
    if CERTUTIL is None and trusted is not None:
        switches.append(f"--ignore-certificate-errors-spki-list={key_pin(trusted.verified())}")
    authority = None if trusted is None else trusted.authority()
    environment = {**os.environ, "HOME": str(browser_home(folder, authority))}
    return kind.launch(**{**launch, "args": [*launch.get("args", []), *switches], "env": environment})


@pytest.fixture
def lan(estate: Path, dist: Path, tmp_path: Path) -> Iterator[LanServer]:
    server = LanServer(Path(shutil.copytree(estate, tmp_path / "data")))
    server.start(None, "--lan")
    yield server
    server.kill()


@pytest.fixture
def trusting(
    lan: LanServer, browser_type: BrowserType, browser_type_launch_args: dict[str, Any], tmp_path: Path
) -> Iterator[Browser]:
    """A browser whose owner went through the install page."""
    browser = open_browser(browser_type, browser_type_launch_args, tmp_path / "trusting", lan)
    yield browser
    browser.close()


@pytest.fixture
def wary(
    lan: LanServer, browser_type: BrowserType, browser_type_launch_args: dict[str, Any], tmp_path: Path
) -> Iterator[Browser]:
    """A browser that came for the first time."""
    browser = open_browser(browser_type, browser_type_launch_args, tmp_path / "wary", None)
    yield browser
    browser.close()
