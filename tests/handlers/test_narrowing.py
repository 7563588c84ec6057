"""Every act that narrows somebody waits for what was leaving for them, and says in its answer what still is."""

import threading
from collections.abc import Callable, Collection
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.confidentiality import Tlp
from bot.contact_words import NewContact
from bot.item_changes import Change, Do
from bot.series import Cadence
from bot.topics import AudienceKind
from bot.when import read_moment
from handlers import announcing, attendees, contacts, directory, objections, segments, windows
from handlers.agenda_changes import change_item
from handlers.circulation import approve_list, circulate
from handlers.correcting import correct_line
from handlers.identity import the_machine
from handlers.invitations import KIND
from handlers.labels import set_label
from handlers.objecting import Asked
from handlers.roster import import_roster
from handlers.segments import PartChange
from handlers.series import add_series, end_series
from storage import calls
from storage.calls import Part
from storage.store import Store
from storage.tables import OutboxRow, columns
from tests.bot.test_roster import CONTACTS, PARTICIPANTS
from tests.cast import Cast
from tests.held import sent
from tests.lists import DAY, START, arrive, leave, with_approved, with_call, with_item

BANK = "abuse-desk@harbour-bank.example"

Narrowing = Callable[[Cast], object]


def _item(cast: Cast) -> str:
    with cast.desk.store.read() as tx:
        record = calls.upcoming(tx, cast.clock(), Part.ITEMS)[0]
    return record.items[0].reference


def _removed(cast: Cast) -> object:
    """Removes Harbour Bank's person, once it has another."""
    second = NewContact("second@harbour-bank.example", "A second one", "harbour-bank")
    contacts.add_contact(cast.desk, cast.secretary, second)
    return contacts.remove_contact(cast.desk, cast.secretary, BANK)


def _closing(what: PartChange) -> Narrowing:
    return lambda cast: segments.change_segment(cast.desk, cast.secretary, f"{DAY}/1", what)


def _item_change(change: Change) -> Narrowing:
    return lambda cast: change_item(cast.desk, cast.secretary, _item(cast), change)


NARROWING: dict[str, Narrowing] = {
    "object": lambda c: objections.object_to_access(c.desk, c.actor("fr-cnil"), Asked("harbour-bank")),
    "object standing": lambda c: objections.object_to_access(
        c.desk, c.actor("fr-cnil"), Asked("harbour-bank", standing=True)
    ),
    "unadmit": lambda c: attendees.unadmit(c.desk, c.secretary, ["harbour-bank"], DAY),
    "a part closed": _closing(PartChange(audience=AudienceKind.AGENCIES)),
    "a part removed": _closing(PartChange(remove=True)),
    "a part moved": _closing(PartChange(by=1)),
    "a part shortened": _closing(PartChange(minutes=10)),
    "a call moved": lambda c: announcing.move_call(c.desk, c.secretary, DAY, c.clock() + timedelta(days=60)),
    "a call cancelled": lambda c: announcing.cancel_call(c.desk, c.secretary, DAY),
    "a contact removed": _removed,
    "a contact replaced": lambda c: contacts.replace_contact(
        c.desk, c.secretary, BANK, "new@harbour-bank.example", "A new one"
    ),
    "a participant left": lambda c: directory.leave(c.desk, c.secretary, "harbour-bank"),
    "an item closed": _item_change(Change(Do.CLOSED)),
    "an item deferred": _item_change(Change(Do.DEFER)),
    "a label raised": lambda c: set_label(c.desk, c.secretary, _item(c), Tlp.RED),
    "an item moved to a closed part": _item_change(Change(Do.TO, call=DAY, part="2")),
}
"""What narrows Harbour Bank, whose person is approved for the joint part of the call and holds its invitation."""


@pytest.mark.parametrize("name", NARROWING)
def test_an_act_that_narrows_somebody_waits_for_what_is_leaving_for_them(cast: Cast, name: str) -> None:
    _approved_with_item(cast)
    assert _waited(cast, NARROWING[name])


@pytest.mark.parametrize("name", NARROWING)
def test_its_answer_has_room_for_what_still_is_leaving(cast: Cast, name: str) -> None:
    _approved_with_item(cast)
    done = NARROWING[name](cast)
    assert done.in_flight.count == 0  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ["object", "unadmit", "a part closed", "a part shortened"])
def test_a_narrowing_goes_first_also_where_another_change_of_theirs_waits_for_more(cast: Cast, name: str) -> None:
    with_approved(cast, "harbour-bank")
    arrive(cast)
    cast.clock.advance(minutes=5)
    announcing.move_call(cast.desk, cast.secretary, DAY, START + timedelta(hours=1))
    moved = invitations_due(cast)
    NARROWING[name](cast)
    assert (moved, invitations_due(cast)) == ([False], [False, True])


