"""Owns who is there: organisations recorded as present in the part under way; who may be there is ``audience``'s."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from bot import live
from bot.audience import SegmentView, hears
from bot.errors import Conflict, NotFound, NotUnderstood
from bot.participants import ParticipantKind, Reader
from bot.who import Who
from bot.words import split_words
from handlers.desk import Writing, act
from handlers.live import check_runs, running_call_in
from handlers.live_views import named_view, readers_of, several_parts
from handlers.naming import find_each
from storage import calls, directory
from storage import live as rows
from storage.call_parts import items_of

WHO_IS_HERE = "Who is there? Name them after the word, as in `/lap here fr-cnil gb-ico`."
NOBODY_LEFT = "Nobody was recorded. {why}"
NOT_LISTED = "{names} {are} not on the list for this part. Ask {them} to leave the call before it goes on."
TAKEN_BACK = "Taken back: {names} {are} no longer recorded as being there."
NOTHING_BACK = "That attendance is no longer recorded, so there is nothing to take back."


@dataclass(frozen=True, slots=True)
class Present:
    """Who was recorded as being in the part under way, who was there already, who may not be there, and what was said
    of names that mean nobody or several."""

    segment: SegmentView
    recorded: tuple[str, ...]
    already: tuple[str, ...]
    not_listed: tuple[str, ...]
    not_found: tuple[str, ...]


@act
def record_present(work: Writing, text: str) -> Present:
    """Records who is there in the part under way, by organisation; names many at once.

    Who may not hear the part is not recorded, and neither is who cannot be found: both are told. Raises NotUnderstood
    where nobody is named, Conflict where no call runs or the gate is shut, and where nobody of those named is recorded.
    """
    record, named = running_call_in(work, text)
    if not named.strip():
        raise NotUnderstood(WHO_IS_HERE)
    segment = live.open_segment(record.call)
    table = rows.table_of(work.tx, record.call.id)
    record = replace(record, admissions=table.admissions, objections=table.objections)
    found, lost = find_each(work, [w.text for w in split_words(named)], table.people)
    if several_parts(table):
        record = replace(record, items=tuple(items_of(work.tx, [record.call.id])))
    listed = readers_of(table.people, table.admissions)
    may = [w for w in found if any(hears(r, record, segment.id, work.now) for r in _readers(w, listed))]
    refused = tuple(dict.fromkeys(w.name for w in found if w not in may))
    ids = list(dict.fromkeys(w.participant.id for w in may))
    here = rows.present(work.tx, record.call.id, segment.id) if ids else set()
    new = [i for i in ids if i not in here]
    names = {p.id: p.short_name for p in table.people.participants}
    if not ids:
        raise Conflict(NOBODY_LEFT.format(why=" ".join([*([not_listed(refused)] if refused else []), *lost])))
    rows.add_present(work.tx, record.call.id, segment.id, new, work.now)
    view = named_view(work, record)
    work.record("here", view.name, segment=segment.id, present=[names[i] for i in new])
    if new:
        work.can_be_undone("here", " ".join([record.call.id, segment.id, *new]))
    return Present(
        next(s for s in view.segments if s.id == segment.id),
        tuple(names[i] for i in new),
        tuple(names[i] for i in ids if i in here),
        refused,
        tuple(lost),
    )


def _readers(who: Who, listed: list[Reader]) -> list[Reader]:
    """The readers that *who* stands for: an Agency is one, of a guest those of its people who are on the list."""
    own = [r for r in listed if r.participant_id == who.participant.id]
    if who.contact is None or who.participant.kind is ParticipantKind.AGENCY:
        return own
    return [r for r in own if r.contact_id == who.contact.id]


def not_listed(names: tuple[str, ...]) -> str:
    """The words for those who may not be there: they tell no cause."""
    one = len(names) == 1
    return NOT_LISTED.format(names=", ".join(names), are="is" if one else "are", them="it" if one else "them")


def undo_here(work: Writing, subject: str) -> str:
    """Takes back that those organisations were there. Raises NotFound where none is recorded any more."""
    call_id, segment_id, *ids = subject.split()
    record = calls.one(work.tx, call_id)
    if record is not None:
        check_runs(work, record)
    here = rows.present(work.tx, call_id, segment_id) & set(ids)
    if not here:
        raise NotFound(NOTHING_BACK)
    rows.drop_present(work.tx, call_id, segment_id, here)
    names = [p.short_name for p in directory.named(work.tx, here)]
    return TAKEN_BACK.format(names=", ".join(names), are="is" if len(names) == 1 else "are")


UNDO: Mapping[str, Callable[[Writing, str], str]] = {"here": undo_here}
