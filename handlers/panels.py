"""Owns the bot's post in the Agencies' channels that says where a call stands: who may read it is ``audience``'s, how
it looks is a door's.

A post says what everybody in the channel at that moment may know, and where somebody may not, or the call has ended,
nothing. People are never taken out of a channel for that (Slack tells them).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot import audience, live, timing
from bot.audience import Record, Shown
from bot.calls import AUDIENCES
from bot.confidentiality import Way
from bot.exposures import Exposure, shown
from bot.notices import Button, Notice
from bot.participants import Contact, Participant, Reader, reader_of
from bot.when import show_time
from bot.zones import zone_of
from handlers.carrying import labelled
from handlers.composing import Compose
from handlers.desk import Channels, Desk, the_clock
from handlers.finding import views_of
from handlers.live_views import name_of
from handlers.naming import person
from handlers.posting import KIND, WORTH
from handlers.sending import NotTaken
from handlers.work import CHANNEL, Reading, Writing
from storage import audit, calls, directory, exposures, identity, outbox, panels
from storage import live as rows
from storage.calls import Part
from storage.directory import Directory
from storage.live import Table
from storage.outbox import Errand
from storage.panels import Panel
from storage.store import Tx
from storage.tables import Door

WITHHELD = "live.withheld"
"""The kind of errand: that the post in the channels says nothing, as somebody there may not read it."""

UTC = zone_of("UTC")

PART = "{part} ({audience}), until {until}: {left}"
SHUT = "The gate behind “{part}” is shut: nobody is led in until it is cleared."
ITEM = "Now: {reference} {title}, until {until}: {left}"
OPENING = "At its opening. `/lap agenda` shows its items."
QUEUE = "Waiting for the floor: {names}"
NOBODY = "Nobody waits for the floor."
LEFT, OVER, UP = "{n} min left", "{n} min over", "its time is up"
NOTHING = "Nothing is shown here at this moment."

SUBJECT = "The post on “{title}” in the Agencies' channel says nothing now"
SAYS = (
    "Not everybody in the channel may read of the part that is on, so the post there says nothing. Nobody is told why, "
    "and nobody is taken out of the channel by the bot, since Slack would tell them."
)
WHO = "In the channel, and not entitled: {names}."
STRANGER = "<@{user}>, who speaks for nobody that is known"
LEAST = "Everything about the call goes on as before: commands, buttons in answers, direct messages."


@dataclass(frozen=True, slots=True)
class _Post:
    """What goes into one channel: the notice, the earlier post that it takes the place of, and the ids of its entries
    in the ledger."""

    notice: Notice
    before: Panel | None
    exposures: tuple[str, ...] = ()


def refresh(desk: Desk, errand: Errand) -> None:
    """Has the post in each Agencies' channel say where the call stands.

    1. Slack says who is in the channel at this moment.
    2. Behind the channels' fence, so that no narrowing comes between: what all of these may know, as it is now.
    3. It is posted, or the earlier post is changed; where somebody may know nothing of the part that is on, an earlier
       post is emptied, none is made, and the secretariat is told once.
    4. A post in what is such a channel no longer, also since Slack was asked, is emptied, whoever is there.
    What it shows to whom stands in the exposure ledger before it leaves, and which post it is afterwards.
    Raises NotTaken as a door does.
    """
    if desk.channels is None:
        return
    with desk.store.read() as tx:
        places = identity.channels(tx)
        left = panels.elsewhere(tx, errand.call_id or "", places)
    for place in (*places, *left):
        members = desk.channels.look(place[1]) if place in places else ()
        with desk.store.sending(CHANNEL) as mine:
            if not mine:
                raise NotTaken("another post is leaving", wait=5)
            _refresh(desk, desk.channels, errand, place, members)


def _refresh(desk: Desk, door: Channels, errand: Errand, place: tuple[str, str], members: Sequence[str]) -> None:
    def made(tx: Tx) -> _Post | None:
        return _compose(Writing(desk, tx, replace(the_clock(), way=Way.MESSAGE), desk.now()), errand, place, members)

    post = audit.between_acts(desk.store, made)
    if post is None:
        return
    try:
        ts = door.post(place[1], post.before.ts if post.before else None, post.notice)
    except NotTaken as error:
        if not error.offered:
            with desk.store.begin() as tx:
                exposures.forget(tx, post.exposures)
        raise
    with desk.store.begin() as tx:
        panels.save(tx, errand.call_id or "", *place, Panel(ts, post.notice.shows))
        exposures.end(tx, post.exposures, desk.now())


def _compose(work: Writing, errand: Errand, place: tuple[str, str], members: Sequence[str]) -> _Post | None:
    """What the channel's post is to say now, with its entries in the ledger; None where it is to say what it says, or
    is not to be made."""
    call_id, work.page = errand.call_id or "", ""  # who reads it has no page in common
    record, before = calls.one(work.tx, call_id, Part.ITEMS | Part.FLOOR), panels.find(work.tx, call_id, *place)
    if record is None or record.call.live is None:
        return None
    table = rows.table_of(work.tx, call_id)
    record = table.put_into(record)
    if place not in identity.channels(work.tx):  # given up since it was looked into
        members = ()
    speaks = identity.contacts_of(work.tx, members)
    readers = {user: _reader(speaks.get(user), table.people) for user in members}
    cut = audience.cut_panel(list(readers.values()), record, work.now)
    if cut is not None:
        notice = _notice(work, record, cut, table)
        who = sorted({r.contact_id for r in readers.values()})
        entries = _entries(work, errand, notice, who) if notice.shows - (before.shows if before else set()) else []
        if entries:
            exposures.begin(work.tx, entries)
        return _Post(notice, before, tuple(e.id for e in entries))
    if record.call.running:
        _tell_withheld(work, record, readers, table.people)
        outbox.add(work.tx, work.errands)
    if before is None or not before.shows:
        return None
    return _Post(Notice(NOTHING, ()), before)


def _reader(contact_id: str | None, people: Directory) -> Reader:
    """Who a member of the channel is with their widest hat; somebody unknown, or gone, is nobody's."""
    contact = people.contact(contact_id) if contact_id else None
    if contact is None:
        return the_clock().reader
    return reader_of(contact, people.participant(contact.participant_id))


