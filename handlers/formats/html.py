"""Owns documents as HTML: one file without a script, whose texts are escaped by Jinja; its look is ``style``'s."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from bot.documents import Document
from handlers.formats.groups import grouped
from handlers.formats.style import STYLE

TEMPLATES = Path(__file__).parent / "templates"


def html(document: Document) -> bytes:
    """*document* as HTML, with its title, language and headings; a text of either direction finds its own."""
    groups = list(grouped(document.blocks))
    return _template().render(document=document, groups=groups, style=STYLE).encode()


@cache
def _template() -> Template:
    return Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    ).get_template("document.html")
