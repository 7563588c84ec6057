"""Owns the translation of the model's people, calls and things into the house's own, and what the house answers."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from bot import audience
from bot.actions import ActionChange, ActionItem, ActionState, ChangeKind
from bot.agenda import AgendaItem, ItemState
from bot.amending import Amendment
from bot.attendees import Admission, AdmissionState
from bot.audience import NamedRecord, Record, closed_lines
from bot.calls import Call, CallKind, CallState, Live, Segment
from bot.confidentiality import Tlp
from bot.editions import AskedLine, NamedEdition, digest_of_words, said
from bot.minutes import Attendance, LineKind, MinuteEntry, Minutes, Regrets
from bot.objections import Objection
from bot.papers import Paper
from bot.participants import Contact, Participant, ParticipantKind, Reader
from bot.queue import Asking
from bot.reports import Report
from bot.topics import AudienceKind
from tests.barrier import model

START = datetime(2027, 2, 16, 13, 0, tzinfo=UTC)
REFERENCE = "K7M2QX"
KINDS = {
    model.SECRETARIAT: ParticipantKind.AGENCY,
    model.AGENCY: ParticipantKind.AGENCY,
    model.REPRESENTATIVE: ParticipantKind.PRIVATE_SECTOR,
    model.OBSERVER: ParticipantKind.OBSERVER,
}
SECRETARY = model.Person("the secretary", "an Agency", model.SECRETARIAT)
AGENCY, OTHER_AGENCY, THIRD_AGENCY = (
    model.Person(f"a person of {org}", org, model.AGENCY) for org in ("an Agency", "another Agency", "a third Agency")
)
BANK, TELLER, CARRIER = (
    model.Person(name, org, model.REPRESENTATIVE)
    for name, org in (
        ("the bank's desk", "the bank"),
        ("the bank's other person", "the bank"),
        ("the carrier", "the carrier"),
    )
)
OBSERVER = model.Person("the observer", "an observer", model.OBSERVER)
PROXY, ELSEWHERE = (
    model.Person(f"a proxy at {call}", "an Agency", model.AGENCY, brought=call) for call in ("the call", "another call")
)
BANKS_PROXY, BANKS_ELSEWHERE = (
    model.Person(f"the bank's proxy at {call}", "the bank", model.REPRESENTATIVE, brought=call)
    for call in ("the call", "another call")
)
PROXIES = (PROXY, ELSEWHERE, BANKS_PROXY, BANKS_ELSEWHERE)
PEOPLE = (SECRETARY, AGENCY, OTHER_AGENCY, THIRD_AGENCY, BANK, TELLER, CARRIER, OBSERVER)
GUESTS = (BANK, TELLER, CARRIER, OBSERVER, BANKS_PROXY, BANKS_ELSEWHERE)
BY_NAME = {p.name: p for p in (*PEOPLE, *PROXIES)}
ORGS = {p.org: p.kind for p in PEOPLE if p.kind != model.SECRETARIAT}


def at(minutes: int) -> datetime:
    return START + timedelta(minutes=minutes)


def reader(who: model.Person) -> Reader:
    return Reader(who.name, who.org, KINDS[who.kind], who.kind == model.SECRETARIAT, who.brought or None)


def the_call(call: model.Call) -> Call:
    segments = tuple(
        Segment(p.name, p.name, AudienceKind.JOINT if p.joint else AudienceKind.AGENCIES, p.minutes, p.only)
        for p in call.parts
    )
    live = None
    if call.running or call.ended is not None:
        ended = at(call.ended) if call.ended is not None else None
        live = Live(at(0), call.parts[0].name, None, True, ended)
    kind = CallKind.LAW_ENFORCEMENT if call.law_enforcement else CallKind.MEMBERS
    return Call(
        call.name,
        f"all of {call.name}",
        kind,
        CallState(call.state),
        START,
        segments,
        call.only,
        live=live,
        scribe=call.scribe or None,
    )


def record_of(call: model.Call, things: Sequence[model.Thing]) -> Record:
    """*call* with *things* in it, each under a reference of its own."""
    names = {*call.circulated, *call.approved, *call.chosen}
    admissions = tuple(
        Admission(
            call.name, part, person, BY_NAME[person].org,
            AdmissionState.APPROVED if (person, part) in call.approved else AdmissionState.PROPOSED,
            at(-9_000) if (person, part) in call.circulated else None,
            at(-8_000) if (person, part) in call.approved else None,
            (person, part) in call.chosen,
        )
        for person, part in sorted(names)
    )  # fmt: skip
    objections = tuple(
        Objection(
            f"O{n}", o.by, o.org, o.person or None, call.name,
            frozenset() if model.EVERYWHERE in o.parts else o.parts,
            at(o.since), _moment(o.until), _moment(o.withdrawn),
        )
        for n, o in enumerate(call.objections)
    )  # fmt: skip
    own = [model.Thing("item", call.name, part, org=org, joint=True, accepted=True) for org, part in sorted(call.own)]
    return Record(
        the_call(call),
        admissions,
        objections,
        tuple(item_of(t, f"I{n}") for n, t in enumerate([*things, *own]) if t.kind in OF_ITEMS),
        lines=tuple(line_of(t, f"I{n}") for n, t in enumerate(things) if t.kind in OF_LINES),
        minutes=Minutes(at(200) if call.sent else None, None, at(20_000) if call.adopted else None),
        attendance=tuple(Attendance(call.name, t.part, t.org, at(5)) for t in things if t.kind == "attendance"),
        actions=tuple(action_of(t, f"I{n}") for n, t in enumerate(things) if t.kind in OF_ACTIONS),
        amendments=tuple(amendment_of(t, f"I{n}") for n, t in enumerate(things) if t.kind == "amendment"),
        queue=tuple(asking_of(t) for t in things if t.kind == "place in the queue"),
        regrets=tuple(Regrets(call.name, t.org, at(-60)) for t in things if t.kind == "regrets"),
    )


def _moment(minutes: int | None) -> datetime | None:
    return at(minutes) if minutes is not None else None


def item_of(thing: model.Thing, reference: str = REFERENCE) -> AgendaItem:
    heard = AudienceKind.JOINT if thing.joint else AudienceKind.AGENCIES
    state = ItemState.ACCEPTED if thing.accepted else ItemState.PROPOSED
    return AgendaItem(
        reference, thing.call or None, thing.part or None, 1, "A.3.a", "An item", 10, heard, Tlp.AMBER, state,
        thing.org, "a contact", at(-9_500),
        consent_asked_at=at(-9_400) if thing.kind == "consent" else None,
        case="victims 12" if thing.kind in ("harm", "harm by others") else "",
        stated="victims 12" if thing.kind == "harm" else "",
        confirmed_at=at(-9_300) if thing.kind == "confirmation" else None,
    )  # fmt: skip


def line_of(thing: model.Thing, reference: str = REFERENCE) -> MinuteEntry:
    return MinuteEntry(
        reference, thing.call, thing.part, None, LineKind.NOTE, "A line", Tlp.GREEN, thing.closed, thing.org or None,
        "the scribe", at(5), withheld=thing.withheld,
    )  # fmt: skip


def action_of(thing: model.Thing, reference: str = REFERENCE) -> ActionItem:
    return ActionItem(
        reference, thing.call, thing.part, "A task", thing.org, None, date(2027, 3, 1), ActionState.OPEN,
        thing.confirmed, "the scribe", at(5), closed=thing.closed,
    )  # fmt: skip


def amendment_of(thing: model.Thing, line: str) -> Amendment:
    return Amendment("A1", thing.call, line, "Another word", Tlp.AMBER, "an Agency", at(20_001))


def asking_of(thing: model.Thing) -> Asking:
    who = thing.whose
    assert who is not None
    return Asking("Q1", thing.call, thing.part, who.org, who.name, KINDS[who.kind], at(5))


def edition_of(thing: model.Thing, record: Record) -> NamedRecord:
    """A named edition that asks for the one line of *record*."""
    edition = NamedEdition(
        "EDT222", record.call.id, "Ours", Tlp.GREEN, at(21_000), at(22_000), at(23_000) if thing.released else None
    )
    asked = [
        AskedLine("EDT222", li.reference, digest_of_words(said(li, ()), closed=li.reference in closed_lines(record)))
        for li in record.lines
    ]
    return NamedRecord(edition, record, tuple(asked), ())


def history_of(action: ActionItem) -> list[ActionChange]:
    """It was somebody else's, and was dropped for a reason."""
    kinds = (ChangeKind.GIVEN, ChangeKind.HANDED_OVER, ChangeKind.DROPPED)
    return [
        ActionChange(
            action.reference, number, kind, at(5 + number), None, "a former owner" if number == 1 else action.owner_id,
            None, action.due, ActionState.OPEN, action.confirmed, "for a reason" if kind is ChangeKind.DROPPED else "",
        )
        for number, kind in enumerate(kinds, 1)
    ]  # fmt: skip


