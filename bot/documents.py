"""Owns what a document is, one value for every format that it is written in; what stands in one is its act's to say."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from bot.confidentiality import Tlp

# What XML cannot hold (XML 1.0, 2.2) and no program shows: the two noncharacters that a text may still have.
_NOWHERE = re.compile("[\ufffe\uffff]")
_JOINERS = re.compile("[\u200d\ufe00-\ufe0f\U000e0020-\U000e007f]")


class BlockKind(StrEnum):
    """A part of the call, a topic in it, a paragraph, one line of a list, and what stands below such a line."""

    PART = "part"
    TOPIC = "topic"
    TEXT = "text"
    ITEM = "item"
    BELOW = "below"


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a document in words; a line break in them is one on paper."""

    kind: BlockKind
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """What is written as HTML, PDF, DOCX and Markdown, already cut to its reader.

    ``label`` stands at head and foot of each page, ``foot`` beside it: whom to consult before a release. ``opening``
    are the lines under the title, ``name`` is the file's, without an ending.
    """

    name: str
    title: str
    label: Tlp
    opening: tuple[str, ...]
    blocks: tuple[Block, ...]
    foot: str


def words_of(document: Document) -> Iterator[str]:
    """Everything that a document says, in the order in which each format says it."""
    yield document.title
    yield from document.opening
    yield from (block.text for block in document.blocks)


def writable(text: str) -> str:
    """*text* without the two signs that files of XML cannot hold."""
    return _NOWHERE.sub("", text)


def drawn(text: str, can_draw: Callable[[str], bool]) -> str:
    """*text* with each sign that no font at hand draws replaced by its Unicode name in square brackets.

    What joins and colours such signs goes with them, so that a family of three is three names and nothing between.
    """
    if all(map(can_draw, text)):
        return text
    plain = _JOINERS.sub("", text)
    return "".join(sign if can_draw(sign) else _named(sign) for sign in plain)


def _named(sign: str) -> str:
    if sign == "\n":
        return sign
    return f"[{unicodedata.name(sign, f'U+{ord(sign):04X}').lower()}]"


def is_right_to_left(text: str) -> bool:
    """Whether *text* is written from right to left: its first letter of a direction is (Unicode UAX 9, P2 and P3)."""
    for sign in text:
        direction = unicodedata.bidirectional(sign)
        if direction in ("R", "AL"):
            return True
        if direction == "L":
            return False
    return False
