"""Owns what people say during a call in the words of meeting bots: each line is an act, placed by its own time.

What the words are is ``bot.spoken``'s; what they do to the record ``recorded``'s; what people are told of them,
``spoken_letters``'.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from bot import audience, said
from bot.errors import Conflict, NotEntitled, Refusal
from bot.invitations import Rsvp
from bot.proposing import read_proposal
from bot.said import Said, State, as_kept
from bot.spoken import Form, Spoken, check_one_line, read_correction
from handlers import attendance
from handlers.act import act, of_oneself, within
from handlers.agenda import propose_item
from handlers.agenda_views import Placed
from handlers.answering import Answered, answer_call
from handlers.attendance import Present
from handlers.desk import Actor, Desk, NotNow
from handlers.naming import ME, is_oneself
from handlers.queue import OTHERS, ask_for_floor, check_for_others, leave_queue, pass_floor
from handlers.recorded import NotThen, place
from handlers.regrets import Regretted, record_regrets
from handlers.said import (
    NOTHING_ON,
    SEEN,
    Done,
    Line,
    Spoke,
    There,
    acknowledge,
    clock_of,
    heard_at,
    new_said,
    place_of,
    tell_refused,
)
from handlers.settled import CORRECTION
from handlers.work import Writing
from storage import said as rows

ANY_TIME = (Form.REGRETS, Form.AGENDA)
"""What may be said before the call, too."""

NOT_HERE = "These words are for the Agencies' channel of the calls. `/lap words` shows what they do."
NOT_ON_RECORD = "`[off]` was understood: nothing of it is entered. But Slack keeps what is typed there, as it does all."
NOT_REPEATED = (
    "It could not be entered as it was typed, and what is too strict for Slack is not repeated here. "
    "`/lap words` shows how each of these words is written, and that a label stands first or last."
)
RESTORED = "The correction is taken back. It says again: {text}"
LINE_BACK = "Taken back: {text}"
NO_LONGER_LAST = (
    "What you corrected last cannot be taken back so any more: it was taken back since, or the call has ended. "
    "`/lap correct LINE TEXT` puts the words right."
)
MOST_KEPT = 1500
"""So many characters of what was not entered are kept, to be given back; the message itself stands in the channel."""


class Elsewhere(Conflict):
    """The line was not typed in the Agencies' channel of the calls."""


class OffRecord(Conflict):
    """The line is not to be entered, says who typed it."""


@act
@of_oneself
def speak(work: Writing, line: Line) -> Spoke:
    """Does what *line* says; a message acts once, however often it comes.

    Raises NotThen where the call stood elsewhere, or was another's to run, at its time; Elsewhere for another channel;
    OffRecord; NotEntitled for who is no Agency's; and whatever the act refuses that the line is about.
    """
    return _speak(work, line)


def _speak(work: Writing, line: Line) -> Spoke:
    if not work.reader.is_agency and not work.reader.secretariat:
        raise NotEntitled(NOTHING_ON.format(at=clock_of(work, line)))
    form, at = line.spoken.form, line.at or work.now
    own = form in (Form.UNDO, Form.CORRECT)
    around = rows.around(work.tx, at, work.reader.contact_id, (line.team, line.channel, line.ts), SEEN, own=own)
    if around.before is not None:
        return Spoke(form, around.before.reference, again=True)
    if line.channel and around.channel_id != line.channel:
        raise Elsewhere(NOT_HERE)
    if form is Form.OFF:
        raise OffRecord(NOT_ON_RECORD)
    check_one_line(line.spoken)
    if form is Form.CORRECT:
        read_correction(line.spoken.text)
    there = place_of(work, line, around) if form not in ANY_TIME else next(iter(heard_at(work, around, at)), None)
    spoke, kept = _DO[form](work, line, there)
    changed = there.changed if there else []
    rows.put(work.tx, [*changed, *([as_kept(kept)] if line.ts or form in said.PLACED else [])])
    counting = [it for it in changed if it.state is State.ENTERED or (there is not None and it.id in there.counting)]
    acknowledge(work, [it for it in (kept, *counting) if it.ts], around.last_due)
    return spoke


