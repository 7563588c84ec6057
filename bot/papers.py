"""Owns papers: which files may be attached to an item, and what makes one unfit; who reads one is ``audience``'s.

A paper has no label of its own: it stands under its item's.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.errors import Conflict, NotUnderstood
from bot.text import clean_line

LONGEST_NAME = 120
MOST_PAPERS = 10
"""So many papers an item can have."""
MOST_ENTRIES = 5000
MOST_READ = 1 << 20
"""How many bytes of one entry of a packed file, or of the packed objects of a PDF, are looked at."""
MOST_READ_IN_ALL, MOST_STREAMS = 32 << 20, 5000
"""So many bytes of all of them together, and so many packed objects: a file that has more is made to be slow."""

_OOXML = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."
TYPES = {
    "pdf": "application/pdf",
    "docx": f"{_OOXML}wordprocessingml.document",
    "xlsx": f"{_OOXML}spreadsheetml.sheet",
    "pptx": f"{_OOXML}presentationml.presentation",
    "odt": f"{_ODF}text",
    "ods": f"{_ODF}spreadsheet",
    "odp": f"{_ODF}presentation",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "csv": "text/csv; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
}
"""The kinds of files that are taken, by the ending of their names, with their media types."""

_BEGINS = {"pdf": b"%PDF-", "png": b"\x89PNG\r\n\x1a\n", "jpg": b"\xff\xd8\xff", "jpeg": b"\xff\xd8\xff"}
_ACTIVE = re.compile(r"vbaproject\.bin|/activex/|/embeddings/|/macrosheets/|^basic/|^scripts/|^macros/|\.(exe|js|vbs)$")
_REMOTE, _OBJECT = b"attachedtemplate", b"oleobject"
_EXTERNAL = re.compile(rb"targetmode\s*=\s*.external")
_PDF_ACTIVE = re.compile(rb"/(JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA)(?![A-Za-z])")
_PDF_STREAM = re.compile(rb">>\s*stream\r?\n")
_HEX = re.compile(rb"#([0-9A-Fa-f]{2})")

KINDS = "PDF, DOCX, XLSX, PPTX, ODT, ODS, ODP, PNG, JPEG, CSV or plain text"
NO_FILE = "Choose a file first."
UNKNOWN_KIND = f"“{{name}}” is of a kind that is not taken. Attach a {KINDS}."
NOT_WHAT = "“{name}” is not what its name says it is, or it is damaged. Save it anew as a PDF, and attach that."
ACTIVE = (
    "“{name}” holds macros or other parts that act by themselves, which nobody here should open. "
    "Save it as a plain PDF, and attach that."
)
LOCKED = "“{name}” is locked with a password, so nobody can see what it holds. Attach it without."
TOO_LARGE = "That file has more than {most} megabytes, which is the most that is taken. Attach a smaller one."
TOO_MANY = f"That item has {MOST_PAPERS} papers already. Remove one first."


@dataclass(frozen=True, slots=True)
class Paper:
    """A file attached to an item, without its bytes. ``by_id``: the participant that attached it; ``size`` in bytes,
    times UTC. ``drafted``: the secretariat attached it for a call that nobody else knows of yet."""

    reference: str
    item: str
    name: str
    media_type: str
    size: int
    sha256: str
    by_id: str
    contact_id: str
    at: datetime
    removed_at: datetime | None = None
    drafted: bool = False


def clean_name(typed: str) -> str:
    """*typed* as the name of a file: no folder, nothing that a system or a header takes for something else."""
    name = re.split(r"[/\\]", clean_line(typed))[-1]
    name = re.sub(r'[<>:"|?*\x00-\x1f]', "_", name).strip(" .")
    stem, dot, ending = name.rpartition(".")
    return f"{stem[: LONGEST_NAME - len(ending) - 1]}{dot}{ending}" if len(name) > LONGEST_NAME else name


def check_paper(name: str, data: bytes, megabytes: int) -> str:
    """The media type of a file that may be attached under *name*.

    Raises NotUnderstood for none, Conflict for one of another kind, too large, not what its name says, locked, or with
    macros or anything else in it that acts by itself.
    """
    if not name or not data:
        raise NotUnderstood(NO_FILE)
    check_size(len(data), megabytes)
    ending = name.rpartition(".")[2].casefold()
    if ending not in TYPES:
        raise Conflict(UNKNOWN_KIND.format(name=name))
    if ending in ("csv", "txt"):
        _check_text(name, data)
    elif ending in _BEGINS:
        if not data.startswith(_BEGINS[ending]):
            raise Conflict(NOT_WHAT.format(name=name))
        if ending == "pdf":
            _check_pdf(name, data)
    else:
        _check_packed(name, ending, data)
    return TYPES[ending]


def check_size(size: int, megabytes: int) -> None:
    """Raises Conflict for more than that many megabytes (of 2**20 bytes)."""
    if size > megabytes << 20:
        raise Conflict(TOO_LARGE.format(most=megabytes))


def _check_text(name: str, data: bytes) -> None:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Conflict(NOT_WHAT.format(name=name)) from None
    if "\x00" in text:
        raise Conflict(NOT_WHAT.format(name=name))


def _check_pdf(name: str, data: bytes) -> None:
    if b"/Encrypt" in data:
        raise Conflict(LOCKED.format(name=name))
    if _PDF_ACTIVE.search(_plain(data)):
        raise Conflict(ACTIVE.format(name=name))
    read = 0
    for number, piece in enumerate(_packed_objects(data)):
        read += len(piece)
        if number >= MOST_STREAMS or read > MOST_READ_IN_ALL:
            raise Conflict(NOT_WHAT.format(name=name))
        if _PDF_ACTIVE.search(_plain(piece)):
            raise Conflict(ACTIVE.format(name=name))


def _plain(data: bytes) -> bytes:
    """*data* with each sign of a name that is written in figures as itself (ISO 32000-1, 7.3.5)."""
    return _HEX.sub(lambda m: bytes([int(m[1], 16)]), data)


def _packed_objects(data: bytes) -> Iterator[bytes]:
    """The objects that a PDF packs away (ISO 32000-1, 7.5.7), each as far as it is looked at; empty where one cannot be
    read. What stands between two streams is looked at once: a file is read in a time that grows as it does."""
    before = 0
    for found in _PDF_STREAM.finditer(data):
        described, before = _plain(data[before : found.start()]), found.end()
        if b"/ObjStm" not in described or b"/FlateDecode" not in described:
            continue
        try:
            yield zlib.decompressobj().decompress(data[found.end() : found.end() + MOST_READ], MOST_READ)
        except zlib.error:
            yield b""


def _check_packed(name: str, ending: str, data: bytes) -> None:
    """A packed document of OOXML (ECMA-376) or OpenDocument: what it says it is, no macros and no foreign templates."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            _check_entries(name, ending, packed)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, ValueError, OSError):
        raise Conflict(NOT_WHAT.format(name=name)) from None


