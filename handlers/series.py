"""Owns call series: planning a year at once, keeping it filled, ending it; single calls are ``calls``'."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot import audience
from bot.audience import CallView, Record
from bot.calls import Call, CallKind, CallState, check_minutes, read_title
from bot.errors import Conflict, NotFound
from bot.exposures import NONE_IN_FLIGHT, InFlight
from bot.notices import Notice
from bot.participants import Contact, Participant, Role
from bot.series import Cadence, CallSeries, Hours, Occurrence, Quarter, hours_for, still_to_draft, widest_hours
from bot.templates import segments_of
from bot.when import first_reading, readings, show
from bot.zones import zone_of
from handlers import quarters
from handlers.act import act, reading, secretariat_only
from handlers.finding import name_in, refuse_past
from handlers.invitations import KIND as INVITATION
from handlers.looking import GO, Weighed, Wish, digest_of, weigh
from handlers.standing import plan_items
from handlers.steps import drop_steps, plan_steps
from handlers.work import Reading, Writing
from storage import calls, directory
from storage import series as rows
from storage.calls import Named
from storage.outbox import Errand
from storage.series import Planned

KIND = "series"

TAKEN = "There is a series “{title}” already. Give this one another title, or end that one: `/lap series end {title}`."
UNKNOWN = "There is no running series “{asked}”. The running ones: {titles}. Name one by its title."
NONE_RUNS = "No series is running. `/lap series add` plans a year of calls at once."
SAME_HOUR = "{when} is taken: “{title}” starts in that hour (UTC). Choose another hour, so that both can be named."
SHIFTED = "A call of “{title}” was drafted at another hour"
SHIFTED_WORDS = (
    "Clocks skip {local} in {zone} on {day}, so that call of “{title}” starts at the first time that exists: {when}. "
    "Nobody has been told of it yet. To choose another time: `/lap call move {name} to {day} HH:MM {zone}`."
)
TAKEN_WORDS = (
    "Another call starts in the hour of {local} in {zone} on {day}, so that call of “{title}” was drafted for the next "
    "free one: {when}. Nobody has been told of it yet. To choose another time: `/lap call move {name} to {day} HH:MM "
    "{zone}`; where the other one is meant in its place, `/lap call cancel {name}`."
)


@dataclass(frozen=True, slots=True)
class Day:
    """One call of a series as drafted: ``earliest`` and ``latest`` are its start on the members' clocks."""

    name: str
    start: datetime
    shifted: bool
    earliest: datetime
    latest: datetime


@dataclass(frozen=True, slots=True)
class Night:
    """A zone in which a call of the series runs between 22:00 and 06:00, and the short names of who sits there."""

    hours: Hours
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Year:
    """What a new series asks of people's clocks, and the quarters that stay without a call."""

    series: CallSeries
    days: tuple[Day, ...]
    nights: tuple[Night, ...]
    uncovered: tuple[Quarter, ...]


@act
def add_series(work: Writing, cadence: Cadence, title: str, first: datetime, zone: ZoneInfo, minutes: int) -> Year:
    """Drafts a year of calls at once, *first* the earliest, at its wall time in *zone* (A.3). Nobody is told.

    *first* is a moment (UTC), or, naive, the wall time itself: where a change of clocks skips or repeats that on the
    first day, too, the call is at the first moment that there is then, and the series keeps its hour.

    Raises NotUnderstood for a title or a length that cannot be used, Conflict for a date gone by, a title that a
    running series has, or an hour that another call has.
    """
    secretariat_only(work, "plan a series")
    title = read_title(title)
    check_minutes(minutes)
    local = first.astimezone(zone).replace(tzinfo=None, fold=0) if first.tzinfo else first
    refuse_past(first_reading(local, zone), work.now)
    if any(s.title.casefold() == title.casefold() for s in rows.running(work.tx)):
        raise Conflict(TAKEN.format(title=title))
    at = time(local.hour, local.minute)
    series = CallSeries(work.desk.new_id(), title, cadence, local.date(), at, str(zone), minutes)
    due = still_to_draft(series, work.now)
    near = quarters.planned(work, *(o.start for o in due))
    drafts = [_draft(work, series, o) for o in due]
    for draft in drafts:
        refuse_same_hour(draft, near, work)
    series = replace(series, drafted_until=due[-1].local_date)
    rows.add(work.tx, series)
    calls.insert_calls(work.tx, drafts, work.now)
    plan_steps(work, *drafts)
    plan_items(work, *drafts)
    work.can_be_undone("series.add", series.id)
    work.record("series.add", title, cadence=cadence, starts=[d.start for d in drafts], zone=str(zone), minutes=minutes)
    named = sorted([*near, *map(as_named, drafts)], key=lambda n: n.start)
    return _year(work, series, drafts, due, named)


