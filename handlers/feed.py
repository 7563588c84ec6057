"""Owns what stands in one person's calendar feed: their copies as mailed, what is not mailed yet, their actions.

Its bytes are ``bot.feed``'s, its address is made by ``links``, the copies themselves by ``invitation_letters``.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from bot import audience
from bot.actions import ActionItem, ActionState
from bot.audience import CallView, Record
from bot.confidentiality import may_carry
from bot.feed import Listed, Status, Task, feed
from bot.invitations import Invitation, reconcile
from bot.itip import Entry, task_uid, uid_for
from bot.participants import ParticipantKind
from handlers.act import reading
from handlers.desk import Desk, the_clock
from handlers.finding import parts_to_cut
from handlers.invitations import ABOUT, wanted_copy
from handlers.kept_feeds import Feed, KeptFeeds, tagged
from handlers.links import Link, enter, known_links, sha256_of
from handlers.work import Reading
from storage import actions, calls, feeds, invitations
from storage.calls import OVERRUN, Part
from storage.directory import Directory
from storage.tables import LinkPurpose

NAME = "{network} calls"
WITHDRAWN = "Invitation withdrawn"
"""What a cancelled entry is called: the title of a part is no longer its person's to read."""
ABOVE = "Action {reference}: what it asks stands on your page"


def read_feed(desk: Desk, printed: str, kept: KeptFeeds) -> Feed | None:
    """The feed that *printed* leads to, cut to its holder as of now; None for every token that leads nowhere."""
    return _read(desk, the_clock(), printed, kept)


@reading
def _read(work: Reading, printed: str, kept: KeptFeeds) -> Feed | None:
    """1. Reads what the feed stands on, for a living link; one that was kept and still stands is given as it is.
    2. Else makes it, and keeps it for what was read first, until the clock changes it.
    """
    key = sha256_of(printed)
    standing = feeds.standing(work.tx, key)
    if standing is None:
        return None
    found = kept.find(key, standing, work.now)
    if found is None and enter(work, printed, LinkPurpose.FEED):
        found, until = _make(work, standing.alarm)
        kept.keep(key, standing, work.now, until, found)
    return found


def _make(work: Reading, alarm: int | None) -> tuple[Feed, datetime | None]:
    """The feed of who reads, and until when (UTC) the clock alone changes nothing in it; None: for good.

    1. Fetches the person's copies, their actions, and every call of these or to come.
    2. Lists each copy that shows what ``audience`` gives the person now. One whose change is not mailed yet stands as
       it was mailed, since its SEQUENCE would run ahead of the mail's; where something was taken away, it is left out.
       Cancelled ones stay, as cancelled.
    3. Adds what they may hear and hold no copy of: tentative for Agencies, approved and so confirmed for others.
    """
    contact = work.actor.contact
    held: dict[str, list[Invitation]] = defaultdict(list)
    for copy in invitations.of_person(work.tx, contact.id):
        held[copy.call_id].append(copy)
    own = [
        a for a in actions.of_owner(work.tx, work.reader.participant_id) if a.owner_contact_id in (None, contact.id)
    ]  # fmt: skip
    ids = {*held, *(a.call_id for a in own)}
    records = calls.awaited(work.tx, work.now - OVERRUN, ids, parts_to_cut(work, Part.NONE))
    links = known_links(work, contact.id)
    entries: list[Listed] = []
    planned: list[tuple[Record, Invitation]] = []
    for record in records:
        copies = held.get(record.call.id, [])
        changed = _changed(work, record, copies)
        link = links.get(Link(LinkPurpose.JOIN, record.call.id), "")
        view = audience.cut_call(work.reader, record, work.now)
        entries.extend(_held(work, copies, changed, view, link))
        known = {c.uid for c in copies}
        planned.extend((record, c) for uid, c in changed.items() if uid not in known and c.end > work.now)
    entries.extend(_planned(work, planned))
    tasks = [_task(work, a) for a in audience.cut_carried(work.reader, own, records, work.now)]
    stamps = [e.entry.dtstamp for e in entries] + [t.dtstamp for t in tasks]
    name = NAME.format(network=work.desk.procedure.texts.network)
    until = (audience.until_by_clock(record, work.now) for record in records)
    return (
        tagged(feed(name, entries, tasks, alarm), max(stamps, default=None)),
        min((moment for moment in until if moment is not None), default=None),
    )


