"""Owns the templates of the pages, each read once in a process; what they show is the rooms'."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

HERE = Path(__file__).parent


@cache
def _templates() -> Environment:
    loader = FileSystemLoader(HERE / "templates")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)


@cache
def template(name: str) -> Template:
    """The template of that file's name."""
    return _templates().get_template(name)
