"""Owns sending a call's list round and approving it, name by name; putting names on it is ``attendees``'s, what is told
of it ``circulation_letters``'."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot import audience
from bot.attendees import Admission, approve, is_over, to_approve, to_circulate
from bot.audience import CallView, Record
from bot.calls import CallState
from bot.errors import Conflict
from bot.participants import Contact
from bot.procedure import window_end
from bot.silence import unasked
from bot.when import show
from handlers.act import act, reading, secretariat_only
from handlers.changed_lists import hearers
from handlers.finding import call_of, find_call, refuse_past
from handlers.gaps import tell_gaps
from handlers.invitations import Changes, settle
from handlers.looking import GO, Weighed, Wish, digest_of, weigh
from handlers.naming import Name, kinds_of, named_or_at, names
from handlers.steps import wait_for_window
from handlers.work import Reading, Writing
from storage import attendees as rows
from storage import calls, directory, queue
from storage.calls import Part
from storage.directory import Directory
from storage.mailings import told_too_late
from storage.tables import Door

KIND = "circulation"

A_DRAFT = "“{title}” is a draft, and no Agency knows of it yet. Announce it first: `/lap announce {date}`."
OVER = "“{title}” is over, so its list stays as it is. `/lap calls` lists what is planned."
NONE_ON_LIST = "Nobody is on the list of {title} yet. Put somebody on it first: `/lap admit WHO to {date}`."
ALL_CIRCULATED = (
    "No name on the list of {title} waits to be sent round: each that can be has been. `/lap approve {date}` is next."
)
NONE_TO_APPROVE = "Nobody on the list of {title} waits for approval. `/lap attendees {date}` shows how it stands."
CIRCULATE_FIRST = (
    "No name that waits on the list of {title} was circulated yet, and approval follows circulation (Plan B.3). "
    "Send it round first: `/lap circulate {date}`."
)
WINDOW_OPEN = (
    "The Agencies may object until {ends}. To approve before that, send the same line with `early` at its end, as in "
    "`/lap approve {date} early`; that it was early is recorded."
)
TOLD_TOO_LATE = (
    "Word of these names left only after the time to object had ended, or has not left yet, for {agencies}: that "
    "silence says nothing. To approve all the same, send the same line with `early` at its end, as in "
    "`/lap approve {date} early`; that it was early is recorded."
)


class WindowOpen(Conflict):
    """Approval without ``early`` before the window's end, or where an Agency was told of it only afterwards."""


@dataclass(frozen=True, slots=True)
class Circulating:
    """What goes round: the names, how many people of how many Agencies are told, and the window's end (UTC).

    ``late``: the window ends after the call begins.
    """

    call: CallView
    names: tuple[Name, ...]
    agencies: int
    people: int
    ends_at: datetime
    late: bool
    weighed: Weighed = GO


@dataclass(frozen=True, slots=True)
class _Round:
    record: Record
    new: tuple[Admission, ...]
    told: tuple[Contact, ...]
    shown: Circulating


@act
def circulate(work: Writing, call: str | None, until: datetime | None, wish: Wish | None = None) -> Circulating:
    """Sends the Agencies invited every name that they were not told of (S; barrier.md, Who comes 2).

    The window ends *until* (UTC), else after the procedure's working days. Names added later go round alone, with a
    window of their own; the list may be approved once the last has ended. An Agency is told of the parts that it may
    hear, and of nothing where it hears none of them, neither of its window. With a *wish* it is looked at before it
    leaves.
    """
    going = _round(work, call, until)
    shown = going.shown
    weighed = weigh(work, wish, digest_of(names=shown.names, told=(shown.agencies, shown.people), until=until))
    if not weighed.go:
        return replace(shown, weighed=weighed)
    record, before = going.record, going.record.list
    last = max(shown.ends_at, before.window_ends_at or shown.ends_at)
    # Two rounds never share a moment: what one errand is about is told by it.
    moment = _after(before.circulated_at, work.now)
    rows.mark_circulated(work.tx, {(a.segment_id, a.contact_id) for a in going.new}, moment, going.shown.ends_at)
    calls.update_call(
        work.tx, record.call.id, list_circulated_at=moment, list_window_ends_at=last
    )  # fmt: skip
    wait_for_window(work, record.call.id, last)
    work.tell(
        KIND,
        [c.id for c in going.told],
        doors=(Door.MAIL, Door.SLACK),
        call_id=record.call.id,
        subject=moment.isoformat(),
    )
    work.record("circulate", record.call.id, names=_places(going.new), until=going.shown.ends_at)
    return going.shown


