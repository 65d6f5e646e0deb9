"""What is known of the server on its network: the authority, the certificate in use, the addresses phones are given."""

from __future__ import annotations

import datetime as dt
import io
import plistlib
import re
import socket
import ssl
import uuid

import msgspec
import segno

from gatehouse.lan import addresses, certificates
from gatehouse.settings import Settings

LOOPBACK = ("localhost", "127.0.0.1", "::1")
CERTIFICATE, PROFILE = "/gatehouse-ca.crt", "/gatehouse-ca.mobileconfig"
_PORT = re.compile(r":\d{1,5}\Z")
_PROFILES = uuid.UUID("5c7ac8a4-6d2c-5d55-9b07-2a5e3f7d1b46")


class UnreachableError(Exception):
    """A sentence: this machine is on no network that phones could share."""


class Facts(msgspec.Struct, frozen=True):
    """What a page needs to lead a phone: origins (``https://host:port``) and the authority's SHA-256 fingerprint."""

    app: str | None = None
    install: str | None = None
    fingerprint: str | None = None


class Found(msgspec.Struct, frozen=True):
    """Hosts that phones can be given, the best first, and a certificate for them."""

    hosts: tuple[str, ...]
    server: certificates.Pair


class LanSite:
    """One server on its network; :meth:`look` and :meth:`take` keep its certificate fit while it runs."""

    def __init__(self, settings: Settings, now: dt.datetime) -> None:
        """Read or make what lies in the data folder.

        Raises:
            DamagedError: the authority's file cannot be read.
            UnreachableError: no address was found and none was set.
        """
        self._settings = settings
        self._folder = settings.data / certificates.FOLDER
        self.hosts = self._reachable() or _fail()
        self.authority = certificates.authority(self._folder, socket.gethostname(), now)
        self._server = certificates.server(self._folder, self.authority, _certified(self.hosts), now)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._use()

    def look(self, now: dt.datetime) -> Found:
        """The addresses of now and a certificate fit for them, made when the present one is not; may be slow."""
        hosts = self._reachable() or self.hosts
        return Found(hosts, certificates.server(self._folder, self.authority, _certified(hosts), now))

    def take(self, found: Found) -> bool:
        """Go over to what :meth:`look` found; whether phones must be given another address.

        On the event loop's thread: the TLS context takes the certificate for connections to come, open ones stay.
        """
        moved = found.hosts[0] != self.hosts[0]
        self.hosts = found.hosts
        if found.server.certificate != self._server.certificate:
            self._server = found.server
            self._use()
        return moved

    def facts(self, asked: str) -> Facts:
        """Addresses on the host that ``asked`` (a Host header) names, when it is ours, else on the first."""
        host = _PORT.sub("", asked.lower())
        ours = host if host in self.hosts else self.hosts[0]
        return Facts(
            app=f"https://{ours}:{self._settings.lan_port}",
            install=f"http://{ours}:{self._settings.install_port}",
            fingerprint=self.authority.fingerprint,
        )

    def profile(self) -> bytes:
        """The authority as an Apple configuration profile (Apple, "Configuration Profile Reference": Root payload)."""
        digest = self.authority.fingerprint
        title = str(self.authority.certificate.subject.rfc4514_string()).removeprefix("CN=")
        payload = {
            "PayloadType": "com.apple.security.root",
            "PayloadVersion": 1,
            "PayloadIdentifier": f"gatehouse.lan.{digest[:11].replace(':', '')}.root",
            "PayloadUUID": str(uuid.uuid5(_PROFILES, f"{digest} root")),
            "PayloadDisplayName": title,
            "PayloadCertificateFileName": CERTIFICATE.removeprefix("/"),
            "PayloadContent": self.authority.der,
        }
        profile = {
            "PayloadType": "Configuration",
            "PayloadVersion": 1,
            "PayloadIdentifier": payload["PayloadIdentifier"].removesuffix(".root"),  # type: ignore[attr-defined]  # a text
            "PayloadUUID": str(uuid.uuid5(_PROFILES, digest)),
            "PayloadDisplayName": f"门岗 · {title}",
            "PayloadDescription": f"SHA-256 {digest}",
            "PayloadContent": [payload],
        }
        return plistlib.dumps(profile)

    def _reachable(self) -> tuple[str, ...]:
        """Hosts that phones can be given, the best first."""
        chosen = self._settings.lan_address
        found = (*addresses.addresses(), *addresses.host_names())
        # A name alone is no sign of a network.
        return tuple(dict.fromkeys([chosen, *found])) if chosen is not None else found if addresses.addresses() else ()

    def _use(self) -> None:
        self.context.load_cert_chain(self._folder / certificates.SERVER)


def _certified(hosts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*hosts, *LOOPBACK]))


def _fail() -> tuple[str, ...]:
    raise UnreachableError(
        "This machine is on no network that phones could share: connect it, or set GATEHOUSE_LAN_ADDRESS to the "
        "address or name under which they find it."
    )


def svg(text: str) -> bytes:
    """A QR code as an SVG image, dark on light whatever the page's colours: many cameras read nothing else."""
    image = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        image, kind="svg", border=4, omitsize=True, dark="#000", light="#fff", svgclass=None, lineclass=None
    )
    return image.getvalue()


def terminal(text: str) -> str:
    """A QR code in half blocks, about 30 columns wide."""
    lines = io.StringIO()
    segno.make(text, error="l", micro=False).terminal(lines, compact=True, border=2)
    return lines.getvalue()
