"""What ``gatehouse serve --lan`` says at a terminal, and what ``gatehouse doctor`` finds about it."""

from __future__ import annotations

import datetime as dt
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

from gatehouse.lan import addresses, certificates
from gatehouse.lan.site import LanSite, terminal
from gatehouse.settings import Settings

Said: TypeAlias = tuple[str, str, str]

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


def findings(settings: Settings, now: dt.datetime) -> list[Said]:
    """Level (ok, warn, FAIL), text and mend of all there is to say; nothing when --lan was never used."""
    folder = settings.data / certificates.FOLDER
    files = [file for name in (certificates.AUTHORITY, certificates.SERVER) if (file := folder / name).exists()]
    if not files:
        return []
    open_to_others = [str(file) for file in files if stat.S_IMODE(file.stat().st_mode) & 0o077]
    found: list[Said] = []
    if open_to_others:
        mend = f"chmod 600 {' '.join(open_to_others)}"
        found.append(("FAIL", "others can read the keys of the certificate for the network", mend))
    authority = certificates.read(folder / certificates.AUTHORITY)
    if authority is None:
        mend = "put a copy of it back; or delete it, and every phone must go through the install page again"
        return [*found, ("FAIL", f"{folder / certificates.AUTHORITY} is not a certificate with its key", mend)]
    return [*found, *_of_authority(authority, folder, now), _of_server(authority, folder, settings, now)]


def _of_authority(authority: certificates.Pair, folder: Path, now: dt.datetime) -> Iterator[Said]:
    if not authority.certificate.not_valid_before_utc <= now < authority.until:
        mend = f"correct the clock; or delete {folder}, and lead every phone through the install page again"
        yield "FAIL", "the authority that phones trust is not good today", mend
    elif authority.until - now < AUTHORITY_NEAR_END:
        mend = f"in a quiet week delete {folder}, start `gatehouse serve --lan`, and lead every phone through its page"
        yield "warn", f"the authority that phones trust ends on {authority.until:%Y-%m-%d}", mend


def _of_server(authority: certificates.Pair, folder: Path, settings: Settings, now: dt.datetime) -> Said:
    server = certificates.read(folder / certificates.SERVER)
    start = "start `gatehouse serve --lan`, which makes a new one; phones need nothing"
    if server is None or not certificates.is_of(server, authority):
        return "warn", "the certificate for the network has to be made again", start
    if server.until - now < NEAR_END:
        return "warn", f"the certificate for the network ends on {server.until:%Y-%m-%d}", start
    missing = sorted(set(_wanted(settings)) - server.hosts)
    if missing:
        mend = (
            "a running `gatehouse serve --lan` takes it up within a minute, but phones that know the old address must "
            "open the new one: give this machine a fixed address in the router"
        )
        return "warn", f"the certificate for the network is not for {', '.join(missing)}", mend
    return "ok", f"the certificate for the network is good until {server.until:%Y-%m-%d}", ""


def _wanted(settings: Settings) -> tuple[str, ...]:
    chosen = () if settings.lan_address is None else (settings.lan_address,)
    return (*chosen, *addresses.addresses())