def _draft(work: Writing, series: CallSeries, occurrence: Occurrence) -> Call:
    parts = segments_of(work.desk.procedure.templates.parts(CallKind.MEMBERS), series.minutes, work.desk.new_id)
    return Call(
        work.desk.new_id(), series.title, CallKind.MEMBERS, CallState.DRAFT, occurrence.start, parts,
        series_id=series.id,
    )  # fmt: skip


def _year(
    work: Writing, series: CallSeries, drafts: Sequence[Call], due: Sequence[Occurrence], named: Sequence[Named]
) -> Year:
    clocks = directory.agencies_clocks(work.tx)
    zones = sorted({zone for _, zone in clocks}) or [series.zone]
    starts = [d.start for d in drafts]
    nights = [
        Night(hours, tuple(member for member, zone in clocks if zone == hours.zone))
        for hours in hours_for(starts, zones, minutes=series.minutes)
        if hours.night
    ]
    days = [
        Day(name_in(d.start, named, d.id), d.start, o.shifted, *widest_hours(d.start, zones))
        for d, o in zip(drafts, due, strict=True)
    ]
    return Year(series, tuple(days), tuple(nights), quarters.uncovered(named, work.now))


def as_named(call: Call) -> Named:
    """*call* as it stands among the calls that names are told apart by."""
    return Named(call.id, call.title, call.start, call.state)


def refuse_same_hour(call: Call, near: Sequence[Named], work: Reading) -> None:
    """Raises Conflict where another call starts in the same hour (UTC): a date and an hour name one call."""
    for other in near:
        if other.id != call.id and _hour(other.start) == _hour(call.start):
            raise Conflict(SAME_HOUR.format(when=show(call.start, work.actor.zone), title=other.title))


def _hour(start: datetime) -> str:
    return f"{start:%Y-%m-%dT%H}"


@dataclass(frozen=True, slots=True)
class Running:
    """A running series with its calls that lie ahead, earliest first: (name, start, state)."""

    series: CallSeries
    ahead: tuple[tuple[str, datetime, CallState], ...]


@reading
def list_series(work: Reading) -> tuple[Running, ...]:
    """The running series; the secretariat's alone, since drafts are (A.3)."""
    secretariat_only(work, "see the series")
    running = rows.running(work.tx)
    ahead = calls.ahead_of_series(work.tx, [s.id for s in running], work.now)
    among = [n for of_one in ahead.values() for n in of_one]
    return tuple(
        Running(s, tuple((name_in(n.start, among, n.id), n.start, n.state) for n in ahead.get(s.id, ())))
        for s in running
    )


@dataclass(frozen=True, slots=True)
class Ending:
    """What ending a series does: the drafts that vanish, the announced calls that are cancelled, and how many people's
    invitations are withdrawn. ``weighed``: whether it was done, or shown first."""

    series: CallSeries
    drafts: tuple[CallView, ...]
    announced: tuple[CallView, ...]
    people: int
    organisations: tuple[str, ...]
    uncovered: tuple[Quarter, ...]
    digest: str
    weighed: Weighed = GO
    in_flight: InFlight = NONE_IN_FLIGHT


@act
def end_series(work: Writing, title: str, wish: Wish | None = None) -> Ending:
    """Ends the rule and cancels its later calls: drafts without a word, announced ones with a mail to who was invited.

    A call of it that is running or whose time has come stays. With a *wish* it is looked at before it mails anybody.
    Raises NotFound where no series of that title runs.
    """
    secretariat_only(work, "end a series")
    planned = rows.running_and_named(work.tx, *quarters.watched(work.now))
    series = _find(planned.running, title)
    later = [
        r.call for r in calls.of_series(work.tx, series.id)
        if r.call.start > work.now and not r.call.ended and not r.call.running
    ]  # fmt: skip
    ids = [c.id for c in later]
    held = {i: sorted({h.contact_id for h in planned.holders if h.call_id == i}) for i in ids}
    ending = _ending(work, series, later, planned)
    weighed = weigh(work, wish, ending.digest) if ending.announced else GO
    if not weighed.go:
        return replace(ending, weighed=weighed)
    rows.end(work.tx, series.id, work.now)
    calls.cancel_calls(work.tx, ids)
    calls.free_items(work.tx, ids)
    drop_steps(work, *later)
    for call_id, holders in held.items():
        work.tell(INVITATION, holders, call_id=call_id, subject=call_id, first=True)
        work.narrow(holders, call_id)
    work.record("series.end", series.title, cancelled=[c.start for c in later])
    work.can_be_undone("series.end", series.id)
    return ending


