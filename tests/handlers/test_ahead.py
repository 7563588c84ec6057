"""What a lane makes before its turn is offered only if nobody wrote since; one is marked before the next is offered."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from bot.notices import Notice
from bot.participants import Contact, Participant
from handlers.composing import Kinds
from handlers.delivery import deliver, deliver_all
from handlers.invitations import KIND
from handlers.kinds import KINDS
from handlers.objecting import Asked
from handlers.objections import Objected, object_to_access
from handlers.sending import Delivered, NotTaken
from handlers.work import Reading
from storage import exposures, outbox
from storage.outbox import Errand
from storage.tables import Door, ExposureRow, OutboxRow, OutboxState, columns
from tests.cast import Cast, read_roster
from tests.lists import DAY, with_approved

REPS = [p.short_name for p in read_roster()[0] if p.kind == "private_sector"]
THREE = ("harbour-bank", "meridian-net", "oecd")
PEOPLE = ("fr-cnil", "nz-dia", "ca-crtc", "gb-ico", "jp-mic", "us-fcc", "es-aepd", "de-bnetza")
E, T = columns(ExposureRow), columns(OutboxRow)


def made_ahead(cast: Cast) -> list[str]:
    """The contacts for whom something was made that has not had its turn."""
    with cast.desk.store.read() as tx:
        return list(tx.execute(select(E.contact_id).where(E.turn_by.is_not(None)).order_by(E.id)).scalars())


def states(cast: Cast, kind: str) -> list[tuple[str, int]]:
    """State and counted attempts of each errand of *kind*, in order."""
    with cast.desk.store.read() as tx:
        rows = tx.execute(select(T.state, T.attempts).where(T.kind == kind).order_by(T.due_at, T.created_at, T.id))
        return [(row[0], row[1]) for row in rows]


def put(cast: Cast, *short_names: str) -> None:
    now, desk = cast.clock(), cast.desk
    people = [cast.actor(name).contact.id for name in short_names]
    with desk.store.begin() as tx:
        outbox.add(tx, [Errand(desk.new_id(), "news", Door.MAIL, p, None, "", 0, False, now, now) for p in people])


def news(cannot: str = "") -> Kinds:
    """News for everybody; what *cannot* be made for one address."""

    def compose(work: Reading, errands: Sequence[Errand], contact: Contact, participant: Participant) -> Notice:
        if contact.email == cannot:
            raise RuntimeError("no words")
        return Notice("News", (contact.name,))

    return Kinds({"news": compose}, frozenset(), unannounced=frozenset({"news"}))


def test_what_was_made_before_its_turn_is_offered_to_nobody_who_lost_it_meanwhile(cast: Cast) -> None:
    with_approved(cast, *REPS)
    invited, told = list[str](), list[tuple[str, Objected]]()

    def by_mail(notice: Notice, errand: Errand, contact: Contact, dated: object) -> None:
        if errand.kind == KIND and notice.shows:
            invited.append(contact.id)
        loses = next((rep for rep in REPS if cast.actor(rep).contact.id in made_ahead(cast)), None)
        if loses is not None and not told:
            asked = Asked(loses, calls=((DAY, ()),))
            told.append((loses, object_to_access(cast.desk, cast.actor("fr-cnil"), asked)))

    deliver_all(replace(cast.desk, send={Door.MAIL: by_mail}), KINDS)
    loses, said = told[0]
    person = cast.actor(loses).contact.id
    with cast.desk.store.read() as tx:
        shown = [e for e in exposures.of_people(tx, [person], cast.clock()) if e.shows]
    assert (person in invited, said.had_left, said.in_flight.count, shown) == (False, (), 0, [])
    assert [invited.count(cast.actor(rep).contact.id) for rep in REPS if rep != loses] == [1] * (len(REPS) - 1)
    assert made_ahead(cast) == []


def test_nothing_is_made_ahead_for_a_person_of_whom_something_else_has_not_left_yet(cast: Cast) -> None:
    call_id = with_approved(cast, *THREE)
    people, sent, now = [cast.actor(name).contact.id for name in THREE], list[str](), cast.clock()
    with cast.desk.store.begin() as tx:
        tx.execute(delete(OutboxRow))
        order = [*people, people[1]]
        outbox.add(
            tx,
            [
                Errand(cast.desk.new_id(), KIND, Door.MAIL, p, call_id, call_id, 0, False, now, now + timedelta(0, n))
                for n, p in enumerate(order)
            ],
        )
    cast.clock.advance(minutes=1)

    def by_mail(notice: Notice, errand: Errand, contact: Contact, dated: object) -> None:
        sent.append(contact.id)

    deliver_all(replace(cast.desk, send={Door.MAIL: by_mail}), KINDS)
    assert sent == people


def test_each_is_marked_before_the_next_is_offered(cast: Cast) -> None:
    put(cast, *PEOPLE)
    marked: list[int] = []

    def by_mail(*_: object) -> None:
        marked.append(sum(state == OutboxState.SENT for state, _ in states(cast, "news")))

    done = deliver(replace(cast.desk, send={Door.MAIL: by_mail}), news())
    assert (done.sent, marked) == (len(PEOPLE), list(range(len(PEOPLE))))
    assert set(states(cast, "news")) == {(OutboxState.SENT, 1)}


def test_one_that_cannot_be_made_is_put_off_alone(cast: Cast) -> None:
    put(cast, *PEOPLE)
    done = deliver(
        replace(cast.desk, send={Door.MAIL: lambda *_: None}), news(cast.actor(PEOPLE[4]).contact.email)
    )  # fmt: skip
    left = deliver(replace(cast.desk, send={Door.MAIL: lambda *_: None}), news())
    assert (done + left, made_ahead(cast)) == (Delivered(sent=len(PEOPLE) - 1, put_off=1), [])


def test_what_did_not_get_its_turn_is_as_if_it_had_not_been_tried(cast: Cast) -> None:
    put(cast, *PEOPLE)
    taken: list[str] = []

    def by_mail(notice: Notice, errand: Errand, contact: Contact, dated: object) -> None:
        if len(taken) == 2 and made_ahead(cast):
            taken.append("")
            raise NotTaken("the line is dead", unreachable=True)
        taken.append(contact.email)

    deliver(replace(cast.desk, send={Door.MAIL: by_mail}), news())
    tried = sorted(states(cast, "news"))
    assert tried == [*[("due", 0)] * 5, ("due", 1), *[("sent", 1)] * 2]
    assert made_ahead(cast) == []


def test_at_its_turn_it_waits_for_another_message_that_is_leaving_for_the_same_person(cast: Cast) -> None:
    put(cast, *PEOPLE)
    taken, held = list[str](), ExitStack()

    def by_mail(notice: Notice, errand: Errand, contact: Contact, dated: object) -> None:
        taken.append(contact.id)
        if len(taken) == 2:
            held.enter_context(cast.desk.store.sending(made_ahead(cast)[0]))

    with held:
        done = deliver(replace(cast.desk, send={Door.MAIL: by_mail}), news())
    assert (done, len(taken)) == (Delivered(sent=len(PEOPLE) - 1, put_off=1), len(PEOPLE) - 1)


@pytest.mark.parametrize("change", [{"hours": -2}, {"seconds": 2}])
def test_a_clock_that_went_on_or_back_has_all_of_it_made_anew(cast: Cast, change: dict[str, float]) -> None:
    put(cast, *PEOPLE)
    made: list[int] = []

    def by_mail(*_: object) -> None:
        made.append(len(made_ahead(cast)))
        cast.clock.advance(**change)  # type: ignore[arg-type]

    done = deliver(replace(cast.desk, send={Door.MAIL: by_mail}), news())
    assert (done.sent, set(states(cast, "news")), made_ahead(cast)) == (len(PEOPLE), {(OutboxState.SENT, 1)}, [])
    assert max(made) > 0
