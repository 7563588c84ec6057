"""Owns row 7: approving a list of 200 people, decision, audit and outbox committed, beside as many bare INSERTs."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, or_, update

from bot.attendees import Admission, AdmissionState
from bot.calls import Call, CallKind, CallState, Segment
from bot.participants import Contact, Participant, ParticipantKind, Role, Sector, reader_of
from bot.topics import AudienceKind
from handlers.circulation import approve_list
from handlers.desk import Actor, Desk
from storage import calls, directory
from storage.attendees import insert_admissions
from storage.store import Store
from storage.tables import AdmissionRow, CallRow, OutboxRow, columns
from tests.bench import data
from tests.bench.desks import memory_settled, opened
from tests.bench.places import Place
from tests.bench.table import Line

ROWS = (7,)
PEOPLE = 200
CALL = "many"
TITLE = "Training with the private sector"

Work = Callable[[Desk, Actor], object]


def measure(place: Place, wanted: Sequence[int], rounds: int) -> Iterator[Line]:
    its, our = _in_turn(place, rounds, ((_insert, data.PLAIN), (_approve, data.PLAIN)))
    yield Line(7, f"approving a list of {PEOPLE} people", "ms", our, its, at_most=2)


def on_both(place: Place, rounds: int, size: data.Size) -> tuple[list[float], list[float]]:
    """Milliseconds of an approval on the data set, and on that of *size*."""
    return _in_turn(place, rounds, ((_approve, data.PLAIN), (_approve, size)))


def _in_turn(place: Place, rounds: int, sides: Sequence[tuple[Work, data.Size]]) -> tuple[list[float], list[float]]:
    """Each on a database of its own that stays open, as a bot that serves keeps connections and their statements."""
    found: tuple[list[float], list[float]] = ([], [])
    with ExitStack() as stack:
        stack.enter_context(memory_settled())
        desks = [
            stack.enter_context(opened(place.database(f"approving-{n}", size, list_of_many), lambda: place.now))
            for n, (_, size) in enumerate(sides)
        ]
        for turn in range(rounds + 1):
            for (work, _), desk, times in zip(sides, desks, found, strict=True):
                seconds = _seconds(work, desk)
                _undo(desk)
                if turn:  # the first one warms
                    times.append(seconds * 1000)
    return found


def _undo(desk: Desk) -> None:
    """The list waits for its approval again, and nothing is due."""
    admission, call, errand = columns(AdmissionRow), columns(CallRow), columns(OutboxRow)
    with desk.store.begin() as tx:
        proposed = update(AdmissionRow).where(admission.call_id == CALL)
        tx.execute(proposed.values(state=AdmissionState.PROPOSED, approved_at=None))
        tx.execute(update(CallRow).where(call.id == CALL).values(list_approved_at=None))
        tx.execute(delete(OutboxRow).where(or_(errand.call_id == CALL, errand.id.startswith("bare-"))))


def _seconds(work: Work, desk: Desk) -> float:
    with desk.store.read() as tx:
        known = directory.contact_by_email(tx, "secretariat@us-ftc.example")
    assert known is not None
    actor = Actor(*known, reader_of(*known), "U0SECRETARY")
    begun = time.perf_counter()
    work(desk, actor)
    return time.perf_counter() - begun


def _approve(desk: Desk, actor: Actor) -> None:
    shown = approve_list(desk, actor, TITLE)
    assert len(shown.names) == PEOPLE


def _insert(desk: Desk, actor: Actor) -> None:
    """The reference: as many outbox rows through Core, one by one, in one transaction, by a statement made once."""
    now, statement = desk.now(), insert(OutboxRow.__table__)  # type: ignore[attr-defined]
    with desk.store.begin() as tx:
        for number in range(PEOPLE):
            row = {"id": f"bare-{number}", "kind": "invitation", "door": "mail", "contact_id": actor.contact.id}
            tx.execute(statement, {**row, "subject": f"subject-{number}", "due_at": now, "created_at": now})


def list_of_many(store: Store, now: datetime) -> None:
    """An announced call whose circulated list has 200 representatives on it, the time to object gone by."""
    participants = [
        Participant(
            f"rep-{n}", f"rep-{n}", ParticipantKind.PRIVATE_SECTOR, f"Representative {n}", "FR",
            Sector.COURIER_SERVICE, "UTC",
        )
        for n in range(PEOPLE)
    ]  # fmt: skip
    contacts = [
        Contact(f"c-{p.id}", p.id, p.name, f"{p.id}@reps.example", p.zone, frozenset({Role.SPAM_ENFORCEMENT_CONTACT}))
        for p in participants
    ]
    parts = (
        Segment("many-0", "Training", AudienceKind.JOINT, 60),
        Segment("many-1", "Cases", AudienceKind.AGENCIES, 30),
    )
    call = Call(CALL, TITLE, CallKind.MEMBERS, CallState.ANNOUNCED, now + timedelta(days=10), parts)
    circulated = now - timedelta(days=9)
    with store.begin() as tx:
        data.insert_people(tx, participants, contacts, now)
        calls.insert_call(tx, call, now - timedelta(days=60))
        calls.update_call(
            tx, call.id, list_circulated_at=circulated, list_window_ends_at=now - timedelta(days=1)
        )  # fmt: skip
        insert_admissions(
            tx,
            [
                Admission(call.id, "many-0", c.id, c.participant_id, AdmissionState.PROPOSED, circulated)
                for c in contacts
            ],
        )  # fmt: skip
