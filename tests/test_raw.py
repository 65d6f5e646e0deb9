"""The raw limits that stand beside the figures."""

import time

from tests.bench.raw import hello


def test_the_bare_server_waits_while_a_database_is_filled() -> None:
    """A million visits are made between two measurements on one connection; servers close silent ones after 5 s."""
    with hello() as wire:
        assert wire.request("/", b"{}") == b"{}"
        time.sleep(6.5)
        assert wire.request("/", b"{}") == b"{}"
