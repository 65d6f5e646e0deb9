"""Enrolment, sign-in on an enrolled device, re-chaining, device tokens (PROTOCOL 3.4, §4)."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from gatehouse.audit.keys import VerifyingKey
from gatehouse.audit.signer import Signer
from gatehouse.db.engine import Database
from gatehouse.db.steps import Insert, Query, Steps, read, write
from gatehouse.devices import chains
from gatehouse.devices.chains import ChainKey, Chains
from gatehouse.devices.tokens import ANCHOR_MS, DeviceClaim, TokenMint
from gatehouse.errors import Problem
from gatehouse.identity.sign_in import TOKEN_BYTES, SignedInPerson, check_password, token_hash
from gatehouse_sync import canon, protocol
from gatehouse_sync.ids import uuid7
from gatehouse_sync.protocol import (
    Certificate,
    CertificateBody,
    EnrolRequest,
    Rechained,
    RechainRequest,
    SignedIn,
    SignInRequest,
    Token,
    TokenRequest,
)


class Enrolment(msgspec.Struct, frozen=True):
    """What enrolling needs of the running server."""

    database: Database
    signer: Signer
    chains: Chains
    mint: TokenMint
    now: Callable[[], int]
    random: Callable[[int], bytes]

    async def enrol(self, request: EnrolRequest, source: str) -> SignedIn:
        """Enrol a browser by a person's password and sign that person in.

        Raises:
            Problem: those of ``check_password``; ``bad_key``; ``chain_known``.
        """
        _point(request.key)
        now = self.now()
        person = await check_password(request.login, request.password, request.org, source, now)
        device = uuid7(now, self.random(10))
        enrolled = CertificateBody(
            at=now,
            device=device,
            id=uuid7(now, self.random(10)),
            org=person.org,
            type="enrol",
            chain=request.chain,
            follows=request.follows,
            key=request.key,
            kind="personal",
            person=person.id,
        )
        key = ChainKey(request.chain, device, person.org, request.key, request.follows)
        token, sign_in = self._session(person, device, now)
        enrol = self.signer.certificate(enrolled)

        def steps() -> Steps[None]:
            if (yield Query("SELECT 1 FROM chain WHERE id = ?", (request.chain,))):
                raise Problem("chain_known")
            yield from chains.add_device(device, person.org, "personal", now, label=request.label, owner=person.id)
            yield from chains.begin(key)
            yield from chains.keep([(enrol, enrolled), sign_in])
            yield _open_session(token, person, device, now)

        await write(self.database, steps)
        return SignedIn(device, person.org, person.id, token, [enrol, sign_in[0]])

    async def sign_in(self, request: SignInRequest, claim: DeviceClaim, source: str) -> SignedIn:
        """Sign a person in on an enrolled device of their org.

        Raises:
            Problem: those of ``check_password``; ``device_revoked``; ``other_org``.
        """
        now = self.now()
        person = await check_password(request.login, request.password, request.org, source, now)
        if person.org != claim.org:
            raise Problem("other_org")
        token, sign_in = self._session(person, claim.device, now)

        def steps() -> Steps[None]:
            rows = yield Query("SELECT revoked FROM device WHERE id = ?", (claim.device,))
            if not rows:
                raise Problem("unknown_device")
            if rows[0][0] is not None:
                raise Problem("device_revoked")
            yield from chains.keep([sign_in])
            yield _open_session(token, person, claim.device, now)

        await write(self.database, steps)
        return SignedIn(claim.device, person.org, person.id, token, [sign_in[0]])

    async def rechain(self, request: RechainRequest) -> Rechained:
        """Begin a new chain of a device that still holds the key of an older one (P8).

        Raises:
            Problem: ``unknown_device``, ``bad_signature``, ``bad_key``, ``chain_known``.
        """
        _point(request.key)
        old = await self.chains.get(request.follows.chain)
        if old is None or old.device != request.device:
            raise Problem("unknown_device")
        self.chains.verify(old, protocol.rechain_message(request), request.sig)
        now = self.now()
        body = CertificateBody(
            at=now,
            device=old.device,
            id=uuid7(now, self.random(10)),
            org=old.org,
            type="enrol",
            chain=request.chain,
            follows=request.follows,
            key=request.key,
            kind="personal",
        )
        certificate = self.signer.certificate(body)
        key = ChainKey(request.chain, old.device, old.org, request.key, request.follows)

        def steps() -> Steps[Certificate]:
            held = yield from chains.load(request.chain)
            if held is not None and held != key:
                raise Problem("chain_known")
            if held is not None:  # the reply was lost: the same chain, certified again
                return certificate
            yield from chains.begin(key)
            yield from chains.keep([(certificate, body)])
            yield Query("UPDATE device SET flags = 'rechained' WHERE id = ?", (old.device,))
            return certificate

        return Rechained(await write(self.database, steps))

    async def token(self, request: TokenRequest) -> Token:
        """A device token for a signature over a fresh anchor.

        Raises:
            Problem: ``unknown_device``, ``anchor_stale``, ``bad_signature``, ``device_revoked``.
        """
        now = self.now()
        key = await self.chains.get(request.chain)
        if key is None or key.device != request.device:
            raise Problem("unknown_device")
        anchored = self.signer.anchor_ms(request.anchor, now)
        if anchored is None or now - anchored > ANCHOR_MS:
            raise Problem("anchor_stale")
        self.chains.verify(key, protocol.token_message(request), request.sig)
        if await read(self.database, _revoked(request.device)):
            raise Problem("device_revoked")
        token, expires = self.mint.issue(DeviceClaim(key.device, key.chain, key.org), now)
        return Token(token, expires)

    def _session(
        self,
        person: SignedInPerson,
        device: str,
        now: int,
    ) -> tuple[str, tuple[Certificate, CertificateBody]]:
        body = CertificateBody(
            at=now, device=device, id=uuid7(now, self.random(10)), org=person.org, type="sign_in", person=person.id
        )
        return canon.b64(self.random(TOKEN_BYTES)), (self.signer.certificate(body), body)


def _open_session(token: str, person: SignedInPerson, device: str, now: int) -> Insert:
    columns = ("token bytea", "org text", "person text", "device text", "created bigint")
    return Insert("session", columns, [(token_hash(token), person.org, person.id, device, now)])


def _revoked(device: str) -> Steps[bool]:
    rows = yield Query("SELECT revoked FROM device WHERE id = ?", (device,))
    return not rows or rows[0][0] is not None


def _point(key: str) -> None:
    try:
        VerifyingKey(key)
    except ValueError as error:
        raise Problem("bad_key") from error
