"""Owns what each step's reminder says; ``reminders`` puts together what one person is owed and asks if it still is."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot import audience
from bot.agenda import ItemState
from bot.attendees import Kinds, to_approve, to_circulate
from bot.audience import CallView, Record
from bot.calls import AUDIENCES
from bot.invitations import Invitation, Rsvp
from bot.notices import OR_ENTERED, QUESTIONS, Notice, to_answer
from bot.participants import Contact
from bot.procedure import StepKind
from bot.steps import NAMES, Step
from bot.topics import AudienceKind
from bot.when import show, show_span
from bot.zones import zone_of
from handlers.carrying import labelled
from handlers.links import join_link
from handlers.work import Reading
from storage import directory, reports
from storage.tables import Door

REPORTS_WORDS = "{reports} for the briefing of the Agencies: `/lap briefing send {date}` sends it."
DRAFT = "Still a draft: {title}, {when}"
DRAFT_WORDS = (
    "“{title}” on {span} is still a draft, which only the secretariat sees. By the procedure it is time for: {step}. "
    "To invite the Agencies: `/lap announce {date}`."
)
WANTED = "Items wanted: {title}, {when}"
WANTED_WORDS = "The secretariat asks for items for “{title}” on {span}."
WANTED_CLOSE = "Items close on {close}."
WANTED_HOW = (
    'To propose one: `/lap propose {date} TOPIC MINUTES "TITLE"` in Slack, where `/lap topics` lists the topics.'
)
CLOSE = "Items close: {title}, {when}"
CLOSE_WORDS = (
    "{waiting} for “{title}” on {span}. `/lap agenda {date}` shows what there is, `/lap agenda build {date}` "
    "gives each item its place."
)
LIST = "List to circulate: {title}, {when}"
LIST_WORDS = "{names} of “{title}” on {span}. To send the list to the Agencies: `/lap circulate {date}`."
NOBODY_ADMITTED = (
    "Nobody is admitted yet to “{title}” on {span}. `/lap admit WHO to {date}/1` puts names on its list, "
    "`/lap circulate {date}` sends it to the Agencies."
)
APPROVE = "List to approve: {title}, {when}"
NOT_CIRCULATED = (
    "The attendee list of “{title}” on {span} is not circulated yet, so nobody on it can be approved. "
    "To send it to the Agencies: `/lap circulate {date}`."
)
APPROVE_WORDS = (
    "The window to object to the attendee list of “{title}” on {span} has ended{ended}. {names}. "
    "`/lap attendees {date}` shows the list, `/lap approve {date}` approves it and invites them."
)
AGENDA = "Agenda: {title}, {when}"
AGENDA_WORDS = (
    "The agenda of “{title}” on {span} has {placed}; {waiting}. `/lap agenda {date}` shows it, "
    "`/lap agenda build {date}` gives each item its place. Everybody invited reads the agenda of their own part in the "
    "reminder before the call."
)
COMING = "Reminder: {title}, {when}"
CLOSED = ", closed to the guests of its part"
COMING_WORDS = "“{title}” takes place on {span}."
JOIN = "Your own link to join; it opens {early} minutes before your part and is for you alone"
UNANSWERED = (
    "You have not said yet whether you come: `/lap yes {date}`, `/lap no {date}` or `/lap maybe {date}` in Slack, the "
    "buttons of your calendar or of your own page, or an answer to this mail in words."
)
UNANSWERED_SLACK = (
    "You have not said yet whether you come: press a button, or send `/lap yes {date}` or `/lap no {date}`."
)
ANSWERED = "Should something have come up: `/lap no {date}` in Slack, or answer this mail."
ANSWERED_SLACK = "Should something have come up: `/lap no {date}`."
CLOSING = {
    (Door.MAIL, True): UNANSWERED,
    (Door.MAIL, False): ANSWERED,
    (Door.SLACK, True): UNANSWERED_SLACK,
    (Door.SLACK, False): ANSWERED_SLACK,
}
MINUTES = "Minutes to send: {title}, {when}"
MINUTES_WORDS = (
    "The draft minutes of “{title}” of {span} are due to the Agencies: {lines}. `/lap minutes {date}` shows them, "
    "`/lap minutes send {date}` sends them."
)
ADOPT = "Minutes to adopt: {title}, {when}"
NOT_SENT = (
    "The minutes of “{title}” of {span} have not been sent to the Agencies, so they cannot be adopted. "
    "`/lap minutes send {date}` sends them."
)
ADOPT_WORDS = (
    "The time to object to the minutes of “{title}” of {span} has ended; {held}. `/lap minutes {date}` shows them, "
    "`/lap minutes adopt {date}` adopts what nobody holds."
)


@dataclass(frozen=True, slots=True)
class Known:
    """What the words are made from: one call as this reader sees it, at the moment of sending."""

    work: Reading
    contact: Contact
    door: Door
    kind: StepKind
    record: Record
    view: CallView
    kinds: Kinds
    steps: Sequence[Step]
    copies: Sequence[Invitation]

    def __call__(self, text: str, **more: object) -> str:
        """*text* with the call's title, times and date, and what else it names."""
        zone = zone_of(self.contact.zone)
        return text.format(
            title=self.view.title,
            when=show(self.view.start, zone),
            span=show_span(self.view.start, self.view.end, zone),
            date=self.view.name,
            address=self.work.desk.settings.mail_from,
            **more,
        )


