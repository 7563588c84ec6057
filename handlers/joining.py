"""Owns where a join link leads at this moment, and which bridge each segment of a call has; links are ``links``'."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from bot import audience
from bot.attendees import AdmissionState
from bot.audience import Record
from bot.bridges import assign, joinable
from bot.participants import reader_of
from bot.topics import AudienceKind
from handlers.desk import Desk
from handlers.links import sha256_of
from storage import bridges, calls, directory, invitations
from storage.calls import Part
from storage.tables import LinkPurpose


def follow(desk: Desk, printed: str) -> str | None:
    """The bridge that the holder of this join link may join now.

    None for everything else alike: a wrong or dead link, a call not yet open or over, a part that is not theirs.
    """
    with desk.store.read() as tx:
        link = invitations.find_link(tx, sha256_of(printed), LinkPurpose.JOIN)
        known = directory.contact_by_id(tx, link[0]) if link else None
        record = calls.one(tx, link[1], Part.LIST | Part.ITEMS) if link and link[1] else None
        if known is None or record is None:
            return None
        held = bridges.of_call(tx, record.call.id)
    contact, participant = known
    own = replace(record, admissions=tuple(a for a in record.admissions if a.contact_id == contact.id))
    now = desk.now()
    heard = [s for w in audience.windows(reader_of(contact, participant), own, now) for s in w.segments]
    early = timedelta(minutes=desk.procedure.bridges.early_minutes)
    segment = joinable(record.call, heard, now, early)
    if segment is None:
        return None
    given = assign(record.call.segments, _people(record), held, desk.procedure.bridges.urls)
    if given != held:
        with desk.store.begin() as tx:
            bridges.give(tx, record.call.id, given)
    return given.get(segment.id)


def _people(record: Record) -> Callable[[str], object]:
    """Who is let into each segment, as a value: two segments with the same people may share a bridge."""
    segments = {s.id: s for s in record.call.segments}

    def people(segment_id: str) -> object:
        segment = segments[segment_id]
        approved = frozenset(
            a.contact_id
            for a in record.admissions
            if a.segment_id == segment_id and a.state is AdmissionState.APPROVED
        )
        return segment.only, approved, segment.audience is AudienceKind.JOINT and bool(approved)

    return people