def _changed(work: Reading, record: Record, copies: Iterable[Invitation]) -> Mapping[str, Invitation]:
    """By UID the copies that are not, or not yet, what this person should hold; who does not attend reads the plan."""
    contact, call_id, domain = work.actor.contact, record.call.id, work.desk.settings.mail_domain
    known = Directory((work.actor.participant,), (contact,))
    wanted = wanted_copy(replace(contact, attending=True), known, record, work.now)
    changed = reconcile(
        list(copies), wanted, call_id, work.now, lambda block: uid_for(call_id, contact.id, block, domain)
    )  # fmt: skip
    return {c.uid: c for c in changed}


def _held(
    work: Reading, copies: Iterable[Invitation], changed: Mapping[str, Invitation], view: CallView | None, link: str
) -> Iterator[Listed]:  # fmt: skip
    for copy in copies:
        if copy.cancelled and copy.sent_revision:
            yield Listed(_entry(work, replace(copy, title=WITHDRAWN), ""), Status.CANCELLED)
        elif not copy.cancelled and (copy.uid not in changed or _stands(copy, changed[copy.uid], view)):
            yield Listed(_entry(work, copy, link), Status.CONFIRMED)


def _stands(copy: Invitation, new: Invitation, view: CallView | None) -> bool:
    """Whether *copy* may be shown as it was mailed until *new* is: nothing of it was taken away."""
    longer = new.end - new.start >= copy.end - copy.start
    mailed = copy.sent_revision == copy.revision
    return mailed and not new.cancelled and longer and audience.earlier_title(view, copy) is not None


def _planned(work: Reading, planned: Iterable[tuple[Record, Invitation]]) -> Iterator[Listed]:
    """What waits for its mail, dated by what brought it: no look at the feed may change it."""
    found = list(planned)
    since = calls.told_since(work.tx, [r.call.id for r, _ in found]) if found else {}
    agency = work.reader.kind is ParticipantKind.AGENCY
    for record, copy in found:
        announced, moved = since[record.call.id]
        mine = (a.approved_at for a in record.admissions if a.contact_id == work.reader.contact_id)
        told = announced if agency else max((at for at in mine if at), default=None)
        stamp = max((at for at in (told, moved) if at), default=copy.start)
        entry = _entry(work, replace(copy, dtstamp=stamp, created_at=told or stamp), "")
        yield Listed(entry, Status.TENTATIVE if agency else Status.CONFIRMED)


def _entry(work: Reading, copy: Invitation, link: str) -> Entry:
    """*copy* without what the mail alone says; with the *link* to join where that was printed."""
    about = ABOUT.format(early=work.desk.procedure.bridges.early_minutes) if link else ""
    return Entry(
        copy.uid, copy.sequence, copy.dtstamp, copy.created_at, copy.start, copy.end, copy.title, about, link
    )  # fmt: skip


def _task(work: Reading, action: ActionItem) -> Task:
    """An action with its label directly before its words, where a calendar may carry them."""
    carried = may_carry(action.label, work.desk.procedure.labels.calendar)
    return Task(
        task_uid(action.reference, work.reader.contact_id, work.desk.settings.mail_domain),
        action.changed_at or action.entered_at,
        None if action.confirmed else action.entered_at,
        action.due,
        f"{action.label} {action.task}" if carried else ABOVE.format(reference=action.reference),
        action.ended_at if action.state is ActionState.DONE else None,
        dropped=action.state in (ActionState.DECLINED, ActionState.DROPPED),
    )
