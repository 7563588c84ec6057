"""Owns the formats that documents are written in: each takes the one value and gives bytes, the same each time.

Their libraries are heavy, so each is imported by the first document that needs it, and a process that writes none stays
as small as it was.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.documents import Document


@dataclass(frozen=True, slots=True)
class Format:
    """A media type, and what writes it."""

    media_type: str
    write: Callable[[Document], bytes]


def _html(document: Document) -> bytes:
    from handlers.formats.html import html

    return html(document)


def _pdf(document: Document) -> bytes:
    from handlers.formats.pdf import pdf

    return pdf(document)


def _docx(document: Document) -> bytes:
    from handlers.formats.docx import docx

    return docx(document)


def _markdown(document: Document) -> bytes:
    from handlers.formats.markdown import markdown

    return markdown(document)


FORMATS: Mapping[str, Format] = {
    "html": Format("text/html", _html),
    "pdf": Format("application/pdf", _pdf),
    "docx": Format("application/vnd.openxmlformats-officedocument.wordprocessingml.document", _docx),
    "md": Format("text/markdown", _markdown),
}
"""By the ending of the file's name."""
