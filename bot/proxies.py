"""Owns the rules of a proxy for one call: whose address it may be, and how many an organisation brings; what one may
read is ``audience``'s."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from bot.errors import Conflict, NotUnderstood
from bot.participants import Contact, Participant
from bot.words import mailto, split_words

MOST = 3
"""So many proxies an organisation brings to one call."""

EXAMPLE = '`/lap bring jane@agency.example "Jane Doe" to 2027-02-16`'
NO_ADDRESS = "Whom do you bring? Give one e-mail address and a name, as in {example}."
NO_CALL = "To which call? Name it at the end, as in {example}."
TOO_MANY = "{name} brings {most} people to that call already, or asked to. `/lap contact remove EMAIL` ends one."
ELSEWHERE = (
    "{email} is at {domain}, the address of {name}. A proxy comes from your own organisation: use an address there."
)


@dataclass(frozen=True, slots=True)
class Bringing:
    """Somebody to be brought, as typed: address, name, which call, and for which organisation (None: one's own)."""

    email: str
    name: str
    call: str
    organisation: str | None = None


def read_bring(text: str) -> Bringing:
    """``EMAIL "NAME" to CALL [for ORG]``; the name needs its quotes only where it holds such a word. Raises
    NotUnderstood."""
    words = split_words(text)
    emails = [email for w in words if (email := mailto(w.text))]
    rest = [w for w in words if not mailto(w.text)]
    if len(emails) != 1:
        raise NotUnderstood(NO_ADDRESS.format(example=EXAMPLE))
    places = {w.text.casefold(): at for at, w in enumerate(rest) if not w.quoted and w.text.casefold() in ("to", "for")}
    to, for_ = places.get("to"), places.get("for")
    if to is None:
        raise NotUnderstood(NO_CALL.format(example=EXAMPLE))
    ends = sorted([to, *([for_] if for_ is not None else []), len(rest)])

    def after(at: int | None) -> str:
        if at is None:
            return ""
        return " ".join(w.text for w in rest[at + 1 : next(end for end in ends if end > at)])

    call, name = after(to), " ".join(w.text for w in rest[: ends[0]])
    if not call:
        raise NotUnderstood(NO_CALL.format(example=EXAMPLE))
    return Bringing(emails[0], name, call, after(for_) or None)


def domain_of(email: str) -> str:
    """What stands behind the at sign, in small letters."""
    return email.rpartition("@")[2].casefold()


def whose_domain(email: str, own: Participant, participants: Iterable[Participant], people: Iterable[Contact]) -> str:
    """The name of another organisation than *own* whose contacts have addresses where *email* is; empty where none has,
    and where *own* has some there, too: several bodies may share one domain."""
    at, known = domain_of(email), list(people)
    ids = {c.participant_id for c in known if domain_of(c.email) == at}
    return next((p.name for p in participants if p.id in ids), "") if own.id not in ids else ""


def check_domain(email: str, other: str) -> None:
    """Refuses an address where another organisation has its own (``whose_domain``)."""
    if other:
        raise Conflict(ELSEWHERE.format(email=email, domain=domain_of(email), name=other))


def check_room(own: Participant, brought: Collection[str]) -> None:
    """Refuses one more than an organisation brings to one call; *brought*: who is, or was asked for."""
    if len(set(brought)) >= MOST:
        raise Conflict(TOO_MANY.format(name=own.name, most=MOST))
