"""Owns how a letter is laid out: one ``Page`` as plain text and as HTML of equal content; bytes are ``compose``'s."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from bot.text import clean_line, clean_text

_TYPED = re.compile("`(/lap[^`\n]*|[0-9A-Z]{6}|[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9]{2})?)`")
"""A command or a reference, which notices mark as Slack shows it; a plain mail has no such marks, and HTML its own."""

_STYLE = (
    ":root{color-scheme:light dark}code{font:1em monospace,monospace}"
    "body{font:1em/1.5 sans-serif;max-width:40em;margin:0 auto;padding:1em}h1{font-size:1.25em}"
    "dt{font-weight:bold}dd{margin:0 0 .5em}li,p{overflow-wrap:anywhere}footer{font-size:.875em}"
)


@dataclass(frozen=True)
class Page:
    """The content of one letter, in the order in which it is read; what is empty leaves no trace.

    ``paragraphs``, ``items`` and ``footer`` may hold line breaks. ``facts`` are (name, value), ``links`` (label, URL).
    Raises ValueError for a link that is neither web nor mail.
    """

    title: str
    paragraphs: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    items: tuple[str, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    footer: str = ""

    def __post_init__(self) -> None:
        if not all(url.startswith(("https://", "http://", "mailto:")) for _, url in self.links):
            raise ValueError("A letter links to http, https and mailto only.")


def text_of(page: Page) -> str:
    r"""*page* as plain text, lines ended by ``\n`` and never wrapped: the reader's window does that."""
    blocks = [
        clean_line(page.title),
        *(clean_text(paragraph) for paragraph in page.paragraphs),
        "\n".join(f"{clean_line(name)}: {clean_line(value)}" for name, value in page.facts),
        "\n".join("- " + clean_text(item).replace("\n", "\n  ") for item in page.items),
        "\n".join(f"{clean_line(label)}: {clean_line(url)}" for label, url in page.links),
        clean_text(page.footer),
    ]
    return _TYPED.sub(r"\1", "\n\n".join(block for block in blocks if block) + "\n")


def html_of(page: Page) -> str:
    """*page* as HTML that a phone and a screen reader take as it is: no image, no script, nothing fetched.

    ``dir="auto"`` gives each piece the direction of its own script.
    """
    title = _line(page.title)
    blocks = [
        f"<h1>{title}</h1>",
        *(f'<p dir="auto">{_lines(paragraph)}</p>' for paragraph in page.paragraphs if paragraph),
        _list("dl", (f'<dt>{_line(name)}</dt><dd dir="auto">{_line(value)}</dd>' for name, value in page.facts)),
        _list("ul", (f'<li dir="auto">{_lines(item)}</li>' for item in page.items)),
        *(f'<p><a href="{_line(url)}">{_line(label)}</a></p>' for label, url in page.links),
        f'<footer><p dir="auto">{_lines(page.footer)}</p></footer>' if page.footer else "",
    ]
    body = _TYPED.sub(r"<code>\1</code>", "\n".join(block for block in blocks if block))
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="color-scheme" content="light dark">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def _list(tag: str, entries: Iterable[str]) -> str:
    inner = "\n".join(entries)
    return f"<{tag}>\n{inner}\n</{tag}>" if inner else ""


def _line(text: str) -> str:
    return escape(clean_line(text))


def _lines(text: str) -> str:
    return escape(clean_text(text)).replace("\n", "<br>\n")
