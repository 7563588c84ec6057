"""Owns one person's copies of one call brought up to date: as they are sent, or as their holder answers before that."""

from dataclasses import replace

from bot.audience import Record
from bot.invitations import Invitation, reconcile
from bot.itip import uid_for
from bot.participants import Contact, Participant
from handlers.invitations import wanted_copy
from handlers.reply_address import tag_for
from handlers.work import Reading
from storage import call_parts, calls, invitations
from storage.calls import Part
from storage.directory import Directory


def own_record(work: Reading, call_id: str, contact_id: str) -> Record | None:
    """What decides on that person alone: their places on the list are their own, all else of the call is fetched once
    for those who are written to in one transaction."""
    known: Record | None = work.fetched.get(("call", call_id))
    if known is not None:
        return replace(known, admissions=call_parts.own_admissions(work.tx, call_id, contact_id))
    known = work.fetched["call", call_id] = calls.one(work.tx, call_id, Part.OWN | Part.ITEMS, contact_id)
    return known


def up_to_date(work: Reading, own: Record, contact: Contact, participant: Participant) -> list[Invitation]:
    """The person's copies of the call as it is *own* to them, all of them, the cancelled ones too; what changed is
    saved with SEQUENCE, DTSTAMP and revision, and is sent by whoever has an errand for it."""
    call_id = own.call.id
    current = invitations.of_person(work.tx, contact.id, call_id)
    known = Directory((participant,), (contact,))
    domain = work.desk.settings.mail_domain
    changed = reconcile(
        current, wanted_copy(contact, known, own, work.now), call_id, work.now,
        lambda block: uid_for(call_id, contact.id, block, domain),
    )  # fmt: skip
    fresh = {c.uid for c in changed} - {c.uid for c in current}
    tag = tag_for(work, contact.id) if fresh else ""
    if tag:
        changed = [replace(c, tag=tag) if c.uid in fresh else c for c in changed]
    invitations.save(work.tx, changed, fresh)
    by_uid = {c.uid: c for c in current} | {c.uid: c for c in changed}
    return list(by_uid.values())
