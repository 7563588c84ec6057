"""Owns what is put right after the silence: dated amendments below lines that stay as they are; corrections in the text
are ``minutes``'s."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.confidentiality import Tlp, may_carry
from bot.errors import Conflict, NotEntitled
from bot.line_words import Typed
from bot.minutes import MinuteEntry, Minutes
from bot.participants import ParticipantKind, Reader


@dataclass(frozen=True, slots=True)
class Amendment:
    """What was put right in a line after the silence over it had ended, by which participant and when (UTC).

    Whoever reads the line reads it, under the stricter of both labels; once ``withheld`` by the Agency that made it,
    the secretariat and the Agencies of its part alone (Plan A).
    """

    id: str
    call_id: str
    line: str
    text: str
    label: Tlp
    by_id: str
    at: datetime
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class Correction:
    """What the line with that reference said before it was corrected or labelled anew (empty: it was not minuted),
    under which label, which participant did so, and when (UTC)."""

    line: str
    was: str
    label: Tlp
    by_id: str
    at: datetime


def correction_of(line: MinuteEntry, by_id: str, now: datetime) -> Correction:
    """What is kept of *line*, as it stands, when participant *by_id* changes its words or its label."""
    return Correction(line.reference, line.text if line.is_minuted else "", line.label, by_id, now)


def changed_words(line: MinuteEntry, corrections: Sequence[Correction]) -> list[bool]:
    """For each of the *corrections* of *line*, oldest first, whether other words stood there after it; not where its
    label alone was changed."""
    after = [*(c.was for c in corrections[1:]), line.text if line.is_minuted else ""]
    return [was.was != then for was, then in zip(corrections, after, strict=False)]


def withholding(made: Iterable[Amendment], reference: str, by: Reader, *, release: bool) -> tuple[Amendment, ...]:
    """Those of *made*, below the line with that reference, that the Agency *by* made, as they are once it keeps them
    from every wider edition, or (*release*) no longer does; none for who made none. Raises Conflict where nothing would
    change."""
    if by.kind is not ParticipantKind.AGENCY or by.secretariat:
        return ()
    own = [a for a in made if a.line == reference and a.by_id == by.participant_id]
    changed = tuple(replace(a, withheld=not release) for a in own if a.withheld is release)
    if own and not changed:
        already = "not withheld, so there is nothing to release" if release else "withheld already"
        raise Conflict(f"What you put below `{reference}` is {already}.")
    return changed


def stands_already(made: Amendment, below: Sequence[Amendment]) -> bool:
    """Whether the last of what its maker put *below* the line, oldest first, says what *made* would."""
    own = [a for a in below if a.by_id == made.by_id]
    return bool(own) and (own[-1].text, own[-1].label) == (made.text, made.label)


def label_of(below: Amendment | Correction, line: MinuteEntry) -> Tlp:
    """The label under which an amendment, or what a line said before, stands below *line*: the stricter of both."""
    return max(below.label, line.label, key=lambda label: label.strictness)


def is_amendment(minutes: Minutes, line: MinuteEntry, by: Reader, typed: Typed, now: datetime) -> bool:
    """Whether new words for *line* come too late for its text and stand below it: the silence has ended, or the minutes
    were adopted, whatever the clock says since.

    A line whose adoption is held is still put right in its text, by the Agencies that hold it and the secretariat,
    until it is adopted. Marks alone, such as a stricter label, are never too late.
    """
    if minutes.silence is None or not typed.text:
        return False
    if minutes.adopted_at is not None:
        return True
    if not minutes.silence.has_ended(now):
        return False
    if not line.held_by:
        return True
    return not by.secretariat and by.participant_id not in line.held_by


def amended(line: MinuteEntry, typed: Typed, by: Reader, amendment_id: str, now: datetime) -> Amendment:
    """The amendment that *by*, who may read *line*, makes: the secretariat, an Agency, or whose words they are.

    Raises NotEntitled for others, Conflict for marks that belong to the line itself, for a label lower than the line's
    from anybody but its originator, for RED, which nobody could read, and for a line that is not minuted.
    """
    own = by.participant_id == line.speaker_id and not by.secretariat
    if not (by.secretariat or own or by.kind is ParticipantKind.AGENCY):
        raise NotEntitled(
            f"`{line.reference}` is not attributed to you, so you cannot amend it. Answer any of our mails in words: "
            "the secretariat reads it."
        )
    if typed.closed is not None or typed.minuted:
        raise Conflict(
            f"The silence on `{line.reference}` has ended: a text stands below it now, and a mark changes the line "
            f"itself. Send them as two: `/lap correct {line.reference} {typed.marks.strip()}`, then the text alone."
        )
    if not line.is_minuted:
        raise Conflict(
            f"`{line.reference}` is TLP:RED and not minuted, so nothing stands below it. What is to be read of it can "
            "be proposed for the next call: `/lap propose`."
        )
    label = typed.label or line.label
    if label is Tlp.RED:
        raise Conflict(
            "An amendment goes to everybody who reads the line, so it cannot be TLP:RED. Give another label, as in "
            f"`/lap correct {line.reference} TLP:AMBER TEXT`."
        )
    if not may_carry(line.label, label) and not own:
        raise Conflict(
            f"`{line.reference}` is {line.label}: only the organisation whose words they are can amend it under a "
            "lower label. Leave the label out, or give a stricter one."
        )
    return Amendment(amendment_id, line.call_id, line.reference, typed.text, label, by.participant_id, now)