def invitations_due(cast: Cast) -> list[bool]:
    """Of each message about Harbour Bank's entry that is to leave, whether it goes first."""
    t = columns(OutboxRow)
    due = select(t.first).where(t.contact_id == cast.actor("harbour-bank").contact.id, t.kind == KIND, t.state == "due")
    with cast.desk.store.read() as tx:
        return sorted(tx.execute(due).scalars())


def test_ending_a_series_waits_for_what_is_leaving_for_its_people(cast: Cast) -> None:
    first, zone = read_moment(["2027-02-16", "13:00", "UTC"], now=cast.clock(), zone=cast.secretary.zone)
    add_series(cast.desk, cast.secretary, Cadence.QUARTERLY, "Members", first, zone, 60)
    announcing.announce_call(cast.desk, cast.secretary, DAY)
    leave(cast)
    assert _waited(cast, lambda c: end_series(c.desk, c.secretary, "Members"), cast.actor("fr-cnil").contact.id)


def test_files_that_take_the_secretariats_role_away_wait_for_what_is_leaving_for_whom_they_take_it_from(
    cast: Cast,
) -> None:  # fmt: skip
    files = (
        PARTICIPANTS,
        CONTACTS.replace(b"secretariat@gb-oft.example,secretariat", b"secretariat@gb-oft.example,contact"),
    )
    oft = cast.by_email("secretariat@gb-oft.example").contact.id
    assert _waited(cast, lambda c: import_roster(c.desk, the_machine("test"), *files), oft)


def test_closing_a_line_waits_for_what_is_leaving_for_whom_it_is_attributed_to(cast: Cast) -> None:
    line, *_ = sent(cast)
    assert _waited(cast, lambda c: correct_line(c.desk, c.secretary, line, "[closed]"))


def test_putting_a_lines_words_right_waits_for_nobody(cast: Cast) -> None:
    line, *_ = sent(cast)
    assert not _waited(cast, lambda c: correct_line(c.desk, c.secretary, line, "phishing has doubled"))


def test_choosing_somebodys_other_part_waits_for_what_is_leaving_for_them(cast: Cast) -> None:
    with_call(cast)
    segments.add_segment(cast.desk, cast.secretary, DAY, AudienceKind.JOINT, 20, "Trends")
    segments.change_segment(cast.desk, cast.secretary, f"{DAY}/2", PartChange(by=1))  # behind the closed part
    attendees.admit(cast.desk, cast.secretary, ["harbour-bank"], DAY)
    circulate(cast.desk, cast.secretary, DAY, None)
    approve_list(cast.desk, cast.secretary, DAY, early=True)
    arrive(cast)
    assert _waited(cast, lambda c: windows.window(c.desk, c.secretary, "harbour-bank", DAY, ["3"]))


NOT_NARROWING: dict[str, Narrowing] = {
    "somebody else admitted": lambda c: attendees.admit(c.desk, c.secretary, ["paybridge"], DAY),
    "somebody else taken off": lambda c: attendees.unadmit(c.desk, c.secretary, ["meridian-net"], DAY),
    "an item moved up": _item_change(Change(Do.UP)),
}


@pytest.mark.parametrize("name", NOT_NARROWING)
def test_what_narrows_others_or_nobody_does_not_wait(cast: Cast, name: str) -> None:
    _approved_with_item(cast)
    assert not _waited(cast, NOT_NARROWING[name])


def _approved_with_item(cast: Cast) -> None:
    call_id = with_approved(cast)
    with_item(cast, call_id, "meridian-net")
    arrive(cast)


class _Asked(Store):
    """A store that says when an act asks whether somebody is still sending to the *person*."""

    def __init__(self, url: str, person: str, asked: threading.Event) -> None:
        super().__init__(url)
        self._person, self._asked = person, asked

    def still_sending(self, persons: Collection[str], seconds: float = 0.0) -> frozenset[str]:
        if self._person in persons:
            self._asked.set()
        return super().still_sending(persons, seconds)


def _waited(cast: Cast, act: Narrowing, person: str = "") -> bool:
    """Whether *act* answered only once the sender was out who was inside the fence of the *person*: Harbour Bank's.

    The sender stays for fewer seconds than an answer waits at most, from when it is waited for; otherwise until *act*
    has answered, however long that takes.
    """
    person = person or cast.actor("harbour-bank").contact.id
    inside, asked, out, answered = (threading.Event() for _ in range(4))
    store = _Asked(str(cast.desk.settings.database_url), person, asked)
    cast.desk = replace(cast.desk, store=store)

    def send() -> None:
        with store.sending(person):
            inside.set()
            asked.wait(60)
            answered.wait(0.3)
            out.set()

    thread = threading.Thread(target=send)
    thread.start()
    with closing(store):
        assert inside.wait(10)
        act(cast)
        waited = out.is_set()
        answered.set()
        asked.set()
        thread.join(10)
    return waited