def draft(known: Known) -> Notice:
    """What the secretariat is told of a call that is still a draft, whatever the step."""
    return Notice(known(DRAFT), (known(DRAFT_WORDS, step=NAMES[known.kind]),))


def _wanted(known: Known) -> Notice | None:
    """Nothing once items have closed: a late call for them would only be refused."""
    step = next((s for s in known.steps if s.kind is StepKind.ITEMS_CLOSE), None)
    close = known.view.start
    if step is not None:
        close = audience.told_due(known.view, known.record, step.due_at, by_hand=step.moved)
    if close <= known.work.now:
        return None
    ends = known(WANTED_CLOSE, close=show(close, zone_of(known.contact.zone)))
    return Notice(
        known(WANTED),
        (known(WANTED_WORDS), ends),
        closing=(known(WANTED_HOW), known(QUESTIONS)),
        by_answer=OR_ENTERED,
    )


def _close(known: Known) -> Notice:
    proposed = sum(i.state is ItemState.PROPOSED for i in known.record.items)
    waiting = _count(proposed, "proposal waits", "proposals wait", "No proposal waits")
    return Notice(known(CLOSE), (known(CLOSE_WORDS, waiting=waiting),))


def _list(known: Known) -> Notice:
    names = len({a.contact_id for a in to_circulate(known.record, known.kinds, known.work.now)})
    if not names:
        return Notice(known(LIST), (known(NOBODY_ADMITTED),))
    told = _count(names, "name is not circulated yet", "names are not circulated yet", "")
    return Notice(known(LIST), (known(LIST_WORDS, names=told),))


def _approve(known: Known) -> Notice:
    if known.record.list.circulated_at is None:
        return Notice(known(APPROVE), (known(NOT_CIRCULATED),))
    names = len({a.contact_id for a in to_approve(known.record, known.kinds, known.work.now)})
    ended = known.record.list.window_ends_at
    told = known(
        APPROVE_WORDS,
        names=_count(names, "name waits for approval", "names wait for approval", "No name waits for approval"),
        ended=f", at {show(ended, zone_of(known.contact.zone))}" if ended else "",
    )
    return Notice(known(APPROVE), (told,))


def _agenda(known: Known) -> Notice:
    placed = sum(i.state is ItemState.ACCEPTED and i.segment_id is not None for i in known.record.items)
    waiting = sum(i.state is ItemState.PROPOSED for i in known.record.items)
    told = known(
        AGENDA_WORDS,
        placed=_count(placed, "item in its place", "items in their places", "no item in its place"),
        waiting=_count(waiting, "proposal waits", "proposals wait", "no proposal waits"),
    )
    reported = len(reports.waiting(known.work.tx))
    words = _count(reported, "early-warning report waits", "early-warning reports wait", "")
    return Notice(known(AGENDA), (told, known(REPORTS_WORDS, reports=words)) if reported else (told,))


