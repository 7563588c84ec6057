"""Owns how many people are named at once: several names, a whole sector; one name alone is ``finding``'s."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.attendees import Admission, AdmissionState, is_over
from bot.audience import CallView, SegmentView
from bot.errors import Refusal
from bot.participants import Contact, Participant, ParticipantKind
from bot.who import Names, Who, read_sector, split_names
from bot.words import mailto, mention
from handlers.finding import find_call, find_who, may_name
from handlers.work import Reading
from storage import identity
from storage.calls import Part
from storage.directory import Directory

Kinds = dict[str, ParticipantKind]

ME = frozenset({"me", "myself"})
"""What somebody calls themselves; a beginning of other names, too, which it never means."""


@dataclass(frozen=True, slots=True)
class Person:
    """One person as lists and answers name them."""

    contact: Contact
    participant: Participant

    @property
    def name(self) -> str:
        """The organisation first; a contact that stands for it by its short name is not named twice."""
        said = self.contact.name.removesuffix(f", {self.participant.short_name}")
        return f"{self.participant.name} ({said}{', as a proxy' if self.contact.only_call is not None else ''})"


@dataclass(frozen=True, slots=True)
class Name:
    """One person on a list with the parts concerned, as the reader sees them; a form refers to ``contact_id``."""

    contact_id: str
    name: str
    parts: tuple[SegmentView, ...]


def names(view: CallView, admissions: Iterable[Admission], people: Directory) -> tuple[Name, ...]:
    """Each person of *admissions* once, with the parts that the reader sees, by organisation and name."""
    parts = {s.id: s for s in view.segments}
    found: dict[str, list[SegmentView]] = {}
    for a in admissions:
        if a.segment_id in parts:
            found.setdefault(a.contact_id, []).append(parts[a.segment_id])
    known = [(p, where) for contact_id, where in found.items() if (p := person(people, contact_id))]
    known.sort(key=lambda n: (n[0].participant.short_name, n[0].contact.name, n[0].contact.email))
    return tuple(Name(p.contact.id, p.name, tuple(sorted(w, key=lambda s: s.number))) for p, w in known)


def kinds_of(people: Directory) -> Kinds:
    """The kind of each present participant, by id."""
    return {p.id: p.kind for p in people.participants}


def person(people: Directory, contact_id: str) -> Person | None:
    """The present person with that id."""
    contact = people.contact(contact_id)
    return Person(contact, people.participant(contact.participant_id)) if contact else None


def attending(people: Directory, who: Who) -> list[Person]:
    """Whom *who* stands for on a list: the person named, or the organisation's attending contacts."""
    if who.contact is not None:
        return [Person(who.contact, who.participant)]
    return [Person(c, who.participant) for c in people.people_of(who.participant.id) if c.attending]


def is_oneself(work: Reading, asked: str) -> bool:
    """Whether *asked* is the actor, or their own organisation, by a whole name, an address, or "me"."""
    contact, own = work.actor.contact, work.actor.participant
    said = " ".join(asked.casefold().split())
    named = (contact.name, contact.email, own.short_name, own.name)
    return said in ME or (mailto(said) or said) in {" ".join(name.casefold().split()) for name in named}


def find_one(work: Reading, asked: str, people: Directory) -> Who:
    """Whom *asked* means: a name, an address, a mention in Slack, an id that a form of ours carries, or "me".

    Raises NotFound, or SeveralPeople: it is never guessed.
    """
    if asked.strip().casefold() in ME:
        return Who(work.actor.participant, work.actor.contact)
    known = _by_id(asked, people)
    if known is not None:
        return known
    user = mention(asked)
    tie = identity.tie_of(work.tx, user) if user else None
    contact = people.contact(tie.contact_id) if tie and tie.confirmed_at else None
    if contact is not None and may_name(work, contact):
        return Who(people.participant(contact.participant_id), contact)
    return find_who(work, mailto(asked) or asked, people)


def find_many(work: Reading, words: Sequence[str], people: Directory) -> list[Who]:
    """Everybody whom *words* name, each once: names one after another, and sectors. Raises as ``find_one`` does."""
    if not words:
        return []
    return list(dict.fromkeys(who for name in _names_in(words, people) for who in _named(work, name, people)))


def find_each(work: Reading, words: Sequence[str], people: Directory) -> tuple[list[Who], list[str]]:
    """Whom *words* name, as ``find_many`` does, and what there is to say of names that mean nobody or several."""
    found: list[Who] = []
    lost: list[str] = []
    for name in _names_in(words, people):
        try:
            found.extend(_named(work, name, people))
        except Refusal as refusal:
            lost.append(refusal.says)
    return list(dict.fromkeys(found)), lost


def listed_at(work: Reading, call: str, people: Directory) -> list[tuple[Person, str]]:
    """“As last time”: everybody who was approved for that call, or is on its list while it lies ahead, with the title
    of each part; no proxy, who comes to one call alone. Raises as ``find_call`` does."""
    record, _ = find_call(work, call, Part.LIST)
    ended = is_over(record.call, work.now)
    titles = {s.id: s.title for s in record.call.segments}
    return [
        (known, titles.get(a.segment_id, ""))
        for a in record.admissions
        if (a.state is AdmissionState.APPROVED or not ended)
        and (known := person(people, a.contact_id)) is not None
        and known.contact.only_call is None
    ]


def named_or_at(work: Reading, words: Sequence[str], as_at: Sequence[str], people: Directory) -> list[Who]:
    """Everybody whom *words* name, and everybody who was at the calls *as_at*, each once."""
    at_calls = (p for call in as_at for p, _ in listed_at(work, call, people))
    return list(dict.fromkeys([*find_many(work, words, people), *(Who(p.participant, p.contact) for p in at_calls)]))


def _named(work: Reading, name: str, people: Directory) -> list[Who]:
    sector = read_sector(name)
    return [Who(p) for p in people.participants if p.sector is sector] if sector else [find_one(work, name, people)]


def _names_in(words: Sequence[str], people: Directory) -> list[str]:
    names = Names(people.participants, people.contacts)

    def known(text: str) -> bool:
        if text.casefold() in ME or mention(text):
            return True
        return bool(read_sector(text) or _by_id(text, people) or names.of(mailto(text) or text))

    return split_names(words, known, names.most_words)


def _by_id(asked: str, people: Directory) -> Who | None:
    contact = people.contact(asked)
    if contact is not None:
        return Who(people.participant(contact.participant_id), contact)
    return next((Who(p) for p in people.participants if p.id == asked), None)
