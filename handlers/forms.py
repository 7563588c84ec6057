"""Owns what the forms of lists and objections offer, cut to the reader; their shape is the Slack door's."""

from dataclasses import dataclass

from bot.audience import CallView
from bot.errors import NotFound
from bot.objections import may_be_objected_to
from bot.participants import ParticipantKind
from handlers.act import reading, secretariat_only
from handlers.finding import call_of, find_call, split_call
from handlers.naming import find_one
from handlers.objecting import agencies_only, with_proxies
from handlers.work import Reading
from storage import directory
from storage.directory import Directory


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to choose: its id, and the words for it."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Form:
    """What a form is about: the call where there is one, whom it may name; for which Agency, where that is asked."""

    call: CallView | None
    people: tuple[Choice, ...]
    agencies: tuple[Choice, ...] = ()
    agency: str = ""


@reading
def admission_form(work: Reading, call: str | None) -> Form:
    """Whom the secretariat may admit to a call."""
    secretariat_only(work, "admit somebody to a call")
    _, view = find_call(work, call)
    return Form(view, _guests(directory.everybody(work.tx)))


@reading
def admission_form_of(work: Reading, call_id: str) -> Form:
    """The same for a call known by its id."""
    secretariat_only(work, "admit somebody to a call")
    _, view = call_of(work, call_id)
    return Form(view, _guests(directory.everybody(work.tx)))


@reading
def objection_form(work: Reading, call: str | None, agency: str | None) -> Form:
    """Whom an Agency may object to, for a call or, where none is planned, standing; the secretariat says for whom."""
    people, known = _hat(work, agency)
    try:
        _, view = find_call(work, split_call(call)[0] if call else None)
    except NotFound:
        if call:
            raise
        return Form(None, _guests(people), *known)
    return Form(view, _guests(with_proxies(work, people)), *known)


@reading
def objection_form_of(work: Reading, call_id: str) -> Form:
    """The same for a call known by its id, as a circulated list's button names it."""
    people, known = _hat(work, None)
    _, view = call_of(work, call_id)
    return Form(view, _guests(with_proxies(work, people)), *known)


def _hat(work: Reading, agency: str | None) -> tuple[Directory, tuple[tuple[Choice, ...], str]]:
    """The directory; the Agencies to choose from where the secretariat has named none, and the one that it named."""
    agencies_only(work)
    people = directory.everybody(work.tx)
    if agency:
        work.actor = work.actor.for_agency(find_one(work, agency, people).participant)
    if not work.reader.secretariat:
        own = work.actor.participant
        return people, ((Choice(own.id, own.name),), own.id) if agency else ((), "")
    agencies = tuple(Choice(p.id, p.name) for p in people.participants if p.kind is ParticipantKind.AGENCY)
    return people, (agencies, "")


def _guests(people: Directory) -> tuple[Choice, ...]:
    """Every representative and observer, and each of their people where an organisation has several."""
    found: list[Choice] = []
    for p in sorted(people.participants, key=lambda p: p.name.casefold()):
        if may_be_objected_to(p.kind):
            found.append(Choice(p.id, p.name))
            persons = people.people_of(p.id)
            found.extend(Choice(c.id, f"{c.name} ({p.name})") for c in persons if len(persons) > 1)
    return tuple(found)