def _coming(known: Known) -> Notice:
    work, call_id = known.work, known.record.call.id
    own = sorted(known.copies, key=lambda c: c.start)
    unanswered = any(c.rsvp is Rsvp.NEEDS_ACTION for c in own)
    early = work.desk.procedure.bridges.early_minutes
    return Notice(
        known(COMING),
        (known(COMING_WORDS),),
        facts=_parts(known),
        items=_items(known),
        links=((JOIN.format(early=early), join_link(work, known.contact.id, call_id)),),
        closing=(known(CLOSING[known.door, unanswered]), known(QUESTIONS)),
        buttons=to_answer(call_id, known.view.start, known.view.end) if unanswered else (),
    )


def _parts(known: Known) -> tuple[tuple[str, str], ...]:
    """The parts that this reader hears; one alone is what the title says already."""
    zone, parts = zone_of(known.contact.zone), known.view.segments
    if len(parts) < 2:
        return ()
    return tuple(
        (
            f"Part {s.number}",
            f"{s.title}, {s.start.astimezone(zone):%H:%M}-{s.end.astimezone(zone):%H:%M}"
            + (f" ({AUDIENCES[s.audience]})" if s.audience else ""),
        )
        for s in parts
    )


def _items(known: Known) -> tuple[str, ...]:
    """The accepted items that this reader may read, each with its label and who presents it, and whether it is closed
    to the guests of its part, to those who are told that there are any."""
    work = known.work
    heard = {s.id for s in known.view.segments}
    joint = {s.id for s in known.view.segments if s.audience is AudienceKind.JOINT}
    seen = [
        i
        for i in audience.cut_agenda(work.reader, known.record, work.now)
        if i.segment_id in heard and i.state is ItemState.ACCEPTED
    ]
    names = {p.id: p.name for p in directory.named(work.tx, {i.proposer_id for i in seen})}
    marks = (CLOSED * (i.segment_id in joint and i.audience is AudienceKind.AGENCIES) for i in seen)
    return tuple(
        f"{labelled(work, i.title, i.label)} ({names.get(i.proposer_id, '')}{mark})"
        for i, mark in zip(seen, marks, strict=True)
    )


def _minutes(known: Known) -> Notice:
    lines = sum(line.taken_back_at is None for line in known.record.lines)
    told = _count(lines, "line is recorded", "lines are recorded", "nothing is recorded")
    return Notice(known(MINUTES), (known(MINUTES_WORDS, lines=told),))


def _adopt(known: Known) -> Notice:
    if known.record.minutes.sent_at is None:
        return Notice(known(ADOPT), (known(NOT_SENT),))
    held = sum(bool(line.held_by) and line.taken_back_at is None for line in known.record.lines)
    told = _count(held, "line is held by an Agency", "lines are held by Agencies", "nobody holds a line")
    return Notice(known(ADOPT), (known(ADOPT_WORDS, held=told),))


SAYS: Mapping[StepKind, Callable[[Known], Notice | None]] = {
    StepKind.CALL_FOR_ITEMS: _wanted,
    StepKind.ITEMS_CLOSE: _close,
    StepKind.LIST_CIRCULATED: _list,
    StepKind.WINDOW_ENDS: _approve,
    StepKind.APPROVAL: _approve,
    StepKind.AGENDA_OUT: _agenda,
    StepKind.REMINDER_DAY: _coming,
    StepKind.REMINDER_HOUR: _coming,
    StepKind.DRAFT_MINUTES: _minutes,
    StepKind.MINUTES_ADOPTED: _adopt,
}


def _count(number: int, one: str, more: str, none: str) -> str:
    """'1 proposal waits', '3 proposals wait', or the words for none."""
    if not number:
        return none
    return f"{number} {one if number == 1 else more}"
