"""Under which addresses and names the phones of the same network find this machine."""

from __future__ import annotations

import contextlib
import ipaddress
import re
import socket
import sys
from collections.abc import Iterator

# Connecting a UDP socket sends nothing; it asks which of our addresses the route to there begins at. The first is on no
# network (RFC 5737), so that the default route answers; the others stand for the three private ranges (RFC 1918).
_DESTINATIONS = ("192.0.2.1", "192.168.255.254", "10.255.255.254", "172.31.255.254")
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
_GET_ADDRESS = 0x8915  # SIOCGIFADDR, netdevice(7)
_NAME_BYTES = 256


def addresses() -> tuple[str, ...]:
    """This machine's IPv4 addresses on its networks, the one of the default route first; none when it is on none."""
    found: dict[str, None] = {}
    for text in (*_routed(), *_of_interfaces(), *_of_hostname()):
        address = ipaddress.IPv4Address(text)
        if not (address.is_loopback or address.is_link_local or address.is_unspecified):
            found[text] = None
    return tuple(found)


def host_names(hostname: str | None = None) -> tuple[str, ...]:
    """This machine's name, and the name by which mDNS tells it; none when it cannot stand in a certificate."""
    name = (socket.gethostname() if hostname is None else hostname).lower().removesuffix(".local")
    if not all(_LABEL.fullmatch(label) for label in name.split(".")) or name == "localhost":
        return ()
    return (name,) if "." in name else (name, f"{name}.local")


def _routed() -> Iterator[str]:
    for destination in _DESTINATIONS:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, contextlib.suppress(OSError):
            probe.connect((destination, 9))
            yield probe.getsockname()[0]


def _of_hostname() -> Iterator[str]:
    """All addresses on Windows and macOS; on Debian often only 127.0.1.1."""
    with contextlib.suppress(OSError):
        for *_, where in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET, socket.SOCK_STREAM):
            yield str(where[0])


def _of_interfaces() -> Iterator[str]:
    if sys.platform != "linux":
        return
    import fcntl  # noqa: PLC0415 - not on Windows

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        for _, name in socket.if_nameindex():
            with contextlib.suppress(OSError):  # an interface without an IPv4 address
                answer = fcntl.ioctl(asking, _GET_ADDRESS, name.encode()[:15].ljust(_NAME_BYTES, b"\0"))
                yield socket.inet_ntoa(answer[20:24])