def _after(earlier: datetime | None, now: datetime) -> datetime:
    """*now*, but after *earlier*."""
    return now if earlier is None else max(now, earlier + timedelta(microseconds=1))


def _round(work: Reading, call: str | None, until: datetime | None) -> _Round:
    secretariat_only(work, "circulate a call's list")
    record, view = find_call(work, call, Part.LIST)
    _refuse_unready(work, record, view)
    if until is not None:
        refuse_past(until, work.now)
    people = directory.everybody(work.tx)
    new = to_circulate(record, kinds_of(people), work.now)
    if not new:
        says = ALL_CIRCULATED if record.admissions else NONE_ON_LIST
        raise Conflict(says.format(title=view.title, date=view.name))
    ends = until or window_end(work.now, work.desk.procedure.circulation.working_days)
    told = hearers(work, record, {a.segment_id for a in new}, people)
    agencies = len({c.participant_id for c in told})
    shown = Circulating(view, names(view, new, people), agencies, len(told), ends, ends > view.start)
    return _Round(record, new, tuple(told), shown)


def _refuse_unready(work: Reading, record: Record, view: CallView) -> None:
    if is_over(record.call, work.now):
        raise Conflict(OVER.format(title=record.call.title))
    if record.call.state is CallState.DRAFT:
        raise Conflict(A_DRAFT.format(title=record.call.title, date=view.name))


def _places(admissions: Sequence[Admission]) -> list[list[str]]:
    return [[a.contact_id, a.segment_id] for a in admissions]


@dataclass(frozen=True, slots=True)
class Approving:
    """What approval does: who is invited, who is left out by name, who was not circulated or is objected to.

    ``early``: before the window's end (``window_ends_at``, UTC), or where Agencies (``late``: short names) were told of
    the names only after it.
    """

    call: CallView
    names: tuple[Name, ...]
    excepted: tuple[Name, ...]
    uncirculated: tuple[Name, ...]
    objected: tuple[Name, ...]
    early: bool
    window_ends_at: datetime | None
    late: tuple[str, ...] = ()
    weighed: Weighed = GO


@dataclass(frozen=True, slots=True)
class _Approval:
    record: Record
    new: tuple[Admission, ...]
    people: Directory
    shown: Approving


@reading
def look_at_choice(work: Reading, call_id: str) -> Approving:
    """Who can be approved, for a form to choose from; whether it would be early is told and refuses nothing yet."""
    secretariat_only(work, "approve a call's list")
    work.shows_closed(call_id)
    return _approval(work, *call_of(work, call_id, Part.LIST), (), None, early=True).shown


@act
def approve_list(
    work: Writing,
    call: str | None,
    excepted: Sequence[str] = (),
    as_at: Sequence[str] = (),
    *,
    early: bool = False,
    wish: Wish | None = None,
) -> Approving:
    """Approves the names circulated and barred by nobody, but for those *excepted* and those who were at the calls
    *as_at*, and invites them at once (S; Who comes 3). With a *wish* it is looked at before it leaves.

    Raises WindowOpen without *early* before the window's end, and where an Agency was told only after it: silence is
    that of who was asked.
    """
    secretariat_only(work, "approve a call's list")
    found = find_call(work, call, Part.LIST | Part.UNTOLD)
    approval = _approval(work, *found, excepted, None, early=early, as_at=as_at)
    shown = approval.shown
    # Without a wish nobody was shown what it is to be compared with.
    state = digest_of(names=shown.names, excepted=shown.excepted, early=shown.early) if wish else ""
    weighed = weigh(work, wish, state)
    return _approve(work, approval) if weighed.go else replace(shown, weighed=weighed)


