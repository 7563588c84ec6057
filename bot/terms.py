"""Owns the tables of the procedure file, with what each key may hold; ``bot/procedure.py`` reads and writes them."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.calls import CallKind
from bot.confidentiality import Tlp, Way, may_carry, read_label
from bot.errors import NotUnderstood, Refusal
from bot.templates import ItemTemplate, PartTemplate, read_item, read_parts
from bot.text import clean_line, is_address

LONGEST_TEXT = 2000
LONGEST_NUMBER = 200
NEVER_RED = Tlp.AMBER_STRICT
"""The highest label of what leaves by itself: RED text is never mailed (barrier.md)."""

# A reader turns a TOML value into the table's own, or raises ValueError with what it must be and an example.
Reader = Callable[[object], Any]


def _read_by(read: Reader) -> Any:
    return field(metadata={"read": read})


def _whole(least: int, most: int, example: int) -> Any:
    def read(value: object) -> int:
        if type(value) is not int or not least <= value <= most:  # to Python, TOML's true is an int
            raise ValueError(f"must be a whole number from {least} to {most}, for example {example}")
        return value

    return _read_by(read)


def _before(example: int) -> Any:
    return _whole(-260, -1, example)


def _after(example: int) -> Any:
    return _whole(1, 260, example)


def _months(example: int) -> Any:
    return _whole(1, 1200, example)


def _list(of: str, example: str, fits: Callable[[object], bool]) -> Any:
    def read(value: object) -> tuple[object, ...]:
        if not isinstance(value, list) or not all(map(fits, value)) or len(set(value)) < len(value):
            raise ValueError(f"must be a list of {of}, each once, for example {example}")
        return tuple(value)

    return _read_by(read)


def _days() -> Any:
    return _list("whole numbers of days up to 365", "[7, 1]", lambda day: type(day) is int and 0 <= day <= 365)


def _urls() -> Any:
    def fits(url: object) -> bool:
        return isinstance(url, str) and re.fullmatch(r"https://[!-~]+", url) is not None

    return _list("https links", '["https://meet.example/room-1"]', fits)


def _dial_in() -> Any:
    example = '[["https://meet.example/room-1", "+44 20 7946 0000, PIN 1234#"]]'

    def fits(line: object) -> bool:
        return isinstance(line, str) and 0 < len(line) <= LONGEST_NUMBER and clean_line(line) == line

    def read(value: object) -> tuple[tuple[str, ...], ...]:
        lists: list[Any] = value if isinstance(value, list) else [None]
        if not all(isinstance(one, list) and len(one) > 1 and all(map(fits, one)) for one in lists):
            raise ValueError(
                f"must be a list of bridges, each a list of its link and its numbers, for example {example}"
            )
        if len({one[0] for one in lists}) < len(lists):
            raise ValueError("names one bridge twice; write all its numbers behind one link")
        return tuple(map(tuple, lists))

    return _read_by(read)


def _addresses() -> Any:
    example = '["a@one.example", "b@two.example"]'
    return _list("mail addresses", example, lambda address: isinstance(address, str) and is_address(address))


def _label(strictest: Tlp = Tlp.RED) -> Any:
    def read(value: object) -> Tlp:
        try:
            label = read_label(value if isinstance(value, str) else repr(value))
        except NotUnderstood as problem:
            raise ValueError(problem.says.removesuffix(".")) from None
        if not may_carry(label, strictest):
            raise ValueError(f"{label} is never mailed; write {strictest} or a lower one")
        return label

    return _read_by(read)


def _text() -> Any:
    def read(value: object) -> str:
        if not isinstance(value, str) or not 0 < len(value) <= LONGEST_TEXT or clean_line(value) != value:
            raise ValueError(f"must be a text of one line and at most {LONGEST_TEXT} characters")
        return value

    return _read_by(read)


@dataclass(frozen=True, slots=True)
class Steps:
    """Lead times in working days: negative before the call's start, positive after its end.

    ``reminder_hour`` alone is in hours before the start.
    """

    call_for_items: int = _before(-30)
    items_close: int = _before(-15)
    list_circulated: int = _before(-14)
    window_ends: int = _before(-9)
    approval: int = _before(-8)
    agenda_out: int = _before(-5)
    reminder_day: int = _before(-1)
    reminder_hour: int = _whole(1, 24, 1)
    draft_minutes: int = _after(5)
    minutes_adopted: int = _after(15)


@dataclass(frozen=True, slots=True)
class CirculationTerms:
    """How long Agencies have to object to a circulated list (B.3), in working days."""

    working_days: int = _after(5)


@dataclass(frozen=True, slots=True)
class PaperTerms:
    """The most megabytes (of 2**20 bytes) that a paper attached to an item may have."""

    megabytes: int = _whole(1, 50, 10)


@dataclass(frozen=True, slots=True)
class CaseTerms:
    """The topics (clauses) whose items are cases, the kinds that a case can be of, and the currency of losses."""

    topics: tuple[str, ...] = _list("clauses of topics", '["A.3.a"]', lambda clause: isinstance(clause, str))
    kinds: tuple[str, ...] = _list(
        "words of small letters and hyphens",
        '["spam", "phishing"]',
        lambda kind: isinstance(kind, str) and re.fullmatch(r"[a-z][a-z-]{1,30}", kind) is not None,
    )
    currency: str = _text()


def _lines(read_all: Callable[[Sequence[str]], object]) -> Any:
    """A list of lines in a form of their own, which *read_all* understands or refuses."""

    def read(value: object) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(line, str) for line in value):
            raise ValueError("must be a list of texts")
        try:
            read_all(value)
        except Refusal as problem:
            raise ValueError(problem.says.removesuffix(".")) from None
        return tuple(value)

    return _read_by(read)


def _parts() -> Any:
    return _lines(read_parts)


def _items() -> Any:
    return _lines(lambda lines: [read_item(line) for line in lines])


@dataclass(frozen=True, slots=True)
class TemplateTerms:
    """What a new call of each kind begins with: its parts, and its standing items, as ``templates`` reads them."""

    members: tuple[str, ...] = _parts()
    law_enforcement: tuple[str, ...] = _parts()
    training: tuple[str, ...] = _parts()
    annual: tuple[str, ...] = _parts()
    members_items: tuple[str, ...] = _items()
    law_enforcement_items: tuple[str, ...] = _items()
    training_items: tuple[str, ...] = _items()
    annual_items: tuple[str, ...] = _items()

    def parts(self, kind: CallKind) -> tuple[PartTemplate, ...]:
        """The parts that a new call of that kind has."""
        return read_parts(getattr(self, kind.value.replace("-", "_")))

    def items(self, kind: CallKind) -> tuple[ItemTemplate, ...]:
        """The items that stand on the agenda of a new call of that kind."""
        return tuple(map(read_item, getattr(self, f"{kind.value.replace('-', '_')}_items")))


@dataclass(frozen=True, slots=True)
class InvitationTerms:
    """Seconds: changes to one person's invitation within ``merge_seconds`` leave as one mail; ``notice_seconds`` after
    access was closed the person is told.
    """

    merge_seconds: int = _whole(0, 3600, 60)
    notice_seconds: int = _whole(0, 3600, 120)


@dataclass(frozen=True, slots=True)
class ReminderTerms:
    """Days before and after an action's due date on which its owner is reminded, and after which an overdue one is told
    to the owner's point of contact and to the secretariat; digest hour (UTC); days before a quarter ends without a
    call."""

    action_days_before: tuple[int, ...] = _days()
    action_days_after: tuple[int, ...] = _days()
    action_point_days_after: int = _after(7)
    action_secretariat_days_after: int = _after(14)
    digest_hour: int = _whole(0, 23, 7)
    quarter_days_before_end: int = _whole(1, 80, 28)


@dataclass(frozen=True, slots=True)
class MinutesTerms:
    """Working days of silence after which the secretariat can adopt draft minutes."""

    silence_working_days: int = _after(10)


@dataclass(frozen=True, slots=True)
class LabelTerms:
    """The label of a text without one, and the highest that each door may carry."""

    default: Tlp = _label()
    slack: Tlp = _label()
    mail: Tlp = _label(NEVER_RED)
    calendar: Tlp = _label(NEVER_RED)

    def highest(self, way: Way | None) -> Tlp:
        """The strictest label that goes that way: a page carries all, what is sent unasked or exported never RED, and
        where it is not known how words reach their reader only what anybody may read goes."""
        if way is Way.SLACK:
            return self.slack
        if way is Way.PAGE:
            return Tlp.RED
        if way is Way.DOCUMENT:
            return NEVER_RED
        if way is Way.MESSAGE:
            return self.slack if may_carry(self.slack, NEVER_RED) else NEVER_RED
        return {Way.MAIL: self.mail, Way.CALENDAR: self.calendar}[way] if way else Tlp.CLEAR


@dataclass(frozen=True, slots=True)
class BridgeTerms:
    """The secretariat's pool of conference bridges, the telephone numbers of those that have any (its link first), and
    how many minutes early a join link leads to one; ``rest_minutes``: so long after a call people may be on its bridges
    still."""

    urls: tuple[str, ...] = _urls()
    dial_in: tuple[tuple[str, ...], ...] = _dial_in()
    early_minutes: int = _whole(0, 120, 15)
    rest_minutes: int = _whole(0, 240, 30)

    def numbers(self, url: str) -> tuple[str, ...]:
        """How one comes to that bridge by telephone; nothing for one without a number."""
        return next((known[1:] for known in self.dial_in if known[0] == url), ())


@dataclass(frozen=True, slots=True)
class RetentionTerms:
    """Months that each kind of record is kept after its call; ``contacts``: after the person left; ``proxies``: so
    long whoever was brought to a call reads of it."""

    agendas: int = _months(60)
    attendance: int = _months(24)
    objections: int = _months(24)
    minutes: int = _months(120)
    actions: int = _months(60)
    messages: int = _months(12)
    exposure: int = _months(60)
    audit: int = _months(120)
    contacts: int = _months(6)
    proxies: int = _months(3)


@dataclass(frozen=True, slots=True)
class AuditTerms:
    """Mail addresses to which the head of the audit chain is sent daily."""

    heads: tuple[str, ...] = _addresses()


@dataclass(frozen=True, slots=True)
class Texts:
    """What the network says of itself: its name, a segment's opening, what is added to it under the Chatham House Rule,
    the foot of its documents, and the parts of a new contact's first mail."""

    network: str = _text()
    opening: str = _text()
    chatham: str = _text()
    release: str = _text()
    holder: str = _text()
    purpose: str = _text()
    leaving: str = _text()
    authority: str = _text()

    def opening_of(self, *, chatham: bool) -> str:
        """What is read aloud as a segment opens, with what is added under the Chatham House Rule."""
        return f"{self.opening} {self.chatham}" if chatham else self.opening
