"""Owns who is the scribe of a call: named, passed on, told; what a scribe may do is ``audience.runs``'s to say."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot import audience
from bot.audience import CallView, Record
from bot.errors import Conflict, NotEntitled, NotFound
from bot.exposures import shown
from bot.notices import QUESTIONS, Notice
from bot.participants import Contact, Participant, Role, reader_of
from bot.places import Scribing
from bot.when import show, show_span
from bot.who import Who
from bot.words import split_words
from bot.zones import zone_of
from handlers.act import act, reading
from handlers.composing import Compose
from handlers.finding import find_call, read_call_date, views_of
from handlers.naming import Person, find_one, person
from handlers.running import NOT_YOURS
from handlers.work import Reading, Writing
from storage import calls, directory, places
from storage.directory import Directory
from storage.outbox import Errand
from storage.tables import Door

SCRIBE = "scribe"
"""The kind of errand: somebody is the scribe of a call now, or no longer is; its subject is the call's id."""

HEARS_LESS = (
    "{name} cannot be the scribe of “{title}”: a scribe hears every part of it, so is a contact of an Agency that is "
    "invited to all of them, or of the secretariat. Name another, as in `/lap scribe fr-cnil`."
)
A_PROXY = (
    "{name} stands in at this call alone, so cannot be its scribe, who keeps the record. Name a contact of an Agency, "
    "as in `/lap scribe fr-cnil`."
)
WHICH_OF_THEM = "{organisation} has several people: {people}. Name the one, as in `/lap scribe {example}`."
NOBODY_THERE = "{organisation} has nobody to name. `/lap contact add` adds somebody."
OVER = "“{title}” is over: its record is put right with `/lap correct LINE TEXT`."
NO_SCRIBE = "“{title}” has no scribe, so there is none to take it from."
BACK = "{now} is the scribe of “{title}” again."
BACK_TO_NONE = "“{title}” has no scribe again."
ENDED_SINCE = "The call has ended since, so that stays. `/lap minutes` shows the draft of its minutes."
SINCE = "Another scribe was named since, so that stays. `/lap scribe WHO` names one."
OFF = ("none", "nobody", "off")


@dataclass(frozen=True, slots=True)
class Scribe:
    """Who is the scribe of a call, by name, and who was before; both empty where nobody is. ``may``: that they still
    hear every part, so that they run the call."""

    view: CallView
    now: str
    before: str = ""
    may: bool = True


@act
def name_scribe(work: Writing, text: str) -> Scribe:
    """Names the scribe of the call that runs, else of the next one (``[CALL] WHO``); ``none`` takes the role away.

    The secretariat names one, and the scribe passes the role on. Raises NotEntitled for others, in the same words
    whatever there is; Conflict for somebody who does not hear every part, NotFound, SeveralPeople.
    """
    record, view, named = _asked(work, text)
    people = directory.everybody(work.tx)
    before = _named(record.call.scribe, people)
    if record.call.ended:
        raise Conflict(OVER.format(title=view.title))
    person_meant = None if named.casefold() in OFF else chosen(work, record, named, people)
    if person_meant is None and record.call.scribe is None:
        raise Conflict(NO_SCRIBE.format(title=view.title))
    contact_id = person_meant.contact.id if person_meant else None
    if contact_id == record.call.scribe:
        return Scribe(view, before)
    _give(work, record.call.id, contact_id)
    tell_scribes(work, record, contact_id, people)
    work.record("scribe", record.call.id, scribe=contact_id or "", before=record.call.scribe or "")
    number = places.scribed(work.tx, record.call.id)
    work.can_be_undone("scribe", f"{record.call.id} {contact_id or '-'} {record.call.scribe or '-'} {number}")
    return Scribe(view, person_meant.name if person_meant else "", before)


def names_somebody(text: str) -> bool:
    """Whether *text* (``[CALL] [WHO]``) names whoever is to be the scribe."""
    words = split_words(text)
    return bool(words) and not (len(words) == 1 and _is_call(words[0].text))


