"""Owns what becomes of the lines that people type during a call, by the moment at which each was typed.

Slack delivers late, twice and in any order; a line's own time places it. So what stands is worked out from all lines
in the order of their times, and a line that comes late changes exactly what it would have changed in time.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.confidentiality import Tlp, respelt
from bot.errors import Refusal
from bot.line_words import read_line
from bot.places import History, Place, Scribing
from bot.spoken import LINES, Form, read_correction


class State(StrEnum):
    """ENTERED; NOT_THEN: the call stood elsewhere, or was another's to run, when it was typed, which an earlier line
    that comes late may change; TAKEN_BACK by a later line of its author; WITHDRAWN by hand, until that is undone;
    REFUSED for good."""

    ENTERED = "entered"
    NOT_THEN = "not_then"
    TAKEN_BACK = "taken_back"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Said:
    """A line that somebody typed at ``at`` (UTC) into the channel, where it is the message ``ts``, or after ``/lap``,
    be it that its verb is ``note`` or ``decision``.

    ``reference``: the line or action that it made, the item or the contact (id) that it names; of a correction, and of
    what takes one back, the line whose words it changed. ``why``: what its author was told where it was refused.
    """

    id: str
    call_id: str | None
    channel_id: str | None
    ts: str | None
    at: datetime
    user: str
    contact_id: str
    form: Form
    text: str
    state: State = State.NOT_THEN
    reference: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of a line: its state, its words after all corrections, and where the call stood then."""

    state: State
    text: str = ""
    place: Place | None = None


Fates = dict[str, Fate]
Runs = Callable[[str, str | None], bool]
"""Whether a contact (id) runs the call while that one (id) is its scribe."""

PLACED = LINES | {Form.TOPIC, Form.ACTION, Form.UNDO, Form.CORRECT, Form.CHAIR}
"""The forms whose meaning depends on when they were typed."""
OF_ANOTHER = frozenset({Form.CORRECT, Form.UNDO})
"""The forms that make nothing of their own: what they did goes with the line that they did it to."""
_STANDING = LINES | {Form.ACTION, Form.CORRECT}


@dataclass(frozen=True, slots=True)
class _Change:
    """A line of its author's that stands, and what an undo makes of it: of a correction, the line corrected as it was
    before."""

    line: Said
    corrected: str = ""
    before: Fate | None = None


def settle(lines: Iterable[Said], history: History, runs: Runs) -> Fates:
    """What becomes of *lines*, taken in the order of their times.

    *history*: how the call moved otherwise than by these lines; what happened at one moment with a line happened before
    it. Of an action only whether it stands is said: its author's right to give it was seen when it came.
    """
    fates = Fates()
    moves: list[Place | Scribing] = sorted([*history.places, *history.scribes], key=lambda m: m.at)
    place: Place | None = None
    scribe: str | None = None
    standing: dict[str, list[_Change]] = {}
    lines = list(lines)
    withdrawn = {line.reference for line in lines if line.state is State.WITHDRAWN and line.reference}
    for line in sorted(lines, key=lambda s: (s.at, s.id)):
        while moves and moves[0].at <= line.at:
            move = moves.pop(0)
            if isinstance(move, Place):
                place = move
            else:
                scribe = move.scribe_id
        if line.state in (State.REFUSED, State.WITHDRAWN) or (line.form in OF_ANOTHER and line.reference in withdrawn):
            continue
        may = runs(line.contact_id, scribe)
        own = standing.setdefault(line.contact_id, [])
        there = place if place is not None and place.cleared else None
        change = _change(line, own, fates)
        fates[line.id] = _fate(line, may, there, own, fates)
        if fates[line.id].state is not State.ENTERED:
            continue
        if line.form in _STANDING:
            own.append(change)
        elif line.form is Form.TOPIC and place is not None:
            place = replace(place, item=line.reference, at=line.at)
        elif line.form is Form.CHAIR:
            scribe = line.reference or None
    return fates


def _last_line(own: list[_Change]) -> Said | None:
    """The last line of the minutes that stands among *own*."""
    return next((c.line for c in reversed(own) if c.line.form in LINES), None)


def _change(line: Said, own: list[_Change], fates: Fates) -> _Change:
    """What *line* will have changed, should it stand."""
    last = _last_line(own) if line.form is Form.CORRECT else None
    return _Change(line, last.id, fates[last.id]) if last is not None else _Change(line)


def _fate(line: Said, may: bool, there: Place | None, own: list[_Change], fates: Fates) -> Fate:
    """What becomes of *line*; *own*: what of its author's stands, which an undo or a correction changes in *fates*."""
    if line.form is Form.UNDO:
        return _undone(line, may, own, fates)
    if line.form is Form.CORRECT:
        return _corrected(line, may, own, fates)
    if line.form is Form.CHAIR:
        return Fate(State.ENTERED if may else State.NOT_THEN, line.text)
    if line.form is Form.ACTION:
        given = line.state in (State.ENTERED, State.TAKEN_BACK)
        return Fate(State.ENTERED if given else State.NOT_THEN, line.text, there)
    if line.form in LINES or line.form is Form.TOPIC:
        return Fate(State.ENTERED if may and there else State.NOT_THEN, line.text, there)
    return Fate(line.state, line.text)


def _undone(line: Said, may: bool, own: list[_Change], fates: Fates) -> Fate:
    """Takes back the last of *own*: a line, an action, or a correction, behind which the line stands as it was."""
    if not own or not (may or own[-1].line.form is Form.ACTION):
        return Fate(State.NOT_THEN)
    last = own.pop()
    fates[last.line.id] = replace(fates[last.line.id], state=State.TAKEN_BACK)
    if last.before is not None:
        fates[last.corrected] = last.before
    return Fate(State.ENTERED)


def _corrected(line: Said, may: bool, own: list[_Change], fates: Fates) -> Fate:
    last = _last_line(own)
    after = read_correction(line.text).of(fates[last.id].text) if last and may else None
    if last is None or not after:
        return Fate(State.NOT_THEN, line.text)
    fates[last.id] = replace(fates[last.id], text=after)
    return Fate(State.ENTERED, line.text)


def as_kept(it: Said) -> Said:
    """*it* as it is kept beside the record: without words that the record does not have either."""
    return it if _may_keep(it.text) else replace(it, text="")


def _may_keep(text: str) -> bool:
    """Whether what was typed is kept beside the record: not what is RED, and so not minuted."""
    try:
        read = read_line(text, marks_alone=True)
    except Refusal:
        return not _names_red(text)
    return read.minuted if read.label is Tlp.RED else not _names_red(read.text)


def _names_red(text: str) -> bool:
    return Tlp.RED.casefold() in respelt(text).casefold()


def moved_by(line: Said, fate: Fate, history: History) -> Place | Scribing | None:
    """What a line that is entered makes of the *history* of its call: a place at an item, a scribe."""
    stood = history.place(line.at)
    if fate.state is not State.ENTERED or line.call_id is None:
        return None
    if line.form is Form.TOPIC and stood is not None:
        return replace(stood, at=line.at, item=line.reference)
    return Scribing(line.call_id, line.at, line.reference or None) if line.form is Form.CHAIR else None
