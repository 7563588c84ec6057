"""Owns how a line of the minutes is typed: its marks, whose words it holds; what becomes of it then is ``minutes``'."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from bot.confidentiality import Tlp, is_label, read_label, respelt
from bot.errors import NotUnderstood
from bot.participants import Participant
from bot.text import clean_text
from bot.words import CLOSED_MARK

LONGEST_LINE = 3000

_CLOSING = {"[closed]": True, "[joint]": False}
_MINUTED = "[minuted]"
_SHUT_FIRST, _SHUT_LAST = (
    re.compile(rf"(?:{CLOSED_MARK}|[(\uff08]\s*closed\s*[)\uff09][^\w\s\[(]*)\s*", re.IGNORECASE),
    re.compile(rf"{CLOSED_MARK}\Z", re.IGNORECASE),
)
"""Where the mark that closes a line stands, also without a space; the one that opens is read only as it is."""
_WORD = re.compile(r"[\w-]+")
_HEAD = re.compile(r"https?://\S+\s+|[^:\uff1a]{1,200}(?::\s+|\uff1a\s*)")
"""Who speaks, or an address: what may stand before the marks of a line."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A line as typed: its text, and its marks where they were given: label, closed or (False) joint, and whether its
    originator asks that it be minuted although it is RED."""

    text: str
    label: Tlp | None = None
    closed: bool | None = None
    minuted: bool = False

    @property
    def marks(self) -> str:
        """The marks as they are typed before a text, with a space behind them."""
        closing = next((mark for mark, closed in _CLOSING.items() if closed is self.closed), "")
        return "".join(f"{mark} " for mark in (self.label, closing, _MINUTED * self.minuted) if mark)


class TooLong(NotUnderstood):
    """A line has too many characters; ``typed`` is what was read, so that it can be given back to be cut into lines;
    ``stood``: the call, the part and the item that it was to stand in, as who knows of a call keeps them; ``head``:
    whose words they are, as it stands before each line of them."""

    def __init__(self, typed: "Typed") -> None:
        count = len(typed.text)
        super().__init__(
            f"That line has {count} characters, and {LONGEST_LINE} fit. Nothing was recorded: send it as several lines."
        )
        self.typed = typed
        self.stood: tuple[str, str, str | None] | None = None
        self.head = ""


def pieces(typed: Typed, head: str = "") -> list[str]:
    """A text that is too long as lines that fit, each with its marks and *head* (``WHO: ``) before it, cut between two
    words where it has any, so that nothing typed is lost."""
    before = typed.marks + head
    rest, most, found = typed.text.removeprefix(head).strip(), LONGEST_LINE - len(typed.marks + head), list[str]()
    while rest:
        cut = rest.rfind(" ", 0, most + 1) if len(rest) > most else len(rest)
        cut = cut if cut > 0 else most
        found.append(before + rest[:cut].strip())
        rest = rest[cut:].strip()
    return found


def read_line(typed: str, *, marks_alone: bool = False) -> Typed:
    """``[closed] [minuted] TLP:LABEL TEXT``: the marks first, last, or directly behind who speaks (``WHO:``) or an
    address, in any order, the stricter of two labels; and what is left is the text.

    Raises NotUnderstood for no text (with *marks_alone* for nothing at all) and for a label that there is not, TooLong
    for more than 3,000 characters.
    """
    read = Typed(respelt(clean_text(typed)))
    while (taken := _mark_taken(read)) is not None:
        read = taken
    said = bool(read.text) or read.label is Tlp.RED or (marks_alone and read != Typed(""))
    if not said:
        raise NotUnderstood(
            "The text is missing. Write it after the word, for example `/lap note The list was agreed.`"
        )
    if len(read.text) > LONGEST_LINE:
        raise TooLong(read)
    return read


def _mark_taken(read: Typed) -> Typed | None:
    """*read* with one mark of its text read and taken away; None where there is none."""
    if read.closed is not True and (rest := _without_shut(read.text)) is not None:
        return replace(read, text=rest, closed=True)
    for word, rest in _where_marks_stand(read.text):
        mark = word.casefold()
        if mark in _CLOSING and read.closed is None:
            return replace(read, text=rest, closed=_CLOSING[mark])
        if mark == _MINUTED and not read.minuted:
            return replace(read, text=rest, minuted=True)
        if is_label(word) and (read.label is None or read_label(word).strictness > read.label.strictness):
            return replace(read, text=rest, label=read_label(word))
    return None


def _without_shut(text: str) -> str | None:
    """*text* without the mark that closes a line, where one stands at its edges or behind who speaks."""
    if first := _SHUT_FIRST.match(text):
        return text[first.end() :]
    if last := _SHUT_LAST.search(text):
        return text[: last.start()].rstrip()
    if (head := _HEAD.match(text)) and (behind := _SHUT_FIRST.match(text, head.end())):
        return f"{text[: head.end()]}{text[behind.end() :]}".strip()
    return None


def _where_marks_stand(text: str) -> Iterator[tuple[str, str]]:
    """The words of *text* that may be marks, each with the text without it."""
    words = text.split()
    if not words:
        return
    yield words[0], text.removeprefix(words[0]).strip()
    yield words[-1], text.removesuffix(words[-1]).strip()
    if (head := _HEAD.match(text)) and (behind := text[head.end() :].split()):
        rest = text[head.end() :].removeprefix(behind[0]).strip()
        yield behind[0], f"{text[: head.end()]}{rest}".strip()


def attributed(text: str, participants: Iterable[Participant]) -> tuple[Participant | None, str]:
    """The participant that ``WHO: text`` is attributed to, and the text without it.

    Only an exact short name or full name before the first colon, also a wide one, is one; any other beginning is text.
    """
    said, *behind = re.split("[:\uff1a]", text, maxsplit=1)
    name, rest = " ".join(said.casefold().split()), "".join(behind)
    if rest.strip():
        for participant in participants:
            if name in (participant.short_name.casefold(), " ".join(participant.name.casefold().split())):
                return participant, rest.strip()
    return None, text


def names_in(text: str, participants: Iterable[Participant]) -> tuple[str, ...]:
    """The participants that *text* names, by short name or full name as whole words; short names, in order."""
    said = f" {' '.join(_WORD.findall(text.casefold()))} "
    return tuple(
        p.short_name
        for p in sorted(participants, key=lambda p: p.short_name)
        if any(f" {' '.join(_WORD.findall(name.casefold()))} " in said for name in (p.short_name, p.name))
    )
