"""Proves that nobody but its Agency and the secretariat can tell an objection from a name that was taken off.

Two worlds with one script and one clock: in one an Agency objects, in the other the secretariat takes the same names
off the same parts at the same moment. Everything that anybody else is due, sent and shown is compared.
"""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.contact_words import NewContact
from bot.topics import AudienceKind
from handlers.act import act
from handlers.attendee_views import attendees
from handlers.attendees import admit, unadmit, undo_unadmit
from handlers.calls import list_calls, show_call
from handlers.circulation import approve_list, circulate
from handlers.contacts import add_contact, replace_contact
from handlers.desk import Actor
from handlers.objecting import Asked
from handlers.objections import object_to_access, undo_objection, withdraw_objection
from handlers.segments import PartChange, add_segment, change_segment
from handlers.work import Writing
from storage.tables import AuditRow, ListChangeRow, OutboxRow, columns
from tests.bot.refusals import refusal_of
from tests.cast import Cast
from tests.cast import cast as make_cast
from tests.lists import DAY, START, arrive, leave, with_approved, with_call, with_item

OBJECTOR = "fr-cnil"
READERS = ("us-fcc", "jp-mic", "de-bnetza", "harbour-bank", "meridian-net", "oecd", "itu", "polar-telecom")

Parts = tuple[str, ...]
Story = Callable[[Cast, Callable[[Parts], str]], None]


def harbour_bank_leaves(cast: Cast, objected: bool) -> Callable[[Parts], str]:
    """How the bank comes off parts of the call in this world; returns what undoes it."""

    def leaves(parts: Parts) -> str:
        person = parts == ("person",)
        who = "abuse-desk@harbour-bank.example" if person else "harbour-bank"
        if objected and parts == ("standing",):
            until = cast.clock() + timedelta(days=2)
            asked = Asked(who, standing=True, until=until)
            return " ".join(object_to_access(cast.desk, cast.actor(OBJECTOR), asked).references)
        parts = tuple(p for p in parts if p.isdigit())
        if objected:
            calls = ((DAY, parts),)
            return " ".join(object_to_access(cast.desk, cast.actor(OBJECTOR), Asked(who, calls=calls)).references)
        return unadmit(cast.desk, cast.secretary, [who], DAY, parts).reference

    return leaves


@act
def take_back(work: Writing, reference: str) -> str:
    """What ``undo`` runs in each world."""
    undo = undo_objection if work.reader.is_agency else undo_unadmit
    return undo(work, reference)


# --- the stories ---


def approved(cast: Cast, leaves: Callable[[Parts], str]) -> None:
    with_item(cast, with_approved(cast), "de-bnetza")
    arrive(cast)
    leaves(())


def only_circulated(cast: Cast, leaves: Callable[[Parts], str]) -> None:
    with_call(cast)
    admit(cast.desk, cast.secretary, ["harbour-bank", "oecd"], DAY)
    circulate(cast.desk, cast.secretary, DAY, None)
    arrive(cast)
    leaves(())


def only_admitted(cast: Cast, leaves: Callable[[Parts], str]) -> None:
    with_call(cast)
    admit(cast.desk, cast.secretary, ["harbour-bank", "oecd"], DAY)
    arrive(cast)
    leaves(())


def before_the_mail_left(cast: Cast, leaves: Callable[[Parts], str]) -> None:
    with_approved(cast)
    leaves(())


def just_before_the_call(cast: Cast, leaves: Callable[[Parts], str]) -> None:
    with_approved(cast)
    arrive(cast)
    cast.clock.at = START - timedelta(minutes=9)
    arrive(cast)
    leaves(())


def one_of_two_parts(cast: Cast, leaves: Callable[[Parts], str]) -> None:
    with_call(cast)
    add_segment(cast.desk, cast.secretary, DAY, AudienceKind.JOINT, 20, "Training")
    admit(cast.desk, cast.secretary, ["harbour-bank", "oecd"], DAY)
    circulate(cast.desk, cast.secretary, DAY, None)
    approve_list(cast.desk, cast.secretary, DAY, early=True)
    arrive(cast)
    leaves(("2",))


def the_longer_of_two_blocks(cast: Cast, leaves: Callable[[Parts], str]) -> None:
    with_call(cast)
    add_segment(cast.desk, cast.secretary, DAY, AudienceKind.JOINT, 20, "Training")
    change_segment(cast.desk, cast.secretary, f"{DAY}/2", PartChange(by=1))
    admit(cast.desk, cast.secretary, ["harbour-bank", "oecd"], DAY)
    circulate(cast.desk, cast.secretary, DAY, None)
    approve_list(cast.desk, cast.secretary, DAY, early=True)
    arrive(cast)
    leaves(("1",))


def taken_back_in_time(cast: Cast, leaves: Callable[[Parts], str]) -> None:
    with_approved(cast)
    arrive(cast)
    reference = leaves(())
    cast.clock.advance(seconds=30)
    take_back(cast.desk, cast.actor(OBJECTOR) if last_act(cast) == "object" else cast.secretary, reference)


def withdrawn_later(cast: Cast, leaves: Callable[[Parts], str]) -> None:
    with_item(cast, with_approved(cast), "de-bnetza")
    arrive(cast)
    reference = leaves(())
    cast.clock.advance(seconds=150)
    arrive(cast)
    if last_act(cast) == "object":
        withdraw_objection(cast.desk, cast.actor(OBJECTOR), reference)


