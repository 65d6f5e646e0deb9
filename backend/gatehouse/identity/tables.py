"""Tables of people and of how they sign in. People and roles follow ops; credentials and sessions do not."""

from __future__ import annotations

from piccolo.columns import BigInt, Bytea, Text
from piccolo.table import Table


class Person(Table, tablename="person"):
    """A person of an org, as the ``person`` entity says."""

    id = Text(primary_key=True)
    org = Text()
    name = Text()
    staff_no = Text()
    phone = Text(null=True)
    dismissed = BigInt(null=True)


class Credential(Table, tablename="credential"):
    """A person's password, as an argon2id hash."""

    person = Text(primary_key=True)
    org = Text()
    hash = Text()


class Session(Table, tablename="session"):
    """A sign-in: the SHA-256 of an opaque token, bound to one device."""

    token = Bytea(primary_key=True)
    org = Text()
    person = Text()
    device = Text()
    created = BigInt()
    ended = BigInt(null=True)


class SignInThrottle(Table, tablename="sign_in_throttle"):
    """Missed sign-ins of one name, and until when the next must wait."""

    name = Text(primary_key=True)
    misses = BigInt()
    until = BigInt()
