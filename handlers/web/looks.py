"""Owns the templates of the pages, each read once a process, and how they write times; what they show is the rooms'."""

import re
from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from bot.when import show_span

HERE = Path(__file__).parent
_HOURS = re.compile(r"[0-9]{2}:[0-9]{2}-[0-9]{2}:[0-9]{2}")


@cache
def _templates() -> Environment:
    loader = FileSystemLoader(HERE / "templates")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)


@cache
def template(name: str) -> Template:
    """The template of that file's name."""
    return _templates().get_template(name)


def spans(zone: ZoneInfo) -> Callable[[datetime, datetime], Markup]:
    """How a page shows a time from start to end (UTC) to a reader in *zone*: no line ends between the two hours."""

    def span(start: datetime, end: datetime) -> Markup:
        shown = str(escape(show_span(start, end, zone)))
        return Markup(_HOURS.sub(r'<span class="whole">\g<0></span>', shown))

    return span
