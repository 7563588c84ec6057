"""Owns how what leaves by a door is read to the bottom: one decoder for each form of bytes, in a table to add to."""

import email
import html
import json
import re
from collections.abc import Callable, Iterator
from email.header import decode_header, make_header
from typing import Any
from urllib.parse import unquote

from tests.papers import all_of_docx, all_of_pdf

Decoder = Callable[[bytes], Iterator[str]]


def _text(data: bytes) -> Iterator[str]:
    """As it stands, with HTML entities (Slack's mrkdwn has three of them), and with what a URL escapes."""
    said = data.decode("utf-8", "replace")
    yield said
    if "&" in said:
        yield html.unescape(said)
    if "%" in said:
        yield unquote(said)


def _json(data: bytes) -> Iterator[str]:
    yield from _text(data)
    for said in _strings(json.loads(data)):
        yield from _text(said.encode())


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, held in value.items():
            yield name
            yield from _strings(held)
    elif isinstance(value, list):
        for held in value:
            yield from _strings(held)


def _html(data: bytes) -> Iterator[str]:
    yield from _text(data)
    yield from _text(re.sub(rb"<[^>]*>", b"", data))


def _calendar(data: bytes) -> Iterator[str]:
    """Unfolded (RFC 5545 3.1) and unescaped (3.3.11), with parameters as RFC 6868 writes them."""
    unfolded = re.sub(rb"\r?\n[ \t]", b"", data).decode("utf-8", "replace")
    yield unfolded
    plain = re.sub(r"\\([\\;,nN])", lambda m: "\n" if m[1] in "nN" else m[1], unfolded)
    yield from _text(plain.replace("^'", '"').replace("^n", "\n").replace("^^", "^").encode())


def _mail(data: bytes) -> Iterator[str]:
    """Raw, every header with its encoded words (RFC 2047), every part without its transfer encoding (RFC 2045)."""
    yield data.decode("utf-8", "replace")
    for part in email.message_from_bytes(data).walk():
        for name, value in part.items():
            folded = str(value)
            yield f"{name}: {folded}"
            if "=?" in folded:
                yield f"{name}: {make_header(decode_header(folded))}"
        if part.is_multipart():
            continue
        body = part.get_payload(decode=True)
        assert isinstance(body, bytes)
        yield from DECODERS.get(part.get_content_type(), _text)(body)


DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

DECODERS: dict[str, Decoder] = {
    "text/plain": _text,
    "text/html": _html,
    "text/calendar": _calendar,
    "application/ics": _calendar,
    "application/json": _json,
    "message/rfc822": _mail,
    "application/pdf": all_of_pdf,
    DOCX: all_of_docx,
}
"""By media type; what has none of its own is read as text."""


def layers(media_type: str, data: bytes) -> str:
    """Everything that *data* says in any layer, a layer under the other."""
    return "\n".join(DECODERS.get(media_type, _text)(data))


def decoded(media_type: str, data: bytes) -> str:
    """The same, casefolded."""
    return layers(media_type, data).casefold()
