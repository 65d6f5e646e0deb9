"""The authority and its certificate: taken by a strict verifier at every host, kept, and renewed in time."""

from __future__ import annotations

import datetime as dt
import ipaddress
import stat
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from gatehouse.lan.certificates import AUTHORITY, SERVER, DamagedError, Pair, authority, fits, read, server

NOW = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
HOSTS = ("192.168.1.20", "10.0.0.4", "gate-pc", "gate-pc.local", "localhost", "127.0.0.1", "::1")


def made(folder: Path, hosts: tuple[str, ...] = HOSTS, now: dt.datetime = NOW) -> tuple[Pair, Pair]:
    signer = authority(folder, "gate-pc", now)
    return signer, server(folder, signer, hosts, now)


def verify(signer: Pair, pair: Pair, host: str, at: dt.datetime = NOW) -> None:
    """As a browser does; raises VerificationError."""
    subject: x509.DNSName | x509.IPAddress
    try:
        subject = x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        subject = x509.DNSName(host)
    builder = PolicyBuilder().store(Store([signer.certificate])).time(at)
    builder.build_server_verifier(subject).verify(pair.certificate, [])


@pytest.mark.parametrize("host", HOSTS)
def test_who_trusts_the_authority_trusts_the_server_at_each_of_its_hosts(tmp_path: Path, host: str) -> None:
    signer, pair = made(tmp_path)
    verify(signer, pair, host)
    # Clocks of phones are wrong in both directions.
    verify(signer, pair, host, NOW - DAY)
    verify(signer, pair, host, NOW + 394 * DAY)


@pytest.mark.parametrize("host", ["192.168.1.21", "bank.example"])
def test_it_is_for_no_other_host(tmp_path: Path, host: str) -> None:
    signer, pair = made(tmp_path)
    with pytest.raises(VerificationError):
        verify(signer, pair, host)


def test_another_estates_authority_is_another(tmp_path: Path) -> None:
    signer, pair = made(tmp_path / "one")
    other, _ = made(tmp_path / "two")
    assert other.certificate.subject != signer.certificate.subject  # both can lie on one phone
    with pytest.raises(VerificationError):
        verify(other, pair, HOSTS[0])


def test_the_certificate_keeps_to_what_phones_demand(tmp_path: Path) -> None:
    signer, pair = made(tmp_path)
    certificate = pair.certificate
    assert certificate.not_valid_after_utc - certificate.not_valid_before_utc <= 398 * DAY
    usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usage) == [ExtendedKeyUsageOID.SERVER_AUTH]
    assert isinstance(certificate.public_key(), ec.EllipticCurvePublicKey)
    limits = signer.certificate.extensions.get_extension_for_class(x509.BasicConstraints)
    assert (limits.critical, limits.value.ca, limits.value.path_length) == (True, True, 0)
    with pytest.raises(x509.ExtensionNotFound):
        signer.certificate.extensions.get_extension_for_class(x509.NameConstraints)


def test_both_are_made_once_and_only_their_owner_reads_them(tmp_path: Path) -> None:
    first = [pair.fingerprint for pair in made(tmp_path / "lan")]
    assert [pair.fingerprint for pair in made(tmp_path / "lan", now=NOW + 100 * DAY)] == first
    for name in (AUTHORITY, SERVER):
        assert stat.S_IMODE((tmp_path / "lan" / name).stat().st_mode) == 0o600
    assert sorted(path.name for path in (tmp_path / "lan").iterdir()) == [AUTHORITY, SERVER]


@pytest.mark.parametrize(
    ("hosts", "later"),
    [
        (("192.168.1.99", *HOSTS), 0 * DAY),  # the router gave another address
        (HOSTS, 366 * DAY),  # near the end
        (HOSTS, 500 * DAY),  # after it
        (HOSTS, 394 * DAY),
    ],
)
def test_it_is_renewed_by_itself_and_phones_notice_nothing(
    tmp_path: Path, hosts: tuple[str, ...], later: dt.timedelta
) -> None:
    signer, pair = made(tmp_path)
    same, renewed = made(tmp_path, hosts, NOW + later)
    assert same.fingerprint == signer.fingerprint
    assert renewed.fingerprint != pair.fingerprint
    verify(signer, renewed, hosts[0], NOW + max(later, 0 * DAY))
    found = read(tmp_path / SERVER)
    assert found is not None
    assert found.fingerprint == renewed.fingerprint


def test_a_certificate_of_a_clock_that_ran_ahead_is_made_again(tmp_path: Path) -> None:
    made(tmp_path)
    _, ahead = made(tmp_path, now=NOW + 370 * DAY)
    signer, again = made(tmp_path, now=NOW + 50 * DAY)
    assert again.fingerprint != ahead.fingerprint
    verify(signer, again, HOSTS[0], NOW + 50 * DAY)


def test_it_is_not_renewed_before_its_last_month(tmp_path: Path) -> None:
    _, pair = made(tmp_path)
    _, again = made(tmp_path, HOSTS[:2], NOW + 364 * DAY)
    assert again.fingerprint == pair.fingerprint


def test_it_never_outlives_the_authority(tmp_path: Path) -> None:
    signer, _ = made(tmp_path)
    late = signer.until - 20 * DAY
    _, last = made(tmp_path, now=late)
    assert last.until == signer.until
    assert fits(last, signer, HOSTS, late)  # not made anew each minute of those days


@pytest.mark.parametrize("off", [-2 * DAY, 3650 * DAY, 4000 * DAY])
def test_an_authority_made_under_a_wrong_clock_or_outlived_is_told(tmp_path: Path, off: dt.timedelta) -> None:
    signer, _ = made(tmp_path)
    with pytest.raises(DamagedError, match="Correct the clock"):
        made(tmp_path, now=NOW + off)
    with pytest.raises(DamagedError, match="Correct the clock"):
        server(tmp_path, signer, HOSTS, NOW + off)


def test_a_damaged_authority_is_told_and_never_replaced(tmp_path: Path) -> None:
    """A new one in silence would make every phone of the estate refuse the server."""
    made(tmp_path)
    (tmp_path / AUTHORITY).write_text("-----BEGIN CERTIFICATE-----\n")
    with pytest.raises(DamagedError, match="install page once more"):
        made(tmp_path)
    assert (tmp_path / AUTHORITY).read_text() == "-----BEGIN CERTIFICATE-----\n"


@pytest.mark.parametrize("damage", ["", "half", "other"])
def test_a_damaged_server_certificate_is_made_again(tmp_path: Path, damage: str) -> None:
    signer, pair = made(tmp_path)
    _, foreign = made(tmp_path / "other")
    text = (tmp_path / SERVER).read_text()
    spoilt = {"": "", "half": text[: len(text) // 2], "other": (tmp_path / "other" / SERVER).read_text()}[damage]
    (tmp_path / SERVER).write_text(spoilt)
    _, again = made(tmp_path)
    assert again.fingerprint not in {pair.fingerprint, foreign.fingerprint}
    verify(signer, again, HOSTS[0])