def withdrawn_at_once(cast: Cast, leaves: Callable[[Parts], str]) -> None:
    with_approved(cast)
    arrive(cast)
    reference = leaves(())
    if last_act(cast) == "object":
        withdraw_objection(cast.desk, cast.actor(OBJECTOR), reference)


def run_out(cast: Cast, leaves: Callable[[Parts], str]) -> None:
    with_approved(cast)
    arrive(cast)
    leaves(("standing",))
    cast.clock.advance(seconds=150)
    arrive(cast)
    cast.clock.advance(days=3)


def replaced_later(cast: Cast, leaves: Callable[[Parts], str]) -> None:
    bank = "abuse-desk@harbour-bank.example"
    with_approved(cast)
    add_contact(cast.desk, cast.secretary, NewContact("alice@harbour-bank.example", "Alice A", "harbour-bank"))
    arrive(cast)
    leaves(("person",))
    cast.clock.advance(seconds=150)
    arrive(cast)
    replace_contact(cast.desk, cast.secretary, bank, "bob@harbour-bank.example", "Bob B")


def replaced_and_back(cast: Cast, leaves: Callable[[Parts], str]) -> None:
    replaced_later(cast, leaves)
    again = NewContact("abuse-desk@harbour-bank.example", "The desk again", "harbour-bank")
    add_contact(cast.desk, cast.secretary, again)


def approved_again_afterwards(cast: Cast, leaves: Callable[[Parts], str]) -> None:
    with_approved(cast)
    arrive(cast)
    leaves(())
    admit(cast.desk, cast.secretary, ["polar-telecom"], DAY)
    circulate(cast.desk, cast.secretary, DAY, None)
    approve_list(cast.desk, cast.secretary, DAY, early=True)


STORIES: tuple[Story, ...] = (
    approved,
    only_circulated,
    only_admitted,
    before_the_mail_left,
    just_before_the_call,
    one_of_two_parts,
    the_longer_of_two_blocks,
    taken_back_in_time,
    withdrawn_later,
    withdrawn_at_once,
    run_out,
    replaced_later,
    replaced_and_back,
    approved_again_afterwards,
)


def last_act(cast: Cast) -> str:
    entries = columns(AuditRow)
    with cast.desk.store.read() as tx:
        return tx.execute(select(entries.act).order_by(entries.number.desc()).limit(1)).scalar_one()


# --- what is compared ---


def due_to_others(cast: Cast) -> list[tuple[object, ...]]:
    """Every errand but the record for the objecting Agency's point of contact."""
    t = columns(OutboxRow)
    query = select(t.kind, t.door, t.contact_id, t.call_id, t.first, t.due_at, t.state).order_by(
        t.due_at, t.kind, t.door, t.contact_id, t.first, t.state
    )
    with cast.desk.store.read() as tx:
        return [tuple(row) for row in tx.execute(query) if row.kind != "objection_record"]


def list_changes(cast: Cast) -> list[tuple[object, ...]]:
    t = columns(ListChangeRow)
    query = select(t.call_id, t.segment_id, t.contact_id, t.joined, t.at).order_by(t.at, t.contact_id, t.segment_id)
    with cast.desk.store.read() as tx:
        return [tuple(row) for row in tx.execute(query)]


def seen_by(cast: Cast, reader: Actor) -> tuple[object, ...]:
    """What somebody reads on asking: calls, the call, the list; refusals are answers, too."""
    ways: tuple[Callable[[], object], ...] = (
        lambda: list_calls(cast.desk, reader),
        lambda: show_call(cast.desk, reader, DAY),
        lambda: attendees(cast.desk, reader, DAY),
    )
    answers = []
    for ask in ways:
        answers.append(refusal_of(lambda ask=ask: answers.append(ask())))  # type: ignore[misc]
    return tuple(answers)


def days_after(cast: Cast) -> list[tuple[object, ...]]:
    """Every message of the two days after, but the record: for each person in the order of leaving."""
    sent = []
    for wait in (timedelta(), timedelta(seconds=120), timedelta(days=1), timedelta(days=1)):
        cast.clock.at += wait
        others = [s for s in leave(cast) if s.kind != "objection_record"]
        sent += [(s.email, cast.clock.at, s.door, s.kind, s.notice) for s in others]
    return sorted(sent, key=lambda s: s[0])


def renamed(value: object) -> str:
    """*value* with random ids and references by their first appearance."""
    names: dict[str, str] = {}
    return re.sub(r"id-\d{6}", lambda m: names.setdefault(m[0], f"<{len(names)}>"), repr(value))


def world(path: Path, story: Story, objected: bool) -> dict[str, str]:
    with make_cast(f"sqlite:///{path}") as cast:
        story(cast, harbour_bank_leaves(cast, objected))
        at: datetime = cast.clock()
        shown = {f"shown to {r}": renamed(seen_by(cast, cast.actor(r))) for r in READERS}
        changes = {"due": renamed(due_to_others(cast)), "list changes": renamed(list_changes(cast))}
        sent = renamed(days_after(cast))
        later = {f"shown later to {r}": renamed(seen_by(cast, cast.actor(r))) for r in READERS}
        return {"at": repr(at), **shown, **changes, "sent": sent, **later}


@pytest.mark.parametrize("story", STORIES, ids=lambda s: s.__name__)
def test_an_objection_cannot_be_told_from_a_name_that_was_taken_off(story: Story, tmp_path: Path) -> None:
    objected, removed = (world(tmp_path / f"{name}.db", story, name == "objected") for name in ("objected", "removed"))
    assert objected == removed