OF_ITEMS = ("item", "paper", "harm", "harm by others", "confirmation", "consent")
OF_LINES = ("line", "amendment", "line of an edition")
OF_ACTIONS = ("action", "former owner", "reason")


def may(who: model.Person, thing: model.Thing, call: model.Call) -> bool:
    """What the house's choke point says of *thing*: whether it is left in what *who* is given."""
    asks, known, now = reader(who), record_of(call, [thing]), at(call.now)
    if thing.kind in ("call title", "part title"):
        view = audience.cut_call(asks, known, now)
        if view is None:
            return False
        return (
            view.title == known.call.title
            if thing.kind == "call title"
            else thing.part in {s.id for s in view.segments}
        )
    if thing.kind in OF_ITEMS and thing.kind != "paper":
        item = audience.cut_item(asks, known, item_of(thing), now)
        shown = item and {"confirmation": item.confirmed_at, "consent": item.consent_asked_at, "item": True}
        return bool(shown.get(thing.kind, item.case if item else "")) if shown else False
    if thing.kind == "report":
        told = call.name if call.briefed else None
        report = Report("R1", thing.org, "a contact", "Spam", Tlp.AMBER, at(-9_000), told)
        return bool(audience.cut_reports(asks, [report], [known], now))
    if thing.kind == "amendment":
        return bool(audience.cut_amendments(asks, known, now))
    if thing.kind == "line of an edition":
        return bool(audience.cut_edition(asks, edition_of(thing, known), now))
    if thing.kind in ("former owner", "reason"):
        changes = audience.cut_changes(asks, known, known.actions[0], history_of(known.actions[0]), now)
        if thing.kind == "reason":
            return any(c.text for c in changes)
        return any(c.owner_id == "a former owner" for c in changes)
    if thing.kind == "place in the queue":
        return bool(audience.cut_queue(asks, known, now))
    if thing.kind == "paper":
        item = item_of(thing)
        paper = Paper("P1", item.reference, "figures.pdf", "application/pdf", 9, "", thing.org, "a contact", at(-9_000))
        return bool(audience.cut_papers(asks, known, item, [paper], now))
    if thing.kind == "line":
        return bool(audience.cut_minutes(asks, known, now))
    if thing.kind == "action":
        return bool(audience.cut_actions(asks, known, now))
    if thing.kind == "regrets":
        kind = KINDS[ORGS[thing.org]]
        organisation = Participant(thing.org, thing.org, kind, thing.org, "", None, "UTC")
        return (thing.part, thing.org) in audience.cut_regrets(asks, known, [organisation], now)
    if thing.kind == "attendance":
        return bool(audience.cut_attendance(asks, known, now))
    if thing.kind == "name on the list":
        seen = audience.cut_attendees(asks, known, now)
        return (thing.person, thing.part) in {(a.contact_id, a.segment_id) for a in seen}
    if thing.kind == "objection":
        objection = Objection(REFERENCE, thing.org, "harbour-bank", None, call.name, frozenset(), now)
        return bool(audience.cut_objections(asks, [objection]))
    assert thing.kind == "contact", thing.kind
    organisation = Participant(thing.org, thing.org, KINDS[ORGS[thing.org]], thing.org, "", None, "UTC")
    contact = Contact("somebody", thing.org, "Somebody", "a@b.example", "UTC", frozenset(), shown=thing.shown)
    return any(o.people for o in audience.cut_directory(asks, [organisation], [contact]))
