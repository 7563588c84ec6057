"""Owns what is written of the lines typed during a call once it is settled what becomes of each, and written anew where
another line changes it. That is settled in ``bot.said``; where a new line comes to stand is ``recorded``'s.
"""

from collections.abc import Sequence
from dataclasses import replace

from bot import audience, line_words, said
from bot.actions import Typed
from bot.amending import Correction, correction_of
from bot.audience import Record
from bot.confidentiality import stricter
from bot.errors import Conflict, NotUnderstood
from bot.minutes import LineKind, MinuteEntry
from bot.participants import Participant
from bot.places import Place, Scribing
from bot.said import Fate, Fates, Said, State
from bot.spoken import BY_FORM, LINES, Form, read_action
from handlers import actions, posting, scribe
from handlers.action_views import ActionView
from handlers.lines import entered, is_closed_there, made_line, words_of
from handlers.live import item_is_on
from handlers.said import Spoke, There, tell_refused
from handlers.work import Reading, Writing
from storage import actions as action_rows
from storage import calls, directory, places
from storage import minutes as line_rows
from storage.calls import Part

NOT_YOURS = (
    "`{word}` is for who runs the call, the secretariat and its scribe, and at {at} that was not you; so it was not "
    "entered. Ask them to enter it."
)
BY_HAND = (
    "Your last line was put right since with `correct`, so it was left as it is. "
    "`/lap correct {reference} TEXT` says what it is to say."
)
WHOSE = "Whose action is it, and what is to be done? As in `ACTION: fr-cnil send the numbers - 2027-03-01`."
CORRECTION = "said.correct"
"""What takes back words that were put right as they were typed; its subject is the line that did so."""


def enter(work: Writing, new: Said, fate: Fate, there: There) -> tuple[Spoke, Said]:
    """Does what the new line says, and gives it as it is kept."""
    kept = replace(new, state=fate.state)
    if new.form in LINES:
        line, names, people = _line(work, new, fate, there, work.desk.new_reference())
        line_rows.add(work.tx, line)
        done = entered(work, there.then, line, names, people) if not new.ts else None
        if done is None:
            work.record(line.kind, line.reference, call=line.call_id, segment=line.segment_id, label=line.label)
            work.can_be_undone(line.kind, line.reference)
        return Spoke(new.form, line.reference, done=done), replace(kept, reference=line.reference)
    if new.form is Form.ACTION:
        given = _given(work, new, fate, there)
        if fate.state is State.TAKEN_BACK:  # by a line that came before it
            action_rows.drop(work.tx, given.reference)
        return Spoke(new.form, given.reference, done=given), replace(kept, reference=given.reference)
    made = said.moved_by(new, fate, there.history)
    if made is not None:
        _keep_move(work, new, made, there)
    work.record(new.form, new.reference or new.id, call=there.record.call.id)
    if new.form is Form.CORRECT:
        work.can_be_undone(CORRECTION, new.id)
    return Spoke(new.form, new.reference, text=new.text if new.form is Form.CHAIR else ""), kept


def _given(work: Writing, it: Said, fate: Fate, there: There) -> ActionView:
    record = _stood(there, fate.place)
    text, due = read_action(it.text)
    if not text:
        raise NotUnderstood(WHOSE)
    own = not audience.runs(work.reader, there.then, work.now)
    return actions.given(work, record, Typed("", due, text), own=own)


def _stood(there: There, place: Place | None) -> Record:
    """The call as it stood at *place*; where there is none, as it stood when the line came that is acted on."""
    live = there.then.call.live
    if place is None or live is None:
        return there.then
    at = replace(live, segment_id=place.segment_id, item=place.item, cleared=place.cleared)
    return replace(there.then, call=replace(there.then.call, live=at))


KINDS = {Form.AGREED: LineKind.DECISION, Form.INFO: LineKind.NOTE, Form.LINK: LineKind.NOTE}
"""What each form that enters a line makes of it."""


def _line(
    work: Writing, line: Said, fate: Fate, there: There, reference: str
) -> tuple[MinuteEntry, dict[str, str], tuple[Participant, ...]]:
    """The line of the minutes that a spoken *line* makes by its *fate*: with its own time, where the call stood then.

    A correction changes words, and never makes a label less strict.
    """
    record = _stood(there, fate.place)
    made, names, people = made_line(work, record, KINDS[line.form], fate.text, reference, there.people)
    first = line_words.read_line(line.text) if line.text and line.text != fate.text else None
    label = stricter(made.label, first.label if first else None) or made.label
    return (
        replace(
            made, label=label, closed=made.closed or bool(first and first.closed), entered_by=line.user,
            entered_at=line.at, taken_back_at=work.now if fate.state is State.TAKEN_BACK else None,
        ),
        names,
        people,
    )  # fmt: skip


def differs(was: Fate, is_: Fate) -> bool:
    stood = [(f.place.segment_id, f.place.item) if f.place else None for f in (was, is_)]
    return (was.state, was.text) != (is_.state, is_.text) or stood[0] != stood[1]


