"""Private parts sealed to a server, made with a key that is written here so that the bytes repeat."""

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from cases import by_hand
from cases.build import SALT, Case, Json, case, op_id

SPEC = "14.2"
SHOWS = ("P29",)

SERVER = ec.derive_private_key(0x7365_616C, ec.SECP256R1())
ONCE = ec.derive_private_key(0x6F6E_6365, ec.SECP256R1())
OTHER_ONCE = ec.derive_private_key(0x6167_6169_6E, ec.SECP256R1())
PRIVATE = by_hand.canon({"name": "张三", "plate": "粤B12345"})


def cases() -> list[Case]:
    return [
        one("a private part", "the tag or the point left out, or a nonce sent along"),
        one("of another op", "one key for all: two texts under one nonce", number=2),
        one("by another key for once", "the server's point used as the key", once=OTHER_ONCE),
        one("to another server", "the server's point not in the key", server=by_hand.OTHER_KEY),
        one("with another salt", "the salt not sealed", salt=bytes(32)),
        one("of ASCII alone", "UTF-16 under the seal", private='{"name":"Ann"}'),
        one("of quotes and a new line", "the text joined, not encoded", private='{"note":"a \\"b\\"\\nc"}'),
    ]


def one(
    name: str,
    fault: str,
    *,
    number: int = 1,
    once: ec.EllipticCurvePrivateKey = ONCE,
    server: ec.EllipticCurvePrivateKey = SERVER,
    salt: bytes = SALT,
    private: str = PRIVATE,
) -> Case:
    op, com = op_id(number), by_hand.commitment(salt, private)
    given: Json = {"op": op, "com": com, "private": private, "salt": by_hand.b64(salt)}
    given |= {"server": by_hand.public(server), "once": jwk(once)}
    return case(name, fault, given, {"sealed": sealed(op, com, private, by_hand.b64(salt), once, server)})


def jwk(key: ec.EllipticCurvePrivateKey) -> Json:
    """The key as browsers take one in."""
    numbers = key.private_numbers()
    point = numbers.public_numbers
    parts = {"d": numbers.private_value, "x": point.x, "y": point.y}
    return {"crv": "P-256", "kty": "EC", **{n: by_hand.b64(v.to_bytes(32, "big")) for n, v in parts.items()}}


def sealed(
    op: str, com: str, private: str, salt: str, once: ec.EllipticCurvePrivateKey, server: ec.EllipticCurvePrivateKey
) -> str:
    mine, theirs = raw(once), raw(server)
    info = b"gh-sealed-1" + mine + theirs + op.encode()
    key = HKDF(hashes.SHA256(), 32, salt=None, info=info).derive(once.exchange(ec.ECDH(), server.public_key()))
    text = by_hand.canon({"private": private, "salt": salt}).encode()
    bound = b"gh-sealed-1" + by_hand.canon({"com": com, "op": op}).encode()
    return by_hand.b64(mine + AESGCM(key).encrypt(bytes(12), text, bound))


def raw(key: ec.EllipticCurvePrivateKey) -> bytes:
    point = key.public_key().public_numbers()
    return b"\x04" + point.x.to_bytes(32, "big") + point.y.to_bytes(32, "big")
