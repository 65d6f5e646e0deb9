"""What the operator decides, read once from the environment; every mistake is named before anything starts."""

import difflib
import ipaddress
import os
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, TypeAlias, TypeVar
from urllib.parse import urlsplit

import msgspec

T = TypeVar("T")
Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network

_PREFIX: Final = "GATEHOUSE_"
_HIGHEST_PORT: Final = 65535
_MOST_WORKERS: Final = 64
_MOST_HOURS: Final = 168  # a week
_MOST_PLACES: Final = 1024
_LONGEST_NAME: Final = 253  # RFC 1035
_NAME: Final = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)(\.(?!-)[A-Za-z0-9-]{1,63}(?<!-))*")
_MISSPELT: Final = 0.84  # likeness from which an unknown name is taken for a slip and not for somebody else's


class SettingsError(ValueError):
    """One sentence per line for everything that is wrong with the settings."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """The settings of one process.

    `robot_gateways` are origins that group robots may live on beside their platforms' own hosts;
    `trusted_proxies` are the networks whose forwarded addresses are believed, `allowed_origins` are page origins
    (`https://host[:port]`) beside the server's own; an SQLite server copies its database every `backup_hours`, with 0
    never. `serve --lan` listens with TLS on `lan_port` and with the install page on `install_port`; `lan_address` is
    the host that phones are given, None for the one that this machine finds. `push_places` is how many long pushes
    (1 MiB at most) a process lets in at once.
    """

    database_url: str
    data: Path
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    trusted_proxies: tuple[Network, ...] = ()
    allowed_origins: tuple[str, ...] = ()
    backup_hours: int = 6
    robot_gateways: tuple[str, ...] = ()
    lan_port: int = 8443
    install_port: int = 8080
    lan_address: str | None = None
    push_places: int = 32

    @property
    def sqlite(self) -> bool:
        """Whether the database is an SQLite file."""
        return self.database_url.startswith("sqlite:")


NAMES: Final = tuple(_PREFIX + name.upper() for name in Settings.__struct_fields__)


def load(environment: Mapping[str, str] | None = None, *, platform: str = sys.platform) -> Settings:
    """The settings in `environment` (the process's own, if None); raises SettingsError.

    A value never appears in a message: the database address may hold a password.
    """
    given = os.environ if environment is None else environment
    problems: list[str] = _slips(given)

    def read(name: str, parse: Callable[[str], T], default: T) -> T:
        text = given.get(_PREFIX + name, "").strip()
        if not text:
            return default
        try:
            return parse(text)
        except ValueError as failure:
            problems.append(f"{_PREFIX}{name} {failure}")
            return default

    data = read("DATA", _folder, default_data(given, platform))
    settings = Settings(
        data=data,
        database_url=read("DATABASE_URL", _database_url, f"sqlite:///{data / 'gatehouse.db'}"),
        host=read("HOST", _host, "127.0.0.1"),
        port=read("PORT", _port, 8000),
        workers=read("WORKERS", _workers, 1),
        trusted_proxies=read("TRUSTED_PROXIES", _networks, ()),
        allowed_origins=read("ALLOWED_ORIGINS", _origins, ()),
        backup_hours=read("BACKUP_HOURS", _hours, 6),
        robot_gateways=read("ROBOT_GATEWAYS", _origins, ()),
        lan_port=read("LAN_PORT", _port, 8443),
        install_port=read("INSTALL_PORT", _port, 8080),
        lan_address=read("LAN_ADDRESS", _lan_address, None),
        push_places=read("PUSH_PLACES", _places, 32),
    )
    if settings.sqlite and settings.workers > 1:
        problems.append(f"{_PREFIX}WORKERS must be 1 with SQLite; use PostgreSQL to run several processes.")
    if problems:
        raise SettingsError("\n".join(problems))
    return settings


def default_data(environment: Mapping[str, str], platform: str) -> Path:
    """The folder where the platform keeps a program's data for this user."""
    home = Path(environment.get("HOME") or environment.get("USERPROFILE") or Path.home())
    if platform == "win32":
        return Path(environment.get("LOCALAPPDATA") or home / "AppData" / "Local") / "Gatehouse"
    if platform == "darwin":
        return home / "Library" / "Application Support" / "Gatehouse"
    shared = environment.get("XDG_DATA_HOME", "")
    # The specification says to ignore a relative path.
    return (Path(shared) if shared.startswith("/") else home / ".local" / "share") / "gatehouse"


def _slips(given: Mapping[str, str]) -> list[str]:
    """Names that are nearly ours: a misspelt setting would be ignored in silence."""
    strange = (name for name in given if name.startswith("GATEH") and name not in NAMES)
    guesses = ((name, difflib.get_close_matches(name, NAMES, n=1, cutoff=_MISSPELT)) for name in sorted(strange))
    return [f"{name} is not a setting; is {guess[0]} meant?" for name, guess in guesses if guess]


def _database_url(text: str) -> str:
    if text.startswith("sqlite://") and ":memory:" in text:
        raise ValueError("cannot be in memory: name a file, sqlite:///gatehouse.db.")
    if text.startswith("sqlite:///") and text != "sqlite:///":
        return text
    if text.startswith(("postgresql://", "postgres://")):
        return text
    raise ValueError("must be sqlite:///file, sqlite:////absolute/file or postgresql://user@host/name.")


def _folder(text: str) -> Path:
    path = Path(text).expanduser()
    if not path.is_absolute():
        raise ValueError("must be an absolute path.")
    return path


def _host(text: str) -> str:
    if any(character.isspace() or character in "/:@" for character in text.replace("::", "").strip("[]")):
        try:
            ipaddress.IPv6Address(text)
        except ValueError:
            raise ValueError("must be a host name or an address, without a port.") from None
    return text


def _lan_address(text: str) -> str | None:
    """What can stand in a certificate: an IPv4 address, or a name of letters, digits and hyphens; lower case."""
    try:
        return str(ipaddress.IPv4Address(text))
    except ValueError:
        # The last label of a name has a letter, or a mistyped address would pass for a name.
        if not _NAME.fullmatch(text) or len(text) > _LONGEST_NAME or text.rpartition(".")[2].isdigit():
            raise ValueError("must be an IPv4 address or a host name, without a port.") from None
        return text.lower()


def _port(text: str) -> int:
    if text.startswith("tcp://"):
        raise ValueError("was set by Kubernetes for a service of that name; set enableServiceLinks: false.")
    return _number(text, 1, _HIGHEST_PORT)


def _workers(text: str) -> int:
    return _number(text, 1, _MOST_WORKERS)


def _hours(text: str) -> int:
    return _number(text, 0, _MOST_HOURS)


def _places(text: str) -> int:
    return _number(text, 1, _MOST_PLACES)


def _number(text: str, lowest: int, highest: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(highest)) and lowest <= int(text) <= highest):
        raise ValueError(f"must be a whole number from {lowest} to {highest}.")
    return int(text)


def _networks(text: str) -> tuple[Network, ...]:
    try:
        return tuple(ipaddress.ip_network(part.strip()) for part in text.split(",") if part.strip())
    except ValueError:
        raise ValueError("must be addresses or networks with commas between them, such as 10.0.0.0/8.") from None


def _origins(text: str) -> tuple[str, ...]:
    return tuple(_origin(part.strip()) for part in text.split(",") if part.strip())


def _origin(text: str) -> str:
    sentence = "must be origins with commas between them, such as https://gate.example.com, without a path."
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise ValueError(sentence) from None
    if parts.scheme not in {"https", "http"} or not parts.hostname or parts.username or parts.password:
        raise ValueError(sentence)
    if (
        parts.path
        or parts.query
        or parts.fragment
        or any(character.isspace() or character == "*" for character in text)
    ):
        raise ValueError(sentence)
    # As a browser writes it: lower case, without the scheme's own port.
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    standard = port in {None, {"https": 443, "http": 80}[parts.scheme]}
    return f"{parts.scheme}://{host}" + ("" if standard else f":{port}")
