"""Owns what of a planned call reaches people: announcing, moving and cancelling it; the copies are ``invitations``'."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot import calls as rules
from bot.audience import CallView, Record
from bot.calls import Call, CallKind, CallState
from bot.confidentiality import unlabelled
from bot.errors import NotUnderstood
from bot.exposures import NONE_IN_FLIGHT, InFlight
from bot.participants import Contact
from bot.series import Quarter
from bot.text import clean_line
from handlers import quarters
from handlers.act import act, secretariat_only
from handlers.calls import whole_view
from handlers.finding import find_call, name_in, read_call_date, refuse_past
from handlers.invitations import Changes, foresee, settle
from handlers.looking import GO, Weighed, Wish, digest_of, weigh
from handlers.series import as_named, refuse_same_hour
from handlers.steps import drop_steps, replan_steps
from handlers.work import Reading, Writing
from storage import agenda, calls, directory
from storage.calls import Part
from storage.directory import Directory

LONGEST_REASON = 500
LONG_REASON = "That reason has {length} characters, and {most} fit. Shorten it, and send the command again."

WHOSE = Part.LIST | Part.ITEMS | Part.COPIES
"""What says whose calendars show a call, and how."""


@dataclass(frozen=True, slots=True)
class Leaving:
    """What announcing, moving or cancelling does to whom: people by change, organisations by short name.

    ``quiet``: the call is a draft, so nobody is told. ``digest`` tells whether it is still so. ``weighed``: whether it
    was done, or shown first. ``uncovered``: the quarters that stay without a call.
    """

    view: CallView
    name: str
    kind: CallKind
    invited: int
    changed: int
    withdrawn: int
    organisations: tuple[str, ...]
    quiet: bool
    digest: str
    uncovered: tuple[Quarter, ...] = ()
    weighed: Weighed = GO
    in_flight: InFlight = NONE_IN_FLIGHT


@act
def announce_call(work: Writing, asked: str, wish: Wish | None = None) -> Leaving:
    """Announces a draft, named by its date or title (the earliest draft of that title): the attending contacts of the
    Agencies invited get their invitations at once; representatives hear nothing before approval (B.3).

    With a *wish* it is looked at before it leaves. Raises NotFound for a call that is not there, Conflict for one that
    is no draft or whose time went by.
    """
    secretariat_only(work, "announce a call")
    after, name = _announced(work, asked)
    people = directory.everybody(work.tx)
    changes = foresee(work, after, people)
    leaving = _leaving(work, after, name, changes, people)
    weighed = weigh(work, wish, leaving.digest)
    if not weighed.go:
        return replace(leaving, weighed=weighed)
    calls.update_call(work.tx, after.call.id, state=CallState.ANNOUNCED, announced_at=work.now)
    agenda.come_out(work.tx, after.call.id)
    settle(work, after, people=people, changes=changes)
    work.record("call.announce", name, title=after.call.title, invited=len(changes.invited))
    work.can_be_undone("call.announce", after.call.id)
    return leaving


def _announced(work: Reading, asked: str) -> tuple[Record, str]:
    """The call as it is once announced, and its name."""
    record, name = _draft_titled(work, asked) or _found(work, asked)
    call = rules.announced(record.call)
    refuse_past(call.start, work.now)
    return replace(record, call=call), name


def _found(work: Reading, asked: str) -> tuple[Record, str]:
    record, view = find_call(work, asked, WHOSE)
    return record, view.name


def _draft_titled(work: Reading, asked: str) -> tuple[Record, str] | None:
    """The earliest draft ahead with that title, and its name; None where *asked* is a date, or names none."""
    wanted = asked.strip().strip('"“”„«»').strip().casefold()
    if wanted in ("", "next", "last") or read_call_date(wanted)[0] is not None:
        return None
    ahead = calls.upcoming(work.tx, work.now, WHOSE, drafts=True)
    drafts = (r.call for r in ahead if r.call.state is CallState.DRAFT and r.call.title.casefold() == wanted)
    named = {r.call.id: (r, name_in(r.call.start, [o.call for o in ahead], r.call.id)) for r in ahead}
    return next((named[call.id] for call in drafts), None)


@act
def move_call(work: Writing, asked: str, to: datetime, wish: Wish | None = None) -> Leaving:
    """Moves a call to *to* (UTC); who was told the earlier date can still name the call by it.

    With a *wish* it is looked at before it leaves; a draft moves at once. Raises Conflict for a moment gone by, for a
    call that runs, was held or cancelled, and for an hour that another call has.
    """
    secretariat_only(work, "move a call")
    record, _ = find_call(work, asked, WHOSE | Part.STEPS)
    refuse_past(to, work.now)
    before, call = record.call, rules.moved(record.call, to)
    near = [n for n in quarters.planned(work, to) if n.id != call.id]
    refuse_same_hour(call, near, work)
    near = sorted([*near, as_named(call)], key=lambda n: n.start)
    name = name_in(to, near, call.id)
    after = replace(record, call=call)
    people, changes = _who_is_told(work, before, after)
    leaving = replace(_leaving(work, after, name, changes, people), uncovered=quarters.uncovered(near, work.now))
    weighed = GO if leaving.quiet else weigh(work, wish, leaving.digest)
    if not weighed.go:
        return replace(leaving, weighed=weighed)
    calls.update_call(work.tx, call.id, start=to)
    replan_steps(work, call, record.steps or ())
    if not leaving.quiet:
        calls.remember_earlier_date(work.tx, call.id, before.start, work.now)
        settle(work, after, people=people, changes=changes)
    work.record("call.move", name, title=call.title, before=before.start, after=to)
    work.can_be_undone("call.move", call.id)
    return leaving


@act
def cancel_call(work: Writing, asked: str, because: str = "", wish: Wish | None = None) -> Leaving:
    """Cancels a call; a draft vanishes without a word. *because* is for the Agencies invited, whose mail says it.

    What stood on its agenda is deferred, so that it comes back on the next call's. With a *wish* it is looked at before
    it leaves. Raises Conflict for a call that runs, was held or is cancelled, NotUnderstood for a reason too long.
    """
    secretariat_only(work, "cancel a call")
    reason = unlabelled(clean_line(because))
    if len(reason) > LONGEST_REASON:
        raise NotUnderstood(LONG_REASON.format(length=len(reason), most=LONGEST_REASON))
    record, _ = find_call(work, asked, WHOSE)
    before, call = record.call, rules.cancelled(record.call)
    near = quarters.planned(work, before.start)
    name = name_in(before.start, near, before.id)
    left = quarters.uncovered([n for n in near if n.id != before.id], work.now)
    after = replace(record, call=call)
    people, changes = _who_is_told(work, before, after)
    quiet = before.state is CallState.DRAFT
    leaving = replace(_leaving(work, after, name, changes, people), quiet=quiet, uncovered=left)
    weighed = GO if quiet else weigh(work, wish, leaving.digest)
    if not weighed.go:
        return replace(leaving, weighed=weighed)
    calls.cancel_calls(work.tx, [call.id], reason)
    calls.free_items(work.tx, [call.id])
    drop_steps(work, call)
    if not quiet:
        settle(work, after, people=people, changes=changes)
    work.record("call.cancel", name, title=call.title, because=reason)
    work.can_be_undone("call.cancel", call.id)
    return leaving


def _who_is_told(work: Reading, before: Call, after: Record) -> tuple[Directory, Changes]:
    """Everybody, and whose calendars change; nobody's for a draft."""
    if before.state is CallState.DRAFT:
        return Directory((), ()), Changes()
    people = directory.everybody(work.tx)
    return people, foresee(work, after, people)


def _leaving(work: Reading, after: Record, name: str, changes: Changes, people: Directory) -> Leaving:
    short = {p.id: p.short_name for p in people.participants}
    return Leaving(
        view=whole_view(work, after),
        name=name,
        kind=after.call.kind,
        invited=len(changes.invited),
        changed=len(changes.updated) + len(changes.narrowed),
        withdrawn=len(changes.withdrawn),
        organisations=tuple(sorted({short[c.participant_id] for c in changes.everybody})),
        quiet=after.call.state is CallState.DRAFT,
        digest=digest_of(call=after.call, told=_by_change(changes)),
    )


def _by_change(changes: Changes) -> tuple[tuple[str, ...], ...]:
    def ids(contacts: tuple[Contact, ...]) -> tuple[str, ...]:
        return tuple(sorted(c.id for c in contacts))

    return ids(changes.invited), ids(changes.updated), ids(changes.narrowed), ids(changes.withdrawn)