def follow(
    work: Writing, changed: Sequence[Said], before: Fates, after: Fates, there: There, *, own: bool
) -> str:  # fmt: skip
    """Writes what another line changed of *changed*; returns the words of the last of them, or what names it.

    Raises Conflict where their author changes words (*own*) that were put right by hand since: they are others by now.
    """
    named = [s.reference for s in changed if s.form in LINES]
    lines = {e.reference: e for e in line_rows.with_references(work.tx, named)} if named else {}
    saved, new, closed, words = list[MinuteEntry](), list[MinuteEntry](), list[str](), ""
    said_before = dict[str, Correction]()
    for it in changed:
        was, is_ = before[it.id], after[it.id]
        kept = replace(it, state=is_.state)
        if it.form in LINES:
            if own and was.text != is_.text and it.reference and lines[it.reference].corrected_at is not None:
                raise Conflict(BY_HAND.format(reference=it.reference))
            now = _changed_line(work, kept, is_, lines.get(it.reference), there, stood=was.state is State.ENTERED)
            if now is not None:
                (saved if it.reference else new).append(now)
                line = lines.get(it.reference)
                if line is not None and (line.text, line.label) != (now.text, now.label):
                    said_before[work.desk.new_id()] = correction_of(line, work.reader.participant_id, work.now)
                kept, words = replace(kept, reference=now.reference), words_of(work, now)
        elif it.form is Form.ACTION and was.state is not is_.state:
            words, kept = _changed_action(work, kept, is_, there)
        elif it.form is Form.ACTION and is_.place is not None and _is_closed_at(work, is_.place, there):
            closed.append(it.reference)
        elif it.form in (Form.TOPIC, Form.CHAIR) and was.state is not is_.state:
            _changed_move(work, kept, is_, there)
        if was.state is not is_.state:
            there.changed.append(_told(work, kept))
            there.counting.update([it.id] * (was.state is State.NOT_THEN))
    line_rows.save_all(work.tx, saved)
    line_rows.keep_corrections(work.tx, said_before)
    line_rows.add_all(work.tx, new)
    action_rows.close(work.tx, closed)
    return words


def _is_closed_at(work: Reading, place: Place, there: There) -> bool:
    """Whether what was said at that place is closed to the guests of its part."""
    part = there.record.call.segment(place.segment_id).audience
    return is_closed_there(work, part, place.item, there.record.items)


def _changed_line(
    work: Writing, it: Said, fate: Fate, line: MinuteEntry | None, there: There, *, stood: bool
) -> MinuteEntry | None:
    """The line of the minutes as it is now; a new one where there was none; None where nothing is to be written.
    *stood*: its words were entered before, so that a line that is gone was taken back by hand, and stays so."""
    if line is None:
        if fate.state is not State.ENTERED or not it.text:
            return None
        return _line(work, it, fate, there, work.desk.new_reference())[0]
    gone = work.now if fate.state is not State.ENTERED else line.taken_back_at if stood else None
    if not it.text:  # the record alone has the words
        fate = replace(fate, text=line.text or str(line.label))
    made = _line(work, it, fate, there, line.reference)[0] if fate.state is State.ENTERED else line
    if not it.text or line.corrected_at is not None:  # what somebody put right by hand stays as they put it
        made = replace(line, segment_id=made.segment_id, item=made.item, closed=line.closed or made.closed)
    label = stricter(made.label, line.label) or line.label  # which somebody may have raised by hand
    return replace(made, label=label, taken_back_at=gone, held_by=line.held_by, corrected_at=line.corrected_at)


def _changed_action(work: Writing, it: Said, fate: Fate, there: There) -> tuple[str, Said]:
    if fate.state is State.TAKEN_BACK:
        return actions.undo_action(work, it.reference, by_hand=False), it
    return "", replace(it, reference=_given(work, it, fate, there).reference)


def _keep_move(work: Writing, it: Said, made: Place | Scribing, there: There) -> None:
    """Writes what a line makes of the history of its call; the call stands there now, where nothing moved it since."""
    places.keep(work.tx, made, it.id)
    if isinstance(made, Scribing):
        if all(s.at <= made.at for s in there.history.scribes):
            scribe.tell_scribes(work, there.record, made.scribe_id, directory.everybody(work.tx))
            calls.update_call(work.tx, it.call_id or "", scribe_id=made.scribe_id)
    elif all(p.at <= made.at for p in there.history.places):
        _stands_at(work, made)
        known, stands = calls.with_parts(work.tx, there.record, Part.ITEMS), there.record.call.live
        if made.item and stands is not None:
            stands = replace(stands, segment_id=made.segment_id, item=made.item, item_at=made.at)
            item_is_on(work, replace(known, call=replace(known.call, live=stands)))


def _changed_move(work: Writing, it: Said, fate: Fate, there: There) -> None:
    """A topic or a scribe that counts now, or no longer; where the call stands follows from what is left."""
    places.drop(work.tx, [it.id])
    made = said.moved_by(it, fate, there.history)
    if made is not None:
        places.keep(work.tx, made, it.id)
    history, _ = places.history(work.tx, there.record.call.id)
    named = history.scribe(max(work.now, it.at))
    if named != there.record.call.scribe:
        scribe.tell_scribes(work, there.record, named, directory.everybody(work.tx))
        calls.update_call(work.tx, there.record.call.id, scribe_id=named)
    _stands_at(work, history.places[-1])


def _stands_at(work: Writing, made: Place) -> None:
    """The call stands at that item; when something of its time is to be told, the clock finds out at its next look."""
    at = made.at if made.item else None
    posting.tell(work, made.call_id)
    calls.update_call(work.tx, made.call_id, live_item=made.item, live_item_at=at, live_tell_at=work.now)


def _told(work: Writing, it: Said) -> Said:
    """A line that no longer counts, because an earlier one came late, with what its author is told."""
    if it.state is not State.NOT_THEN:
        return it
    tell_refused(work, it)
    return replace(it, why=NOT_YOURS.format(word=BY_FORM[it.form].words[0], at=f"{it.at:%H:%M} UTC"))
