"""Owns what a Slack room answers with, and its shape on the wire; the words stand beside the rooms that say them."""

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.errors import NotFound
from bot.notices import Button

NEXT_PAGE = "\n… the rest: `/lap {command} page {page}`"
NO_PAGE = "There is no page {page}. `/lap {command} page {count}` shows the last."
_AS_TYPED: dict[str, Any] = {"replace_whitespace": False, "drop_whitespace": False, "expand_tabs": False}

MOST_TEXT = 2900
"""An answer stays under 3,000 characters (interface.md), the limit of a section's text."""

Block = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Modal:
    """A view to open: Slack's view object, and what to say beside it where it cannot be opened."""

    view: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Reply:
    """The whole answer is ``text``; ``buttons`` add to it, ``modal`` is opened beside it; ``more`` is the command for
    what was cut off. ``replace`` puts it in the place of the message whose button was pressed."""

    text: str
    buttons: tuple[Button, ...] = ()
    modal: Modal | None = None
    more: str = ""
    replace: bool = False


@dataclass(frozen=True, slots=True)
class Errors:
    """What a modal's submission is answered with when an input is wrong: block_id to sentence."""

    by_block: Mapping[str, str]


def escape(text: str) -> str:
    """*text* as mrkdwn shows it inert (Slack: & < > only)."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def fitted(text: str, more: str = "") -> str:
    """*text* under 3,000 characters: cut at a line's end, closing with the command for the rest."""
    if len(text) <= MOST_TEXT:
        return text
    close = f"\n… the rest: `{more}`" if more else "\n… ask for less to see the rest."
    most = MOST_TEXT - len(close)
    end = text.rfind("\n", 0, most)
    return text[: end if end > 0 else most] + close


def paged(text: str, command: str, page: int = 1) -> Reply:
    """Page *page* of *text*, cut at lines' ends, a line longer than a page between words; it closes with the command
    for the next. Raises NotFound for a page that there is not."""
    pages = _pages(text.split("\n"), MOST_TEXT - len(NEXT_PAGE.format(command=command, page=999)))
    if not 1 <= page <= len(pages):
        raise NotFound(NO_PAGE.format(page=page, count=len(pages), command=command))
    more = NEXT_PAGE.format(command=command, page=page + 1) if page < len(pages) else ""
    return Reply(pages[page - 1] + more)


def _pages(lines: Sequence[str], most: int) -> list[str]:
    """*lines* on pages, none of which begins with an empty one; a line longer than a page is wrapped."""
    pages: list[list[str]] = [[]]
    length = 0
    for whole in lines:
        for line in [whole] if len(whole) <= most else textwrap.wrap(whole, most, **_AS_TYPED):
            if length and length + 1 + len(line) > most:
                pages.append([])
                length = 0
            if line or length:
                length += len(line) + (1 if length else 0)
                pages[-1].append(line)
    return ["\n".join(page) for page in pages]


def blocks(text: str, buttons: tuple[Button, ...]) -> list[Block]:
    """A section of *text* and rows of buttons: at most 25 in one, and none of one action twice, as Slack wants it."""
    section = {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}
    rows: list[list[Button]] = []
    for it in buttons:
        if not rows or len(rows[-1]) == 25 or any(it.action == other.action for other in rows[-1]):
            rows.append([])
        rows[-1].append(it)
    return [
        section,
        *(
            {"type": "actions", "block_id": f"buttons.{n}", "elements": [button(it) for it in row]}
            for n, row in enumerate(rows)
        ),
    ]


def button(it: Button) -> Block:
    label = it.label if len(it.label) <= 75 else it.label[:74] + "…"
    made: Block = {
        "type": "button",
        "action_id": it.action,
        "value": it.value,
        "text": {"type": "plain_text", "text": label},
    }
    return {**made, "style": it.style} if it.style else made


def message(reply: Reply) -> dict[str, Any]:
    """The keyword arguments of ``ack`` or ``respond`` for *reply*."""
    text = fitted(reply.text, reply.more)
    made: dict[str, Any] = {"text": text, "response_type": "ephemeral"}
    return {**made, "blocks": blocks(text, reply.buttons)} if reply.buttons else made


def listed(template: str, names: tuple[str, ...], between: str = "; ") -> str:
    """*template* with the *names*, and how many they are; nothing for nobody."""
    return template.format(count=len(names), names=escape(between.join(names))) if names else ""
