"""Figures for Prometheus; numbers only, never ids or names."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5)


class Metrics:
    """The counters of one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.ops = Counter("gatehouse_ops", "Ops decided", ["decision"], registry=self.registry)
        self.server_faults = Counter(
            "gatehouse_server_faults",
            "Ops parked and jobs failed by a fault of ours",
            registry=self.registry,
        )
        self.epochs = Counter("gatehouse_epochs", "Epochs minted after going back in time", registry=self.registry)
        self.requests = Histogram(
            "gatehouse_request_seconds", "Time of a request", ["verb"], buckets=_SECONDS, registry=self.registry
        )
        self.problems = Counter(
            "gatehouse_problems", "Requests answered with a problem", ["code"], registry=self.registry
        )
        self.turned_away = Counter(
            "gatehouse_turned_away", "Requests told to come again later", ["line"], registry=self.registry
        )
        self.sockets = Gauge("gatehouse_sockets", "Open live sockets", registry=self.registry)
        self.pokes = Counter("gatehouse_pokes", "Pokes sent", ["form"], registry=self.registry)
