"""Settings: sensible with none given, and every mistake named in a sentence."""

from ipaddress import ip_network
from pathlib import Path

import pytest

from gatehouse.settings import Settings, SettingsError, default_data, load

HOME = {"HOME": "/home/guard"}


def test_nothing_needs_to_be_set() -> None:
    assert load(HOME, platform="linux") == Settings(
        database_url="sqlite:////home/guard/.local/share/gatehouse/gatehouse.db",
        data=Path("/home/guard/.local/share/gatehouse"),
    )


def test_everything_can_be_set() -> None:
    settings = load(
        {
            **HOME,
            "GATEHOUSE_DATABASE_URL": "postgresql://gate:secret@db/gatehouse",
            "GATEHOUSE_DATA": "/srv/gatehouse",
            "GATEHOUSE_HOST": "::1",
            "GATEHOUSE_PORT": " 9000 ",
            "GATEHOUSE_WORKERS": "4",
            "GATEHOUSE_TRUSTED_PROXIES": "10.0.0.0/8, ::1",
            "GATEHOUSE_ALLOWED_ORIGINS": "https://Gate.example.com:443,http://localhost:5173",
            "GATEHOUSE_BACKUP_HOURS": "0",
            "GATEHOUSE_LAN_PORT": "443",
            "GATEHOUSE_INSTALL_PORT": "80",
            "GATEHOUSE_LAN_ADDRESS": "Gate-PC.local",
            "GATEHOUSE_PUSH_PLACES": "64",
        },
        platform="linux",
    )
    assert settings == Settings(
        database_url="postgresql://gate:secret@db/gatehouse",
        data=Path("/srv/gatehouse"),
        host="::1",
        port=9000,
        workers=4,
        trusted_proxies=(ip_network("10.0.0.0/8"), ip_network("::1/128")),
        allowed_origins=("https://gate.example.com", "http://localhost:5173"),
        backup_hours=0,
        lan_port=443,
        install_port=80,
        lan_address="gate-pc.local",
        push_places=64,
    )
    assert not settings.sqlite


@pytest.mark.parametrize(
    ("platform", "environment", "folder"),
    [
        ("linux", {"HOME": "/h", "XDG_DATA_HOME": "/data"}, "/data/gatehouse"),
        ("linux", {"HOME": "/h", "XDG_DATA_HOME": "relative"}, "/h/.local/share/gatehouse"),
        ("darwin", {"HOME": "/h"}, "/h/Library/Application Support/Gatehouse"),
        ("win32", {"LOCALAPPDATA": "/l"}, "/l/Gatehouse"),
        ("win32", {"USERPROFILE": "/u"}, "/u/AppData/Local/Gatehouse"),
    ],
)
def test_data_lies_where_the_platform_keeps_it(platform: str, environment: dict[str, str], folder: str) -> None:
    assert default_data(environment, platform) == Path(folder)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("DATABASE_URL", "mysql://secret@db/x", "must be sqlite:///file"),
        ("DATABASE_URL", "sqlite://secret.db", "must be sqlite:///file"),
        ("DATABASE_URL", "sqlite:///", "must be sqlite:///file"),
        ("DATABASE_URL", "sqlite://:memory:", "cannot be in memory"),
        ("DATA", "secret/folder", "must be an absolute path"),
        ("HOST", "secret host", "must be a host name"),
        ("HOST", "secret:80", "must be a host name"),
        ("HOST", "http://secret", "must be a host name"),
        ("PORT", "0", "from 1 to 65535"),
        ("PORT", "65536", "from 1 to 65535"),
        ("PORT", "8e3", "from 1 to 65535"),
        ("PORT", "٨٠٠٠", "from 1 to 65535"),
        ("PORT", "9" * 5000, "from 1 to 65535"),
        ("PORT", "tcp://10.0.0.1:8000", "enableServiceLinks"),
        ("WORKERS", "-1", "from 1 to 64"),
        ("WORKERS", "2", "must be 1 with SQLite"),
        ("PUSH_PLACES", "0", "from 1 to 1024"),
        ("LAN_PORT", "secret", "from 1 to 65535"),
        ("INSTALL_PORT", "0", "from 1 to 65535"),
        ("LAN_ADDRESS", "secret:8443", "without a port"),
        ("LAN_ADDRESS", "https://secret", "without a port"),
        ("LAN_ADDRESS", "192.168.1.300", "an IPv4 address or a host name"),
        ("LAN_ADDRESS", "fe80::1", "an IPv4 address or a host name"),
        ("LAN_ADDRESS", "secret_pc", "an IPv4 address or a host name"),
        ("LAN_ADDRESS", "门岗", "an IPv4 address or a host name"),
        ("TRUSTED_PROXIES", "10.0.0.1/8", "addresses or networks"),
        ("TRUSTED_PROXIES", "proxy.secret", "addresses or networks"),
        ("ALLOWED_ORIGINS", "gate.secret", "must be origins"),
        ("ALLOWED_ORIGINS", "*", "must be origins"),
        ("ALLOWED_ORIGINS", "https://*.secret", "must be origins"),
        ("ALLOWED_ORIGINS", "https://secret/path", "must be origins"),
        ("ALLOWED_ORIGINS", "https://secret:port", "must be origins"),
        ("ALLOWED_ORIGINS", "https://user@secret", "must be origins"),
    ],
)
def test_a_bad_value_is_named_and_not_repeated(name: str, value: str, sentence: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load({**HOME, f"GATEHOUSE_{name}": value}, platform="linux")
    assert str(caught.value).startswith(f"GATEHOUSE_{name} ")
    assert sentence in str(caught.value)
    assert "secret" not in str(caught.value)


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(SettingsError) as caught:
        load({**HOME, "GATEHOUSE_PORT": "x", "GATEHOUSE_WORKERS": "x"}, platform="linux")
    assert len(str(caught.value).splitlines()) == 2


def test_a_misspelt_setting_is_not_ignored() -> None:
    with pytest.raises(SettingsError, match="GATEHOUSE_DATABSE_URL is not a setting; is GATEHOUSE_DATABASE_URL meant"):
        load({**HOME, "GATEHOUSE_DATABSE_URL": "sqlite:///x.db"}, platform="linux")


def test_what_others_put_into_the_environment_does_no_harm() -> None:
    others = {"GATEHOUSE_SERVICE_HOST": "10.0.0.1", "GATEHOUSE_PORT_8000_TCP_ADDR": "10.0.0.1", "GATEHOUSE_PORT": ""}
    assert load({**HOME, **others}, platform="linux").port == 8000
