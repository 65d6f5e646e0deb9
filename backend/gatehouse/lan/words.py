"""What ``gatehouse serve --lan`` says at a terminal, and what ``gatehouse doctor`` finds about it."""

from __future__ import annotations

import datetime as dt
import stat

from gatehouse.lan import addresses, certificates
from gatehouse.lan.site import LanSite, terminal
from gatehouse.settings import Settings

NEAR_END = dt.timedelta(days=14)
"""A running server renews a month before the end; two weeks before it nobody can have run one."""
AUTHORITY_NEAR_END = dt.timedelta(days=365)
_PAIRS = 8


def told(settings: Settings, site: LanSite, encoding: str = "utf-8") -> str:
    """The addresses, the fingerprint, and the install page as a QR code if the terminal's encoding has its blocks."""
    facts = site.facts("")
    here = "127.0.0.1" if settings.host in {"0.0.0.0", "::"} else settings.host  # noqa: S104 - read, not bound
    code = terminal(f"{facts.install}/").rstrip("\n")
    text = "\n".join(
        [
            f"On this machine      http://{here}:{settings.port}",
            f"On the network       {facts.app}",
            f"Phones start here    {facts.install}   安装页",
            "",
            code if code.encode(encoding, "replace").decode(encoding) == code else "",
            "",
            "Scan this with a phone on the same Wi-Fi, and compare the fingerprint (SHA-256) that its page shows:",
            *(f"  {line}" for line in lines(facts.fingerprint or "")),
            "If the page does not open on the phone: docs/deploy.md, “When it does not work”.",
        ]
    )
    return text.encode(encoding, "replace").decode(encoding)


def lines(fingerprint: str) -> list[str]:
    """A fingerprint in lines of eight pairs, as on the install page."""
    pairs = fingerprint.split(":")
    return [":".join(pairs[first : first + _PAIRS]) for first in range(0, len(pairs), _PAIRS)]


def findings(settings: Settings, now: dt.datetime) -> list[tuple[str, str, str]]:
    """Level (ok, warn, FAIL), text and mend of all there is to say; nothing when --lan was never used."""
    folder = settings.data / certificates.FOLDER
    files = [folder / certificates.AUTHORITY, folder / certificates.SERVER]
    if not any(file.exists() for file in files):
        return []
    found = []
    open_to_others = [file for file in files if file.exists() and stat.S_IMODE(file.stat().st_mode) & 0o077]
    if open_to_others:
        mend = f"chmod 600 {' '.join(map(str, open_to_others))}"
        found.append(("FAIL", "others can read the keys of the certificate for the network", mend))
    authority, server = (certificates.read(file) for file in files)
    if authority is None:
        mend = "put a copy of it back; or delete it, and every phone must go through the install page again"
        return [*found, ("FAIL", f"{files[0]} cannot be read as a certificate with its key", mend)]
    if not authority.certificate.not_valid_before_utc <= now < authority.until:
        mend = f"correct the clock; or delete {folder}, and lead every phone through the install page again"
        return [*found, ("FAIL", "the authority that phones trust is not good today", mend)]
    if authority.until - now < AUTHORITY_NEAR_END:
        mend = f"in a quiet week delete {folder}, start `gatehouse serve --lan`, and lead every phone through its page"
        found.append(("warn", f"the authority that phones trust ends on {authority.until:%Y-%m-%d}", mend))
    if server is None or not certificates.is_of(server, authority):
        return [*found, ("warn", "the certificate for the network has to be made again", _start())]
    if server.until - now < NEAR_END:
        return [*found, ("warn", f"the certificate for the network ends on {server.until:%Y-%m-%d}", _start())]
    missing = sorted(set(_wanted(settings)) - server.hosts)
    if missing:
        mend = (
            "a running `gatehouse serve --lan` takes it up within a minute, but phones that know the old address must "
            "open the new one: give this machine a fixed address in the router"
        )
        return [*found, ("warn", f"the certificate for the network is not for {', '.join(missing)}", mend)]
    return [*found, ("ok", f"the certificate for the network is good until {server.until:%Y-%m-%d}", "")]


def _wanted(settings: Settings) -> tuple[str, ...]:
    chosen = () if settings.lan_address is None else (settings.lan_address,)
    return (*chosen, *addresses.addresses())


def _start() -> str:
    return "start `gatehouse serve --lan`, which makes a new one; phones need nothing"
