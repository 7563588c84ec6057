"""Owns the load: signed requests over kept-alive connections to this machine, timed; what they ask is the rows'."""

import re
import selectors
import socket
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from statistics import quantiles
from urllib.parse import urlencode

from tests.workspace.delivery import FORM, signed_headers

PATIENCE = 30.0
"""Seconds after which a request that was not answered counts as lost."""

NOT_MODIFIED = 304
"""It has no body, and says no length (RFC 9110 15.4.5)."""

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, and the seconds from the first byte sent to the last one read; status 0: nothing came."""

    seconds: float
    status: int
    body: bytes
    head: bytes = b""


def signed(secret: str, form: dict[str, str]) -> bytes:
    """A whole HTTP request to ``/slack/events`` with *form* as its body, signed as Slack does."""
    body = urlencode(form).encode()
    headers = {
        "Host": "127.0.0.1",
        "Content-Type": FORM,
        "Content-Length": str(len(body)),
        **signed_headers(secret, body),
    }
    lines = ["POST /slack/events HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode() + body


def get(path: str, tag: str = "") -> bytes:
    """A whole HTTP request for *path*; with *tag* by somebody who holds it under that one."""
    held = f"If-None-Match: {tag}\r\n" if tag else ""
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{held}\r\n".encode()


def send(port: int, requests: Sequence[bytes], clients: int) -> list[Answer]:
    """Sends every request, each of *clients* connections the next one once it was answered; answers as they came."""
    waiting, answers = iter(requests), list[Answer]()
    with ExitStack() as held, selectors.DefaultSelector() as ready:
        for first in [request for _, request in zip(range(clients), waiting, strict=False)]:
            line = _Line(held.enter_context(socket.create_connection(("127.0.0.1", port), PATIENCE)))
            ready.register(line.socket, selectors.EVENT_READ, line)
            line.ask(first)
        while ready.get_map():
            heard = ready.select(PATIENCE)
            if not heard:
                answers += [Answer(PATIENCE, 0, b"") for _ in ready.get_map()]
                break
            for key, _ in heard:
                answer = key.data.hear()
                if answer is None:
                    continue
                answers.append(answer)
                request = next(waiting, None)
                if request is None or not answer.status:
                    ready.unregister(key.fileobj)
                else:
                    key.data.ask(request)
    return answers


class _Line:
    """One kept-alive connection, with at most one request under way."""

    def __init__(self, connected: socket.socket) -> None:
        self.socket = connected
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._heard = b""
        self._asked = 0.0

    def ask(self, request: bytes) -> None:
        self._heard = b""
        self._asked = time.perf_counter()
        self.socket.sendall(request)

    def hear(self) -> Answer | None:
        """The answer once it is whole, else None."""
        more = self.socket.recv(65536)
        self._heard += more
        head, end, body = self._heard.partition(b"\r\n\r\n")
        status = int(head.split(b" ", 2)[1]) if end else 0
        length = _LENGTH.search(head)
        if status == NOT_MODIFIED or (end and length and len(body) >= int(length[1])):
            return Answer(time.perf_counter() - self._asked, status, body, head)
        return None if more else Answer(time.perf_counter() - self._asked, 0, b"")


def p50(seconds: Sequence[float]) -> float:
    return quantiles(seconds, n=100, method="inclusive")[49]


def p99(seconds: Sequence[float]) -> float:
    return quantiles(seconds, n=100, method="inclusive")[98]
