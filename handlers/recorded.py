"""Owns where a line that somebody types during a call comes to stand: at its own time, however late it comes.

What becomes of which line is ``bot.said``'s to work out; what is written of it then is ``settled``'s.
"""

from dataclasses import replace
from datetime import timedelta
from functools import cache

from bot import audience, live, said
from bot.errors import Conflict, NotUnderstood, Refusal
from bot.participants import reader_of
from bot.said import Runs, Said, State
from bot.spoken import BY_FORM, LINES, Form, has_address
from bot.when import show_time
from bot.words import fold_reference
from handlers import scribe
from handlers.said import Line, Spoke, There, new_said
from handlers.settled import NOT_YOURS, differs, enter, follow
from handlers.work import Reading, Writing
from storage import calls, directory
from storage import said as rows
from storage.calls import Part

GATE = (
    "The gate was shut at {at}, when you typed this, so it has no part to stand in and was not entered. Send it again "
    "once the next part is open."
)
NO_LAST = (
    "The last line that you entered in this call does not hold that, or you entered none, so nothing was corrected. "
    "`/lap correct LINE TEXT` reaches any line."
)
NOTHING_LAST = "Nothing that you entered in this call stands any more, so there is nothing to take back."
WHICH_TOPIC = "Which item is next? Name it, as in `#topic {example}`: {items}."
NO_TOPIC = (
    "Which item is next? No item stands in this part; any other title is minuted as a heading, as in `#topic Budget`."
)
HEADING = "Topic: {title}"
NO_ADDRESS = "A link begins with its address, as in `{example}`. What is said without one is `#info`."
A_MOMENT = timedelta(microseconds=1)
CALLED_SCRIBE = "Who is to be the scribe? Name them, as in `#chair fr-cnil`."


class NotThen(Conflict):
    """The call stood elsewhere, or was another's to run, when *said* was typed; an earlier line that comes late may
    change that."""

    def __init__(self, says: str, said: Said) -> None:
        super().__init__(says)
        self.said = said


def place(work: Writing, line: Line, there: There) -> tuple[Spoke, Said]:
    """A line whose meaning its time decides: entered among those that were typed before it, and after."""
    new = _behind_its_own(_named(work, new_said(work, line, there), there), there)
    late = any(_is_moved_by(later, new) for later in there.near if later.at > new.at)
    lines = rows.of_call(work.tx, there.record.call.id) if late else there.near
    lines = [s for s in lines if late or (s.contact_id == new.contact_id and s.at < new.at)]
    there = _with_everything(work, there) if late else there
    history = there.others if late else there.history
    runs = _runs(work, there)
    before, after = said.settle(lines, history, runs), said.settle([*lines, new], history, runs)
    fate = after[new.id]
    if fate.state is State.NOT_THEN:
        raise NotThen(_why(work, new, there), new)
    spoke, kept = enter(work, new, fate, there)
    changed = [s for s in lines if s.id in after and differs(before[s.id], after[s.id])]
    text = follow(work, changed, before, after, there, own=new.form in (Form.CORRECT, Form.UNDO))
    if changed and new.form not in (Form.UNDO, Form.CORRECT):
        work.record(new.form, kept.reference or new.id, call=there.record.call.id, moved=len(changed))
    restored = new.form is Form.UNDO and any(s.form is Form.CORRECT for s in changed)
    if restored or new.form is Form.CORRECT:
        kept = replace(kept, reference=next((s.reference for s in changed if s.form in LINES), ""))
    return replace(spoke, text=text or spoke.text, restored=restored), kept


def _behind_its_own(new: Said, there: There) -> Said:
    """*new* as it is to be placed: what is typed after ``/lap`` and corrects or takes back comes behind what its author
    said before, also where that bears the time of a clock that runs ahead."""
    own = [s.at for s in there.near if s.contact_id == new.contact_id]
    if new.ts is not None or new.form not in (Form.CORRECT, Form.UNDO) or not own:
        return new
    return replace(new, at=max(new.at, max(own) + A_MOMENT))


def _is_moved_by(later: Said, new: Said) -> bool:
    """Whether *new*, which comes late, may change what *later* is."""
    if new.form in (Form.TOPIC, Form.CHAIR):
        return True
    return later.contact_id == new.contact_id and later.form in (Form.UNDO, Form.CORRECT)


def _named(work: Writing, new: Said, there: There) -> Said:
    """*new* with what it names: the item of a topic, the contact of a scribe. A title that no item has is a heading."""
    if new.form is Form.CHAIR:
        if not new.text:
            raise NotUnderstood(CALLED_SCRIBE)
        return replace(new, reference=_scribe(work, new, there))
    if new.form is Form.LINK and new.text and not has_address(new.text):
        raise NotUnderstood(NO_ADDRESS.format(example=BY_FORM[Form.LINK].example))
    if new.form is not Form.TOPIC:
        return replace(new, state=State.ENTERED) if new.form is Form.ACTION else new
    record = calls.with_parts(work.tx, there.record, Part.ITEMS)
    items = live.items_in(record.items, live.current_segment(there.then.call).id)
    if not new.text:
        work.shows_closed(there.record.call.id)
        shown = "; ".join(f"`{i.reference}`" for i in items)
        raise NotUnderstood(WHICH_TOPIC.format(example=items[0].reference, items=shown) if items else NO_TOPIC)
    title = " ".join(new.text.casefold().split())
    named = [
        i for i in items if i.reference == fold_reference(new.text) or " ".join(i.title.casefold().split()) == title
    ]
    if named:
        return replace(new, reference=named[0].reference)
    return replace(new, form=Form.INFO, text=HEADING.format(title=new.text))


def _scribe(work: Reading, new: Said, there: There) -> str:
    """The contact (id) whom *new* makes the scribe. Who did not run the call then reads nothing of why somebody cannot
    be: whether they hear every part tells of parts that others do not hear."""
    try:
        return scribe.chosen(work, there.record, new.text, directory.everybody(work.tx)).contact.id
    except Refusal:
        if audience.runs(work.reader, there.then, work.now):
            raise
        raise Conflict(_why(work, new, there)) from None


def _with_everything(work: Reading, there: There) -> There:
    """*there* with everybody and the agenda: a line that comes late may change many others."""
    known = calls.with_parts(work.tx, there.record, Part.ITEMS)
    then = replace(there.then, items=known.items)
    return replace(there, record=known, then=then, people=directory.everybody(work.tx))


def _runs(work: Reading, there: There) -> Runs:
    """Who runs the call under which scribe; others than the reader only where everybody was fetched."""
    record, people = there.record, there.people

    @cache
    def runs(contact_id: str, scribe_id: str | None) -> bool:
        known = people.contact(contact_id) if people else None
        of = reader_of(known, people.participant(known.participant_id)) if known and people else work.reader
        if of.contact_id != contact_id:
            return False
        return audience.runs(of, replace(record, call=replace(record.call, scribe=scribe_id)), work.now)

    return runs


def _why(work: Reading, new: Said, there: There) -> str:
    """Why *new* is not entered, in words for its author."""
    at = show_time(new.at, work.actor.zone)
    if new.form is Form.UNDO:
        return NOTHING_LAST
    stands = there.then.call.live
    may = audience.runs(work.reader, there.then, work.now)
    if not may:
        return NOT_YOURS.format(word=BY_FORM[new.form].words[0], at=at)
    return NO_LAST if new.form is Form.CORRECT and stands else GATE.format(at=at)
