"""Tables of devices, their chains, and the certificates the server gave them."""

from __future__ import annotations

from piccolo.columns import BigInt, Bytea, Text
from piccolo.table import Table


class Device(Table, tablename="device"):
    """An enrolled browser: ``personal`` (one person), ``kiosk`` (a post) or ``server``."""

    id = Text(primary_key=True)
    org = Text()
    kind = Text()
    label = Text()
    owner = Text(null=True)
    post = Text(null=True)
    created = BigInt()
    revoked = BigInt(null=True)
    last_site = Text(null=True)
    last_post = Text(null=True)
    complete_to = BigInt()
    held = BigInt()
    flags = Text()


class Chain(Table, tablename="chain"):
    """A chain of a device: its key, what it follows, and the last op held of it."""

    id = Text(primary_key=True)
    device = Text()
    org = Text()
    public_key = Text()
    follows = Text(null=True)
    n = BigInt()
    link = Bytea()
    earliest = BigInt()


class CertificateRow(Table, tablename="certificate"):
    """A certificate as issued."""

    id = Text(primary_key=True)
    org = Text()
    device = Text()
    person = Text(null=True)
    type = Text()
    body = Text()
    sig = Text()
