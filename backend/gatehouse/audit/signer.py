"""What the server states under its signature: anchors, stamps, certificates, results (PROTOCOL §4, §6, §7, §9)."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence

import msgspec

from gatehouse.audit.keys import SigningKey
from gatehouse.audit.seal import Private, Unsealer
from gatehouse.audit.vouch import Vouchers
from gatehouse_sync import canon, clock, protocol, stamp
from gatehouse_sync.protocol import Certificate, CertificateBody, Outcome
from gatehouse_sync.stamp import Stamp

_ANCHOR_EVERY_MS = 250
_REMEMBERED = 4096


class Signer:
    """Signs and checks the server's own statements; remembers what it has seen, for a check costs 60 µs."""

    def __init__(self, key: SigningKey, random: Callable[[int], bytes], earlier: Sequence[SigningKey] = ()) -> None:
        """``earlier`` are keys this server signed with before: they open what devices keep from their time."""
        self.key = key
        self.vouchers = Vouchers(key, earlier, random)
        self._unsealers = [Unsealer(one) for one in (key, *earlier)]
        self.seal_key = self._unsealers[0].public
        self._random = random
        self._anchor: tuple[int, str] = (-_ANCHOR_EVERY_MS, "")
        self._valid: OrderedDict[tuple[str, bytes, str], bool] = OrderedDict()
        self._signed: OrderedDict[tuple[str, bytes], str] = OrderedDict()

    def anchor(self, now: int) -> str:
        """A time anchor at most a quarter of a second old: its instant is a lower bound all the same."""
        ms, token = self._anchor
        if 0 <= now - ms < _ANCHOR_EVERY_MS:
            return token
        nonce = canon.b64(self._random(8))
        message = clock.anchor_message(now, nonce)
        token = f"{now}.{nonce}.{self._sign('anchor', message)}"
        self._anchor = (now, token)
        return token

    def anchor_ms(self, token: str | None, now: int) -> int | None:
        """The instant of an anchor this server signed, or None for anything else (also one from the future)."""
        parts = clock.anchor_parts(token) if token is not None else None
        if parts is None:
            return None
        ms, nonce, sig = parts
        return ms if ms <= now and self._check("anchor", clock.anchor_message(ms, nonce), sig) else None

    def stamp(self, org: str, epoch: str, n: int, hash_: bytes) -> Stamp:
        """A signed stamp over the log as it stands."""
        bare = Stamp(epoch, hash_.hex(), n, org)
        return msgspec.structs.replace(bare, sig=self._sign("stamp", stamp.stamp_message(bare)))

    def signed_stamp(self, echo: Stamp) -> bool:
        """Whether this server signed the stamp."""
        return self._check("stamp", stamp.stamp_message(echo), echo.sig)

    def certificate(self, body: CertificateBody) -> Certificate:
        """A certificate of enrolment or sign-in."""
        text = canon.encode(body).decode()
        return Certificate(text, self.key.sign(protocol.cert_message(text)))

    def certified(self, certificate: Certificate) -> CertificateBody | None:
        """The body of a certificate this server signed, or None."""
        if not self.key.verify(protocol.cert_message(certificate.body), certificate.sig):
            return None
        return msgspec.json.decode(certificate.body, type=CertificateBody)

    def results(self, chain: str, results: list[Outcome], at: Stamp) -> str:
        """The signature of a push reply."""
        return self.key.sign(protocol.results_message(chain, results, at))

    def vouched(self, chain: str, vouchers: list[str], at: Stamp) -> str:
        """The signature of a push reply's vouchers."""
        return self.key.sign(protocol.vouchers_message(chain, vouchers, at))

    def unseal(self, op: str, com: str, sealed: str) -> Private | None:
        """The private part that a device sealed to this server, or None for what is not one of this op."""
        opened = (one.open(op, com, sealed) for one in self._unsealers)
        return next((private for private in opened if private is not None), None)

    def _sign(self, what: str, message: bytes) -> str:
        """Sign the same statement once: a stamp is repeated until the log grows."""
        slot = (what, message)
        known = self._signed.get(slot)
        if known is None:
            known = self._signed[slot] = self.key.sign(message)
            self._remember((what, message, known))
            if len(self._signed) > _REMEMBERED:
                self._signed.popitem(last=False)
        return known

    def _check(self, what: str, message: bytes, sig: str) -> bool:
        slot = (what, message, sig)
        if slot in self._valid:
            return True
        if not self.key.verify(message, sig):
            return False
        self._remember(slot)
        return True

    def _remember(self, slot: tuple[str, bytes, str]) -> None:
        self._valid[slot] = True
        if len(self._valid) > _REMEMBERED:
            self._valid.popitem(last=False)
