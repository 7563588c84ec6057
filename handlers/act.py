"""Owns how an act is run: one transaction, by whom it may be done; what it does meanwhile is its ``handlers.work``."""

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import wraps
from inspect import unwrap
from typing import Concatenate, ParamSpec, TypeVar

from bot.audit import Head
from bot.errors import Conflict, NotEntitled, Refusal
from bot.participants import Contact
from handlers.desk import NOT_NOW, TRIES, Actor, ActorChanged, Desk, NotNow, ShownAnew
from handlers.in_flight import ANSWER_SECONDS, in_effect
from handlers.work import Reading, Writing
from storage import audit, directory, marks, requests
from storage.store import Clash, Tx, Unavailable

P = ParamSpec("P")
R = TypeVar("R")

PROXIES_DO = "__proxies_do__"
NOT_A_PROXYS = (
    "You stand in for {name} at one call: you can read what is of it, answer, join it and ask for the floor. The rest "
    "is for the contacts of {name}: ask one of them, or the secretariat at {address}."
)
UNCHANGED = "Nothing was changed"
UNRECORDED = "Nothing is shown, as this look could not be put on the audit record"


def of_oneself(decide: Callable[Concatenate[Writing, P], R]) -> Callable[Concatenate[Writing, P], R]:
    """Marks what people do for themselves at a call: whoever was brought to it as a proxy does that, too, and nothing
    else."""
    setattr(decide, PROXIES_DO, True)
    return decide


def _check_actor(tx: Tx, actor: Actor, head: Head) -> None:
    """Raises ActorChanged as ``act`` does; asks only where another act came between."""
    if actor.as_of is not None and actor.as_of.number != head.number:
        _check_standing(tx, actor, actor.as_of.team)


def _check_reader(desk: Desk, tx: Tx, actor: Actor) -> None:
    """Raises ActorChanged as ``reading`` does; asks, at the moment of which *tx* is, only where somebody wrote since,
    as far as this process knows: with others that write on PostgreSQL, each time."""
    written = desk.store.written
    if actor.as_of is not None and (written is None or actor.as_of.written != written):
        _check_standing(tx, actor, actor.as_of.team)


def _check_standing(tx: Tx, actor: Actor, team: str) -> None:
    found = directory.who_is(tx, team, actor.user)
    if found is None or _standing(found[0]) != _standing(actor.contact):
        raise ActorChanged(actor.user)


def _standing(contact: Contact) -> object:
    return contact.id, contact.participant_id, contact.roles, contact.only_call


def _refuse_proxy(work: Writing, decide: Callable[..., object]) -> None:
    """Raises NotEntitled for what is not a proxy's to do, whoever the actor has turned out to be."""
    if work.reader.is_proxy and not hasattr(decide, PROXIES_DO):
        name, address = work.actor.participant.name, work.desk.settings.mail_from
        raise NotEntitled(NOT_A_PROXYS.format(name=name, address=address))


def act(decide: Callable[Concatenate[Writing, P], R]) -> Callable[Concatenate[Desk, Actor, P], R]:
    """Makes *decide* one writing transaction.

    1. Opens it and holds the audit head, so that acts follow one another in one order. Raises ActorChanged where who
       acts is not who they were any more, by an act that came between.
    2. Runs *decide*; a refusal rolls everything back. What is not ``of_oneself`` is refused to a proxy.
    3. Writes the outbox rows, what was entered and, last, the audit entry; commits.
    4. Wakes delivery where something is due at once.
    5. Where it narrowed somebody, waits up to 1.5 s for what was leaving for them; what still is, is in its answer.
    What shows what is closed and does nothing, a refusal or what is shown before a mass mail, is a look, and put on the
    record as one; an act that is done stands there as itself. A clash (serialisation, a random reference drawn twice)
    runs the whole act again, at most five times. A request that was acted on already raises Conflict with its
    reference.
    """

    @wraps(decide)
    def run(desk: Desk, actor: Actor, /, *args: P.args, **kwargs: P.kwargs) -> R:
        asked = time.monotonic()
        for tried in range(1, TRIES + 1):
            work: Writing | None = None
            try:
                with desk.store.begin() as tx:
                    head = audit.hold_head(tx)
                    _check_actor(tx, actor, head)
                    work = Writing(desk, tx, actor, desk.now())
                    _refuse_proxy(work, decide)
                    result = decide(work, *args, **kwargs)
                    _refuse_proxy(work, decide)
                    work.finish(head)
            except Clash:
                _refuse_repeated(desk, actor)
                if tried == TRIES:
                    raise
            except Refusal as refusal:
                _refuse_repeated(desk, actor)
                keep_shown(desk, refusal)
                if work is not None and (shown := work.looks()):
                    _record_looks(work, shown)
                raise
            except Unavailable as error:
                raise NotNow(NOT_NOW[error.why]) from error
            else:
                if not work.did and (shown := work.looks()):
                    _record_looks(work, shown)
                if any(e.due_at <= work.now for e in work.errands):
                    desk.wake()
                return in_effect(desk, work, result, ANSWER_SECONDS - (time.monotonic() - asked))
        raise AssertionError("unreachable")

    return run


