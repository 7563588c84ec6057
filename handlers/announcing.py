"""Owns what of a planned call reaches people: announcing, moving and cancelling it; the copies are ``invitations``'."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from bot import calls as rules
from bot.audience import CallView, Record
from bot.calls import Call, CallState
from bot.errors import NotUnderstood
from bot.participants import Contact
from bot.series import Quarter
from bot.text import clean_line
from handlers import quarters
from handlers.calls import KNOWN, whole_view
from handlers.desk import Reading, Writing, act, reading, secretariat_only
from handlers.finding import find_call, name_as_asked, name_in, read_call_date, refuse_past
from handlers.invitations import Changes, foresee, settle
from handlers.looking import digest_of
from handlers.series import as_named, refuse_same_hour
from handlers.steps import drop_steps, replan_steps
from storage import calls, directory
from storage.calls import Named
from storage.directory import Directory

LONGEST_REASON = 500
LONG_REASON = "That reason has {length} characters, and {most} fit. Shorten it, and send the command again."


@dataclass(frozen=True, slots=True)
class Leaving:
    """What announcing, moving or cancelling does to whom: people by change, organisations by short name.

    ``quiet``: the call is a draft, so nobody is told. ``digest`` tells whether it is still so.
    """

    view: CallView
    name: str
    to: datetime | None
    invited: int
    changed: int
    withdrawn: int
    organisations: tuple[str, ...]
    uncovered: tuple[Quarter, ...]
    quiet: bool
    digest: str


@reading
def look_at_announcing(work: Reading, asked: str) -> Leaving:
    """Whom announcing the call would invite. Raises what ``announce_call`` raises."""
    secretariat_only(work, "announce a call")
    after, name = _announced(work, asked)
    people = directory.everybody(work.tx)
    return _leaving(work, after, name, None, foresee(work, after, people), people, quarters.planned(work))


@act
def announce_call(work: Writing, asked: str) -> Leaving:
    """Announces a draft, named by its date or title (the earliest draft of that title): the attending contacts of the
    Agencies invited get their invitations at once; representatives hear nothing before approval (B.3).

    Raises NotFound for a call that is not there, Conflict for one that is no draft or whose time went by.
    """
    secretariat_only(work, "announce a call")
    after, name = _announced(work, asked)
    people = directory.everybody(work.tx)
    calls.update_call(work.tx, after.call.id, state=CallState.ANNOUNCED, announced_at=work.now)
    changes = settle(work, after, people=people)
    work.record("call.announce", name, title=after.call.title, invited=len(changes.invited))
    return _leaving(work, after, name, None, changes, people, quarters.planned(work))


def _announced(work: Reading, asked: str) -> tuple[Record, str]:
    """The call as it is once announced, and its name."""
    record = _draft_titled(work, asked) or find_call(work, asked, KNOWN)[0]
    call = rules.announced(record.call)
    refuse_past(call.start, work.now)
    return replace(record, call=call), name_as_asked(asked, call.start)


def _draft_titled(work: Reading, asked: str) -> Record | None:
    """The earliest draft ahead with that title; None where *asked* is a date, or names none."""
    wanted = asked.strip().strip('"“”„«»').strip().casefold()
    if wanted in ("", "next", "last") or read_call_date(wanted)[0] is not None:
        return None
    ahead = calls.upcoming(work.tx, work.now, KNOWN, drafts=True)
    return next((r for r in ahead if r.call.state is CallState.DRAFT and r.call.title.casefold() == wanted), None)


@reading
def look_at_moving(work: Reading, asked: str, to: datetime) -> Leaving:
    """Whom moving the call to *to* (UTC) would tell. Raises what ``move_call`` raises."""
    secretariat_only(work, "move a call")
    _, after, near = _moved(work, asked, to)
    people = directory.everybody(work.tx)
    name = name_in(after.call.start, near, after.call.id)
    return _leaving(work, after, name, to, foresee(work, after, people), people, near)


@act
def move_call(work: Writing, asked: str, to: datetime) -> Leaving:
    """Moves a call to *to* (UTC); who was told the earlier date can still name the call by it.

    Raises Conflict for a moment gone by, for a call that runs, was held or cancelled, and for an hour that another has.
    """
    secretariat_only(work, "move a call")
    before, after, near = _moved(work, asked, to)
    call = after.call
    calls.update_call(work.tx, call.id, start=to)
    replan_steps(work, call)
    people, changes = directory.everybody(work.tx), Changes()
    if call.state is CallState.ANNOUNCED:
        calls.remember_earlier_date(work.tx, call.id, before.start, work.now)
        changes = settle(work, after, people=people)
    name = name_in(to, near, call.id)
    work.record("call.move", name, title=call.title, before=before.start, after=to)
    return _leaving(work, after, name, to, changes, people, near)


def _moved(work: Reading, asked: str, to: datetime) -> tuple[Call, Record, list[Named]]:
    """The call as it is, as it is once moved, and the calls that names are told apart by then."""
    record, _ = find_call(work, asked, KNOWN)
    refuse_past(to, work.now)
    after = rules.moved(record.call, to)
    near = [n for n in quarters.planned(work, to) if n.id != after.id]
    refuse_same_hour(after, near, work)
    near = sorted([*near, as_named(after)], key=lambda n: n.start)
    return record.call, replace(record, call=after), near


@reading
def look_at_cancelling(work: Reading, asked: str) -> Leaving:
    """Whom cancelling the call would tell. Raises what ``cancel_call`` raises."""
    secretariat_only(work, "cancel a call")
    before, after, name, near = _cancelled(work, asked)
    people = directory.everybody(work.tx)
    changes = foresee(work, after, people)
    return _leaving(work, after, name, None, changes, people, near, quiet=before.state is CallState.DRAFT)


@act
def cancel_call(work: Writing, asked: str, because: str = "") -> Leaving:
    """Cancels a call; a draft vanishes without a word. *because* is for the Agencies invited, whose mail says it.

    What stood on its agenda is deferred, so that it comes back on the next call's.
    Raises Conflict for a call that runs, was held or is cancelled, NotUnderstood for a reason that is too long.
    """
    secretariat_only(work, "cancel a call")
    reason = clean_line(because)
    if len(reason) > LONGEST_REASON:
        raise NotUnderstood(LONG_REASON.format(length=len(reason), most=LONGEST_REASON))
    before, after, name, near = _cancelled(work, asked)
    calls.cancel_calls(work.tx, [before.id], reason)
    calls.free_items(work.tx, [before.id])
    drop_steps(work, after.call)
    people = directory.everybody(work.tx)
    changes = settle(work, after, people=people) if before.state is CallState.ANNOUNCED else Changes()
    work.record("call.cancel", name, title=before.title, because=reason)
    return _leaving(work, after, name, None, changes, people, near, quiet=before.state is CallState.DRAFT)


def _cancelled(work: Reading, asked: str) -> tuple[Call, Record, str, list[Named]]:
    """The call as it is, as it is once cancelled, its name, and the calls that are left."""
    record, _ = find_call(work, asked, KNOWN)
    after = replace(record, call=rules.cancelled(record.call))
    near = quarters.planned(work, record.call.start)
    name = name_in(record.call.start, near, record.call.id)
    return record.call, after, name, [n for n in near if n.id != record.call.id]


def _leaving(
    work: Reading, after: Record, name: str, to: datetime | None, changes: Changes, people: Directory,
    near: Collection[Named], *, quiet: bool | None = None,
) -> Leaving:  # fmt: skip
    short = {p.id: p.short_name for p in people.participants}
    return Leaving(
        view=whole_view(work, after),
        name=name,
        to=to,
        invited=len(changes.invited),
        changed=len(changes.updated) + len(changes.narrowed),
        withdrawn=len(changes.withdrawn),
        organisations=tuple(sorted({short[c.participant_id] for c in changes.everybody})),
        uncovered=quarters.uncovered(near, work.now),
        quiet=after.call.state is CallState.DRAFT if quiet is None else quiet,
        digest=digest_of(after.call, _by_change(changes)),
    )


def _by_change(changes: Changes) -> tuple[tuple[str, ...], ...]:
    def ids(contacts: tuple[Contact, ...]) -> tuple[str, ...]:
        return tuple(sorted(c.id for c in contacts))

    return ids(changes.invited), ids(changes.updated), ids(changes.narrowed), ids(changes.withdrawn)
