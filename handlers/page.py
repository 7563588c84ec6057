"""Owns the personal page: what awaits its holder, their part of the coming calls, their answer; its look is the web's.

Reading it changes nothing but the secretariat's audit record. Whoever has its address reads what its holder reads,
with their widest hat.
"""

import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot import audience
from bot.agenda import ItemState
from bot.audience import CallView, Record
from bot.bridges import joinable
from bot.burn_down import begins
from bot.confidentiality import Tlp
from bot.errors import Conflict, NotUnderstood
from bot.feed import LONGEST_ALARM, read_alarm
from bot.invitations import Invitation, Rsvp
from bot.item_changes import Change, Do
from bot.participants import ParticipantKind
from handlers.act import act, of_oneself, reading, within
from handlers.action_changes import accept_action, decline_action, mark_done
from handlers.action_views import ActionView
from handlers.agenda_changes import change_item
from handlers.agenda_views import ItemView, PartView, item_view
from handlers.answering import Answered, answer_call
from handlers.desk import Actor, Desk, the_clock
from handlers.links import FEED, Link, enter, known_links, seals
from handlers.named_views import with_calls
from handlers.on_now import OnNow, on_now
from handlers.overview import Overview, gather
from handlers.own_links import wish_for_alarm
from handlers.past import Past, look_back
from handlers.progress import Progress, progress
from handlers.withheld import KEPT, Withheld, strict_labels, withheld
from handlers.work import Reading, Writing
from storage import pages
from storage.tables import LinkPurpose

STALE = "Something changed since that page was opened. Here it is as it stands now: please answer again."
NO_MINUTES = (
    f"Give the minutes before each entry as a whole number, from 1 to {LONGEST_ALARM} (a week), or choose not to."
)
NO_ANSWER = "Answer with one of the three buttons: yes, maybe or no."


@dataclass(frozen=True, slots=True)
class AnswerForm:
    """What the form to answer sends back: the call, its times as they were shown, and the seal of both."""

    call_id: str
    shown: str
    seal: str


@dataclass(frozen=True, slots=True)
class AlarmForm:
    """When calendars ring for what is in the feed (minutes before; None: never), and the seal of the form to change
    it."""

    minutes: int | None
    seal: str


@dataclass(frozen=True, slots=True)
class AskedForm:
    """What the form to answer a question about an item sends back beside its reference: where it stood when it was
    shown, and the seal of both."""

    place: str
    seal: str


@dataclass(frozen=True, slots=True)
class PageCall:
    """A coming call as its reader sees it. Without ``form`` nothing is to be answered; ``join`` once it was mailed, and
    ``open`` while that leads into the call."""

    view: CallView
    running: bool
    parts: tuple[PartView, ...]
    unplaced: tuple[ItemView, ...]
    rsvp: Rsvp | None
    form: AnswerForm | None
    join: str
    open: bool
    on: OnNow | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """All that stands on a page, cut to its holder; ``label``: the strictest of what it shows; ``feed``: an address;
    ``alarm``: of that; ``withheld``: what other doors may not carry; ``seals``: of the form of each open action, by its
    reference; ``asked``: the forms of what is asked about the holder's own items, by theirs; ``past``: what can be read
    of calls that have ended; ``progress``: what became of all actions, for the secretariat alone."""

    name: str
    organisation: str
    agency: bool
    zone: ZoneInfo
    overview: Overview
    calls: tuple[PageCall, ...]
    feed: str
    alarm: AlarmForm
    withheld: tuple[Withheld, ...]
    label: Tlp | None
    seals: Mapping[str, str]
    asked: Mapping[str, AskedForm]
    past: Past
    progress: Progress | None = None


def show_page(desk: Desk, printed: str) -> Page | None:
    """The page that *printed* leads to, as it is now; None for every token that leads nowhere."""
    return _read(desk, the_clock(), printed)


@reading
def _read(work: Reading, printed: str) -> Page | None:
    if not enter(work, printed, LinkPurpose.PAGE):
        return None
    asked = pages.page(
        work.tx, work.reader.contact_id, work.reader.participant_id, strict_labels(work), work.now - KEPT,
        begins(work.now), work.now,
    )  # fmt: skip
    named = with_calls(work, asked.editions)
    found = gather(work, asked.own, named)
    work.shows_closed(*(v.id for _, v in found.ahead))
    links, names = known_links(work, work.reader.contact_id, asked.links), asked.own.names
    calls = tuple(_call(work, printed, r, v, found.copies, links, names) for r, v in found.ahead)
    past = look_back(work, named)
    return Page(
        work.actor.contact.name,
        work.actor.participant.name,
        work.reader.secretariat or work.reader.kind is ParticipantKind.AGENCY,
        work.actor.zone,
        found.overview,
        calls,
        links.get(FEED, ""),
        AlarmForm(asked.alarm, seals(work.desk.settings, "alarm", printed)[0]),
        withheld(work, asked.labelled),
        work.strictest,
        {a.reference: _seals(work, printed, a.reference)[0] for a in found.overview.actions},
        _asked(work, printed, found.overview, calls),
        past,
        progress(work, asked.spans) if work.reader.secretariat else None,
    )


def _call(
    work: Reading, printed: str, record: Record, view: CallView, copies: Sequence[Invitation],
    links: Mapping[Link, str], names: Mapping[str, str],
) -> PageCall:  # fmt: skip
    items = [
        item_view(work, i, record.call, names)
        for i in audience.cut_agenda(work.reader, record, work.now)
        if i.state is ItemState.ACCEPTED
    ]
    parts = tuple(PartView(s, tuple(i for i in items if i.segment_id == s.id)) for s in view.segments)
    placed = {i.reference for part in parts for i in part.items}
    own = [c for c in copies if c.call_id == view.id]
    form = _form(work, printed, view) if own and not audience.is_over(work.reader, record, work.now) else None
    return PageCall(
        view,
        audience.is_on(record, view),
        parts,
        tuple(i for i in items if i.reference not in placed) if view.whole else (),
        own[0].rsvp if own else None,
        form,
        links.get(Link(LinkPurpose.JOIN, view.id), "") if own else "",
        _is_open(work, record, view),
        on_now(work, record, view, items),
    )


