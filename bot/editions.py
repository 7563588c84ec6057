"""Owns named editions: which GREEN and CLEAR lines leave their part, and when; who reads one is ``audience``'s.

A line leaves its part in no other way (barrier.md): without part, time or speaker, under a name that the secretariat
gives, once the organisations that it comes from kept silent until an exact moment.
"""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.amending import Amendment
from bot.confidentiality import Tlp, may_carry
from bot.errors import Conflict, NotUnderstood
from bot.minutes import LineKind, MinuteEntry, Minutes
from bot.silence import SilenceProcedure

LABELS = (Tlp.GREEN, Tlp.CLEAR)
LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class NamedEdition:
    """An edition that the secretariat named: GREEN for all participants, CLEAR for anybody, such as another group.

    ``ends_at``: when the silence of those whose words are in it ends; times are UTC.
    """

    reference: str
    call_id: str
    name: str
    label: Tlp
    asked_at: datetime
    ends_at: datetime
    released_at: datetime | None = None
    dropped_at: datetime | None = None

    @property
    def silence(self) -> SilenceProcedure:
        return SilenceProcedure(self.asked_at, self.ends_at)


@dataclass(frozen=True, slots=True)
class AskedLine:
    """A line that an edition asks for; ``words``: a digest of what was asked, so that nothing else is released."""

    edition: str
    line: str
    words: str


@dataclass(frozen=True, slots=True)
class TakenOut:
    """That an organisation takes a line out of an edition; no cause is asked for, and others learn of none."""

    edition: str
    line: str
    by_id: str
    at: datetime


def read_edition_label(text: str) -> Tlp:
    """``green`` or ``clear``. Raises NotUnderstood for another label, since no other leaves its part."""
    word = text.strip().upper().removeprefix("TLP:")
    label = next((label for label in LABELS if label == f"TLP:{word}"), None)
    if label is None:
        raise NotUnderstood(
            f"An edition is green (for all participants) or clear (for anybody), not “{text}”. Lines under a stricter "
            'label stay in their part. For example `/lap edition 2027-02-16 "What we learned" green`.'
        )
    return label


def said(line: MinuteEntry, amendments: Iterable[Amendment]) -> tuple[str, ...]:
    """The words of a line as an edition has them, and what stands below it: no reference, part, time or speaker."""
    kind = "Decision: " if line.kind is LineKind.DECISION else ""
    below = (f"Amended: {a.text}" for a in amendments if a.line == line.reference and not a.withheld)
    return (f"{kind}{line.text}", *below)


def digest_of_words(words: Iterable[str], *, closed: bool = False) -> str:
    """What is kept of the words that were asked for; *closed*: of a line that guests of its part do not read."""
    return hashlib.sha256(repr((tuple(words), closed)).encode()).hexdigest()


def may_leave(line: MinuteEntry, amendments: Iterable[Amendment], minutes: Minutes, label: Tlp) -> bool:
    """Whether a line of adopted minutes may be asked for an edition under *label*: its label and those of what stands
    below it allow that, it was minuted, and its Agency does not withhold it."""
    below = [a for a in amendments if a.line == line.reference and not a.withheld]
    labels = (line.label, *(a.label for a in below))
    return (
        minutes.adopted_at is not None
        and line.is_minuted
        and line.taken_back_at is None
        and not line.withheld
        and all(may_carry(one, label) for one in labels)
    )


def standing(
    edition: NamedEdition,
    asked: Iterable[AskedLine],
    taken_out: Collection[TakenOut],
    lines: Iterable[MinuteEntry],
    amendments: Collection[Amendment],
    minutes: Minutes,
    closed: Collection[str] = (),
) -> tuple[MinuteEntry, ...]:
    """The lines that *edition* holds: asked for in these very words, taken out by nobody, and free to leave still.

    *closed*: the lines that are closed to the guests of their part. One that was closed after it was asked for is held
    no longer: its organisations kept silent on words that all of the part read.
    In the order of their references, which are random: the order of entry would tell what was said when.
    """
    words = {a.line: a.words for a in asked if a.edition == edition.reference}
    gone = {t.line for t in taken_out if t.edition == edition.reference}
    held = (
        line
        for line in lines
        if line.reference in words
        and line.reference not in gone
        and may_leave(line, amendments, minutes, edition.label)
        and words[line.reference] in _digests(line, amendments, closed=line.reference in closed)
    )
    return tuple(sorted(held, key=lambda line: line.reference))


def _digests(line: MinuteEntry, amendments: Collection[Amendment], *, closed: bool) -> tuple[str, ...]:
    """The digests under which *line* may have been asked for: closed then, or, where it is open, open then."""
    now = said(line, amendments)
    return tuple(digest_of_words(now, closed=one) for one in ((True,) if closed else (True, False)))


def check_releasable(edition: NamedEdition, left: Collection[MinuteEntry], now: datetime, ends: str) -> None:
    """Raises Conflict where *edition* cannot be released now; *ends*: its end in the reader's words."""
    check_open(edition)
    if not edition.silence.has_ended(now):
        raise Conflict(
            f"The silence on “{edition.name}” runs until {ends}. Until then it cannot be released; "
            f"`/lap edition {edition.reference}` shows how it stands."
        )
    if not left:
        raise Conflict(
            f"No line of “{edition.name}” is left to release. `/lap edition {edition.reference} drop` closes it."
        )


def check_open(edition: NamedEdition) -> None:
    """Raises Conflict where *edition* was released or dropped: it is neither released nor dropped again."""
    if edition.dropped_at is not None:
        raise Conflict(f"“{edition.name}” was dropped. `/lap edition` lists those that there are.")
    if edition.released_at is not None:
        raise Conflict(f"“{edition.name}” was released. `/lap edition {edition.reference}` shows it.")