def _ending(work: Reading, series: CallSeries, later: Sequence[Call], planned: Planned) -> Ending:
    views = [(c.state, v) for c in later if (v := audience.cut_call(work.reader, Record(c), work.now))]
    gone = {c.id for c in later}
    told = [h for h in planned.holders if h.call_id in gone]
    people = sorted({h.contact_id for h in told})
    return Ending(
        series,
        tuple(v for state, v in views if state is CallState.DRAFT),
        tuple(v for state, v in views if state is CallState.ANNOUNCED),
        len(people),
        tuple(sorted({h.organisation for h in told})),
        quarters.uncovered([n for n in planned.calls if n.id not in gone], work.now),
        digest_of(call=later, told=people),
    )


def _find(running: Sequence[CallSeries], title: str) -> CallSeries:
    wanted = title.strip().strip('"“”„«»').strip().casefold()
    found = next((s for s in running if s.title.casefold() == wanted), None)
    if found is None:
        titles = ", ".join(f"“{s.title}”" for s in running)
        raise NotFound(UNKNOWN.format(asked=title.strip(), titles=titles) if running else NONE_RUNS)
    return found


@act
def fill_all_series(work: Writing) -> tuple[Call, ...]:
    """Keeps twelve months of every running series drafted; see ``fill_series``."""
    return fill_series(work)


def fill_series(work: Writing) -> tuple[Call, ...]:
    """Drafts the calls that the running series lack for the next twelve months, and returns them.

    1. Find for each running series what follows the last call drafted from it, up to twelve months ahead.
    2. Draft all of it in one go, with its steps, and keep how far each series is drafted.
    3. Tell the secretariat of each that starts at another hour: at the first that exists, where a clock change skips
       its wall time; at the next free one, where another call starts in its hour (UTC), or neither could be named.
    Safe to run twice: what was drafted, moved or cancelled since is never drafted again. Nobody is invited.
    """
    due = [(s, found) for s in rows.running(work.tx) if (found := still_to_draft(s, work.now))]
    if not due:
        return ()
    starts = [(s, o) for s, found in due for o in found]
    taken = {_hour(n.start) for n in quarters.planned(work, *(o.start for _, o in starts))}
    drafts: list[tuple[Occurrence, Call]] = []
    for of_one, occurrence in starts:
        draft = _draft(work, of_one, occurrence)
        while _hour(draft.start) in taken:
            draft = replace(draft, start=draft.start + timedelta(hours=1))
        taken.add(_hour(draft.start))
        drafts.append((occurrence, draft))
    made = tuple(draft for _, draft in drafts)
    calls.insert_calls(work.tx, made, work.now)
    rows.remember_drafted(work.tx, [replace(s, drafted_until=found[-1].local_date) for s, found in due])
    plan_steps(work, *made)
    plan_items(work, *made)
    shifted = [draft for occurrence, draft in drafts if occurrence.shifted or draft.start != occurrence.start]
    if shifted:
        people = [c.id for c in directory.secretariat(work.tx)]
        for draft in shifted:
            work.tell(KIND, people, call_id=draft.id, subject=draft.start.isoformat())
    work.record("series.fill", "", drafted=[(d.title, d.start) for d in made])
    return made


def compose(work: Reading, errands: Sequence[Errand], contact: Contact, participant: Participant) -> Notice | None:
    """Tells the secretariat of a draft that starts at another hour than its series, unless that was changed since."""
    if Role.SECRETARIAT not in contact.roles:
        return None
    record = calls.one(work.tx, errands[0].call_id or "")
    series = rows.one(work.tx, record.call.series_id) if record and record.call.series_id else None
    if record is None or series is None or record.call.state is not CallState.DRAFT:
        return None
    start, zone = record.call.start, zone_of(series.zone)
    if start != datetime.fromisoformat(errands[0].subject):
        return None
    local = start.astimezone(zone)
    is_there = bool(readings(datetime.combine(local.date(), series.local), zone))
    words = (TAKEN_WORDS if is_there else SHIFTED_WORDS).format(
        local=f"{series.local:%H:%M}", zone=zone, day=f"{local:%Y-%m-%d}", title=series.title,
        when=show(start, zone_of(contact.zone)), name=f"{start:%Y-%m-%d{'T%H' if is_there else ''}}",
    )  # fmt: skip
    return Notice(SHIFTED.format(title=series.title), (words,))
