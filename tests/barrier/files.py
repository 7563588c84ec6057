"""Owns the files that people of the checks attach to items: of each kind one that says the words it is given."""

import struct
import zlib

from bot.confidentiality import Tlp
from bot.documents import Block, BlockKind, Document
from handlers.formats import FORMATS

ACTIVE, TOO_LARGE = "active.pdf", "large.txt"
"""How the names of files end that are refused: one that acts by itself, and one past any limit."""
PAST_ANY_LIMIT = 11 << 20


def holding(name: str, text: str) -> bytes:
    """A file called *name* that says *text*: plain words, a document of ours, a picture, or one to be refused."""
    ending = name.rpartition(".")[2]
    if name.endswith(ACTIVE):
        return b"%PDF-1.7 /OpenAction << /JavaScript (" + text.encode() + b") >>"
    if name.endswith(TOO_LARGE):
        return text.encode().ljust(PAST_ANY_LIMIT)
    if ending == "png":
        return _picture(text)
    if ending == "txt":
        return text.encode()
    return FORMATS[ending].write(Document("Figures", "Figures", Tlp.AMBER, (), (Block(BlockKind.ITEM, text),), "x"))


def _picture(text: str) -> bytes:
    """One dot, with *text* as its comment (PNG, 11.3.4.3)."""
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)),
        (b"tEXt", b"Comment\0" + text.encode("latin-1", "replace")),
        (b"IDAT", zlib.compress(b"\0\0")),
        (b"IEND", b""),
    )
    packed = (struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)