def _is_open(work: Reading, record: Record, view: CallView) -> bool:
    """Whether the link to join leads into the call at this moment."""
    heard = [s for s in record.call.segments if view.part(s.id)]
    early = timedelta(minutes=work.desk.procedure.bridges.early_minutes)
    goes_on = audience.goes_on(work.reader, record, work.now)
    return joinable(record.call, heard, work.now, early, goes_on=goes_on) is not None


def _asked(work: Reading, printed: str, overview: Overview, calls: Sequence[PageCall]) -> dict[str, AskedForm]:
    """A form for each item of the holder's own about which something is asked, with the place at which it stands."""
    stands = {i.reference: part.segment.id for call in calls for part in call.parts for i in part.items}
    stands |= {i.reference: call.view.id for call in calls for i in call.unplaced}
    asked = {t.item for t in overview.awaiting if t.item in stands}
    return {it: AskedForm(stands[it], _item_seals(work, printed, it, stands[it])[0]) for it in asked}


def _form(work: Reading, printed: str, view: CallView) -> AnswerForm:
    shown = f"{view.start.isoformat()} {view.end.isoformat()}"
    return AnswerForm(view.id, shown, seals(work.desk.settings, "rsvp", printed, view.id, shown)[0])


_ACTING: Mapping[str, Callable[[Desk, Actor, str], ActionView]] = {
    "accept": accept_action,
    "decline": decline_action,
    "done": mark_done,
}
NO_ACT = "Answer with one of the buttons: accept, decline or done."


def _seals(work: Reading, printed: str, reference: str) -> Sequence[str]:
    return seals(work.desk.settings, "action", printed, reference)


@act
def act_on_page(work: Writing, printed: str, reference: str, seal: str, wish: str) -> bool:
    """The page's holder accepts, declines or closes an action of its organisation, as by the command of that name;
    False where *printed* leads nowhere. Raises Conflict for a form that no page of this holder showed, and as those do.
    """
    if not enter(work, printed, LinkPurpose.PAGE):
        return False
    if not any(hmac.compare_digest(seal.encode(), one.encode()) for one in _seals(work, printed, reference)):
        raise Conflict(STALE)
    if wish not in _ACTING:
        raise NotUnderstood(NO_ACT)
    within(work, _ACTING[wish], reference)
    return True


_ANSWERING: Mapping[str, Do] = {do.value: do for do in (Do.CONFIRM, Do.JOINT, Do.CLOSED)}
NO_ANSWER_ABOUT_ITEM = "Answer with one of the buttons."


def _item_seals(work: Reading, printed: str, reference: str, place: str) -> Sequence[str]:
    return seals(work.desk.settings, "item", printed, reference, place)


@act
def answer_about_item_on_page(work: Writing, printed: str, reference: str, shown: AskedForm, wish: str) -> bool:
    """The page's holder says that its organisation presents its item, or whether it opens it, as ``item ITEM`` does
    with ``confirm``, ``joint`` and ``closed``; False where *printed* leads nowhere.

    Raises Conflict for a form that no page of this holder showed and an item that stands elsewhere by now, and as that
    does.
    """
    if not enter(work, printed, LinkPurpose.PAGE):
        return False
    genuine = _item_seals(work, printed, reference, shown.place)
    if not any(hmac.compare_digest(shown.seal.encode(), one.encode()) for one in genuine):
        raise Conflict(STALE)
    if wish not in _ANSWERING:
        raise NotUnderstood(NO_ANSWER_ABOUT_ITEM)
    within(work, change_item, reference, Change(_ANSWERING[wish], place=shown.place))
    return True


@act
@of_oneself
def answer_on_page(work: Writing, printed: str, form: AnswerForm, answer: Rsvp | None) -> Answered | None:
    """Records the answer of the page's holder to a call, as ``answering`` does for every door; None where *printed*
    leads nowhere.

    Raises Conflict for a form that no page of this holder showed, or that shows a call as it no longer is.
    """
    if not enter(work, printed, LinkPurpose.PAGE):
        return None
    _check(work, form.seal, "rsvp", printed, form.call_id, form.shown)
    if answer is None:
        raise NotUnderstood(NO_ANSWER)
    start, end = (datetime.fromisoformat(moment) for moment in form.shown.split(" "))
    return answer_call(work, answer, None, form.call_id, shown=(start, end))


@act
@of_oneself
def set_alarm_on_page(work: Writing, printed: str, seal: str, wish: str) -> bool:
    """Records when calendars are to ring for the feed of the page's holder: *wish* is minutes, or ``off``. Whether
    *printed* leads anywhere. Raises Conflict for a form that no page of this holder showed."""
    if not enter(work, printed, LinkPurpose.PAGE):
        return False
    _check(work, seal, "alarm", printed)
    try:
        minutes = read_alarm(wish)
    except NotUnderstood as error:
        raise NotUnderstood(NO_MINUTES) from error
    wish_for_alarm(work, minutes)
    return True


def _check(work: Reading, seal: str, *told: str) -> None:
    """Refuses a form whose seal is not of what it *told*."""
    if not any(hmac.compare_digest(seal.encode(), one.encode()) for one in seals(work.desk.settings, *told)):
        raise Conflict(STALE)
