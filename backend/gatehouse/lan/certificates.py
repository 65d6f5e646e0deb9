"""The estate's own certificate authority and the server certificate it signs, kept in the folder ``lan`` of the data.

The server certificate keeps to what Android, iOS and Windows ask of one today: P-256, SHA-256, serverAuth, every host
in the subject alternative names, at most 398 days (Apple and CA/Browser Forum; this one has 396). The authority carries
no name constraints: Apple's older systems refuse a chain with the critical extension, and a LAN's addresses change.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import ipaddress
import os
from pathlib import Path

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

FOLDER = "lan"
AUTHORITY, SERVER = "authority.pem", "server.pem"

AUTHORITY_LASTS = dt.timedelta(days=3650)
LASTS = dt.timedelta(days=395)
RENEWED_BEFORE = dt.timedelta(days=30)
BACKDATED = dt.timedelta(days=1)
"""A phone's clock may be behind; without this a new certificate would not be valid there yet."""
_LONGEST_NAME = 64  # of a common name, X.520


class DamagedError(Exception):
    """A sentence about an authority that is of no use: its file cannot be read, or phones cannot take it today."""


class Pair(msgspec.Struct, frozen=True):
    """A certificate and its private key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def hosts(self) -> frozenset[str]:
        """Every name and address that the certificate is for."""
        try:
            names = self.certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        except x509.ExtensionNotFound:
            return frozenset()
        found = [str(address) for address in names.get_values_for_type(x509.IPAddress)]
        return frozenset([*found, *names.get_values_for_type(x509.DNSName)])

    @property
    def until(self) -> dt.datetime:
        """When the certificate ends, UTC."""
        return self.certificate.not_valid_after_utc

    @property
    def der(self) -> bytes:
        """The certificate as DER, which is what phones take from a file."""
        return self.certificate.public_bytes(serialization.Encoding.DER)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the DER, upper-case hexadecimal pairs with colons, as phones show it."""
        return self.certificate.fingerprint(hashes.SHA256()).hex(":").upper()


def authority(folder: Path, label: str, now: dt.datetime) -> Pair:
    """The authority in ``folder``, made when there is none; ``label`` tells people whose it is.

    Raises:
        DamagedError: the file is there and holds no authority for today.
    """
    found = read(folder / AUTHORITY)
    if found is not None:
        _in_time(found, now)
        return found
    if (folder / AUTHORITY).exists():
        raise DamagedError(
            f"{folder / AUTHORITY} cannot be read as a certificate with its key. Put a copy of it back; or delete it, "
            "and every phone has to go through the install page once more."
        )
    key = ec.generate_private_key(ec.SECP256R1())
    # Two servers of one company must be told apart in a phone's list.
    serial = x509.random_serial_number()
    name = _name(f"Gatehouse {label}", f" {serial & 0xFFFF:04X}")
    identity = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    builder = (
        _begun(name, name, key, serial, now, now + AUTHORITY_LASTS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(identity, critical=False)
    )
    pair = Pair(builder.sign(key, hashes.SHA256()), key)
    _keep(folder / AUTHORITY, pair)
    return pair


def server(folder: Path, signer: Pair, hosts: tuple[str, ...], now: dt.datetime) -> Pair:
    """A server certificate of ``signer`` for all ``hosts``: the one in ``folder`` while it will do, else a new one.

    Raises:
        DamagedError: the signer's own time is over.
    """
    _in_time(signer, now)
    found = read(folder / SERVER)
    if found is not None and fits(found, signer, hosts, now):
        return found
    key = ec.generate_private_key(ec.SECP256R1())
    alternatives = x509.SubjectAlternativeName([_general_name(host) for host in hosts])
    identity = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    above = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.key.public_key())
    until = min(now + LASTS, signer.until)
    builder = (
        _begun(_name(hosts[0]), signer.certificate.subject, key, x509.random_serial_number(), now, until)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(alternatives, critical=False)
        .add_extension(identity, critical=False)
        .add_extension(above, critical=False)
    )
    pair = Pair(builder.sign(signer.key, hashes.SHA256()), key)
    _keep(folder / SERVER, pair)
    return pair


def fits(pair: Pair, signer: Pair, hosts: tuple[str, ...], now: dt.datetime) -> bool:
    """Whether phones that trust ``signer`` take ``pair`` at each of ``hosts`` today and for a month to come."""
    in_time = pair.certificate.not_valid_before_utc <= now and (
        now < pair.until - RENEWED_BEFORE or pair.until == signer.until
    )
    return in_time and pair.hosts >= frozenset(hosts) and is_of(pair, signer)


def is_of(pair: Pair, signer: Pair) -> bool:
    """Whether ``signer`` issued ``pair``."""
    try:
        pair.certificate.verify_directly_issued_by(signer.certificate)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _in_time(signer: Pair, now: dt.datetime) -> None:
    if not signer.certificate.not_valid_before_utc <= now < signer.until:
        raise DamagedError(
            f"The authority that phones trust is good from {signer.certificate.not_valid_before_utc:%Y-%m-%d} to "
            f"{signer.until:%Y-%m-%d}, and this machine's clock says {now:%Y-%m-%d}. Correct the clock; if it is "
            f"right, delete the folder {FOLDER} of the data, and lead every phone through the install page once more."
        )


def read(path: Path) -> Pair | None:
    """The pair in a file; None when there is none that can be read."""
    try:
        pem = path.read_bytes()
        key = serialization.load_pem_private_key(pem, None)
        certificate = x509.load_pem_x509_certificate(pem)
    except (OSError, ValueError):
        return None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != certificate.public_key():
        return None
    return Pair(certificate, key)


def _begun(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    serial: int,
    now: dt.datetime,
    until: dt.datetime,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(serial)
        .not_valid_before(now - BACKDATED)
        .not_valid_after(until)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _name(text: str, end: str = "") -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text[: _LONGEST_NAME - len(end)] + end)])


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _keep(path: Path, pair: Pair) -> None:
    """Key and certificate in one file, so that they change together; readable by its owner only."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    pem = pair.key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ) + pair.certificate.public_bytes(serialization.Encoding.PEM)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with contextlib.suppress(FileNotFoundError):
        draft.unlink()  # of a process of the same number that was killed
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
