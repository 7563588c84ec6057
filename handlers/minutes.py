"""Owns the record of a call as a whole: shown, sent, adopted by silence; single lines are ``lines``'s."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot import audience
from bot.audience import CallView, Record
from bot.calls import CallState
from bot.errors import Conflict, NotFound, NotUnderstood
from bot.minutes import Minutes as State
from bot.minutes import held_lines
from bot.participants import Contact, ParticipantKind, member_of
from bot.silence import SilenceProcedure
from bot.when import show
from handlers.act import act, reading, secretariat_only
from handlers.action_views import waits
from handlers.changed_lists import hearers
from handlers.edition import Edition, addresses, edition, with_record
from handlers.finding import call_of, find_call
from handlers.links import PAGE, known_links
from handlers.looking import GO, Weighed, Wish, digest_of, weigh
from handlers.steps import wait_for_silence
from handlers.work import Reading, Writing
from storage import calls, directory
from storage.calls import Part
from storage.directory import Directory
from storage.mailings import told_too_late

SENT, LINES, ADOPTED = "minutes", "minutes_lines", "minutes_adopted"

NONE_YET = "No call that you were invited to has been held yet, so there are no minutes. `/lap calls` lists your calls."
WHICH = "Which call? Name it by its date, as in `/lap minutes {verb} 2027-02-16`."
NOT_HELD = (
    "“{title}” was not held yet, so there are no minutes to send. `/lap start {name}` starts it, `/lap end` ends it."
)
STILL_RUNS = "“{title}” is still running. `/lap end` ends it; then the minutes can be sent."
CANCELLED = "“{title}” was cancelled, so it has no minutes."
SENT_ALREADY = (
    "The minutes of “{title}” were sent on {sent}. They can be adopted from {adopts}. `/lap minutes {name}` shows them "
    "as they stand, with what was corrected since."
)
NOT_SENT = "The minutes of “{title}” were not sent yet. `/lap minutes send {name}` sends them; then the silence begins."
ADOPTED_ALREADY = "The minutes of “{title}” were adopted on {adopted}. `/lap minutes {name}` shows them."
TOO_EARLY = "The silence on the minutes of “{title}” runs until {adopts}. Until then they cannot be adopted."
LINES_HELD = (
    "The minutes of “{title}” cannot be adopted while Agencies hold lines of them: {lines}. Correct a line with "
    "`/lap correct LINE TEXT`; its Agency releases it with `/lap hold LINE release`."
)


@dataclass(frozen=True, slots=True)
class Guest:
    """A representative or observer who is written to; ``lines``: how many lines it gets."""

    name: str
    lines: int


@dataclass(frozen=True, slots=True)
class Leaving:
    """Who gets minutes by mail: Agencies by short name with the number of people, guests with what they get.

    ``adopts_at`` (UTC): from when they can be adopted. ``waiting``: references of actions that wait for confirmation.
    ``late``: short names of Agencies that were sent the draft only after the silence, or were not yet. ``weighed``:
    whether it was done, or only looked at.
    """

    view: CallView
    name: str
    agencies: tuple[str, ...]
    people: int
    guests: tuple[Guest, ...]
    lines: int
    adopts_at: datetime | None = None
    waiting: tuple[str, ...] = ()
    digest: str = ""
    late: tuple[str, ...] = ()
    weighed: Weighed = GO


@reading
def read_minutes(work: Reading, asked: str | None) -> Edition:
    """The minutes of a call as this reader may read them: for the secretariat the draft, before they are sent.

    Where no call is named, the one that runs (the secretariat's) or the last. Raises NotFound.
    """
    record, view = _asked(work, asked)
    work.shows_closed(view.id)
    record = with_record(work, record)
    it = edition(work, record, view, directory.everybody(work.tx, past=True))
    page = known_links(work, work.reader.contact_id).get(PAGE, "") if it.parts else ""
    return replace(it, documents=addresses(page, f"minutes/{it.name}"))


@act
def send_minutes(work: Writing, asked: str, wish: Wish | None = None) -> Leaving:
    """Sends the draft to the Agencies, and to representatives and observers the lines attributed to them.

    From now on the silence runs: who may read a line may correct it, an Agency may hold it. With a *wish* not before
    that was shown. Raises NotFound, and Conflict where they cannot be sent now.
    """
    leaving, record, agencies, guests = _to_send(work, asked)
    work.shows_closed(record.call.id)
    weighed = weigh(work, wish, leaving.digest)
    if not weighed.go:
        return replace(leaving, weighed=weighed)
    calls.update_call(
        work.tx, record.call.id, minutes_sent_at=work.now, minutes_adopts_at=leaving.adopts_at
    )  # fmt: skip
    wait_for_silence(work, record.call.id, leaving.adopts_at)
    _tell(work, SENT, record, agencies)
    _tell(work, LINES, record, guests)
    work.record("minutes.send", leaving.name, lines=leaving.lines, people=leaving.people + len(guests))
    return leaving


@act
def adopt_minutes(work: Writing, asked: str, wish: Wish | None = None) -> Leaving:
    """Declares the minutes adopted, after the silence: each edition opens to those who hear its parts.

    With a *wish* not before that was shown. Raises NotFound, and Conflict where they cannot be adopted now.
    """
    leaving, record, agencies, guests = _to_adopt(work, asked)
    work.shows_closed(record.call.id)
    weighed = weigh(work, wish, leaving.digest)
    if not weighed.go:
        return replace(leaving, weighed=weighed)
    calls.update_call(work.tx, record.call.id, minutes_adopted_at=work.now)
    _tell(work, ADOPTED, record, [*agencies, *guests])
    work.record("minutes.adopt", leaving.name, people=leaving.people + len(guests))
    return leaving


def _asked(work: Reading, asked: str | None) -> tuple[Record, CallView]:
    if asked:
        return find_call(work, asked)
    running = calls.running(work.tx) if work.reader.secretariat else []
    try:
        return call_of(work, running[0].call.id) if running else find_call(work, "last")
    except NotFound:
        raise NotFound(NONE_YET) from None


Found = tuple[Leaving, Record, list[Contact], list[Contact]]


def _to_send(work: Reading, asked: str) -> Found:
    secretariat_only(work, "send minutes")
    record, view = _named(work, asked, "send")
    said = {"title": view.title, "name": view.name}
    if record.call.running:
        raise Conflict(STILL_RUNS.format(**said))
    if record.call.state is CallState.CANCELLED:
        raise Conflict(CANCELLED.format(**said))
    if record.call.state is not CallState.HELD:
        raise Conflict(NOT_HELD.format(**said))
    _refuse_adopted(work, record, said)
    if record.minutes.sent_at is not None and record.minutes.adopts_at is not None:
        sent, adopts = (show(at, work.actor.zone) for at in (record.minutes.sent_at, record.minutes.adopts_at))
        raise Conflict(SENT_ALREADY.format(sent=sent, adopts=adopts, **said))
    silence = SilenceProcedure.of_working_days(work.now, work.desk.procedure.minutes.silence_working_days)
    return _found(work, replace(record, minutes=State(silence.begun_at, silence.ends_at)), view)


def _to_adopt(work: Reading, asked: str) -> Found:
    secretariat_only(work, "adopt minutes")
    record, view = _named(work, asked, "adopt")
    said = {"title": view.title, "name": view.name}
    _refuse_adopted(work, record, said)
    silence = record.minutes.silence
    if silence is None:
        raise Conflict(NOT_SENT.format(**said))
    if not silence.has_ended(work.now):
        raise Conflict(TOO_EARLY.format(adopts=show(silence.ends_at, work.actor.zone), **said))
    held = held_lines(record.lines)
    if held:
        raise Conflict(LINES_HELD.format(lines=", ".join(f"`{line.reference}`" for line in held), **said))
    late = told_too_late(work.tx, SENT, record.call.id, [record.call.id], silence.ends_at)
    adopted = replace(record, minutes=replace(record.minutes, adopted_at=work.now))
    leaving, after, agencies, guests = _found(work, adopted, view)
    return replace(leaving, late=tuple(late)), after, agencies, guests


def _named(work: Reading, asked: str, verb: str) -> tuple[Record, CallView]:
    if not asked:
        raise NotUnderstood(WHICH.format(verb=verb))
    record, view = find_call(work, asked)
    return calls.with_parts(work.tx, record, Part.LIST | Part.ITEMS | Part.LINES | Part.ACTIONS), view


def _refuse_adopted(work: Reading, record: Record, said: dict[str, str]) -> None:
    if record.minutes.adopted_at is not None:
        raise Conflict(ADOPTED_ALREADY.format(adopted=show(record.minutes.adopted_at, work.actor.zone), **said))


def _found(work: Reading, after: Record, view: CallView) -> Found:
    """Who is written to once the minutes are as *after* says."""
    people = directory.everybody(work.tx)
    agencies = hearers(work, after, {s.id for s in after.call.segments}, people, brought=True)
    guests = [(c, n) for c, n in _guests(work, after, people) if n]
    names = {p.id: p for p in people.participants}
    leaving = Leaving(
        view,
        view.name,
        tuple(sorted({names[c.participant_id].short_name for c in agencies})),
        len(agencies),
        tuple(Guest(f"{c.name} ({names[c.participant_id].name})", n) for c, n in guests),
        sum(line.taken_back_at is None for line in after.lines),
        after.minutes.adopts_at,
        tuple(a.reference for a in after.actions if waits(after, a, people, work.now)),
    )
    told = [c.id for c in agencies], [(c.id, count) for c, count in guests]
    state = digest_of(lines=(after.lines, leaving.waiting), told=told)
    return replace(leaving, digest=state), after, agencies, [c for c, _ in guests]


def _guests(work: Reading, after: Record, people: Directory) -> Iterable[tuple[Contact, int]]:
    """Each guest on the list with the number of lines that it may read once the minutes are as *after* says."""
    guests = {p.id: p for p in people.participants if p.kind is not ParticipantKind.AGENCY}
    listed = {a.contact_id for a in after.admissions}
    for contact in people.everyone:
        if contact.id in listed and contact.participant_id in guests:
            reader = member_of(contact, guests[contact.participant_id])
            yield contact, len(audience.cut_minutes(reader, after, work.now))


def _tell(work: Writing, kind: str, record: Record, people: Sequence[Contact]) -> None:
    work.tell(kind, [c.id for c in people], call_id=record.call.id, subject=record.call.id)