def _notice(work: Reading, record: Record, cut: Shown, table: Table) -> Notice:
    call, segment = record.call, cut.segment
    name = f"{cut.start:%Y-%m-%d}"
    words = {"part": segment.name, "audience": AUDIENCES[segment.audience]}
    shows = shown(segments=[segment.id], items=[cut.item.reference] if cut.item else [])
    title = f"{call.title} ({name})"
    if cut.shut:
        clear = Button("Clear: open the next part", "clear", f"{name} {segment.id}", "primary")
        return Notice(title, (SHUT.format(**words),), buttons=(clear,), shows=shows)
    ends = timing.part_ends(call)
    lines, moments = [PART.format(**words, until=show_time(ends, UTC), left=_left(work, ends))], [ends]
    item_ends = timing.item_ends(call, cut.item)
    if cut.item is not None and item_ends is not None:
        labelled_title = labelled(work, cut.item.title, cut.item.label)
        moments.append(item_ends)
        lines.append(
            ITEM.format(
                reference=cut.item.reference, title=labelled_title, until=show_time(item_ends, UTC),
                left=_left(work, item_ends),
            )
        )  # fmt: skip
    elif live.live_of(call).item is None:
        lines.append(OPENING)
    names = ", ".join(f"{n}. {name_of(a.reader, table, brought=False)}" for n, a in enumerate(cut.queue, 1))
    lines.append(QUEUE.format(names=names) if names else NOBODY)
    place = f"{name} {live.place_of(call).token}"
    buttons = (
        Button("Ask for the floor", "q+", name), Button("Next", "next", place), Button("Skip", "skip", place),
        Button("Gate", "gate", name),
    )  # fmt: skip
    return Notice(title, tuple(lines), buttons=buttons, shows=shows, moments=tuple(moments))


def _left(work: Reading, ends: datetime) -> str:
    left = timing.minutes_left(ends, work.now)
    return (LEFT if left > 0 else OVER if left < 0 else UP).format(n=abs(left))


def _tell_withheld(work: Writing, record: Record, readers: Mapping[str, Reader], people: Directory) -> None:
    """Has the secretariat told, once a part and set of people, who keeps the post from saying anything."""
    on = live.current_segment(record.call).id
    less = [u for u, r in readers.items() if not (_is_of_agency(r) and audience.hears(r, record, on, work.now))]
    if not less:
        return
    seats = [c.id for c in people.secretariat]
    work.tell(
        WITHHELD, seats, doors=(Door.SLACK, Door.MAIL), call_id=record.call.id,
        subject=" ".join([on, *sorted(less)[:20]]), until=work.now + WORTH, once=True,
    )  # fmt: skip


def _is_of_agency(reader: Reader) -> bool:
    return reader.secretariat or reader.is_agency


def _entries(work: Writing, errand: Errand, notice: Notice, contact_ids: Sequence[str]) -> list[Exposure]:
    """What the post shows to each who reads the channel, for the ledger, before it leaves."""
    return [
        Exposure(
            work.desk.new_id(), errand.id, contact_id, errand.call_id, Door.SLACK, KIND, errand.subject, 0, work.now,
            shows=notice.shows,
        )
        for contact_id in contact_ids
    ]  # fmt: skip


def compose_withheld(
    work: Reading, errands: Sequence[Errand], contact: Contact, participant: Participant
) -> list[Notice] | None:
    """Who is in the channel and may not read of the part that was on; the secretariat's alone."""
    if not work.reader.secretariat:
        return None
    records = {r.call.id: r for r in calls.many(work.tx, {e.call_id for e in errands if e.call_id})}
    views, people, notices = views_of(work, records.values()), directory.everybody(work.tx), []
    for errand in errands:
        view = views.get(errand.call_id or "")
        if view is None:
            continue
        _, *users = errand.subject.split(" ")
        known = identity.contacts_of(work.tx, users)
        names = [_named(user, known, people) for user in users]
        notices.append(
            Notice(SUBJECT.format(title=view.title), (SAYS, WHO.format(names="; ".join(names)), LEAST))
        )  # fmt: skip
    return notices


def _named(user: str, known: Mapping[str, str], people: Directory) -> str:
    found = person(people, known[user]) if user in known else None
    return found.name if found else STRANGER.format(user=user)


NOTICES: dict[str, Compose] = {WITHHELD: compose_withheld}
