"""Owns the form of the log: one line an event on stderr, without secrets and without addresses of people."""

import logging
import re
import sys
from collections.abc import Iterable, MutableMapping
from typing import Any, TextIO

import structlog

ADDRESS = re.compile(r"[^\s<>\"'`(),;:]+@([^\s<>\"'`(),;:]+)")
SHORTEST_SECRET = 6
_SHARED: tuple[Any, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)

Event = MutableMapping[str, Any]


def configure(secrets: Iterable[str] = (), stream: TextIO | None = None) -> None:
    """Sets up our own log and that of the libraries: JSON, or plain lines where somebody looks on.

    *secrets* are struck out wherever they turn up, a traceback included.
    """
    out = stream or sys.stderr
    hide = hiding(secrets)
    for_people = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    for_machines = structlog.processors.JSONRenderer(ensure_ascii=False)
    shown: list[Any] = [structlog.processors.format_exc_info, hide, for_people if out.isatty() else for_machines]
    structlog.configure(
        processors=[*_SHARED, *shown],
        logger_factory=structlog.PrintLoggerFactory(out),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*_SHARED, structlog.stdlib.add_logger_name],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *shown],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("slack_bolt").setLevel(logging.ERROR)  # its warnings repeat what people sent, and our settings


def hiding(secrets: Iterable[str]) -> Any:
    """A processor that strikes *secrets* out of every value, and the name before the @ of every address."""
    known = sorted((s for s in secrets if len(s) >= SHORTEST_SECRET), key=len, reverse=True)
    secret = re.compile("|".join(map(re.escape, known))) if known else None

    def clean(text: str) -> str:
        text = secret.sub("[secret]", text) if secret else text
        return ADDRESS.sub(r"…@\1", text)

    def hide(_logger: Any, _method: str, event: Event) -> Event:
        for name, value in event.items():
            if isinstance(value, str):
                event[name] = clean(value)
        return event

    return hide
