"""The log of the service: one JSON object a line on stderr, a line for each request, and each fault with its request's id."""

from __future__ import annotations

import logging
import sys
from typing import Final

import structlog
from structlog.typing import Processor

_SHARED: Final[list[Processor]] = [structlog.stdlib.add_log_level, structlog.processors.TimeStamper(fmt="iso", utc=True, key="at")]
requests: Final = structlog.wrap_logger(
    logging.getLogger("centwright.requests"),
    processors=[structlog.stdlib.filter_by_level, *_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    wrapper_class=structlog.stdlib.BoundLogger,
)
"""Writes a line for each request, once the log is open."""


def open_log(level: str) -> None:
    """Sends the log of this process to stderr, from a level on: `info` has every request, `warning` faults only."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
            foreign_pre_chain=_SHARED,
        )
    )
    root = logging.getLogger("centwright")
    root.handlers, root.propagate = [handler], False
    root.setLevel(level.upper())
