"""The three ways in which a network is gone, as browsers tell them apart."""

from collections.abc import Iterator
from contextlib import contextmanager

from e2e.phone import Phone
from e2e.server import Server

KINDS = ("radio", "killed", "frozen")


@contextmanager
def outage(kind: str, server: Server, *phones: Phone) -> Iterator[None]:
    """Cut the network for as long as the block lasts.

    `radio`: the phone knows that it is offline. `killed`: it thinks it is online, and connections are refused.
    `frozen`: connections open, and nothing ever answers.
    """
    _begin(kind, server, *phones)
    try:
        yield
    finally:
        _end(kind, server, *phones)


def _begin(kind: str, server: Server, *phones: Phone) -> None:
    if kind == "killed":
        server.kill()
    elif kind == "frozen":
        server.freeze()
    else:
        for phone in phones:
            phone.context.set_offline(True)


def _end(kind: str, server: Server, *phones: Phone) -> None:
    if kind == "killed":
        server.start()
    elif kind == "frozen":
        server.thaw()
    else:
        for phone in phones:
            phone.context.set_offline(False)