@act
def approve_chosen(
    work: Writing, call_id: str, contact_ids: Collection[str], *, shown_at: datetime | None = None, early: bool = False
) -> Approving:
    """Approves exactly those people of the names that can be, as ``approve_list`` does; of them nothing that was sent
    round after the form was shown (UTC), which nobody has looked at."""
    secretariat_only(work, "approve a call's list")
    found = call_of(work, call_id, Part.LIST | Part.UNTOLD)
    return _approve(work, _approval(work, *found, (), frozenset(contact_ids), early=early, shown_at=shown_at))


def _approval(
    work: Reading,
    record: Record,
    view: CallView,
    excepted: Sequence[str],
    chosen: frozenset[str] | None,
    *,
    early: bool,
    as_at: Sequence[str] = (),
    shown_at: datetime | None = None,
) -> _Approval:
    _refuse_unready(work, record, view)
    people = directory.everybody(work.tx)
    ready = to_approve(record, kinds_of(people), work.now)
    without = named_or_at(work, excepted, as_at, people)
    out = {
        a.contact_id
        for a in ready
        for who in without
        if (a.contact_id == who.contact.id if who.contact else a.participant_id == who.participant.id)
    }
    new = tuple(
        a
        for a in ready
        if a.contact_id not in out
        and (chosen is None or a.contact_id in chosen)
        and (shown_at is None or a.circulated_at is None or a.circulated_at <= shown_at)
    )
    waiting = to_circulate(record, kinds_of(people), work.now)
    said = {"title": view.title, "date": view.name}
    if not new:
        raise Conflict((CIRCULATE_FIRST if waiting and not ready else NONE_TO_APPROVE).format(**said))
    ends = record.list.window_ends_at
    open_still = ends is not None and work.now < ends
    if ends is not None and open_still and not early:
        raise WindowOpen(WINDOW_OPEN.format(ends=show(ends, work.actor.zone), date=said["date"]))
    late = [] if open_still or ends is None else told_too_late(work.tx, KIND, record.call.id, _rounds(new), ends)
    if late and not early:
        raise WindowOpen(TOLD_TOO_LATE.format(agencies=unasked(late), date=said["date"]))
    barred = [a for a in record.admissions if audience.is_barred(record, a, work.now)]
    chosen_places = {(a.segment_id, a.contact_id) for a in new}
    shown = Approving(
        view,
        names(view, new, people),
        names(view, [a for a in ready if (a.segment_id, a.contact_id) not in chosen_places], people),
        names(view, waiting, people),
        names(view, barred, people),
        open_still or bool(late),
        ends,
        tuple(late),
    )
    return _Approval(record, new, people, shown)


def _rounds(new: Sequence[Admission]) -> set[str]:
    """What the errands are about with which those names were sent round."""
    return {at.isoformat() for at in {a.circulated_at for a in new} if at is not None}


def _approve(work: Writing, approval: _Approval) -> Approving:
    record, new = approval.record, approval.new
    places = {(a.segment_id, a.contact_id) for a in new}
    # Nor do two approvals: what changed since is told by it.
    moment = _after(record.list.approved_at, work.now)
    rows.mark_approved(work.tx, places, work.now)
    calls.update_call(
        work.tx,
        record.call.id,
        list_approved_at=moment,
        list_early=record.list.early or approval.shown.early,
    )
    after = replace(record, admissions=approve(record.admissions, places, work.now))
    invited = {a.contact_id for a in new}
    if record.call.running:  # who was taken off the list while they waited for the floor does not wait any more
        queue.drop_of(work.tx, record.call.id, invited)
    settle(work, after, changes=Changes(invited=tuple(c for c in approval.people.everyone if c.id in invited)))
    tell_gaps(work, [(record, after)], approval.people)
    work.record("approve", record.call.id, names=_places(new), early=approval.shown.early)
    return approval.shown