def within(work: Writing, decided: Callable[Concatenate[Desk, Actor, P], R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """Decides the act *decided* inside the one under way: one transaction, and its audit entry is that one's."""
    decide: Callable[Concatenate[Writing, P], R] = unwrap(decided)
    _refuse_proxy(work, decide)
    return decide(work, *args, **kwargs)


def reading(look: Callable[Concatenate[Reading, P], R]) -> Callable[Concatenate[Desk, Actor, P], R]:
    """Makes *look* one reading transaction. A look of the secretariat at what is closed is put on the audit record
    before it is shown, one entry a person, call and hour: with those that are on it already, nothing is written.

    Raises ActorChanged, and shows nothing, where who asks is not who they were any more: nobody is shown what was
    entered after they were removed.
    """

    @wraps(look)
    def run(desk: Desk, actor: Actor, /, *args: P.args, **kwargs: P.kwargs) -> R:
        try:
            with desk.store.read() as tx:
                work = Reading(desk, tx, actor, desk.now())
                try:
                    shown = look(work, *args, **kwargs)
                except Refusal:
                    _check_reader(desk, tx, actor)
                    raise
                _check_reader(desk, tx, actor)
                fresh = work.unrecorded()
            if fresh:
                _record_looks(work, fresh)
            return shown
        except ShownAnew as refusal:
            keep_shown(desk, refusal)
            raise
        except Unavailable as error:
            raise NotNow(NOT_NOW[error.why]) from error

    return run


def _record_looks(work: Reading, fresh: Mapping[str, str]) -> None:
    told = {"for": work.actor.participant.short_name, "by": work.actor.user}
    try:
        with work.desk.store.begin() as tx:
            missing = marks.make_missing(tx, fresh, work.now)
            audit.append_looks(
                tx, [fresh[mark] for mark in sorted(missing)], at=work.now, actor=work.actor.contact.id, detail=told,
                new_salt=work.desk.new_id,
            )  # fmt: skip
    except Unavailable as error:
        raise NotNow(NOT_NOW[error.why].replace(UNCHANGED, UNRECORDED, 1)) from error


def keep_shown(desk: Desk, refusal: Refusal) -> None:
    """Writes what a refusal showed, in a transaction of its own; where the database cannot take it, it is left."""
    if isinstance(refusal, ShownAnew):
        with suppress(Unavailable, Clash), desk.store.begin() as tx:
            refusal.keep(tx)


def _refuse_repeated(desk: Desk, actor: Actor) -> None:
    if actor.request is None:
        return
    with desk.store.read() as tx:
        reference = requests.find(tx, actor.request)
    if reference is not None:
        raise Conflict(f"This was already done: `{reference}`.")


def secretariat_only(work: Reading, what: str) -> None:
    """Raises NotEntitled unless the actor wears the secretariat's hat (Plan C)."""
    if not work.actor.is_secretariat:
        raise NotEntitled(f"Only the secretariat can {what}. Ask it to, at {work.desk.settings.mail_from}.")