@reading
def show_scribe(work: Reading, text: str) -> Scribe:
    """Who is the scribe of a call (``[CALL]``). Raises as ``name_scribe`` does."""
    record, view, _ = _asked(work, text)
    people = directory.everybody(work.tx)
    known = people.contact(record.call.scribe) if record.call.scribe else None
    may = record.call.scribe is None or _may(record, known, people, work)
    return Scribe(view, _named(record.call.scribe, people), may=may)


def chosen(work: Reading, record: Record, named: str, people: Directory) -> Person:
    """Whom *named* makes the scribe of that call. Raises Conflict for somebody who does not hear every part, NotFound,
    SeveralPeople."""
    found = _one_person(find_one(work, named, people), people)
    if found.contact.only_call is not None:
        raise Conflict(A_PROXY.format(name=found.name))
    if not _may(record, found.contact, people, work):
        raise Conflict(HEARS_LESS.format(name=found.name, title=record.call.title))
    return found


def tell_scribes(work: Writing, record: Record, contact_id: str | None, people: Directory) -> None:
    """Tells who is the scribe now, and who no longer is."""
    told = {i for i in (contact_id, record.call.scribe) if i is not None} - {work.actor.contact.id}
    present = [i for i in sorted(told) if people.contact(i) is not None]
    work.tell(SCRIBE, present, doors=(Door.MAIL, Door.SLACK), call_id=record.call.id, subject=record.call.id)


def runners(record: Record, people: Directory) -> list[Contact]:
    """Who runs that call: the secretariat's contacts, and its scribe where one is named."""
    return [c for c in people.contacts if Role.SECRETARIAT in c.roles or c.id == record.call.scribe]


def _asked(work: Reading, text: str) -> tuple[Record, CallView, str]:
    """The call that is meant, and what is left of *text*. Raises NotEntitled unless it is the actor's to run."""
    words = split_words(text)
    dated = bool(words) and _is_call(words[0].text)
    named = text[words[0].end :].strip() if dated else text.strip()
    reader = work.reader
    try:
        if dated:
            record, view = find_call(work, words[0].text)
        else:
            running = [r for r in calls.running(work.tx) if audience.runs(reader, r, work.now)]
            record, view = (running[0], views_of(work, running[:1])[running[0].call.id]) if running else _next(work)
    except NotFound:
        if reader.secretariat:
            raise
        raise NotEntitled(NOT_YOURS.format(address=work.desk.settings.mail_from)) from None
    if not audience.runs(reader, record, work.now):
        raise NotEntitled(NOT_YOURS.format(address=work.desk.settings.mail_from))
    return record, view, named


def _is_call(word: str) -> bool:
    return read_call_date(word)[0] is not None or word.casefold() == "next"


def _next(work: Reading) -> tuple[Record, CallView]:
    """The next call that is the actor's to run. Raises NotFound."""
    if work.reader.secretariat:
        return find_call(work, None)
    ahead = calls.upcoming(work.tx, work.now, whose=work.reader)
    mine = [r for r in ahead if audience.runs(work.reader, r, work.now) and r.call.end > work.now]
    if not mine:
        raise NotFound(NOT_YOURS.format(address=work.desk.settings.mail_from))
    return mine[0], views_of(work, mine[:1])[mine[0].call.id]


def _may(record: Record, contact: Contact | None, people: Directory, work: Reading) -> bool:
    """Whether *contact* hears every part of the call, with its widest hat."""
    if contact is None:
        return False
    participant = people.participant(contact.participant_id)
    return audience.hears_whole(reader_of(contact, participant), record, work.now)


def _one_person(who: Who, people: Directory) -> Person:
    """The person that *who* stands for: an organisation's only one who attends. Raises Conflict where it has
    several."""
    if who.contact is not None:
        return Person(who.contact, who.participant)
    attending = [c for c in people.people_of(who.participant.id) if c.attending]
    if not attending:
        raise Conflict(NOBODY_THERE.format(organisation=who.participant.name))
    if len(attending) > 1:
        told = ", ".join(f"{c.name} `{c.email}`" for c in attending)
        raise Conflict(WHICH_OF_THEM.format(organisation=who.participant.name, people=told, example=attending[0].email))
    return Person(attending[0], who.participant)


