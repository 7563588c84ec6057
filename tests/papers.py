"""Owns how documents are read back, whatever they were written in: their words in order, and all that a file holds."""

import html
import io
import re
import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser

import docx
from markdown_it import MarkdownIt
from pypdf import PdfReader
from pypdf.generic import ArrayObject, ByteStringObject, DictionaryObject, StreamObject, TextStringObject

BLOCKS = frozenset(("h1", "h2", "h3", "p", "li"))


class _Words(HTMLParser):
    """The words of the headings, paragraphs and list lines of a page, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._open = False

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in BLOCKS:
            self.said.append("")
            self._open = True
        elif tag == "br":
            self.said[-1] += "\n"
        elif tag in ("title", "style"):
            self._open = False

    def handle_endtag(self, tag: str) -> None:
        if tag in BLOCKS:
            self._open = False

    def handle_data(self, data: str) -> None:
        if self._open:
            self.said[-1] += data


def _html(octets: bytes) -> list[str]:
    words = _Words()
    words.feed(octets.decode())
    return words.said


def _markdown(octets: bytes) -> list[str]:
    return _html(MarkdownIt("commonmark").render(octets.decode()).encode())


def _docx(octets: bytes) -> list[str]:
    return [p.text for p in docx.Document(io.BytesIO(octets)).paragraphs]


def _pdf(octets: bytes) -> list[str]:
    pages = (page.extract_text() for page in PdfReader(io.BytesIO(octets)).pages)
    return "\n".join(pages).split("\n")


READ = {"html": _html, "md": _markdown, "docx": _docx, "pdf": _pdf}
"""By ending: the words of a file. Of a PDF they come line by line as on paper, with each page's head and foot; what
runs from right to left or is built of joined letters is in the order in which it was drawn."""


def told(ending: str, octets: bytes) -> list[str]:
    """The words of a file, each paragraph with single spaces and without empty ones."""
    return [plain for said in READ[ending](octets) if (plain := " ".join(said.split()))]


def all_of_docx(octets: bytes) -> Iterator[str]:
    """Every part of a DOCX, as it stands and without its marks; and what the archive says of each."""
    with zipfile.ZipFile(io.BytesIO(octets)) as parts:
        yield parts.comment.decode("utf-8", "replace")
        for entry in parts.infolist():
            said = parts.read(entry).decode("utf-8", "replace")
            yield f"{entry.filename} {entry.comment!r} {entry.extra!r}"
            yield said
            yield html.unescape(re.sub(r"<[^>]*>", "", said))


def all_of_pdf(octets: bytes) -> Iterator[str]:
    """The text of every page, every string in every object (titles, bookmarks, tags), every stream, as it reads."""
    reader = PdfReader(io.BytesIO(octets))
    yield from (page.extract_text() for page in reader.pages)
    yield octets.decode("latin-1")
    for number in range(1, int(reader.trailer["/Size"])):
        yield from _strings(reader.get_object(number))


def _strings(held: object) -> Iterator[str]:
    if isinstance(held, TextStringObject | ByteStringObject):
        yield held.decode("latin-1") if isinstance(held, bytes) else str(held)
    elif isinstance(held, DictionaryObject):
        if isinstance(held, StreamObject):
            yield held.get_data().decode("utf-8", "replace")
        for value in held.values():
            yield from _strings(value)
    elif isinstance(held, ArrayObject):
        for value in held:
            yield from _strings(value)
