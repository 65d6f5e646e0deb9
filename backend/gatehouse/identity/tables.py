"""Tables that sign-in asks through Piccolo. People follow ops; credentials and misses do not."""

from __future__ import annotations

from piccolo.columns import BigInt, Text
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


class SignInThrottle(Table, tablename="sign_in_throttle"):
    """Missed sign-ins of one name, and until when the next must wait."""

    name = Text(primary_key=True)
    misses = BigInt()
    until = BigInt()
