"""Owns documents as Markdown (CommonMark 0.31): whatever in a text could be read as a mark is escaped."""

import re
from collections.abc import Iterator

from bot.documents import BlockKind, Document
from handlers.formats.groups import grouped

_MARK = re.compile(r"[\\`*_{}\[\]<>#|~&!$@]|:(?=//)")
"""What marks, and links that readers of Markdown find by themselves, are made of, wherever it stands."""
_AT_START = re.compile(r"^(?:[-+=]|\d{1,9}(?=[.)]))")
"""What makes a list or a heading of the line that it begins."""
HEADINGS = {BlockKind.PART: "## ", BlockKind.TOPIC: "### "}


def markdown(document: Document) -> bytes:
    """*document* as Markdown; its label stands first and last."""
    return ("\n\n".join(_paragraphs(document)) + "\n").encode()


def _paragraphs(document: Document) -> Iterator[str]:
    label = f"**{escaped(document.label)}**"
    yield label
    yield f"# {_on_one_line(document.title)}"
    yield from map(escaped, document.opening)
    for group in grouped(document.blocks):
        if group.items:
            yield "\n".join(_item(item.text, item.below) for item in group.items)
        elif group.kind in HEADINGS:
            yield HEADINGS[BlockKind(group.kind)] + _on_one_line(group.text)
        else:
            yield escaped(group.text)
    yield "---"
    yield escaped(document.foot)
    yield label


def _item(text: str, below: list[str]) -> str:
    return "\n\n  ".join(f"  {escaped(part)}".replace("\n", "\n  ").strip() for part in (text, *below)).join(["- ", ""])


def _on_one_line(text: str) -> str:
    return escaped(text.replace("\n", " "))


def escaped(text: str) -> str:
    """*text* as it is read, not as marks: what could be one is escaped, a line break kept as one."""
    lines = (_inert(line.strip(" \t")) for line in text.split("\n"))
    return "\\\n".join(line for line in lines if line)


def _inert(line: str) -> str:
    begins = _AT_START.match(line)
    if begins is None:
        return _MARK.sub(r"\\\g<0>", line)
    said, rest = begins[0], line[begins.end() :]
    return (f"\\{said}" if not said.isdigit() else f"{said}\\") + _MARK.sub(r"\\\g<0>", rest)
