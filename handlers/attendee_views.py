"""Owns a call's list as its reader sees it; the acts on it are ``attendees``'."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from bot import audience
from bot.attendees import Admission, AdmissionState
from bot.audience import CallView, Record, SegmentView
from bot.errors import NotEntitled
from bot.objections import barred
from bot.participants import ParticipantKind, reader_of
from handlers.act import reading
from handlers.changed_lists import list_of
from handlers.finding import find_call
from handlers.naming import Person, person
from handlers.work import Reading
from storage import directory
from storage.calls import Part

NOT_YOURS = "Attendee lists are for the secretariat and the Agencies. Your own part: `/lap calls`."
ELSEWHERE = "approved, keeps another part"


@dataclass(frozen=True, slots=True)
class Listed:
    """A name on the list of one part: ``state`` in a word; ``objection`` only for the secretariat: who objects, and its
    reference."""

    name: str
    state: str
    objection: str = ""


@dataclass(frozen=True, slots=True)
class ListShown:
    """A call's list as the reader may see it; the times (UTC) are of the list as a whole."""

    call: CallView
    parts: tuple[tuple[SegmentView, tuple[Listed, ...]], ...]
    circulated_at: datetime | None
    window_ends_at: datetime | None
    approved_at: datetime | None
    early: bool
    changed: bool


@reading
def attendees(work: Reading, call: str | None) -> ListShown:
    """The list of a call: the secretariat sees all of it, an Agency the names circulated or approved (barrier.md)."""
    if work.reader.kind is not ParticipantKind.AGENCY or work.reader.is_proxy:
        raise NotEntitled(NOT_YOURS)
    record, view = find_call(work, call, Part.LIST | Part.ITEMS)
    work.shows_closed(view.id)
    people = directory.everybody(work.tx)
    seen = audience.cut_attendees(work.reader, record, work.now)
    by_part: dict[str, list[Listed]] = {}
    organisations = {p.id: p.name for p in people.participants}
    places = Counter(a.contact_id for a in seen)

    @cache
    def kept(contact_id: str) -> frozenset[str]:
        """The parts (ids) that somebody keeps who is on the list for several."""
        known = person(people, contact_id)
        windows = audience.windows(reader_of(known.contact, known.participant), record, work.now) if known else ()
        return frozenset(s.id for w in windows for s in w.segments)

    for a in seen:
        known = person(people, a.contact_id)
        if known is not None:
            elsewhere = places[a.contact_id] > 1 and a.segment_id not in kept(a.contact_id)
            listed = _listed(work, record, a, known, organisations, elsewhere=elsewhere)
            by_part.setdefault(a.segment_id, []).append(listed)
    of_list = list_of(work, record)
    return ListShown(
        view,
        tuple((s, tuple(sorted(by_part.get(s.id, ()), key=lambda n: n.name.casefold()))) for s in view.segments),
        of_list.circulated_at,
        of_list.window_ends_at,
        of_list.approved_at,
        of_list.early,
        of_list.changed_since_approval,
    )


def _listed(
    work: Reading, record: Record, a: Admission, known: Person, organisations: Mapping[str, str], *, elsewhere: bool
) -> Listed:
    if not work.reader.secretariat:
        return Listed(known.name, str(a.state))
    against = [
        o
        for o in record.objections
        if barred(
            [o], a.participant_id, a.contact_id, a.call_id, a.segment_id, record.call.judged_at(work.now)
        )
    ]  # fmt: skip
    told = "; ".join(f"{organisations.get(o.by_id, 'an Agency')} objects, `{o.reference}`" for o in against)
    state = str(a.state) if a.circulated_at or against else f"{a.state}, not circulated yet"
    if elsewhere and a.state is AdmissionState.APPROVED and not against:
        state = ELSEWHERE
    return Listed(known.name, state, told)
