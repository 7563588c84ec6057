"""Owns documents as PDF by Typst: tagged for screen readers (PDF/UA-1), with title, language, headings and bookmarks.

The same document gives the same bytes: no date and no random number is in them.
"""

import json
from collections.abc import Callable
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any, Final

from typst import Compiler

from bot.documents import Document, drawn
from handlers.formats.fonts import FAMILIES, typecase
from handlers.formats.groups import grouped

TEMPLATE = Path(__file__).parent / "templates" / "document.typ"
UNIVERSAL: Final = "ua-1"
"""PDF/UA-1 (ISO 14289-1): Typst refuses to write a file that a screen reader could not read."""


def pdf(document: Document) -> bytes:
    """*document* as PDF; a sign that no font draws is written as its Unicode name in square brackets."""
    case = typecase()
    compiler = Compiler(font_paths=case.fonts, ignore_system_fonts=True)
    inputs = {"document": json.dumps(_data(document, case.draws))}
    made = compiler.compile(_template(), format="pdf", sys_inputs=inputs, pdf_standards=[UNIVERSAL])
    assert isinstance(made, bytes)
    return made


def _data(document: Document, can_draw: Callable[[str], bool]) -> dict[str, Any]:
    def show(text: str) -> str:
        return drawn(text, can_draw)

    groups = [asdict(group) for group in grouped(document.blocks)]
    for group in groups:
        group["text"] = show(group["text"])
        group["items"] = [{"text": show(i["text"]), "below": [show(b) for b in i["below"]]} for i in group["items"]]
    return {
        "title": show(document.title),
        "label": document.label,
        "opening": [show(line) for line in document.opening],
        "groups": groups,
        "foot": show(document.foot),
        "fonts": FAMILIES,
    }


@cache
def _template() -> bytes:
    return TEMPLATE.read_bytes()