def keep_refused(desk: Desk, actor: Actor, line: Line, refusal: Refusal) -> None:
    """Keeps that *line* was not entered, and why, and has its author told; what was typed comes back, but for what
    Slack may not carry and what is off the record. A message is answered once, however often it comes.

    What was not then is entered after all where the line that it waits for came between the refusal and this, or is
    refused for what it says now.
    """
    try:
        _keep_refused(desk, actor, line, refusal)
    except NotNow:
        raise
    except Refusal as since:
        _keep_refused(desk, actor, line, since)


@act
@of_oneself
def _keep_refused(work: Writing, line: Line, refusal: Refusal) -> None:
    if isinstance(refusal, NotThen):
        with suppress(NotThen):
            _speak(work, line)
            return
    form, at = line.spoken.form, line.at or work.now
    around = rows.around(work.tx, at, work.reader.contact_id, (line.team, line.channel, line.ts), SEEN, own=False)
    if around.before is not None:
        return
    there = heard_at(work, around, at)
    new = new_said(work, line, there[0] if len(there) == 1 else None)
    kept = as_kept(refusal.said if isinstance(refusal, NotThen) else new)
    state = State.NOT_THEN if isinstance(refusal, NotThen) else State.REFUSED
    why = refusal.says if kept.text or not _repeats(refusal.says, line.spoken.text) else NOT_REPEATED
    text = "" if form is Form.OFF else kept.text[:MOST_KEPT]
    kept = replace(kept, state=state, why=why[:MOST_KEPT], text=text)
    rows.put(work.tx, [kept])
    tell_refused(work, kept)
    work.record("not entered", form, call=kept.call_id or "")


def undo_correction(work: Writing, said_id: str) -> str:
    """Takes back what ``s/old/new/`` put right, as ``#undo`` does; where that was taken back already, the line. Raises
    Conflict where neither stands any more, or the call has ended."""
    try:
        spoke = _speak(work, Line(Spoken(Form.UNDO)))
    except Refusal as refusal:
        raise Conflict(NO_LONGER_LAST) from refusal
    return (RESTORED if spoke.restored else LINE_BACK).format(text=spoke.text)


UNDO: Mapping[str, Callable[[Writing, str], str]] = {CORRECTION: undo_correction}


def _repeats(says: str, typed: str) -> bool:
    """Whether a refusal may have words of what was *typed* in it: one of four letters or more but a label."""
    return any(len(word) > 3 and word in says for word in typed.split() if not word.upper().startswith("TLP:"))


def _of_oneself(decide: Callable[[Writing, str, Any], Done]) -> "_Do":
    """A line that is about who says it: its act is another room's."""

    def do(work: Writing, line: Line, there: There | None) -> tuple[Spoke, Said]:
        done = decide(work, line.spoken.text, there)
        kept = replace(new_said(work, line, there), state=State.ENTERED, text="")
        return Spoke(line.spoken.form, work.subject, done=done), kept

    return do


def _present(work: Writing, text: str, there: There) -> Present:
    if not text or is_oneself(work, text):
        return attendance.record_own(work, there.then)
    check_for_others(work, there.then, text)
    return within(work, attendance.record_present, text)


def _regrets(work: Writing, text: str, there: There | None) -> Answered | Regretted:
    if text and text.casefold() not in ME:
        if there is not None and audience.runs(work.reader, there.then, work.now):
            return within(work, record_regrets, text)
        if not is_oneself(work, text):
            raise NotEntitled(OTHERS.format(said=text))
    return answer_call(work, Rsvp.DECLINED, None, there.record.call.id if there else None)


def _agenda(work: Writing, text: str, there: There | None) -> Placed:
    topics = work.desk.procedure.topics
    try:
        typed = read_proposal(text, topics)
    except Refusal:
        if not topics or not text:
            raise
        typed = read_proposal(f"{topics[0].word} {text}", topics)
    return within(work, propose_item, typed, there.record.call.id if there else None)


_Do = Callable[[Writing, Line, Any], tuple[Spoke, Said]]
_DO: Mapping[Form, _Do] = {
    **dict.fromkeys(said.PLACED, place),
    Form.PRESENT: _of_oneself(_present),
    Form.REGRETS: _of_oneself(_regrets),
    Form.QUEUE: _of_oneself(lambda work, text, there: within(work, ask_for_floor, text)),
    Form.UNQUEUE: _of_oneself(lambda work, text, there: within(work, leave_queue, text)),
    Form.ACK: _of_oneself(lambda work, text, there: within(work, pass_floor, text)),
    Form.AGENDA: _of_oneself(_agenda),
}
