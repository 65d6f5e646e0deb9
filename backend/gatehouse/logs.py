"""Structured logs: one JSON line an event, ids and codes only; no bodies, no names, no addresses (TH21)."""

from __future__ import annotations

import logging
import sys
import traceback

import structlog


def where(failure: BaseException) -> str:
    """Where a fault happened, without its text: that may quote personal values (TH21)."""
    return "".join(traceback.format_tb(failure.__traceback__))


def configure(stream: object = None) -> None:
    """Send structlog and the standard library's loggers to one JSON stream (standard error by default)."""
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[
            *shared,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=True),
        ],
        logger_factory=structlog.PrintLoggerFactory(stream or sys.stderr),  # type: ignore[arg-type]  # any text stream
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared, processor=structlog.processors.JSONRenderer(ensure_ascii=True)
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