def _give(work: Writing, call_id: str, contact_id: str | None) -> None:
    """That contact is the scribe from now on; it is written down too, so that words said before were of who was."""
    calls.update_call(work.tx, call_id, scribe_id=contact_id)
    places.keep(work.tx, Scribing(call_id, work.now, contact_id), by=work.actor.user)


def _named(contact_id: str | None, people: Directory) -> str:
    known = person(people, contact_id) if contact_id else None
    return known.name if known else ""


def undo_scribe(work: Writing, subject: str) -> str:
    """Gives the role back to who had it, where they still may have it and nobody was named since, also the same one
    again: whom somebody else named stays, and reads the draft alone."""
    call_id, now, before, number = subject.split(" ")
    record, people = calls.one(work.tx, call_id), directory.everybody(work.tx)
    again = people.contact(before) if before != "-" else None
    may = record is not None and _may(record, again, people, work)
    if not work.reader.secretariat and not (work.reader.contact_id == before and may):
        raise NotEntitled(NOT_YOURS.format(address=work.desk.settings.mail_from))
    if record is not None and record.call.ended:
        raise Conflict(ENDED_SINCE)
    if record is None or (record.call.scribe or "-") != now:
        raise Conflict(SINCE)
    if places.scribed_since(work.tx, call_id, int(number), work.actor.user):
        raise Conflict(SINCE)
    back = again if again is not None and may else None
    _give(work, call_id, back.id if back else None)
    told = [i for i in (now, before) if i != "-" and i != work.actor.contact.id and people.contact(i) is not None]
    work.tell(SCRIBE, told, doors=(Door.MAIL, Door.SLACK), call_id=call_id, subject=call_id)
    words = BACK if back else BACK_TO_NONE
    return words.format(now=_named(back.id, people) if back else "", title=record.call.title)


UNDO: Mapping[str, Callable[[Writing, str], str]] = {"scribe": undo_scribe}

SUBJECT = "You are the scribe of “{title}”, {when}"
SUBJECT_OFF = "You are no longer the scribe of “{title}”, {when}"
YOURS = (
    "The secretariat, or the scribe before you, named you the scribe of “{title}”, {when}. Until it has ended you run "
    "it beside the secretariat: `/lap start`, `/lap next`, `/lap gate`, `/lap clear`, `/lap here WHO...`, "
    "`/lap note TEXT`, `/lap decision TEXT`, `/lap action WHO by DATE TEXT`, `/lap end`; the draft of its minutes is "
    "yours to read and put right until it is sent."
)
PASS_ON = "`/lap scribe WHO` passes the role on to somebody who hears every part, as you do."
NOT_ANY_MORE = "The role was passed on, or taken back. What you entered stands."


def compose(
    work: Reading, errands: Sequence[Errand], contact: Contact, participant: Participant
) -> list[Notice] | None:
    """Whether the reader is the scribe of a call now; nothing of a call that is no longer theirs to know, or is
    over."""
    found = calls.many(work.tx, {e.call_id for e in errands if e.call_id})
    views = views_of(work, found)
    notices = []
    for record in found:
        view = views.get(record.call.id)
        if view is None or record.call.ended:
            continue
        own = record.call.scribe == contact.id and audience.runs(work.reader, record, work.now)
        zone = zone_of(contact.zone)
        when = show_span(view.start, view.end, zone)
        notices.append(
            Notice(
                (SUBJECT if own else SUBJECT_OFF).format(title=view.title, when=show(view.start, zone)),
                (YOURS.format(title=view.title, when=when), PASS_ON) if own else (NOT_ANY_MORE,),
                closing=(QUESTIONS.format(address=work.desk.settings.mail_from),),
                shows=shown(segments=(s.id for s in view.segments)),
            )
        )
    return notices


NOTICES: dict[str, Compose] = {SCRIBE: compose}