def _check_entries(name: str, ending: str, packed: zipfile.ZipFile) -> None:
    entries = packed.infolist()
    if len(entries) > MOST_ENTRIES:
        raise Conflict(NOT_WHAT.format(name=name))
    if any(entry.flag_bits & 1 for entry in entries):
        raise Conflict(LOCKED.format(name=name))
    if any(_ACTIVE.search(entry.filename.casefold()) for entry in entries):
        raise Conflict(ACTIVE.format(name=name))
    described = "mimetype" if ending.startswith("od") else "[Content_Types].xml"
    by_name = {entry.filename: entry for entry in entries}
    if described not in by_name:
        raise Conflict(NOT_WHAT.format(name=name))
    says = _head(packed, by_name[described])
    if b"macroEnabled" in says:
        raise Conflict(ACTIVE.format(name=name))
    wanted = TYPES[ending].encode()
    if says.strip() != wanted if described == "mimetype" else wanted not in says:
        raise Conflict(NOT_WHAT.format(name=name))
    read = 0
    for entry in (e for e in entries if e.filename.endswith(".rels")):
        links = _head(packed, entry).lower()
        read += len(links)
        if read > MOST_READ_IN_ALL:
            raise Conflict(NOT_WHAT.format(name=name))
        if _REMOTE in links or any(_OBJECT in link and _EXTERNAL.search(link) for link in links.split(b">")):
            raise Conflict(ACTIVE.format(name=name))


def _head(packed: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    with packed.open(entry) as file:
        return file.read(MOST_READ)


def shown_size(size: int) -> str:
    """'812 kB', '3.4 MB': how large a file is, as people read it."""
    return f"{max(1, round(size / 1000))} kB" if size < 1_000_000 else f"{size / 1_000_000:.1f} MB"
